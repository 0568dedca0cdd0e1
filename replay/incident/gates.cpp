#include "replay/incident/gates.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/core/civil_time.hpp"
#include "replay/words.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 11> kGateName{"", "signal is sound", "kill switch", "statistical breaker", "session, spread, news",
                                                "toxic flow", "quality", "arbitration", "size", "limits", "venue"};
constexpr double kStopMax_bp = 250, kTiny = 1e-9;

/// The figures of one gate.
struct Figures {
  Json list = Json::array();
  bool all_hold = true;

  void at_most(const char* name, double value, double limit) { add(name, value, "<=", limit, value <= limit + kTiny); }
  void at_least(const char* name, double value, double limit) { add(name, value, ">=", limit, value >= limit - kTiny); }
  void note(const char* name, Json value) { list.push_back({{"name", name}, {"value", std::move(value)}}); }

 private:
  void add(const char* name, double value, const char* relation, double limit, bool holds) {
    all_hold = all_hold && holds;
    list.push_back({{"name", name}, {"value", value}, {"must_be", relation}, {"limit", limit}, {"holds", holds}});
  }
};

void sound(Figures& f, const GateInput& in) {
  const Signal& s = in.signal;
  const auto risk = static_cast<double>(s.direction * (s.entry_ref - s.stop_loss));
  const Price target = s.tp_count > 0 ? s.take_profit[std::min<std::size_t>(s.tp_count, 3) - 1u] : s.entry_ref;
  f.note("entry_ref", price_to_double(s.entry_ref));
  f.note("stop_loss", price_to_double(s.stop_loss));
  f.at_most("stop distance, bp of entry", risk * 1e4 / static_cast<double>(s.entry_ref), kStopMax_bp);
  f.at_least("reward / risk", static_cast<double>(s.direction * (target - s.entry_ref)) / risk, s.rr_min);
}

void session(Figures& f, const GateInput& in) {
  const RiskConfig& risk = in.config.risk;
  const InstrumentConfig& instrument = in.config.instruments[in.signal.instrument];
  const Signal& s = in.signal;
  if (instrument.asset_class != AssetClass::kCrypto) {
    const double hour = static_cast<double>(time_of_day(s.ts)) / static_cast<double>(kHour_ns);
    f.at_least("hour UTC", hour, risk.session_open_hour_utc);
    f.at_most("hour UTC, end", hour, risk.session_close_hour_utc);
  }
  if ((s.valid_mask & signal_valid::kSpread) != 0) {
    f.at_most("spread / median spread", static_cast<double>(s.spread) / static_cast<double>(s.spread_median), risk.spread_median_factor_max);
  }
  if (instrument.asset_class == AssetClass::kFxMajor && s.spread > 0) {
    f.at_most("spread, pips", static_cast<double>(s.spread) / static_cast<double>(instrument.pip), risk.spread_fx_major_pips_max);
  }
  f.note("news calendar", in.config.news_calendar);
}

void toxic_flow(Figures& f, const GateInput& in) {
  const Signal& s = in.signal;
  const bool exempt = (s.flags & signal_flag::kToxExempt) != 0;
  f.note("exempt", exempt);
  f.note("toxicity", words::kToxicity[std::min<std::size_t>(static_cast<std::size_t>(s.tox), words::kToxicity.size() - 1)]);
  if (exempt || (s.valid_mask & signal_valid::kVpin) == 0) return f.note("vpin", nullptr);
  f.at_most("vpin", s.vpin, in.config.risk.vpin_global_max);
}

void quality(Figures& f, const GateInput& in) {
  const RiskDecision& d = in.decision;
  f.at_least("quality", d.q, in.config.risk.quality_min);
  f.note("part: timeframes", d.q_mtf);
  f.note("part: structure", d.q_str);
  f.note("part: flow", d.q_flow);
  f.note("part: regime", d.q_reg);
  f.note("part: performance", d.q_perf);
}

void arbitration(Figures& f, const GateInput& in) {
  f.at_least("|net vote|", std::fabs(in.decision.net), in.config.risk.net_min);
  f.at_least("expected value, R", in.decision.ev, in.config.risk.ev_min);
  f.note("weight", in.decision.weight);
  f.note("net vote", in.decision.net);
}

