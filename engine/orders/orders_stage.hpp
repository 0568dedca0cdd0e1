// What:     The last stage: turns approved signals into bracket orders, runs them until flat (break-even, trailing, time stop,
//           strategy exits, kill-switch closes), and keeps the books: trades, equity marks, how each signal ended.
// Owner:    Stages.   Threads: one at a time.   Errors: none on the event path.
// Units:    lots 1e-8, Price, Money. Drawdown is a fraction of the running peak, over all M1 marks.
// Source:   STRATEGIES 3.0 (STD), 4.8, 4.10.
#pragma once

#include "engine/core/lane.hpp"
#include "engine/features/catalogue.hpp"
#include "engine/orders/equity_curve.hpp"
#include "engine/orders/orders_out.hpp"
#include "engine/risk/account.hpp"
#include "engine/risk/risk_out.hpp"
#include "engine/signals/signals_out.hpp"

namespace omega {

class OrdersStage {
 public:
  static void request_features(FeatureRequests& requests);
  OrdersStage(const EngineConfig& config, LaneSink& lane, FeatureHandle m15_swing_high, FeatureHandle m15_swing_low);

  void process(const InputEvent& input, const FeaturesOut& features, const SignalsOut& signals, const RiskOut& risk,
               OrdersOut& out) noexcept;

  [[nodiscard]] const Account& account() const noexcept { return account_; }
  [[nodiscard]] const EquityCurve& curve() const noexcept { return curve_; }
  [[nodiscard]] Money equity() const noexcept { return account_.equity(); }
  [[nodiscard]] std::uint64_t trades_closed() const noexcept { return trades_closed_; }
  [[nodiscard]] std::uint64_t digest() const noexcept { return lane_.digest(); }
  [[nodiscard]] const LaneAppender& lane() const noexcept { return lane_; }

  void save(StateWriter& out) const;
  void load(StateReader& in);

 private:
  /// What the stage remembers of a live bracket beyond the account's view.
  struct Plan {
    OrderId order_id = 0;
    TimeNs deadline_ts = 0;
    Price wanted_stop = 0;       // last stop asked for
    bool closing = false;        // a close or cancel is on its way
    bool partial_done = false;
    Timeframe timeframe = Timeframe::kM1;
    template <class Archive> void serialize(Archive& ar) {
      ar(order_id, deadline_ts, wanted_stop, closing, partial_done, timeframe);
    }
  };

  void on_exec(const InputEvent& input, OrdersOut& out) noexcept;
  void on_frame(const InputEvent& input, const FeatureFrame& frame, OrdersOut& out) noexcept;
  void enter(const InputEvent& input, const Signal& signal, const ApprovedOrder& approved, OrdersOut& out) noexcept;
  void close(const InputEvent& input, const OpenPosition& position, Plan& plan, ExitReason reason, OrdersOut& out) noexcept;
  void move_stop(const InputEvent& input, const OpenPosition& position, Plan& plan, Price stop, OrdersOut& out) noexcept;
  void send(const InputEvent& input, OrderCommand& command, OrdersOut& out) noexcept;
  void mark(const InputEvent& input, MarkKind kind) noexcept;
  [[nodiscard]] Plan* plan_of(OrderId id) noexcept;
  void forget_finished() noexcept;

  const EngineConfig* config_;
  LaneAppender lane_;
  FeatureHandle swing_high_, swing_low_;
  Account account_;
  EquityCurve curve_;
  std::array<Plan, kPositionsMax> plans_{};
  std::size_t plan_count_ = 0;
  std::uint64_t trades_closed_ = 0;
};

}  // namespace omega
