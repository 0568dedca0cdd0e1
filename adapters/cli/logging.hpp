// What:     The program's log: asynchronous (a full queue drops the oldest lines, never blocks), to stderr and logs/.
// Owner:    the process, from start_logging() to stop_logging().   Threads: any.
// Errors:   a logs/ folder that cannot be written is said once on stderr; the run goes on without the file.
#pragma once

#include <string>

namespace omega::cli {

void start_logging(const std::string& log_dir, bool quiet);
void log_info(const std::string& text);
/// Also on stderr when the run is quiet.
void log_warning(const std::string& text);
void stop_logging();

}  // namespace omega::cli
