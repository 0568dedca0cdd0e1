#include "engine/market/input_guard.hpp"

#include <gtest/gtest.h>

#include "engine/core/archive.hpp"
#include "engine/core/civil_time.hpp"

namespace omega {
namespace {

constexpr TimeNs kStart = utc_time(2025, 1, 15, 10);

EngineConfig one_instrument() {
  EngineConfig config;
  config.instruments.resize(2);
  config.instruments[0].active = config.instruments[1].active = true;
  return config;
}

Bar good_bar(int minute) {
  Bar b;
  b.t_open = kStart + minute * kMinute_ns;
  b.ts = b.t_open + kMinute_ns;
  b.bid_open = b.bid_close = 1'000'000;
  b.bid_high = 1'000'010;
  b.bid_low = 999'990;
  b.ask_open = b.ask_close = 1'000'100;
  b.ask_high = 1'000'110;
  b.ask_low = 1'000'090;
  b.volume = kQtyScale;
  b.volume_kind = VolumeKind::kTicks;
  return b;
}

class input_guard : public testing::Test {
 protected:
  /// Bits of a bar that differs from a good one by `change`.
  template <class Change>
  unsigned flags_of(int minute, Change change) {
    Bar b = good_bar(minute);
    change(b);
    guard_.check(b);
    return b.flags;
  }
  EngineConfig config_ = one_instrument();
  InputGuard guard_{config_};
};

TEST_F(input_guard, keeps_a_good_bar) {
  Bar b = good_bar(0);
  b.flags = bar_flag::kSimulated;
  EXPECT_TRUE(guard_.check(b));
  EXPECT_EQ(b.flags, bar_flag::kSimulated);
  EXPECT_EQ(guard_.good(), 1u);
  EXPECT_EQ(guard_.quarantined(), 0u);
}

TEST_F(input_guard, refuses_prices_that_are_not_positive_on_any_given_side) {
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.bid_low = 0; }), bar_flag::kBadPrice);
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.ask_low = -1; }), bar_flag::kBadPrice);
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.bid_low = 1; }), 0u);
  EXPECT_TRUE(flags_of(1, [](Bar& b) { b.ask_high = kPriceLimit + 1; }) & bar_flag::kBadPrice);
  EXPECT_TRUE(flags_of(1, [](Bar& b) { b.volume = -1; }) & bar_flag::kBadPrice);
  EXPECT_TRUE(flags_of(1, [](Bar& b) { b.volume = kVolumeLimit + 1; }) & bar_flag::kBadPrice);
  EXPECT_EQ(flags_of(1, [](Bar& b) { b.volume = 0; }), 0u) << "no volume is a good bar";
}

TEST_F(input_guard, does_not_judge_a_side_that_is_not_given) {
  for (const PriceBasis basis : {PriceBasis::kBid, PriceBasis::kAsk, PriceBasis::kMid, PriceBasis::kTrade}) {
    InputGuard fresh(config_);
    Bar b = good_bar(0);
    b.basis = basis;
    b.ask_open = b.ask_high = b.ask_low = b.ask_close = 0;
    EXPECT_TRUE(fresh.check(b)) << static_cast<int>(basis);
  }
}

TEST_F(input_guard, refuses_a_range_that_does_not_hold_open_and_close) {
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.bid_high = b.bid_close - 1; }), bar_flag::kBadRange);
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.ask_low = b.ask_open + 1; }), bar_flag::kBadRange);
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.bid_high = b.bid_close; }), 0u) << "equality is a range";
  EXPECT_EQ(flags_of(1, [](Bar& b) { b.ask_low = b.ask_open; }), 0u);
}

TEST_F(input_guard, refuses_crossed_and_keeps_locked) {
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.bid_close = b.ask_close; b.bid_high = b.bid_close; }), 0u);
  EXPECT_EQ(flags_of(1, [](Bar& b) { b.bid_close = b.ask_close + 1; b.bid_high = b.bid_close; }), bar_flag::kBadCrossed);
}

TEST_F(input_guard, refuses_duplicates_and_time_running_backwards_per_instrument) {
  EXPECT_EQ(flags_of(5, [](Bar&) {}), 0u);
  EXPECT_EQ(flags_of(5, [](Bar&) {}), bar_flag::kBadDuplicate);
  EXPECT_EQ(flags_of(4, [](Bar&) {}), bar_flag::kBadOrder);
  EXPECT_EQ(flags_of(4, [](Bar& b) { b.instrument = 1; }), 0u) << "the other instrument has its own clock";
  EXPECT_EQ(flags_of(6, [](Bar&) {}), 0u);
}

