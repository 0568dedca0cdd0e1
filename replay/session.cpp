#include "replay/session.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "engine/pipeline/pipeline.hpp"
#include "engine/pipeline/resolve.hpp"
#include "journal/config_json.hpp"
#include "journal/disk_gate.hpp"
#include "journal/manifest.hpp"
#include "journal/writer.hpp"
#include "replay/engine_identity.hpp"
#include "replay/facts.hpp"
#include "replay/halt_guard.hpp"
#include "replay/snapshot_keeper.hpp"

namespace omega::replay {
namespace {

nlohmann::json feed_json(const FeedDescription& feed) {
  nlohmann::json instruments = nlohmann::json::array();
  for (const FeedInstrument& i : feed.instruments) {
    instruments.push_back({{"symbol", i.symbol},
                           {"basis", static_cast<int>(i.basis)},
                           {"volume_kind", static_cast<int>(i.volume_kind)},
                           {"capabilities", i.capabilities},
                           {"simulated", i.simulated}});
  }
  return {{"text", feed.text}, {"instruments", std::move(instruments)}};
}

/// Same configuration over the same feed: same id.
std::string run_id(const nlohmann::json& config, const nlohmann::json& feed) {
  const std::string text = config.dump() + feed.dump();
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

/// One number for the four derived lanes, so that two runs can be compared at a glance; the same as of journal::info.
std::uint64_t combined_digest(const Stages& stages) {
  const std::array<std::uint64_t, 4> d{stages.features().digest(), stages.signals().digest(), stages.risk().digest(),
                                       stages.orders().digest()};
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < d.size(); ++i) {
    all = digest_step(all, EventType::kDigest, static_cast<std::size_t>(Lane::kFeatures) + i, &d[i], sizeof d[i], {});
  }
  return all;
}

OrderWait order_wait(const journal::DiskGate& gate) {
  const journal::WaitHistogram& w = gate.waits();
  return {.orders = w.count(), .p50_ns = w.quantile_ns(0.5), .p99_ns = w.quantile_ns(0.99), .max_ns = w.max_ns(),
          .syncs = gate.syncs().count(), .sync_p50_ns = gate.syncs().quantile_ns(0.5)};
}

Progress progress_of(const Pipeline& p, const FeedDescription& feed) {
  const OrdersStage& orders = p.stages().orders();
  return {.events = p.sequencer().last_seq(),
          .engine_ts = p.sequencer().last_ts(),
          .from_ts = feed.from_ts,
          .to_ts = feed.to_ts,
          .equity = orders.equity(),
          .positions = static_cast<std::uint32_t>(orders.account().positions().size()),
          .trades = orders.trades()};
}

/// The journal of a session, new or continued, and where its lanes go.
struct SessionJournal {
  std::unique_ptr<ResumedJournal> resumed;         // null: a new journal
  std::unique_ptr<journal::JournalWriter> writer;
  LaneSinks sinks{};
  std::string feed_text;                           // of a feed that goes on where another ended; empty once the manifest has it

