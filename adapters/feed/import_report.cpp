#include "adapters/feed/import_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "adapters/feed/import.hpp"
#include "adapters/feed/price_path.hpp"

namespace omega::feed {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 4> kFateName{"note", "repaired", "quarantined", "rejected"};

json time_or_null(TimeNs ts) { return ts == 0 ? json(nullptr) : json(utc_text(ts)); }

json counts_by_kind(const SourceQuality& q) {
  json out = json::object();
  for (std::size_t k = 0; k < kRowKindCount; ++k) {
    if (q.by_kind[k] != 0) out[std::string(kRowKinds[k].name)] = q.by_kind[k];
  }
  return out;
}

json source_json(const SourceQuality& q) {
  json rows = json::array();
  for (const BadRow& r : q.listed) {
    rows.push_back({{"line", r.line}, {"kind", info(r.kind).name}, {"fate", kFateName[static_cast<std::size_t>(r.fate)]}, {"text", r.text}});
  }
  return {{"file", q.file}, {"symbol", q.symbol}, {"notes", q.notes},
          {"price_basis", name_of(q.basis)}, {"volume_kind", name_of(q.volume_kind)}, {"ticks", q.ticks},
          {"rows", q.rows}, {"events", q.events}, {"quotes", q.quotes}, {"trades", q.trades}, {"book_events", q.book_events}, {"quarantined", q.quarantined}, {"rejected", q.rejected}, {"repaired", q.repaired},
          {"gaps", q.gaps}, {"missing_minutes", q.missing_minutes}, {"weekend_breaks", q.weekend_breaks},
          {"duplicates", q.duplicates}, {"out_of_order", q.out_of_order}, {"crossed", q.crossed}, {"locked", q.locked},
          {"zero_volume", q.zero_volume}, {"rounded", q.rounded},
          {"ambiguous_times", q.ambiguous_times}, {"skipped_times", q.skipped_times},
          {"first_open", time_or_null(q.first_open)}, {"last_open", time_or_null(q.last_open)},
          {"by_kind", counts_by_kind(q)}, {"bad_rows", rows}};
}

json ticks_json(const TickSummary& t) {
  return {{"quotes", t.quotes}, {"trades", t.trades}, {"trades_sided", t.trades_sided}, {"trades_outside_bars", t.trades_outside},
          {"book_snapshots", t.book_snapshots}, {"book_deltas", t.book_deltas}, {"book_gaps", t.book_gaps},
          {"quote_sizes", t.quote_sizes}, {"quarantined", t.quarantined}, {"capabilities", capability_names(tick_capabilities(t))}};
}

json symbol_json(const SymbolSummary& s) {
  return {{"symbol", s.symbol}, {"price_basis", name_of(s.basis)}, {"modelled_spread", s.basis != PriceBasis::kBidAsk},
          {"modelled_time", s.modelled_time}, {"volume_kind", name_of(s.volume_kind)}, {"events", s.events}, {"bars", s.bars}, {"ticks", ticks_json(s.ticks)}, {"good", s.good}, {"quarantined", s.quarantined},
          {"zero_volume", s.zero_volume}, {"gaps", s.gaps}, {"gap_minutes_max", s.gap_minutes_max},
          {"missing_minutes", s.missing_minutes}, {"weekend_breaks", s.weekend_breaks}, {"stretches", s.stretches},
          {"from", time_or_null(s.from_ts)}, {"to", time_or_null(s.to_ts)}};
}

/// The end of a path is what tells files apart.
std::string shorten(const std::string& path, std::size_t width) {
  return path.size() <= width ? path : "..." + path.substr(path.size() - width + 3);
}

constexpr std::size_t kFileColumn = 44;

std::string symbol_table(const ImportReport& report) {
  std::string out = fmt::format("{:<8} {:>8} {:>12} {:>9} {:>9} {:>11} {:>7} {:>9} {:>8} {:>9}  {} .. {}\n", "symbol", "basis", "volume",
                                "events", "good", "quarantined", "gaps", "longest", "missing", "weekends", "from", "to");
  for (const SymbolSummary& s : report.symbols) {
    out += fmt::format("{:<8} {:>8} {:>12} {:>9} {:>9} {:>11} {:>7} {:>5} min {:>8} {:>9}  {} .. {}\n", s.symbol, name_of(s.basis),
                       name_of(s.volume_kind), s.events, s.good, s.quarantined, s.gaps, s.gap_minutes_max, s.missing_minutes,
                       s.weekend_breaks, utc_text(s.from_ts).substr(0, 16), utc_text(s.to_ts).substr(0, 16));
    if (s.basis != PriceBasis::kBidAsk) out += "         MODELLED_SPREAD: the files carry one side\n";
    if (s.modelled_time) out += "         MODELLED_TIME: the files carry no times; --start and --frame-step made them\n";
  }
  return out;
}

/// Nothing where only bars were journaled.
std::string tick_table(const ImportReport& report) {
  std::string out;
  for (const SymbolSummary& s : report.symbols) {
    if (s.ticks.events() == 0) continue;
    if (out.empty()) {
      out = fmt::format("\n{:<8} {:>9} {:>9} {:>9} {:>10} {:>10} {:>9} {:>11}  {}\n", "symbol", "quotes", "trades", "sided", "snapshots", "book",
                        "book gaps", "quarantined", "ticks offer");
    }
    const TickSummary& t = s.ticks;
    out += fmt::format("{:<8} {:>9} {:>9} {:>9} {:>10} {:>10} {:>9} {:>11}  {}\n", s.symbol, t.quotes, t.trades, t.trades_sided, t.book_snapshots,
                       t.book_deltas, t.book_gaps, t.quarantined, capability_names(tick_capabilities(t)));
    if (t.trades_outside != 0) out += fmt::format("         {} trades are in no bar: no quote was in force\n", t.trades_outside);
  }
  return out;
}

std::string source_table(const ImportReport& report) {
  std::string out = fmt::format("{:<{}} {:>9} {:>9} {:>6} {:>8} {:>10} {:>9} {:>7} {:>7} {:>8} {:>8} {:>8}\n", "file", kFileColumn, "rows",
                                "events", "gaps", "missing", "duplicates", "disorder", "crossed", "locked", "quarant.", "rejected", "repaired");
  for (const SourceQuality& q : report.sources) {
    out += fmt::format("{:<{}} {:>9} {:>9} {:>6} {:>8} {:>10} {:>9} {:>7} {:>7} {:>8} {:>8} {:>8}\n", shorten(q.file, kFileColumn),
                       kFileColumn, q.rows, q.events, q.gaps, q.missing_minutes, q.duplicates, q.out_of_order, q.crossed, q.locked,
                       q.quarantined, q.rejected, q.repaired);
    if (!q.notes.empty()) out += "  " + q.notes + "\n";
    if (q.rounded != 0) out += fmt::format("  {} numbers finer than the fixed-point scale were rounded to it\n", q.rounded);
    if (q.ambiguous_times + q.skipped_times != 0) {
      out += fmt::format("  {} local times that the zone repeats, {} that it skips\n", q.ambiguous_times, q.skipped_times);
    }
  }
  return out;
}

constexpr std::size_t kNotesListed_max = 20;

std::string bad_rows(const ImportReport& report, std::size_t listed_max) {
  std::string out;
  std::uint64_t total = 0, shown = 0;
  for (const SourceQuality& q : report.sources) {
    for (const std::uint64_t n : q.by_kind) total += n;
  }
  const auto list = [&](bool notes, std::uint64_t limit) {
    for (const SourceQuality& q : report.sources) {
      for (const BadRow& r : q.listed) {
        if ((r.fate == RowFate::kNote) != notes) continue;
        if (shown >= limit) return;
        ++shown;
        out += fmt::format("{}:{}: {} ({}): {}\n", q.file, r.line, info(r.kind).name, kFateName[static_cast<std::size_t>(r.fate)], r.text);
      }
    }
  };
  list(false, listed_max);
  list(true, std::min<std::uint64_t>(listed_max, shown + kNotesListed_max));
  if (total > shown) out += fmt::format("... and {} more rows with findings; --json lists up to {} of each kind and file\n", total - shown, SourceQuality::kListedPerKind);
  return out;
}

}  // namespace

