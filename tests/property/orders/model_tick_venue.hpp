// What:     The tick rules of the paper venue (STRATEGIES 4.8) once more, as plainly as they can be written: maps for the book, the
//           whole history of a target's price replayed for every trade, nothing kept that can be computed. The property test
//           compares it with the venue, report by report.
#pragma once

#include <map>

#include "tests/unit/orders/tick_fixture.hpp"

namespace omega::test {

/// Place of one target in the queue, from all that its price has seen since the order began to rest.
struct ModelQueue {
  struct Note {
    TimeNs ts;
    enum { kLevel, kGapClosed, kTrade } kind;
    Qty amount;     // shown, or traded
    bool in_view;
  };
  std::vector<Note> notes;

  /// What the last note, a trade, leaves for us.
  [[nodiscard]] Qty for_us() const {
    enum { kUnseen, kSeen, kHidden } view = kUnseen;
    i128 ahead = 0, level = 0, shown = 0, traded = 0, ours = 0;
    TimeNs joined = 0;
    for (std::size_t i = 0; i < notes.size(); ++i) {
      const Note& n = notes[i];
      if (i > 0 && notes[i - 1].ts < n.ts && view == kSeen && level != shown) {  // the moment before is over
        const i128 drop = level > shown ? level - shown : 0, explained = drop < traded ? drop : traded;
        if (drop > explained) ahead -= (drop - explained) * ahead / (level - explained);
        level = shown;
        traded = 0;
      }
      const bool first = view == kUnseen && n.amount > 0, back = view == kHidden && (n.amount > 0 || n.in_view);
      const bool again = view != kUnseen && n.kind == Note::kGapClosed && (n.amount > 0 || n.in_view);
      if (n.kind == Note::kTrade) {
        ours = 0;
        if (view == kUnseen || n.ts == joined) continue;
        traded += n.amount;
        ours = n.amount > ahead ? n.amount - ahead : 0;
        ahead = n.amount > ahead ? 0 : ahead - n.amount;
      } else if (first || back || again) {
        ahead = first || n.amount < ahead ? n.amount : ahead;
        level = shown = n.amount;
        traded = 0;
        joined = n.ts;
        view = kSeen;
      } else if (view == kSeen && (n.amount > 0 || n.in_view)) {
        shown = n.amount;
      } else if (view == kSeen) {
        view = kHidden;
      }
    }
    return static_cast<Qty>(ours);
  }
};

class ModelTickVenue {
 public:
  void accept(const OrderCommand& c) { waiting_.push_back(c); }
  [[nodiscard]] bool usable() const {
    return live_ && whole_ && !bids_.empty() && !asks_.empty() && bids_.rbegin()->first <= asks_.begin()->first;
  }
  [[nodiscard]] Qty shown(BookSide side, Price price) const {
    const auto& levels = side == BookSide::kBid ? bids_ : asks_;
    const auto it = levels.find(price);
    return it != levels.end() ? it->second : 0;
  }
  [[nodiscard]] Price best(bool bid) const { return bid ? bids_.rbegin()->first : asks_.begin()->first; }

  std::vector<ExecReport> timer(TimeNs ts) {
    begin(ts);
    for (std::size_t i = 0; i < waiting_.size();) {
      const OrderCommand c = waiting_[i];
      const bool expired = c.expiry_ts != 0 && c.expiry_ts <= ts;
      if (c.action != OrderAction::kEnter || (!expired && !cancel_of(c.order_id, ts, false))) {
        ++i;
        continue;
      }
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
      if (!expired) cancel_of(c.order_id, ts, true);
      refuse(c, expired ? ExecKind::kExpired : ExecKind::kCancelled);
    }
    return out_;
  }

  std::vector<ExecReport> market(const InputEvent& e) {
    begin(e.ts());
    id_ = instrument_of(e);
    if (is_quarantined(e)) {
      const bool book_event = e.type == EventType::kBookDelta || e.type == EventType::kBookSnapshot;
      const auto bad = market_flags(e) & tick_flag::kBadMask;
      const bool gap = e.type != EventType::kBar && (market_flags(e) & tick_flag::kGap) != 0;
      if (id_ == kBookPair && (gap || (book_event && bad != tick_flag::kBadDuplicate))) live_ = false;
      return out_;
    }
    if (id_ == kQuotePair && e.type == EventType::kQuote) quote(e.as<Quote>());
    if (id_ == kBookPair) book(e);
    std::erase_if(orders_, [](const Order& o) { return o.remaining == 0; });
    return out_;
  }

