#include "replay/reports/checklist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "replay/reports/period.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPaperDays = 30, kWinRate = 0.60, kDrawdown = 0.15, kExecution = 0.80;
constexpr double kL1 = 0.025, kL2 = 0.05, kL4 = 0.15, kCapitalMin = 1'000, kCapitalMax = 5'000;
constexpr int kL3_losses = 5;

/// Lines in order.
class List {
 public:
  void phase(const char* name) { phase_ = name; }
  void line(const char* item, bool met, std::string figure, const char* source) { add(item, met ? "met" : "not met", std::move(figure), source); }
  void person(const char* item, std::string figure = "", const char* source = "") { add(item, "needs a person", std::move(figure), source); }
  Json all = Json::array();

 private:
  void add(const char* item, const char* status, std::string figure, const char* source) {
    all.push_back({{"phase", phase_}, {"item", item}, {"status", status}, {"figure", std::move(figure)}, {"source", source}});
  }
  std::string phase_;
};

std::string percent(const Json& v) { return v.is_null() ? "n/a" : fmt::format("{:.2f} %", v.get<double>() * 100); }
bool above(const Json& v, double limit) { return !v.is_null() && v.get<double>() > limit; }

void paper(List& l, const ChecklistInput& in) {
  l.phase("1 paper trading");
  if (in.paper == nullptr) {
    for (const char* item : {"30 days of GREEN_ONLY on paper", "win rate above 60 %", "drawdown below 15 %", "no emergency stop", "execution rate above 80 %"}) {
      l.line(item, false, "no journal was given", "--journal");
    }
  } else {
    const Book& b = *in.paper;
    const Json statistics = period_json(b, whole(b))["statistics"];
    const double days = static_cast<double>(b.last_ts - b.first_ts) / static_cast<double>(kDay_ns);
    const bool simulated = std::any_of(b.config.instruments.begin(), b.config.instruments.end(), [](const InstrumentConfig& i) { return i.active && i.simulated; });
    l.line("30 days of GREEN_ONLY on paper", b.config.mode == "paper" && b.config.profile == "green_only" && !simulated && days >= kPaperDays,
           fmt::format("{:.1f} days of {}, {}{}", days, b.config.profile, b.config.mode, simulated ? ", SIMULATED market" : ""), "journal");
    l.line("win rate above 60 %", above(statistics["win_rate"], kWinRate),
           fmt::format("{} of {} trades", percent(statistics["win_rate"]), statistics["trades"].dump()), "journal");
    l.line("drawdown below 15 %", statistics["max_drawdown"].get<double>() < kDrawdown, percent(statistics["max_drawdown"]), "journal");
    const auto stops = std::count_if(b.trips.begin(), b.trips.end(), [](const KillSwitchEvent& k) { return k.layer == KillSwitchLayer::kEmergency; });
    l.line("no emergency stop", stops == 0, fmt::format("{} trips of layer 4", stops), "journal");
    l.line("execution rate above 80 %", above(statistics["execution_rate"], kExecution), percent(statistics["execution_rate"]), "journal");
  }
  if (in.log_errors < 0) l.person("no critical errors in the logs", "no log file", "--log-dir");
  else l.line("no critical errors in the logs", in.log_errors == 0, fmt::format("{} error lines", in.log_errors), "omega.log");
}

void technical(List& l, const ChecklistInput& in) {
  const EngineConfig& c = in.config;
  l.phase("2 technical");
  l.line("smoke test passes", in.smoke_passed, in.smoke_passed ? "all steps" : "a step failed; see omega smoke", "omega smoke, run now");
  l.line("broker connection tested", false, "this version has no venue connection", "program");
  l.person("API keys in environment variables", "the configuration has no key for a secret", "configuration");
  l.person("broker account verified");
  l.person("commission and slippage as the broker's", fmt::format("commission {} {} per lot and round turn, slippage {} pips",
           c.venue.commission_per_lot_round_turn, c.account_currency, c.venue.slippage_pips), "configuration");
  l.line("position limits", c.risk.positions_max > 0 && c.risk.positions_symbol_max <= c.risk.positions_max,
         fmt::format("{} at once, {} per symbol, {} per strategy", c.risk.positions_max, c.risk.positions_symbol_max, c.risk.positions_strategy_max), "configuration");
}

