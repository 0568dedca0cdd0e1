#include "replay/rebuild.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "journal/check.hpp"
#include "journal/config_json.hpp"
#include "journal/file.hpp"
#include "journal/journal_lock.hpp"
#include "journal/lane_files.hpp"
#include "journal/lane_store.hpp"
#include "journal/manifest.hpp"
#include "journal/recovery.hpp"
#include "journal/writer.hpp"
#include "replay/stage_replay.hpp"
#include "replay/strategy_plugin.hpp"

namespace omega::replay {

namespace fs = std::filesystem;
using journal::LaneCheck;
using journal::Manifest;
using journal::Verdict;

namespace {

constexpr const char* kMark = "rebuild_of";  // in the manifest of the folder beside: it is ours to remove
constexpr std::array kDerived{Lane::kFeatures, Lane::kSignals, Lane::kRisk, Lane::kOrders};

const char* name_of(Lane lane) { return kLaneName[static_cast<std::size_t>(lane)]; }

/// Removes what an interrupted rebuild left; anything else in its place is a stranger's.
Status clear_leftover(const fs::path& beside) {
  std::error_code ec;
  if (!fs::exists(beside, ec)) return Ok{};
  const Result<Manifest> manifest = Manifest::read(beside);
  bool ours = manifest && manifest.value().doc.contains(kMark);
  if (!ours && !fs::exists(beside / journal::kManifestFile, ec))  // died before it had a manifest
    ours = std::all_of(fs::directory_iterator(beside, ec), fs::directory_iterator(), [](const fs::directory_entry& e) {
      return e.path().filename() == journal::kLockFile || e.path().filename() == "manifest.json.tmp";
    });
  if (!ours)
    return Error{ErrorKind::kUsage, fmt::format("{}: is in the way of the rebuild and not of its making; move it away", beside.string())};
  fs::remove_all(beside, ec);
  if (ec) return journal::system_error("remove", beside, ec.value());
  return Ok{};
}

/// Writes the four derived lanes as a journal of their own; answers with its manifest.
Result<Manifest> derive(const fs::path& dir, const Manifest& manifest, const EngineConfig& config, const fs::path& beside,
                        std::uint64_t& inputs) {
  Manifest own = manifest;
  own.doc.erase("pruned");
  own.doc[kMark] = dir.string();
  auto created = journal::JournalWriter::create(beside, std::move(own), {.segment_bytes = manifest.segment_bytes()});
  if (!created) return created.error();
  journal::JournalWriter& log = *created.value();
  NullSink none;
  LaneSinks sinks{};
  sinks[static_cast<std::size_t>(Lane::kInputs)] = &none;
  for (const Lane lane : kDerived) sinks[static_cast<std::size_t>(lane)] = &log.lane(lane);
  if (auto error = log.error()) return *error;
  StageReplay stages(config, sinks);
  auto files = journal::open_lane(dir, manifest, Lane::kInputs);
  if (!files) return files.error();
  journal::LaneCursor cursor(files.value());
  journal::FrameView frame{};
  InputEvent event;
  while (cursor.next(frame) && log.ok()) {
    if (!input_event(frame, event))
      return Error{ErrorKind::kData, fmt::format("{}: lane inputs, seq {}: not an input event; run omega journal check", dir.string(), frame.seq)};
    stages.step(event);
    ++inputs;
  }
  // A torn tail was judged before and is cut at the end; anything else is news.
  if (cursor.error() && !(cursor.damage() && cursor.damage()->kind == journal::Damage::Kind::kTornTail)) return *cursor.error();
  if (auto error = log.error()) return *error;
  if (Status s = log.close(); !s) return s.error();
  return log.manifest();
}

/// Whether a and b start with the same `bytes` bytes.
Result<bool> same_start(const fs::path& a, const fs::path& b, std::uint64_t bytes) {
  const auto open = [&](const fs::path& path) -> Result<journal::Mapping> {
    Result<journal::Fd> fd = journal::open_file(path, O_RDONLY);
    if (!fd) return fd.error();
    Result<std::uint64_t> size = journal::file_bytes(fd.value(), path);
    if (!size) return size.error();
    return journal::Mapping::map(fd.value(), size.value(), false, path);
  };
  Result<journal::Mapping> x = open(a);
  if (!x) return x.error();
  Result<journal::Mapping> y = open(b);
  if (!y) return y.error();
  if (x.value().bytes() < bytes || y.value().bytes() < bytes) return false;
  return bytes == 0 || std::memcmp(x.value().base(), y.value().base(), bytes) == 0;
}

/// The good frames of the old lane are in the new one, byte for byte, as far as both go.
Result<bool> agrees(const fs::path& old_lane, std::uint32_t first_segment, const LaneCheck& old, const fs::path& new_lane, const LaneCheck& fresh) {
  const journal::LanePosition& end = old.end.covers(fresh.end.segment, fresh.end.offset) ? fresh.end : old.end;
  for (std::uint32_t n = first_segment; n <= end.segment; ++n) {
    const std::string name = journal::segment_name(n);
    std::error_code ec;
    const std::uint64_t bytes = n == end.segment ? end.offset : fs::file_size(new_lane / name, ec);
    if (ec) return journal::system_error("stat", new_lane / name, ec.value());
    Result<bool> same = same_start(old_lane / name, new_lane / name, bytes);
    if (!same || !same.value()) return same;
  }
  return true;
}

Error derives_otherwise(const fs::path& dir, Lane lane, const Manifest& manifest) {
  return Error{ErrorKind::kData,
               fmt::format("{}: {}: this program derives other events than the journal holds, so nothing was changed; use the "
                           "build that made it ({})", dir.string(), name_of(lane), manifest.doc.value("build", ""))};
}

}  // namespace

Result<RebuildReport> rebuild_journal(const fs::path& given) {
  if (Result<Manifest> seen = Manifest::read(given); !seen) return seen.error();
  std::error_code ec;
  const fs::path dir = fs::canonical(given, ec);
  if (ec) return journal::system_error("look at", given, ec.value());
  Result<journal::JournalLock> lock = journal::JournalLock::take(dir);
  if (!lock) return lock.error();
  Result<Manifest> read = Manifest::read(dir);
  if (!read) return read.error();
  Manifest manifest = std::move(read).value();
  const auto config = journal::config_from_json(manifest.doc.at("config"));
  if (!config)
    return Error{ErrorKind::kData, fmt::format("{}: the manifest holds no engine configuration ({}); only journals of omega run and "
                                               "omega backtest have derived lanes", given.string(), config.error().message)};
  if (Status s = load_recorded_plugins(config.value()); !s) return s.error();
  if (const journal::LaneStart start = manifest.lane_start(Lane::kInputs); start.frames != 0)
    return Error{ErrorKind::kData, fmt::format("{}: the inputs up to seq {} were pruned, so derived lanes cannot be made again; use a "
                                               "backup that was made before", given.string(), start.seq)};
  const LaneCheck inputs = check_lane(dir, manifest, Lane::kInputs, false);
  if (inputs.unreadable) return *inputs.unreadable;
  if (!manifest.has_lane(Lane::kInputs) || inputs.verdict > Verdict::kTornTail)
    return Error{ErrorKind::kData, fmt::format("{}: {}; derived lanes come from whole inputs only: restore the inputs from a backup "
                                               "or a replica first", given.string(), inputs.text())};

  const fs::path beside = dir.string() + ".rebuild";
  if (Status s = clear_leftover(beside); !s) return s.error();
  RebuildReport report;
  Result<Manifest> fresh = derive(dir, manifest, config.value(), beside, report.inputs);
  if (!fresh) {
    fs::remove_all(beside, ec);
    return fresh.error();
  }
  bool incomplete = false;
  for (const Lane lane : kDerived) {
    const LaneCheck made = check_lane(beside, fresh.value(), lane, false);
    const bool named = manifest.has_lane(lane);
    const LaneCheck old = named ? check_lane(dir, manifest, lane, false) : LaneCheck{};
    for (const LaneCheck* c : {&made, &old})
      if (c->unreadable) return *c->unreadable;
    const auto recorded = manifest.lane_end(lane);
    Result<bool> same = agrees(dir / name_of(lane), manifest.lane_start(lane).segment, old, beside / name_of(lane), made);
    if (!same) return same.error();
    const bool otherwise = recorded && !(*recorded == *fresh.value().lane_end(lane));
    // A recovered journal may lack the consequences of its last inputs; a closed one is complete.
    const bool may_grow = manifest.state() == journal::JournalState::kRecovered && recorded &&
                          recorded->frames < fresh.value().lane_end(lane)->frames;
    incomplete = incomplete || (otherwise && may_grow);
    if (!same.value() || (otherwise && !may_grow)) {
      fs::remove_all(beside, ec);
      return derives_otherwise(given, lane, manifest);
    }
    const bool pruned = manifest.lane_start(lane).frames != 0;
    const bool whole = manifest.at_rest() && named && !otherwise && !pruned && old.verdict == Verdict::kClean;
    report.lanes.push_back({lane, made.frames, fresh.value().lane_end(lane)->bytes,
                            whole ? "" : !named                         ? "not there"
                                       : old.verdict != Verdict::kClean ? old.text()
                                       : pruned                         ? "pruned"
                                       : otherwise                      ? "without the events of the last inputs"
                                                                        : "not closed",
                            !whole});
  }
  if (incomplete) {
    // Other ends than the recorded ones: open again, so that a crash between two lanes is a recovery's affair.
    manifest.set_state(journal::JournalState::kOpen);
    for (auto& lane : manifest.doc["lanes"]) lane = nlohmann::json::object();
    if (Status s = manifest.write(dir); !s) return s.error();
  }
  // From here on every step leaves each lane old or new, and a next rebuild does the rest.
  for (const RebuiltLane& lane : report.lanes)
    if (lane.replaced)
      if (Status s = journal::exchange(beside / name_of(lane.lane), dir / name_of(lane.lane)); !s) return s.error();
  bool told = true;  // the manifest is
  for (const RebuiltLane& lane : report.lanes) {
    if (manifest.at_rest() && !manifest.has_lane(lane.lane)) {
      manifest.set_lane_end(lane.lane, *fresh.value().lane_end(lane.lane));
      told = false;
    }
    if (manifest.lane_start(lane.lane).frames != 0) {
      manifest.set_lane_start(lane.lane, {});
      told = false;
    }
  }
  if (!told)
    if (Status s = manifest.write(dir); !s) return s.error();
  if (!manifest.at_rest()) {
    // Repair takes the lock itself, ends the lanes, and lifts the quarantine last.
    lock.value() = journal::JournalLock{};
    if (auto repaired = journal::repair(dir); !repaired) return repaired.error();
    report.lifted = true;
  }
  fs::remove_all(beside, ec);
  if (ec) return journal::system_error("remove", beside, ec.value());
  return report;
}

}  // namespace omega::replay
