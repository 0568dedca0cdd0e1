#include "adapters/config/issues.hpp"

#include <algorithm>
#include <numeric>

namespace omega::config {

std::string Place::text() const { return line > 0 ? file + ":" + std::to_string(line) : file; }

void Issues::add(const Place& place, const std::string& key, const std::string& complaint) {
  lines_.push_back(place.text() + ": " + (key.empty() ? "" : key + ": ") + complaint);
}

std::string Issues::text() const {
  std::string all;
  for (const std::string& line : lines_) all += (all.empty() ? "" : "\n") + line;
  return all;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replace = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replace});
    }
  }
  return row[b.size()];
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_edits = static_cast<std::size_t>(-1);
  for (const std::string& candidate : candidates) {
    const std::size_t edits = edit_distance(name, candidate);
    if (edits < best_edits) { best_edits = edits; best = candidate; }
  }
  return best;
}

}  // namespace omega::config
