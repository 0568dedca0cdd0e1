// The made-up calendar: when releases are, when they are known, what they do to the bars.
#include <gtest/gtest.h>

#include <map>

#include "adapters/feed/sim_market.hpp"
#include "engine/core/civil_time.hpp"
#include "engine/market/session_clock.hpp"
#include "tests/unit/sim_market/book_observer.hpp"

namespace omega {
namespace {

constexpr TimeNs kStart = 1'704'067'200 * kSecond_ns;  // 2024-01-01

std::unique_ptr<SimMarket> market(std::uint64_t seed, std::vector<std::string> symbols, int days, bool news = true) {
  SimMarketConfig c;
  c.seed = seed;
  c.symbols = std::move(symbols);
  c.days = days;
  c.news = news;
  return std::move(SimMarket::create(c)).value();
}

TEST(SimNews, NfpIsOnTheFirstFridayAtHalfPastEightInNewYork) {
  auto m = market(1, {"EURUSD"}, 366);
  InputEvent e;
  std::map<int, TimeNs> nfp;   // by month
  while (m->next(e)) {
    if (e.type != EventType::kNewsEvent || e.as<NewsEvent>().type != NewsType::kNfp) continue;
    const TimeNs ts = e.as<NewsEvent>().ts_release;
    EXPECT_TRUE(nfp.emplace(civil_date(ts).month, ts).second);
  }
  ASSERT_EQ(nfp.size(), 12u);
  for (const auto& [month, ts] : nfp) {
    EXPECT_EQ(weekday_of_day(utc_day(ts)), Weekday::kFriday);
    EXPECT_LE(civil_date(ts).day, 7);
    EXPECT_EQ(time_of_day(ts), (us_daylight_saving(ts) ? 750 : 810) * kMinute_ns) << month;
  }
  EXPECT_EQ(nfp[3], (days_from_civil(2024, 3, 1) * 1440 + 810) * kMinute_ns);
  EXPECT_EQ(nfp[7], (days_from_civil(2024, 7, 5) * 1440 + 750) * kMinute_ns);
}

TEST(SimNews, EveryReleaseIsPublishedBeforeAndOnlyForTheSymbolsCurrencies) {
  auto m = market(2, {"EURUSD", "EURGBP"}, 200);
  InputEvent e;
  std::map<std::uint64_t, NewsEvent> known;
  std::map<NewsType, int> types;
  TimeNs ts = 0;
  int rank = 0;
  std::size_t released = 0;
  while (m->next(e)) {
    ASSERT_TRUE(e.ts() > ts || (e.ts() == ts && event_rank(e.type) >= rank));
    ts = e.ts();
    rank = event_rank(e.type);
    if (e.type == EventType::kNewsEvent) {
      const NewsEvent& n = e.as<NewsEvent>();
      EXPECT_EQ(n.ts_release - n.ts, 12 * kHour_ns);
      EXPECT_EQ(n.impact, NewsImpact::kHigh);
      EXPECT_TRUE(n.currency == currency_code("USD") || n.currency == currency_code("EUR") || n.currency == currency_code("GBP"));
      EXPECT_TRUE(fx_week_open(n.ts_release));
      EXPECT_TRUE(known.emplace(n.event_id, n).second);
      ++types[n.type];
    }
    if (e.type == EventType::kNewsRelease) {
      const NewsRelease& r = e.as<NewsRelease>();
      ASSERT_TRUE(known.contains(r.event_id));
      EXPECT_EQ(known[r.event_id].ts_release, r.ts);
      EXPECT_NE(r.actual, known[r.event_id].consensus);
      ++released;
    }
  }
  for (const NewsType t : {NewsType::kNfp, NewsType::kFomc, NewsType::kCpi, NewsType::kGdp, NewsType::kEcb, NewsType::kBoe}) EXPECT_GE(types[t], 3);
  EXPECT_GE(released, 40u);
  EXPECT_GE(known.size(), released);
}

TEST(SimNews, AReleaseJumpsComesBackAndMovesTheSymbolsOfItsCurrency) {
  int jumps = 0, retraced = 0, leaks = 0, busy = 0, n = 0;
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    auto m = market(seed, {"EURUSD", "USDJPY"}, 180);
    InputEvent e;
    std::map<TimeNs, double> close[2], volume;
    std::vector<TimeNs> usd;
    while (m->next(e)) {
      if (e.type == EventType::kBar) {
        const Bar& b = e.as<Bar>();
        close[b.instrument][b.ts] = price_to_double((b.bid_close + b.ask_close) / 2);
        if (b.instrument == 0) volume[b.ts] = static_cast<double>(b.volume);
      }
      if (e.type == EventType::kNewsEvent && e.as<NewsEvent>().currency == currency_code("USD")) usd.push_back(e.as<NewsEvent>().ts_release);
    }
    for (const TimeNs t : usd) {
      const auto at = [&](int i, int tau) { const auto p = close[i].find(t + tau * kMinute_ns); return p == close[i].end() ? 0.0 : p->second; };
      const double p0 = at(0, 0), jump = at(0, 12) - p0, back = at(0, 40) - p0, other = at(1, 12) - at(1, 0);
      if (at(0, 0) == 0 || at(0, 12) == 0 || at(0, 40) == 0 || at(1, 0) == 0 || at(1, 12) == 0 || at(0, -30) == 0) continue;
      ++n;
      jumps += std::abs(jump) >= 0.0020 && jump * other < 0;      // EURUSD and USDJPY: opposite ways
      retraced += back / jump > 0.1 && back / jump < 0.8;
      leaks += std::abs(p0 - at(0, -30)) >= 0.0010;
      busy += volume[t + kMinute_ns] > 5 * volume[t - 30 * kMinute_ns];
    }
    EXPECT_GE(m->releases(), usd.size());
  }
  ASSERT_GE(n, 50);
  EXPECT_GE(10 * jumps, 9 * n);
  EXPECT_GE(10 * retraced, 7 * n);
  EXPECT_GE(10 * busy, 8 * n);
  EXPECT_GE(10 * leaks, 3 * n);
}

TEST(SimNews, ABookShowsFlowBeforeSomeReleasesAndToxicityAfterSome) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SimMarketConfig c;
    c.seed = seed;
    c.symbols = c.book = {"EURUSD"};
    c.days = 90;
    c.news = true;
    auto m = std::move(SimMarket::create(c)).value();
    test::BookObserver observer(*m, 0, 100'000, 10'000);
    InputEvent e;
    std::vector<TimeNs> releases;
    std::map<TimeNs, int> early, toxic;
    while (m->next(e)) {
      observer.on(e);
      if (e.type == EventType::kNewsEvent) releases.push_back(e.as<NewsEvent>().ts_release);
      if (e.type != EventType::kBar) continue;
      const double fz = std::abs(observer.flow()), vpin = observer.vpin();
      for (const TimeNs t : releases) {
        const DurationNs tau = e.ts() - t;
        // PRE of S24, and the toxicity that its SPIKE wants.
        const bool flow = fz >= 2.5 && observer.flow() * observer.cvd() > 0 && vpin >= 0 && std::min(fz / 5, 1.0) * (1 - vpin) >= 0.6;
        if (tau >= -30 * kMinute_ns && tau < -kMinute_ns && flow) ++early[t];
        if (tau >= 0 && tau <= 15 * kMinute_ns && vpin >= 0.6) ++toxic[t];
      }
    }
    ASSERT_GE(releases.size(), 12u);
    EXPECT_GE(early.size(), 3u);
    EXPECT_LT(early.size(), releases.size());
    EXPECT_GE(toxic.size(), 1u);
    EXPECT_LT(2 * toxic.size(), releases.size());
  }
}

TEST(SimNews, OffMeansNoNewsAndTheBarsOfBefore) {
  auto m = market(1, {"EURUSD"}, 40, false);
  InputEvent e;
  while (m->next(e)) ASSERT_EQ(e.type, EventType::kBar);
  EXPECT_EQ(m->releases(), 0u);
  EXPECT_EQ(m->description().text, "sim:seed=1,symbols=EURUSD,days=40");
  EXPECT_EQ(m->description().from_ts, kStart);
}

}  // namespace
}  // namespace omega
