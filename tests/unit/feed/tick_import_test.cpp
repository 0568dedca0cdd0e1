// Guards: ticks that are lost, doubled, put in the wrong order or passed on bad; bars that are not those of their ticks.
#include <bit>
#include <nlohmann/json.hpp>

#include "adapters/feed/bi5_reader.hpp"
#include "adapters/feed/price_path.hpp"
#include "tests/unit/feed/feed_fixture.hpp"

namespace omega::feed::testing {
namespace {

const char* const kFxTicks =
    "0.5,1.30,1.31\n100,1.32,1.33\n200,1.35,1.34\n59999.9999,1.29,1.29\n60000,1.28,1.30\n"
    "150,1.10,1.11\n61000,1.27,1.28\n62000,0,1.28\n";

ImportOptions lean_ticks(std::vector<std::filesystem::path> files, VolumeChoice volume = VolumeChoice::kTicks, const char* tz = "UTC") {
  ImportOptions o = lean_options(std::move(files), tz, volume);
  o.ticks = TickChoice::kKeep;
  return o;
}

std::vector<Quote> quotes_of(const Imported& i) {
  std::vector<Quote> out;
  for (const InputEvent& e : i.events) {
    if (e.type == EventType::kQuote) out.push_back(e.as<Quote>());
  }
  return out;
}
std::vector<Trade> trades_of(const Imported& i) {
  std::vector<Trade> out;
  for (const InputEvent& e : i.events) {
    if (e.type == EventType::kTrade) out.push_back(e.as<Trade>());
  }
  return out;
}

std::string refusal(const std::vector<ImportOptions>& sets) {
  auto imported = run_tick_import(sets);
  EXPECT_FALSE(imported);
  if (imported) return "";
  EXPECT_EQ(imported.error().kind, ErrorKind::kUsage) << imported.error().message;
  return imported.error().message;
}

TEST(TickImport, kept_ticks_stand_in_order_behind_the_bar_that_ends_with_them_and_bad_ones_are_marked) {
  const TempFolder folder;
  auto imported = run_tick_import({lean_ticks({folder.write("20140502_eurusd_tick_quote.csv", kFxTicks)})});
  ASSERT_TRUE(imported) << imported.error().message;
  const Imported& got = imported.value();
  ASSERT_EQ(got.events.size(), 10u);
  const auto quotes = quotes_of(got);
  ASSERT_EQ(quotes.size(), 8u);
  EXPECT_EQ(quotes[0].ts % kSecond_ns, 500'000) << "half a millisecond";
  EXPECT_EQ(quotes[2].flags, tick_flag::kBadOrder) << "150 ms, read after a minute";
  EXPECT_EQ(quotes[3].flags, tick_flag::kBadCrossed);
  EXPECT_EQ(quotes[7].flags, tick_flag::kBadPrice);
  for (const std::size_t good : {0u, 1u, 4u, 5u, 6u}) EXPECT_EQ(quotes[good].flags, 0) << good;
  // the first bar ends at 60 s and holds nothing of the quote that is stamped so
  ASSERT_EQ(got.events[5].type, EventType::kBar);
  EXPECT_EQ(got.events[5].ts(), got.events[6].ts());
  EXPECT_EQ(got.bars[0].n_ticks, 3u);
  EXPECT_EQ(path_text(got.bars[0]), "1.3/1.32/1.29/1.29");
  EXPECT_EQ(path_text(got.bars[1]), "1.28/1.28/1.27/1.27");
  const ImportReport& r = got.report;
  EXPECT_EQ(std::tuple(r.events, r.good, r.quarantined, r.rejected, r.quotes, r.bars), std::tuple(10u, 7u, 3u, 0u, 8u, 2u));
  EXPECT_EQ(r.sources[0].crossed, 1u);
  EXPECT_EQ(r.sources[0].out_of_order, 1u);
  EXPECT_EQ(r.sources[0].count(RowKind::kBadTickPrice), 1u);
  EXPECT_FALSE(r.clean());
  EXPECT_EQ(describe(r).instruments[0].capabilities, capability::kBars | capability::kVolume | capability::kQuotes) << "no sizes";
}

TEST(TickImport, the_bars_do_not_depend_on_whether_the_ticks_are_kept) {
  const TempFolder folder;
  const auto file = folder.write("20140502_eurusd_tick_quote.csv", kFxTicks);
  auto kept = run_tick_import({lean_ticks({file})});
  auto bars = run_import({lean_options({file}, "UTC", VolumeChoice::kTicks)});
  ASSERT_TRUE(kept && bars);
  ASSERT_EQ(kept.value().bars.size(), bars.value().bars.size());
  for (std::size_t i = 0; i < bars.value().bars.size(); ++i) {
    EXPECT_EQ(std::memcmp(&kept.value().bars[i], &bars.value().bars[i], sizeof(Bar)), 0) << i;
  }
  EXPECT_EQ(bars.value().report.rejected, 3u);
}

TEST(TickImport, two_instruments_merge_by_time_rank_and_place_in_the_table) {
  const TempFolder folder;
  auto imported = run_tick_import({lean_ticks({folder.write("20140502_gbpusd_tick_quote.csv", "0,1.5,1.6\n60000,1.5,1.6\n"),
                                               folder.write("20140502_eurusd_tick_quote.csv", "0,1.3,1.4\n60000,1.3,1.4\n")})});
  ASSERT_TRUE(imported) << imported.error().message;
  std::string order;
  for (const InputEvent& e : imported.value().events) {
    order += (e.type == EventType::kBar ? "bar" : "quote") + std::to_string(instrument_of(e)) + " ";
  }
  EXPECT_EQ(order, "quote0 quote1 bar0 bar1 quote0 quote1 bar0 bar1 ");
}

TEST(TickImport, the_same_file_twice_gives_every_tick_once) {
  const TempFolder folder;
  const auto one = folder.write("a/20140502_eurusd_tick_quote.csv", "0,1.3,1.4\n0,1.3,1.4\n500,1.31,1.41\n");
  const auto two = folder.write("b/20140502_eurusd_tick_quote.csv", "0,1.3,1.4\n500,1.31,1.41\n501,1.31,1.41\n");
  auto kept = run_tick_import({lean_ticks({one, two})});
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept.value().report.sources[1].duplicates, 2u);
  EXPECT_EQ(kept.value().report.symbols[0].ticks.quarantined, 2u);
  EXPECT_EQ(kept.value().bars[0].n_ticks, 4u) << "a price that one file repeats is two ticks";
  ImportOptions bars = lean_options({one, two}, "UTC", VolumeChoice::kTicks);
  auto left = run_import({bars});
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_EQ(left.value().bars[0].n_ticks, 4u);
  EXPECT_EQ(left.value().report.rejected, 2u);
}

TEST(TickImport, ticks_of_an_hour_that_the_zone_repeats_are_quarantined_unless_told) {
  const TempFolder folder;
  ImportOptions o = lean_ticks({folder.write("20181104_eurusd_tick_quote.csv", "5400000,1.3,1.4\n18000000,1.3,1.4\n")}, VolumeChoice::kTicks, "NewYork");
  auto imported = run_tick_import({o});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(quotes_of(imported.value())[0].flags, tick_flag::kBadOrder);
  EXPECT_EQ(imported.value().bars.size(), 1u);
  o.on_ambiguous = OnAmbiguous::kSecond;
  imported = run_tick_import({o});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(quotes_of(imported.value())[0].flags, 0);
  EXPECT_EQ(utc_text(quotes_of(imported.value())[0].ts).substr(0, 16), "2018-11-04T06:30");
}

TEST(TickImport, a_share_states_one_side_a_row_and_the_other_keeps_its_last_value) {
  const TempFolder folder;
  auto imported = run_tick_import({lean_ticks({folder.write("20131007_ibm_Quote_Tick.csv",
                                                            "14400054,0,0,1836300,100,Q,1,0\n"         // no bid yet
                                                            "34200000,1812500,200,0,0,P,1,0\n"         // with the ask of before
                                                            "34200005,1812600,300,0,0,P,1,0\n"
                                                            "34200005,0,0,1813000,400,N,1,0\n"         // both of one millisecond: one quote
                                                            "34200009,0,0,1812900,500,K,1,0\n"
                                                            "34200010,9999999,100,0,0,K,1,1\n"         // doubted by the source
                                                            "34200011,0,0,1812800,100,K,1,0\n"         // its bid is unknown again
                                                            "34200012,1812600,0,1812800,1,K,1,0\n"     // both sides in one row
                                                            "34200013,0,0,0,0,K,1,0\n")},
                                              VolumeChoice::kTicks, "NewYork")});
  ASSERT_TRUE(imported) << imported.error().message;
  const auto quotes = quotes_of(imported.value());
  ASSERT_EQ(quotes.size(), 5u);
  const auto is = [&](std::size_t i, const char* bid, int bid_size, const char* ask, int ask_size) {
    EXPECT_EQ(price_text(quotes[i].bid) + "/" + price_text(quotes[i].ask), std::string(bid) + "/" + ask) << i;
    EXPECT_EQ(std::pair(quotes[i].bid_size, quotes[i].ask_size), std::pair(bid_size * kQtyScale, ask_size * kQtyScale)) << i;
  };
  is(0, "181.25", 200, "183.63", 100);
  is(1, "181.26", 300, "181.3", 400);
  is(2, "181.26", 300, "181.29", 500);
  is(4, "181.26", 0, "181.28", 1);
  EXPECT_NE(quotes[3].flags & tick_flag::kBadPrice, 0);
  EXPECT_EQ(utc_text(quotes[0].ts), "2013-10-07T13:30:00.000000000Z");
  const SourceQuality& q = imported.value().report.sources[0];
  EXPECT_EQ(q.count(RowKind::kSuspiciousTick), 1u);
  EXPECT_EQ(q.count(RowKind::kOtherSideUnknown), 2u);
  EXPECT_EQ(q.count(RowKind::kBadTickPrice), 1u);
  EXPECT_EQ(describe(imported.value().report).instruments[0].capabilities & capability::kQuoteSizes, capability::kQuoteSizes);
}

TEST(TickImport, quotes_and_trades_of_two_files_become_bars_of_quotes_with_the_traded_volume) {
  const TempFolder folder;
  const auto quotes = folder.write("20131007_ibm_Quote_Tick.csv", "34200000,1812500,200,0,0,P,1,0\n34200000,0,0,1813000,100,P,1,0\n34320000,1812600,200,0,0,P,1,0\n");
  const auto trades = folder.write("20131007_ibm_Trade_Tick.csv", "34199000,1812500,11,P,2000,0\n34200000,1812700,283,P,2000,0\n34260000,1812800,17,P,2000,0\n"
                                                                  "34260001,1812800,0,P,2000,0\n34260002,1812800,9,P,2000,1\n");
  auto imported = run_tick_import({lean_ticks({trades, quotes}, VolumeChoice::kColumn, "NewYork")});
  ASSERT_TRUE(imported) << imported.error().message;
  const Imported& got = imported.value();
  ASSERT_EQ(got.bars.size(), 3u);
  EXPECT_EQ(got.bars[0].basis, PriceBasis::kBidAsk);
  EXPECT_EQ(got.bars[0].volume, 283 * kQtyScale);
  EXPECT_EQ(got.bars[1].volume, 17 * kQtyScale) << "no quote in this minute: the one in force stands";
  EXPECT_EQ(got.bars[1].n_ticks, 0u);
  EXPECT_EQ(price_text(got.bars[1].bid_close) + "/" + price_text(got.bars[1].ask_close), "181.25/181.3");
  EXPECT_EQ(got.bars[2].volume, 0);
  const auto t = trades_of(got);
  ASSERT_EQ(t.size(), 5u);
  EXPECT_EQ(t[1].aggressor, 0) << "not in the file";
  EXPECT_EQ(t[3].flags, tick_flag::kBadSize);
  EXPECT_EQ(t[4].flags, tick_flag::kBadPrice) << "doubted";
  EXPECT_EQ(got.report.symbols[0].ticks.trades_outside, 1u);
  const std::uint32_t offered = describe(got.report).instruments[0].capabilities;
  EXPECT_NE(offered & capability::kTrades, 0u);
  EXPECT_EQ(offered & capability::kTradesSided, 0u);
  EXPECT_NE(refusal({lean_ticks({quotes}, VolumeChoice::kColumn, "NewYork")}).find("no trades among the files"), std::string::npos);
  auto alone = run_tick_import({lean_ticks({trades}, VolumeChoice::kColumn, "NewYork")});
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_EQ(alone.value().bars[0].basis, PriceBasis::kTrade);
  EXPECT_EQ(alone.value().bars[0].ask_close, 0);
}

TEST(TickImport, prices_of_shares_are_ten_thousandths_in_minute_files_too) {
  const TempFolder folder;
  auto imported = run_import({lean_options({folder.write("spy/20131007_spy_minute_trade.csv", "34200000,1674100,1675000,1674000,1674900,5000\n")}, "NewYork", VolumeChoice::kColumn)});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(path_text(imported.value().bars[0]), "167.41/167.5/167.4/167.49");
}

TEST(TickImport, a_file_named_as_of_shares_is_refused_for_a_currency) {
  const TempFolder folder;
  EXPECT_NE(refusal({lean_ticks({folder.write("20131007_eurusd_Quote_Tick.csv", "1,1,1,2,1,K,1,0\n")})}).find("not of class equity"), std::string::npos);
}

TEST(TickImport, truefx_rows_with_and_without_the_pair) {
  const TempFolder folder;
  auto imported = run_tick_import({tick_options(Format::kTruefx, {folder.write("usdjpy-ticks.csv", "timestamp,bid,ask\n2013-01-01 22:00:00.295000+00:00,86.655,86.728\n"
                                                                                                "2013-01-01 23:02:35.9+01:00,86.657,86.728\n")})});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(utc_text(quotes_of(imported.value())[1].ts), "2013-01-01T22:02:35.900000000Z");
  EXPECT_EQ(quotes_of(imported.value())[1].instrument, 2);
  imported = run_tick_import({tick_options(Format::kTruefx, {folder.write("all.csv", "EUR/USD,20090501 00:00:00.161,1.32,1.3205\nGBP/USD,20090501 00:00:00.161,1.52,1.5205\n"
                                                                                     "CHF/JPY,20090501 00:00:00.161,1.52,1.5205\n")})});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported.value().report.symbols.size(), 2u);
  EXPECT_EQ(imported.value().report.sources[0].count(RowKind::kUnknownSymbol), 1u);
  EXPECT_NE(refusal({tick_options(Format::kTruefx, {folder.write("x.csv", "timestamp,bid,ask\n")})}).find("'x'"), std::string::npos);
  EXPECT_NE(refusal({tick_options(Format::kTruefx, {folder.write("usdjpy.csv", "timestamp,bid,ask\n")}, VolumeChoice::kColumn)}).find("no traded volume"), std::string::npos);
}

TEST(TickImport, csv_ticks_can_be_kept) {
  const TempFolder folder;
  ImportOptions o = csv_options({folder.write("t.csv", "timestamp,bid,ask\n2018-03-05 15:00:00.2Z,1.2,1.3\n2018-03-05 15:00:01.2Z,1.2,1.3\n")});
  o.ticks = TickChoice::kKeep;
  auto imported = run_tick_import({o});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported.value().report.quotes, 2u);
  ASSERT_EQ(imported.value().bars.size(), 1u);
}

