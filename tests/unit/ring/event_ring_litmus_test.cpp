// Litmus: two threads, one slot handed over many times; each round counts the outcome, forbidden ones must be zero.
//   writer: data = r; more = r; publish(r)          reader: sees is_ready(r)
//   FORBIDDEN  reader sees ready and data != r      (publication reordered before the data)
//   FORBIDDEN  reader sees data != more             (torn hand-over)
//   FORBIDDEN  writer reuses the slot before the reader finished (reader re-reads and finds another round)
#include <gtest/gtest.h>

#include <thread>

#include "engine/ring/event_ring.hpp"

namespace omega {
namespace {

TEST(EventRingLitmus, ForbiddenOutcomesNeverHappen) {
#if defined(__SANITIZE_THREAD__)
  constexpr Seq kRounds = 100'000;
#else
  constexpr Seq kRounds = 1'000'000;
#endif
  struct Data { std::uint64_t data, pad[16], more; };
  EventRing<Data> ring(2, 1);
  std::uint64_t stale = 0, torn = 0, reused = 0;
  std::thread reader([&] {
    Waiter w(WaitKind::kSpinYield);
    for (Seq r = 1; r <= kRounds; ++r) {
      w.wait([&] { return ring.is_ready(0, r); });
      const Data& d = ring.at(r);
      stale += d.data != r;
      torn += d.data != d.more;
      for (int i = 0; i < 4; ++i) cpu_pause();
      reused += static_cast<const volatile Data&>(d).data != r;  // read again: nobody may have reused it
      ring.finish(0, r);
    }
  });
  Waiter w(WaitKind::kSpinYield);
  for (Seq r = 1; r <= kRounds; ++r) {
    Data& d = ring.claim(r, w);
    d.data = r;
    d.more = r;
    ring.publish(r);
  }
  reader.join();
  EXPECT_EQ(stale, 0u);
  EXPECT_EQ(torn, 0u);
  EXPECT_EQ(reused, 0u);
}

}  // namespace
}  // namespace omega
