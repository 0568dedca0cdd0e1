#include "adapters/feed/import.hpp"

#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <tuple>

#include "adapters/feed/archive_reader.hpp"
#include "adapters/feed/bar_checks.hpp"
#include "adapters/feed/bi5_reader.hpp"
#include "adapters/feed/bitfinex_reader.hpp"
#include "adapters/feed/bitstamp_reader.hpp"
#include "adapters/feed/calendar_reader.hpp"
#include "adapters/feed/csv_reader.hpp"
#include "adapters/feed/histdata_reader.hpp"
#include "adapters/feed/itch_reader.hpp"
#include "adapters/feed/lean_reader.hpp"
#include "adapters/feed/lobster_reader.hpp"
#include "adapters/feed/tick_checks.hpp"
#include "adapters/feed/truefx_reader.hpp"

namespace omega::feed {
namespace {

constexpr std::uint64_t kProgressInterval_events = 65'536;

class Import {
 public:
  Import(std::span<const ImportOptions> sets, const EngineConfig& config, const ProgressSink& progress)
      : sets_(sets), symbols_(config), progress_(&progress) {
    for (const ImportOptions& set : sets) now_.files += set.files.size();
  }

  Status read_all() {
    for (const ImportOptions& set : sets_) {
      std::optional<LocalClock> clock;
      const char* const own_zone = zone_of(set.format);
      if (own_zone != nullptr) clock.emplace(TimeZone::parse(own_zone).value(), set.on_ambiguous);
      else if (!set.tz.empty()) clock.emplace(TimeZone::parse(set.tz).value(), set.on_ambiguous);  // checked by check_options
      for (const std::filesystem::path& path : set.files) {
        auto content = for_each_member(path, [&](const std::string& member, ByteSource& bytes) {
          return read_member(set, clock ? &*clock : nullptr, path, member, bytes);
        });
        if (!content) return content.error();
        for (const std::string& m : content.value().skipped) report_.skipped.push_back(path.string() + "!" + m);
        ++now_.files_read;
        show();
      }
      if (Status s = join_days(set, clock ? &*clock : nullptr); !s) return s;
    }
    return Ok{};
  }

  Status finish_symbols() {
    const int gap_minutes_min = sets_.front().gap_minutes_min;
    for (auto& [id, series] : series_) {
      auto summary = finish_series(series, symbols_.at(id), gap_minutes_min, report_.sources);
      if (!summary) return summary.error();
      report_.symbols.push_back(std::move(summary).value());
    }
    sum_up();
    place_news();
    return Ok{};
  }

  /// k-way merge; inside one instrument the order is that of finish_series.
  Status write_all(const EventSink& sink) {
    std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
    std::map<std::pair<InstrumentId, Stream>, std::size_t> position;
    for (const auto& [id, series] : series_) {
      push(heads, id, Stream::kBars, 0);
      push(heads, id, Stream::kTicks, 0);
    }
    push(heads, kNoInstrument, Stream::kNews, 0);
    now_.events = report_.events + news_.size();
    Seq seq = 0;
    while (!heads.empty()) {
      const Head head = heads.top();
      heads.pop();
      std::size_t& next = position[{head.instrument, head.stream}];
      InputEvent event = event_at(head, next);
      push(heads, head.instrument, head.stream, ++next);
      event.seq = ++seq;
      if (Status s = sink(event); !s) return s;
      now_.events_written = seq;
      if (seq % kProgressInterval_events == 0) show();
    }
    show();
    OMEGA_ASSERT(seq == report_.events + news_.size(), seq, report_.events);
    return Ok{};
  }

  ImportReport take_report() { return std::move(report_); }

 private:
  enum class Stream : std::uint8_t { kBars, kTicks, kNews };
  /// The next event of one stream; a stream's own order is that of finish_series.
  struct Head {
    TimeNs ts;
    int rank;
    InstrumentId instrument;  // kNoInstrument: news
    Stream stream;
    bool operator>(const Head& o) const noexcept {
      return std::tie(ts, rank, instrument) > std::tie(o.ts, o.rank, o.instrument);
    }
  };