TEST_F(input_guard, refuses_times_that_are_not_a_minute) {
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.t_open += 1; b.ts += 1; }), bar_flag::kBadOrder);
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.ts += kMinute_ns; }), bar_flag::kBadOrder);
  EXPECT_EQ(flags_of(0, [](Bar& b) { b.t_open = -kMinute_ns; b.ts = 0; }), bar_flag::kBadOrder);
}

void set_close(Bar& b, Price close) {
  b.bid_open = b.bid_high = b.bid_low = b.bid_close = b.ask_open = b.ask_high = b.ask_low = b.ask_close = close;
}

TEST_F(input_guard, refuses_a_jump_of_more_than_half) {
  EXPECT_EQ(flags_of(0, [](Bar& b) { set_close(b, 1'000'000); }), 0u);
  EXPECT_EQ(flags_of(1, [](Bar& b) { set_close(b, 1'500'001); }), bar_flag::kBadJump);
  EXPECT_EQ(flags_of(1, [](Bar& b) { set_close(b, 499'999); }), bar_flag::kBadJump);
  EXPECT_EQ(flags_of(1, [](Bar& b) { set_close(b, 1'500'000); }), 0u) << "exactly half is kept";
  EXPECT_EQ(flags_of(2, [](Bar& b) { set_close(b, 750'000); }), 0u);
}

TEST_F(input_guard, takes_a_lasting_move_with_its_second_bar) {
  EXPECT_EQ(flags_of(0, [](Bar& b) { set_close(b, 1'000'000); }), 0u);
  EXPECT_EQ(flags_of(1, [](Bar& b) { set_close(b, 4'000'000); }), bar_flag::kBadJump);
  EXPECT_EQ(flags_of(1, [](Bar& b) { set_close(b, 4'000'000); }), bar_flag::kBadJump) << "the same minute confirms nothing";
  EXPECT_EQ(flags_of(2, [](Bar& b) { set_close(b, 1'999'999); }), bar_flag::kBadJump) << "agrees with neither level";
  EXPECT_EQ(flags_of(3, [](Bar& b) { set_close(b, 2'999'998); }), 0u) << "within half of minute 2, to the unit";
  EXPECT_EQ(flags_of(4, [](Bar& b) { set_close(b, 3'000'000); }), 0u) << "the new level is the last bar";
  EXPECT_EQ(flags_of(5, [](Bar& b) { set_close(b, 1'000'000); }), bar_flag::kBadJump) << "and the old one is a jump";
}

TEST_F(input_guard, a_good_bar_forgets_the_spike_before_it) {
  EXPECT_EQ(flags_of(0, [](Bar& b) { set_close(b, 1'000'000); }), 0u);
  EXPECT_EQ(flags_of(1, [](Bar& b) { set_close(b, 4'000'000); }), bar_flag::kBadJump);
  EXPECT_EQ(flags_of(2, [](Bar& b) { set_close(b, 1'000'000); }), 0u);
  EXPECT_EQ(flags_of(3, [](Bar& b) { set_close(b, 4'000'000); }), bar_flag::kBadJump);
}

TEST_F(input_guard, never_uses_a_quarantined_bar_as_the_last_one) {
  EXPECT_EQ(flags_of(0, [](Bar& b) { set_close(b, 1'000'000); }), 0u);
  EXPECT_EQ(flags_of(7, [](Bar& b) { set_close(b, 9'000'000); }), bar_flag::kBadJump);
  EXPECT_EQ(flags_of(3, [](Bar& b) { set_close(b, 1'000'000); }), 0u) << "minute 7 was not seen";
  EXPECT_EQ(flags_of(7, [](Bar& b) { set_close(b, 1'100'000); }), 0u) << "not a duplicate, not a jump";
}

TEST_F(input_guard, counts_every_reason_of_a_bar_and_keeps_the_feeds_own) {
  const unsigned flags = flags_of(0, [](Bar& b) {
    b.flags = bar_flag::kBadJump;
    b.bid_low = 0;
    b.bid_high = 1;
  });
  EXPECT_EQ(flags, bar_flag::kBadJump | bar_flag::kBadPrice | bar_flag::kBadRange);
  EXPECT_EQ(guard_.quarantined(), 1u);
  EXPECT_EQ(guard_.by_reason(), (std::array<std::uint64_t, 6>{1, 1, 0, 0, 0, 1}));
}

TEST_F(input_guard, goes_on_after_a_checkpoint_as_if_uninterrupted) {
  flags_of(3, [](Bar&) {});
  StateWriter writer;
  writer(guard_);
  InputGuard restored(config_);
  StateReader reader(writer.bytes());
  reader(restored);
  EXPECT_TRUE(reader.at_end());
  Bar b = good_bar(3);
  EXPECT_FALSE(restored.check(b));
  EXPECT_EQ(b.flags, bar_flag::kBadDuplicate);
  EXPECT_EQ(restored.good(), 1u);
}

}  // namespace
}  // namespace omega
