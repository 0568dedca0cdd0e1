// Guards: options that are guessed instead of asked for, volume that is invented silently, series that are mixed up.
#include "adapters/feed/import.hpp"

#include <nlohmann/json.hpp>

#include "adapters/feed/price_path.hpp"
#include "tests/unit/feed/feed_fixture.hpp"

namespace omega::feed::testing {
namespace {

const char* const kHistdataRows = "20180305 100000;1.20010;1.20030;1.20000;1.20020;0\n20180305 100100;1.20020;1.20050;1.20010;1.20040;0\n";

/// The error of an import that must be refused as wrong usage.
std::string refusal(const ImportOptions& options) {
  auto imported = run_import({options});
  EXPECT_FALSE(imported);
  if (imported) return "";
  EXPECT_EQ(imported.error().kind, ErrorKind::kUsage) << imported.error().message;
  EXPECT_EQ(imported.error().message.find('\n'), std::string::npos);
  return imported.error().message;
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

TEST(Import, asks_for_what_histdata_files_do_not_state_and_names_the_allowed_values) {
  const TempFolder folder;
  const auto file = folder.write("DAT_ASCII_EURUSD_M1_2018.csv", kHistdataRows);
  auto o = histdata_options({file});
  o.tz.clear();
  EXPECT_TRUE(has(refusal(o), "--tz") && has(refusal(o), "NewYork-EU-DST"));
  o = histdata_options({file});
  o.basis.reset();
  EXPECT_TRUE(has(refusal(o), "--price-basis") && has(refusal(o), "bid, ask or mid"));
  o = histdata_options({file});
  o.volume.reset();
  EXPECT_TRUE(has(refusal(o), "--volume") && has(refusal(o), "range-proxy"));
  o.volume = VolumeChoice::kTicks;
  EXPECT_TRUE(has(refusal(o), "--volume ticks"));
  o = histdata_options({file});
  o.tz = "EST";
  EXPECT_TRUE(has(refusal(o), "EST") && has(refusal(o), "UTC-5"));
  o = histdata_options({folder.write("some.csv", kHistdataRows)});
  EXPECT_TRUE(has(refusal(o), "--symbol"));
  o.symbol = "EURUSS";
  EXPECT_TRUE(has(refusal(o), "nearest: EURUSD"));
  o = histdata_options({});
  EXPECT_TRUE(has(refusal(o), "no files"));
}

TEST(Import, refuses_a_volume_column_that_is_always_zero) {
  const TempFolder folder;
  auto o = histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv", kHistdataRows)});
  o.volume = VolumeChoice::kColumn;
  EXPECT_TRUE(has(refusal(o), "zero in all 2 rows"));
}

TEST(Import, range_proxy_is_the_true_range_in_ticks_plus_one) {
  const TempFolder folder;
  auto o = histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv",
                                          "20180305 100000;1.20010;1.20030;1.20000;1.20020;0\n"
                                          "20180305 100100;1.20050;1.20060;1.20050;1.20055;0\n"    // gaps up from 1.20020
                                          "20180305 123000;1.30050;1.30060;1.30050;1.30055;0\n")});  // more than 2 h later
  o.volume = VolumeChoice::kRangeProxy;
  auto imported = run_import({o});
  ASSERT_TRUE(imported) << imported.error().message;
  const auto& bars = imported.value().bars;
  EXPECT_EQ(bars[0].volume, 31 * kQtyScale);
  EXPECT_EQ(bars[1].volume, 41 * kQtyScale);
  EXPECT_EQ(bars[2].volume, 11 * kQtyScale);
  EXPECT_EQ(bars[0].volume_kind, VolumeKind::kProxyRange);
  EXPECT_EQ(describe(imported.value().report).instruments[0].volume_kind, VolumeKind::kProxyRange);
}

