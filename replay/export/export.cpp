#include "replay/names.hpp"
#include "replay/export/export.hpp"

#include <span>

#include "engine/pipeline/stages.hpp"
#include "journal/event_fields.hpp"
#include "journal/event_json.hpp"
#include "journal/manifest.hpp"
#include "replay/incident/rederivation.hpp"
#include "replay/report_journal.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;
using journal::FieldInfo;
using journal::FieldKind;
using journal::FieldMeaning;

const char* sql_type(const FieldInfo& f) noexcept {
  switch (f.meaning) {
    case FieldMeaning::kPrice: case FieldMeaning::kQuantity: case FieldMeaning::kMoney: return "REAL";
    case FieldMeaning::kPlain: case FieldMeaning::kDuration: return f.kind == FieldKind::kF64 ? "REAL" : "INTEGER";
    default: return "TEXT";
  }
}

std::vector<Column> columns_of(EventType type) {
  std::vector<Column> columns{{"seq", "INTEGER"}};
  for (const FieldInfo& f : journal::fields_of(type).fields) {
    if (f.count == 1) columns.push_back({f.name, sql_type(f)});
    for (std::size_t i = 1; f.count > 1 && i <= f.count; ++i) columns.push_back({f.name + "_" + std::to_string(i), sql_type(f)});
  }
  return columns;
}

Json flat(const Json& v) {
  if (!v.is_array()) return v;
  std::string names;
  for (const Json& one : v) names += (names.empty() ? "" : " ") + (one.is_string() ? one.get<std::string>() : one.dump());
  return names;
}

std::vector<Json> row_of(const journal::FrameView& frame, const journal::NameTables& names) {
  const Json event = Json::parse(journal::to_json_line(frame, names));
  std::vector<Json> row{frame.seq};
  for (const FieldInfo& f : journal::fields_of(frame.type).fields) {
    if (f.count == 1) row.push_back(flat(event[f.name]));
    for (std::size_t i = 0; f.count > 1 && i < f.count; ++i) row.push_back(event[f.name][i]);
  }
  return row;
}

class Exporter {
 public:
  Exporter(const journal::JournalReader& reader, const EngineConfig& config, TableWriter& out)
      : reader_(reader), config_(config), names_(names_of(config)), out_(out) {}

  Status table(Lane lane, EventType type) {
    const std::string name(journal::event_type_name(type));
    out_.begin(name, columns_of(type));
    return rows(lane, type, name, [&](const journal::FrameView& f) { out_.row(row_of(f, names_)); return std::uint64_t{1}; });
  }

  /// The vectors, one value a row, named as the catalogue names them.
  Status features() {
    NullSink null;
    LaneSinks sinks{};
    sinks.fill(&null);
    const auto stages = std::make_unique<Stages>(config_, sinks);
    std::array<std::vector<std::string>, kTimeframeCount> feature_names;
    for (const FeatureKey& key : stages->requests().keys()) feature_names[static_cast<std::size_t>(key.tf)].push_back(feature_name(key));
    out_.begin("feature_value", {{"seq", "INTEGER"}, {"ts"}, {"instrument"}, {"timeframe"}, {"feature"}, {"value", "REAL"}});
    return rows(Lane::kFeatures, EventType::kFeatureVector, "feature_value", [&](const journal::FrameView& f) {
      const auto& head = f.as<FeatureVectorHead>();
      const auto tf = static_cast<std::size_t>(head.timeframe);
      for (std::size_t i = 0; i < f.list.size(); ++i) {
        const bool known = f.list[i] == f.list[i];
        out_.row({f.seq, journal::rfc3339(head.ts), names_.instruments[head.instrument], kTimeframeName[tf],
                  i < feature_names[tf].size() ? feature_names[tf][i] : std::to_string(i), known ? Json(f.list[i]) : Json(nullptr)});
      }
      return std::uint64_t{f.list.size()};
    });
  }

  void info(const std::string& journal) {
    const nlohmann::json& doc = reader_.manifest().doc;
    out_.begin("export_info", {{"name"}, {"value"}});
    out_.row({"schema", "omega.export/1"});
    out_.row({"journal", journal});
    out_.row({"journal_id", doc.value("journal_id", "")});
    out_.row({"profile", config_.profile});
    out_.row({"mode", config_.mode});
    out_.row({"account_currency", config_.account_currency});
    out_.row({"initial_capital", std::to_string(config_.risk.initial_capital)});
    for (const auto& [table, n] : counts_) out_.row({"rows of " + table, std::to_string(n)});
  }
  [[nodiscard]] const ExportCounts& counts() const noexcept { return counts_; }

 private:
  template <class Put>
  Status rows(Lane lane, EventType type, const std::string& name, Put put) {
    std::uint64_t& count = counts_[name];
    if (!reader_.has_lane(lane)) return Ok{};
    journal::LaneCursor cursor = reader_.lane(lane);
    journal::FrameView frame;
    while (cursor.next(frame)) {
      if (frame.type == type) count += put(frame);
    }
    if (cursor.error()) return *cursor.error();
    return Ok{};
  }

  const journal::JournalReader& reader_;
  const EngineConfig& config_;
  journal::NameTables names_;
  TableWriter& out_;
  ExportCounts counts_;
};

}  // namespace

Result<ExportCounts> export_journal(const std::filesystem::path& dir, const ExportOptions& options, TableWriter& out) {
  static constexpr std::array<std::pair<Lane, EventType>, 14> kTables{{
      {Lane::kSignals, EventType::kSignal}, {Lane::kSignals, EventType::kExitRequest}, {Lane::kSignals, EventType::kStrategyDisabled},
      {Lane::kSignals, EventType::kToxState}, {Lane::kRisk, EventType::kRiskDecision}, {Lane::kRisk, EventType::kKillSwitch},
      {Lane::kOrders, EventType::kOrderCommand}, {Lane::kOrders, EventType::kSignalOutcome}, {Lane::kOrders, EventType::kTradeClosed},
      {Lane::kOrders, EventType::kEquityMark}, {Lane::kInputs, EventType::kExecReport}, {Lane::kInputs, EventType::kControl},
      {Lane::kInputs, EventType::kNewsEvent}, {Lane::kInputs, EventType::kNewsRelease}}};
  auto reader = journal::JournalReader::open(dir);
  if (!reader) return reader.error();
  const auto config = recorded_config(*reader.value());
  if (!config) return config.error();
  Exporter exporter(*reader.value(), config.value(), out);
  for (const auto& [lane, type] : kTables) {
    if (Status s = exporter.table(lane, type); !s) return s.error();
  }
  if (options.bars) {
    for (const EventType type : {EventType::kBar, EventType::kTimer}) {
      if (Status s = exporter.table(Lane::kInputs, type); !s) return s.error();
    }
  }
  if (options.features) {
    if (Status s = exporter.features(); !s) return s.error();
  }
  exporter.info(dir.string());
  if (Status s = out.finish(); !s) return s.error();
  return exporter.counts();
}

}  // namespace omega::replay
