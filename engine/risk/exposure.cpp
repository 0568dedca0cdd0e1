#include "engine/risk/exposure.hpp"

#include <algorithm>

#include "engine/core/civil_time.hpp"
#include "engine/risk/paper_compare.hpp"
#include "engine/signals/registry.hpp"

namespace omega {
namespace {

struct PairCorrelation {
  const char* a;
  const char* b;
  double rho;
};
constexpr PairCorrelation kFallback[] = {{"EURUSD", "GBPUSD", .85}, {"AUDUSD", "NZDUSD", .92}, {"EURJPY", "GBPJPY", .88},
                                         {"USDCAD", "USDCHF", .75}, {"EURUSD", "USDCHF", -.90}, {"XAUUSD", "USDJPY", -.65}};

}  // namespace

Exposure::Exposure(const EngineConfig& config)
    : config_(&config),
      correlation_(config.instruments.size() * config.instruments.size()),
      symbols_(config.instruments.size()),
      trades_(static_cast<std::size_t>(std::max({1, config.risk.trades_day_max, config.risk.trades_hour_max}))) {
  strategy_max_.fill(config.risk.positions_strategy_max);
  for (const RegistryEntry& e : strategy_registry()) {
    if (e.info != nullptr) strategy_max_[e.id] = std::min(strategy_max_[e.id], e.info->positions_max);
  }
  const std::size_t n = config.instruments.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double rho = i == j ? 1.0 : 0.0;
      for (const PairCorrelation& p : kFallback) {
        const bool match = (config.instruments[i].symbol == p.a && config.instruments[j].symbol == p.b) ||
                           (config.instruments[i].symbol == p.b && config.instruments[j].symbol == p.a);
        if (match) rho = p.rho;
      }
      correlation_[i * n + j] = rho;
    }
  }
}

double Exposure::correlation(InstrumentId a, InstrumentId b) const noexcept {
  return correlation_[a * config_->instruments.size() + b];
}

double Exposure::risk_of(const Account& account, const OpenPosition& p, double equity) const noexcept {
  if (equity <= 0) return 0;
  if (p.pair != 0) {
    const OpenPosition* const first = (p.flags & signal_flag::kPairFirst) != 0 ? &p : account.find(partner_order(p.order_id, p.flags));
    const OpenPosition& leg = first != nullptr ? *first : p;  // a broken pair: what is left of it
    const Qty lots = leg.filled ? leg.quantity : leg.quantity_ordered;
    return leg.pair_risk * price_to_double(leg.filled ? leg.entry_price : leg.entry_ref) * config_->instruments[leg.instrument].contract *
           qty_to_double(lots) * account.last_rate(leg.instrument) / equity;
  }
  const Price from = p.filled ? p.entry_price : p.entry_ref;
  const Price risk = p.direction * (from - p.stop_loss);
  if (risk <= 0) return 0;  // the stop is at break-even or better
  const double rate = account.last_rate(p.instrument);
  const Qty lots = p.filled ? p.quantity : p.quantity_ordered;
  return price_to_double(risk) * config_->instruments[p.instrument].contract * qty_to_double(lots) * rate / equity;
}

bool Exposure::hedges(const Account& account, const Signal& s) const noexcept {
  for (const OpenPosition& p : account.positions()) {
    if (p.instrument == s.instrument && p.direction == -s.direction) return true;
  }
  return false;
}

ReasonCode Exposure::check(const Account& account, const Signal& s, double new_risk, double equity, TimeNs ts,
                           ExposureNumbers& numbers) const noexcept {
  const RiskConfig& limit = config_->risk;
  int on_symbol = 0, of_strategy = 0, of_all = 0;
  bool same = false, near = false;
  numbers = {new_risk, new_risk, new_risk, new_risk};
  for (const OpenPosition& p : account.positions()) {
    const double risk = risk_of(account, p, equity);
    const OrderId leg_1 = (p.flags & signal_flag::kPairSecond) != 0 ? partner_order(p.order_id, p.flags) : 0;
    const bool counted = leg_1 != 0 && account.find(leg_1) != nullptr;  // with leg 1
    numbers.total += counted ? 0 : risk;
    of_all += counted ? 0 : 1;
    if (p.instrument == s.instrument) {
      numbers.symbol += risk;
      ++on_symbol;
      near = near || too_near(p, s);
    }
    if (p.strategy == s.strategy) {
      numbers.strategy += counted ? 0 : risk;
      of_strategy += counted ? 0 : 1;
      same = same || (s.pair != 0 ? p.pair == s.pair : p.instrument == s.instrument);
    }
    if (p.direction * s.direction * correlation(p.instrument, s.instrument) > limit.correlation_threshold) {
      numbers.correlated += risk;
    }
  }
  if (above(numbers.total, limit.exposure_total_max)) return ReasonCode::kExpTotal;
  if (above(numbers.symbol, limit.exposure_symbol_max)) return ReasonCode::kExpSymbol;
  if (above(numbers.strategy, limit.exposure_strategy_max)) return ReasonCode::kExpStrategy;
  if (above(numbers.correlated, limit.exposure_correlated_max)) return ReasonCode::kExpCorr;
  const std::size_t brackets = s.pair != 0 ? 2 : 1;
  if (same || of_all >= limit.positions_max || on_symbol >= limit.positions_symbol_max ||
      of_strategy >= strategy_max_[s.strategy] || account.positions().size() + brackets > kPositionsMax) {
    return ReasonCode::kMaxPos;
  }
  if (trades_since(utc_day_start(ts)) >= limit.trades_day_max) return ReasonCode::kRateDay;
  if (trades_since(ts - kHour_ns + 1) >= limit.trades_hour_max) return ReasonCode::kRateHour;
  const TimeNs last_symbol = symbols_[s.instrument];
  if (near || (last_symbol != 0 && ts - last_symbol < limit.spacing_symbol_ns)) return ReasonCode::kSpacing;
  const TimeNs last_strategy = strategies_[s.strategy];
  if (last_strategy != 0 && ts - last_strategy < limit.spacing_strategy_ns) return ReasonCode::kSpacing;
  if (ts < pause_until_) return ReasonCode::kSpacing;
  return ReasonCode::kNone;
}

void Exposure::on_approved(const Signal& s, TimeNs ts) noexcept {
  symbols_[s.instrument] = ts;
  if ((s.flags & signal_flag::kPairSecond) != 0) return;
  strategies_[s.strategy] = ts;
  trades_.push(ts);
}

void Exposure::on_loss(double fraction_of_equity, TimeNs ts) noexcept {
  if (!below(fraction_of_equity, config_->risk.big_loss_fraction)) pause_until_ = ts + config_->risk.big_loss_pause_ns;
}

int Exposure::trades_since(TimeNs from) const noexcept {
  int n = 0;
  for (std::size_t age = 0; age < trades_.size() && trades_.back(age) >= from; ++age) ++n;
  return n;
}

bool Exposure::too_near(const OpenPosition& p, const Signal& s) const noexcept {
  const InstrumentConfig& instrument = config_->instruments[s.instrument];
  const Price entry = p.filled ? p.entry_price : p.entry_ref;
  return static_cast<double>(std::abs(s.entry_ref - entry)) < instrument.spacing_u * static_cast<double>(instrument.u);
}

}  // namespace omega
