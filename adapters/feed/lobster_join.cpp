// Messages and book rows of a LOBSTER day to events.
#include <algorithm>

#include "adapters/feed/lobster_reader.hpp"
#include "adapters/feed/longest_run.hpp"

namespace omega::feed {
namespace {

class Join {
 public:
  Join(const LobsterDay& day, const LocalClock& clock, std::span<SourceQuality> qualities)
      : day_(&day), clock_(&clock), quality_(&qualities[day.message_source]), book_quality_(&qualities[day.book_source]) {}

  TickList run() {
    std::vector<TimeNs> times(day_->messages.size());
    std::transform(day_->messages.begin(), day_->messages.end(), times.begin(), [](const LobsterMessage& m) { return m.time; });
    const std::vector<bool> in_order = longest_run(times, false);
    std::size_t last_line = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
      const LobsterMessage& m = day_->messages[i];
      last_line = m.line;
      // What a message that is left out changed in the book comes with the message behind it.
      if (in_order[i]) take(m);
      else reject(*quality_, RowKind::kTickOutOfOrder, m.line, "message out of order");
    }
    for (std::size_t line = last_line + 1; line <= day_->rows.size(); ++line) reject(*book_quality_, RowKind::kUnpairedRow, line, "no message");
    return std::move(out_);
  }

 private:
  static void reject(SourceQuality& q, RowKind kind, std::size_t line, const char* text) { q.add(kind, RowFate::kRejected, line, text); }

  void take(const LobsterMessage& m) {
    const Resolved when = clock_->to_utc(day_->date + m.time);
    if (!when.ok || when.finding) return reject(*quality_, RowKind::kBadTimestamp, m.line, "no such time in New York");
    ts_ = when.utc;
    line_ = m.line;
    const bool halt = m.type == 7;
    if (halt) lose_book();
    if (m.line > day_->rows.size()) reject(*quality_, RowKind::kUnpairedRow, m.line, "no order book row");
    else take_rows_to(m.line, halt);
    if (!halt && m.type >= 4) trade(m);
  }

  /// The book after row n, as one update; nothing is said of it at a halt, whose row repeats the one before.
  void take_rows_to(std::size_t n, bool halt) {
    bool lost = false;
    for (; rows_done_ < n; ++rows_done_) lost = lost || !day_->rows[rows_done_].readable;
    const LobsterRow& row = day_->rows[n - 1];
    const std::size_t begin = changes_done_, end = row.changes_end;
    for (std::size_t i = begin; i < end; ++i) {
      const LobsterChange& c = day_->changes[i];
      (c.side == BookSide::kBid ? bids_ : asks_).set(c.price, c.size);
    }
    changes_done_ = end;
    if (lost) lose_book();
    if (whole_wanted_) {
      // Not in the nanosecond of a change that was journaled: a snapshot would be sorted before it.
      if (!halt && row.readable && !row.crossed && (out_.ticks.empty() || ts_ > book_ts_)) snapshot();
      return;
    }
    for (std::size_t i = begin; i < end; ++i) {
      const LobsterChange& c = day_->changes[i];
      delta(c.side, {c.price, c.size}, i + 1 < end);
    }
  }

  void lose_book() {
    if (begun_ && !whole_wanted_) quality_->add(RowKind::kBookGap, line_, "the next state is journaled whole");
    whole_wanted_ = true;
  }

  void snapshot() {
    const std::size_t deeper = std::max(bids_.levels().size(), asks_.levels().size()) > kBookLevels ? kBookLevels : BookLadder::kLevelsMax;
    BookSnapshot s{.ts = ts_};
    const auto fill = [](const BookLadder& side, auto& prices, auto& sizes) {
      const std::size_t n = std::min(side.levels().size(), kBookLevels);
      for (std::size_t i = 0; i < n; ++i) prices[i] = side.levels()[i].price, sizes[i] = side.levels()[i].size;
      return static_cast<std::uint8_t>(n);
    };
    s.bid_levels = fill(bids_, s.bid_price, s.bid_size);
    s.ask_levels = fill(asks_, s.ask_price, s.ask_size);
    s.flags = static_cast<std::uint16_t>((begun_ ? tick_flag::kGap : 0) | (deeper == kBookLevels ? tick_flag::kMore : 0));
    out_.add(s, line_);
    std::vector<std::pair<BookSide, BookLevel>> rest;  // what a snapshot has no room for
    for (std::size_t i = deeper; i < bids_.levels().size(); ++i) rest.emplace_back(BookSide::kBid, bids_.levels()[i]);
    for (std::size_t i = deeper; i < asks_.levels().size(); ++i) rest.emplace_back(BookSide::kAsk, asks_.levels()[i]);
    for (std::size_t i = 0; i < rest.size(); ++i) delta(rest[i].first, rest[i].second, i + 1 < rest.size());
    book_ts_ = ts_;
    begun_ = true;
    whole_wanted_ = false;
  }

  void delta(BookSide side, const BookLevel& level, bool more) {
    out_.add(BookDelta{.ts = ts_, .price = level.price, .new_size = level.size, .flags = more ? tick_flag::kMore : std::uint16_t{0}, .side = side}, line_);
    book_ts_ = ts_;
  }

  void trade(const LobsterMessage& m) {
    const auto aggressor = static_cast<Direction>(m.type == 6 ? 0 : -m.direction);
    out_.add(Trade{.ts = ts_, .price = m.price, .size = m.size, .aggressor = aggressor}, line_);
  }

  const LobsterDay* day_;
  const LocalClock* clock_;
  SourceQuality *quality_, *book_quality_;
  TickList out_;
  BookLadder bids_{BookSide::kBid}, asks_{BookSide::kAsk};  // after the last row taken
  std::size_t rows_done_ = 0, changes_done_ = 0;
  bool whole_wanted_ = true, begun_ = false;
  TimeNs ts_ = 0, book_ts_ = 0;
  std::uint32_t line_ = 0;
};

}  // namespace

Status check_lobster(const LobsterDay& day, std::span<const SourceQuality> qualities) {
  if (day.has_messages && day.has_book) return Ok{};
  return Error{ErrorKind::kUsage, qualities[day.has_messages ? day.message_source : day.book_source].file + ": the day's " +
                                      (day.has_messages ? "orderbook" : "message") + " file is not among the files; name both"};
}

TickList join_lobster(const LobsterDay& day, const LocalClock& clock, std::span<SourceQuality> qualities) {
  return Join(day, clock, qualities).run();
}

}  // namespace omega::feed
