// The durable gate between orders and venue: it delays orders, never changes a lane, and when it fails nothing leaves.
#include <random>

#include "engine/core/order_gate.hpp"
#include "tests/unit/pipeline/pipeline_fixture.hpp"

namespace omega::test {
namespace {

std::vector<std::string> loose() {
  return {"strategies.mean_reversion_statistical.entry_sigma_threshold=2",
          "strategies.mean_reversion_statistical.min_confirmation_score=2.5",
          "strategies.mean_reversion_statistical.min_mtf_confluence=0",
          "strategies.liquidity_sweep.penetration_min=1",
          "strategies.liquidity_sweep.volume_threshold_multiplier=1.2",
          "strategies.liquidity_sweep.reversal_velocity_min=0.5",
          "strategies.liquidity_sweep.min_confirmation_score=3",
          "strategies.liquidity_sweep.min_mtf_confluence=0",
          "risk.quality_min=0"};
}

/// Covers a cause when it is waited for, and now and then before; from the fail_at-th wait on (1 ...) never again.
class WhimsicalGate final : public OrderGate {
 public:
  explicit WhimsicalGate(std::uint64_t seed, std::uint64_t fail_at = 0) : random_(seed), fail_at_(fail_at) {}
  void held(Seq cause) noexcept override {
    EXPECT_GE(cause, last_held_) << "causes must not decrease";
    last_held_ = cause;
    ++orders_;
  }
  bool may_leave(Seq cause) noexcept override {
    if (failed_) return false;
    if (random_() % 4 == 0) covered_ = last_held_;
    return covered_ >= cause;
  }
  bool wait(Seq cause) noexcept override {
    failed_ = failed_ || ++waits_ == fail_at_;
    if (failed_) return false;
    EXPECT_LE(cause, last_held_);
    covered_ = cause;
    return true;
  }
  [[nodiscard]] Seq covered() const { return covered_; }
  [[nodiscard]] std::uint64_t waits() const { return waits_; }
  [[nodiscard]] std::uint64_t orders() const { return orders_; }

 private:
  std::mt19937_64 random_;
  const std::uint64_t fail_at_;
  std::uint64_t waits_ = 0, orders_ = 0;
  Seq covered_ = 0, last_held_ = 0;
  bool failed_ = false;
};

/// After each record the digest of all so far: two lanes agree up to a record when their chains do there.
class ChainSink final : public LaneSink {
 public:
  void append(EventType type, Seq seq, const void* body, std::size_t body_bytes, std::span<const double> list) noexcept override {
    chain.push_back(digest_step(chain.empty() ? 0 : chain.back(), type, seq, body, body_bytes, list));
    if (type != EventType::kExecReport) return;
    ExecReport report;
    std::memcpy(static_cast<void*>(&report), body, sizeof report);
    reported.push_back(report.order_id >> 8);
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }
  std::vector<std::uint64_t> chain;
  std::vector<Seq> reported;  // cause of each reported order
};

struct Chains {
  std::array<ChainSink, kLaneCount> lanes;
  LaneSinks sinks() {
    LaneSinks s{};
    for (std::size_t l = 0; l < kLaneCount; ++l) s[l] = &lanes[l];
    return s;
  }
};

class OrderGateTest : public ::testing::Test {
 protected:
  static constexpr int kDays = 40;  // four weeks warm the slowest feature
  OrderGateTest() : config_(base_config("green_only", loose())) {
    auto feed = market(config_, 3, kDays);
    run_ = resolved(config_, *feed);
    events_ = events_of(*feed);
    play(ungated_, nullptr);
  }
  /// True when the gate let the run come to its end.
  bool play(Chains& into, OrderGate* gate) {
    const auto pipeline = std::make_unique<Pipeline>(run_, into.sinks(), gate);
    for (const InputEvent& e : events_) pipeline->on_external(e);
    return !pipeline->sequencer().halted();
  }

  EngineConfig config_, run_;
  std::vector<InputEvent> events_;
  Chains ungated_;
};

TEST_F(OrderGateTest, AGateOfAnyTimingLeavesEveryLaneAsItIs) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    WhimsicalGate gate(seed);
    Chains gated;
    EXPECT_TRUE(play(gated, &gate)) << "seed " << seed;
    for (std::size_t l = 0; l < kLaneCount; ++l)
      EXPECT_TRUE(gated.lanes[l].chain == ungated_.lanes[l].chain) << "seed " << seed << ", lane " << kLaneName[l];
    EXPECT_GT(gate.orders(), 20u) << "the path to an order was not exercised";
    EXPECT_GT(gate.waits(), 0u) << "no order was ever held";
    EXPECT_LE(gate.waits(), gate.orders());
  }
}

TEST_F(OrderGateTest, WhenTheGateFailsTheVenueAnswersOnlyWhatWasCoveredAndTheLanesStopAtAPrefix) {
  std::size_t reports = 0;
  for (std::uint64_t fail_at = 1; fail_at <= 13; fail_at += 4) {
    WhimsicalGate gate(fail_at, fail_at);
    Chains gated;
    ASSERT_FALSE(play(gated, &gate)) << "wait " << fail_at;
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      const auto &whole = ungated_.lanes[l].chain, &part = gated.lanes[l].chain;
      ASSERT_LT(part.size(), whole.size());
      ASSERT_FALSE(part.empty());
      EXPECT_EQ(part.back(), whole[part.size() - 1]) << "wait " << fail_at << ", lane " << kLaneName[l];
    }
    for (const Seq cause : gated.lanes[0].reported)
      EXPECT_LE(cause, gate.covered()) << "an order left although its cause was not durable";
    reports += gated.lanes[0].reported.size();
  }
  EXPECT_GT(reports, 0u) << "no order left before a failure";
}

}  // namespace
}  // namespace omega::test
