// What:     The log of a run: stderr and a rotating file, written by a thread of its own.
// Owner:    the command that starts it.   Threads: log_* from any thread; start, drain, stop from the main thread.
// Errors:   a log that cannot be written (a reader that does not read, a full disk) never stops, slows or ends a run: its
//           lines are dropped and counted.
// Source:   RELIABILITY F29.
#pragma once

#include <cstdint>
#include <string>

namespace omega::cli {

/// quiet: on stderr warnings only.
void start_logging(const std::string& log_dir, bool quiet);
void log_info(const std::string& text);
void log_warning(const std::string& text);
/// Waits until every line is written, but not long, and answers how many were not: dropped, or stuck in a sink.
[[nodiscard]] std::uint64_t drain_logging();
/// Ends the log. False when a sink is stuck: its thread is left behind, and may hold stderr, so that the process must end
/// without the usual flushing (std::_Exit).
[[nodiscard]] bool stop_logging();

}  // namespace omega::cli
