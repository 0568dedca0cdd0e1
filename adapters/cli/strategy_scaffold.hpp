// What:     Files of a new strategy that compiles, raises signals and is tested as it stands: in the source tree (strategy, test, config
//           block) or beside it as a shared object (strategy, CMakeLists.txt).
// Owner:    none.   Threads: any.
// Errors:   kUsage: a name that is not free or not lower_snake_case, a folder that is no source tree; kEnvironment: cannot write.
//           Nothing that exists is overwritten.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/core/result.hpp"

namespace omega::cli {

/// Adds to a source tree; returns what was written, the config file last.
[[nodiscard]] Result<std::vector<std::filesystem::path>> scaffold_in_tree(const std::string& name, const std::filesystem::path& tree);
/// Makes the folder NAME under `parent`.
[[nodiscard]] Result<std::vector<std::filesystem::path>> scaffold_plugin(const std::string& name, const std::filesystem::path& parent);

}  // namespace omega::cli
