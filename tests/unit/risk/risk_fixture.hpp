// What:     Instruments, bars, signals and a recording lane for the tests of the risk stage and its parts.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "engine/core/civil_time.hpp"
#include "engine/core/lane.hpp"
#include "engine/risk/account.hpp"
#include "engine/signals/signals_out.hpp"

namespace omega::test {

inline constexpr TimeNs kNow = utc_time(2024, 1, 9, 10);  // a Tuesday in January: London open, US winter time

inline Price px(double v) { return std::llround(v * 1e9); }
inline Qty lots(double v) { return std::llround(v * 1e8); }
inline Money money(double v) { return std::llround(v * 1e8); }

enum : InstrumentId { kEurUsd, kGbpUsd, kUsdJpy, kEurGbp, kUsdCad, kUsdChf, kAudUsd, kNzdUsd, kEurJpy, kGbpJpy, kXauUsd, kBtcUsd, kRows };

inline EngineConfig risk_config() {
  EngineConfig c;
  const auto add = [&](const char* base, const char* quote, AssetClass asset, double pip, double spread_pips, double bp) {
    InstrumentConfig i;
    i.base = base;
    i.quote = quote;
    i.symbol = i.base + i.quote;
    i.asset_class = asset;
    i.tick = px(pip / 10);
    i.pip = i.u = px(pip);
    i.contract = 100'000;
    i.spread = px(pip * spread_pips);
    i.shutdown_spread_bp = bp;
    i.active = true;
    c.instruments.push_back(i);
  };
  add("EUR", "USD", AssetClass::kFxMajor, 0.0001, 1.0, 5);
  add("GBP", "USD", AssetClass::kFxMajor, 0.0001, 1.5, 6);
  add("USD", "JPY", AssetClass::kFxMajor, 0.01, 1.0, 5);
  add("EUR", "GBP", AssetClass::kFxCross, 0.0001, 1.5, 4);
  add("USD", "CAD", AssetClass::kFxMajor, 0.0001, 1.2, 6);
  add("USD", "CHF", AssetClass::kFxMajor, 0.0001, 1.2, 6);
  add("AUD", "USD", AssetClass::kFxMajor, 0.0001, 1.0, 6);
  add("NZD", "USD", AssetClass::kFxMajor, 0.0001, 1.5, 8);
  add("EUR", "JPY", AssetClass::kFxCross, 0.01, 1.5, 6);
  add("GBP", "JPY", AssetClass::kFxCross, 0.01, 2.0, 8);
  add("XAU", "USD", AssetClass::kMetal, 0.1, 2.0, 15);
  c.instruments.back().contract = 100;
  add("BTC", "USD", AssetClass::kCrypto, 1.0, 10, 50);
  c.instruments.back().contract = 1;
  return c;
}

/// A minute that closes at ts with the given sides; nothing moved inside it.
inline Bar quote_bar(InstrumentId id, TimeNs ts, double bid, double ask) {
  Bar b;
  b.ts = ts;
  b.t_open = ts - kMinute_ns;
  b.instrument = id;
  b.bid_open = b.bid_high = b.bid_low = b.bid_close = px(bid);
  b.ask_open = b.ask_high = b.ask_low = b.ask_close = px(ask);
  return b;
}

inline OrderCommand enter_command(OrderId id, InstrumentId instrument, StrategyId strategy, Direction d, double quantity,
                                  double entry, double stop, double target) {
  OrderCommand c;
  c.ts = kNow;
  c.order_id = id;
  c.signal_seq = id >> 8;
  c.quantity = lots(quantity);
  c.entry_ref = px(entry);
  c.stop_loss = px(stop);
  c.take_profit[0] = px(target);
  c.tp_count = 1;
  c.instrument = instrument;
  c.strategy = strategy;
  c.direction = d;
  return c;
}

/// Reports of one venue session: exec ids count up.
class Reports {
 public:
  ExecReport fill(const OrderCommand& c, OrderLeg leg, double price, double quantity, double remaining, double commission = 0) {
    ExecReport r = answer(c, ExecKind::kFilled, leg);
    r.price = px(price);
    r.quantity = lots(quantity);
    r.remaining = lots(remaining);
    r.commission = money(commission);
    return r;
  }
  ExecReport answer(const OrderCommand& c, ExecKind kind, OrderLeg leg = OrderLeg::kEntry) {
    return {.ts = kNow + kMinute_ns, .fill_ts = kNow + kSecond_ns, .order_id = c.order_id, .exec_id = ++last_,
            .instrument = c.instrument, .strategy = c.strategy, .kind = kind, .leg = leg, .direction = c.direction};
  }

 private:
  std::uint64_t last_ = 0;
};

/// Passes gates 1-6 with Q = .7298 of STRATEGIES 4.3 but for PERF's own value.
inline Signal good_signal(InstrumentId instrument = kEurUsd, StrategyId strategy = 1, Direction d = kLong, double entry = 1.1,
                          double stop_distance = 0.0026) {
  Signal s;
  s.ts = kNow;
  s.entry_ref = px(entry);
  s.stop_loss = px(entry - d * stop_distance);
  s.take_profit[0] = px(entry + d * 2.5 * stop_distance);
  s.tp_fraction[0] = 1;
  s.tp_r[0] = 2.5;
  s.tp_count = 1;
  s.rr_min = 1.5;
  s.conf = .75;
  s.str = .8;
  s.vpin = .25;
  s.cvd_n = d * .3;
  s.regime_trend = 0;  // REVERSAL: .3·t + 1.0·r + .4·s = .8
  s.regime_range = 2.0 / 3.0;
  s.regime_shock = 1.0 / 3.0;
  s.valid_mask = signal_valid::kFz | signal_valid::kCvd | signal_valid::kVpin | signal_valid::kConf | signal_valid::kRegime;
  s.instrument = instrument;
  s.strategy = strategy;
  s.family = SignalFamily::kReversal;
  s.direction = d;
  s.level = 3;
  s.tox = ToxLevel::kSafe;
  return s;
}

/// Keeps decisions and kill-switch events, and the bytes of everything.
class RecordingSink final : public LaneSink {
 public:
  RecordingSink() { bytes.reserve(1 << 22); decisions.reserve(1 << 14); switches.reserve(1 << 14); }
  void append(EventType type, Seq seq, const void* body, std::size_t n, std::span<const double>) noexcept override {
    const auto* p = static_cast<const std::uint8_t*>(body);
    const auto* q = reinterpret_cast<const std::uint8_t*>(&seq);
    bytes.insert(bytes.end(), q, q + sizeof seq);
    bytes.insert(bytes.end(), p, p + n);
    if (type == EventType::kRiskDecision) decisions.push_back(*static_cast<const RiskDecision*>(body));
    if (type == EventType::kKillSwitch) switches.push_back(*static_cast<const KillSwitchEvent*>(body));
    if (type == EventType::kDigest) ++digests;
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }
  std::vector<std::uint8_t> bytes;
  std::vector<RiskDecision> decisions;
  std::vector<KillSwitchEvent> switches;
  int digests = 0;
};

}  // namespace omega::test
