// omega import: market data files into the inputs lane of a new journal.
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "adapters/cli/command.hpp"
#include "adapters/cli/progress_bar.hpp"
#include "adapters/cli/stop_signal.hpp"
#include "adapters/cli/version.hpp"
#include "adapters/config/load.hpp"
#include "adapters/feed/import.hpp"
#include "journal/config_json.hpp"
#include "journal/manifest.hpp"
#include "journal/writer.hpp"

namespace omega::cli {
namespace {

struct ImportCommand {
  std::string format, price_basis, volume, ticks, on_ambiguous = "quarantine", stamp = "open", epoch = "auto", start, frame_step, journal;
  std::vector<std::string> files, ask_files, calendar;
  std::string calendar_tz;
  feed::ImportOptions parsed;
  CommonOptions common;
};

/// Option texts to the importer's values; the importer refuses what a format needs and was not given.
Status parse(ImportCommand& c) {
  const auto take = [](auto result, auto& target) -> Status {
    if (!result) return result.error();
    target = result.value();
    return Ok{};
  };
  if (Status s = take(feed::parse_format(c.format), c.parsed.format); !s) return s;
  if (!c.price_basis.empty()) {
    if (Status s = take(feed::parse_basis(c.price_basis), c.parsed.basis); !s) return s;
  }
  if (!c.volume.empty()) {
    if (Status s = take(feed::parse_volume(c.volume), c.parsed.volume); !s) return s;
  }
  if (!c.ticks.empty()) {
    if (Status s = take(feed::parse_ticks(c.ticks), c.parsed.ticks); !s) return s;
  }
  if (Status s = take(feed::parse_on_ambiguous(c.on_ambiguous), c.parsed.on_ambiguous); !s) return s;
  if (Status s = take(feed::parse_stamp(c.stamp), c.parsed.stamp); !s) return s;
  if (c.epoch != "auto") {
    if (Status s = take(feed::parse_epoch_unit(c.epoch), c.parsed.epoch); !s) return s;
  }
  if (!c.start.empty()) {
    if (Status s = take(feed::parse_start(c.start), c.parsed.start_ts); !s) return s;
  }
  if (!c.frame_step.empty()) {
    if (Status s = take(feed::parse_frame_step(c.frame_step), c.parsed.frame_step_ns); !s) return s;
  }
  c.parsed.files.assign(c.files.begin(), c.files.end());
  return feed::check_options(c.parsed);
}

/// One set, or two when the ask prices stand in files of their own.
Result<std::vector<feed::ImportOptions>> sets_of(const ImportCommand& c) {
  std::vector<feed::ImportOptions> sets{c.parsed};
  if (!c.calendar.empty()) {
    feed::ImportOptions& calendar = sets.emplace_back();
    calendar.format = feed::Format::kCalendar;
    calendar.tz = c.calendar_tz;
    calendar.tz_option = "--calendar-tz";
    calendar.on_ambiguous = c.parsed.on_ambiguous;
    calendar.files.assign(c.calendar.begin(), c.calendar.end());
  }
  if (c.ask_files.empty()) return sets;
  if (c.parsed.basis != PriceBasis::kBid) {
    return Error{ErrorKind::kUsage, "import: --ask-files: expected --price-basis bid for the other files, got '" + c.price_basis + "'"};
  }
  sets.push_back(c.parsed);
  sets.back().basis = PriceBasis::kAsk;
  sets.back().files.assign(c.ask_files.begin(), c.ask_files.end());
  return sets;
}

nlohmann::json feed_json(const FeedDescription& feed) {
  nlohmann::json instruments = nlohmann::json::array();
  for (const FeedInstrument& i : feed.instruments) {
    instruments.push_back({{"symbol", i.symbol}, {"basis", static_cast<int>(i.basis)},
                           {"volume_kind", static_cast<int>(i.volume_kind)}, {"capabilities", i.capabilities},
                           {"simulated", i.simulated}});
  }
  return {{"text", feed.text}, {"instruments", std::move(instruments)}};
}

std::string new_journal_id() {
  std::random_device random;
  char text[33];
  std::snprintf(text, sizeof text, "%08x%08x%08x%08x", random(), random(), random(), random());
  return text;
}

/// The journal is made at the first event, and taken away again when the import does not reach its end: the source files
/// hold everything, and half a journal would pass for a whole one.
class JournalSink {
 public:
  JournalSink(const std::string& dir, const EngineConfig& config) : dir_(dir), config_(config) {}

