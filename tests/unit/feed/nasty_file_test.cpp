// Guards: a defect in a data file that passes unseen, is found at the wrong line, or is reported where there is none.
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/unit/feed/feed_fixture.hpp"

namespace omega::feed::testing {
namespace {

using Finding = std::pair<std::uint64_t, std::string>;  // line, kind

std::multiset<Finding> findings(const SourceQuality& q) {
  std::multiset<Finding> out;
  for (const BadRow& r : q.listed) out.emplace(r.line, info(r.kind).name);
  return out;
}

/// The manifest's words for what we name otherwise.
std::string kind_of(const std::string& defect) {
  static const std::map<std::string, std::string> names{{"out_of_order_swap", "out_of_order"},
                                                        {"comma_instead_of_semicolon", "wrong_separator"},
                                                        {"spike_x10", "spike"},
                                                        {"drop_15_minutes", "gap"},
                                                        {"truncated_last_line_no_newline", "truncated_last_line"}};
  const auto it = names.find(defect);
  return it == names.end() ? defect : it->second;
}

TEST(NastyFile, every_injected_defect_is_found_at_its_line_with_its_kind_and_none_else) {
  OMEGA_NEEDS_DATA();
  const auto folder = data_folder() / "nasty";
  std::ifstream in(folder / "EURUSD_2018-03_m1_nasty.manifest.json");
  std::multiset<Finding> expected;
  for (const auto& entry : nlohmann::json::parse(in)) {
    expected.emplace(entry.at("line").get<std::uint64_t>(), kind_of(entry.at("defect").get<std::string>()));
  }
  ASSERT_EQ(expected.size(), 67u);
  auto options = histdata_options({folder / "EURUSD_2018-03_m1_nasty.csv"});
  options.symbol = "EURUSD";
  auto imported = run_import({options});
  ASSERT_TRUE(imported) << imported.error().message;
  ASSERT_EQ(imported.value().report.sources.size(), 1u);
  EXPECT_EQ(findings(imported.value().report.sources[0]), expected);
  EXPECT_FALSE(imported.value().report.clean());
}

TEST(NastyFile, quarantined_rows_are_journaled_marked_and_rejected_ones_are_not) {
  OMEGA_NEEDS_DATA();
  auto options = histdata_options({data_folder() / "nasty" / "EURUSD_2018-03_m1_nasty.csv"});
  options.symbol = "EURUSD";
  auto imported = run_import({options});
  ASSERT_TRUE(imported) << imported.error().message;
  const SourceQuality& q = imported.value().report.sources[0];
  EXPECT_EQ(q.rows, 5965u);
  EXPECT_EQ(q.quarantined, 8 * 3u);   // duplicates of both kinds, disorder, negative, zero, two ranges, spike
  EXPECT_EQ(q.rejected, 9 * 3u + 1);  // fields, separator, nan, text, timestamp, NUL, exponent, overflow; the cut last line
  EXPECT_EQ(q.repaired, 4 * 3u);      // empty line, leading space, CR, byte-order mark
  EXPECT_EQ(q.events, q.rows - q.rejected - 3);  // an empty line holds no bar
  std::map<std::uint16_t, int> by_flag;
  for (const Bar& b : imported.value().bars) {
    if (b.flags != 0) ++by_flag[b.flags];
  }
  EXPECT_EQ(by_flag[bar_flag::kBadDuplicate], 6);
  EXPECT_EQ(by_flag[bar_flag::kBadOrder], 3);
  EXPECT_EQ(by_flag[bar_flag::kBadJump], 3);
  EXPECT_EQ(by_flag[bar_flag::kBadRange], 6);
  EXPECT_EQ(by_flag[bar_flag::kBadPrice] + by_flag[bar_flag::kBadPrice | bar_flag::kBadRange], 6);
}

// The same defects on a file made here, for machines without the data.
class OwnFile {
 public:
  void good(int rows = 5) {
    for (int i = 0; i < rows; ++i) raw(stamp() + ";1.20010;1.20030;1.20000;1.20020;0\n"), ++minute_;
  }
  /// One defective row at the next minute: %t stands for its time.
  void defect(const std::string& kind, std::string row, int minutes = 1) {
    if (const auto at = row.find("%t"); at != std::string::npos) row.replace(at, 2, stamp());
    minute_ += minutes;
    expected_.emplace(line_ + 1, kind);
    raw(row);
  }
  void raw(const std::string& row) {
    text_ += row;
    line_ += static_cast<std::uint64_t>(std::count(row.begin(), row.end(), '\n'));
  }
  void skip(int minutes) { minute_ += minutes; }
  [[nodiscard]] std::string stamp(int ahead = 0) const {
    char out[32];
    const int m = minute_ + ahead;
    std::snprintf(out, sizeof out, "20180307 %02d%02d00", m / 60, m % 60);
    return out;
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::multiset<Finding>& expected() const { return expected_; }

 private:
  std::string text_;
  std::uint64_t line_ = 0;
  int minute_ = 60;
  std::multiset<Finding> expected_;
};

OwnFile make_own_file() {
  OwnFile f;
  f.good();
  f.defect("duplicate_exact", f.stamp(-1) + ";1.20010;1.20030;1.20000;1.20020;0\n", 0);
  f.good();
  f.defect("duplicate_ts_other_prices", f.stamp(-1) + ";1.20010;1.20035;1.20000;1.20020;0\n", 0);
  f.good();
  f.defect("out_of_order", f.stamp(1) + ";1.20010;1.20030;1.20000;1.20020;0\n" + f.stamp() + ";1.20010;1.20030;1.20000;1.20020;0\n", 2);
  f.good();
  f.defect("missing_field", "%t;1.20010;1.20030;1.20000;0\n");
  f.good();
  f.defect("extra_field", "%t;1.20010;1.20030;1.20000;1.20020;0;7\n");
  f.good();
  f.defect("empty_line", "\n", 0);
  f.good();
  f.defect("nan_price", "%t;1.20010;NaN;1.20000;1.20020;0\n");
  f.good();
  f.defect("nan_price", "%t;1.20010;-inf;1.20000;1.20020;0\n");
  f.good();
  f.defect("negative_price", "%t;1.20010;1.20030;-1.20000;1.20020;0\n");
  f.good();
  f.defect("zero_price", "%t;-0.0;-0;0;0;0\n");
  f.good();
  f.defect("high_below_low", "%t;1.20010;1.19990;1.20000;1.20020;0\n");
  f.good();
  f.defect("close_outside_range", "%t;1.20010;1.20030;1.20000;1.20040;0\n");
  f.good();
  f.defect("open_outside_range", "%t;1.20040;1.20030;1.20000;1.20020;0\n");
  f.good();
  f.defect("text_in_price", "%t;N/A;1.20030;1.20000;1.20020;0\n");
  f.good();
  f.defect("text_in_price", "%t;1.20010;1.20030; 1.20000;1.20020;0\n");
  f.good();
  f.defect("bad_timestamp", "20180229 120000;1.20010;1.20030;1.20000;1.20020;0\n", 0);
  f.good();
  f.defect("bad_timestamp", "20180307 120060;1.20010;1.20030;1.20000;1.20020;0\n", 0);
  f.good();
  f.defect("off_minute", "20180307 120030;1.20010;1.20030;1.20000;1.20020;0\n", 0);
  f.good();
  f.defect("wrong_separator", "%t,1.20010,1.20030,1.20000,1.20020,0\n");
  f.good();
  f.defect("spike", "%t;1.20010;12.0030;1.20000;1.20020;0\n");
  f.good();
  f.defect("spike", "%t;12.0010;12.0030;12.0000;12.0020;0\n");
  f.good();
  f.defect("spike", "%t;0.120010;0.120030;0.120000;0.120020;0\n");
  f.good();
  f.skip(15);
  f.defect("gap", "%t;1.20010;1.20030;1.20000;1.20020;0\n");
  f.good();
  f.defect("leading_space", "  %t;1.20010;1.20030;1.20000;1.20020;0\n");
  f.good();
  f.defect("crlf", "%t;1.20010;1.20030;1.20000;1.20020;0\r\n");
  f.good();
  f.defect("nul_byte", "%t;1.20010;1.20030;1.20" + std::string(1, '\0') + "000;1.20020;0\n");
  f.good();
  f.defect("utf8_bom_midfile", "\xef\xbb\xbf%t;1.20010;1.20030;1.20000;1.20020;0\n");
  f.good();
  f.defect("exponent_notation", "%t;1.20010e0;1.20030;1.20000;1.20020;0\n");
  f.good();
  f.defect("overflow_number", "%t;1.20010;9999999999999999999999;1.20000;1.20020;0\n");
  f.good();
  f.defect("overflow_number", "%t;1.20010;9223372036.854775808;1.20000;1.20020;0\n");  // 2^63, one above the largest
  f.good();
  f.defect("price_too_large", "%t;1.20010;9223372036.854775807;1.20000;1.20020;0\n");
  f.good();
  f.defect("bad_volume", "%t;1.20010;1.20030;1.20000;1.20020;x\n");
  f.good();
  f.defect("line_too_long", "%t;" + std::string(700'000, '1') + ";1.20030;1.20000;1.20020;0\n");
  f.good();
  f.defect("truncated_last_line", "%t;1.20010;1.20");
  return f;
}

TEST(NastyFile, each_kind_of_defect_is_found_in_a_file_made_for_it) {
  const TempFolder folder;
  const OwnFile own = make_own_file();
  auto imported = run_import({histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv", own.text())})});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(findings(imported.value().report.sources[0]), own.expected());
}

TEST(NastyFile, a_real_move_after_a_spike_is_not_one) {
  const TempFolder folder;
  OwnFile f;
  f.good();
  f.defect("spike", "%t;12.0010;12.0030;12.0000;12.0020;0\n");
  for (int i = 0; i < 5; ++i) f.raw(f.stamp() + ";2.40010;2.40030;2.40000;2.40020;0\n"), f.skip(1);  // the level doubles and stays
  auto imported = run_import({histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv", f.text())})});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(findings(imported.value().report.sources[0]), f.expected());
}

}  // namespace
}  // namespace omega::feed::testing