 private:
  struct Target {
    Price price;
    Qty lots, left_lots, units, left_units;
    ModelQueue queue;
  };
  struct Order {
    OrderCommand c;
    Qty remaining;
    Price stop;
    std::vector<Target> targets;
    bool stop_hit, fresh;
  };

  void begin(TimeNs ts) {
    ts_ = ts;
    out_.clear();
    std::stable_sort(waiting_.begin(), waiting_.end(), [](const OrderCommand& a, const OrderCommand& b) {
      return a.active_ts != b.active_ts ? a.active_ts < b.active_ts : a.order_id < b.order_id;
    });
  }
  bool cancel_of(OrderId id, TimeNs until, bool take) {
    for (auto it = waiting_.begin(); it != waiting_.end(); ++it)
      if (it->order_id == id && it->action == OrderAction::kCancel && it->active_ts <= until) {
        if (take) waiting_.erase(it);
        return true;
      }
    return false;
  }
  Order* find(OrderId id) {
    for (Order& o : orders_)
      if (o.c.order_id == id && o.remaining > 0) return &o;
    return nullptr;
  }

  void quote(const Quote& q) {
    bid_ = q.bid;
    ask_ = q.ask;
    for (Order& o : orders_)
      if (o.c.instrument == id_ && o.stop_hit) leave(o, OrderLeg::kStopLoss, o.remaining);
    commands();
    for (Order& o : orders_) {
      if (o.c.instrument != id_ || std::exchange(o.fresh, false) || o.remaining == 0) continue;
      const bool up = o.c.direction == kLong;
      if (up ? bid_ <= o.stop : ask_ >= o.stop) {
        o.stop_hit = true;
        continue;
      }
      for (std::size_t t = 0; t < o.targets.size(); ++t)
        if (up ? bid_ >= o.targets[t].price + kTick : ask_ <= o.targets[t].price - kTick) take(o, t, o.targets[t].left_lots);
    }
  }

  void book(const InputEvent& e) {
    const bool was_live = live_;
    const Trade* trade = nullptr;
    if (e.type == EventType::kBookSnapshot) {
      const BookSnapshot& s = e.as<BookSnapshot>();
      bids_.clear();
      asks_.clear();
      for (std::size_t i = 0; i < s.bid_levels; ++i) bids_[s.bid_price[i]] = s.bid_size[i];
      for (std::size_t i = 0; i < s.ask_levels; ++i) asks_[s.ask_price[i]] = s.ask_size[i];
      live_ = true;
      whole_ = (s.flags & tick_flag::kMore) == 0;
    } else {
      if ((market_flags(e) & tick_flag::kGap) != 0 && e.type != EventType::kBar) live_ = false;
      if (e.type == EventType::kTrade) trade = &e.as<Trade>();
      if (e.type == EventType::kBookDelta) {
        if (!live_) return;
        const BookDelta& d = e.as<BookDelta>();
        auto& side = d.side == BookSide::kBid ? bids_ : asks_;
        if (d.new_size > 0) side[d.price] = d.new_size;
        else side.erase(d.price);
        whole_ = (d.flags & tick_flag::kMore) == 0;
      } else if (trade == nullptr) {
        return;
      }
    }
    if (trade == nullptr)
      for (Order& o : orders_)
        if (o.c.instrument == id_)
          for (Target& t : o.targets) note(o, t, was_live ? ModelQueue::Note::kLevel : ModelQueue::Note::kGapClosed);
    const bool fills = usable();
    if (fills) {
      bid_ = best(true);
      ask_ = best(false);
      commands();
    }
    Qty volume = trade != nullptr ? trade->size : 0;
    for (Order& o : orders_) {
      if (o.c.instrument != id_ || std::exchange(o.fresh, false) || o.remaining == 0) continue;
      const Direction d = o.c.direction;
      if (fills && (d == kLong ? bid_ <= o.stop : ask_ >= o.stop)) {
        leave(o, OrderLeg::kStopLoss, o.remaining);
        continue;
      }
      for (std::size_t i = 0; i < o.targets.size(); ++i) {
        Target& t = o.targets[i];
        if (t.left_lots == 0 || o.remaining == 0) continue;
        const bool bid_through = fills && (d == kLong ? bid_ >= t.price + kTick : ask_ <= t.price - kTick);
        const bool trade_through = fills && trade != nullptr && (d == kLong ? trade->price > t.price : trade->price < t.price);
        Qty units = 0;
        if (bid_through || trade_through) {
          units = t.left_units;
        } else if (trade != nullptr && trade->price == t.price && trade->aggressor != -d) {
          t.queue.notes.push_back({ts_, ModelQueue::Note::kTrade, fills ? volume : trade->size, false});
          if (!fills) continue;
          units = std::min(t.queue.for_us(), t.left_units);
          volume -= units;
        }
        t.left_units -= units;
        Qty left = 0;  // smallest number of 1e-8 lots that is worth at least the units left
        for (Qty step = Qty{1} << 40; step > 0; step /= 2)
          if (i128{left + step - 1} * t.units < i128{t.left_units} * t.lots) left += step;
        take(o, i, t.left_lots - left);
      }
    }
  }

