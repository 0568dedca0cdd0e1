#include "adapters/config/model_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "adapters/config/memory.hpp"

namespace omega::config {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

/// The beginning of what a file holds, fit for a message.
std::string excerpt(const std::string& text) {
  constexpr std::size_t kShown = 80;
  std::string out;
  for (const char c : text.substr(0, kShown)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + (text.size() > kShown ? "..." : "");
}

}  // namespace

std::vector<ModelRow> read_model_rows(const std::filesystem::path& file, const std::string& shown_as, const std::string& header,
                                      const std::string& what, Issues& issues) {
  std::vector<ModelRow> rows;
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {  // a pipe would be waited for
    require_memory(error);
    issues.add({shown_as}, "model", fmt::format("expected a file with rows of {}", what));
    return rows;
  }
  errno = 0;
  std::ifstream in(file);
  if (!in) require_memory_to_open();
  bool header_read = false;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    if (header_read) {
      rows.push_back({{shown_as, number}, cells_of(line)});
    } else if (line == header) {
      header_read = true;
    } else {
      issues.add({shown_as, number}, "model", fmt::format("expected the header of {}, '{}', got '{}'", what, header, excerpt(line)));
      return {};
    }
  }
  if (rows.empty()) issues.add({shown_as}, "model", fmt::format("expected at least one row of {}, got none", what));
  return rows;
}

}  // namespace omega::config
