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
    if (lost) lose_book();
    const LobsterRow& row = day_->rows[n - 1];
    const std::span<const LevelChange> all(day_->changes);
    book_.update(out_, ts_, line_, all.subspan(changes_done_, row.changes_end - changes_done_), row.readable && !halt);
    changes_done_ = row.changes_end;
  }

  void lose_book() {
    if (book_.lose()) quality_->add(RowKind::kBookGap, line_, "the next state is journaled whole");
  }

  void trade(const LobsterMessage& m) {
    const auto aggressor = static_cast<Direction>(m.type == 6 ? 0 : -m.direction);
    out_.add(Trade{.ts = ts_, .price = m.price, .size = m.size, .aggressor = aggressor}, line_);
  }

  const LobsterDay* day_;
  const LocalClock* clock_;
  SourceQuality *quality_, *book_quality_;
  TickList out_;
  BookWriter book_;
  std::size_t rows_done_ = 0, changes_done_ = 0;
  TimeNs ts_ = 0;
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