  void note(const Order& o, Target& t, decltype(ModelQueue::Note::kLevel) kind) {
    const auto& side = o.c.direction == kLong ? asks_ : bids_;
    const bool in_view = !side.empty() && (o.c.direction == kLong ? side.rbegin()->first >= t.price : side.begin()->first <= t.price);
    const auto it = side.find(t.price);
    t.queue.notes.push_back({ts_, kind, it != side.end() ? it->second : 0, in_view});
  }

  void commands() {
    for (;;) {
      const auto it = std::find_if(waiting_.begin(), waiting_.end(), [this](const OrderCommand& c) { return c.instrument == id_ && c.active_ts <= ts_; });
      if (it == waiting_.end()) return;
      const OrderCommand c = *it;
      waiting_.erase(it);
      Order* o = find(c.order_id);
      if (c.action == OrderAction::kEnter) enter(c);
      else if (o == nullptr || c.action == OrderAction::kCancel) refuse(c, ExecKind::kRejected);
      else if (c.action == OrderAction::kClose) leave(*o, OrderLeg::kClose, c.quantity > 0 ? std::min(c.quantity, o->remaining) : o->remaining);
      else {
        o->stop = c.stop_loss;
        refuse(c, ExecKind::kReplaced);
      }
    }
  }

  void enter(const OrderCommand& c) {
    const bool up = c.direction == kLong;
    const Price out_price = up ? bid_ : ask_;
    if (cancel_of(c.order_id, ts_, true)) return refuse(c, ExecKind::kCancelled);
    if (c.expiry_ts != 0 && ts_ >= c.expiry_ts) return refuse(c, ExecKind::kExpired);
    if (up ? out_price <= c.stop_loss : out_price >= c.stop_loss) return refuse(c, ExecKind::kStale);
    if (c.tp_count > 0 && (up ? out_price >= c.take_profit[c.tp_count - 1u] : out_price <= c.take_profit[c.tp_count - 1u]))
      return refuse(c, ExecKind::kStale);
    const auto [price, slippage, flags] = pays(up ? 1 : -1, c.quantity);
    Order o{c, c.quantity, c.stop_loss, {}, false, true};
    for (std::size_t i = 0; i < c.tp_count; ++i) {
      Price p = c.take_profit[i];
      if ((c.flags & signal_flag::kTargetsInR) != 0) {
        const double distance = c.tp_r[i] * static_cast<double>(up ? price - c.stop_loss : c.stop_loss - price);
        p = up ? price + std::llround(distance) : price - std::llround(distance);
      }
      if (id_ == kBookPair)
        while (p % kTick != 0) p += up ? 1 : -1;
      o.targets.push_back({p, c.tp_quantity[i], c.tp_quantity[i], c.tp_quantity[i] * 100'000, c.tp_quantity[i] * 100'000, {}});
    }
    if (id_ == kBookPair)
      for (Target& t : o.targets) note(o, t, ModelQueue::Note::kLevel);
    orders_.push_back(o);
    report(o, OrderLeg::kEntry, price, c.quantity, slippage, flags);
  }

