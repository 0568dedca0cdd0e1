// The place of one limit order in the queue (STRATEGIES 4.8, "L2 limit order"), in worked numbers: one lot is one unit here.
#include "engine/orders/limit_queue.hpp"

#include <gtest/gtest.h>

#include "engine/core/archive.hpp"

namespace omega {
namespace {

constexpr LimitQueue::Level shown(Qty size) { return {size, true}; }
constexpr LimitQueue::Level kOutOfView{0, false};

/// An order for 10 behind `ahead` that began to rest at 1.
LimitQueue behind(Qty ahead) {
  LimitQueue q;
  q.start(10, 10, shown(ahead), 1);
  return q;
}

TEST(LimitQueue, BeginsBehindWhatIsDisplayed) {
  EXPECT_EQ(behind(30).ahead(), 30);
  EXPECT_TRUE(behind(30).joined());
}

TEST(LimitQueue, WhereNoLevelStandsItJoinsWhenOneFirstShows) {
  LimitQueue q = behind(0);
  EXPECT_FALSE(q.joined());
  EXPECT_EQ(q.on_trade(100, 2), 0);  // nothing is known of the queue
  q.on_level(shown(20), 3);
  EXPECT_TRUE(q.joined());
  EXPECT_EQ(q.ahead(), 20);
}

TEST(LimitQueue, TradesReduceWhatIsAheadAndOnlyTheirRestIsOurs) {
  LimitQueue q = behind(30);
  EXPECT_EQ(q.on_trade(29, 2), 0);
  EXPECT_EQ(q.ahead(), 1);
  EXPECT_EQ(q.on_trade(1, 3), 0);
  EXPECT_EQ(q.ahead(), 0);
  EXPECT_EQ(q.on_trade(4, 4), 4);
  EXPECT_EQ(q.take(4), 4);
  EXPECT_EQ(q.left(), 6);
  EXPECT_EQ(q.on_trade(50, 5), 6);
}

TEST(LimitQueue, OneTradeMayEmptyTheQueueAndFillUs) {
  LimitQueue q = behind(30);
  EXPECT_EQ(q.on_trade(33, 2), 3);
}

TEST(LimitQueue, VolumeThatIsLeftAloneIsLost) {
  LimitQueue q = behind(5);
  EXPECT_EQ(q.on_trade(8, 2), 3);
  EXPECT_EQ(q.left(), 10);
  EXPECT_EQ(q.on_trade(2, 3), 2);
}

TEST(LimitQueue, ACancelTakesItsShareOfWhatIsAheadRoundedDown) {
  LimitQueue q = behind(30);
  q.on_level(shown(50), 2);     // 20 more behind us
  q.on_level(shown(43), 3);     // 7 of 50 cancelled
  EXPECT_EQ(q.ahead(), 30);     // counts from the next moment on
  q.on_level(shown(43), 4);
  EXPECT_EQ(q.ahead(), 26);     // floor(7·30/50) = 4
}

TEST(LimitQueue, ACancelOfTheWholeLevelLeavesNothingAhead) {
  LimitQueue q = behind(30);
  q.on_level(shown(0), 2);
  q.on_level(shown(15), 3);     // these came later than we
  EXPECT_EQ(q.ahead(), 0);
  EXPECT_EQ(q.on_trade(3, 4), 3);
}

TEST(LimitQueue, ADropThatATradeExplainsIsNoCancel) {
  LimitQueue before = behind(30), after = behind(30);
  EXPECT_EQ(before.on_trade(12, 2), 0);  // the trade, then its drop
  before.on_level(shown(18), 2);
  after.on_level(shown(18), 2);          // the drop, then its trade, of one moment
  EXPECT_EQ(after.on_trade(12, 2), 0);
  for (LimitQueue* q : {&before, &after}) {
    q->on_level(shown(18), 3);
    EXPECT_EQ(q->ahead(), 18);
  }
}

TEST(LimitQueue, TradeAndCancelOfOneMomentShareTheDrop) {
  LimitQueue q = behind(30);
  q.on_level(shown(40), 2);
  EXPECT_EQ(q.on_trade(10, 3), 0);  // ahead 20 of 30
  q.on_level(shown(24), 3);         // 16 less: 10 traded, 6 of the 30 left cancelled
  q.on_level(shown(24), 4);
  EXPECT_EQ(q.ahead(), 16);         // 20 - floor(6·20/30)
}

TEST(LimitQueue, ATradeExplainsADropThatComesLaterButOnlyUntilTheLevelChanges) {
  LimitQueue q = behind(30);
  EXPECT_EQ(q.on_trade(10, 2), 0);
  q.on_level(shown(30), 3);         // another price changed
  q.on_level(shown(20), 4);         // the drop of the trade
  q.on_level(shown(10), 5);         // a cancel: half of the level
  q.on_level(shown(10), 6);
  EXPECT_EQ(q.ahead(), 10);
}

TEST(LimitQueue, WhatIsStampedAsTheEventThatShowedTheLevelChangesNothing) {
  LimitQueue q = behind(30);        // began to rest at 1
  EXPECT_EQ(q.on_trade(100, 1), 0);
  EXPECT_EQ(q.ahead(), 30);
  EXPECT_EQ(q.on_trade(31, 2), 1);
}

TEST(LimitQueue, ALevelOutOfViewIsNotGone) {
  LimitQueue q = behind(30);
  q.on_level(kOutOfView, 2);
  EXPECT_EQ(q.ahead(), 30);
  q.on_level(shown(50), 3);
  EXPECT_EQ(q.ahead(), 30);
  q.on_level(kOutOfView, 4);
  q.on_level(shown(12), 5);         // no more than what shows
  EXPECT_EQ(q.ahead(), 12);
  q.on_level(kOutOfView, 6);
  q.on_level(shown(0), 7);          // in view again, and nothing there
  EXPECT_EQ(q.ahead(), 0);
}

TEST(LimitQueue, AfterAGapAtMostWhatTheSnapshotShowsIsAhead) {
  LimitQueue q = behind(30);
  q.on_gap_closed(shown(90), 5);    // no drop, no cancel
  EXPECT_EQ(q.ahead(), 30);
  q.on_gap_closed(shown(7), 6);
  EXPECT_EQ(q.ahead(), 7);
  q.on_gap_closed(kOutOfView, 7);
  EXPECT_EQ(q.ahead(), 7);
  LimitQueue unseen = behind(0);
  unseen.on_gap_closed(shown(4), 5);
  EXPECT_EQ(unseen.ahead(), 4);
}

TEST(LimitQueue, PartsInLotsAddUpToTheOrderExactly) {
  LimitQueue q;
  q.start(3, 10, shown(1), 1);      // 3 lots of 10 units: a lot counts once 10/3 units are there
  ASSERT_EQ(q.on_trade(1, 2), 0);
  const std::array<Qty, 10> expected{0, 0, 0, 1, 0, 0, 1, 0, 0, 1};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(q.on_trade(1, 3), 1);
    EXPECT_EQ(q.take(1), expected[i]) << i;
  }
  EXPECT_EQ(q.left(), 0);
}

TEST(LimitQueue, ARestoredQueueGoesOnTheSame) {
  LimitQueue q = behind(30);
  q.on_level(shown(40), 2);
  ASSERT_EQ(q.on_trade(5, 3), 0);
  q.on_level(shown(21), 3);         // a cancel that is not settled yet
  StateWriter w;
  w(q);
  LimitQueue copy;
  StateReader r(w.bytes());
  r(copy);
  ASSERT_TRUE(r.at_end());
  for (LimitQueue* x : {&q, &copy}) {
    x->on_level(shown(21), 4);
    EXPECT_EQ(x->ahead(), 15);      // 25 - floor(14·25/35)
  }
}

}  // namespace
}  // namespace omega
