// What:     A small driver: paper venue, orders stage and a recorder of the orders lane, run event by event.
#pragma once

#include <map>
#include <vector>

#include "engine/orders/orders_stage.hpp"
#include "tests/unit/orders/venue_fixture.hpp"

namespace omega::test {

class Recorder final : public LaneSink {
 public:
  void append(EventType type, Seq, const void* body, std::size_t bytes, std::span<const double>) noexcept override {
    const auto* p = static_cast<const std::uint8_t*>(body);
    records_.push_back({type, {p, p + bytes}});
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }
  template <class T>
  [[nodiscard]] std::vector<T> of() const {
    std::vector<T> out;
    for (const auto& [type, bytes] : records_)
      if (type == EventTypeOf<T>::value) {
        T value;
        std::memcpy(&value, bytes.data(), sizeof value);
        out.push_back(value);
      }
    return out;
  }

 private:
  std::vector<std::pair<EventType, std::vector<std::uint8_t>>> records_;
};

/// A long signal of strategy 2 at 1.1000, stop 20 pips, half at 1.5R, rest at 3R, break-even after the first.
inline Signal std_long(InstrumentId instrument = 0) {
  Signal s;
  s.entry_ref = px(1.1000);
  s.stop_loss = px(1.0980);
  s.take_profit = {px(1.1030), px(1.1060), 0};
  s.tp_fraction = {0.5, 0.5, 0};
  s.tp_r = {1.5, 3, 0};
  s.tp_count = 2;
  s.time_stop_ns = 60 * kMinute_ns;
  s.expiry_ns = kMinute_ns;
  s.instrument = instrument;
  s.strategy = 2;
  s.direction = kLong;
  s.flags = signal_flag::kBreakEven | signal_flag::kTrailM15 | signal_flag::kTargetsInR;
  return s;
}

class StageDriver {
 public:
  /// Raised (and approved with `quantity`) by the next bar or timer.
  void signal(Signal s, Qty quantity = lots(1)) { signals_.push_back(s), approved_.push_back(quantity); }
  void exit(ExitRequest e) { exits_.push_back(e); }

  void bar(const Bar& b) {
    match([&](ReportSink& s) { venue.on_bar(b, s); });
    InputEvent e = InputEvent::of(b);
    FeatureFrame& f = frames_[0];
    f.ts = b.ts;
    f.instrument = b.instrument;
    f.closed_mask = 1;
    f.bars[0].bid_close = b.bid_close;
    f.bars[0].ask_close = b.ask_close;
    send(e, 1);
  }
  void timer(TimeNs ts, TimerKind kind = TimerKind::kMinute) {
    match([&](ReportSink& s) { venue.on_timer(ts, s); });
    send(InputEvent::of(Timer{.ts = ts, .kind = kind}), 0);
  }

  /// The reports added up by hand: filled orders of EURUSD and the cash they moved (1e-8 USD).
  struct Line {
    Direction direction = 0;
    Price entry = 0;
    Qty open = 0;
  };
  [[nodiscard]] const std::map<OrderId, Line>& ledger() const noexcept { return ledger_; }
  [[nodiscard]] Money cash() const noexcept { return cash_; }

  EngineConfig config = two_symbols();
  Recorder lane;
  OrdersStage stage{config, lane, {}};
  PaperVenue venue{config};
  Seq seq = 0;
  ExitReason close_all = ExitReason::kNone;

 private:
  template <class Match>
  void match(Match&& m) {
    ReportSink sink;
    m(sink);
    const auto signals = std::move(signals_);
    const auto exits = std::move(exits_);
    signals_.clear();
    exits_.clear();
    const ExitReason all = close_all;
    close_all = ExitReason::kNone;
    for (const ExecReport& r : sink.view()) {
      keep_ledger(r);
      send(InputEvent::of(r), 0);
    }
    signals_ = signals;
    exits_ = exits;
    close_all = all;
  }
  void keep_ledger(const ExecReport& r) {
    if (r.kind != ExecKind::kFilled) return;
    Line& l = ledger_[r.order_id];
    cash_ -= r.commission;
    if (r.leg == OrderLeg::kEntry) {
      l = {r.direction, r.price, r.quantity};
      return;
    }
    l.open -= r.quantity;
    cash_ += static_cast<Money>(static_cast<i128>(l.direction * (r.price - l.entry)) * r.quantity * 100'000 / kPriceScale);
  }
  void send(InputEvent e, std::uint32_t frames) {
    e.seq = ++seq;
    std::vector<ApprovedOrder> approved;
    for (std::uint32_t i = 0; i < signals_.size(); ++i) {
      signals_[i].ts = e.ts();
      signals_[i].index = i;
      approved.push_back({i, approved_[i]});
    }
    const FeaturesOut features{frames_.data(), 1, frames};
    const SignalsOut signals{signals_.data(), exits_.data(), 8, 8, static_cast<std::uint32_t>(signals_.size()),
                             static_cast<std::uint32_t>(exits_.size())};
    const RiskOut risk{approved.data(), 8, static_cast<std::uint32_t>(approved.size()), close_all};
    OrdersOut out{room_.data(), static_cast<std::uint32_t>(room_.size()), 0};
    stage.process(e, features, signals, risk, out);
    for (const OrderCommand& c : out.view()) venue.accept(c);
    signals_.clear();
    exits_.clear();
    if (frames > 0 || e.type == EventType::kTimer) approved_.clear();
  }

  std::vector<Signal> signals_;
  std::vector<Qty> approved_;
  std::vector<ExitRequest> exits_;
  std::vector<FeatureFrame> frames_{1};
  std::array<OrderCommand, 256> room_{};
  std::map<OrderId, Line> ledger_;
  Money cash_ = 0;
};

}  // namespace omega::test
