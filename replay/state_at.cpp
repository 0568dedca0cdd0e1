#include "replay/state_at.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "journal/config_json.hpp"
#include "journal/manifest.hpp"
#include "journal/snapshot.hpp"
#include "replay/engine_identity.hpp"

namespace omega::replay {
namespace {

NullSink& null_sink() {
  static NullSink sink;  // holds nothing
  return sink;
}

std::unique_ptr<StageReplay> fresh_engine(const EngineConfig& config) {
  LaneSinks sinks{};
  sinks.fill(&null_sink());
  return std::make_unique<StageReplay>(config, sinks);
}

}  // namespace

std::uint64_t StateAt::digest() const {
  StateWriter state;
  engine->save(state);
  return XXH3_64bits(state.bytes().data(), state.bytes().size());
}

Result<StateAt> state_at(const std::filesystem::path& dir, Seq seq, bool snapshots) {
  auto opened = journal::JournalReader::open(dir);
  if (!opened) return opened.error();
  const journal::JournalReader& reader = *opened.value();
  auto config = journal::config_from_json(reader.manifest().doc.value("config", nlohmann::json()));
  if (!config) return Error{ErrorKind::kData, fmt::format("{}: the manifest holds no engine configuration ({})", dir.string(), config.error().message)};
  if (!reader.has_lane(Lane::kInputs)) return Error{ErrorKind::kUsage, dir.string() + ": holds no inputs yet"};
  const Seq target = seq == 0 ? ~Seq{0} : seq;

  StateAt state;
  state.config = std::make_unique<const EngineConfig>(std::move(config).value());
  journal::LaneCursor inputs = reader.lane(Lane::kInputs);
  for (Seq latest = target; snapshots;) {
    journal::SnapshotSearch search = journal::find_snapshot(reader, engine_identity(), latest);
    state.ignored.insert(state.ignored.end(), search.ignored.begin(), search.ignored.end());
    if (!search.found) break;
    state.engine = fresh_engine(*state.config);
    journal::LaneCursor there = reader.lane(Lane::kInputs);
    const journal::Snapshot& s = *search.found;
    if (state.engine->load(s.stages) && journal::seek_position(there, s.lanes[0])) {
      inputs = std::move(there);
      state.snapshot_seq = state.seq = s.seq;
      state.ts = s.ts;
      break;
    }
    state.ignored.push_back(fmt::format("seq {}: its state does not fit this engine", s.seq));
    if (s.seq <= 1) break;
    latest = s.seq - 1;
  }
  if (state.snapshot_seq == 0) state.engine = fresh_engine(*state.config);

  journal::FrameView frame{};
  InputEvent event;
  while (state.seq < target && inputs.next(frame)) {
    if (!input_event(frame, event))
      return Error{ErrorKind::kData, fmt::format("{}: lane inputs, seq {}: not an input event; run omega journal check", dir.string(), frame.seq)};
    state.engine->step(event);
    state.seq = event.seq;
    state.ts = event.ts();
  }
  if (inputs.error()) return *inputs.error();
  if (seq != 0 && state.seq != seq)
    return Error{ErrorKind::kUsage, fmt::format("{}: seq {} is not in the journal, its last input is {}", dir.string(), seq, state.seq)};
  return state;
}

}  // namespace omega::replay
