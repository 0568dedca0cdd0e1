// The two writers: every value comes back as it went in, and a failed or abandoned export leaves nothing behind.
#include "replay/export/table_writer.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::replay {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using journal::testing::must;

const std::vector<Column> kColumns{{"seq", "INTEGER"}, {"price", "REAL"}, {"text", "TEXT"}};
const std::vector<Json> kRow{7, 0.1, "a,\"b\"\r\nc"}, kNulls{nullptr, nullptr, nullptr};

void fill(TableWriter& w) {
  w.begin("one", kColumns);
  w.row(kRow);
  w.row(kNulls);
  w.begin("empty", kColumns);
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CsvWriterTest, fields_are_quoted_as_rfc_4180_says_and_null_is_empty) {
  const journal::testing::TempDir dir;
  auto w = must(open_csv(dir / "x"));
  fill(*w);
  must(w->finish());
  EXPECT_EQ(read(dir / "x" / "one.csv"), "seq,price,text\r\n7,0.1,\"a,\"\"b\"\"\r\nc\"\r\n,,\r\n");
  EXPECT_EQ(read(dir / "x" / "empty.csv"), "seq,price,text\r\n");
}

TEST(CsvWriterTest, an_abandoned_export_leaves_nothing_and_an_existing_folder_is_refused) {
  const journal::testing::TempDir dir;
  { fill(*must(open_csv(dir / "x"))); }
  EXPECT_FALSE(fs::exists(dir / "x"));
  must(must(open_csv(dir / "x"))->finish());
  const auto again = open_csv(dir / "x");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::kUsage);
}

TEST(SqliteWriterTest, values_keep_their_type_and_their_digits) {
  const journal::testing::TempDir dir;
  const fs::path file = dir / "x.db";
  auto w = must(open_sqlite(file));
  fill(*w);
  must(w->finish());
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  sqlite3_stmt* rows = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(db, "SELECT seq, price, text FROM one ORDER BY rowid", -1, &rows, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_step(rows), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_type(rows, 0), SQLITE_INTEGER);
  EXPECT_EQ(sqlite3_column_int64(rows, 0), 7);
  EXPECT_EQ(sqlite3_column_double(rows, 1), 0.1);
  EXPECT_STREQ(reinterpret_cast<const char*>(sqlite3_column_text(rows, 2)), "a,\"b\"\r\nc");
  ASSERT_EQ(sqlite3_step(rows), SQLITE_ROW);
  for (int c = 0; c < 3; ++c) EXPECT_EQ(sqlite3_column_type(rows, c), SQLITE_NULL);
  EXPECT_EQ(sqlite3_step(rows), SQLITE_DONE);
  sqlite3_finalize(rows);
  EXPECT_EQ(sqlite3_exec(db, "SELECT * FROM empty", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
}

TEST(SqliteWriterTest, an_abandoned_export_leaves_nothing_and_an_existing_file_is_refused) {
  const journal::testing::TempDir dir;
  const fs::path file = dir / "x.db";
  { fill(*must(open_sqlite(file))); }
  EXPECT_FALSE(fs::exists(file));
  std::ofstream(file) << "mine";
  const auto refused = open_sqlite(file);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(read(file), "mine");
}

}  // namespace
}  // namespace omega::replay
