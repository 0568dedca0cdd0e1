#include "engine/features/tick_state.hpp"

#include "engine/market/bar_builder.hpp"

namespace omega {

void TickState::on_event(const InputEvent& event, BookEvents& ended) noexcept {
  switch (event.type) {
    case EventType::kQuote:
      if (!l2_) take_best(BestQuote::of(event.as<Quote>()));
      else if ((event.as<Quote>().flags & tick_flag::kGap) != 0) lose_book();
      break;
    case EventType::kTrade:
      if ((event.as<Trade>().flags & tick_flag::kGap) != 0) lose_book();
      on_trade(event.as<Trade>(), ended);
      break;
    case EventType::kBookDelta:
      book_.on_delta(event.as<BookDelta>());
      on_book(event.ts(), ended);
      break;
    case EventType::kBookSnapshot:
      book_.on_snapshot(event.as<BookSnapshot>());
      on_book(event.ts(), ended);
      break;
    default: break;
  }
}

void TickState::on_quarantined(const InputEvent& event) noexcept {
  if (l2_ && loses_book(event)) lose_book();
}

void TickState::before_bar(TimeNs ts, BookEvents& ended) noexcept {
  for (LargeOrderTracker* l : large_orders) {
    l->on_time(ts);
    take_closed(*l, ended);
  }
}

void TickState::take_best(const BestQuote& quote) noexcept {
  const bool paused = has_best() && quote.ts - best_.ts > kMaxGap_ns;
  for (Ofi* o : ofi) {
    if (paused) o->reset();
    o->on_quote(quote);
  }
  best_ = quote;
}

void TickState::on_trade(const Trade& trade, BookEvents& ended) noexcept {
  const Direction sign = signer_.on_trade(trade, has_best() ? best_.mid2() : 0);
  (sign > 0 ? trades_.bought : sign < 0 ? trades_.sold : trades_.unsigned_size) += trade.size;
  for (VolumeBuckets* b : buckets) b->on_trade(trade.size, sign);
  for (Footprint* f : footprints) f->on_trade(trade.price, trade.size, sign);
  for (RefillTracker* r : refills) r->on_trade(trade, sign);
  for (LargeOrderTracker* l : large_orders) {
    l->on_trade(trade);
    take_closed(*l, ended);
  }
}

void TickState::on_book(TimeNs ts, BookEvents& ended) noexcept {
  if (book_.state() != OrderBook::State::kLive) return lose_book();
  if (!book_.usable()) return;  // inside an update, one-sided or crossed: the next change may mend it
  const BestQuote now = BestQuote::of(book_, ts);
  const bool same = has_best() && now.bid == best_.bid && now.ask == best_.ask && now.bid_size == best_.bid_size && now.ask_size == best_.ask_size;
  if (same && ts - best_.ts <= kMaxGap_ns) best_.ts = ts;
  else take_best(now);
  for (Mlofi* m : mlofi) m->on_book(book_);
  for (RefillTracker* r : refills) {
    r->on_book(book_, ts);
    for (const BrokenRefill& b : r->broken()) {
      if (ended.broken_count < BookEvents::kMax) ended.broken[ended.broken_count++] = {b.side, b.record.price};
    }
  }
  for (LargeOrderTracker* l : large_orders) {
    l->on_book(book_, ts);
    take_closed(*l, ended);
  }
}

void TickState::take_closed(const LargeOrderTracker& tracker, BookEvents& ended) noexcept {
  for (const LargeOrder& o : tracker.closed()) {
    if (ended.large_count < BookEvents::kMax) ended.large[ended.large_count++] = o;
  }
}

void TickState::lose_book() noexcept {
  book_.on_gap();
  for (Ofi* o : ofi) o->reset();
  for (Mlofi* m : mlofi) m->reset();
  for (RefillTracker* r : refills) r->clear();
  for (LargeOrderTracker* l : large_orders) l->clear();
}

}  // namespace omega
