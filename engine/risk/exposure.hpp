// What:     Gate 9's limits: exposure by total, symbol, strategy and correlation, position counts, rates, spacing.
//           Exposure of a position = current risk to its stop in fractions of equity (>= 0); pending entries count in full.
// Owner:    risk stage.   Threads: one.   Units: fractions of equity, u, ns.
// Choices:  risk to the stop is measured from the entry (fill, or expected fill while pending), at the last known conversion
//           rate. Spacing on a symbol needs both: 30 min since its last approved entry, and 20 u from every entry that is
//           still open or pending there (a closed one is no crowd). Rates count approvals: per UTC day, and per sliding hour
//           (ts − 1 h, ts]. The pause after a big loss is reported as SPACING; the loss is a fraction of equity before it.
//           Pairs: one position whose risk is the pair's own; it counts once in total, strategy and positions, on both symbols and for
//           both legs' correlations. A pair of a strategy may share a symbol with another of its pairs, never be open twice.
// Source:   STRATEGIES 4.7; correlations: its fallback table (used until F21 over 200 H1 bars is warm).
#pragma once

#include "engine/features/window.hpp"
#include "engine/risk/account.hpp"
#include "engine/signals/arbitration.hpp"

namespace omega {

struct ExposureNumbers {
  double total = 0, symbol = 0, strategy = 0, correlated = 0;  // with the new trade
};

class Exposure {
 public:
  explicit Exposure(const EngineConfig& config);

  /// kNone, or the first limit the new trade would break. new_risk: r_a of the trade.
  [[nodiscard]] ReasonCode check(const Account& account, const Signal& s, double new_risk, double equity, TimeNs ts,
                                 ExposureNumbers& numbers) const noexcept;
  /// True when an open or pending position on the symbol points the other way.
  [[nodiscard]] bool hedges(const Account& account, const Signal& s) const noexcept;
  void on_approved(const Signal& s, TimeNs ts) noexcept;  // leg 2 of a pair is no second trade
  void on_loss(double fraction_of_equity, TimeNs ts) noexcept;
  [[nodiscard]] double risk_of(const Account& account, const OpenPosition& p, double equity) const noexcept;

  template <class Archive> void serialize(Archive& ar) { 
    for (TimeNs& ts : symbols_) ar(ts);  // one per configured instrument
    ar(strategies_, trades_, pause_until_);
  }

 private:
  [[nodiscard]] double correlation(InstrumentId a, InstrumentId b) const noexcept;
  [[nodiscard]] int trades_since(TimeNs from) const noexcept;
  [[nodiscard]] bool too_near(const OpenPosition& p, const Signal& s) const noexcept;

  const EngineConfig* config_;
  std::vector<double> correlation_;       // instruments x instruments
  std::array<int, kStrategiesMax> strategy_max_{};  // positions at once: the tighter of the limit and the strategy's own
  std::vector<TimeNs> symbols_;           // last approved entry; 0: none
  std::array<TimeNs, kStrategiesMax> strategies_{};
  Window<TimeNs> trades_;                 // approval times, as many as the larger rate limit needs
  TimeNs pause_until_ = 0;
};

}  // namespace omega
