// F32: where levels come from, how they merge, when they die, what the strategies ask of them.
#include "engine/features/level_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>

#include "level_frames.hpp"

namespace omega {
namespace {

using namespace test;

constexpr Price kU = 100'000, kPenetration = 3 * kU, kMid = 1'102'500'000;  // half-way between two multiples of 50 u

class Rig {
 public:
  LevelBook book{kU, kPenetration};

  /// An M1 bar of one u around the close.
  void minute(Price close) { minute(close + kU / 2, close - kU / 2, close); }
  void minute(Price high, Price low, Price close) {
    FeatureFrame f;
    const TfBar b = bar_of(index_++, high, low, close);
    f.ts = b.t_close;
    LevelFrames::set(f, Timeframe::kM1, b);
    book.on_frame(f);
  }
  /// A swing low (d = +1) or high (d = −1) at price: five bars, confirmed by the last.
  void swing(Price price, Direction d = kLong) {
    for (const int depth : {8, 4, 0, 4, 8}) {
      const Price edge = price + d * depth * kU;
      const Price other = edge + d * 2 * kU;
      minute(std::max(edge, other), std::min(edge, other), edge + d * kU);
    }
  }
  void higher(Timeframe tf, Price high, Price low) {
    FeatureFrame f;
    f.ts = index_ * kMinute_ns;
    LevelFrames::set(f, tf, bar_of(higher_++, high, low, low, tf == Timeframe::kD1 ? kDay_ns : 4 * kHour_ns));
    book.on_frame(f);
  }
  [[nodiscard]] const Level* at(Price price, std::int8_t type) const {
    for (const Level& l : book.levels()) {
      if (l.price == price && l.type == type) return &l;
    }
    return nullptr;
  }
  [[nodiscard]] int count(LevelOrigin origin) const {
    int n = 0;
    for (const Level& l : book.levels()) n += l.origin == origin;
    return n;
  }
  [[nodiscard]] TimeNs now() const { return index_ * kMinute_ns; }

