// What:     The data-quality report of an import: per file, per symbol, in total; as text table and as JSON.
// Owner:    value type.   Threads: any.
// JSON:     schema omega.import/1; counts are whole numbers, times RFC 3339 UTC or null.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "adapters/feed/series.hpp"

namespace omega::feed {

struct ImportReport {
  std::vector<SourceQuality> sources;   // in the order given
  std::vector<std::string> skipped;     // zip members that hold no data, "file!member"
  std::vector<SymbolSummary> symbols;   // by instrument
  std::uint64_t events = 0, good = 0, quarantined = 0;  // bars, and ticks where they are kept
  std::uint64_t bars = 0, quotes = 0, trades = 0, book_events = 0;
  std::uint64_t news = 0, news_outside = 0;             // releases journaled; releases outside the period of the bars
  std::uint64_t rows = 0, rejected = 0, repaired = 0;
  TimeNs from_ts = 0, to_ts = 0;

  /// --strict: nothing was rejected, quarantined or repaired.
  [[nodiscard]] bool clean() const noexcept { return quarantined + rejected + repaired == 0; }
};

[[nodiscard]] nlohmann::json to_json(const ImportReport& report);
/// At most listed_max rows are printed, faults before notes (gaps), each in file order; the rest are counted.
[[nodiscard]] std::string to_text(const ImportReport& report, std::size_t listed_max = 200);

}  // namespace omega::feed