  struct Pays {
    Price price, slippage;
    std::uint8_t flags;
  };
  Pays pays(int side, Qty lots_wanted) const {
    const Price touch = side > 0 ? ask_ : bid_;
    if (id_ == kQuotePair) return {touch + side * kSlip, kSlip, 0};
    std::vector<std::pair<Price, Qty>> levels;
    if (side > 0) levels.assign(asks_.begin(), asks_.end());
    else levels.assign(bids_.rbegin(), bids_.rend());
    if (levels.size() > 10) levels.resize(10);
    const Qty units = lots_wanted * 100'000;
    Qty left = units;
    i128 paid = 0;
    for (const auto& [price, size] : levels) {
      const Qty part = left < size ? left : size;
      paid += i128{price} * part;
      left -= part;
    }
    const bool beyond = left > 0;
    if (beyond) {
      const auto [price, size] = levels.back();
      Qty multiples = 1;
      while (multiples * size < left) ++multiples;
      paid += i128{price + side * multiples * kTick} * left;
    }
    Price mean = static_cast<Price>(paid / units);
    if (side > 0 && i128{mean} * units < paid) ++mean;
    const Price price = mean + side * kSlip;
    return {price, side > 0 ? price - touch : touch - price, beyond ? exec_flag::kBeyondBook : std::uint8_t{0}};
  }

  void leave(Order& o, OrderLeg leg, Qty quantity) {
    const auto [price, slippage, flags] = pays(o.c.direction == kLong ? -1 : 1, quantity);
    o.remaining -= quantity;
    report(o, leg, price, quantity, slippage, flags);
  }
  void take(Order& o, std::size_t i, Qty quantity) {
    quantity = std::min(quantity, o.remaining);
    if (quantity == 0) return;
    o.targets[i].left_lots -= quantity;
    o.remaining -= quantity;
    report(o, static_cast<OrderLeg>(2 + i), o.targets[i].price, quantity, 0, 0);
  }
  void report(const Order& o, OrderLeg leg, Price price, Qty quantity, Price slippage, std::uint8_t flags) {
    out_.push_back({.ts = ts_, .fill_ts = ts_, .order_id = o.c.order_id, .exec_id = ++exec_id_, .price = price, .quantity = quantity,
                    .remaining = o.remaining, .commission = std::llround(3.5 * static_cast<double>(quantity)), .slippage = slippage,
                    .instrument = o.c.instrument, .strategy = o.c.strategy, .kind = ExecKind::kFilled, .leg = leg,
                    .direction = o.c.direction, .flags = flags});
  }
  void refuse(const OrderCommand& c, ExecKind kind) {
    const Order* o = find(c.order_id);
    const OrderLeg leg = c.action == OrderAction::kEnter ? OrderLeg::kEntry : c.action == OrderAction::kModifyStop ? OrderLeg::kStopLoss : OrderLeg::kClose;
    out_.push_back({.ts = ts_, .fill_ts = ts_, .order_id = c.order_id, .exec_id = ++exec_id_,
                    .price = c.action == OrderAction::kModifyStop ? c.stop_loss : 0, .quantity = 0,
                    .remaining = o != nullptr ? o->remaining : 0, .commission = 0, .slippage = 0, .instrument = c.instrument,
                    .strategy = c.strategy, .kind = kind, .leg = leg, .direction = c.direction});
  }

  std::map<Price, Qty> bids_, asks_;
  bool live_ = false, whole_ = true;
  std::vector<Order> orders_;
  std::vector<OrderCommand> waiting_;
  std::vector<ExecReport> out_;
  std::uint64_t exec_id_ = 0;
  InstrumentId id_ = 0;
  TimeNs ts_ = 0;
  Price bid_ = 0, ask_ = 0;
};

}  // namespace omega::test
