#include <sqlite3.h>

#include "replay/export/table_writer.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

class SqliteWriter final : public TableWriter {
 public:
  SqliteWriter(std::filesystem::path file, sqlite3* db) : file_(std::move(file)), db_(db) { execute("BEGIN"); }
  ~SqliteWriter() override {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
    std::error_code ignored;
    if (!finished_) std::filesystem::remove(file_, ignored);
  }
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  void begin(const std::string& table, const std::vector<Column>& columns) override {
    std::string create = "CREATE TABLE \"" + table + "\" (", values;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      create += (i > 0 ? ", \"" : "\"") + columns[i].name + "\" " + columns[i].type;
      values += i > 0 ? ", ?" : "?";
    }
    execute(create + ")");
    sqlite3_finalize(insert_);
    insert_ = nullptr;
    const std::string insert = "INSERT INTO \"" + table + "\" VALUES (" + values + ")";
    if (!error_ && sqlite3_prepare_v2(db_, insert.c_str(), -1, &insert_, nullptr) != SQLITE_OK) fail();
  }

  void row(const std::vector<Json>& values) override {
    if (error_) return;
    for (std::size_t i = 0; i < values.size(); ++i) bind(static_cast<int>(i) + 1, values[i]);
    if (sqlite3_step(insert_) != SQLITE_DONE || sqlite3_reset(insert_) != SQLITE_OK) fail();
  }

  Status finish() override {
    sqlite3_finalize(insert_);
    insert_ = nullptr;
    execute("COMMIT");
    if (error_) return *error_;
    finished_ = true;
    return Ok{};
  }

 private:
  void bind(int at, const Json& v) {
    if (v.is_null()) sqlite3_bind_null(insert_, at);
    else if (v.is_number_float()) sqlite3_bind_double(insert_, at, v.get<double>());
    else if (v.is_number()) sqlite3_bind_int64(insert_, at, v.get<std::int64_t>());
    else {
      const std::string text = v.is_string() ? v.get<std::string>() : v.dump();
      sqlite3_bind_text(insert_, at, text.c_str(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
  }
  void execute(const std::string& sql) {
    if (!error_ && sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  void fail() {
    if (!error_) error_ = Error{ErrorKind::kEnvironment, file_.string() + ": " + sqlite3_errmsg(db_) + "; free the disk or give another file"};
  }

  std::filesystem::path file_;
  sqlite3* db_;
  sqlite3_stmt* insert_ = nullptr;
  std::optional<Error> error_;
  bool finished_ = false;
};

}  // namespace

Result<std::unique_ptr<TableWriter>> open_sqlite(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    return Error{ErrorKind::kUsage, file.string() + ": is there already; give a new file, nothing is written over"};
  }
  sqlite3* db = nullptr;
  const bool opened = sqlite3_open(file.c_str(), &db) == SQLITE_OK &&
                      sqlite3_exec(db, "PRAGMA user_version = 1", nullptr, nullptr, nullptr) == SQLITE_OK;  // creates the file
  if (!opened) {
    Error error{ErrorKind::kEnvironment, file.string() + ": " + sqlite3_errmsg(db) + "; give a file that can be written"};
    sqlite3_close(db);
    return error;
  }
  return std::unique_ptr<TableWriter>(std::make_unique<SqliteWriter>(file, db));
}

}  // namespace omega::replay
