// What:     Lists of days when exchanges are closed: config/calendar/NAME.csv, lines "YYYY-MM-DD,name" under a header "date,name";
//           lines that begin with # are comments.
// Owner:    the loader.   Threads: one.   Units: days since 1970-01-01.
// Errors:   each bad line becomes an issue with its place; never throws.
#pragma once

#include <cstdint>
#include <filesystem>

#include "adapters/config/issues.hpp"

namespace omega::config {

/// Ascending days of a list; empty, with issues, when anything is wrong with it.
[[nodiscard]] std::vector<std::int64_t> read_holidays(const std::filesystem::path& file, const std::string& shown_as, Issues& issues);

}  // namespace omega::config
