// What:     The strategy interface: what a strategy sees and what it may ask for, with the common rules of 3.0 - no evaluation
//           on features that are not READY, edge trigger, cool-down, one open position per (strategy, symbol).
//           One object per (strategy, instrument), or one per run for those that look at several instruments. Adding a
//           strategy = one file under strategies/, one block in config/strategies.yaml, one test (registry.hpp).
// Owner:    SignalsStage.   Threads: one.   Errors: none; a feature that is not READY means no evaluation.
// Units:    prices Price; thresholds in u of the instrument unless the parameter says otherwise.
// Choices:  cool-down counts from the last signal raised (the stage cannot see what risk refuses); a signal held back by the
//           cool-down or by an open position uses up its edge.
#pragma once

#include <memory>
#include <span>

#include "engine/core/archive.hpp"
#include "engine/core/config.hpp"
#include "engine/core/state_text.hpp"
#include "engine/features/catalogue.hpp"
#include "engine/features/level_book.hpp"
#include "engine/market/business_calendar.hpp"
#include "engine/market/news_book.hpp"
#include "engine/signals/funnel.hpp"
#include "engine/signals/scores.hpp"
#include "engine/signals/signals_out.hpp"
#include "engine/signals/stops.hpp"
#include "engine/signals/strategy_info.hpp"
#include "engine/signals/targets.hpp"

namespace omega {

/// The strategy's own position on the instrument, rebuilt from execution reports.
struct PositionView {
  bool open = false;        // filled and not flat
  Direction direction = 0;
  OrderId order_id = 0;
  Price entry_price = 0;    // of the fill
  Price entry_ref = 0, stop_loss = 0;  // of the signal that opened it
  Qty quantity = 0;         // still open
  template <class Archive> void serialize(Archive& ar) {
    ar(open, direction, order_id, entry_price, entry_ref, stop_loss, quantity);
  }
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
  const LevelBook& levels;
  const PositionView& position;
  const NewsBook& news;
};

/// One instrument in the step of a strategy that looks at several: all of it as it stood when its bar closed.
struct MarketLeg {
  InstrumentId id = 0;
  bool closed = false;      // its bar of this step's close is there; frame is that bar's
  FeatureFrame frame;
  PositionView sent, position;
  template <class Archive> void serialize(Archive& ar) {
    ar(id, closed, sent, position);
    if (!closed) return;
    ar(frame.ts, frame.instrument, frame.closed_mask, frame.vpin_bucket_count, frame.bars, frame.values, frame.vpin_bucket);
  }
};

/// What a strategy holds in one of its pairs, leg 1 and leg 2, rebuilt from execution reports.
struct PairPositions {
  std::array<PositionView, 2> sent, position;
  [[nodiscard]] bool open() const noexcept { return position[0].open || position[1].open; }
  template <class Archive> void serialize(Archive& ar) { ar(sent[0], sent[1], position[0], position[1]); }
};

/// A close of the strategy's timeframe over all its instruments: made when the last of them closed, or at the end of the first
/// event later than the close, so that who is not there then is missing in every layout alike.
struct MarketContext {
  TimeNs ts;                          // engine time of the event that completes the step
  TimeNs t_close;
  std::span<const MarketLeg> legs;    // in instrument order
  const NewsBook& news;
  std::span<const PairPositions> pairs = {};  // in the strategy's order of its pairs
  /// The leg if its bar of this close is there.
  [[nodiscard]] const MarketLeg* closed(InstrumentId id) const noexcept {
    for (const MarketLeg& leg : legs)
      if (leg.id == id && leg.closed) return &leg;
    return nullptr;
  }
};

/// Where strategies put what they want. Bounded by the slot: one signal and one exit per (strategy, frame).
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
  const BusinessCalendar* calendar = nullptr;  // never null in the stage; covers nothing without a holiday list
  bool volatility_model = false;    // some instrument of the run has one (F26)
  std::span<const InstrumentConfig> instruments = {};  // all of the run, by InstrumentId; for strategies that look at several
  const StrategyInfo* info = nullptr;  // the registry's, whose number a plugin's own does not know; null: the strategy's own
};

using PairIds = std::array<InstrumentId, 2>;

/// The common rules about when a full condition becomes a signal: edge and cool-down. One per strategy object, or one per pair.
struct EntryEdge {
  bool held = false;             // the full condition held at the previous evaluation
  bool raised_before = false;
  TimeNs last_signal_ts = 0;
  template <class Archive> void serialize(Archive& ar) { ar(held, raised_before, last_signal_ts); }
};

