// What:     Tells a file that is not there from a machine that had no memory to open it: the C library answers both with
//           a failed call, and only the first is the user's mistake.
// Owner:    none.   Threads: any.
// Errors:   std::bad_alloc, which main turns into its one line.   Source: RELIABILITY F25.
#pragma once

#include <cerrno>
#include <new>
#include <system_error>

namespace omega::config {

inline void require_memory(const std::error_code& error) {
  if (error == std::errc::not_enough_memory) throw std::bad_alloc();
}
/// After a file stream failed to open: errno is still the call's.
inline void require_memory_to_open() { require_memory({errno, std::generic_category()}); }

}  // namespace omega::config
