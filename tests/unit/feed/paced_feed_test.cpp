// Guards: events lost, reordered or released early by the hand-over between an adapter thread and the sequencer; a stop
// that is not noticed.
#include "adapters/feed/paced_feed.hpp"

#include <gtest/gtest.h>

namespace omega::feed {
namespace {

class CountingFeed final : public ExternalFeed {
 public:
  CountingFeed(int events, std::string error) : events_(events), error_(std::move(error)) { description_.text = "counting"; }
  [[nodiscard]] const FeedDescription& description() const noexcept override { return description_; }
  bool next(InputEvent& out) noexcept override {
    if (given_ == events_) return false;
    ++given_;
    out = InputEvent::of(Bar{.ts = given_ * kMinute_ns, .t_open = (given_ - 1) * kMinute_ns});
    return true;
  }
  [[nodiscard]] const std::string& error() const noexcept override { return error_; }

 private:
  int events_;
  int given_ = 0;
  FeedDescription description_;
  std::string error_;
};

/// Time passes only by sleeping.
class FakeClock final : public WallClock {
 public:
  explicit FakeClock(std::atomic<std::int64_t>& slept) : slept_(&slept) {}
  [[nodiscard]] std::int64_t now_ns() noexcept override { return slept_->load(); }
  void sleep_ns(DurationNs d) noexcept override { slept_->fetch_add(d); }

 private:
  std::atomic<std::int64_t>* slept_;
};

TEST(PacedFeed, at_full_speed_hands_over_every_event_in_order_through_a_full_queue) {
  constexpr int kEvents = 20 * static_cast<int>(PacedFeed::kQueue_events);
  const std::atomic<bool> stop{false};
  PacedFeed feed(std::make_unique<CountingFeed>(kEvents, ""), 0, stop);
  InputEvent e;
  for (int i = 1; i <= kEvents; ++i) {
    ASSERT_TRUE(feed.next(e));
    ASSERT_EQ(e.ts(), i * kMinute_ns);
  }
  EXPECT_FALSE(feed.next(e));
  EXPECT_FALSE(feed.next(e));
  EXPECT_EQ(feed.error(), "");
  EXPECT_EQ(feed.description().text, "counting");
}

TEST(PacedFeed, holds_events_back_until_their_time_divided_by_the_speed) {
  const std::atomic<bool> stop{false};
  std::atomic<std::int64_t> slept{0};
  PacedFeed feed(std::make_unique<CountingFeed>(11, ""), 4, stop, 0, std::make_unique<FakeClock>(slept));
  InputEvent e;
  int n = 0;
  while (feed.next(e)) ++n;
  EXPECT_EQ(n, 11);
  EXPECT_EQ(slept.load(), 10 * kMinute_ns / 4);  // ten minutes between the first and the last event
}

TEST(PacedFeed, hands_over_at_once_what_a_resumed_run_has_seen_and_paces_the_rest) {
  const std::atomic<bool> stop{false};
  std::atomic<std::int64_t> slept{0};
  PacedFeed feed(std::make_unique<CountingFeed>(11, ""), 4, stop, 7, std::make_unique<FakeClock>(slept));
  InputEvent e;
  int n = 0;
  while (feed.next(e)) ++n;
  EXPECT_EQ(n, 11);
  EXPECT_EQ(slept.load(), 3 * kMinute_ns / 4);  // between the eighth event and the eleventh
}

TEST(PacedFeed, passes_on_the_error_that_ended_the_inner_feed) {
  const std::atomic<bool> stop{false};
  PacedFeed feed(std::make_unique<CountingFeed>(1, "disk on fire"), 0, stop);
  InputEvent e;
  ASSERT_TRUE(feed.next(e));
  EXPECT_FALSE(feed.next(e));
  EXPECT_EQ(feed.error(), "disk on fire");
}

TEST(PacedFeed, a_stop_ends_a_wait_of_a_minute_at_once) {
  std::atomic<bool> stop{false};
  PacedFeed feed(std::make_unique<CountingFeed>(3, ""), 1, stop);
  InputEvent e;
  ASSERT_TRUE(feed.next(e));
  std::thread stopper([&] { stop.store(true); });
  EXPECT_FALSE(feed.next(e));  // the second event is a minute away: the test would time out
  stopper.join();
}

TEST(PacedFeed, can_be_destroyed_with_the_queue_full_and_nobody_reading) {
  const std::atomic<bool> stop{false};
  PacedFeed feed(std::make_unique<CountingFeed>(100'000, ""), 0, stop);
  InputEvent e;
  EXPECT_TRUE(feed.next(e));
}

}  // namespace
}  // namespace omega::feed
