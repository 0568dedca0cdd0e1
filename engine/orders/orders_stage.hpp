// What:     Last stage of the pipeline: turns approved signals into bracket orders, runs them to flat, keeps the books
//           and journals commands, outcomes, trades and equity marks in the orders lane.
// Owner:    the pipeline.   Threads: the stage's own; reads the slot's earlier parts, writes OrdersOut.
// Ordering: inside one event: execution report or market mark, time stops and trails, exit requests, close-all,
//           approved signals in risk's order, equity mark. OrdersOut holds the commands in that order.
// Errors:   an approval with no free bracket ends as REJECTED. No allocation after construction.
// Units:    Money 1e-8 account currency.
// Outcome:  the venue's answer to an entry gives gate 10: filled FILLED, stale STALE, expired EXPIRED, rejected or
//           cancelled before the fill REJECTED. No answer by the end of the run leaves the signal PENDING.
// Marks:    peak and drawdown follow every good M1 bar; EquityMark is journaled at each fill and at each day roll.
#pragma once

#include "engine/core/lane.hpp"
#include "engine/features/catalogue.hpp"
#include "engine/orders/equity_curve.hpp"
#include "engine/orders/order_manager.hpp"
#include "engine/risk/risk_out.hpp"
#include "engine/signals/signals_out.hpp"

namespace omega {

class OrdersStage {
 public:
  using OutcomeCounts = std::array<std::uint64_t, static_cast<std::size_t>(ReasonCode::kCount)>;
  struct Swings {
    FeatureHandle high = kNoFeature, low = kNoFeature;
  };
  /// What the stage needs from the feature engine; pass the result to the constructor.
  static Swings request_features(FeatureRequests& requests) {
    return {requests.request({.id = FeatureId::kSwingHigh, .tf = Timeframe::kM15, .p0 = 3, .p1 = 0}),
            requests.request({.id = FeatureId::kSwingLow, .tf = Timeframe::kM15, .p0 = 3, .p1 = 0})};
  }

  OrdersStage(const EngineConfig& config, LaneSink& sink, Swings swings);

  void process(const InputEvent& event, const FeaturesOut& features, const SignalsOut& signals, const RiskOut& risk,
               OrdersOut& out) noexcept;

  [[nodiscard]] std::uint64_t digest() const noexcept { return lane_.digest(); }
  [[nodiscard]] const LaneAppender& lane() const noexcept { return lane_; }
  [[nodiscard]] const Account& account() const noexcept { return account_; }
  [[nodiscard]] const OrderManager& manager() const noexcept { return manager_; }
  [[nodiscard]] const EquityCurve& curve() const noexcept { return curve_; }  // peak, max drawdown and its duration
  [[nodiscard]] Money equity() const noexcept { return account_.equity(); }
  [[nodiscard]] Money realised() const noexcept { return account_.realised(); }
  [[nodiscard]] Money open_pnl() const noexcept { return account_.open_pnl(); }
  [[nodiscard]] std::uint64_t trades() const noexcept { return trades_; }
  [[nodiscard]] std::uint64_t orders_sent() const noexcept { return orders_sent_; }  // entries
  /// By gate-10 code; kApproved: sent and not answered yet.
  [[nodiscard]] const OutcomeCounts& outcomes() const noexcept { return outcomes_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(lane_, account_, manager_, curve_, trades_, orders_sent_, outcomes_);
  }
  void save(StateWriter& w) const { w(*this); }
  void load(StateReader& r) { r(*this); }

 private:
  void on_exec(const ExecReport& report, Seq seq, OrdersOut& out) noexcept;
  void on_bar(const Bar& bar) noexcept;
  void send_approved(const InputEvent& event, const SignalsOut& signals, const RiskOut& risk, OrdersOut& out) noexcept;
  void flush(Seq seq, OrdersOut& out) noexcept;
  void outcome(TimeNs ts, Seq seq, OrderId id, Seq signal_seq, InstrumentId instrument, StrategyId strategy,
               ReasonCode code) noexcept;
  void mark(TimeNs ts, Seq seq, MarkKind kind) noexcept;

  LaneAppender lane_;
  Account account_;
  OrderManager manager_;
  EquityCurve curve_;
  Swings swings_;
  std::uint64_t trades_ = 0, orders_sent_ = 0;
  OutcomeCounts outcomes_{};
  std::uint32_t flushed_ = 0;  // commands of this event already journaled; 0 between events, hence no state
};

}  // namespace omega
