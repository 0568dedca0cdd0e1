// What:     The strategy interface: what a strategy declares about itself, what it sees, what it may ask for.
//           One object per (strategy, instrument). Adding a strategy = one file under strategies/, one line in registry.cpp,
//           one block in config/strategies.yaml, one test.
// Owner:    SignalsStage.   Threads: one.   Errors: none; a feature that is not READY means no evaluation.
// Units:    prices Price; thresholds in u of the instrument unless the parameter says otherwise.
#pragma once

#include <memory>
#include <span>

#include "engine/core/archive.hpp"
#include "engine/core/config.hpp"
#include "engine/features/catalogue.hpp"
#include "engine/features/level_book.hpp"
#include "engine/signals/funnel.hpp"
#include "engine/signals/scores.hpp"
#include "engine/signals/signals_out.hpp"

namespace omega {

struct ParamSpec {
  const char* name;
  const char* unit;
  double value, min, max;  // default and allowed range, inclusive
  const char* doc;
};

struct StrategyInfo {
  StrategyId id;
  const char* name;
  const char* group;        // GREEN, HYBRID
  SignalFamily family;
  Timeframe timeframe;
  std::uint32_t needs;      // capability bits
  const char* idea;
  const char* formula;      // entry, exit and size in one paragraph
  const char* literature;
  const char* features;     // "F06 F07 ..."
  DurationNs time_stop_ns, cooldown_ns;
  std::span<const ParamSpec> params;
  std::span<const char* const> conditions;  // funnel, in order
  std::span<const char* const> criteria;    // names of Signal::criteria
};

/// The strategy's own open bracket on the instrument.
struct PositionView {
  bool open = false;        // filled and not flat
  bool pending = false;     // sent, not answered yet
  OrderId order_id = 0;
  Direction direction = 0;
  Price entry_price = 0;
  Qty quantity = 0;
  template <class Archive> void serialize(Archive& ar) { ar(open, pending, order_id, direction, entry_price, quantity); }
};

/// Handles of features that every strategy and the common part of a signal use.
struct CommonHandles {
  FeatureHandle fz, cvd_n, vpin, spread, spread_median, confluence, label_h4, label_d1, regime_trend, regime_range, regime_shock;
  static CommonHandles request(FeatureRequests& requests);
};

struct StrategyContext {
  const InstrumentConfig& instrument;
  InstrumentId id;
  TimeNs ts;
  const FeatureFrame& frame;
  const CommonHandles& common;
  const LevelBook& levels;
  const PositionView& position;
};

/// Where strategies put what they want; bounded by the slot.
class StrategyOut {
 public:
  explicit StrategyOut(SignalsOut& out) noexcept : out_(&out) {}
  Signal& signal() noexcept;
  ExitRequest& exit() noexcept;

 private:
  SignalsOut* out_;
};

struct StrategySetup {
  const InstrumentConfig& instrument;
  std::span<const double> params;   // order of StrategyInfo::params
  FeatureRequests& requests;
};

class Strategy {
 public:
  explicit Strategy(const StrategyInfo& info, const StrategySetup& setup)
      : info_(&info), params_(setup.params.begin(), setup.params.end()) {
    OMEGA_REQUIRE(params_.size() == info.params.size(), params_.size(), info.params.size());
  }
  virtual ~Strategy() = default;
  [[nodiscard]] const StrategyInfo& info() const noexcept { return *info_; }
  [[nodiscard]] const Funnel& funnel() const noexcept { return funnel_; }

  virtual void on_frame(const StrategyContext& context, StrategyOut& out) noexcept = 0;
  /// Price lies inside an active zone of this strategy that supports d (S05, S10): part of the STR term.
  [[nodiscard]] virtual bool in_zone(Price, Direction, TimeNs) const noexcept { return false; }
  virtual void save(StateWriter& out) const = 0;
  virtual void load(StateReader& in) = 0;

 protected:
  [[nodiscard]] double param(std::size_t i) const noexcept { return params_[i]; }
  /// All conditions hold: true when this is an edge and the cool-down is over. Call exactly once per evaluation.
  [[nodiscard]] bool admit(TimeNs ts) noexcept;
  void reject() noexcept { held_ = false; }
  /// A signal with the fields that do not depend on the strategy's own numbers.
  Signal& raise(const StrategyContext& c, StrategyOut& out, Direction d, Price entry, Price stop) noexcept;
  void request_exit(const StrategyContext& c, StrategyOut& out, ExitReason reason, double value, double threshold) noexcept;
  template <class Archive> void serialize_base(Archive& ar) { ar(funnel_, held_, last_signal_ts_); }

  Funnel funnel_;

 private:
  const StrategyInfo* info_;
  std::vector<double> params_;
  bool held_ = false;            // the full condition held at the previous evaluation
  TimeNs last_signal_ts_ = 0;
};

template <class Derived>
class StrategyBase : public Strategy {
 public:
  using Strategy::Strategy;
  void save(StateWriter& out) const override { out(static_cast<const Derived&>(*this)); }
  void load(StateReader& in) override { in(static_cast<Derived&>(*this)); }
};

// ---------------------------------------------------------------- stops and targets of 3.0

/// STOP(p): beyond the 50-bar extreme by 2 u, distance clamped to [max(min_stop·u, 3·spread), p·entry]. fraction: p.
[[nodiscard]] Price structural_stop(const InstrumentConfig& instrument, Direction d, Price entry, Price extreme, Price spread,
                                    double fraction) noexcept;
/// STD(R): 50 % at 1.5R, 30 % at 2.5R, rest at R; a partial >= R goes to R; break-even after the first; trailing from 2R.
void standard_targets(Signal& s, double final_r) noexcept;
/// Targets at given R multiples and shares.
void targets_in_r(Signal& s, std::span<const std::pair<double, double>> r_and_share) noexcept;

[[nodiscard]] constexpr double for_direction(double conf_long, Direction d) noexcept { return d > 0 ? conf_long : 1.0 - conf_long; }
[[nodiscard]] inline Price units(double n, const InstrumentConfig& i) noexcept { return std::llround(n * static_cast<double>(i.u)); }

}  // namespace omega
