#include "adapters/config/csv_names.hpp"

#include <algorithm>

#include "adapters/config/memory.hpp"

namespace omega::config {

std::vector<std::string> csv_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".csv") names.push_back(it->path().stem().string());
  }
  require_memory(error);
  std::sort(names.begin(), names.end());
  names.insert(names.begin(), "none");
  return names;
}

}  // namespace omega::config
