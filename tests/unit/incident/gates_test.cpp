// The gates as an incident shows them: verdicts from the decision, figures compared again, contradictions visible.
#include "replay/incident/gates.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/core/civil_time.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

class IncidentGates : public testing::Test {
 protected:
  void SetUp() override {
    config_.instruments.resize(1);
    config_.instruments[0].pip = 100'000;
    config_.instruments[0].contract = 100'000;
    signal_.ts = utc_time(2024, 2, 7, 10);
    signal_.entry_ref = 1'100'000'000;
    signal_.stop_loss = 1'098'000'000;
    signal_.take_profit = {1'106'000'000, 0, 0};
    signal_.tp_count = 1;
    signal_.rr_min = 1.5;
    signal_.direction = kLong;
    signal_.level = 3;
    decision_.equity = 10'000;
    decision_.q = 0.7;
    decision_.net = 1;
    decision_.ev = 0.4;
    decision_.conversion = 1;
    decision_.risk_fraction = 0.01;
    decision_.lots = 50'000'000;
    decision_.risk_actual = 0.0105;
    decision_.code = ReasonCode::kApproved;
  }
  [[nodiscard]] Json gates(const SignalOutcome* outcome = nullptr) const { return gates_of({config_, signal_, decision_, outcome}); }
  static std::vector<std::string> verdicts(const Json& gates) {
    std::vector<std::string> all;
    for (const Json& g : gates) all.push_back(g["verdict"]);
    return all;
  }

  EngineConfig config_;
  Signal signal_;
  RiskDecision decision_;
};

TEST_F(IncidentGates, a_filled_order_passed_all_ten) {
  const SignalOutcome filled{.code = ReasonCode::kFilled};
  EXPECT_EQ(verdicts(gates(&filled)), std::vector<std::string>(10, "passed"));
  for (const Json& g : gates(&filled)) EXPECT_FALSE(g["contradiction"]) << g;
}

TEST_F(IncidentGates, what_comes_after_the_gate_that_stopped_it_was_not_reached) {
  decision_.gate = 6;
  decision_.code = ReasonCode::kQualityLow;
  decision_.q = 0.55;
  const Json all = gates();
  EXPECT_EQ(verdicts(all), (std::vector<std::string>{"passed", "passed", "passed", "passed", "passed", "stopped", "not reached",
                                                     "not reached", "not reached", "not reached"}));
  EXPECT_EQ(all[5]["code"], "QUALITY_LOW");
  EXPECT_EQ(all[5]["figures"][0]["holds"], false);
  EXPECT_DOUBLE_EQ(all[5]["figures"][0]["value"], 0.55);
  EXPECT_DOUBLE_EQ(all[5]["figures"][0]["limit"], config_.risk.quality_min);
}

TEST_F(IncidentGates, a_verdict_that_its_own_figures_deny_is_shown) {
  decision_.exposure_symbol = 0.03;  // above the limit of 0.02, yet approved
  const Json all = gates();
  EXPECT_EQ(all[8]["contradiction"], true);
  EXPECT_EQ(all[5]["contradiction"], false);
}

TEST_F(IncidentGates, an_order_the_venue_has_not_answered_says_so) { EXPECT_EQ(gates()[9]["verdict"], "no answer yet"); }

TEST_F(IncidentGates, the_sizing_arithmetic_is_done_again) {
  const Json good = sizing_of({config_, signal_, decision_, nullptr}, 1'100'100'000);
  EXPECT_DOUBLE_EQ(good["loss_per_lot"], 210);  // 21 pips of 10 USD
  EXPECT_NEAR(good["risk_actual_again"].get<double>(), 0.0105, 1e-12);
  EXPECT_EQ(good["agrees"], true);
  decision_.risk_actual = 0.0106;
  EXPECT_EQ(sizing_of({config_, signal_, decision_, nullptr}, 1'100'100'000)["agrees"], false);
}

}  // namespace
}  // namespace omega::replay
