// What:     SIGINT and SIGTERM as a flag that the driver looks at between events.
// Owner:    the process.   Threads: the handler writes, the engine's thread reads.
#pragma once

#include <atomic>

namespace omega::cli {

/// Installs the handlers (first call) and returns the flag.
[[nodiscard]] const std::atomic<bool>& stop_on_signal();

}  // namespace omega::cli
