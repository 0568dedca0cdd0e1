// What:     A random walk as an L2 instrument shows it: snapshots, deltas in updates of several changes, sided trades, the M1 bars
//           that they make, timers; now and then a gap in the venue's sequence. Numbered from 1.
#pragma once

#include "stage_fixture.hpp"

namespace omega::test {

inline constexpr std::uint32_t kAllTicks = capability::kBars | capability::kVolume | capability::kQuotes | capability::kQuoteSizes |
                                           capability::kTrades | capability::kTradesSided | capability::kL2;

inline EngineConfig tick_config() {
  EngineConfig config = config_of(1);
  config.instruments[0].u = 100'000;
  config.instruments[0].vpin_bucket_override = 2'000 * kQtyScale;
  config.instruments[0].capabilities = kAllTicks;
  return config;
}

/// Every feature of ticks at least once.
inline FeatureRequests requests_of_ticks() {
  using enum FeatureId;
  FeatureRequests r;
  for (const FeatureId id : {kWeightedMid, kMicroPrice, kOfiBar, kOfiNorm}) r.request({id, Timeframe::kM1, 0, 0});
  for (const FeatureId id : {kOfi, kOfiZ, kOfiSamples}) r.request({id, Timeframe::kM1, 100, 0});
  for (const FeatureId id : {kMlofi, kBookImbalance, kBookRatio, kBookPressure}) r.request({id, Timeframe::kM1, 5, 0});
  r.request({kAggressorShare, Timeframe::kM1, 3, 0});
  for (const FeatureId id : {kPocPrice, kValueAreaLow, kValueAreaHigh}) r.request({id, Timeframe::kM1, 0, 10});
  for (const int side : {1, -1}) {
    for (const FeatureId id : {kClusterRatio, kClusterPrice, kClusterAgainst, kClusterAbsorption}) r.request({id, Timeframe::kM1, side * 10, 10});
    for (const FeatureId id : {kRefillRatio, kRefillCount, kRefillPrice, kRefillHold}) r.request({id, Timeframe::kM1, side * 3, 0});
  }
  r.request({kLargeOrders, Timeframe::kM1, 10, 0});
  r.request({kFlowZ, Timeframe::kM1, 5, 200});
  r.request({kCvdN, Timeframe::kM1, 20, 0});
  r.request({kVpin, Timeframe::kM1, 50, 0});
  return r;
}

class TickMarket {
 public:
  explicit TickMarket(std::uint64_t seed) : random_(seed) {}

  std::vector<InputEvent> minutes(int count) {
    for (int m = 0; m < count; ++m) minute(kMonday + m * kMinute_ns);
    for (std::size_t i = 0; i < events_.size(); ++i) events_[i].seq = i + 1;
    return std::move(events_);
  }

 private:
  static constexpr Price kTick = 10'000;

  void minute(TimeNs t) {
    if (t != kMonday) {
      events_.push_back(timer_at(t));
      Bar b = input_bar(0, t - kMinute_ns, open_, bid_, volume_);
      b.volume_kind = VolumeKind::kTraded;
      b.bid_high = high_, b.bid_low = low_, b.ask_high = high_ + 100'000, b.ask_low = low_ + 100'000;
      events_.push_back(InputEvent::of(b));
    }
    open_ = high_ = low_ = bid_;
    volume_ = 0;
    const int updates = 20;
    for (int i = 0; i < updates; ++i) update(t + i * (kMinute_ns / updates) + random_.below(1'000'000));
  }
  void update(TimeNs ts) {
    if (!live_ || random_.one_in(500)) return snapshot(ts);
    if (random_.one_in(2'000)) {
      live_ = false;
      events_.push_back(InputEvent::of(BookDelta{.ts = ts, .price = bid_, .new_size = kQtyScale, .flags = tick_flag::kGap}));
      return;
    }
    if (random_.one_in(3)) {
      const bool buy = random_.one_in(2);
      const Qty size = (1 + random_.below(40)) * kQtyScale;
      volume_ += size;
      events_.push_back(InputEvent::of(Trade{.ts = ts, .price = buy ? bid_ + kTick : bid_, .size = size, .aggressor = buy ? kLong : kShort}));
    }
    if (random_.one_in(4)) {  // the whole ladder moves by a tick, in one update
      const bool up = random_.one_in(2);
      bid_ += up ? kTick : -kTick;
      high_ = std::max(high_, bid_);
      low_ = std::min(low_, bid_);
      if (up) {
        change(ts, BookSide::kAsk, bid_, 0, true);
        change(ts, BookSide::kBid, bid_, size(), false);
      } else {
        change(ts, BookSide::kBid, bid_ + kTick, 0, true);
        change(ts, BookSide::kAsk, bid_ + kTick, size(), false);
      }
      return;
    }
    const bool bid = random_.one_in(2);
    const Price distance = random_.below(8) * kTick;
    const Qty large = distance > 0 && random_.one_in(25) ? 400 * kQtyScale : 0;
    change(ts, bid ? BookSide::kBid : BookSide::kAsk, bid ? bid_ - distance : bid_ + kTick + distance, large > 0 ? large : size(), false);
  }
  void snapshot(TimeNs ts) {
    live_ = true;
    BookSnapshot s{.ts = ts, .bid_levels = 10, .ask_levels = 10};
    for (std::size_t i = 0; i < 10; ++i) {
      s.bid_price[i] = bid_ - static_cast<Price>(i) * kTick, s.bid_size[i] = size();
      s.ask_price[i] = bid_ + static_cast<Price>(i + 1) * kTick, s.ask_size[i] = size();
    }
    events_.push_back(InputEvent::of(s));
  }
  void change(TimeNs ts, BookSide side, Price price, Qty size, bool more) {
    events_.push_back(InputEvent::of(BookDelta{.ts = ts, .price = price, .new_size = size, .flags = more ? tick_flag::kMore : std::uint16_t{0}, .side = side}));
  }
  Qty size() { return (1 + random_.below(30)) * kQtyScale; }

  Random random_;
  std::vector<InputEvent> events_;
  Price bid_ = 1'100'000'000, open_ = 0, high_ = 0, low_ = 0;
  Qty volume_ = 0;
  bool live_ = false;
};

}  // namespace omega::test
