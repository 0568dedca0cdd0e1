#include <memory>
#include <nlohmann/json.hpp>

#include "engine/pipeline/pipeline.hpp"
#include "journal/config_json.hpp"
#include "journal/manifest.hpp"
#include "replay/compare_sink.hpp"
#include "replay/halt_guard.hpp"
#include "replay/session.hpp"
#include "replay/stage_replay.hpp"
#include "replay/strategy_plugin.hpp"

namespace omega::replay {
Result<VerifyResult> verify_journal(const std::filesystem::path& dir, bool parity) {
  auto opened = journal::JournalReader::open(dir);
  if (!opened) return opened.error();
  const journal::JournalReader& reader = *opened.value();
  if (Status s = reader.require_unpruned("verify", journal::kAllLanes); !s) return s.error();
  auto config = journal::config_from_json(reader.manifest().doc.value("config", nlohmann::json()));
  if (!config) {
    return Error{ErrorKind::kData, dir.string() + ": the manifest holds no engine configuration (" +
                                       config.error().message +
                                       "); only journals of omega run and omega backtest can be verified"};
  }
  if (Status s = load_recorded_plugins(config.value()); !s) return s.error();

  std::array<std::unique_ptr<CompareSink>, kLaneCount> compare;
  LaneSinks sinks{};
  NullSink null;
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    const Lane lane = static_cast<Lane>(l);
    compare[l] = std::make_unique<CompareSink>(lane, reader.lane(lane));
    sinks[l] = compare[l].get();
  }
  // Without parity the inputs are the given; nobody appends to their lane.
  const std::size_t first_lane = parity ? 0 : 1;

  dump_halts_to(dir);
  VerifyResult result;
  journal::LaneCursor inputs = reader.lane(Lane::kInputs);
  journal::FrameView frame{};
  InputEvent event;
  const auto differs = [&] {
    for (std::size_t l = first_lane; l < kLaneCount; ++l) {
      if (!compare[l]->ok()) return true;
    }
    return false;
  };
  std::unique_ptr<Pipeline> pipeline;
  std::unique_ptr<StageReplay> stages;
  if (parity) {
    pipeline = std::make_unique<Pipeline>(config.value(), sinks);
  } else {
    stages = std::make_unique<StageReplay>(config.value(), sinks);
  }
  while (!differs() && inputs.next(frame)) {
    if (!input_event(frame, event)) {
      return Error{ErrorKind::kData, dir.string() + ": lane inputs, seq " + std::to_string(frame.seq) +
                                         ": not an input event; run omega journal check"};
    }
    ++result.events;
    if (!parity) {
      stages->step(event);
    } else if (is_external(event.type)) {
      event.seq = 0;
      pipeline->on_external(event);
    }
  }
  if (inputs.error()) return *inputs.error();
  // A session stopped between two inputs may end with the external event's own output only: nothing is pending.
  for (std::size_t l = first_lane; l < kLaneCount; ++l) {
    if (!differs()) compare[l]->finish();
    result.derived_events += l == 0 ? 0 : compare[l]->compared();
    if (result.detail.empty() && compare[l]->difference()) result.detail = *compare[l]->difference();
  }
  result.identical = result.detail.empty();
  return result;
}

}  // namespace omega::replay
