#include "replay/session.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "engine/pipeline/pipeline.hpp"
#include "engine/pipeline/resolve.hpp"
#include "journal/config_json.hpp"
#include "journal/disk_gate.hpp"
#include "journal/manifest.hpp"
#include "journal/writer.hpp"
#include "replay/facts.hpp"

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

  const nlohmann::json config_json = journal::config_to_json(cfg);
  const nlohmann::json feed_doc = feed_json(feed.description());
  journal::Manifest manifest = journal::Manifest::create(run_id(config_json, feed_doc), manifest_extra.value("build", ""),
                                                         config_json, feed_doc);
  for (const auto& [key, value] : manifest_extra.items()) {
    if (key != "build") manifest.doc[key] = value;
  }
  auto writer = journal::JournalWriter::create(options.journal_dir, std::move(manifest),
                                               {.segment_bytes = cfg.journal.segment_bytes});
  if (!writer) return writer.error();
  journal::JournalWriter& log = *writer.value();

  LaneSinks sinks{};
  for (std::size_t l = 0; l < kLaneCount; ++l) sinks[l] = &log.lane(static_cast<Lane>(l));
  if (auto error = log.error()) return *error;
  std::unique_ptr<journal::DiskGate> gate;
  if (cfg.journal.durability == Durability::kDisk)
    gate = std::make_unique<journal::DiskGate>([&log] { return log.sync(Lane::kInputs); });
  const auto pipeline = std::make_unique<Pipeline>(cfg, sinks, gate.get());

  SessionResult result;
  result.journal_dir = options.journal_dir;
  const TimeNs first_ts = event.ts();
  const auto started = std::chrono::steady_clock::now();
  std::uint64_t next_progress = kProgressInterval_events;
  do {
    pipeline->on_external(event);
    if (!log.ok()) break;
    if (pipeline->sequencer().last_seq() >= next_progress) {
      next_progress = pipeline->sequencer().last_seq() + kProgressInterval_events;
      if (options.progress) options.progress(progress_of(*pipeline, feed.description()));
    }
    if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed)) {  // relaxed because it is only a flag
      result.stopped = true;
      break;
    }
  } while (feed.next(event));
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
  if (options.progress) options.progress(progress_of(*pipeline, feed.description()));

  if (gate) gate->stop();
  if (!log.ok()) {
    Error error = *log.error();
    error.message += "; orders have stopped, nothing is retried";
    return error;
  }
  const Status closed = log.close();
  if (!closed) return closed.error();
  if (!feed.error().empty()) {
    return Error{ErrorKind::kData, feed.error() + "; the journal up to there is kept at " + options.journal_dir.string()};
  }
  result.inputs_digest = fmt::format("{:016x}", pipeline->sequencer().lane().digest());
  result.derived_digest = fmt::format("{:016x}", combined_digest(pipeline->stages()));
  result.facts = gather_facts(cfg, *pipeline, first_ts, wall.count());
  result.facts.feed = feed.description().text;
  result.facts.inputs_digest = result.inputs_digest;
  result.facts.derived_digest = result.derived_digest;
  result.facts.stopped = result.stopped;
  if (gate) {
    result.facts.durability = "disk";
    result.facts.order_wait = order_wait(*gate);
  }
  return result;
}

}  // namespace omega::replay
