// What:     Collects every complaint about a configuration, so that the user sees them all at once, and finds the
//           nearest valid name for a misspelt one.
// Owner:    the loader, for the length of one load.   Threads: one.
// Errors:   each issue is one line "file:line: key: expected ..., got ...; did you mean '...'?".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace omega::config {

/// Where a value stands: a file and a line, or the --set option that gave it.
struct Place {
  std::string file;
  int line = 0;  // 1-based; 0 = no line (an option)
  [[nodiscard]] std::string text() const;
};

class Issues {
 public:
  void add(const Place& place, const std::string& key, const std::string& complaint);
  [[nodiscard]] bool empty() const noexcept { return lines_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }
  [[nodiscard]] std::string text() const;  // joined by newlines

 private:
  std::vector<std::string> lines_;
};

/// Edits (insert, delete, replace) between two names: Levenshtein (1966), Soviet Physics Doklady 10(8):707-710.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate with the fewest edits, the first one on a tie; empty when there are no candidates.
[[nodiscard]] std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace omega::config