 private:
  int index_ = 0, higher_ = 0;
};

TEST(LevelBook, RoundNumbersNextToThePriceFollowIt) {
  Rig r;
  r.minute(kMid);
  ASSERT_EQ(r.book.levels().size(), 2u);
  EXPECT_NE(r.at(1'100'000'000, 1), nullptr);
  EXPECT_NE(r.at(1'105'000'000, -1), nullptr);
  r.minute(kMid + 50 * kU);
  ASSERT_EQ(r.book.levels().size(), 2u);
  EXPECT_NE(r.at(1'105'000'000, 1), nullptr);
  EXPECT_NE(r.at(1'110'000'000, -1), nullptr);
}

TEST(LevelBook, SwingsOfOneMinuteBarsBecomeLevelsWhenConfirmed) {
  Rig r;
  r.swing(kMid);
  const Level* low = r.at(kMid, 1);
  ASSERT_NE(low, nullptr);
  EXPECT_EQ(low->origin, LevelOrigin::kM1Swing);
  EXPECT_EQ(low->birth, r.now());
  r.swing(kMid + 20 * kU, kShort);
  EXPECT_NE(r.at(kMid + 20 * kU, -1), nullptr);
  EXPECT_EQ(r.count(LevelOrigin::kM1Swing), 2);
}

TEST(LevelBook, LevelsWithinOneUnitMergeAndTheOlderStays) {
  for (const Price apart : {kU - 1, kU, kU + 1}) {
    Rig r;
    r.swing(kMid);
    const std::uint64_t id = r.at(kMid, 1)->id;
    r.swing(kMid + apart);
    EXPECT_EQ(r.at(kMid + apart, 1) != nullptr, apart > kU) << apart;
    ASSERT_NE(r.at(kMid, 1), nullptr);
    EXPECT_EQ(r.at(kMid, 1)->id, id);
  }
}

TEST(LevelBook, SupportAndResistanceAtOnePriceAreTwoLevels) {
  Rig r;
  r.swing(kMid, kLong);
  r.higher(Timeframe::kD1, kMid + kU / 2, kMid - 30 * kU);
  EXPECT_NE(r.at(kMid, 1), nullptr);
  EXPECT_NE(r.at(kMid + kU / 2, -1), nullptr);
}

TEST(LevelBook, CloseMoreThanPenetrationMaxBeyondKillsALevel) {
  for (const Direction d : {kLong, kShort}) {
    for (const Price beyond : {kPenetration - 1, kPenetration, kPenetration + 1}) {
      Rig r;
      r.swing(kMid, d);
      const std::uint64_t id = r.at(kMid, d)->id;
      r.minute(kMid - d * beyond);
      EXPECT_EQ(r.book.contains(id), beyond <= kPenetration) << int{d} << ' ' << beyond;
    }
  }
}

TEST(LevelBook, MinuteSwingsDieAfter480Minutes) {
  Rig r;
  r.swing(kMid);
  const TimeNs born = r.now();
  while (r.now() < born + 479 * kMinute_ns) r.minute(kMid + 6 * kU);  // flat: no new swing
  EXPECT_NE(r.at(kMid, 1), nullptr);
  r.minute(kMid + 6 * kU);
  EXPECT_EQ(r.at(kMid, 1), nullptr);
}

TEST(LevelBook, OnlyTheNewestFiveMinuteSwingsOfASideAreKept) {
  Rig r;
  for (int i = 0; i < 7; ++i) r.swing(kMid + (2 * i - 7) * kU);
  int lows = 0;
  for (const Level& l : r.book.levels()) lows += l.origin == LevelOrigin::kM1Swing && l.type > 0;
  EXPECT_EQ(lows, 5);
  EXPECT_EQ(r.at(kMid - 7 * kU, 1), nullptr);
  EXPECT_NE(r.at(kMid + 5 * kU, 1), nullptr);
}

TEST(LevelBook, TouchesCountTheMinuteBarsThatReachedALevel) {
  Rig r;
  r.swing(kMid);
  r.minute(kMid + 5 * kU);
  EXPECT_EQ(r.at(kMid, 1)->touches, 0u);
  r.minute(kMid + 2 * kU, kMid, kMid + kU);
  r.minute(kMid + 2 * kU, kMid + 1, kMid + kU);
  EXPECT_EQ(r.at(kMid, 1)->touches, 1u);
}

TEST(LevelBook, PreviousDayIsReplacedAtTheNextDayClose) {
  Rig r;
  r.minute(kMid);
  r.higher(Timeframe::kD1, kMid + 21 * kU, kMid - 22 * kU);
  EXPECT_NE(r.at(kMid + 21 * kU, -1), nullptr);
  EXPECT_NE(r.at(kMid - 22 * kU, 1), nullptr);
  r.higher(Timeframe::kD1, kMid + 11 * kU, kMid - 12 * kU);
  EXPECT_EQ(r.at(kMid + 21 * kU, -1), nullptr);
  EXPECT_NE(r.at(kMid + 11 * kU, -1), nullptr);
  EXPECT_EQ(r.count(LevelOrigin::kPreviousDay), 2);
}

TEST(LevelBook, HeavierReasonTakesOverTheLifeOfAMergedLevel) {
  Rig r;
  r.swing(kMid);
  const std::uint64_t id = r.at(kMid, 1)->id;
  for (const int depth : {30, 20, 10, 0, 10, 20, 30}) r.higher(Timeframe::kH4, kMid + (depth + 10) * kU, kMid + depth * kU);
  ASSERT_NE(r.at(kMid, 1), nullptr);
  EXPECT_EQ(r.at(kMid, 1)->id, id);
  EXPECT_EQ(r.at(kMid, 1)->origin, LevelOrigin::kH4Swing);
  EXPECT_EQ(r.at(kMid, 1)->dies, r.now() + 7 * kDay_ns);
}

TEST(LevelBook, RoundNumberDoesNotProlongASwingThatMergedIntoIt) {
  Rig r;
  constexpr Price kRound = 1'100'000'000;
  r.swing(kRound + kU);
  const Level* level = r.at(kRound, 1);
  ASSERT_NE(level, nullptr);
  EXPECT_EQ(level->id, 1u);
  EXPECT_EQ(level->origin, LevelOrigin::kM1Swing);
  const TimeNs dies = r.now() + 480 * kMinute_ns;
  for (int i = 0; i < 10; ++i) r.minute(kMid);
  ASSERT_NE(r.at(kRound, 1), nullptr);
  EXPECT_EQ(r.at(kRound, 1)->dies, dies);
}

TEST(LevelBook, RoundNumberTakenOverByASwingIsNotOfferedOnceMoreFromTheOtherSide) {
  Rig r;
  constexpr Price kRound = 1'100'000'000;
  r.swing(kRound + kU);
  r.minute(kRound - 2 * kU);  // below it, within penetration_max
  EXPECT_NE(r.at(kRound, 1), nullptr);
  EXPECT_EQ(r.at(kRound, -1), nullptr);
}

TEST(LevelBook, NearHigherTimeframeLooksAtH4SwingsAndThePreviousDay) {
  Rig r;
  EXPECT_FALSE(r.book.near_higher_timeframe(kMid, kDay_ns));
  r.higher(Timeframe::kD1, kMid + 40 * kU, kMid - 40 * kU);
  EXPECT_TRUE(r.book.near_higher_timeframe(kMid + 45 * kU, 5 * kU));
  EXPECT_FALSE(r.book.near_higher_timeframe(kMid + 45 * kU + 1, 5 * kU));
  EXPECT_TRUE(r.book.near_higher_timeframe(kMid - 45 * kU, 5 * kU));
  EXPECT_FALSE(r.book.near_higher_timeframe(kMid, 5 * kU));
  for (const int depth : {30, 20, 10, 0, 10, 20, 30}) r.higher(Timeframe::kH4, kMid + (depth + 10) * kU, kMid + depth * kU);
  EXPECT_TRUE(r.book.near_higher_timeframe(kMid - 5 * kU, 5 * kU));
  EXPECT_FALSE(r.book.near_higher_timeframe(kMid - 5 * kU - 1, 5 * kU));
}

TEST(LevelBook, DistanceBehindIsToTheNearestLevelThatSupportsTheDirection) {
  Rig r;
  EXPECT_EQ(r.book.distance_behind(kMid, kLong), -1);
  r.minute(kMid);
  EXPECT_EQ(r.book.distance_behind(kMid, kLong), 25 * kU);   // 1.1000
  EXPECT_EQ(r.book.distance_behind(kMid, kShort), 25 * kU);  // 1.1050
  r.swing(kMid - 10 * kU);
  EXPECT_EQ(r.book.distance_behind(kMid, kLong), 10 * kU);
  EXPECT_EQ(r.book.distance_behind(kMid - 10 * kU, kLong), 0);
  EXPECT_EQ(r.book.distance_behind(kMid - 11 * kU, kLong), 14 * kU);  // the swing is no longer behind
}

TEST(LevelBook, RandomWalkStaysBoundedOrderedAndMirrored) {
  auto random = seeded(67);
  LevelBook book(kU, kPenetration), mirror(kU, kPenetration);
  LevelFrames frames, mirror_frames;
  std::size_t most = 0;
  for (TfBar b : random_walk(random, 8 * 1440)) {
    for (Price* p : {&b.open, &b.high, &b.low, &b.close}) *p += 5'000;  // never exactly on a round number
    book.on_frame(frames.next(b));
    mirror.on_frame(mirror_frames.next(mirrored(b, kMid)));
    using Key = std::tuple<Price, int, TimeNs, TimeNs, std::uint32_t, LevelOrigin>;
    std::set<Key> here, there;
    std::uint64_t last_id = 0;
    for (const Level& l : book.levels()) {
      ASSERT_GT(l.id, last_id);
      last_id = l.id;
      ASSERT_LT(b.t_close, l.dies);
      ASSERT_LE(l.type * (l.price - b.close), kPenetration);
      here.insert({l.price, l.type, l.birth, l.dies, l.touches, l.origin});
    }
    for (const Level& l : mirror.levels()) there.insert({2 * kMid - l.price, -l.type, l.birth, l.dies, l.touches, l.origin});
    ASSERT_EQ(here, there) << b.t_close / kMinute_ns;
    most = std::max(most, book.levels().size());
  }
  EXPECT_LE(most, LevelBook::kLevelsMax);
  EXPECT_GT(most, 10u);
}

/// The other book is saved and loaded before every bar, so it remembers nothing about which walks would find nothing.
TEST(LevelBook, WhatItLeavesOutChangesNothing) {
  auto random = seeded(68);
  LevelBook book(kU, kPenetration);
  auto other = std::make_unique<LevelBook>(kU, kPenetration);
  LevelFrames frames;
  std::set<std::uint64_t> before;
  std::uint64_t removals = book.removals();
  int held = 0, left = 0;
  for (const TfBar& b : random_walk(random, 4 * 1440)) {
    StateWriter saved;
    saved(*other);
    other = std::make_unique<LevelBook>(kU, kPenetration);
    StateReader reader(saved.bytes());
    reader(*other);
    ASSERT_TRUE(reader.at_end());
    const FeatureFrame f = frames.next(b);
    book.on_frame(f);
    other->on_frame(f);
    StateWriter here, there;
    here(book);
    there(*other);
    ASSERT_TRUE(std::ranges::equal(here.bytes(), there.bytes())) << b.t_close / kMinute_ns;
    std::set<std::uint64_t> now;
    for (const Level& l : book.levels()) now.insert(l.id);
    const bool lost = !std::ranges::includes(now, before);
    ASSERT_TRUE(!lost || book.removals() != removals);  // one that came and went in this bar may count too
    (lost ? left : held) += 1;
    removals = book.removals();
    before = std::move(now);
  }
  EXPECT_GT(held, 1000);
  EXPECT_GT(left, 100);
}

TEST(LevelBook, ARoundNumberThatASwingTookOverDiesWhenTheSwingDoes) {
  Rig r;
  r.minute(kMid);
  const std::uint64_t id = r.at(1'100'000'000, 1)->id;
  r.swing(1'100'000'000);
  const Level* level = r.at(1'100'000'000, 1);
  ASSERT_NE(level, nullptr);
  ASSERT_EQ(level->id, id);
  ASSERT_EQ(level->origin, LevelOrigin::kM1Swing);
  const TimeNs dies = level->dies;
  ASSERT_EQ(dies, r.now() + 480 * kMinute_ns) << "and nothing else in the book dies as early";
  while (r.now() + kMinute_ns < dies) r.minute(1'100'000'000 + 9 * kU);
  ASSERT_EQ(r.at(1'100'000'000, 1)->id, id);
  r.minute(1'100'000'000 + 9 * kU);
  EXPECT_NE(r.at(1'100'000'000, 1)->id, id) << "offered again, as a round number";
  EXPECT_EQ(r.at(1'100'000'000, 1)->origin, LevelOrigin::kRound);
}

TEST(LevelBook, AStrategysOwnBookHoldsItsSwingsAndRoundNumbersAlone) {
  // a valley of strength 3 on M1: a swing for k = 2, none for k = 5; H4 and D1 are not looked at
  const auto origins = [](int k, bool higher) {
    LevelBook book(100'000, 2'200'000, k, higher);
    FeatureFrame f;
    TimeNs t = 1'741'600'800'000'000'000;
    std::set<LevelOrigin> seen;
    for (const Price depth : {4, 3, 2, 1, 2, 3, 4, 0, 5, 6, 7, 8}) {
      TfBar& b = f.bars[0];
      b.t_open = t;
      b.t_close = t + kMinute_ns;
      b.low = 1'100'000'000 + depth * 300'000;
      b.high = b.low + 100'000;
      b.open = b.close = b.low + 50'000;
      f.closed_mask = 1u << static_cast<unsigned>(Timeframe::kM1) | 1u << static_cast<unsigned>(Timeframe::kD1);
      f.bars[static_cast<std::size_t>(Timeframe::kD1)] = b;
      t += kMinute_ns;
      f.ts = t;
      book.on_frame(f);
      for (const Level& l : book.levels()) seen.insert(l.origin);
    }
    return seen;
  };
  EXPECT_TRUE(origins(2, true).contains(LevelOrigin::kPreviousDay));
  EXPECT_TRUE(origins(2, false).contains(LevelOrigin::kM1Swing));
  EXPECT_EQ(origins(5, false), (std::set<LevelOrigin>{LevelOrigin::kRound}));
}

}  // namespace
}  // namespace omega
