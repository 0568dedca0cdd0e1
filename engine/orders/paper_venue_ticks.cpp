// The paper venue on quotes, trades and the book; the rules stand in paper_venue.hpp.
#include <algorithm>
#include <utility>

#include "engine/orders/book_fills.hpp"
#include "engine/orders/paper_venue.hpp"
#include "engine/orders/venue_prices.hpp"

namespace omega {
namespace {

/// Targets rest on the opposite side: those of a long are asks.
const BookLadder& resting_side(const OrderBook& book, Direction d) noexcept { return d == kLong ? book.asks() : book.bids(); }

LimitQueue::Level level_at(const BookLadder& ladder, Price price, Direction d) noexcept {
  const bool in_view = !ladder.empty() && d * (ladder.levels().back().price - price) >= 0;
  return {in_view ? ladder.size_at(price) : 0, in_view};
}

/// On the tick grid, away from the market.
constexpr Price to_tick(Price price, Price tick, Direction d) noexcept { return -d * (floor_div(-d * price, tick) * tick); }

/// The trade took from orders that rest where a target of direction d rests.
constexpr bool takes_from(const Trade& t, Direction d) noexcept { return t.aggressor == d || t.aggressor == 0; }

}  // namespace

void PaperVenue::on_market(const InputEvent& event, ReportSink& out) noexcept {
  if (event.type == EventType::kBar) return on_bar(event.as<Bar>(), out);
  const InstrumentId id = instrument_of(event);
  const Matching matching = matching_[id];
  if (is_quarantined(event)) {
    if (matching == Matching::kBook && loses_book(event)) book_of(id).on_gap();
    return;
  }
  if (matching == Matching::kQuotes && event.type == EventType::kQuote) return on_quote(event.as<Quote>(), out);
  if (matching != Matching::kBook) return;
  OrderBook& book = book_of(id);
  switch (event.type) {
    case EventType::kBookSnapshot: {
      const bool gap_closed = book.state() != OrderBook::State::kLive;
      book.on_snapshot(event.as<BookSnapshot>());
      follow_queues(book, id, event.ts(), gap_closed);
      return on_book(id, event.ts(), nullptr, out);
    }
    case EventType::kBookDelta:
      if (!book.on_delta(event.as<BookDelta>())) return;
      follow_queues(book, id, event.ts(), false);
      return on_book(id, event.ts(), nullptr, out);
    default:  // a quote changes nothing but shows a gap
      if ((market_flags(event) & tick_flag::kGap) != 0) book.on_gap();
      if (event.type == EventType::kTrade) on_book(id, event.ts(), &event.as<Trade>(), out);
  }
}

void PaperVenue::on_quote(const Quote& quote, ReportSink& out) noexcept {
  if (idle()) return;
  const Moment m = moment(quote.instrument, quote.ts, quote.ts, quote.bid, quote.ask);
  for (std::size_t i = 0; i < order_count_; ++i)
    if (orders_[i].instrument == m.instrument && orders_[i].stop_hit) fill_stop(orders_[i], m, out);
  run_commands(m, m.ts + 1, out);
  for (std::size_t i = 0; i < order_count_; ++i) {
    Order& o = orders_[i];
    if (o.instrument != m.instrument || std::exchange(o.fresh, false)) continue;
    const Price side = m.closing(o.direction);
    o.stop_hit = reached(side, o.stop_loss, -o.direction);
    for (std::size_t t = 0; t < o.tp_count && o.remaining > 0 && !o.stop_hit; ++t) {
      if (o.tp_quantity[t] == 0 || !reached(side, o.take_profit[t] + o.direction * m.tick, o.direction)) continue;
      const Qty quantity = std::min(std::exchange(o.tp_quantity[t], 0), o.remaining);
      fill_exit(o, target_leg(t), {o.take_profit[t], 0, 0}, quantity, m, m.ts, out);
    }
  }
  drop_closed();
}

void PaperVenue::on_book(InstrumentId id, TimeNs ts, const Trade* trade, ReportSink& out) noexcept {
  if (idle()) return;
  const OrderBook& book = book_of(id);
  if (!book.usable()) {
    if (trade != nullptr) shorten_queues(*trade);
    return;
  }
  Moment m = moment(id, ts, ts, book.bids().best().price, book.asks().best().price);
  m.book = &book;
  run_commands(m, ts + 1, out);
  Qty volume = trade != nullptr ? trade->size : 0;
  for (std::size_t i = 0; i < order_count_; ++i) {
    Order& o = orders_[i];
    if (o.instrument != id || std::exchange(o.fresh, false)) continue;
    if (reached(m.closing(o.direction), o.stop_loss, -o.direction)) fill_stop(o, m, out);
    else fill_targets(o, m, trade, volume, out);
  }
  drop_closed();
}

void PaperVenue::fill_stop(Order& o, const Moment& m, ReportSink& out) noexcept {
  fill_exit(o, OrderLeg::kStopLoss, market_fill(m, -o.direction, o.remaining), o.remaining, m, m.ts, out);
}

/// volume: of the trade, what none of our orders has taken yet.
void PaperVenue::fill_targets(Order& o, const Moment& m, const Trade* trade, Qty& volume, ReportSink& out) noexcept {
  const Direction d = o.direction;
  for (std::size_t t = 0; t < o.tp_count && o.remaining > 0; ++t) {
    if (o.tp_quantity[t] == 0) continue;
    const Price price = o.take_profit[t];
    LimitQueue& queue = o.queue[t];
    Qty units = 0;
    if (reached(m.closing(d), price + d * m.tick, d) || (trade != nullptr && d * (trade->price - price) > 0)) {
      units = queue.left();
    } else if (trade != nullptr && trade->price == price && takes_from(*trade, d)) {
      units = queue.on_trade(volume, m.ts);
      volume -= units;
    }
    if (units == 0) continue;
    const Qty quantity = std::min(queue.take(units), o.remaining);
    if (quantity == 0) continue;
    o.tp_quantity[t] -= quantity;
    fill_exit(o, target_leg(t), {price, 0, 0}, quantity, m, m.ts, out);
  }
}

void PaperVenue::rest_targets(Order& o, const Moment& m) noexcept {
  const BookLadder& ladder = resting_side(*m.book, o.direction);
  for (std::size_t t = 0; t < o.tp_count; ++t) {
    if (o.tp_quantity[t] == 0) continue;
    o.take_profit[t] = to_tick(o.take_profit[t], m.tick, o.direction);
    o.queue[t].start(o.tp_quantity[t], units_of(o.tp_quantity[t], m.contract), level_at(ladder, o.take_profit[t], o.direction), m.ts);
  }
}

void PaperVenue::follow_queues(const OrderBook& book, InstrumentId id, TimeNs ts, bool gap_closed) noexcept {
  for (std::size_t i = 0; i < order_count_; ++i) {
    Order& o = orders_[i];
    if (o.instrument != id) continue;
    for (std::size_t t = 0; t < o.tp_count; ++t) {
      if (o.tp_quantity[t] == 0) continue;
      const LimitQueue::Level level = level_at(resting_side(book, o.direction), o.take_profit[t], o.direction);
      if (gap_closed) o.queue[t].on_gap_closed(level, ts);
      else o.queue[t].on_level(level, ts);
    }
  }
}

void PaperVenue::shorten_queues(const Trade& trade) noexcept {
  for (std::size_t i = 0; i < order_count_; ++i) {
    Order& o = orders_[i];
    if (o.instrument != trade.instrument || !takes_from(trade, o.direction)) continue;
    for (std::size_t t = 0; t < o.tp_count; ++t)
      if (o.tp_quantity[t] > 0 && o.take_profit[t] == trade.price) (void)o.queue[t].on_trade(trade.size, trade.ts);
  }
}

}  // namespace omega
