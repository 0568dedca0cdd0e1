#include "engine/ring/event_ring.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

namespace omega {
namespace {

TEST(EventRing, GivesASlotToTheNextGroupOnlyAfterTheGroupBefore) {
  EventRing<int> ring(4, 2);
  Waiter waiter(WaitKind::kSpinYield);
  ring.claim(1, waiter) = 7;
  EXPECT_FALSE(ring.is_ready(0, 1));
  ring.publish(1);
  EXPECT_TRUE(ring.is_ready(0, 1));
  EXPECT_FALSE(ring.is_ready(1, 1));
  ring.finish(0, 1);
  EXPECT_TRUE(ring.is_ready(1, 1));
  EXPECT_EQ(ring.at(1), 7);
  EXPECT_EQ(ring.finished(), 0u);
  ring.finish(1, 1);
  EXPECT_EQ(ring.finished(), 1u);
}

TEST(EventRing, RefusesToOverwriteWhatTheLastGroupHasNotFinished) {
  EventRing<int> ring(4, 1);
  Waiter waiter(WaitKind::kSpinYield);
  for (Seq s = 1; s <= 4; ++s) {
    ring.claim(s, waiter);
    ring.publish(s);
  }
  EXPECT_FALSE(ring.can_claim(5));
  ring.finish(0, 1);
  EXPECT_TRUE(ring.can_claim(5));
  EXPECT_FALSE(ring.can_claim(6));
}

TEST(EventRing, AnOldMarkOfTheSameSlotDoesNotCountAsTheNewOne) {
  EventRing<int> ring(2, 1);
  Waiter waiter(WaitKind::kSpinYield);
  ring.claim(1, waiter);
  ring.publish(1);
  ring.finish(0, 1);
  EXPECT_FALSE(ring.is_ready(0, 3));  // slot of 1 and 3 is the same
}

// Every event passes every group exactly once and in order, whatever the ring size, wait strategy and batching.
TEST(EventRing, LosesAndRepeatsNothingThroughThreeThreads) {
  std::mt19937_64 rng(20240607);
  for (const std::uint32_t slots : {2u, 8u, 256u}) {
    for (const WaitKind kind : {WaitKind::kSpinYield, WaitKind::kPark}) {
      constexpr Seq kEvents = 20'000;
      struct Payload { std::uint64_t input, middle; };
      EventRing<Payload> ring(slots, 2);
      const std::uint64_t salt = rng();
      std::thread middle([&] {
        Waiter w(kind);
        for (Seq s = 1; s <= kEvents; ++s) {
          w.wait([&] { return ring.is_ready(0, s); });
          ring.at(s).middle = ring.at(s).input ^ salt;
          ring.finish(0, s);
        }
      });
      std::uint64_t wrong = 0;
      std::thread last([&] {
        Waiter w(kind);
        for (Seq s = 1; s <= kEvents; ++s) {
          w.wait([&] { return ring.is_ready(1, s); });
          if (ring.at(s).input != s * 3 || ring.at(s).middle != ((s * 3) ^ salt)) ++wrong;
          ring.finish(1, s);
        }
      });
      Waiter w(kind);
      for (Seq s = 1; s <= kEvents; ++s) {
        ring.claim(s, w).input = s * 3;
        ring.publish(s);
      }
      middle.join();
      last.join();
      EXPECT_EQ(wrong, 0u) << "slots " << slots;
      EXPECT_EQ(ring.finished(), kEvents);
    }
  }
}

}  // namespace
}  // namespace omega
