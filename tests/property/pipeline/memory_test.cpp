// Memory is constant after warm-up (STRATEGIES 5.4-8): FULL_24 on ticks, news and crises allocates nothing after the first event, its heap does
// not grow, and its resident memory stays within a MiB after a third of the events.
// OMEGA_STRESS_EVENTS=N: at least so many events (the long run: ten million; default 1,000,000).
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "tests/property/pipeline/full_24_fixture.hpp"
#include "tests/unit/orders/allocation_counter.hpp"

namespace omega::test {
namespace {

std::size_t heap_in_use() {
  const struct mallinfo2 m = mallinfo2();
  return m.uordblks + m.hblkhd;
}

/// Without the pages of files: code that runs for the first time late is not growth.
std::size_t resident_bytes() {
  std::FILE* f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr) return 0;
  unsigned long size = 0, resident = 0, of_files = 0;
  const int got = std::fscanf(f, "%lu %lu %lu", &size, &resident, &of_files);
  std::fclose(f);
  return got == 3 ? (resident - of_files) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

TEST(Memory, NothingGrowsOverTheEventsAfterWarmUp) {
  const char* asked = std::getenv("OMEGA_STRESS_EVENTS");
  const std::uint64_t target = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 1'000'000, warm = target / 3;
  mallopt(M_PERTURB, 0x5a);  // malloc writes what it gives out, so that no reserved page is touched for the first time by a late event
  EngineConfig base = full_24_config();
  base.risk.l4_drawdown_max = 1e9;  // an emergency stop would leave the way of orders idle for the rest of the run
  auto feed = full_24_market(base, 5, 3'650);
  const EngineConfig config = resolved(base, *feed);
  NullSink nowhere;
  LaneSinks sinks{};
  sinks.fill(&nowhere);
  Pipeline pipeline(config, sinks);
  InputEvent e;
  ASSERT_TRUE(feed->next(e));
  pipeline.on_external(e);
  const std::size_t allocations_before = allocations();
  std::uint64_t events = 1;
  for (; events < warm && feed->next(e); ++events) pipeline.on_external(e);
  const std::size_t allocations_warm = allocations(), heap_warm = heap_in_use(), resident_warm = resident_bytes();
  for (; events < target && feed->next(e); ++events) pipeline.on_external(e);
  const std::size_t allocations_end = allocations(), heap_end = heap_in_use(), resident_end = resident_bytes();
  std::printf("%llu events, %llu trades, heap %zu then %zu bytes, resident %zu then %zu bytes\n", static_cast<unsigned long long>(events),
              static_cast<unsigned long long>(pipeline.stages().orders().trades()), heap_warm, heap_end, resident_warm, resident_end);
  ASSERT_EQ(events, target);
  EXPECT_GT(pipeline.stages().orders().trades(), 0u) << "the way to a trade was not exercised";
  EXPECT_FALSE(pipeline.sequencer().halted());
  EXPECT_EQ(allocations_warm, allocations_before);
  EXPECT_EQ(allocations_end, allocations_warm);
  EXPECT_EQ(heap_end, heap_warm);
  constexpr std::size_t kPages_bytes = 1024 * 1024;  // the heap above is exact; this bounds what is outside of it, at a sixth of a byte per event
  EXPECT_LE(resident_end, resident_warm + kPages_bytes);
  ::operator delete(::operator new(1));
  EXPECT_GT(allocations(), allocations_end) << "the counter counts";
}

}  // namespace
}  // namespace omega::test
