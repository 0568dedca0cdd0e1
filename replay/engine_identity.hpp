// What:     Names the program that runs: two programs with the same identity were linked from the same code, so they lay
//           out saved state alike.
// Owner:    none.   Threads: any.
// Source:   the linker's build id (ELF note NT_GNU_BUILD_ID), a hash of the program's content.
#pragma once

#include <string>

namespace omega::replay {

/// Hex digits; "unknown" when the program was linked without a build id (then no snapshot of it can be proved).
[[nodiscard]] const std::string& engine_identity();
inline constexpr const char* kUnknownEngine = "unknown";

}  // namespace omega::replay
