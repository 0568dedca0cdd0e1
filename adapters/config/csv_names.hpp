// What:     Names of the data files that a folder of the configuration offers: X for X.csv, sorted, "none" first.
// Owner:    the loader.   Threads: one.   Errors: a folder that is not there offers "none" alone; no memory: std::bad_alloc.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace omega::config {

[[nodiscard]] std::vector<std::string> csv_names(const std::filesystem::path& folder);

}  // namespace omega::config
