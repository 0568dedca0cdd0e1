#include "engine/risk/level_exclusion.hpp"

#include <gtest/gtest.h>

#include "engine/core/archive.hpp"

namespace omega {
namespace {

constexpr Price kU = 100'000;

Signal signal_of(StrategyId strategy, double level, InstrumentId instrument = 0) {
  Signal s;
  s.strategy = strategy;
  s.instrument = instrument;
  s.criteria[0] = level;
  return s;
}

TEST(LevelExclusion, WhatOneTradedTheOtherMayNotForAnHour) {
  for (const StrategyId first : {2, 13}) {
    const StrategyId second = first == 2 ? 13 : 2;
    LevelExclusion e(2);
    e.on_approved(signal_of(first, 1.1), 1'000);
    EXPECT_TRUE(e.excludes(signal_of(second, 1.1), kU, 1'000));
    EXPECT_TRUE(e.excludes(signal_of(second, 1.1), kU, 1'000 + 60 * kMinute_ns - 1));
    EXPECT_FALSE(e.excludes(signal_of(second, 1.1), kU, 1'000 + 60 * kMinute_ns));
    EXPECT_FALSE(e.excludes(signal_of(first, 1.1), kU, 1'000)) << "its own cool-down is its own affair";
    EXPECT_FALSE(e.excludes(signal_of(5, 1.1), kU, 1'000));
    EXPECT_FALSE(e.excludes(signal_of(second, 1.1, 1), kU, 1'000)) << "another instrument";
  }
}

TEST(LevelExclusion, LevelsAreTheSameWithinOneUnit) {
  LevelExclusion e(1);
  e.on_approved(signal_of(2, 1.1), 0);
  EXPECT_TRUE(e.excludes(signal_of(13, 1.1001), kU, 1));
  EXPECT_FALSE(e.excludes(signal_of(13, 1.100100001), kU, 1));
  EXPECT_TRUE(e.excludes(signal_of(13, 1.0999), kU, 1));
}

TEST(LevelExclusion, OtherStrategiesLeaveNoTraceAndACheckpointKeepsTheRest) {
  LevelExclusion e(1), restored(1);
  e.on_approved(signal_of(1, 1.1), 0);
  EXPECT_FALSE(e.excludes(signal_of(13, 1.1), kU, 1));
  e.on_approved(signal_of(13, 1.2), 0);
  for (int i = 1; i <= 3; ++i) e.on_approved(signal_of(2, 1.2 + i), 0);
  StateWriter w;
  w(e);
  StateReader r(w.bytes());
  r(restored);
  ASSERT_TRUE(r.at_end());
  EXPECT_TRUE(restored.excludes(signal_of(2, 1.2), kU, 1));
  restored.on_approved(signal_of(2, 9), 0);  // a fifth: the oldest is forgotten
  EXPECT_FALSE(restored.excludes(signal_of(2, 1.2), kU, 1));
}

}  // namespace
}  // namespace omega
