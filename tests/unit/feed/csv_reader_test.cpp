// Guards: columns that are taken for something else than their header says, and times read in the wrong unit or zone.
#include "adapters/feed/csv_reader.hpp"

#include "adapters/feed/price_path.hpp"
#include "tests/unit/feed/feed_fixture.hpp"

namespace omega::feed::testing {
namespace {

Result<Imported> import_text(const TempFolder& folder, const std::string& text, ImportOptions options) {
  options.files = {folder.write("bars.csv", text)};
  return run_import({options});
}

std::string refusal(const TempFolder& folder, const std::string& text, const ImportOptions& options) {
  auto imported = import_text(folder, text, options);
  EXPECT_FALSE(imported);
  if (imported) return "";
  EXPECT_EQ(imported.error().kind, ErrorKind::kUsage) << imported.error().message;
  return imported.error().message;
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

TEST(CsvReader, the_same_minute_reads_the_same_in_every_way_to_write_it) {
  const TempFolder folder;
  const std::string prices = ",1.2,1.3,1.1,1.25\n";
  const std::vector<std::pair<std::string, std::string>> ways{
      {"timestamp,open,high,low,close", "2018-03-05 15:00:00+00:00"}, {"time,open,high,low,close", "2018-03-05T10:00:00-05:00"},
      {"datetime_utc,open,high,low,close", "2018-03-05 15:00"},       {"ts,o,h,l,c", "1520262000"},
      {"open_time,Open,High,Low,Close", "1520262000000"},             {"timestamp,\"open\",<HIGH>,low,close", "1520262000000000"},
      {"<DATE>,<TIME>,open,high,low,close", "2018.03.05,15:00:00Z"}};
  for (const auto& [header, stamp] : ways) {
    auto imported = import_text(folder, header + "\n" + stamp + prices, csv_options({}, PriceBasis::kMid));
    if (header.starts_with("<DATE>")) {  // an offset belongs to a whole timestamp only
      EXPECT_FALSE(imported);
      continue;
    }
    ASSERT_TRUE(imported) << header << ": " << imported.error().message;
    EXPECT_EQ(utc_text(imported.value().bars[0].t_open).substr(0, 16), "2018-03-05T15:00") << header;
    EXPECT_EQ(path_text(imported.value().bars[0]), "1.2/1.3/1.1/1.25");
  }
}

TEST(CsvReader, date_and_time_columns_are_read_in_the_zone_given) {
  const TempFolder folder;
  auto o = csv_options({}, PriceBasis::kBid);
  o.tz = "NewYork";
  auto imported = import_text(folder, "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n2018.03.05\t10:00:00\t1.2\t1.3\t1.1\t1.25\t17\n", o);
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(utc_text(imported.value().bars[0].t_open).substr(0, 16), "2018-03-05T15:00");
  EXPECT_EQ(imported.value().report.sources[0].notes, "columns ignored: tickvol");
  o.volume = VolumeChoice::kTicks;
  imported = import_text(folder, "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n2018.03.05\t10:00:00\t1.2\t1.3\t1.1\t1.25\t17\n", o);
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported.value().bars[0].n_ticks, 17u);
  EXPECT_EQ(imported.value().bars[0].volume_kind, VolumeKind::kTicks);
}

TEST(CsvReader, a_stamp_of_the_close_moves_the_bar_a_minute_back) {
  const TempFolder folder;
  auto o = csv_options({}, PriceBasis::kBid);
  o.stamp = StampOf::kClose;
  auto imported = import_text(folder, "ts_utc,open,high,low,close\n2018-03-05 15:01,1.2,1.3,1.1,1.25\n", o);
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(utc_text(imported.value().bars[0].t_open).substr(0, 16), "2018-03-05T15:00");
}

TEST(CsvReader, columns_of_both_sides_make_bid_and_ask_bars) {
  const TempFolder folder;
  const std::string text = "symbol;ts_utc;bid_open;bid_high;bid_low;bid_close;ask_open;ask_high;ask_low;ask_close\n"
                           "GBPUSD;2018-03-05 15:00;1.2;1.3;1.1;1.25;1.21;1.31;1.11;1.26\n"
                           "EURUSD;2018-03-05 15:00;1.2;1.3;1.1;1.25;1.21;1.31;1.11;1.26\n"
                           "EURXXX;2018-03-05 15:00;1.2;1.3;1.1;1.25;1.21;1.31;1.11;1.26\n";
  auto o = csv_options({});
  o.symbol.clear();
  auto imported = import_text(folder, text, o);
  ASSERT_TRUE(imported) << imported.error().message;
  ASSERT_EQ(imported.value().bars.size(), 2u);
  EXPECT_EQ(imported.value().bars[0].instrument, 0);
  EXPECT_EQ(imported.value().bars[1].instrument, 1);
  EXPECT_EQ(imported.value().bars[0].ask_close, 1'260'000'000);
  EXPECT_EQ(imported.value().bars[0].basis, PriceBasis::kBidAsk);
  EXPECT_EQ(imported.value().report.sources[0].symbol, "EURUSD+GBPUSD");
  EXPECT_EQ(imported.value().report.sources[0].count(RowKind::kUnknownSymbol), 1u);
  auto bid_only = csv_options({}, PriceBasis::kBid);
  auto one = import_text(folder, text.substr(0, text.rfind("EURXXX")), bid_only);
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one.value().bars[0].ask_close, 0);
}

TEST(CsvReader, quotes_become_bars_with_tick_counts) {
  const TempFolder folder;
  auto o = csv_options({});
  o.symbol = "AUDJPY";
  o.volume = VolumeChoice::kTicks;
  auto imported = import_text(folder, "timestamp,bid,ask\n2013-01-01 22:00:00.295000+00:00,86.655,86.728\n2013-01-01 22:00:35+00:00,86.657,86.728\n", o);
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported.value().bars[0].n_ticks, 2u);
  EXPECT_EQ(imported.value().bars[0].bid_close, 86'657'000'000);
}

TEST(CsvReader, a_header_that_lacks_something_is_refused_with_what_was_found_and_expected) {
  const TempFolder folder;
  const auto o = csv_options({}, PriceBasis::kBid);
  std::string e = refusal(folder, "1597971200000,0.1,0.2,0.1,0.2\n", o);
  EXPECT_TRUE(has(e, "must name the columns") && has(e, "1597971200000") && has(e, "expected timestamp")) << e;
  e = refusal(folder, "ts_utc,open,high,close\n", o);
  EXPECT_TRUE(has(e, "found: ts_utc, open, high, close") && has(e, "expected open, high, low, close")) << e;
  EXPECT_TRUE(has(refusal(folder, "ts_utc,open,open,high,low,close\n", o), "twice"));
  EXPECT_TRUE(has(refusal(folder, "ts_utc,open,high,low,close\n", csv_options({})), "--price-basis"));
  auto column = o;
  column.volume = VolumeChoice::kColumn;
  EXPECT_TRUE(has(refusal(folder, "ts_utc,open,high,low,close\n", column), "--volume column needs"));
  auto nobody = o;
  nobody.symbol.clear();
  EXPECT_TRUE(has(refusal(folder, "ts_utc,open,high,low,close\n", nobody), "--symbol"));
}

TEST(CsvReader, the_zone_must_be_stated_once_and_without_contradiction) {
  const TempFolder folder;
  auto o = csv_options({}, PriceBasis::kBid);
  EXPECT_TRUE(has(refusal(folder, "time,open,high,low,close\n2018-03-05 15:00,1,1,1,1\n", o), "needs --tz"));
  o.tz = "NewYork";
  EXPECT_TRUE(has(refusal(folder, "time,open,high,low,close\n2018-03-05 15:00Z,1,1,1,1\n", o), "leave --tz out"));
  EXPECT_TRUE(has(refusal(folder, "time_utc,open,high,low,close\n2018-03-05 15:00,1,1,1,1\n", o), "leave --tz out"));
  o.tz = "UTC";
  EXPECT_TRUE(import_text(folder, "time,open,high,low,close\n2018-03-05 15:00Z,1,1,1,1\n", o));
}

TEST(CsvReader, crlf_files_quoted_fields_and_spaces_after_commas_are_read) {
  const TempFolder folder;
  auto imported = import_text(folder, "time_utc, open, high, low, close\r\n\"2018-03-05 15:00\", 1.2, 1.3, 1.1, 1.25\r\n", csv_options({}, PriceBasis::kBid));
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(path_text(imported.value().bars[0]), "1.2/1.3/1.1/1.25");
  EXPECT_EQ(imported.value().report.sources[0].count(RowKind::kCrlf), 0u);
  EXPECT_EQ(imported.value().report.sources[0].count(RowKind::kLeadingSpace), 1u);
}

TEST(CsvReader, bid_and_ask_files_pair_and_a_minute_with_one_side_is_rejected) {
  const TempFolder folder;
  const std::string header = "time_utc,open,high,low,close\n";
  auto bid = csv_options({folder.write("bid.csv", header + "2018-03-05 15:00,1.2,1.2,1.2,1.2\n2018-03-05 15:01,1.2,1.2,1.2,1.2\n")}, PriceBasis::kBid);
  auto ask = csv_options({folder.write("ask.csv", header + "2018-03-05 15:01,1.3,1.3,1.3,1.3\n2018-03-05 15:02,1.3,1.3,1.3,1.3\n")}, PriceBasis::kAsk);
  auto imported = run_import({bid, ask});
  ASSERT_TRUE(imported) << imported.error().message;
  ASSERT_EQ(imported.value().bars.size(), 1u);
  EXPECT_EQ(imported.value().bars[0].ask_close, 1'300'000'000);
  EXPECT_EQ(imported.value().report.sources[0].count(RowKind::kUnpairedSide), 1u);
  EXPECT_EQ(imported.value().report.sources[1].count(RowKind::kUnpairedSide), 1u);
  EXPECT_EQ(imported.value().report.sources[1].listed[0].line, 3u);
}

}  // namespace
}  // namespace omega::feed::testing
