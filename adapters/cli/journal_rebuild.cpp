// omega journal rebuild: the derived lanes again, from the inputs, to the byte.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/cli/journal_command.hpp"
#include "replay/rebuild.hpp"

namespace omega::cli {

int journal_rebuild(const JournalOptions& o) {
  const auto result = replay::rebuild_journal(o.dir);
  if (!result) return fail(result.error());
  const replay::RebuildReport& report = result.value();
  if (o.common.json) {
    nlohmann::ordered_json lanes = nlohmann::ordered_json::array();
    for (const replay::RebuiltLane& lane : report.lanes)
      lanes.push_back({{"lane", kLaneName[static_cast<std::size_t>(lane.lane)]}, {"frames", lane.frames}, {"bytes", lane.bytes},
                       {"before", lane.before}, {"replaced", lane.replaced}});
    std::cout << nlohmann::ordered_json{{"schema", "omega.journal-rebuild/1"}, {"path", o.dir}, {"inputs", report.inputs},
                                        {"recovered", report.lifted}, {"lanes", std::move(lanes)}}.dump(2) << '\n';
    return kDone;
  }
  for (const replay::RebuiltLane& lane : report.lanes)
    std::cout << fmt::format("  {:<9} {} frames, {}\n", kLaneName[static_cast<std::size_t>(lane.lane)], lane.frames,
                             lane.replaced ? "made again (was: " + lane.before + ")" : "identical, kept");
  std::cout << fmt::format("{}: derived again from {} inputs{}\n", o.dir, report.inputs, report.lifted ? ", journal recovered" : "");
  return kDone;
}

}  // namespace omega::cli