  static Result<SessionJournal> open(const EngineConfig& cfg, const FeedDescription& feed, const nlohmann::json& manifest_extra,
                                     const SessionOptions& options) {
    const nlohmann::json config = journal::config_to_json(cfg);
    const nlohmann::json feed_doc = feed_json(feed);
    const journal::WriterOptions writing{.segment_bytes = cfg.journal.segment_bytes};
    SessionJournal out;
    if (options.resume != nullptr) {
      auto resumed = ResumedJournal::open(options.journal_dir, config, feed_doc, writing);
      if (!resumed) return resumed.error();
      out.resumed = std::move(resumed).value();
      out.writer = out.resumed->take_writer();
      out.sinks = out.resumed->sinks();
      out.feed_text = feed.text;
      return out;
    }
    journal::Manifest manifest = journal::Manifest::create(run_id(config, feed_doc), manifest_extra.value("build", ""), config, feed_doc);
    for (const auto& [key, value] : manifest_extra.items()) {
      if (key != "build") manifest.doc[key] = value;
    }
    auto writer = journal::JournalWriter::create(options.journal_dir, std::move(manifest), writing);
    if (!writer) return writer.error();
    out.writer = std::move(writer).value();
    for (std::size_t l = 0; l < kLaneCount; ++l) out.sinks[l] = &out.writer->lane(static_cast<Lane>(l));
    return out;
  }
  /// Everything recorded was seen to be this feed's: from here on the journal is of it. A failure is the writer's.
  void accept_feed() {
    if (feed_text.empty()) return;
    writer->manifest().doc["feed"]["text"] = std::exchange(feed_text, {});
    static_cast<void>(writer->save_manifest());
  }
  [[nodiscard]] bool ok() const noexcept { return !resumed || resumed->ok(); }
  [[nodiscard]] bool caught_up() const noexcept { return !resumed || resumed->caught_up(); }
  [[nodiscard]] std::optional<Error> resume_error() const { return resumed ? resumed->error() : std::nullopt; }
  [[nodiscard]] ResumeFacts resume_facts(const ResumePoint& point) const {
    ResumeFacts facts = resumed->facts();
    for (const journal::LaneRecovery& lane : point.recovery.lanes) {
      facts.bytes_cut += lane.bytes_cut;
      facts.frames_cut += lane.frames_cut;
    }
    return facts;
  }
};

/// Control events that the engine makes itself, about its disk and its lateness: they go into the recorded stream like an operator's, so
/// that every replay sees what the run saw. A resumed run first repeats those that are recorded.
class EngineControls {
 public:
  EngineControls(const SessionOptions& options, Seq behind, DurationNs late_allowed_ns)
      : resume_(options.resume), alert_(options.alert), late_allowed_ns_(late_allowed_ns) {
    while (resume_ != nullptr && next_ < resume_->controls.size() && resume_->controls[next_].seq <= behind) ++next_;
  }
  /// event: the feed's next, late_ns late.
  void before(const InputEvent& event, DurationNs late_ns, Pipeline& pipeline, bool caught_up, bool full) {
    if (resume_ != nullptr) {
      for (; next_ < resume_->controls.size() && resume_->controls[next_].seq <= pipeline.sequencer().last_seq() + 1; ++next_) {
        const InputEvent& recorded = resume_->controls[next_];
        const bool from_feed = event.type == recorded.type && std::memcmp(event.body.data(), recorded.body.data(), recorded.body_bytes()) == 0;
        if (recorded.seq <= pipeline.sequencer().last_seq() || from_feed) continue;
        InputEvent again = recorded;
        again.seq = 0;
        pipeline.on_external(again);
      }
      if (!caught_up) return;
      pipeline.quiesce();
      told_full_ = pipeline.stages().risk().journal_full();
      told_late_ = pipeline.stages().risk().late();
      resume_ = nullptr;
    }
    if (pipeline.sequencer().last_seq() == 0) return;
    if (full != told_full_) {
      told_full_ = full;
      tell(pipeline, full ? ControlCode::kJournalFull : ControlCode::kJournalRoom);
      if (alert_) alert_(full ? kFullText : "JOURNAL_FULL is over: there is room again, new orders are allowed");
    }
    // Over only once it is well over: a feed on the brink does not flutter.
    late_max_ns_ = std::max(late_max_ns_, late_ns);
    if (late_ns > late_allowed_ns_ && !told_late_) {
      told_late_ = true;
      ++late_periods_;
      tell(pipeline, ControlCode::kLate);
      if (alert_) alert_(fmt::format("LATE_DATA: events come {} ms late; new orders are refused, exits go on", late_ns / kMilli_ns));
    } else if (late_ns <= late_allowed_ns_ / 2 && told_late_) {
      told_late_ = false;
      tell(pipeline, ControlCode::kInTime);
      if (alert_) alert_("LATE_DATA is over: events come in time again, new orders are allowed");
    }
  }
  static constexpr const char* kFullText =
      "JOURNAL_FULL: no room for the journal's next segment; new orders are refused, exits go on; make room on the disk";
  [[nodiscard]] bool told_full() const noexcept { return told_full_; }
  [[nodiscard]] std::uint64_t late_periods() const noexcept { return late_periods_; }
  [[nodiscard]] DurationNs late_max_ns() const noexcept { return late_max_ns_; }

