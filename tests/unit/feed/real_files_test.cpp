// Guards: the counts that are known of real files, each found independently of this code.
#include "adapters/feed/price_path.hpp"
#include "tests/unit/feed/feed_fixture.hpp"

namespace omega::feed::testing {
namespace {

std::uint64_t sum(const ImportReport& r, std::uint64_t SourceQuality::*field) {
  std::uint64_t n = 0;
  for (const SourceQuality& q : r.sources) n += q.*field;
  return n;
}

TEST(RealFiles, histdata_eurusd_2018_has_372607_rows_and_798_gaps_besides_52_weekends) {
  OMEGA_NEEDS_DATA();
  auto imported = run_import({histdata_options({data_folder() / "fx-minute/histdata-2018/HISTDATA_COM_ASCII_EURUSD_M12018.zip"})});
  ASSERT_TRUE(imported) << imported.error().message;
  const ImportReport& r = imported.value().report;
  EXPECT_EQ(r.rows, 372'607u);
  EXPECT_EQ(r.events, 372'607u);
  EXPECT_TRUE(r.clean());
  ASSERT_EQ(r.symbols.size(), 1u);
  EXPECT_EQ(r.symbols[0].symbol, "EURUSD");
  EXPECT_EQ(r.symbols[0].gaps, 798u);
  EXPECT_EQ(r.symbols[0].weekend_breaks, 52u);
  // 17:00 New York on 1 January is 22:00 UTC, 16:59 on 31 December 21:59
  EXPECT_EQ(utc_text(r.from_ts), "2018-01-01T22:00:00.000000000Z");
}

TEST(RealFiles, histdata_usdcad_2018_has_4884_gaps_besides_52_weekends) {
  OMEGA_NEEDS_DATA();
  auto imported = run_import({histdata_options({data_folder() / "fx-minute/histdata-2018/HISTDATA_COM_ASCII_USDCAD_M12018.zip"})});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported.value().report.symbols[0].gaps, 4'884u);
  EXPECT_EQ(imported.value().report.symbols[0].weekend_breaks, 52u);
}

TEST(RealFiles, lean_fxcm_eurusd_minutes_have_436_crossed_and_1145_locked_closes_in_21592_bars) {
  OMEGA_NEEDS_DATA();
  auto imported = run_import({lean_options(files_of(data_folder() / "fx-minute/lean-fxcm-quote/eurusd", ".zip"), "UTC-5")});
  ASSERT_TRUE(imported) << imported.error().message;
  const ImportReport& r = imported.value().report;
  EXPECT_EQ(r.events, 21'592u);
  EXPECT_EQ(sum(r, &SourceQuality::crossed), 436u);
  EXPECT_EQ(sum(r, &SourceQuality::locked), 1'145u);
  EXPECT_EQ(r.symbols[0].basis, PriceBasis::kBidAsk);
}

TEST(RealFiles, lean_fxcm_eurusd_ticks_lose_116871_crossed_and_keep_142462_locked_of_1144807) {
  OMEGA_NEEDS_DATA();
  auto imported = run_import({lean_options(files_of(data_folder() / "fx-tick/lean-fxcm-quote/eurusd", ".zip"), "UTC-5", VolumeChoice::kTicks)});
  ASSERT_TRUE(imported) << imported.error().message;
  const ImportReport& r = imported.value().report;
  EXPECT_EQ(r.rows, 1'144'807u);
  EXPECT_EQ(sum(r, &SourceQuality::crossed), 116'871u);
  EXPECT_EQ(sum(r, &SourceQuality::locked), 142'462u);
  std::uint64_t ticks = 0;
  for (const Bar& b : imported.value().bars) {
    ticks += b.n_ticks;
    EXPECT_EQ(b.volume, Qty{b.n_ticks} * kQtyScale);
    EXPECT_EQ(b.volume_kind, VolumeKind::kTicks);
  }
  EXPECT_EQ(ticks, r.rows - r.rejected);
}

TEST(RealFiles, oanda_gold_ticks_with_fractional_milliseconds_agree_with_the_minute_file_of_the_same_day) {
  OMEGA_NEEDS_DATA();
  auto ticks = run_import({lean_options({data_folder() / "fx-tick/lean-oanda-cfd-quote/xauusd/20140502_quote.zip"}, "UTC", VolumeChoice::kTicks)});
  auto minutes = run_import({lean_options({data_folder() / "fx-minute/lean-oanda-cfd-quote/xauusd/20140502_quote.zip"}, "UTC")});
  ASSERT_TRUE(ticks) << ticks.error().message;
  ASSERT_TRUE(minutes) << minutes.error().message;
  ASSERT_EQ(ticks.value().bars.size(), minutes.value().bars.size());
  std::size_t same = 0;
  for (std::size_t i = 0; i < minutes.value().bars.size(); ++i) {
    const Bar &t = ticks.value().bars[i], &m = minutes.value().bars[i];
    EXPECT_EQ(t.t_open, m.t_open);
    same += t.bid_open == m.bid_open && t.bid_high == m.bid_high && t.bid_low == m.bid_low && t.bid_close == m.bid_close &&
            t.ask_open == m.ask_open && t.ask_high == m.ask_high && t.ask_low == m.ask_low && t.ask_close == m.ask_close;
  }
  EXPECT_EQ(same, minutes.value().bars.size());
}

TEST(RealFiles, fxcm_gbpusd_2012_bid_and_ask_files_become_one_series_with_347_crossed_and_306_locked_closes) {
  OMEGA_NEEDS_DATA();
  const auto folder = data_folder() / "fx-minute/fxcm-gbpusd-2012";
  auto bid = csv_options({folder / "gbpusd-m1-bid-2012.csv.gz"}, PriceBasis::kBid);
  auto ask = csv_options({folder / "gbpusd-m1-ask-2012.csv.gz"}, PriceBasis::kAsk);
  bid.symbol = ask.symbol = "GBPUSD";
  auto imported = run_import({bid, ask});
  ASSERT_TRUE(imported) << imported.error().message;
  const ImportReport& r = imported.value().report;
  EXPECT_EQ(r.rows, 2 * 30'117u);
  EXPECT_EQ(sum(r, &SourceQuality::crossed), 347u);
  EXPECT_EQ(sum(r, &SourceQuality::locked), 306u);
  EXPECT_EQ(r.symbols[0].basis, PriceBasis::kBidAsk);
}

TEST(RealFiles, bitcoin_bars_carry_their_traded_volume) {
  OMEGA_NEEDS_DATA();
  auto options = csv_options({data_folder() / "crypto-bars/btc-perp-20211231-20220201_1m.csv.gz"}, PriceBasis::kTrade);
  options.symbol = "BTCUSD";
  options.tz = "UTC";
  options.volume = VolumeChoice::kColumn;
  auto imported = run_import({options});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported.value().report.events, 45'031u);
  EXPECT_EQ(imported.value().bars[0].volume, 230'041'372'950'000);  // 2300413.7295
  EXPECT_EQ(imported.value().bars[0].volume_kind, VolumeKind::kTraded);
}

TEST(RealFiles, euro_future_bars_state_utc_in_the_column_name) {
  OMEGA_NEEDS_DATA();
  auto options = csv_options({data_folder() / "futures-bars/6EH4.XCME_1min_bars_20240101_20240131.csv.gz"}, PriceBasis::kTrade);
  options.volume = VolumeChoice::kColumn;
  auto imported = run_import({options});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported.value().report.events, 29'996u);
  EXPECT_EQ(imported.value().bars[0].volume, 205 * kQtyScale);
}

TEST(RealFiles, coinbase_trades_and_quotes_read_in_utc) {
  OMEGA_NEEDS_DATA();
  const auto folder = data_folder() / "crypto-bars/lean-coinbase-minute/btcusd";
  auto trades = run_import({lean_options({folder / "20180404_trade.zip", folder / "20180405_trade.zip"}, "UTC", VolumeChoice::kColumn)});
  ASSERT_TRUE(trades) << trades.error().message;
  EXPECT_EQ(trades.value().bars[0].volume, 714'319'709);  // 7.14319709
  EXPECT_EQ(trades.value().bars[0].basis, PriceBasis::kTrade);
  auto mixed = run_import({lean_options({folder / "20180404_trade.zip", folder / "20180404_quote.zip"}, "UTC")});
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().kind, ErrorKind::kUsage);
}

TEST(RealFiles, all_seven_currency_pairs_of_2018_merge_into_one_order) {
  OMEGA_NEEDS_DATA();
  std::vector<std::filesystem::path> files;
  for (const auto& f : files_of(data_folder() / "fx-minute/histdata-2018", ".zip")) {
    if (f.string().find("SPXUSD") == std::string::npos) files.push_back(f);
  }
  ASSERT_EQ(files.size(), 7u);
  auto imported = run_import({histdata_options(files)});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported.value().report.events, 369'457u + 372'607 + 372'261 + 367'942 + 370'264 + 371'800 + 353'778);
  const auto& bars = imported.value().bars;
  for (std::size_t i = 1; i < bars.size(); ++i) {
    ASSERT_TRUE(bars[i - 1].ts < bars[i].ts || (bars[i - 1].ts == bars[i].ts && bars[i - 1].instrument < bars[i].instrument)) << i;
  }
}

}  // namespace
}  // namespace omega::feed::testing
