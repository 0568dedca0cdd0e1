#include "engine/features/level_book.hpp"

#include <gtest/gtest.h>

namespace omega::test {
namespace {

constexpr Price kU = 100'000;  // 0.0001

class LevelBookTest : public ::testing::Test {
 protected:
  void m1(Price low, Price high, Price close) {
    FeatureFrame f;
    f.ts = now_ + kMinute_ns;
    f.closed_mask = 1;
    TfBar& b = f.bars[0];
    b.t_open = now_;
    b.t_close = f.ts;
    b.open = close;
    b.low = low;
    b.high = high;
    b.close = close;
    now_ += kMinute_ns;
    book_.on_frame(f);
  }
  void flat(Price at, int n) {
    for (int i = 0; i < n; ++i) m1(at - kU, at + kU, at);
  }
  const Level* find(LevelOrigin origin, int type) const {
    for (const Level& l : book_.levels()) {
      if (l.origin == origin && l.type == type) return &l;
    }
    return nullptr;
  }
  TimeNs now_ = 1'704'180'000 * kSecond_ns;
  LevelBook book_{kU, 22 * kU};
};

TEST_F(LevelBookTest, WatchesTheRoundNumbersNextToThePrice) {
  flat(1'083'200'000, 1);
  ASSERT_NE(find(LevelOrigin::kRound, 1), nullptr);
  EXPECT_EQ(find(LevelOrigin::kRound, 1)->price, 1'080'000'000);
  EXPECT_EQ(find(LevelOrigin::kRound, -1)->price, 1'085'000'000);
}

TEST_F(LevelBookTest, ASwingLowBecomesASupportAndDiesByAClose22UnitsBeyond) {
  flat(1'083'200'000, 3);
  m1(1'082'000'000, 1'083'300'000, 1'083'100'000);
  flat(1'083'200'000, 2);
  const Level* level = find(LevelOrigin::kM1Swing, 1);
  ASSERT_NE(level, nullptr);
  EXPECT_EQ(level->price, 1'082'000'000);
  const std::uint64_t id = level->id;
  m1(1'079'800'000, 1'083'000'000, 1'082'000'000 - 22 * kU);
  EXPECT_TRUE(book_.contains(id)) << "exactly the bound is not beyond it";
  m1(1'079'700'000, 1'080'000'000, 1'082'000'000 - 22 * kU - 1);
  EXPECT_FALSE(book_.contains(id));
}

TEST_F(LevelBookTest, ALevelDiesWithItsLookback) {
  flat(1'083'200'000, 3);
  m1(1'082'000'000, 1'083'300'000, 1'083'100'000);
  flat(1'083'200'000, 2);
  ASSERT_NE(find(LevelOrigin::kM1Swing, 1), nullptr);
  flat(1'083'200'000, 480);
  EXPECT_EQ(find(LevelOrigin::kM1Swing, 1), nullptr);
}

TEST_F(LevelBookTest, ANearCopyMergesIntoTheOlderLevel) {
  for (int round = 0; round < 2; ++round) {
    flat(1'083'200'000, 3);
    m1(1'082'000'000 + round * kU, 1'083'300'000, 1'083'100'000);
    flat(1'083'200'000, 2);
  }
  int swings = 0;
  for (const Level& l : book_.levels()) swings += l.origin == LevelOrigin::kM1Swing && l.type == 1 ? 1 : 0;
  EXPECT_EQ(swings, 1);
  EXPECT_EQ(find(LevelOrigin::kM1Swing, 1)->price, 1'082'000'000);
}

TEST_F(LevelBookTest, ThePreviousDayIsKnownAfterItsBarAndReplacedByTheNext) {
  FeatureFrame f;
  f.ts = now_;
  f.closed_mask = 1u << static_cast<unsigned>(Timeframe::kD1);
  TfBar& day = f.bars[static_cast<std::size_t>(Timeframe::kD1)];
  day.high = 1'090'000'000;
  day.low = 1'077'000'000;
  day.open = day.close = 1'083'000'000;
  book_.on_frame(f);
  EXPECT_TRUE(book_.near_higher_timeframe(1'077'000'000 + 10 * kU, 10 * kU));
  EXPECT_FALSE(book_.near_higher_timeframe(1'077'000'000 + 10 * kU + 1, 10 * kU));
  EXPECT_EQ(book_.distance_behind(1'077'000'000 + 6 * kU, kLong), 6 * kU);
  EXPECT_EQ(book_.distance_behind(1'076'000'000, kLong), -1);
  EXPECT_EQ(book_.distance_behind(1'090'000'000 - 3 * kU, kShort), 3 * kU);
  day.low = 1'079'000'000;
  book_.on_frame(f);
  EXPECT_FALSE(book_.near_higher_timeframe(1'077'000'000, kU));
}

TEST_F(LevelBookTest, NeverHoldsMoreThanItsBound) {
  for (int i = 0; i < 4000; ++i) {
    const Price at = 1'083'200'000 + ((i * 7919) % 400 - 200) * kU;
    m1(at - 3 * kU, at + 3 * kU, at);
    ASSERT_LE(book_.levels().size(), LevelBook::kLevelsMax);
  }
}

}  // namespace
}  // namespace omega::test