 private:
  static void tell(Pipeline& pipeline, ControlCode code) {
    pipeline.on_external(InputEvent::of(Control{.ts = pipeline.sequencer().last_ts(), .code = code}));
  }
  const ResumePoint* resume_;
  const std::function<void(const std::string&)>& alert_;
  std::size_t next_ = 0;
  bool told_full_ = false, told_late_ = false;
  const DurationNs late_allowed_ns_;
  DurationNs late_max_ns_ = 0;
  std::uint64_t late_periods_ = 0;
};

struct StartedPipeline {
  std::unique_ptr<Pipeline> pipeline;
  Seq snapshot_seq = 0;               // 0: at the start
  TimeNs first_ts = 0;                // of the journal's first input
  bool more = true;                   // event holds the next one to take
  std::vector<std::string> ignored;   // snapshots, with the reason
};

/// Takes from the feed what the snapshot has seen. event is the feed's first on entry, the next to take on return.
Result<bool> skip_seen(const journal::Snapshot& s, ExternalFeed& feed, InputEvent& event, FeedPosition& taken) {
  bool more = true;
  for (; more && taken.events < s.external_inputs; more = feed.next(event)) taken.take(event);
  if (taken.events == s.external_inputs && taken.digest == s.feed_digest) return more;
  if (!feed.error().empty()) return Error{ErrorKind::kData, feed.error()};
  return Error{ErrorKind::kUsage,
               fmt::format("cannot be resumed: the first {} events of the feed ({}) are others than those recorded; resume it with "
                           "the feed it was recorded from", s.external_inputs, feed.description().text)};
}

/// A new engine, or one in the newest state that the recorded lanes prove.
Result<StartedPipeline> start_pipeline(const std::function<std::unique_ptr<Pipeline>()>& make, SessionJournal& out, ExternalFeed& feed,
                                       InputEvent& event, FeedPosition& taken) {
  StartedPipeline start;
  start.pipeline = make();
  start.first_ts = event.ts();
  if (!out.resumed) return start;
  journal::SnapshotSearch search =
      journal::find_snapshot(out.resumed->reader(), engine_identity(), ~Seq{0}, [&](const journal::Snapshot& s) -> Status {
        Status fits = load_snapshot(s, *start.pipeline) ? out.resumed->start_at(s) : Error{ErrorKind::kData, "its state does not fit this engine"};
        if (!fits) start.pipeline = make();
        return fits;
      });
  start.ignored = std::move(search.ignored);
  if (!search.found) {
    if (Status s = out.resumed->reader().require_unpruned("a resume without a usable snapshot", journal::kAllLanes); !s)
      return search.unreadable ? *search.unreadable : s.error();
    return start;
  }
  start.snapshot_seq = search.found->seq;
  const Result<bool> more = skip_seen(*search.found, feed, event, taken);
  if (!more) return more.error();
  start.more = more.value();
  return start;
}

}  // namespace

Result<SessionResult> run_session(EngineConfig config, ExternalFeed& feed, const nlohmann::json& manifest_extra,
                                  const SessionOptions& options) {
  auto resolved = resolve(std::move(config), feed.description());
  if (!resolved) return resolved.error();
  const EngineConfig& cfg = resolved.value();

  // The first event is fetched before the journal exists: an empty or unreadable feed leaves nothing behind.
  InputEvent event;
  if (!feed.next(event)) {
    if (!feed.error().empty()) return Error{ErrorKind::kData, feed.error()};
    return Error{ErrorKind::kData, feed.description().text + ": the feed has no events; choose another period or journal"};
  }

  auto opened = SessionJournal::open(cfg, feed.description(), manifest_extra, options);
  if (!opened) return opened.error();
  SessionJournal& out = opened.value();
  journal::JournalWriter& log = *out.writer;
  dump_halts_to(options.journal_dir);
  std::unique_ptr<journal::DiskGate> gate;
  if (cfg.journal.durability == Durability::kDisk)
    gate = std::make_unique<journal::DiskGate>([&log] { return log.sync(Lane::kInputs); });
  FeedPosition taken;  // of the feed, event included
  std::unique_ptr<LatencyBoard> own_board;
  LatencyBoard* board = options.latency;
  if (board == nullptr) board = (own_board = std::make_unique<LatencyBoard>()).get();
  const auto make = [&] { return std::make_unique<Pipeline>(cfg, out.sinks, gate.get(), options.layout, board); };
  auto started_at = start_pipeline(make, out, feed, event, taken);
  if (!started_at) {
    if (gate) gate->stop();
    if (const Status closed = log.close(); !closed) return closed.error();
    return started_at.error();
  }
  const std::unique_ptr<Pipeline> pipeline = std::move(started_at.value().pipeline);
  SnapshotKeeper keeper(options.journal_dir, log.manifest().doc.value("journal_id", ""), cfg.journal.snapshot_interval_inputs,
                        started_at.value().snapshot_seq);

  SessionResult result;
  result.journal_dir = options.journal_dir;
  const auto started = std::chrono::steady_clock::now();
  const std::uint64_t started_tsc = tsc_now();
  std::uint64_t next_progress = kProgressInterval_events;
  EngineControls controls(options, started_at.value().snapshot_seq, cfg.pipeline.late_max_ns);
  bool threads_started = false;
  for (bool more = started_at.value().more; more; more = feed.next(event)) {
    // While recorded lanes are compared, every stage stays on this thread: the comparison is then over at one input.
    if (!threads_started && out.caught_up()) {
      out.accept_feed();
      pipeline->start_threads();
      threads_started = true;
    }
    controls.before(event, feed.late_ns(), *pipeline, out.caught_up(), log.full());
    taken.take(event);
    pipeline->on_external(event);
    if (!log.ok() || !out.ok() || keeper.sync_failed()) break;
    if (pipeline->sequencer().last_seq() >= next_progress) {
      next_progress = pipeline->sequencer().last_seq() + kProgressInterval_events;
      if (options.progress) {
        pipeline->quiesce();
        options.progress(progress_of(*pipeline, feed.description()));
      }
    }
    if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed) && out.caught_up()) {  // relaxed because it is only a flag
      result.stopped = true;
      break;
    }
    if (keeper.due(pipeline->sequencer().last_seq()) && out.caught_up()) keeper.take(*pipeline, log, taken);
  }
  pipeline->stop_threads();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
  const double ns_per_tick = wall.count() * 1e9 / static_cast<double>(std::max<std::uint64_t>(1, tsc_since(started_tsc, tsc_now())));
  if (options.progress) options.progress(progress_of(*pipeline, feed.description()));

  if (log.ok() && out.ok() && out.caught_up()) keeper.take(*pipeline, log, taken);
  const std::optional<std::string> snapshot_problem = keeper.finish();
  if (gate) gate->stop();
  if (!log.ok()) {
    Error error = *log.error();
    error.message += "; orders have stopped, nothing is retried";
    return error;
  }
  if (keeper.sync_failed()) {
    return Error{ErrorKind::kEnvironment, *snapshot_problem + "; orders have stopped, nothing is retried"};
  }
  if (auto failed = out.resume_error()) {
    // Nothing was written where the recorded lanes go on, so the journal can be closed again as it was.
    if (const Status closed = log.close(); !closed) return closed.error();
    return *failed;
  }
  const Status closed = log.close();
  if (!closed) return closed.error();
  if (!feed.error().empty()) {
    return Error{ErrorKind::kData, feed.error() + "; the journal up to there is kept at " + options.journal_dir.string()};
  }
  result.inputs_digest = fmt::format("{:016x}", pipeline->sequencer().lane().digest());
  result.derived_digest = fmt::format("{:016x}", combined_digest(pipeline->stages()));
  result.facts = gather_facts(cfg, *pipeline, started_at.value().first_ts, wall.count());
  result.facts.feed = feed.description().text;
  result.facts.layout = options.layout.fused() ? "fused" : "pinned";
  if (!options.layout.fused()) result.facts.threads = layout_text(options.layout);
  result.facts.layout_notes = pipeline->not_applied();
  result.facts.ring_full_waits = pipeline->ring().full_waits();
  result.facts.late_periods = controls.late_periods();
  result.facts.late_max_ns = controls.late_max_ns();
  result.facts.latency = latency_rows(*board, ns_per_tick);
  result.facts.inputs_digest = result.inputs_digest;
  result.facts.derived_digest = result.derived_digest;
  result.facts.stopped = result.stopped;
  if (options.resume != nullptr) {
    result.facts.resume = out.resume_facts(*options.resume);
    result.facts.resume->snapshot_seq = started_at.value().snapshot_seq;
    result.facts.resume->snapshots_ignored = std::move(started_at.value().ignored);
  }
  if (controls.told_full()) result.warning = EngineControls::kFullText;
  else if (snapshot_problem) result.warning = "no snapshot was written, recovery will take longer: " + *snapshot_problem;
  if (gate) {
    result.facts.durability = "disk";
    result.facts.order_wait = order_wait(*gate);
  }
  return result;
}

}  // namespace omega::replay
