// A search judged as if done in time: only days before a cut decide, only days behind it count.
#include "replay/optimize/walk_forward.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace omega::replay {
namespace {

constexpr std::size_t kDays = 50;

/// One trade a day; pnl(day) decides.
template <class Pnl>
Trial trial(std::uint64_t index, Pnl pnl) {
  Trial t;
  t.index = index;
  t.values = {static_cast<double>(index)};
  t.initial = 10'000;
  double equity = t.initial;
  for (std::size_t d = 0; d < kDays; ++d) {
    t.days.push_back(17'600 + static_cast<std::int64_t>(d));
    const double today = pnl(d);
    t.trades.push_back({d, today, today / 100});
    t.equity.push_back(equity += today);
  }
  return t;
}
double noise(std::size_t d) { return d % 2 == 0 ? 20 : -20; }
const SearchRules kPnl{.objective = Objective::kPnl, .folds = 4, .trades_min = 5};

TEST(WalkForwardTest, a_set_that_is_better_throughout_is_accepted_with_its_improvement) {
  const auto v = judge({trial(0, [](std::size_t d) { return 10 + noise(d); }), trial(1, [](std::size_t d) { return 15 + noise(d); })}, kPnl);
  EXPECT_TRUE(v.accepted) << v.why;
  EXPECT_EQ(v.candidate, 1u);
  EXPECT_NEAR(v.outside.pnl, 40 * 15, 1e-9);
  EXPECT_NEAR(v.current_outside.pnl, 40 * 10, 1e-9);
  EXPECT_NEAR(*v.improvement, 0.5, 1e-9);
}

TEST(WalkForwardTest, what_shines_only_in_sample_is_not_accepted) {
  const auto lucky = trial(1, [](std::size_t d) { return (d < 10 ? 100 : -30) + noise(d); });
  const auto v = judge({trial(0, [](std::size_t d) { return 10 + noise(d); }), lucky}, kPnl);
  EXPECT_EQ(v.folds[0].chosen, 1u);
  EXPECT_LT(v.folds[0].outside.pnl, 0);
  EXPECT_FALSE(v.accepted);
}

TEST(WalkForwardTest, days_behind_the_cut_do_not_decide_the_choice) {
  const auto base = trial(0, [](std::size_t d) { return 10 + noise(d); });
  const auto before = judge({base, trial(1, [](std::size_t d) { return 12 + noise(d); })}, kPnl);
  for (const double future : {-1e4, 1e4}) {
    const auto v = judge({base, trial(1, [&](std::size_t d) { return d < 40 ? 12 + noise(d) : future; })}, kPnl);
    for (std::size_t f = 0; f < 4; ++f) EXPECT_EQ(v.folds[f].chosen, before.folds[f].chosen) << f;
  }
}

TEST(WalkForwardTest, folds_join_without_gap_or_overlap) {
  const auto v = judge({trial(0, [](std::size_t d) { return 10 + noise(d); })}, kPnl);
  EXPECT_EQ(v.folds.front().cut, kDays / 5);
  for (std::size_t f = 1; f < v.folds.size(); ++f) EXPECT_EQ(v.folds[f].cut, v.folds[f - 1].to);
  EXPECT_EQ(v.folds.back().to, kDays);
  EXPECT_EQ(v.outside.returns.size(), kDays - kDays / 5);
  EXPECT_EQ(v.outside.trades, kDays - kDays / 5);
  EXPECT_FALSE(v.accepted) << "nothing but the present configuration";
}

TEST(WalkForwardTest, an_improvement_at_the_threshold_is_not_above_it) {
  SearchRules rules = kPnl;
  rules.threshold = 0.5;
  EXPECT_FALSE(judge({trial(0, [](std::size_t) { return 10; }), trial(1, [](std::size_t) { return 15; })}, rules).accepted);
  EXPECT_TRUE(judge({trial(0, [](std::size_t) { return 10; }), trial(1, [](std::size_t) { return 15.5; })}, rules).accepted);
}

TEST(WalkForwardTest, a_set_with_too_few_trades_is_not_chosen_and_refused_points_are_left_out) {
  auto rare = trial(1, [](std::size_t) { return 500; });
  rare.trades = {{3, 5000, 50}};
  Trial refused;
  refused.index = 2;
  refused.refused = "not allowed";
  const auto v = judge({refused, rare, trial(0, [](std::size_t d) { return 10 + noise(d); })}, kPnl);
  for (const Fold& f : v.folds) EXPECT_EQ(f.chosen, 0u);
  EXPECT_EQ(v.judged, 1u);
}

TEST(WalkForwardTest, more_trials_without_skill_deflate_the_ratio_of_the_best) {
  const auto make = [](std::uint64_t i) { return trial(i, [i](std::size_t d) { return noise(d) * (1 + 0.1 * static_cast<double>((d * 7 + i * 13) % 11)) + (d % 3 == i % 3 ? 15 : -5); }); };
  std::vector<Trial> few, many;
  for (std::uint64_t i = 0; i < 3; ++i) few.push_back(make(i));
  for (std::uint64_t i = 0; i < 40; ++i) many.push_back(make(i));
  SearchRules rules = kPnl;
  rules.objective = Objective::kSharpe;
  const auto a = judge(few, rules), b = judge(many, rules);
  ASSERT_TRUE(a.deflated && b.deflated);
  EXPECT_LT(*b.deflated, *b.probabilistic);
  EXPECT_GT(*b.luck_daily / *b.daily_spread, *a.luck_daily / *a.daily_spread);
}

TEST(WalkForwardTest, the_score_of_a_slice_counts_its_own_days_only) {
  const auto t = trial(0, [](std::size_t d) { return static_cast<double>(d); });
  const Score s = score_of(t, 10, 13, 252);
  EXPECT_EQ(s.trades, 3u);
  EXPECT_NEAR(s.pnl, 10 + 11 + 12, 1e-12);
  EXPECT_NEAR(s.returns[0], 10 / t.equity[9], 1e-15);
  EXPECT_NEAR(*s.expectancy_r, 0.11, 1e-12);
}

TEST(TrialTest, a_trial_survives_its_line_and_a_torn_line_is_none) {
  const auto t = trial(7, [](std::size_t d) { return noise(d) / 3; });
  const std::string line = t.json().dump();
  const auto back = Trial::from_json(line);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->json().dump(), line);
  for (std::size_t cut = 0; cut < line.size(); cut += 37) EXPECT_FALSE(Trial::from_json(line.substr(0, cut))) << cut;
  EXPECT_FALSE(Trial::from_json("{\"trial\":1}"));
}

}  // namespace
}  // namespace omega::replay