  template <class Heads>
  void push(Heads& heads, InstrumentId id, Stream stream, std::size_t i) const {
    if (stream == Stream::kNews) {
      if (i < news_.size()) heads.push({news_[i].ts(), event_rank(news_[i].type), id, stream});
    } else if (const Series& series = series_.at(id); stream == Stream::kBars) {
      if (i < series.bars.size()) heads.push({series.bars[i].bar.ts, event_rank(EventType::kBar), id, stream});
    } else if (i < series.ticks.ticks.size()) {
      heads.push({series.ticks.ticks[i].ts, event_rank(series.ticks.ticks[i].event_type()), id, stream});
    }
  }
  [[nodiscard]] InputEvent event_at(const Head& head, std::size_t i) const {
    if (head.stream == Stream::kNews) return news_[i];
    const Series& series = series_.at(head.instrument);
    if (head.stream == Stream::kBars) return InputEvent::of(series.bars[i].bar);
    return series.ticks.event(series.ticks.ticks[i], head.instrument);
  }

  Status read_member(const ImportOptions& set, const LocalClock* clock, const std::filesystem::path& file, const std::string& member,
                     ByteSource& bytes) {
    const std::string path = file.string(), folder = file.parent_path().filename().string();
    const auto source = static_cast<std::uint32_t>(report_.sources.size());
    report_.sources.emplace_back();
    SourceQuality& quality = report_.sources.back();
    const bool zip_member = !path.ends_with(member) && !(path.ends_with(member + ".gz") || path.ends_with(member + ".zst") || path.ends_with(member + ".xz"));
    quality.file = zip_member ? path + "!" + member : path;
    if (set.format == Format::kCalendar) {
      const Status read = read_calendar(bytes, *clock, quality, calendar_);
      now_.rows_read += quality.rows;
      return read;
    }
    std::vector<PlacedBar> bars;
    std::map<InstrumentId, TickList> ticks;
    Reader reader{set, symbols_, clock, folder, member, quality, bars, ticks};
    Status read = Ok{};
    switch (set.format) {
      case Format::kHistdata: read = read_histdata(bytes, reader); break;
      case Format::kLean: read = read_lean(bytes, reader); break;
      case Format::kCsv: read = read_csv(bytes, reader); break;
      case Format::kLobster: read = read_lobster(bytes, reader, source, lobster_); break;
      case Format::kBi5: read = read_bi5(bytes, reader, file); break;
      case Format::kItch: read = read_itch(bytes, reader); break;
      case Format::kTruefx: read = read_truefx(bytes, reader); break;
      case Format::kBitstamp: read = read_bitstamp(bytes, reader); break;
      case Format::kBitfinex: read = read_bitfinex(bytes, reader); break;
      case Format::kCalendar: break;  // above
    }
    if (!read) return read;
    now_.rows_read += quality.rows;
    if (set.format == Format::kLobster) return Ok{};  // half a day: see join_days
    if (set.format == Format::kBi5 && quality.rows == 0) return Ok{};  // an hour without ticks
    if (Status s = check_readable(set, quality, bars, ticks); !s) return s;
    if (!bars.empty()) quality.basis = bars.front().bar.basis;
    if (Status s = take_ticks(set, source, ticks); !s) return s;
    return take_bars(set, source, bars);
  }

  /// Formats whose messages and books stand in two files.
  Status join_days(const ImportOptions& set, const LocalClock* clock) {
    for (auto& [name, day] : lobster_) {
      if (Status s = check_lobster(day, report_.sources); !s) return s;
      std::map<InstrumentId, TickList> ticks;
      ticks[day.instrument] = join_lobster(day, *clock, report_.sources);
      if (Status s = take_ticks(set, day.message_source, ticks); !s) return s;
      day = LobsterDay{};
    }
    lobster_.clear();
    return Ok{};
  }

