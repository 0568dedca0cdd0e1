// What:     How a set of data files is to be understood. Nothing is guessed: what a format does not state itself must be
//           given, and is refused with the option's name and its allowed values when it is missing.
// Owner:    the command line fills it.   Threads: value type.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adapters/feed/timestamp.hpp"
#include "engine/core/events.hpp"
#include "engine/core/result.hpp"

namespace omega::feed {

enum class Format : std::uint8_t { kHistdata, kLean, kCsv, kCalendar, kLobster, kBi5, kTruefx, kItch, kBitstamp, kBitfinex };
enum class VolumeChoice : std::uint8_t { kColumn, kTicks, kRangeProxy, kNone };
/// Of files that hold ticks: journal them beside the bars that are made of them, or the bars alone.
enum class TickChoice : std::uint8_t { kBars, kKeep };
/// What a local time becomes that the zone repeats or skips: read with the offset before the clock change (first) or
/// after it (second), or read as first and quarantined (kBadOrder: its place in time is not known).
enum class OnAmbiguous : std::uint8_t { kFirst, kSecond, kQuarantine };
enum class StampOf : std::uint8_t { kOpen, kClose };

struct ImportOptions {
  Format format = Format::kCsv;
  std::string symbol = {};               // empty: from the file name (histdata, lean) or the symbol column (csv)
  std::string tz = {};                   // --tz; empty: not given
  std::optional<PriceBasis> basis = {};  // --price-basis
  std::optional<VolumeChoice> volume = {};  // --volume
  std::optional<TickChoice> ticks = {};  // --ticks; empty: bars for lean and csv, keep for the formats of ticks alone
  OnAmbiguous on_ambiguous = OnAmbiguous::kQuarantine;
  StampOf stamp = StampOf::kOpen;        // csv: which end of the minute the timestamp names
  EpochUnit epoch = EpochUnit::kByDigits;  // csv: unit of numeric timestamps
  std::optional<TimeNs> start_ts = {};            // --start: of the first frame, where the file has no times (bitfinex)
  std::optional<DurationNs> frame_step_ns = {};   // --frame-step: from each frame to the next
  const char* tz_option = "--tz";        // what the command line calls tz, for messages
  bool strict = false;                   // read by the command line: exit 3 unless ImportReport::clean()
  int gap_minutes_min = 10;              // gaps of at least so many minutes are listed by line; all are counted
  std::vector<std::filesystem::path> files = {};

  [[nodiscard]] bool keep_ticks() const noexcept;
};

/// Option texts to values; the error names the option and every allowed value.
[[nodiscard]] Result<Format> parse_format(std::string_view text);
[[nodiscard]] Result<PriceBasis> parse_basis(std::string_view text);
[[nodiscard]] Result<VolumeChoice> parse_volume(std::string_view text);
[[nodiscard]] Result<TickChoice> parse_ticks(std::string_view text);
[[nodiscard]] Result<OnAmbiguous> parse_on_ambiguous(std::string_view text);
[[nodiscard]] Result<StampOf> parse_stamp(std::string_view text);
[[nodiscard]] Result<EpochUnit> parse_epoch_unit(std::string_view text);

[[nodiscard]] Result<TimeNs> parse_start(std::string_view text);
[[nodiscard]] Result<DurationNs> parse_frame_step(std::string_view text);

[[nodiscard]] const char* name_of(Format f) noexcept;
[[nodiscard]] const char* name_of(PriceBasis b) noexcept;
[[nodiscard]] const char* name_of(VolumeKind k) noexcept;   // NONE, TRADED, TICKS, PROXY_RANGE: as printed in run headers

/// The zone that the format itself prescribes; nullptr: the files' zone must be given or stands in them.
[[nodiscard]] const char* zone_of(Format f) noexcept;
/// Files of this format hold quotes, trades or books and nothing else.
[[nodiscard]] bool is_tick_format(Format f) noexcept;

/// What can be refused before any file is opened.
[[nodiscard]] Status check_options(const ImportOptions& options);

}  // namespace omega::feed
