// What:     What the files of config/models have in common: NAME.csv, comments (#), the header of their kind, then rows of cells. The
//           header tells the kinds apart: a file of another kind is refused with that one complaint and not read on.
// Owner:    the loader.   Threads: one.
// Errors:   a wrong header, and a file without rows, become issues with their place; never throws.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/config/issues.hpp"

namespace omega::config {

struct ModelRow {
  Place place;
  std::vector<std::string> cells;  // at least one
};
/// what: "a volatility model", for the complaints.
[[nodiscard]] std::vector<ModelRow> read_model_rows(const std::filesystem::path& file, const std::string& shown_as, const std::string& header,
                                                    const std::string& what, Issues& issues);

}  // namespace omega::config