// ---------------------------------------------------------------- bi5

std::string big_endian(std::uint32_t v) { return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)}; }
std::string record(std::uint32_t ms, std::uint32_t ask, std::uint32_t bid, float ask_size, float bid_size) {
  return big_endian(ms) + big_endian(ask) + big_endian(bid) + big_endian(std::bit_cast<std::uint32_t>(ask_size)) + big_endian(std::bit_cast<std::uint32_t>(bid_size));
}

struct Bi5 {
  SourceQuality quality;
  std::map<InstrumentId, TickList> ticks;
  Status status = Ok{};
};

/// The records of one hour, decompressed.
Bi5 read(const std::string& bytes, const std::string& path = "/data/GBPJPY/2012/11/03/05h_ticks.bi5") {
  const EngineConfig config = instrument_table();
  const SymbolTable symbols(config);
  const ImportOptions options = tick_options(Format::kBi5, {path});
  const LocalClock clock(TimeZone::utc(), OnAmbiguous::kQuarantine);
  const std::string folder, member = "05h_ticks.bi5";
  Bi5 out;
  out.quality.file = path;
  std::vector<PlacedBar> bars;
  Reader reader{options, symbols, &clock, folder, member, out.quality, bars, out.ticks};
  MemorySource source(bytes);
  out.status = read_bi5(source, reader, path);
  return out;
}