TEST(Import, bars_are_stamped_at_the_end_of_their_minute_in_utc) {
  const TempFolder folder;
  auto imported = run_import({histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv", kHistdataRows)})});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(utc_text(imported.value().bars[0].t_open), "2018-03-05T15:00:00.000000000Z");
  EXPECT_EQ(imported.value().bars[0].ts, imported.value().bars[0].t_open + kMinute_ns);
  EXPECT_EQ(imported.value().bars[0].basis, PriceBasis::kBid);
  EXPECT_EQ(imported.value().bars[0].ask_close, 0);
  EXPECT_EQ(imported.value().bars[0].volume_kind, VolumeKind::kNone);
}

TEST(Import, on_ambiguous_decides_what_a_repeated_or_skipped_hour_becomes) {
  const TempFolder folder;
  const auto file = folder.write("DAT_ASCII_BTCUSD_M1_2018.csv",
                                 "20180311 023000;9300;9301;9299;9300;0\n"
                                 "20181104 013000;6300;6301;6299;6300;0\n");
  for (const auto& [rule, first, second, bad] :
       {std::tuple{OnAmbiguous::kFirst, "2018-11-04T05:30", "2018-03-11T07:30", false},
        std::tuple{OnAmbiguous::kSecond, "2018-11-04T06:30", "2018-03-11T06:30", false},
        std::tuple{OnAmbiguous::kQuarantine, "2018-11-04T05:30", "2018-03-11T07:30", true}}) {
    auto o = histdata_options({file});
    o.on_ambiguous = rule;
    auto imported = run_import({o});
    ASSERT_TRUE(imported) << imported.error().message;
    const auto& bars = imported.value().bars;
    EXPECT_EQ(utc_text(bars[1].t_open).substr(0, 16), first);
    EXPECT_EQ(utc_text(bars[0].t_open).substr(0, 16), second);
    EXPECT_EQ((bars[1].flags & bar_flag::kBadMask) != 0, bad);
    EXPECT_EQ(imported.value().report.sources[0].ambiguous_times, 1u);
    EXPECT_EQ(imported.value().report.sources[0].skipped_times, 1u);
    EXPECT_FALSE(imported.value().report.clean());
  }
}

TEST(Import, files_of_one_symbol_may_come_in_any_order_and_overlaps_are_duplicates) {
  const TempFolder folder;
  const auto early = folder.write("a/DAT_ASCII_EURUSD_M1_2018.csv", kHistdataRows);
  const auto late = folder.write("b/DAT_ASCII_EURUSD_M1_2018.csv",
                                 "20180305 100100;1.20020;1.20050;1.20010;1.20040;0\n20180305 100200;1.20040;1.20050;1.20010;1.20040;0\n");
  auto imported = run_import({histdata_options({late, early})});
  ASSERT_TRUE(imported) << imported.error().message;
  const ImportReport& r = imported.value().report;
  EXPECT_EQ(r.events, 4u);
  EXPECT_EQ(r.good, 3u);
  EXPECT_EQ(r.sources[0].duplicates, 0u);
  EXPECT_EQ(r.sources[1].count(RowKind::kDuplicateExact), 1u);
  EXPECT_EQ(r.sources[1].listed[0].line, 2u);
}

TEST(Import, nothing_reaches_the_sink_when_a_later_file_is_damaged) {
  const TempFolder folder;
  const auto good = folder.write("DAT_ASCII_EURUSD_M1_2018.csv", kHistdataRows);
  const auto cut = folder.write("DAT_ASCII_GBPUSD_M1_2018.csv.gz", std::string("\x1f\x8b\x08\0\0", 5));
  std::size_t events = 0;
  const std::vector<ImportOptions> sets{histdata_options({good, cut})};
  const auto report = import_files(sets, instrument_table(), [&](const InputEvent&) -> Status { return ++events, Ok{}; });
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::kData);
  EXPECT_EQ(events, 0u);
}

TEST(Import, an_error_of_the_sink_ends_the_import) {
  const TempFolder folder;
  const std::vector<ImportOptions> sets{histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv", kHistdataRows)})};
  const auto report = import_files(sets, instrument_table(), [](const InputEvent&) -> Status { return Error{ErrorKind::kEnvironment, "disk full"}; });
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "disk full");
}

TEST(Import, a_file_of_another_format_or_timeframe_is_refused_as_a_whole) {
  const TempFolder folder;
  auto other = run_import({histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv", "a,b\n1,2\n")})});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::kData);
  EXPECT_TRUE(has(other.error().message, "wrong_separator"));
  std::string five;
  for (int i = 0; i < 60; ++i) {
    char row[80];
    std::snprintf(row, sizeof row, "20180305 %02d%02d00;1.2;1.2;1.2;1.2;0\n", 10 + i / 12, i % 12 * 5);
    five += row;
  }
  auto m5 = run_import({histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2019.csv", five)})});
  ASSERT_FALSE(m5);
  EXPECT_TRUE(has(m5.error().message, "300 s apart")) << m5.error().message;
}

TEST(Import, lean_rows_are_placed_by_the_date_in_the_name) {
  const TempFolder folder;
  const auto file = folder.write("eurusd/20140502_eurusd_minute_quote.csv",
                                 "0,1.3,1.31,1.29,1.3,0,1.301,1.311,1.291,1.301,0\n60000,1.3,1.31,1.29,1.302,0,1.301,1.311,1.291,1.301,0\n");
  auto imported = run_import({lean_options({file}, "UTC-5")});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(utc_text(imported.value().bars[0].t_open).substr(0, 16), "2014-05-02T05:00");
  EXPECT_EQ(imported.value().bars[1].flags, bar_flag::kBadCrossed);
  EXPECT_TRUE(has(refusal(lean_options({file}, "UTC-5", VolumeChoice::kColumn)), "no traded volume"));
  EXPECT_TRUE(has(refusal(lean_options({file}, "UTC-5", VolumeChoice::kTicks)), "needs tick data"));
  EXPECT_TRUE(has(refusal(lean_options({folder.write("20140502_eurusd_hour_quote.csv", "0,1\n")}, "UTC-5")), "hour"));
  EXPECT_TRUE(has(refusal(lean_options({folder.write("eurusd.csv", "0,1\n")}, "UTC-5")), "YYYYMMDD_symbol"));
}

TEST(Import, ticks_become_bars_without_their_crossed_and_late_ones) {
  const TempFolder folder;
  const auto file = folder.write("20140502_eurusd_tick_quote.csv",
                                 "0.5,1.30,1.31\n100,1.32,1.33\n200,1.35,1.34\n59999.9999,1.29,1.29\n60000,1.28,1.30\n"
                                 "150,1.10,1.11\n61000,1.27,1.28\n62000,0,1.28\n");
  auto imported = run_import({lean_options({file}, "UTC", VolumeChoice::kTicks)});
  ASSERT_TRUE(imported) << imported.error().message;
  const auto& bars = imported.value().bars;
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_EQ(bars[0].n_ticks, 3u);
  EXPECT_EQ(bars[0].volume, 3 * kQtyScale);
  EXPECT_EQ(path_text(bars[0]), "1.3/1.32/1.29/1.29");
  EXPECT_EQ(bars[0].ask_high, 1'330'000'000);
  EXPECT_EQ(path_text(bars[1]), "1.28/1.28/1.27/1.27");
  const SourceQuality& q = imported.value().report.sources[0];
  EXPECT_EQ(q.crossed, 1u);
  EXPECT_EQ(q.locked, 1u);
  EXPECT_EQ(q.out_of_order, 1u);
  EXPECT_EQ(q.count(RowKind::kBadTickPrice), 1u);
  EXPECT_EQ(q.rejected, 3u);
}

TEST(Import, the_report_renders_as_text_and_json_with_the_same_numbers) {
  const TempFolder folder;
  auto imported = run_import({histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv", std::string(kHistdataRows) + "garbage\n")})});
  ASSERT_TRUE(imported) << imported.error().message;
  const nlohmann::json doc = to_json(imported.value().report);
  EXPECT_EQ(doc.at("schema"), "omega.import/1");
  EXPECT_EQ(doc.at("rows"), 3);
  EXPECT_EQ(doc.at("events"), 2);
  EXPECT_EQ(doc.at("clean"), false);
  EXPECT_EQ(doc.at("symbols").at(0).at("modelled_spread"), true);
  EXPECT_EQ(doc.at("sources").at(0).at("bad_rows").at(0).at("line"), 3);
  EXPECT_EQ(doc.at("sources").at(0).at("by_kind").at("missing_field"), 1);
  const std::string text = to_text(imported.value().report);
  EXPECT_TRUE(has(text, "DAT_ASCII_EURUSD_M1_2018.csv:3: missing_field (rejected): garbage")) << text;
  EXPECT_TRUE(has(text, "MODELLED_SPREAD"));
  EXPECT_TRUE(has(text, "3 rows, 2 events: 2 good, 0 quarantined; 1 rows rejected, 0 repaired")) << text;
}

TEST(Import, the_text_report_lists_faults_before_gaps_and_never_more_than_asked) {
  const TempFolder folder;
  std::string rows = kHistdataRows;
  rows += "20180305 120000;1.20020;1.20050;1.20010;1.20040;0\nbad one\nbad two\n";
  auto imported = run_import({histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv", rows)})});
  ASSERT_TRUE(imported) << imported.error().message;
  const std::string all = to_text(imported.value().report);
  EXPECT_LT(all.find("bad one"), all.find("bad two"));
  EXPECT_LT(all.find("bad two"), all.find("118 minutes missing"));
  const std::string one = to_text(imported.value().report, 1);
  EXPECT_TRUE(has(one, "bad one") && !has(one, "bad two") && has(one, "and 2 more rows with findings")) << one;
}

TEST(Import, the_feed_description_says_what_the_bars_are) {
  const TempFolder folder;
  auto o = histdata_options({folder.write("DAT_ASCII_EURUSD_M1_2018.csv", kHistdataRows)});
  auto imported = run_import({o});
  ASSERT_TRUE(imported) << imported.error().message;
  const FeedDescription none = describe(imported.value().report);
  EXPECT_EQ(none.text, "import:EURUSD/bid/NONE");
  ASSERT_EQ(none.instruments.size(), 1u);
  EXPECT_EQ(none.instruments[0].basis, PriceBasis::kBid);
  EXPECT_EQ(none.instruments[0].capabilities, capability::kBars);
  EXPECT_EQ(none.from_ts, imported.value().bars.front().t_open);
  EXPECT_EQ(none.to_ts, imported.value().bars.back().ts);
  o.volume = VolumeChoice::kRangeProxy;
  imported = run_import({o});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(describe(imported.value().report).text, "import:EURUSD/bid/PROXY_RANGE");
  EXPECT_EQ(describe(imported.value().report).instruments[0].capabilities, capability::kBars | capability::kVolume);
}

}  // namespace
}  // namespace omega::feed::testing