  static Status check_readable(const ImportOptions& set, const SourceQuality& q, const std::vector<PlacedBar>& bars,
                               const std::map<InstrumentId, TickList>& ticks) {
    if (bars.empty() && ticks.empty()) {
      std::string first;
      for (const BadRow& r : q.listed) {
        if (r.fate != RowFate::kRejected) continue;
        first = " (first: line " + std::to_string(r.line) + ", " + std::string(info(r.kind).name) + ")";
        break;
      }
      return Error{ErrorKind::kData, q.file + ": none of its " + std::to_string(q.rows) + " rows could be read as " +
                                         name_of(set.format) + first + "; check --format and the file"};
    }
    const DurationNs step = usual_step(bars);
    if (step > kMinute_ns || (step > 0 && step < kMinute_ns)) {
      return Error{ErrorKind::kData, q.file + ": most rows are " + std::to_string(step / kSecond_ns) +
                                         " s apart; one-minute bars are needed"};
    }
    return Ok{};
  }

  /// Checks the bars of one source, instrument by instrument, and appends them to the series.
  Status take_bars(const ImportOptions& set, std::uint32_t source, const std::vector<PlacedBar>& bars) {
    std::map<InstrumentId, std::vector<PlacedBar>> by_instrument;
    for (const PlacedBar& b : bars) {
      by_instrument[b.bar.instrument].push_back(b);
      by_instrument[b.bar.instrument].back().source = source;
    }
    for (auto& [id, own] : by_instrument) {
      SourceQuality& quality = report_.sources[source];
      quality.symbol += (quality.symbol.empty() ? "" : "+") + symbols_.at(id).symbol;
      check_bars(own, quality);
      if (Status s = begin_series(set, id); !s) return s;
      Series& series = series_[id];
      series.bars.insert(series.bars.end(), own.begin(), own.end());
    }
    return Ok{};
  }

  Status take_ticks(const ImportOptions& set, std::uint32_t source, std::map<InstrumentId, TickList>& ticks) {
    for (auto& [id, list] : ticks) {
      SourceQuality& quality = report_.sources[source];
      if (quality.symbol.empty() || set.format != Format::kLobster) quality.symbol += (quality.symbol.empty() ? "" : "+") + symbols_.at(id).symbol;
      check_tick_order(list, set.keep_ticks(), quality);
      if (list.ticks.empty()) continue;
      if (Status s = begin_series(set, id); !s) return s;
      series_[id].keep_ticks = series_[id].keep_ticks || set.keep_ticks();
      series_[id].ticks.append(std::move(list), source);
    }
    return Ok{};
  }

  Status begin_series(const ImportOptions& set, InstrumentId id) {
    Series& series = series_[id];
    if (series.empty()) {
      series.instrument = id;
      series.volume = *set.volume;
    } else if (series.volume != *set.volume) {
      return Error{ErrorKind::kUsage, symbols_.at(id).symbol + ": two --volume choices for one symbol; volumes are never mixed"};
    }
    return Ok{};
  }

  void sum_up() {
    for (SourceQuality& q : report_.sources) {
      std::stable_sort(q.listed.begin(), q.listed.end(), [](const BadRow& a, const BadRow& b) { return a.line < b.line; });
      report_.rows += q.rows;
      report_.rejected += q.rejected;
      report_.repaired += q.repaired;
    }
    for (const SymbolSummary& s : report_.symbols) {
      report_.events += s.events;
      report_.bars += s.bars;
      report_.quotes += s.ticks.quotes;
      report_.trades += s.ticks.trades;
      report_.book_events += s.ticks.book_snapshots + s.ticks.book_deltas;
      report_.good += s.good;
      report_.quarantined += s.quarantined;
      if (report_.from_ts == 0 || s.from_ts < report_.from_ts) report_.from_ts = s.from_ts;
      report_.to_ts = std::max(report_.to_ts, s.to_ts);
    }
  }

