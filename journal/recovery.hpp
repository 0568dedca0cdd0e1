// What:     Makes a journal that was not closed fit to be read and continued: cuts what was never acknowledged, ends
//           every lane, says so in the manifest. Or refuses, and quarantines it.
// Owner:    none; takes the journal's lock while it works.   Threads: one.
// Errors:   kEnvironment when it is in use; kData when acknowledged data is damaged (state becomes quarantined).
//           May be killed at any moment and run again: the result is the same.
#pragma once

#include <vector>

#include "journal/recovery_table.hpp"

namespace omega::journal {

struct LaneRecovery {
  Lane lane = Lane::kInputs;
  RecoveryDecision decision = RecoveryDecision::kKeep;
  const char* why = "";
  LanePosition end;              // what stays ends here
  std::uint64_t frames_cut = 0;  // whole frames beyond the inputs' end
  std::uint64_t bytes_cut = 0;   // theirs, and those that were never acknowledged
};

struct RecoveryReport {
  JournalState before = JournalState::kOpen;
  bool changed = false;  // something was done, or (of a plan) is to be done
  std::vector<LaneRecovery> lanes;
};

[[nodiscard]] Result<RecoveryReport> recover(const std::filesystem::path& dir, bool durable = true);
/// What repair() would do now. Takes no lock and changes nothing; refuses what it would refuse, and a journal in use.
[[nodiscard]] Result<RecoveryReport> plan_repair(const std::filesystem::path& dir);
/// recover() on a person's word: a quarantined journal is judged afresh, and stays quarantined when it is refused again.
[[nodiscard]] Result<RecoveryReport> repair(const std::filesystem::path& dir, bool durable = true);
/// A person's word that the damaged files were restored: the next recover() judges the journal afresh.
[[nodiscard]] Status lift_quarantine(const std::filesystem::path& dir, bool durable = true);

}  // namespace omega::journal