  ~JournalSink() {
    if (!writer_ || finished_) return;
    writer_.reset();
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(dir_, ignored)) std::filesystem::remove_all(entry.path(), ignored);
    if (made_folder_) std::filesystem::remove(dir_, ignored);
  }
  JournalSink(const JournalSink&) = delete;
  JournalSink& operator=(const JournalSink&) = delete;

  Status put(const InputEvent& event) {
    if (!writer_) {
      if (Status s = begin(); !s) return s;
    }
    if (stop_->load(std::memory_order_relaxed))  // relaxed because it is only a flag
      return Error{ErrorKind::kEnvironment, dir_ + ": stopped by the user before the end; the unfinished journal was removed, import again"};
    lane_->append(event.type, event.seq, event.body.data(), event.body_bytes(), {});
    if (lane_->ok()) return Ok{};
    return *writer_->error();
  }
  Status finish(const FeedDescription& feed) {
    if (!writer_) return Error{ErrorKind::kData, dir_ + ": nothing was imported; no journal was made"};
    writer_->manifest().doc["feed"] = feed_json(feed);
    if (Status s = writer_->close(); !s) return s;
    finished_ = true;
    return Ok{};
  }

 private:
  Status begin() {
    stop_ = &stop_on_signal();  // from here on a signal would leave half a journal
    std::error_code ignored;
    made_folder_ = !std::filesystem::exists(dir_, ignored);
    // Only the instrument table: an imported journal has no strategies and no limits.
    nlohmann::json config{{"instruments", journal::config_to_json(config_)["instruments"]}};
    auto made = journal::JournalWriter::create(
        dir_, journal::Manifest::create(new_journal_id(), kBuild, std::move(config), nlohmann::json::object()),
        {.segment_bytes = config_.journal.segment_bytes});
    if (!made) return made.error();
    writer_ = std::move(made).value();
    lane_ = &writer_->lane(Lane::kInputs);
    return Ok{};
  }

  std::string dir_;
  const EngineConfig& config_;
  std::unique_ptr<journal::JournalWriter> writer_;
  LaneSink* lane_ = nullptr;
  const std::atomic<bool>* stop_ = nullptr;
  bool made_folder_ = false, finished_ = false;
};

int import(ImportCommand& c) {
  if (Status s = parse(c); !s) return fail(s.error());
  const std::vector<std::string> profiles = profile_names(config_folder(c.common));
  auto loaded = load_config_files(config_folder(c.common), profiles.empty() ? "green_only" : profiles.front(), c.common.overrides,
                                  config::strategy_schemas());
  if (!loaded) return fail(loaded.error());
  const EngineConfig& config = loaded.value().engine;
  for (const auto& [alias, symbol] : loaded.value().aliases) {
    if (c.parsed.symbol == alias) c.parsed.symbol = symbol;
  }
  const auto sets = sets_of(c);
  if (!sets) return fail(sets.error());
  ProgressBar bar(c.common.quiet);
  JournalSink sink(c.journal, config);
  const auto report = feed::import_files(
      sets.value(), config, [&sink](const InputEvent& e) { return sink.put(e); },
      [&bar](const feed::ImportProgress& p) {
        const double share = p.events > 0 ? 0.5 + 0.5 * static_cast<double>(p.events_written) / static_cast<double>(p.events)
                             : p.files > 0 ? 0.5 * static_cast<double>(p.files_read) / static_cast<double>(p.files) : -1.0;
        bar.draw(share, p.events > 0 ? p.events_written : p.rows_read, 0);
      });
  bar.clear();
  if (!report) return fail(report.error());
  if (Status s = sink.finish(feed::describe(report.value())); !s) return fail(s.error());
  if (c.common.json) {
    std::cout << feed::to_json(report.value()).dump(2) << '\n';
  } else {
    std::cout << feed::to_text(report.value());
  }
  if (!c.parsed.strict || report.value().clean()) return kDone;
  return fail({ErrorKind::kData, c.journal + ": --strict, and some rows were bad (the table lists them); the journal holds them marked"});
}

}  // namespace

