// What:     Watches a simulated market with a book the way the strategies will, with plain code of its own: refills at a price, best-quote
//           imbalance against its own history, volume per price bin, large orders that go untraded, VPIN of sided trades.
// Source:   STRATEGIES F04, F08, F19, F33; S12, S14, S18, S23.
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <vector>

#include "adapters/feed/sim_market.hpp"
#include "engine/market/order_book.hpp"

namespace omega::test {

/// One pattern that the market has begun, and what was seen of it.
struct Seen {
  sim::PatternKind kind{};
  TimeNs start = 0;
  bool found = false;
  double vpin = -1;        // at its start; -1: not known yet
  double flow = 0, cvd = 0;// when found: fz (F06) and cvd_n (F07) toward the trade
};

class BookObserver {
 public:
  /// u and tick: Price of the instrument.
  BookObserver(const SimMarket& market, InstrumentId id, Price u, Price tick) : market_(&market), id_(id), u_(u), tick_(tick) {}

  void on(const InputEvent& e) {
    if (e.type == EventType::kBar && e.as<Bar>().instrument == id_) return on_bar(e.as<Bar>());
    if (instrument_of(e) != id_) return;
    if (e.type == EventType::kTrade) on_trade(e.as<Trade>());
    if (e.type == EventType::kBookSnapshot) {
      book_.on_snapshot(e.as<BookSnapshot>());
      if (e.ts() - updated_ > kMinute_ns) {   // after a pause; the hourly ones change nothing
        refills_.clear();
        large_.clear();
        last_ = {};
      }
      on_update(e.ts());
    }
    if (e.type == EventType::kBookDelta) {
      on_delta(e.as<BookDelta>());
      if (book_.whole()) on_update(e.ts());
    }
  }
  [[nodiscard]] const std::vector<Seen>& seen() const { return seen_; }
  [[nodiscard]] std::size_t started(sim::PatternKind kind) const {
    return static_cast<std::size_t>(std::count_if(seen_.begin(), seen_.end(), [&](const Seen& s) { return s.kind == kind; }));
  }
  [[nodiscard]] std::size_t found(sim::PatternKind kind) const {
    return static_cast<std::size_t>(std::count_if(seen_.begin(), seen_.end(), [&](const Seen& s) { return s.kind == kind && s.found; }));
  }
  [[nodiscard]] double flow() const { return flow_; }   // fz, at the last bar
  [[nodiscard]] double cvd() const { return cvd_; }
  /// −1: not known yet.
  [[nodiscard]] double vpin() const {
    if (imbalances_.size() < 50) return -1;
    double sum = 0;
    for (const double x : imbalances_) sum += x;
    return sum / 50;
  }
  std::size_t icebergs = 0, bursts = 0, clusters = 0, spoofs = 0;   // seen at all, whether the market meant them or not

 private:
  using Key = std::pair<int, Price>;   // +1 bid, −1 ask
  struct Refill {
    Qty peak = 0, executed = 0, before = 0;
    int refills = 0;
    TimeNs last_trade = 0, since = 0;
    bool half_gone = false;
    Price farthest = 0;                // of the best from the level, since the first trade
    bool counted = false;
  };
  struct Large {
    TimeNs since = 0;
    Qty size = 0, traded = 0;
    Price mid2 = 0, mid2_end = 0;
    double imbalance = 1;
  };
  struct Quote2 {
    BookLevel bid, ask;
  };
  [[nodiscard]] static int sign(BookSide s) { return s == BookSide::kBid ? 1 : -1; }

  void on_trade(const Trade& t) {
    const int side = -t.aggressor;
    const BookLadder& ladder = side > 0 ? book_.bids() : book_.asks();
    Refill& r = refills_[{side, t.price}];
    const Qty shown = ladder.size_at(t.price);
    if (r.peak == 0) r.since = t.ts;
    r.peak = std::max(r.peak, shown);
    r.before = shown;
    r.executed += t.size;
    r.last_trade = t.ts;
    if (const auto l = large_.find({side, t.price}); l != large_.end()) l->second.traded += t.size;
    bin_[t.price / u_][t.aggressor > 0 ? 1 : 0] += t.size;
    volume_[t.aggressor > 0 ? 1 : 0] += t.size;
    day_volume_ += t.size;
    fill_bucket(t.size, t.aggressor);
  }

