// omega journal info: what a journal holds.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/cli/journal_command.hpp"
#include "journal/manifest.hpp"
#include "journal/check.hpp"
#include "journal/event_json.hpp"
#include "journal/manifest.hpp"
#include "replay/report_time.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;

Json lane_json(const journal::LaneInfo& lane) {
  Json types = Json::object();
  for (const auto& [type, n] : lane.count_by_type) types[std::string(journal::event_type_name(type))] = n;
  return {{"lane", kLaneName[static_cast<std::size_t>(lane.lane)]}, {"frames", lane.frames}, {"bytes", lane.bytes},
          {"segments", lane.segments}, {"first_seq", lane.first_seq}, {"last_seq", lane.last_seq},
          {"from", lane.frames > 0 ? Json(replay::format_time(lane.first_ts)) : Json(nullptr)},
          {"to", lane.frames > 0 ? Json(replay::format_time(lane.last_ts)) : Json(nullptr)},
          {"digest", fmt::format("{:016x}", lane.digest)}, {"checkpoints", lane.checkpoints},
          {"checkpoints_wrong", lane.checkpoints_wrong}, {"types", std::move(types)}};
}

std::string text_member(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

void print_text(const Json& doc) {
  const auto line = [](const char* label, const std::string& value) { std::cout << fmt::format("  {:<16} {}\n", label, value); };
  std::cout << "journal " << doc["path"].get<std::string>() << '\n';
  for (const char* key : {"state", "journal_id", "build", "profile", "mode", "feed", "inputs_digest", "derived_digest"}) {
    if (!doc[key].get<std::string>().empty()) line(key, doc[key].get<std::string>());
  }
  if (!doc["overrides"].empty()) line("overrides", doc["overrides"].dump());
  if (!doc["from"].is_null()) line("period", doc["from"].get<std::string>() + " to " + doc["to"].get<std::string>());
  std::cout << fmt::format("\n  {:<10} {:>12} {:>14} {:>9} {:>12} {:>12}  {}\n", "lane", "events", "bytes", "segments", "first seq",
                           "last seq", "types");
  for (const Json& lane : doc["lanes"]) {
    std::string types;
    for (const auto& [name, n] : lane["types"].items()) types += fmt::format("{}{} {}", types.empty() ? "" : ", ", name, n.get<std::uint64_t>());
    std::cout << fmt::format("  {:<10} {:>12} {:>14} {:>9} {:>12} {:>12}  {}\n", lane["lane"].get<std::string>(),
                             lane["frames"].get<std::uint64_t>(), lane["bytes"].get<std::uint64_t>(),
                             lane["segments"].get<std::uint64_t>(), lane["first_seq"].get<std::uint64_t>(),
                             lane["last_seq"].get<std::uint64_t>(), types);
  }
}

}  // namespace

int journal_info(const JournalOptions& o) {
  const auto result = journal::info(o.dir);
  if (!result) return fail(result.error());
  const journal::InfoReport& info = result.value();
  const auto manifest = journal::Manifest::read(o.dir);
  if (!manifest) return fail(manifest.error());
  const nlohmann::json config = manifest.value().doc.value("config", nlohmann::json::object());
  const nlohmann::json feed = manifest.value().doc.value("feed", nlohmann::json::object());
  Json doc{{"schema", "omega.journal-info/1"}, {"path", o.dir}, {"state", journal::state_name(info.state)},
           {"writer_pid", info.writer_pid}, {"journal_id", info.journal_id}, {"build", info.build},
           {"profile", text_member(config, "profile")}, {"mode", text_member(config, "mode")}, {"feed", text_member(feed, "text")},
           {"overrides", Json(manifest.value().doc.value("overrides", nlohmann::json::array()))},
           {"from", info.from_ts > 0 ? Json(replay::format_time(info.from_ts)) : Json(nullptr)},
           {"to", info.to_ts > 0 ? Json(replay::format_time(info.to_ts)) : Json(nullptr)},
           {"inputs_digest", fmt::format("{:016x}", info.inputs_digest)},
           {"derived_digest", fmt::format("{:016x}", info.derived_digest)}, {"lanes", Json::array()}};
  for (const journal::LaneInfo& lane : info.lanes) doc["lanes"].push_back(lane_json(lane));
  if (o.common.json) {
    std::cout << doc.dump(2) << '\n';
  } else {
    print_text(doc);
  }
  return info.damage ? fail(*info.damage) : kDone;
}

int journal_check(const JournalOptions& o) {
  const auto result = journal::check(o.dir);
  if (!result) return fail(result.error());
  const journal::CheckReport& report = result.value();
  if (o.common.json) {
    Json lanes = Json::array();
    for (const journal::LaneCheck& lane : report.lanes) {
      lanes.push_back({{"lane", kLaneName[static_cast<std::size_t>(lane.lane)]}, {"verdict", journal::verdict_name(lane.verdict)},
                       {"frames", lane.frames}, {"bytes", lane.bytes}, {"segments", lane.segments},
                       {"first_seq", lane.first_seq}, {"last_seq", lane.last_seq}, {"ended", lane.ended},
                       {"segment", lane.segment}, {"offset", lane.offset}, {"bytes_lost", lane.bytes_lost}, {"why", lane.why},
                       {"first_missing_seq", lane.verdict == journal::Verdict::kClean ? Json(nullptr) : Json(lane.first_missing_seq())}});
    }
    std::cout << Json{{"schema", "omega.journal-check/1"}, {"path", o.dir}, {"state", journal::state_name(report.state)},
                      {"writer_pid", report.writer_pid}, {"clean", report.clean()},
                      {"verdict", journal::verdict_name(report.worst())}, {"lanes", std::move(lanes)}}.dump(2) << '\n';
  } else {
    for (const journal::LaneCheck& lane : report.lanes) std::cout << lane.text() << '\n';
    std::cout << o.dir << ": " << journal::state_name(report.state) << ", " << journal::verdict_name(report.worst()) << '\n';
  }
  return report.clean() ? kDone : kAnswerIsNo;
}

}  // namespace omega::cli
