// What:     Quality gate Q = .40·MTF + .25·STR + .20·FLOW + .10·REG + .05·PERF and the position size of 4.4.
// Threads:  pure functions; any.   Units: fractions, R, lots 1e-8, account currency.
// Source:   STRATEGIES 4.3, 4.4.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/core/config.hpp"

namespace omega {

struct Quality {
  double q = 0, mtf = 0, str = 0, flow = 0, reg = 0, perf = 0;
};

[[nodiscard]] inline double clip01(double x) noexcept { return x < 0 ? 0.0 : x > 1 ? 1.0 : x; }

/// Family weight under (trend, range, shock); S15 and S19 keep full weight in a shock.
[[nodiscard]] inline std::array<double, 3> family_weights(SignalFamily family, StrategyId strategy) noexcept {
  switch (family) {
    case SignalFamily::kMomentum: return {1.0, .4, .3};
    case SignalFamily::kReversal: return {.3, 1.0, strategy == 15 || strategy == 19 ? 1.0 : .4};
    case SignalFamily::kMicro: return {.7, .8, .3};
    case SignalFamily::kStatArb: return {.5, 1.0, .2};
    case SignalFamily::kEvent:
    case SignalFamily::kFilter: break;
  }
  return {.7, .7, .7};
}

/// A regime that is not known yet counts as an even mix, an unknown confluence or flow as its neutral value.
[[nodiscard]] inline Quality quality_of(const Signal& s, double perf) noexcept {
  const auto has = [&](std::uint32_t bit) { return (s.valid_mask & bit) != 0; };
  Quality q;
  q.mtf = has(signal_valid::kConf) ? clip01((s.conf - .4) / .6) : 0.0;
  q.str = clip01(s.str);
  const double vq = !has(signal_valid::kVpin) ? 0.0 : s.vpin <= .30 ? 1.0 : s.vpin >= .50 ? 0.0 : (.50 - s.vpin) / .20;
  const double cvd = has(signal_valid::kCvd) ? s.direction * s.cvd_n : 0.0;
  q.flow = .6 * vq + .4 * clip01(.5 + cvd);
  const auto w = family_weights(s.family, s.strategy);
  q.reg = has(signal_valid::kRegime) ? s.regime_trend * w[0] + s.regime_range * w[1] + s.regime_shock * w[2]
                                     : (w[0] + w[1] + w[2]) / 3.0;
  q.perf = perf;
  q.q = .40 * q.mtf + .25 * q.str + .20 * q.flow + .10 * q.reg + .05 * q.perf;
  return q;
}

struct Size {
  double m_q = 0, r = 0, r_actual = 0;
  Qty lots = 0;
  ReasonCode code = ReasonCode::kNone;
};

/// entry: price with modelled spread and slippage; rate: account currency per quote currency.
[[nodiscard]] inline Size size_of(const RiskConfig& risk, const InstrumentConfig& instrument, const Signal& s, double q,
                                  Price entry, double equity, double rate, double gross_notional) noexcept {
  Size out;
  out.m_q = .5 + .5 * (q - .60) / .40;
  const double r_max = risk.risk_per_trade_max;
  out.r = std::clamp(.6 * r_max * (s.level / 3.0) * out.m_q * s.m_tox * s.m_vol, risk.risk_per_trade_min, r_max);
  const double stop = price_to_double(std::abs(entry - s.stop_loss));
  const double loss_per_lot = stop * instrument.contract * rate;
  if (!(loss_per_lot > 0) || !(equity > 0)) {
    out.code = ReasonCode::kSizeBelowMin;
    return out;
  }
  double lots = equity * out.r / loss_per_lot;
  const double notional_per_lot = price_to_double(entry) * instrument.contract * rate;
  const double leverage_room = (risk.leverage_max * equity - gross_notional) / notional_per_lot;
  const bool margin_bound = leverage_room < lots;
  lots = std::min({lots, qty_to_double(instrument.lot_max), std::max(0.0, leverage_room)});
  const double steps = std::floor(lots / qty_to_double(instrument.lot_step) + 1e-9);
  out.lots = static_cast<Qty>(steps) * instrument.lot_step;
  if (out.lots < instrument.lot_min) {
    out.code = margin_bound ? ReasonCode::kMargin : ReasonCode::kSizeBelowMin;  // never rounded up
    out.lots = 0;
    return out;
  }
  out.r_actual = qty_to_double(out.lots) * loss_per_lot / equity;
  return out;
}

}  // namespace omega