void risk(List& l, const ChecklistInput& in) {
  const RiskConfig& r = in.config.risk;
  l.phase("3 risk");
  l.line("kill switch on", true, "no setting turns it off", "program");
  l.line("layer 1, risk of a trade, at most 2.5 %", r.l1_risk_max <= kL1, percent(r.l1_risk_max), "configuration");
  l.line("layer 2, daily loss, at most 5 %", r.l2_daily_loss_max <= kL2, percent(r.l2_daily_loss_max), "configuration");
  l.line("layer 3, at most 5 losses in a row", r.l3_consecutive_losses <= kL3_losses, std::to_string(r.l3_consecutive_losses), "configuration");
  l.line("layer 4, drawdown, at most 15 %", r.l4_drawdown_max <= kL4, percent(r.l4_drawdown_max), "configuration");
  l.person("emergency contact and notification");
}

void capital(List& l, const ChecklistInput& in) {
  const RiskConfig& r = in.config.risk;
  l.phase("4 capital");
  l.line("initial capital 1 000 to 5 000", r.initial_capital >= kCapitalMin && r.initial_capital <= kCapitalMax,
         fmt::format("{:.2f} {}", r.initial_capital, in.config.account_currency), "configuration");
  if (in.paper == nullptr || in.paper->trades.empty()) {
    l.line("position sizes proved on paper", false, "no trades on paper", "journal");
  } else {
    double worst = 0;
    for (const TradeClosed& t : in.paper->trades) worst = std::max(worst, money_to_double(t.initial_risk) / in.paper->config.risk.initial_capital);
    l.line("position sizes proved on paper", worst <= in.paper->config.risk.l1_risk_max,
           fmt::format("largest risk of {} trades: {} of the initial capital", in.paper->trades.size(), percent(worst)), "journal");
  }
  l.line("correlation limit", r.exposure_correlated_max > 0 && r.exposure_correlated_max <= r.exposure_total_max, percent(r.exposure_correlated_max), "configuration");
  l.line("total exposure", r.exposure_total_max > 0 && r.exposure_total_max < 1, percent(r.exposure_total_max), "configuration");
  l.person("capital that can be lost");
}

void rest(List& l, const ChecklistInput& in) {
  l.phase("5 monitoring");
  if (in.log_errors < 0) l.line("logging on", false, "no log file", "--log-dir");
  else l.line("logging on", true, "level info", "omega.log");
  l.person("daily report runs by itself", "omega report daily", "program");
  l.line("alerts configured", false, "this version sends none", "program");
  l.line("dashboard reachable", false, "this version has none", "program");
  l.person("backups in place");
  l.phase("6 emergency");
  for (const char* item : {"manual stop documented", "emergency contacts up to date", "broker's support number at hand", "roll-back plan documented",
                           "team trained"}) {
    l.person(item);
  }
  l.phase("7 final");
  l.person("configuration reviewed", "it loads without a mistake", "configuration");
  l.line("profile GREEN_ONLY", in.config.profile == "green_only", in.config.profile, "configuration");
  l.line("execution mode live", false, "this version has paper and backtest only", "program");
  for (const char* item : {"team notified", "start in a quiet hour", "plan for the first 24 hours", "signed off by development", "signed off by risk",
                           "signed off by operations"}) {
    l.person(item);
  }
}

}  // namespace

Json checklist(const ChecklistInput& in) {
  List l;
  paper(l, in);
  technical(l, in);
  risk(l, in);
  capital(l, in);
  rest(l, in);
  return l.all;
}

}  // namespace omega::replay
