// omega journal cat: events as lines of JSON; with --follow also those that a running engine appends.
#include <chrono>
#include <iostream>
#include <optional>
#include <thread>

#include "adapters/cli/journal_filter.hpp"
#include "replay/names.hpp"
#include "adapters/cli/stop_signal.hpp"
#include "journal/journal_lock.hpp"

namespace omega::cli {
namespace {

constexpr std::chrono::milliseconds kPause_min{1}, kPause_max{128};

enum class Went : std::uint8_t { kOn, kDone };

/// Prints what passes the filter, lane by lane.
class Printer {
 public:
  Printer(const Filter& filter, const journal::NameTables& names) : filter_(filter), names_(names), stop_(stop_on_signal()) {}

  /// A cursor at the first wanted event.
  [[nodiscard]] journal::LaneCursor open(const journal::JournalReader& reader, Lane lane) const {
    journal::LaneCursor cursor = reader.lane(lane);
    if (filter_.from_seq > 0) static_cast<void>(cursor.seek(filter_.from_seq));
    else if (filter_.from > 0) static_cast<void>(cursor.seek_time(filter_.from));
    return cursor;
  }
  /// Prints up to the lane's present end; kDone when nothing more of it is wanted.
  Went print(journal::LaneCursor& cursor) {
    journal::FrameView frame;
    while (cursor.next(frame)) {
      ++seen_;
      if (frame.seq > filter_.to_seq || (filter_.to > 0 && frame.ts() > filter_.to)) return Went::kDone;
      if (!passes(filter_, frame)) continue;
      if (!(std::cout << journal::to_json_line(frame, names_) << '\n')) over_ = true;  // the reader of the pipe has gone
      if (++printed_ == filter_.limit) over_ = true;
      if (stop_.load(std::memory_order_relaxed)) over_ = true;  // relaxed because it is only a flag
      if (over_) return Went::kDone;
    }
    return cursor.ended() || cursor.error() ? Went::kDone : Went::kOn;
  }
  [[nodiscard]] bool over() const { return over_ || stop_.load(std::memory_order_relaxed); }  // relaxed because it is only a flag
  [[nodiscard]] std::uint64_t seen() const { return seen_; }

 private:
  const Filter& filter_;
  const journal::NameTables& names_;
  const std::atomic<bool>& stop_;
  std::uint64_t seen_ = 0, printed_ = 0;
  bool over_ = false;
};

int print_once(const journal::JournalReader& reader, const Filter& filter, Printer& printer) {
  for (const Lane lane : filter.lanes) {
    if (!reader.has_lane(lane)) continue;
    journal::LaneCursor cursor = printer.open(reader, lane);
    printer.print(cursor);
    if (printer.over()) return kDone;
    if (cursor.error()) return fail(*cursor.error());
  }
  return kDone;
}

/// Looks again and again at what a writer in another process commits; takes no lock and maps for reading only.
int follow(const std::string& dir, const Filter& filter, Printer& printer) {
  struct Followed {
    Lane lane;
    std::optional<journal::LaneCursor> cursor;  // none: the writer has not named the lane yet
    bool done = false;
  };
  std::vector<Followed> lanes;
  for (const Lane lane : filter.lanes) lanes.push_back({lane, std::nullopt});
  auto pause = kPause_min;
  for (;;) {
    // Asked before the look at the lanes: a writer that ends after the question is seen at the next turn.
    const bool writer = journal::JournalLock::writer_pid(dir) != 0;
    const std::uint64_t before = printer.seen();
    bool unnamed = false, more = false;
    for (Followed& f : lanes) unnamed = unnamed || !f.cursor;
    if (unnamed) {
      auto reader = journal::JournalReader::open(dir);
      if (!reader) return fail(reader.error());
      for (Followed& f : lanes) {
        if (!f.cursor && reader.value()->has_lane(f.lane)) f.cursor = printer.open(*reader.value(), f.lane);
        // A journal at rest gets no more lanes.
        if (!f.cursor && reader.value()->manifest().at_rest()) f.done = true;
      }
    }
    for (Followed& f : lanes) {
      if (f.cursor && !f.done) {
        f.done = printer.print(*f.cursor) == Went::kDone;
        if (printer.over()) return kDone;
        if (f.cursor->error()) return fail(*f.cursor->error());
      }
      more = more || !f.done;
    }
    std::cout.flush();
    if (!more) return kDone;
    if (printer.seen() != before) {
      pause = kPause_min;
      continue;
    }
    if (!writer)
      return fail({ErrorKind::kData, dir + ": its writer is gone and did not close it; run omega journal repair, or continue it"});
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kPause_max);
  }
}

}  // namespace

int journal_cat(const JournalOptions& o) {
  auto reader = journal::JournalReader::open(o.dir);
  if (!reader) return fail(reader.error());
  const journal::NameTables names = replay::names_of(reader.value()->manifest());
  const auto filter = filter_of(o, names);
  if (!filter) return fail(filter.error());
  Printer printer(filter.value(), names);
  return o.follow ? follow(o.dir, filter.value(), printer) : print_once(*reader.value(), filter.value(), printer);
}

}  // namespace omega::cli
