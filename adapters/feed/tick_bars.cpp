#include "adapters/feed/tick_bars.hpp"

#include <algorithm>
#include <optional>

#include "engine/market/input_guard.hpp"
#include "engine/market/order_book.hpp"

namespace omega::feed {
namespace {

constexpr DurationNs kQuoteAge_max_ns = 2 * kHour_ns;

struct Top {
  TimeNs ts = 0;
  Price bid = 0, ask = 0;
};

class BarMaker {
 public:
  BarMaker(InstrumentId instrument, VolumeChoice volume, PriceBasis basis, TickBars& out)
      : instrument_(instrument), volume_(volume), basis_(basis), out_(&out) {}

  /// A quote, a whole book update, or a trade where bars are made of trades.
  void price(const PlacedTick& t, Price bid, Price ask) {
    top_ = Top{t.ts, bid, ask};
    Bar& bar = bar_at(t, *top_);
    bar.bid_high = std::max(bar.bid_high, bid), bar.bid_low = std::min(bar.bid_low, bid), bar.bid_close = bid;
    bar.ask_high = std::max(bar.ask_high, ask), bar.ask_low = std::min(bar.ask_low, ask), bar.ask_close = ask;
    ++bar.n_ticks;
    if (volume_ == VolumeChoice::kTicks) bar.volume += kQtyScale;
  }
  void traded(const PlacedTick& t) {
    const TimeNs t_open = floor_div(t.ts, kMinute_ns) * kMinute_ns;
    const bool open = !out_->bars.empty() && out_->bars.back().bar.t_open == t_open;
    if (!open && (!top_ || t.ts - top_->ts > kQuoteAge_max_ns)) {
      ++out_->trades_outside;
      return;
    }
    Bar& bar = bar_at(t, *top_);
    if (volume_ == VolumeChoice::kColumn) bar.volume = std::min(bar.volume + t.size, kVolumeLimit + 1);  // judge_bar refuses more
  }

 private:
  Bar& bar_at(const PlacedTick& t, const Top& top) {
    const TimeNs t_open = floor_div(t.ts, kMinute_ns) * kMinute_ns;
    if (out_->bars.empty() || out_->bars.back().bar.t_open != t_open) {
      const bool both = basis_ == PriceBasis::kBidAsk;
      const Price ask = both ? top.ask : 0;
      out_->bars.push_back({Bar{.ts = t_open + kMinute_ns, .t_open = t_open,
                                .bid_open = top.bid, .bid_high = top.bid, .bid_low = top.bid, .bid_close = top.bid,
                                .ask_open = ask, .ask_high = ask, .ask_low = ask, .ask_close = ask,
                                .instrument = instrument_, .basis = basis_, .volume_kind = kind()},
                            t.line, t.source});
    }
    return out_->bars.back().bar;
  }
  [[nodiscard]] VolumeKind kind() const noexcept {
    switch (volume_) {
      case VolumeChoice::kColumn: return VolumeKind::kTraded;
      case VolumeChoice::kTicks: return VolumeKind::kTicks;
      default: return VolumeKind::kNone;  // range proxy: filled in for the whole series
    }
  }

  InstrumentId instrument_;
  VolumeChoice volume_;
  PriceBasis basis_;
  TickBars* out_;
  std::optional<Top> top_;
};

/// The book after each event; best() when it is whole and usable.
class BookTop {
 public:
  bool take(const TickList& list, const PlacedTick& t) {
    if (t.is(EventType::kBookSnapshot)) book_.on_snapshot(list.snapshot(t));
    else book_.on_delta(list.delta(t));
    return book_.usable();
  }
  [[nodiscard]] Price bid() const noexcept { return book_.bids().best().price; }
  [[nodiscard]] Price ask() const noexcept { return book_.asks().best().price; }

 private:
  OrderBook book_;
};

}  // namespace

TickBars bars_of_ticks(const TickList& list, InstrumentId instrument, VolumeChoice volume) {
  bool quotes = false, book = false;
  for (const PlacedTick& t : list.ticks) {
    quotes = quotes || (t.good() && t.is(EventType::kQuote));
    book = book || (t.good() && t.is_book());
  }
  TickBars out;
  BookTop top;
  BarMaker maker(instrument, volume, quotes || book ? PriceBasis::kBidAsk : PriceBasis::kTrade, out);
  for (const PlacedTick& t : list.ticks) {
    if (!t.good()) continue;
    if (t.is(EventType::kQuote)) {
      maker.price(t, t.price, t.ask);
    } else if (t.is_book()) {
      if (!quotes && top.take(list, t)) maker.price(t, top.bid(), top.ask());
    } else {
      if (!quotes && !book) maker.price(t, t.price, 0);
      maker.traded(t);
    }
  }
  return out;
}

}  // namespace omega::feed