void add_import(CLI::App& app, Action& action) {
  auto o = std::make_shared<ImportCommand>();
  CLI::App* c = app.add_subcommand("import", "read market data files (plain, zip, gz, zst, xz) into the inputs lane of a new journal");
  c->add_option("files", o->files, "data files of one format")->required()->type_name("FILE");
  c->add_option("--format", o->format, "histdata, lean, csv (the header names the columns), lobster (order books: message and orderbook files), bi5 (Dukascopy ticks), truefx (ticks), itch (NASDAQ TotalView 5.0), bitstamp (recorded order events, or the csv of them), bitfinex (recorded frames of a raw book) or calendar (economic releases)")->required()->type_name("FORMAT");
  c->add_option("--journal", o->journal, "new folder for the journal, e.g. --journal data/2018")->required()->type_name("DIR");
  c->add_option("--symbol", o->parsed.symbol, "instrument of all files (default: from the file names or the symbol column), e.g. --symbol EURUSD")->type_name("SYMBOL");
  c->add_option("--tz", o->parsed.tz, "zone of the file's times: UTC, UTC-5, NewYork, NewYork-EU-DST, UTC+8 ... (default: none, some formats need it; lobster and itch are NewYork, bi5, truefx, bitstamp and bitfinex are UTC)")->type_name("ZONE");
  c->add_option("--price-basis", o->price_basis, "what the prices are: bid, ask, mid or trade (default: none; needed where the file holds one price and does not say which)")->type_name("BASIS");
  c->add_option("--ask-files", o->ask_files, "files of the ask prices, when the others hold the bid prices only (default: none)")->type_name("FILE");
  c->add_option("--calendar", o->calendar, "calendar files of economic releases to merge with the bars: S24 and the news blackout need them (default: none)")->type_name("FILE");
  c->add_option("--calendar-tz", o->calendar_tz, "zone of the calendar's times, e.g. UTC+8 (default: none, --calendar needs it)")->type_name("ZONE");
  c->add_option("--volume", o->volume, "column (of ticks: what traded), ticks (their number), range-proxy or none (default: none is guessed, it must be given), e.g. --volume range-proxy")->type_name("KIND");
  c->add_option("--ticks", o->ticks, "tick files: keep journals quotes, trades and books beside the minute bars made of them, bars the bars alone (default: bars for lean and csv, keep for lobster, bi5, truefx, itch, bitstamp and bitfinex), e.g. --ticks keep")->type_name("RULE");
  c->add_option("--on-ambiguous", o->on_ambiguous, "local times that the zone repeats or skips: first, second or quarantine (default: quarantine)")->type_name("RULE");
  c->add_option("--stamp", o->stamp, "csv: the time is the minute's open or close (default: open)")->type_name("END");
  c->add_option("--epoch", o->epoch, "csv: unit of numeric times, e.g. s, ms, us, ns (default: auto, by the number of digits)")->type_name("UNIT");
  c->add_option("--start", o->start, "bitfinex, whose frames carry no times: that of the first frame (default: none, it must be given), e.g. --start 2017-01-01T00:00:00Z")->type_name("TIME");
  c->add_option("--frame-step", o->frame_step, "bitfinex: time from each frame to the next (default: none, it must be given), e.g. --frame-step 1ms")->type_name("DURATION");
  c->add_option("--gap-minutes", o->parsed.gap_minutes_min, "list gaps of at least so many minutes (default: 10)")->check(CLI::Range(1, 100'000))->type_name("MINUTES");
  c->add_flag("--strict", o->parsed.strict, "exit 3 when any row is bad (default: exit 0, bad rows are marked and listed)");
  add_config_options(*c, o->common);
  add_output_options(*c, o->common);
  c->footer("Example: omega import --format histdata --tz NewYork --price-basis bid --volume range-proxy --journal data/2018 DAT_ASCII_EURUSD_M1_2018.zip");
  c->callback([o, &action] { action = [o] { return import(*o); }; });
}

}  // namespace omega::cli
