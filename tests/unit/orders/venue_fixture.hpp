// What:     Instruments, bars and brackets for the tests of the venue and of the orders stage.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "engine/orders/paper_venue.hpp"

namespace omega::test {

inline constexpr TimeNs kT0 = 1'704'067'200 * kSecond_ns;  // 2024-01-01T00:00Z
inline constexpr Price kPip = 100'000;                     // EURUSD, 0.0001

inline Price px(double v) { return std::llround(v * 1e9); }
inline Qty lots(double v) { return std::llround(v * 1e8); }

inline EngineConfig two_symbols() {
  EngineConfig c;
  InstrumentConfig e;
  e.symbol = "EURUSD";
  e.base = "EUR";
  e.quote = "USD";
  e.tick = 10'000;
  e.pip = e.u = kPip;
  e.contract = 100'000;
  e.spread = kPip;
  e.active = true;
  c.instruments.push_back(e);
  e.symbol = "GBPUSD";
  e.base = "GBP";
  e.spread = 15 * kPip / 10;
  c.instruments.push_back(e);
  return c;
}

/// Bar of minute n after kT0, bid OHLC as given, ask = bid + spread.
inline Bar bar_at(int minute, double open, double high, double low, double close, double spread = 0.0001,
                  InstrumentId id = 0) {
  Bar b;
  b.t_open = kT0 + minute * kMinute_ns;
  b.ts = b.t_open + kMinute_ns;
  b.instrument = id;
  b.bid_open = px(open);
  b.bid_high = px(high);
  b.bid_low = px(low);
  b.bid_close = px(close);
  b.ask_open = px(open + spread);
  b.ask_high = px(high + spread);
  b.ask_low = px(low + spread);
  b.ask_close = px(close + spread);
  b.volume = 100 * kQtyScale;
  b.n_ticks = 100;
  b.volume_kind = VolumeKind::kTicks;
  return b;
}

/// The same bar in a mirror at 1.1: what was bid is ask.
inline Bar mirrored(const Bar& b) {
  const Price axis = 2 * px(1.1);
  Bar m = b;
  m.bid_open = axis - b.ask_open;
  m.bid_high = axis - b.ask_low;
  m.bid_low = axis - b.ask_high;
  m.bid_close = axis - b.ask_close;
  m.ask_open = axis - b.bid_open;
  m.ask_high = axis - b.bid_low;
  m.ask_low = axis - b.bid_high;
  m.ask_close = axis - b.bid_close;
  return m;
}

/// A long bracket of one lot sent at the close of minute 0: stop 1.0980, one target 1.1040.
inline OrderCommand long_entry(OrderId id = 256) {
  OrderCommand c;
  c.ts = kT0 + kMinute_ns;
  c.active_ts = c.ts + 50 * kMilli_ns;
  c.order_id = id;
  c.signal_seq = id >> 8;
  c.quantity = lots(1);
  c.entry_ref = px(1.1000);
  c.stop_loss = px(1.0980);
  c.take_profit[0] = px(1.1040);
  c.tp_quantity[0] = lots(1);
  c.tp_r[0] = 2;
  c.tp_count = 1;
  c.expiry_ts = c.ts + 5 * kMinute_ns;
  c.strategy = 1;
  c.direction = kLong;
  return c;
}

inline OrderCommand mirrored(const OrderCommand& c) {
  const Price axis = 2 * px(1.1);
  OrderCommand m = c;
  m.direction = static_cast<Direction>(-c.direction);
  m.entry_ref = axis - c.entry_ref;
  m.stop_loss = axis - c.stop_loss;
  for (std::size_t i = 0; i < c.tp_count; ++i) m.take_profit[i] = axis - c.take_profit[i];
  return m;
}

inline OrderCommand change(const OrderCommand& entry, OrderAction action, TimeNs ts, Price stop = 0) {
  OrderCommand c;
  c.ts = ts;
  c.active_ts = ts + 50 * kMilli_ns;
  c.order_id = entry.order_id;
  c.instrument = entry.instrument;
  c.strategy = entry.strategy;
  c.direction = entry.direction;
  c.action = action;
  c.stop_loss = stop;
  return c;
}

struct VenueTest : ::testing::Test {
  EngineConfig config = two_symbols();
  PaperVenue venue{config};
  ReportSink sink;

  std::vector<ExecReport> bar(const Bar& b) {
    sink.clear();
    venue.on_bar(b, sink);
    return {sink.view().begin(), sink.view().end()};
  }
  std::vector<ExecReport> timer(TimeNs ts) {
    sink.clear();
    venue.on_timer(ts, sink);
    return {sink.view().begin(), sink.view().end()};
  }
};

}  // namespace omega::test
