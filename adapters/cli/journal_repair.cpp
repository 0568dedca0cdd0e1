// omega journal repair: says what will be lost, and cuts it when told to.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/cli/journal_command.hpp"
#include "journal/recovery.hpp"
#include "journal/lane_store.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;
using journal::LaneRecovery;

const char* name_of(const LaneRecovery& lane) { return kLaneName[static_cast<std::size_t>(lane.lane)]; }

/// The place behind the last frame that stays; a lane without frames ends at the start of its first segment.
std::uint32_t segment_of(const LaneRecovery& lane) { return lane.end.segment == 0 ? 1 : lane.end.segment; }

Json lane_json(const LaneRecovery& lane) {
  return {{"lane", name_of(lane)}, {"decision", journal::decision_name(lane.decision)}, {"why", lane.why},
          {"segment", segment_of(lane)}, {"offset", lane.end.offset}, {"frames", lane.end.frames}, {"last_seq", lane.end.seq},
          {"frames_cut", lane.frames_cut}, {"bytes_cut", lane.bytes_cut}};
}

std::string lane_text(const LaneRecovery& lane) {
  const std::string kept = fmt::format("{} frames stay, to seq {}", lane.end.frames, lane.end.seq);
  const std::string lost = lane.frames_cut == 0 && lane.bytes_cut == 0
                               ? "nothing is lost"
                               : fmt::format("{} frames and {} bytes are lost, from {} offset {}", lane.frames_cut, lane.bytes_cut,
                                             journal::segment_name(segment_of(lane)), lane.end.offset);
  return fmt::format("  {:<9} {}: {}; {} ({})\n", name_of(lane), journal::decision_name(lane.decision), kept, lost, lane.why);
}

}  // namespace

int journal_repair(const JournalOptions& o) {
  const auto result = o.yes ? journal::repair(o.dir) : journal::plan_repair(o.dir);
  if (!result) return fail(result.error());
  const journal::RecoveryReport& report = result.value();
  if (o.common.json) {
    Json lanes = Json::array();
    for (const LaneRecovery& lane : report.lanes) lanes.push_back(lane_json(lane));
    std::cout << Json{{"schema", "omega.journal-repair/1"}, {"path", o.dir}, {"needed", report.changed},
                      {"done", report.changed && o.yes}, {"lanes", std::move(lanes)}}.dump(2) << '\n';
  } else if (!report.changed) {
    std::cout << o.dir << ": " << journal::state_name(report.before) << " and whole, nothing to repair\n";
  } else {
    for (const LaneRecovery& lane : report.lanes) std::cout << lane_text(lane);
    std::cout << o.dir << (o.yes ? ": repaired\n" : ": nothing was changed; run it again with --yes to do this\n");
  }
  return report.changed && !o.yes ? kAnswerIsNo : kDone;
}

}  // namespace omega::cli