TEST(Bi5, months_count_from_zero_prices_are_points_and_sizes_millions) {
  const Bi5 got = read(record(1883, 132158, 132141, 1.5f, 1.13f) + record(3599999, 132150, 132160, 0.75f, 2.0f));
  ASSERT_TRUE(got.status);
  const auto& ticks = got.ticks.at(10).ticks;
  ASSERT_EQ(ticks.size(), 2u);
  EXPECT_EQ(utc_text(ticks[0].ts), "2012-12-03T05:00:01.883000000Z");
  EXPECT_EQ(price_text(ticks[0].price) + "/" + price_text(ticks[0].ask), "132.141/132.158");
  EXPECT_EQ(ticks[0].size, 1'130'000 * kQtyScale) << "1.13 as a float is a little less";
  EXPECT_EQ(ticks[0].ask_size, 1'500'000 * kQtyScale);
  EXPECT_EQ(ticks[1].flags, tick_flag::kBadCrossed);
  EXPECT_EQ(got.quality.crossed, 1u);
  const Bi5 euro = read(record(0, 130005, 130001, 1, 1), "x/EURUSD/2012/00/31/00h_ticks.bi5");
  ASSERT_TRUE(euro.status) << euro.status.error().message;
  EXPECT_EQ(price_text(euro.ticks.at(0).ticks[0].price), "1.30001");
  EXPECT_EQ(utc_text(euro.ticks.at(0).ticks[0].ts), "2012-01-31T00:00:00.000000000Z");
}

