// What:     Size of a pair: one risk, two legs whose notionals keep the hedge ratio.
// Threads:  pure function; any.   Units: fractions of equity, lots 1e-8, account currency, Price.
// Formula:  risk money = equity·r, r as for one symbol; notional 1 = risk money / pair risk, notional 2 = |beta|·notional 1; both rounded
//           down to the lot step; a ratio changed by more than 10 % by that is refused.
// Choices:  r uses leg 1's level, the smaller m_tox and m_vol of the legs. Lot caps and leverage bind by shrinking both legs alike;
//           MARGIN only when leverage leaves a leg less than its least lot, else SIZE_BELOW_MIN (also for the changed ratio).
// Source:   STRATEGIES 4.4.
#pragma once

#include "engine/risk/sizing.hpp"

namespace omega {

inline constexpr double kPairRatioChange_max = 0.10;

struct PairSize {
  double m_q = 0, r = 0, r_actual = 0;  // of the pair
  std::array<Qty, 2> lots{};
  ReasonCode code = ReasonCode::kNone;
};

/// One leg: its row, its signal, its price with modelled costs, account currency per quote currency.
struct PairSizeLeg {
  const InstrumentConfig& instrument;
  const Signal& signal;
  Price entry;
  double rate;
};

[[nodiscard]] inline PairSize size_of_pair(const RiskConfig& risk, const PairSizeLeg& first, const PairSizeLeg& second, double q, double equity,
                                           double gross_notional) noexcept {
  PairSize out;
  const PairTerms terms = pair_terms(first.signal);
  out.m_q = .5 + .5 * (q - .60) / .40;
  const double m_tox = std::min(first.signal.m_tox, second.signal.m_tox), m_vol = std::min(first.signal.m_vol, second.signal.m_vol);
  const double r_max = risk.risk_per_trade_max;
  out.r = std::clamp(.6 * r_max * (first.signal.level / 3.0) * out.m_q * m_tox * m_vol, risk.risk_per_trade_min, r_max);
  const double per_lot_1 = price_to_double(first.entry) * first.instrument.contract * first.rate;
  const double per_lot_2 = price_to_double(second.entry) * second.instrument.contract * second.rate;
  if (!(per_lot_1 > 0) || !(per_lot_2 > 0) || !(equity > 0)) {
    out.code = ReasonCode::kSizeBelowMin;
    return out;
  }
  const double wanted = equity * out.r / terms.risk;
  const double room = std::max(0.0, risk.leverage_max * equity - gross_notional) / (1 + terms.hedge_ratio);
  const double cap = std::min(qty_to_double(first.instrument.lot_max) * per_lot_1,
                              qty_to_double(second.instrument.lot_max) * per_lot_2 / terms.hedge_ratio);
  const double notional = std::min({wanted, room, cap});
  const auto floored = [](double lots, const InstrumentConfig& i) {
    return static_cast<Qty>(std::floor(lots / qty_to_double(i.lot_step) + 1e-9)) * i.lot_step;
  };
  out.lots = {floored(notional / per_lot_1, first.instrument), floored(notional * terms.hedge_ratio / per_lot_2, second.instrument)};
  if (out.lots[0] < first.instrument.lot_min || out.lots[1] < second.instrument.lot_min) {
    out.code = room < std::min(wanted, cap) ? ReasonCode::kMargin : ReasonCode::kSizeBelowMin;
    out.lots = {};
    return out;
  }
  const double ratio = qty_to_double(out.lots[1]) * per_lot_2 / (qty_to_double(out.lots[0]) * per_lot_1);
  if (std::fabs(ratio / terms.hedge_ratio - 1) > kPairRatioChange_max) {
    out.code = ReasonCode::kSizeBelowMin;
    out.lots = {};
    return out;
  }
  out.r_actual = qty_to_double(out.lots[0]) * per_lot_1 * terms.risk / equity;
  return out;
}

}  // namespace omega
