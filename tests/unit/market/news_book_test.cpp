#include "engine/market/news_book.hpp"

#include <gtest/gtest.h>

#include "engine/core/archive.hpp"

namespace omega {
namespace {

constexpr TimeNs kNow = 1'741'354'200'000'000'000;

NewsEvent event(std::uint64_t id, TimeNs release, TimeNs published = kNow, NewsImpact impact = NewsImpact::kHigh) {
  NewsEvent e;
  e.ts = published;
  e.ts_release = release;
  e.event_id = id;
  e.currency = currency_code("USD");
  e.type = NewsType::kNfp;
  e.impact = impact;
  return e;
}

TEST(NewsBook, KeepsHighImpactByReleaseWhateverTheOrderOfPublication) {
  NewsBook b;
  b.on_event(event(3, kNow + 30));
  b.on_event(event(1, kNow + 10));
  b.on_event(event(9, kNow + 20, kNow, NewsImpact::kMedium));
  b.on_event(event(2, kNow + 10));
  ASSERT_EQ(b.items().size(), 3u);
  EXPECT_EQ(b.items()[0].id, 1u);
  EXPECT_EQ(b.items()[1].id, 2u);
  EXPECT_EQ(b.items()[2].id, 3u);
}

TEST(NewsBook, AnEventPublishedAgainMovesAndAnOldOneGoes) {
  NewsBook b;
  b.on_event(event(1, kNow));
  b.on_event(event(1, kNow + kHour_ns));
  ASSERT_EQ(b.items().size(), 1u);
  EXPECT_EQ(b.items()[0].release, kNow + kHour_ns);
  b.on_event(event(2, kNow + 3 * kDay_ns, kNow + kHour_ns + kDay_ns));
  EXPECT_EQ(b.items().size(), 2u) << "exactly a day back is kept";
  b.on_event(event(2, kNow + 3 * kDay_ns, kNow + kHour_ns + kDay_ns + 1));
  EXPECT_EQ(b.items().size(), 1u);
}

TEST(NewsBook, AFullBookDropsAndCountsTheNewcomer) {
  NewsBook b;
  for (std::uint64_t i = 0; i < NewsBook::kItemsMax + 3; ++i) b.on_event(event(i, kNow + static_cast<TimeNs>(i)));
  EXPECT_EQ(b.items().size(), NewsBook::kItemsMax);
  EXPECT_EQ(b.dropped(), 3u);
}

TEST(NewsBook, ACheckpointReadsBackEqual) {
  NewsBook a, b;
  for (std::uint64_t i = 0; i < 5; ++i) a.on_event(event(i, kNow + static_cast<TimeNs>(i)));
  StateWriter w;
  w(a);
  StateReader r(w.bytes());
  r(b);
  EXPECT_TRUE(r.at_end());
  StateWriter again;
  again(b);
  EXPECT_EQ(w.bytes(), again.bytes());
}

}  // namespace
}  // namespace omega
