#include <nlohmann/json.hpp>
#include <vector>

#include "replay/reports/period.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

/// One benchmark: best inside the target, acceptable inside the second pair, else poor. Bounds are inclusive.
struct Benchmark {
  const char *metric, *key, *target, *acceptable;
  double target_min, target_max, acceptable_min, acceptable_max;
};
constexpr double kNoMax = 1e300;

// The operators' benchmarks of each profile, in paper trading.
const std::vector<Benchmark>& benchmarks(const std::string& profile) {
  static const std::vector<Benchmark> green{
      {"win rate", "win_rate", "> 65 %", "60-65 %", .65, 1, .60, 1},
      {"reward : risk", "reward_risk_avg", "> 2.5", "2.0-2.5", 2.5, kNoMax, 2.0, kNoMax},
      {"max drawdown", "max_drawdown", "< 12 %", "12-15 %", 0, .12, 0, .15},
      {"trades a day", "trades_per_day", "3-8", "2-10", 3, 8, 2, 10},
      {"execution rate", "execution_rate", "> 80 %", "70-80 %", .80, 1, .70, 1},
      {"daily volatility", "daily_pnl_volatility", "< 2 %", "2-3 %", 0, .02, 0, .03}};
  static const std::vector<Benchmark> full{
      {"win rate", "win_rate", "> 62 %", "58-62 %", .62, 1, .58, 1},
      {"reward : risk", "reward_risk_avg", "> 2.8", "2.3-2.8", 2.8, kNoMax, 2.3, kNoMax},
      {"max drawdown", "max_drawdown", "< 15 %", "15-18 %", 0, .15, 0, .18},
      {"trades a day", "trades_per_day", "15-40", "10-50", 15, 40, 10, 50},
      {"execution rate", "execution_rate", "> 75 %", "65-75 %", .75, 1, .65, 1},
      {"daily volatility", "daily_pnl_volatility", "< 3 %", "3-4 %", 0, .03, 0, .04}};
  return profile == "full_24" ? full : green;
}

}  // namespace

Json targets_json(const std::string& profile, const Json& statistics) {
  Json list = Json::array();
  for (const Benchmark& b : benchmarks(profile)) {
    const Json& v = statistics[b.key];
    const char* grade = "n/a";
    if (!v.is_null()) {
      const double x = v.get<double>();
      grade = x >= b.target_min && x <= b.target_max ? "target" : x >= b.acceptable_min && x <= b.acceptable_max ? "acceptable" : "poor";
    }
    list.push_back({{"metric", b.metric}, {"key", b.key}, {"value", v}, {"target", b.target}, {"acceptable", b.acceptable}, {"grade", grade}});
  }
  return list;
}

}  // namespace omega::replay
