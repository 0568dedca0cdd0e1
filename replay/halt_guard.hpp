// What:     Ends the program in order when a stage dies of an input (a failed assertion, an escaped exception, a bad access,
//           a division by zero): one line on stderr that names stage and input, the input in halt.json beside the
//           journal, exit code kHaltedExitCode. No later input is taken, no order leaves; every replay halts there too.
// Owner:    the process; main installs it first.   Threads: any thread that runs stages; the context is the thread's own.
// Errors:   a fault outside the stages ends the program as if nothing were installed. Under a sanitizer, whose own handlers
//           say more, nothing is installed.
// Source:   RELIABILITY F15.
#pragma once

#include <filesystem>
#include <string>

namespace omega::replay {

inline constexpr int kHaltedExitCode = 6;
inline constexpr const char* kHaltFile = "halt.json";

void halt_on_stage_fault();

/// Where halt.json goes from now on: the journal that is written or replayed.
void dump_halts_to(const std::filesystem::path& journal_dir);

/// "halted earlier in stage ... at input ...", of the halt.json in the folder; empty when there is none.
[[nodiscard]] std::string recorded_halt(const std::filesystem::path& journal_dir);

}  // namespace omega::replay
