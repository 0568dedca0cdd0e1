// run(A·B) = restore(checkpoint(A))·B to the byte, and the outputs of A are those of A inside A·B (no look-ahead).
#include "tests/property/signals/random_market.hpp"

namespace omega::test {
namespace {

constexpr int kMinutes = 12'000, kCuts = 50;
constexpr std::uint32_t kSeed = 7;
const std::initializer_list<StrategyId> kStrategies{1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 22, 23, 24};

TEST(Checkpoint, RestoringAtAnyCutContinuesByteForByte) {
  std::printf("seed %u\n", kSeed);
  const auto config = eager_config(kStrategies);
  StageHarness whole(config);
  RandomMarket whole_market(whole, kSeed, false);
  std::mt19937 cuts(kSeed);
  std::vector<int> at;
  for (int i = 0; i < kCuts; ++i) at.push_back(static_cast<int>(cuts() % kMinutes));
  std::sort(at.begin(), at.end());

  // A second stage follows the same frames; at every cut it is thrown away and rebuilt from the first one's checkpoint,
  // so between two cuts it lives on restored state alone.
  StageHarness follower(config);
  RandomMarket follower_market(follower, kSeed, false);
  std::size_t next = 0;
  for (int i = 0; i < kMinutes; ++i) {
    for (; next < at.size() && at[next] == i; ++next) {
      StateWriter saved;
      whole.stage->save(saved);
      follower.rebuild_stage();
      StateReader in(saved.bytes());
      follower.stage->load(in);
      ASSERT_TRUE(in.at_end());
      StateWriter again;
      follower.stage->save(again);
      ASSERT_EQ(saved.bytes(), again.bytes()) << "cut after minute " << i;
    }
    whole_market.minute();
    follower_market.minute();
    ASSERT_EQ(whole.stage->digest(), follower.stage->digest()) << "minute " << i;
  }
  EXPECT_EQ(whole.sink.records, follower.sink.records);
  for (const StrategyId id : kStrategies) {
    if (id == 3) continue;  // a filter; S15 rests for a day after each signal
    EXPECT_GT(whole.funnel(id).signals(), id == 15 ? 1u : 3u) << "strategy " << id;
  }
  EXPECT_GT(whole.sink.all<ExitRequest>().size(), 3u);
  EXPECT_GT(whole.sink.all<ToxStateChange>().size(), 3u);
}

TEST(Checkpoint, AShortCheckpointIsRefusedNotBelieved) {
  StageHarness h(eager_config(kStrategies));
  RandomMarket market(h, kSeed, false);
  for (int i = 0; i < 200; ++i) market.minute();
  StateWriter saved;
  h.stage->save(saved);
  for (std::size_t size = 0; size < saved.bytes().size(); size += 1'009) {
    StageHarness fresh(eager_config(kStrategies));
    StateReader in({saved.bytes().data(), size});
    fresh.stage->load(in);
    EXPECT_FALSE(in.ok());
  }
}

TEST(NoLookAhead, TheOutputsOfAPrefixAreThoseOfThePrefixInsideTheWhole) {
  const auto config = eager_config(kStrategies);
  StageHarness whole(config);
  RandomMarket whole_market(whole, kSeed + 1, false);
  for (int i = 0; i < kMinutes; ++i) whole_market.minute();
  for (const int cut : {1, 240, 1'000, 2'500}) {
    StageHarness prefix(config);
    RandomMarket market(prefix, kSeed + 1, false);
    for (int i = 0; i < cut; ++i) market.minute();
    ASSERT_LE(prefix.sink.records.size(), whole.sink.records.size());
    EXPECT_TRUE(std::equal(prefix.sink.records.begin(), prefix.sink.records.end(), whole.sink.records.begin())) << cut;
  }
}

}  // namespace
}  // namespace omega::test
