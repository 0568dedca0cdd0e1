// What:     Market data files to input events in the total order (ts, rank, instrument, arrival), with a report of their
//           quality. A library: the command line parses options, owns the journal and prints.
// Owner:    the caller.   Threads: one call at a time; the sink is called on the caller's thread.
// Memory:   112 bytes a bar, 56 a tick; files are streamed.
// Ticks:    quotes, trades and book events go beside the bars that are made of them (--ticks keep) or the bars alone (--ticks bars). The bar
//           that ends at T comes before the ticks stamped T, and holds none of them.
// News:     a calendar (format calendar) may be one of the sets: its events are merged, published kNewsLead before their release but not
//           before the first bar; with bars, releases before the first or beyond the last of them are left out and counted.
// Errors:   usage (2) when options or files do not say what is needed, data (3) for a damaged archive or a file of which no
//           row could be read, environment (4), or what the sink returned. Nothing reaches the sink before every file was read
//           and checked, so a refused import leaves an empty journal.
// Order:    files of one symbol may be given in any order and may overlap; rows that an earlier file already gave are
//           quarantined as duplicates. Bid bars of one set and ask bars of another, of one symbol, become bid+ask bars.
#pragma once

#include <functional>
#include <span>

#include "adapters/feed/import_report.hpp"
#include "engine/core/feed.hpp"

namespace omega::feed {

/// Takes the next event; its seq is 1, 2, 3 ... An error ends the import.
using EventSink = std::function<Status(const InputEvent& event)>;

/// Optional: called now and then with how far it is, for a progress bar.
struct ImportProgress {
  std::uint64_t files_read = 0, files = 0, rows_read = 0;
  std::uint64_t events_written = 0, events = 0;  // events: 0 while files are being read
};
using ProgressSink = std::function<void(const ImportProgress&)>;

[[nodiscard]] Result<ImportReport> import_files(std::span<const ImportOptions> sets, const EngineConfig& config,
                                                const EventSink& sink, const ProgressSink& progress = {});

/// Capability bits of what one instrument's ticks offer. A book offers quotes with sizes; trades are sided when most are
/// (those of auctions and of hidden orders may have no aggressor).
[[nodiscard]] std::uint32_t tick_capabilities(const TickSummary& ticks) noexcept;

/// What the journal's manifest is to say about the feed.
[[nodiscard]] FeedDescription describe(const ImportReport& report);

}  // namespace omega::feed