  void on_delta(const BookDelta& d) {
    const int side = sign(d.side);
    const Key key{side, d.price};
    if (const auto r = refills_.find(key); r != refills_.end()) {
      Refill& x = r->second;
      if (d.new_size * 2 <= x.before) x.half_gone = true;
      else if (x.half_gone && d.ts - x.last_trade <= 500'000'000 && d.new_size * 10 >= x.peak * 8) ++x.refills, x.half_gone = false;
      x.peak = std::max(x.peak, d.new_size);
    }
    if (const auto l = large_.find(key); l != large_.end() && d.new_size * 5 <= l->second.size) {
      const Large& x = l->second;
      const double removed = static_cast<double>(x.size - d.new_size);
      const bool spoof = d.ts - x.since <= 5 * kSecond_ns && 1 - static_cast<double>(x.traded) / removed >= 0.9 && x.imbalance >= 0.7 &&
                         side * (x.mid2_end - x.mid2) >= u_;    // mids x 2: half a u
      if (spoof) on_spoof(d.ts, side);
      large_.erase(l);
    }
    book_.on_delta(d);
  }

  void on_update(TimeNs ts) {
    updated_ = ts;
    const BookLevel bid = book_.bids().best(), ask = book_.asks().best();
    if (last_.bid.price != 0) {
      double e = 0;
      if (bid.price >= last_.bid.price) e += static_cast<double>(bid.size);
      if (bid.price <= last_.bid.price) e -= static_cast<double>(last_.bid.size);
      if (ask.price <= last_.ask.price) e -= static_cast<double>(ask.size);
      if (ask.price >= last_.ask.price) e += static_cast<double>(last_.ask.size);
      if (!(bid == last_.bid && ask == last_.ask)) {
        ofi_.push_back(e);
        ofi_sum_ += e;
        bar_ofi_ += e;
        if (ofi_.size() > 100) ofi_sum_ -= ofi_.front(), ofi_.pop_front();
      }
    }
    last_ = {bid, ask};
    for (auto i = refills_.begin(); i != refills_.end();) {
      const auto [side, price] = i->first;
      const Price best = side > 0 ? bid.price : ask.price, away = side * (best - price);
      i->second.farthest = std::max(i->second.farthest, away);
      if (away <= -2 * tick_ || ts - i->second.last_trade > 15 * kMinute_ns) i = refills_.erase(i);
      else ++i;
    }
    track_large(ts);
  }