class Strategy {
 public:
  Strategy(const StrategyInfo& info, const StrategySetup& setup);
  virtual ~Strategy() = default;
  [[nodiscard]] const StrategyInfo& info() const noexcept { return *info_; }
  [[nodiscard]] const Funnel& funnel() const noexcept { return funnel_; }
  /// Features without which it does not evaluate; Funnel counts skips in this order.
  [[nodiscard]] std::span<const FeatureHandle> needed() const noexcept { return {needed_.data(), needed_count_}; }

  /// Called for frames in which a bar of info().timeframe closed.
  virtual void on_frame(const StrategyContext& context, StrategyOut& out) noexcept = 0;
  /// Strategies with info().market, one object per run: which instruments, whether they are enough, and the step itself.
  [[nodiscard]] virtual bool uses(InstrumentId) const noexcept { return false; }
  [[nodiscard]] virtual bool fed() const noexcept { return true; }
  virtual void on_close(const MarketContext&, StrategyOut&) noexcept {}
  /// The pairs that it trades with two legs (pair_strategy.hpp): instruments of leg 1 and leg 2, numbered from 1 in signals.
  [[nodiscard]] virtual std::span<const PairIds> pairs() const noexcept { return {}; }
  /// Price lies inside an active zone of this strategy that supports d (S05, S10): part of the STR term.
  [[nodiscard]] virtual bool in_zone(Price, Direction, TimeNs) const noexcept { return false; }
  virtual void save(StateWriter& out) const = 0;
  virtual void load(StateReader& in) = 0;
  /// The same state for a person's eye.
  virtual void describe(StateText& out) const = 0;
  [[nodiscard]] bool held() const noexcept { return edge_.held; }
  [[nodiscard]] TimeNs last_signal_ts() const noexcept { return edge_.last_signal_ts; }  // 0: none

 protected:
  [[nodiscard]] double param(std::size_t i) const noexcept { return params_[i]; }
  [[nodiscard]] const CommonHandles& common() const noexcept { return common_; }
  /// Set-up: marks a feature as needed and gives its handle back.
  FeatureHandle need(FeatureHandle handle);
  /// Every needed feature is READY; counts what was not.
  [[nodiscard]] bool ready(const FeatureFrame& frame) noexcept;
  /// All conditions hold: true when this is an edge, the cool-down is over and no own position is open.
  /// Call exactly once per evaluation, reject() in the evaluations that failed.
  [[nodiscard]] bool admit(const StrategyContext& c) noexcept { return admit(c.ts, c.position.open); }
  [[nodiscard]] bool admit(TimeNs ts, bool position_open) noexcept { return admit(edge_, ts, position_open); }
  [[nodiscard]] bool admit(EntryEdge& edge, TimeNs ts, bool position_open) noexcept;
  void reject() noexcept { edge_.held = false; }
  /// A signal with the fields that do not depend on the strategy's own numbers.
  Signal& raise(const StrategyContext& c, StrategyOut& out, Direction d, Price entry, Price stop) noexcept { return raise(c.id, c.ts, out, d, entry, stop); }
  Signal& raise(InstrumentId id, TimeNs ts, StrategyOut& out, Direction d, Price entry, Price stop) noexcept;
  void request_exit(const StrategyContext& c, StrategyOut& out, ExitReason reason, double value, double threshold) noexcept {
    request_exit(c.id, c.ts, out, reason, value, threshold);
  }
  void request_exit(InstrumentId id, TimeNs ts, StrategyOut& out, ExitReason reason, double value, double threshold) noexcept;
  template <class Archive> void serialize_base(Archive& ar) { ar(funnel_, edge_); }

  Funnel funnel_;

 private:
  const StrategyInfo* info_;
  std::vector<double> params_;
  CommonHandles common_;
  std::array<FeatureHandle, Funnel::kFeaturesMax> needed_{};
  std::size_t needed_count_ = 0;
  EntryEdge edge_;
};

/// Gives a strategy with serialize() its save() and load().
template <class Derived>
class StrategyBase : public Strategy {
 public:
  using Strategy::Strategy;
  void save(StateWriter& out) const override { out(static_cast<const Derived&>(*this)); }
  void load(StateReader& in) override { in(static_cast<Derived&>(*this)); }
  void describe(StateText& out) const override { out(static_cast<const Derived&>(*this)); }
};

/// conf(-1) = 1 - conf(+1).
[[nodiscard]] constexpr double for_direction(double conf_long, Direction d) noexcept { return d > 0 ? conf_long : 1.0 - conf_long; }

}  // namespace omega
