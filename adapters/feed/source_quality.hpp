// What:     What was found in one data file (or zip member): counts of everything, and a bounded list of rows.
// Owner:    the import; filled by the reader and the checks of that file.   Threads: one.
// Bounds:   at most kListedPerKind rows of each kind are listed, so a frequent fault cannot hide a rare one; the counts
//           are always whole.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "adapters/feed/row_kind.hpp"
#include "engine/core/events.hpp"

namespace omega::feed {

struct BadRow {
  std::uint64_t line = 0;
  RowKind kind = RowKind::kGap;
  RowFate fate = RowFate::kNote;
  std::string text;  // the row's beginning with control characters escaped, or what was found
};

struct SourceQuality {
  static constexpr std::uint64_t kListedPerKind = 20;

  std::string file;    // as given, with "!member" for a zip
  std::string symbol;  // several joined by '+' when the file has a symbol column
  std::string notes;   // e.g. columns that were ignored
  PriceBasis basis = PriceBasis::kBidAsk;
  VolumeKind volume_kind = VolumeKind::kNone;
  bool ticks = false;          // rows are quotes, trades or book events; bars were built from them
  bool modelled_time = false;  // the file has no times: the user's own rule gave them
  bool quote_sizes = false;    // the quotes carry sizes: a size of 0 is none, not unknown

  std::uint64_t rows = 0;      // lines of data, empty ones included, headers not
  std::uint64_t events = 0;    // journaled, quarantined ones included: bars, and ticks where they are kept
  std::uint64_t quotes = 0, trades = 0, book_events = 0;  // journaled ticks, quarantined ones included
  std::uint64_t quarantined = 0, rejected = 0, repaired = 0;
  std::uint64_t duplicates = 0, out_of_order = 0, crossed = 0, locked = 0, zero_volume = 0, rounded = 0;
  std::uint64_t ambiguous_times = 0, skipped_times = 0;
  std::uint64_t gaps = 0, missing_minutes = 0, weekend_breaks = 0;
  TimeNs first_open = 0, last_open = 0;  // of any journaled bar
  std::array<std::uint64_t, kRowKindCount> by_kind{};
  std::vector<BadRow> listed;  // by line once the import is done

  void add(RowKind kind, std::uint64_t line, std::string_view text) { add(kind, info(kind).fate, line, text); }
  void add(RowKind kind, RowFate fate, std::uint64_t line, std::string_view text);
  [[nodiscard]] std::uint64_t count(RowKind kind) const noexcept { return by_kind[static_cast<std::size_t>(kind)]; }
  /// Nothing but notes.
  [[nodiscard]] bool clean() const noexcept { return quarantined + rejected + repaired == 0; }
};

/// Printable form of at most 96 bytes of a row.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace omega::feed
