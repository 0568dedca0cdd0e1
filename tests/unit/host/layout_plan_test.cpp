// Which threads a run gets: the configuration's wish against the machine's cores.
#include "adapters/host/layout_plan.hpp"

#include <gtest/gtest.h>

namespace omega::host {
namespace {

Topology cores(int n) {
  Topology t;
  for (int i = 0; i < n; ++i) t.cpus.push_back({.id = i, .core = i});
  return t;
}

PipelineConfig asks(LayoutKind kind, std::initializer_list<const char*> groups, WaitKind wait = WaitKind::kSpinYield) {
  PipelineConfig c;
  c.layout = kind;
  c.pinned.count = 0;
  for (const char* g : groups) {
    c.pinned.threads[c.pinned.count] = group_of(g).value();
    c.pinned.threads[c.pinned.count++].wait = wait;
  }
  return c;
}
const std::initializer_list<const char*> kThree{"sequencer", "features", "signals+risk+orders"};

TEST(LayoutPlan, AutoIsPinnedOnlyWithACoreForEachThreadAndOneMoreForTheHelpers) {
  for (int n = 1; n <= 6; ++n) {
    const auto plan = plan_layout(asks(LayoutKind::kAuto, kThree), cores(n));
    ASSERT_TRUE(plan.ok());
    EXPECT_EQ(plan.value().layout.fused(), n < 4) << n;
    EXPECT_EQ(plan.value().notes.size(), n < 4 ? 1u : 0u) << "falling back is said";
  }
}

TEST(LayoutPlan, SpinningThreadsWithoutACoreEachAreRefusedAndYieldingOnesAreNot) {
  const auto refused = plan_layout(asks(LayoutKind::kPinned, kThree, WaitKind::kSpin), cores(2));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUsage);
  EXPECT_NE(refused.error().message.find("3 threads of which sequencer spins on 2 usable cores"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(plan_layout(asks(LayoutKind::kPinned, kThree, WaitKind::kSpin), cores(3)).ok());
  for (const WaitKind gives : {WaitKind::kSpinYield, WaitKind::kPark}) {
    const auto plan = plan_layout(asks(LayoutKind::kPinned, kThree, gives), cores(2));
    ASSERT_TRUE(plan.ok());
    EXPECT_EQ(plan.value().layout.count, 3);
    EXPECT_EQ(plan.value().layout.threads[0].cpu, -1) << "two threads of three on one core would starve it";
    EXPECT_EQ(plan.value().notes.size(), 1u);
  }
}

TEST(LayoutPlan, TwoThreadsOnOneCoreAreRefusedWhenOneSpins) {
  PipelineConfig c = asks(LayoutKind::kPinned, {"sequencer+features", "signals+risk+orders"});
  c.pinned.threads[0].cpu = 1;
  c.pinned.threads[1].cpu = 5;
  Topology t = cores(4);
  for (int i = 0; i < 4; ++i) t.cpus.push_back({.id = 4 + i, .core = i});  // second logical CPU of each core
  EXPECT_TRUE(plan_layout(c, t).ok());
  c.pinned.threads[1].wait = WaitKind::kSpin;
  const auto refused = plan_layout(c, t);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("signals+risk+orders spins on the core of sequencer+features (cpu 5 and 1)"), std::string::npos)
      << refused.error().message;
}

TEST(LayoutPlan, AnUnknownCpuIsNamedWithThoseThatThereAre) {
  PipelineConfig c = asks(LayoutKind::kPinned, {"sequencer", "features+signals+risk+orders"});
  c.pinned.threads[1].cpu = 7;
  const auto refused = plan_layout(c, cores(2));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("cpu 7 is not one that this process may use (0, 1)"), std::string::npos) << refused.error().message;
}

TEST(LayoutPlan, CoresAreChosenIsolatedFirstOnTheLargerNodeAndNeverTwoOfOneCore) {
  Topology t;
  t.nodes = 2;
  t.cpus = {{.id = 0, .core = 0, .node = 0}, {.id = 1, .core = 1, .node = 1}, {.id = 2, .core = 2, .node = 1},
            {.id = 3, .core = 3, .node = 1}, {.id = 4, .core = 1, .node = 1}, {.id = 5, .core = 4, .node = 0, .isolated = true}};
  const auto plan = plan_layout(asks(LayoutKind::kPinned, kThree), t);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan.value().layout.threads[0].cpu, 5);
  EXPECT_EQ(plan.value().layout.threads[1].cpu, 1);
  EXPECT_EQ(plan.value().layout.threads[2].cpu, 2);
}

TEST(LayoutPlan, ThisMachineHasAtLeastTheCoreThatTheTestRunsOn) {
  const Topology t = this_machine();
  ASSERT_FALSE(t.cpus.empty());
  EXPECT_GE(t.nodes, 1);
  EXPECT_TRUE(prefer_memory_of(t, t.cpus.front().id).empty() || t.nodes > 1);
}

TEST(LayoutPlan, WhereNoThreadIsPlacedTheCountOfCpusIsEnough) {
  const Topology counted = counted_cpus();
  EXPECT_EQ(counted.cpus.size(), this_machine().cpus.size());
  for (std::size_t n = 1; n <= 6; ++n) {
    const PipelineConfig c = asks(LayoutKind::kAuto, kThree);
    EXPECT_EQ(stays_fused(c, n), plan_layout(c, cores(static_cast<int>(n))).value().layout.fused()) << n;
  }
  EXPECT_TRUE(stays_fused(asks(LayoutKind::kFused, kThree), 64));
  EXPECT_FALSE(stays_fused(asks(LayoutKind::kPinned, kThree), 1));
}

TEST(LayoutPlan, TheKernelsCpuListsAreRead) {
  EXPECT_EQ(parse_cpu_list("0-2,5,7-8\n"), (std::vector<int>{0, 1, 2, 5, 7, 8}));
  EXPECT_TRUE(parse_cpu_list("").empty());
  for (const char* bad : {"a", "3-1", "1,,2", "-", "1-"}) EXPECT_TRUE(parse_cpu_list(bad).empty()) << bad;
}

}  // namespace
}  // namespace omega::host
