// What the tests of the simulated market do with a whole feed.
#pragma once

#include <gtest/gtest.h>

#include <cstring>

#include "adapters/feed/sim_market.hpp"
#include "engine/core/lane.hpp"

namespace omega::test {

inline std::uint64_t digest_of(SimMarket& m) {
  std::uint64_t digest = 0;
  InputEvent e;
  for (Seq seq = 1; m.next(e); ++seq) digest = digest_step(digest, e.type, seq, e.body.data(), e.body_bytes(), {});
  return digest;
}

/// shorter is what longer begins with, and longer goes on.
inline void expect_prefix(SimMarket& shorter, SimMarket& longer, std::size_t events_min) {
  InputEvent a, b;
  std::size_t n = 0;
  for (; shorter.next(a); ++n) {
    ASSERT_TRUE(longer.next(b));
    ASSERT_TRUE(a.type == b.type && std::memcmp(a.body.data(), b.body.data(), a.body_bytes()) == 0) << "event " << n;
  }
  EXPECT_GT(n, events_min);
  EXPECT_TRUE(longer.next(b));
}

/// The bars of one instrument of `together` are those of `alone`, a market of that symbol only, which ends with them.
inline void expect_bars_of(SimMarket& together, InstrumentId instrument, SimMarket& alone, std::size_t bars_min) {
  InputEvent a, b;
  std::size_t compared = 0;
  while (together.next(b)) {
    if (b.as<Bar>().instrument != instrument) continue;
    ASSERT_TRUE(alone.next(a));
    b.as<Bar>().instrument = 0;
    ASSERT_EQ(std::memcmp(a.body.data(), b.body.data(), sizeof(Bar)), 0) << "bar " << compared;
    ++compared;
  }
  EXPECT_FALSE(alone.next(a));
  EXPECT_GT(compared, bars_min);
}

}  // namespace omega::test