TEST(Bi5, what_cannot_be_is_counted) {
  const float nan = std::bit_cast<float>(0x7fc00000u);
  const Bi5 got = read(record(3'600'000, 2, 1, 1, 1) + record(1, 2, 1, nan, 1) + record(2, 2, 0, 1, 1) + record(3, 2, 1, -1, 1) + record(4, 2, 1, 1, 1) + "cut");
  ASSERT_TRUE(got.status);
  EXPECT_EQ(got.quality.rows, 6u);
  for (const RowKind kind : {RowKind::kBadTimestamp, RowKind::kBadVolume, RowKind::kBadTickPrice, RowKind::kBadTickSize, RowKind::kCutRecord}) {
    EXPECT_EQ(got.quality.count(kind), 1u) << info(kind).name;
  }
  EXPECT_EQ(got.ticks.at(10).ticks.size(), 3u);
}

TEST(Bi5, paths_that_do_not_say_the_hour_are_refused) {
  for (const char* path : {"05h_ticks.bi5", "GBPJPY/2012/12/03/05h_ticks.bi5", "GBPJPY/2012/1/03/05h_ticks.bi5", "GBPJPY/2012/01/30/05h_ticks.bi5",
                           "GBPJPY/2012/01/03/24h_ticks.bi5", "GBPJPY/2012/01/03/x5h_ticks.bi5"}) {
    EXPECT_FALSE(parse_bi5_path(path)) << path;
  }
  EXPECT_FALSE(read("", "/data/BTCUSD/2012/11/03/05h_ticks.bi5").status) << "the unit of its price is not known";
}

