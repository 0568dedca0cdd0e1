// What:     Where an export puts its rows: one table after the other, every table also when it is empty.
// Owner:    the exporter.   Threads: one.
// Errors:   the first failure is kept in error() and everything after it is ignored.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/result.hpp"

namespace omega::replay {

struct Column {
  std::string name;
  const char* type = "TEXT";  // SQL: INTEGER, REAL or TEXT
};

class TableWriter {
 public:
  virtual ~TableWriter() = default;
  virtual void begin(const std::string& table, const std::vector<Column>& columns) = 0;
  /// One value per column: null, integer, real or text.
  virtual void row(const std::vector<nlohmann::ordered_json>& values) = 0;
  /// Nothing of an export that failed is left behind.
  [[nodiscard]] virtual Status finish() = 0;
};

/// A new database; refused when the file is there.
[[nodiscard]] Result<std::unique_ptr<TableWriter>> open_sqlite(const std::filesystem::path& file);
/// A new folder with one file per table (RFC 4180, a header line, null is an empty field); refused when it is there.
[[nodiscard]] Result<std::unique_ptr<TableWriter>> open_csv(const std::filesystem::path& folder);

}  // namespace omega::replay
