// What:     Position size: r from level, quality, toxicity and volatility; lots rounded down; the actual risk r_a.
// Threads:  pure function; any.   Units: fractions of equity, lots 1e-8, account currency, Price.
// Choices:  a quotient that misses a whole lot step by a rounding error (1e-9 of a step) counts as whole, so that sizes come
//           out as on paper; else lots are never rounded up. Leverage binds like the lot cap, by reducing; MARGIN only when
//           it leaves less than the least lot.
// Source:   STRATEGIES 4.4.
#pragma once

#include <algorithm>
#include <cmath>

#include "engine/core/config.hpp"

namespace omega {

struct Size {
  double m_q = 0, r = 0, r_actual = 0;
  Qty lots = 0;
  ReasonCode code = ReasonCode::kNone;
};

/// entry: price with modelled spread and slippage; rate: account currency per quote currency; gross_notional: of all open and
/// pending positions, account currency.
[[nodiscard]] inline Size size_of(const RiskConfig& risk, const InstrumentConfig& instrument, const Signal& s, double q,
                                  Price entry, double equity, double rate, double gross_notional) noexcept {
  Size out;
  out.m_q = .5 + .5 * (q - .60) / .40;
  const double r_max = risk.risk_per_trade_max;
  out.r = std::clamp(.6 * r_max * (s.level / 3.0) * out.m_q * s.m_tox * s.m_vol, risk.risk_per_trade_min, r_max);
  const double loss_per_lot = price_to_double(s.direction * (entry - s.stop_loss)) * instrument.contract * rate;
  if (!(loss_per_lot > 0) || !(equity > 0)) {
    out.code = ReasonCode::kSizeBelowMin;
    return out;
  }
  const double wanted = equity * out.r / loss_per_lot;
  const double notional_per_lot = price_to_double(entry) * instrument.contract * rate;
  const double room = std::max(0.0, (risk.leverage_max * equity - gross_notional) / notional_per_lot);
  const double lots = std::min({wanted, room, qty_to_double(instrument.lot_max)});
  out.lots = static_cast<Qty>(std::floor(lots / qty_to_double(instrument.lot_step) + 1e-9)) * instrument.lot_step;
  if (out.lots < instrument.lot_min) {
    out.code = room < wanted ? ReasonCode::kMargin : ReasonCode::kSizeBelowMin;
    out.lots = 0;
    return out;
  }
  out.r_actual = qty_to_double(out.lots) * loss_per_lot / equity;
  return out;
}

}  // namespace omega
