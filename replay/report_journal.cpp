#include "replay/report_journal.hpp"

#include <nlohmann/json.hpp>

#include "journal/config_json.hpp"
#include "journal/manifest.hpp"

namespace omega::replay {

Result<EngineConfig> recorded_config(const journal::JournalReader& reader) {
  auto config = journal::config_from_json(reader.manifest().doc.value("config", nlohmann::json::object()));
  if (config.ok()) return config;
  return Error{ErrorKind::kData, (reader.dir() / journal::kManifestFile).string() + ": " + config.error().message +
                                     "; only journals of omega run and omega backtest hold a run"};
}

Result<RunRecord> read_record(const journal::JournalReader& reader, const EngineConfig& config) {
  RunRecord record(config);
  for (const Lane lane : {Lane::kInputs, Lane::kSignals, Lane::kRisk, Lane::kOrders}) {
    if (!reader.has_lane(lane)) continue;
    journal::LaneCursor cursor = reader.lane(lane);
    journal::FrameView frame;
    while (cursor.next(frame)) record.on(lane, frame.type, frame.seq, frame.body);
    if (cursor.error()) return *cursor.error();
  }
  record.finish();
  return record;
}

}  // namespace omega::replay