  void track_large(TimeNs ts) {
    std::vector<Qty> sizes;
    for (const BookLadder* l : {&book_.bids(), &book_.asks()})
      for (const BookLevel& x : l->levels()) sizes.push_back(x.size);
    std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2), sizes.end());
    const Qty median = sizes[sizes.size() / 2];
    double sum[2] = {0, 0};
    for (const BookLadder* l : {&book_.bids(), &book_.asks()})
      for (std::size_t i = 0; i < 5; ++i) sum[l == &book_.asks()] += static_cast<double>(l->levels()[i].size);
    const double imbalance = (sum[0] - sum[1]) / (sum[0] + sum[1]);
    for (const int side : {1, -1}) {
      const BookLadder& l = side > 0 ? book_.bids() : book_.asks();
      for (std::size_t i = 1; i < 5; ++i)
        if (l.levels()[i].size >= 10 * median && !large_.contains({side, l.levels()[i].price}))
          large_[{side, l.levels()[i].price}] = {.since = ts, .size = l.levels()[i].size, .traded = 0, .mid2 = book_.mid2(), .mid2_end = 0, .imbalance = 1};
    }
    for (auto& [key, x] : large_) {
      x.imbalance = std::min(x.imbalance, key.first * imbalance);
      x.mid2_end = book_.mid2();
    }
  }

  void on_spoof(TimeNs ts, int side) {
    ++spoofs;
    if (last_spoof_side_ == side && ts - last_spoof_ <= 5 * kMinute_ns) mark(sim::PatternKind::kSpoof, -side, ts, 6);
    last_spoof_side_ = side;
    last_spoof_ = ts;
  }

  void fill_bucket(Qty size, int aggressor) {
    if (bucket_size_ == 0) return;
    while (size > 0) {
      const Qty take = std::min(size, bucket_size_ - bucket_);
      bucket_ += take;
      bucket_flow_ += aggressor * take;
      size -= take;
      if (bucket_ < bucket_size_) continue;
      imbalances_.push_back(std::abs(static_cast<double>(bucket_flow_)) / static_cast<double>(bucket_size_));
      if (imbalances_.size() > 50) imbalances_.pop_front();
      bucket_ = bucket_flow_ = 0;
    }
  }
  void on_bar(const Bar& b) {
    for (const sim::PatternKind kind : {sim::PatternKind::kIceberg, sim::PatternKind::kOfiBurst, sim::PatternKind::kFootprint, sim::PatternKind::kSpoof}) {
      std::uint32_t& known = known_[static_cast<std::size_t>(kind)];
      if (const std::uint32_t now = market_->patterns(kind); now != known) {
        known = now;
        seen_.push_back({.kind = kind, .start = b.t_open, .found = false, .vpin = vpin()});
      }
    }
    const double close = static_cast<double>(b.bid_close + b.ask_close) / 2;
    closes_.push_back(close);
    bars_.push_back({static_cast<double>(b.volume), static_cast<double>(b.bid_high - b.bid_low), b.bid_low / u_, b.ask_high / u_, volume_[0], volume_[1], bin_});
    volume_[0] = volume_[1] = 0;
    bin_.clear();
    if (bars_.size() > 50) bars_.pop_front();
    update_flow();
    look_for_icebergs(b, close);
    look_for_burst(b, close);
    look_for_cluster(b, close);
    const std::int64_t day = b.ts / kDay_ns;
    if (day != day_) {
      if (day_ != 0 && day_volume_ > 0) days_.push_back(day_volume_);
      if (days_.size() > 20) days_.pop_front();
      Qty sum = 0;
      for (const Qty v : days_) sum += v;
      if (days_.size() >= 5) bucket_size_ = sum / static_cast<Qty>(days_.size()) / 50;
      day_ = day;
      day_volume_ = 0;
    }
  }

  void look_for_icebergs(const Bar& b, double close) {
    for (auto& [key, r] : refills_) {
      const bool strong = r.refills >= 3 && static_cast<double>(r.executed) >= 6 * static_cast<double>(r.peak);
      if (r.counted || !strong || r.farthest > 2 * u_ || b.ts - r.since < 10 * kMinute_ns) continue;
      if (key.first * (close - static_cast<double>(key.second)) < static_cast<double>(u_)) continue;
      r.counted = true;
      ++icebergs;
      mark(sim::PatternKind::kIceberg, key.first, b.ts, 25);
    }
  }

  void look_for_burst(const Bar& b, double close) {
    samples_.push_back(ofi_sum_);
    if (samples_.size() > 501) samples_.pop_front();
    if (samples_.size() < 201 || closes_.size() < 21) return;
    double mean = 0, squares = 0;
    const std::size_t n = samples_.size() - 1;
    for (std::size_t i = 0; i < n; ++i) mean += samples_[i] / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) squares += (samples_[i] - mean) * (samples_[i] - mean);
    const double z = (ofi_sum_ - mean) / std::sqrt(squares / static_cast<double>(n - 1));
    const bool now = std::fabs(z) >= 2.5 && z * (close - closes_[closes_.size() - 21]) > 0;
    if (now && !burst_) ++bursts;
    burst_ = now;
    if (now) mark(sim::PatternKind::kOfiBurst, z > 0 ? 1 : -1, b.ts, 10);
  }

  void look_for_cluster(const Bar& b, double close) {
    if (bars_.size() < 50) return;
    std::map<Price, std::array<double, 2>> bins, recent;
    double volume = 0, late[2] = {0, 0}, travelled = 0;
    for (std::size_t i = 0; i < 50; ++i) {
      const BarTicks& x = bars_[i];
      volume += x.volume;
      travelled += x.range;
      for (const auto& [bin, v] : x.bins)
        for (int s = 0; s < 2; ++s) {
          bins[bin][static_cast<std::size_t>(s)] += static_cast<double>(v[static_cast<std::size_t>(s)]);
          if (i >= 40) recent[bin][static_cast<std::size_t>(s)] += static_cast<double>(v[static_cast<std::size_t>(s)]);
        }
      if (i >= 47) late[0] += x.sold, late[1] += x.bought;
    }
    double mean = 0;
    for (const auto& [bin, v] : bins) mean += (v[0] + v[1]) / static_cast<double>(bins.size());
    const bool lively = bars_.back().volume >= 2.2 * volume / 50;
    bool now = false;
    int side = 0;
    for (const auto& [bin, v] : bins) {
      const double total = v[0] + v[1];
      if (total < 3.5 * mean) continue;
      const double middle = (static_cast<double>(bin) + 0.5) * static_cast<double>(u_);
      const int d = close > middle ? 1 : -1;
      const auto against = static_cast<std::size_t>(d > 0 ? 0 : 1), with = 1 - against;
      double near_volume = 0, near_travelled = 0;
      for (const BarTicks& x : bars_)
        if (x.low_bin <= bin && bin <= x.high_bin && x.bins.contains(bin)) near_volume += x.volume, near_travelled += x.range;
      const double absorption = near_volume / std::max(near_travelled, 1.0) / (volume / std::max(travelled, 1.0));
      const bool cluster = (std::fabs(close - middle) <= 15 * static_cast<double>(u_) && recent[bin][against] >= 0.8 * total &&
                    late[with] >= 0.65 * (late[0] + late[1]) && lively && absorption >= 4);
      if (cluster) now = true, side = d;
    }
    if (now && !cluster_) ++clusters;
    cluster_ = now;
    if (now) mark(sim::PatternKind::kFootprint, side, b.ts, 20);
  }

  void mark(sim::PatternKind kind, int d, TimeNs ts, int minutes) {
    for (Seen& s : seen_) {
      if (s.kind != kind || ts <= s.start || ts > s.start + minutes * kMinute_ns) continue;
      s.found = true;
      s.flow = d * flow_;
      s.cvd = d * cvd_;
    }
  }

  /// fz over 20 bars against the 500 sums before them, and cvd_n.
  void update_flow() {
    bar_ofis_.push_back(bar_ofi_);
    bar_ofi_ = 0;
    flow_ = cvd_ = 0;
    if (bar_ofis_.size() < 20 || bars_.size() < 20) return;
    double sum = 0, delta = 0, volume = 0;
    for (std::size_t i = bar_ofis_.size() - 20; i < bar_ofis_.size(); ++i) sum += bar_ofis_[i];
    for (std::size_t i = bars_.size() - 20; i < bars_.size(); ++i) delta += bars_[i].bought - bars_[i].sold, volume += bars_[i].bought + bars_[i].sold;
    cvd_ = volume > 0 ? delta / volume : 0;
    sums_.push_back(sum);
    if (sums_.size() < 520) return;
    double mean = 0, squares = 0;
    for (std::size_t i = sums_.size() - 520; i < sums_.size() - 20; ++i) mean += sums_[i] / 500;
    for (std::size_t i = sums_.size() - 520; i < sums_.size() - 20; ++i) squares += (sums_[i] - mean) * (sums_[i] - mean);
    flow_ = (sum - mean) / std::sqrt(squares / 499);
  }

  struct BarTicks {
    double volume, range;
    Price low_bin, high_bin;
    double sold, bought;
    std::map<Price, std::array<Qty, 2>> bins;
  };
  const SimMarket* market_;
  InstrumentId id_;
  Price u_, tick_;
  OrderBook book_;
  std::map<Key, Refill> refills_;
  std::map<Key, Large> large_;
  Quote2 last_;
  TimeNs updated_ = 0;
  std::deque<double> ofi_, samples_, imbalances_;
  double ofi_sum_ = 0, volume_[2] = {0, 0};
  std::vector<double> closes_;
  std::map<Price, std::array<Qty, 2>> bin_;
  std::deque<BarTicks> bars_;
  std::vector<double> bar_ofis_, sums_;
  double bar_ofi_ = 0, flow_ = 0, cvd_ = 0;
  bool burst_ = false, cluster_ = false;
  int last_spoof_side_ = 0;
  TimeNs last_spoof_ = 0;
  std::deque<Qty> days_;
  Qty bucket_size_ = 0, bucket_ = 0, bucket_flow_ = 0, day_volume_ = 0;
  std::int64_t day_ = 0;
  std::array<std::uint32_t, sim::kPatternKinds> known_{};
  std::vector<Seen> seen_;
};

}  // namespace omega::test