TEST(Bi5, an_empty_file_is_an_hour_without_ticks_and_damaged_ones_are_refused) {
  const TempFolder folder;
  const auto empty = folder.write("GBPJPY/2012/11/03/05h_ticks.bi5", "");
  const auto csv = folder.write("20121203_gbpjpy_tick_quote.csv", "0,132.1,132.2\n");
  auto imported = run_tick_import({tick_options(Format::kBi5, {empty}), lean_ticks({csv})});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported.value().report.quotes, 1u);
  const auto damaged = folder.write("GBPJPY/2012/11/03/06h_ticks.bi5", std::string("\x5d\0\0\x40\0\x78\xa0\0\0\0\0\0\0\0", 14));
  imported = run_tick_import({tick_options(Format::kBi5, {damaged})});
  ASSERT_FALSE(imported);
  EXPECT_EQ(imported.error().kind, ErrorKind::kData);
  EXPECT_NE(imported.error().message.find("truncated"), std::string::npos) << imported.error().message;
}

TEST(TickImport, the_report_has_rows_of_ticks_in_text_and_json) {
  const TempFolder folder;
  auto imported = run_tick_import({lean_ticks({folder.write("20140502_eurusd_tick_quote.csv", kFxTicks)})});
  ASSERT_TRUE(imported) << imported.error().message;
  const nlohmann::json doc = to_json(imported.value().report);
  EXPECT_EQ(doc.at("bars"), 2);
  EXPECT_EQ(doc.at("quotes"), 8);
  EXPECT_EQ(doc.at("symbols").at(0).at("ticks").at("quotes"), 8);
  EXPECT_EQ(doc.at("symbols").at(0).at("ticks").at("quarantined"), 3);
  EXPECT_EQ(doc.at("symbols").at(0).at("ticks").at("capabilities"), "QUOTES");
  EXPECT_EQ(doc.at("sources").at(0).at("quotes"), 8);
  const std::string text = to_text(imported.value().report);
  EXPECT_NE(text.find("2 bars, 8 quotes, 0 trades, 0 book events"), std::string::npos) << text;
  EXPECT_NE(text.find("ticks offer"), std::string::npos);
}

}  // namespace
}  // namespace omega::feed::testing
