// What:     Gate 9's limits: exposure by total, symbol, strategy and correlation, position counts, rates, spacing.
//           Exposure of a position = current risk to its stop in fractions of equity (>= 0); pending entries count in full.
// Owner:    risk stage.   Threads: one.   Units: fractions of equity, u, ns.
// Source:   STRATEGIES 4.7; correlations: its fallback table (used until F21 over 200 H1 bars is warm).
#pragma once

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
  void on_approved(const Signal& s, TimeNs ts) noexcept;
  void on_loss(double fraction_of_equity, TimeNs ts) noexcept;
  [[nodiscard]] double risk_of(const Account& account, const OpenPosition& p, double equity, TimeNs ts) const noexcept;

  template <class Archive> void serialize(Archive& ar) { ar(symbols_, strategies_, trades_, trade_count_, pause_until_); }

 private:
  struct LastEntry {
    TimeNs ts = 0;
    Price price = 0;
    template <class Archive> void serialize(Archive& ar) { ar(ts, price); }
  };
  static constexpr std::size_t kTradesKept = 64;  // more than any day limit
  [[nodiscard]] double correlation(InstrumentId a, InstrumentId b) const noexcept;
  [[nodiscard]] int trades_since(TimeNs from) const noexcept;

  const EngineConfig* config_;
  std::vector<double> correlation_;       // instruments x instruments
  std::vector<LastEntry> symbols_;
  std::array<TimeNs, kStrategiesMax> strategies_{};
  std::array<TimeNs, kTradesKept> trades_{};  // approval times, newest at (trade_count_ - 1) % kept
  std::uint64_t trade_count_ = 0;
  TimeNs pause_until_ = 0;
};

}  // namespace omega
