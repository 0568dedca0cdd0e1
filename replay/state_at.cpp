#include "replay/state_at.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "journal/config_json.hpp"
#include "journal/manifest.hpp"
#include "journal/snapshot.hpp"
#include "replay/engine_identity.hpp"
#include "replay/halt_guard.hpp"
#include "replay/strategy_plugin.hpp"

namespace omega::replay {
namespace {

constexpr const char* kMisfit = "its state does not fit this engine";

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
  if (Status s = load_recorded_plugins(config.value()); !s) return s.error();
  if (!reader.has_lane(Lane::kInputs)) return Error{ErrorKind::kUsage, dir.string() + ": holds no inputs yet"};
  const Seq target = seq == 0 ? ~Seq{0} : seq;

  StateAt state;
  state.config = std::make_unique<const EngineConfig>(std::move(config).value());
  journal::LaneCursor inputs = reader.lane(Lane::kInputs);
  std::optional<Error> unreadable;
  if (snapshots) {
    journal::SnapshotSearch search = journal::find_snapshot(reader, engine_identity(), target, [&](const journal::Snapshot& s) -> Status {
      state.engine = fresh_engine(*state.config);
      if (!state.engine->load(s.stages)) return Error{ErrorKind::kData, kMisfit};
      return journal::seek_position(inputs, s.lanes[0]);
    });
    state.ignored = std::move(search.ignored);
    unreadable = std::move(search.unreadable);
    if (search.found) {
      state.snapshot_seq = state.seq = search.found->seq;
      state.ts = search.found->ts;
    }
  }
  if (state.snapshot_seq == 0) {
    if (Status s = reader.require_unpruned("the state without a usable snapshot before it", std::array{Lane::kInputs}); !s)
      return unreadable ? *unreadable : s.error();
    state.engine = fresh_engine(*state.config);
    inputs = reader.lane(Lane::kInputs);
  }

  dump_halts_to(dir);
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