  /// Calendar rows as events in order: published before their release, the figure at it.
  void place_news() {
    const bool bars = !series_.empty();
    std::set<std::uint64_t> seen;  // a release that two files give is one
    for (const PlacedNews& n : calendar_) {
      const TimeNs release = n.event.ts_release;
      if (bars && (release < report_.from_ts || release > report_.to_ts)) {
        ++report_.news_outside;
        continue;
      }
      if (!seen.insert(n.event.event_id).second) continue;
      NewsEvent e = n.event;
      if (bars) e.ts = std::max(e.ts, report_.from_ts);
      news_.push_back(InputEvent::of(e));
      ++report_.news;
      if (n.actual) news_.push_back(InputEvent::of(NewsRelease{.ts = release, .event_id = e.event_id, .actual = *n.actual}));
    }
    std::stable_sort(news_.begin(), news_.end(), [](const InputEvent& a, const InputEvent& b) { return a.ts() < b.ts(); });
  }

  void show() const {
    if (*progress_) (*progress_)(now_);
  }

  std::span<const ImportOptions> sets_;
  SymbolTable symbols_;
  const ProgressSink* progress_;
  ImportProgress now_;
  ImportReport report_;
  std::map<InstrumentId, Series> series_;
  LobsterDays lobster_;  // of the set that is being read
  std::vector<PlacedNews> calendar_;
  std::vector<InputEvent> news_;  // what of it is journaled, in order
};

}  // namespace

Result<ImportReport> import_files(std::span<const ImportOptions> sets, const EngineConfig& config, const EventSink& sink,
                                  const ProgressSink& progress) {
  if (sets.empty()) return Error{ErrorKind::kUsage, "nothing to import: no files given"};
  for (const ImportOptions& set : sets) {
    if (Status s = check_options(set); !s) return s.error();
  }
  Import import(sets, config, progress);
  if (Status s = import.read_all(); !s) return s.error();
  if (Status s = import.finish_symbols(); !s) return s.error();
  if (Status s = import.write_all(sink); !s) return s.error();
  return import.take_report();
}

std::uint32_t tick_capabilities(const TickSummary& t) noexcept {
  const bool book = t.book_snapshots != 0;
  std::uint32_t bits = 0;
  if (t.quotes != 0 || book) bits |= capability::kQuotes;
  if (t.quote_sizes) bits |= capability::kQuoteSizes;
  if (book) bits |= capability::kL2;
  if (t.trades != 0) bits |= capability::kTrades;
  if (t.trades != 0 && 2 * t.trades_sided > t.trades) bits |= capability::kTradesSided;
  return bits;
}

FeedDescription describe(const ImportReport& report) {
  FeedDescription d{.text = "import", .instruments = {}, .from_ts = report.from_ts, .to_ts = report.to_ts};
  for (const SymbolSummary& s : report.symbols) {
    const std::uint32_t ticks = tick_capabilities(s.ticks);
    const bool volume = s.volume_kind != VolumeKind::kNone;
    d.instruments.push_back({.symbol = s.symbol, .basis = s.basis, .volume_kind = s.volume_kind,
                             .capabilities = capability::kBars | (volume ? capability::kVolume : 0u) | ticks |
                                             (report.news > 0 ? capability::kCalendarNews : 0u)});
    d.text += (d.instruments.size() == 1 ? ":" : ",") + s.symbol + "/" + name_of(s.basis) + "/" + name_of(s.volume_kind);
    if (ticks != 0) d.text += "/" + capability_names(ticks);
    if (s.modelled_time) d.text += "/MODELLED_TIME";
  }
  if (report.news > 0) d.text += d.instruments.empty() ? ":calendar" : ",calendar";
  return d;
}

}  // namespace omega::feed