json to_json(const ImportReport& report) {
  json sources = json::array(), symbols = json::array();
  for (const SourceQuality& q : report.sources) sources.push_back(source_json(q));
  for (const SymbolSummary& s : report.symbols) symbols.push_back(symbol_json(s));
  return {{"schema", "omega.import/1"}, {"clean", report.clean()}, {"rows", report.rows}, {"events", report.events},
          {"bars", report.bars}, {"quotes", report.quotes}, {"trades", report.trades}, {"book_events", report.book_events},
          {"good", report.good}, {"quarantined", report.quarantined}, {"rejected", report.rejected}, {"repaired", report.repaired},
          {"news", report.news}, {"news_outside", report.news_outside},
          {"from", time_or_null(report.from_ts)}, {"to", time_or_null(report.to_ts)},
          {"symbols", symbols}, {"sources", sources}, {"skipped_members", report.skipped}};
}

std::string to_text(const ImportReport& report, std::size_t listed_max) {
  std::string out = symbol_table(report) + tick_table(report) + "\n" + source_table(report);
  for (const std::string& m : report.skipped) out += "skipped: " + m + " (not data)\n";
  if (const std::string rows = bad_rows(report, listed_max); !rows.empty()) out += "\n" + rows;
  out += fmt::format("\n{} rows, {} events: {} good, {} quarantined; {} rows rejected, {} repaired\n", report.rows, report.events,
                     report.good, report.quarantined, report.rejected, report.repaired);
  if (report.events != report.bars) {
    out += fmt::format("{} bars, {} quotes, {} trades, {} book events\n", report.bars, report.quotes, report.trades, report.book_events);
  }
  if (report.news + report.news_outside != 0) {
    out += fmt::format("{} news releases, {} left out because no bar is near\n", report.news, report.news_outside);
  }
  return out;
}

}  // namespace omega::feed
