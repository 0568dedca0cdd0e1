#include <fstream>

#include "replay/export/table_writer.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

class CsvWriter final : public TableWriter {
 public:
  explicit CsvWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~CsvWriter() override {
    std::error_code ignored;
    if (!finished_) std::filesystem::remove_all(folder_, ignored);
  }
  CsvWriter(const CsvWriter&) = delete;
  CsvWriter& operator=(const CsvWriter&) = delete;

  void begin(const std::string& table, const std::vector<Column>& columns) override {
    close();
    name_ = folder_ / (table + ".csv");
    out_.open(name_);
    std::string line;
    for (const Column& c : columns) line += (line.empty() ? "" : ",") + quoted(c.name);
    out_ << line << "\r\n";
  }
  void row(const std::vector<Json>& values) override {
    std::string line;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Json& v = values[i];
      if (i > 0) line += ',';
      line += v.is_null() ? "" : v.is_string() ? quoted(v.get<std::string>()) : quoted(v.dump());
    }
    out_ << line << "\r\n";
  }
  Status finish() override {
    close();
    if (failed_.empty()) {
      finished_ = true;
      return Ok{};
    }
    return Error{ErrorKind::kEnvironment, failed_ + ": cannot write; free the disk or give another folder"};
  }

 private:
  void close() {
    if (!out_.is_open()) return;
    out_.close();
    if (!out_ && failed_.empty()) failed_ = name_.string();
    out_.clear();
  }
  std::filesystem::path folder_, name_;
  std::ofstream out_;
  std::string failed_;
  bool finished_ = false;
};

}  // namespace

Result<std::unique_ptr<TableWriter>> open_csv(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder, error)) {
    return Error{ErrorKind::kUsage, folder.string() + ": is there already; give a new folder, nothing is written over"};
  }
  if (!std::filesystem::create_directories(folder, error)) {
    return Error{ErrorKind::kEnvironment, folder.string() + ": cannot be made (" + error.message() + "); give another folder"};
  }
  return std::unique_ptr<TableWriter>(std::make_unique<CsvWriter>(folder));
}

}  // namespace omega::replay
