// omega journal backup and restore.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/cli/journal_command.hpp"
#include "journal/backup.hpp"

namespace omega::cli {
namespace {

int report(const JournalOptions& o, const char* what, const Result<journal::BackupReport>& result) {
  if (!result) return fail(result.error());
  const journal::BackupReport& r = result.value();
  if (o.common.json) {
    nlohmann::ordered_json lanes = nlohmann::ordered_json::array();
    for (const journal::BackupLane& lane : r.lanes)
      lanes.push_back({{"lane", kLaneName[static_cast<std::size_t>(lane.lane)]}, {"frames", lane.frames}, {"last_seq", lane.last_seq}});
    std::cout << nlohmann::ordered_json{{"schema", std::string("omega.journal-") + what + "/1"}, {"journal", o.dir}, {"backup", o.backup},
                                        {"state", journal::state_name(r.state)}, {"files", r.files}, {"bytes", r.bytes},
                                        {"backup_bytes", r.backup_bytes}, {"digest", r.digest}, {"lanes", std::move(lanes)}}.dump(2) << '\n';
    return kDone;
  }
  for (const journal::BackupLane& lane : r.lanes)
    std::cout << fmt::format("  {:<9} {} frames, to seq {}\n", kLaneName[static_cast<std::size_t>(lane.lane)], lane.frames, lane.last_seq);
  std::cout << fmt::format("{} ({}): {} files, {} bytes; {} has {} bytes; every byte read back, digest {}\n", o.dir,
                           journal::state_name(r.state), r.files, r.bytes, o.backup, r.backup_bytes, r.digest);
  return kDone;
}

}  // namespace

int journal_backup(const JournalOptions& o) { return report(o, "backup", journal::backup(o.dir, o.backup)); }
int journal_restore(const JournalOptions& o) { return report(o, "restore", journal::restore(o.backup, o.dir)); }

}  // namespace omega::cli