void limits(Figures& f, const GateInput& in) {
  const RiskConfig& risk = in.config.risk;
  const RiskDecision& d = in.decision;
  f.at_most("risk of the trade", d.risk_actual, risk.l1_risk_max);
  f.at_most("exposure, total", d.exposure_total, risk.exposure_total_max);
  f.at_most("exposure, symbol", d.exposure_symbol, risk.exposure_symbol_max);
  f.at_most("exposure, strategy", d.exposure_strategy, risk.exposure_strategy_max);
  f.at_most("exposure, correlated", d.exposure_correlated, risk.exposure_correlated_max);
  f.note("positions at most", risk.positions_max);
}

void size(Figures& f, const GateInput& in) {
  f.note("risk wanted", in.decision.risk_fraction);
  f.note("lots", qty_to_double(in.decision.lots));
  f.note("conversion", in.decision.conversion);
}

Figures figures_of(int gate, const GateInput& in) {
  Figures f;
  switch (gate) {
    case 1: sound(f, in); break;
    case 4: session(f, in); break;
    case 5: toxic_flow(f, in); break;
    case 6: quality(f, in); break;
    case 7: arbitration(f, in); break;
    case 8: size(f, in); break;
    case 9: limits(f, in); break;
    default: break;
  }
  return f;
}

Json venue_gate(const GateInput& in) {
  const bool approved = in.decision.gate == 0;
  const char* verdict = !approved ? "not reached" : in.outcome == nullptr ? "no answer yet"
                        : in.outcome->code == ReasonCode::kFilled || in.outcome->code == ReasonCode::kPartial ? "passed" : "stopped";
  const ReasonCode code = approved && in.outcome != nullptr ? in.outcome->code : ReasonCode::kNone;
  return {{"gate", 10}, {"name", kGateName[10]}, {"verdict", verdict},
          {"code", code == ReasonCode::kNone ? Json(nullptr) : Json(std::string(reason_name(code)))},
          {"figures", Json::array()}, {"contradiction", false}};
}

}  // namespace

Json gates_of(const GateInput& in) {
  Json gates = Json::array();
  const int stopped_at = in.decision.gate;  // 0: none
  for (int gate = 1; gate <= 9; ++gate) {
    const bool reached = stopped_at == 0 || gate <= stopped_at, stopped = gate == stopped_at;
    Figures f = reached ? figures_of(gate, in) : Figures{};
    gates.push_back({{"gate", gate}, {"name", kGateName[static_cast<std::size_t>(gate)]},
                     {"verdict", stopped ? "stopped" : reached ? "passed" : "not reached"},
                     {"code", stopped ? Json(std::string(reason_name(in.decision.code))) : Json(nullptr)},
                     {"figures", std::move(f.list)}, {"contradiction", reached && !stopped && !f.all_hold}});
  }
  gates.push_back(venue_gate(in));
  return gates;
}

Json sizing_of(const GateInput& in, Price entry_ref) {
  const RiskDecision& d = in.decision;
  const Signal& s = in.signal;
  if (d.conversion <= 0) return Json::object();
  const InstrumentConfig& instrument = in.config.instruments[s.instrument];
  Json j{{"equity", d.equity}, {"risk_fraction", d.risk_fraction}, {"risk_money", d.equity * d.risk_fraction},
         {"level", s.level}, {"m_quality", d.m_q}, {"m_toxicity", s.m_tox}, {"m_volatility", s.m_vol},
         {"conversion", d.conversion}, {"contract", instrument.contract}, {"lots", qty_to_double(d.lots)},
         {"risk_actual", d.risk_actual}};
  if (entry_ref > 0 && d.lots > 0) {  // sent to the venue: the price it was sized with is on record
    const double per_lot = price_to_double(s.direction * (entry_ref - s.stop_loss)) * instrument.contract * d.conversion;
    const double again = qty_to_double(d.lots) * per_lot / d.equity;
    j["entry_ref"] = price_to_double(entry_ref);
    j["loss_per_lot"] = per_lot;
    j["risk_actual_again"] = again;
    j["agrees"] = std::fabs(again - d.risk_actual) <= kTiny;
  }
  return j;
}

}  // namespace omega::replay
