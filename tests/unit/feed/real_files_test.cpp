// Guards: the counts that are known of real files, each found independently of this code.
#include "adapters/feed/archive_reader.hpp"
#include "adapters/feed/line_splitter.hpp"
#include "adapters/feed/price_path.hpp"
#include "engine/market/order_book.hpp"
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

ImportOptions kept(ImportOptions o) {
  o.ticks = TickChoice::kKeep;
  return o;
}

/// "ask,size,bid,size" of every level, as a row of the order book file has it.
std::string row_of(const OrderBook& book, std::size_t levels) {
  const auto side = [](const BookLadder& l, std::size_t i) {
    return std::to_string(l.levels()[i].price / (kPriceScale / 10'000)) + "," + std::to_string(l.levels()[i].size / kQtyScale);
  };
  std::string row;
  for (std::size_t i = 0; i < levels; ++i) row += (i == 0 ? "" : ",") + side(book.asks(), i) + "," + side(book.bids(), i);
  return row;
}

TEST(RealFiles, the_google_book_of_147916_messages_is_rebuilt_from_the_events_to_every_row_of_the_file) {
  OMEGA_NEEDS_DATA();
  const auto file = data_folder() / "l2/lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip";
  auto imported = run_tick_import({tick_options(Format::kLobster, {file}, VolumeChoice::kColumn)});
  ASSERT_TRUE(imported) << imported.error().message;
  const ImportReport& r = imported.value().report;
  ASSERT_EQ(r.sources.size(), 2u);
  EXPECT_EQ(r.sources[0].rows, 147'916u);
  EXPECT_EQ(r.sources[1].rows, 147'916u);
  EXPECT_EQ(sum(r, &SourceQuality::rejected), 0u);
  std::uint64_t older = 0;
  for (const SourceQuality& q : r.sources) older += q.count(RowKind::kOlderOrder);
  EXPECT_EQ(older, 3'363u);
  EXPECT_EQ(r.trades, 7'765u + 3'913u);
  EXPECT_EQ(r.symbols[0].ticks.trades_sided, r.trades);
  EXPECT_EQ(r.symbols[0].ticks.book_snapshots, 1u);
  EXPECT_EQ(r.bars, 390u) << "every minute of the session";
  Qty volume = 0;
  for (const Bar& b : imported.value().bars) volume += b.volume;
  EXPECT_EQ(volume, 706'125 * kQtyScale) << "the sizes of types 4 and 5, summed by awk";

  // Rows that repeat the row before made no event: the states of the book are the rows without their repeats.
  std::vector<std::string> rows;
  auto content = for_each_member(file, [&](const std::string& member, ByteSource& bytes) -> Status {
    if (member.find("orderbook") == std::string::npos) return Ok{};
    LineSplitter lines(bytes);
    for (Line line; lines.next(line);) {
      if (rows.empty() || rows.back() != line.text) rows.emplace_back(line.text);
    }
    return lines.status();
  });
  ASSERT_TRUE(content);
  OrderBook book;
  std::size_t state = 0;
  for (const InputEvent& e : imported.value().events) {
    if (e.type == EventType::kBookSnapshot) book.on_snapshot(e.as<BookSnapshot>());
    else if (e.type == EventType::kBookDelta) book.on_delta(e.as<BookDelta>());
    else continue;
    if (!book.whole()) continue;
    ASSERT_LT(state, rows.size());
    ASSERT_EQ(row_of(book, 10), rows[state]) << "state " << state;
    ++state;
  }
  EXPECT_EQ(state, rows.size());
}

TEST(RealFiles, the_apple_file_of_one_level_and_its_first_thousand_messages_of_ten_import) {
  OMEGA_NEEDS_DATA();
  const auto folder = data_folder() / "l2/lobster";
  auto one = run_tick_import({tick_options(Format::kLobster, {folder / "LOBSTER_SampleFile_AAPL_2012-06-21_1.zip"}, VolumeChoice::kColumn)});
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one.value().report.sources[0].rows, 118'497u);
  EXPECT_EQ(one.value().report.trades, 23'658u + 11'332u);
  EXPECT_EQ(one.value().report.rejected, 0u);
  auto ten = run_tick_import({tick_options(Format::kLobster, files_of(folder / "AAPL-first1000", ".csv"), VolumeChoice::kColumn)});
  ASSERT_TRUE(ten) << ten.error().message;
  EXPECT_EQ(ten.value().report.sources[0].rows, 999u) << "998 line ends: the last row has none";
}

TEST(RealFiles, the_euro_ticks_of_thirteen_days_are_kept_with_the_crossed_ones_quarantined) {
  OMEGA_NEEDS_DATA();
  auto imported = run_tick_import({kept(lean_options(files_of(data_folder() / "fx-tick/lean-fxcm-quote/eurusd", ".zip"), "UTC-5", VolumeChoice::kTicks))});
  ASSERT_TRUE(imported) << imported.error().message;
  const ImportReport& r = imported.value().report;
  EXPECT_EQ(r.quotes, 1'144'807u);
  EXPECT_EQ(r.symbols[0].ticks.quarantined, 116'871u);
  EXPECT_EQ(sum(r, &SourceQuality::crossed), 116'871u);
  EXPECT_EQ(sum(r, &SourceQuality::locked), 142'462u);
  EXPECT_EQ(r.rejected, 0u);
  EXPECT_EQ(r.bars, 15'854u);
}

TEST(RealFiles, the_day_of_24_dukascopy_hours_has_58953_ticks) {
  OMEGA_NEEDS_DATA();
  const auto files = files_of(data_folder() / "fx-tick/dukascopy-bi5/GBPJPY/2012/11/03", ".bi5");
  ASSERT_EQ(files.size(), 24u);
  auto imported = run_tick_import({tick_options(Format::kBi5, files)});
  ASSERT_TRUE(imported) << imported.error().message;
  const ImportReport& r = imported.value().report;
  EXPECT_EQ(r.quotes, 58'953u);
  EXPECT_EQ(r.rejected, 0u);
  EXPECT_EQ(utc_text(r.from_ts), "2012-12-03T00:00:00.000000000Z");
  EXPECT_EQ(utc_text(r.to_ts), "2012-12-04T00:00:00.000000000Z");
  EXPECT_EQ(describe(r).instruments[0].capabilities, capability::kBars | capability::kVolume | capability::kQuotes | capability::kQuoteSizes);
}

TEST(RealFiles, the_apple_messages_of_the_exchange_become_the_book_that_an_independent_count_gives) {
  OMEGA_NEEDS_DATA();
  auto imported = run_tick_import({tick_options(Format::kItch, {data_folder() / "itch/AAPL_20191230_50k.itch50.gz"}, VolumeChoice::kColumn)});
  ASSERT_TRUE(imported) << imported.error().message;
  const ImportReport& r = imported.value().report;
  EXPECT_EQ(r.rows, 49'947u);
  EXPECT_EQ(r.rejected, 0u);
  EXPECT_EQ(r.sources[0].count(RowKind::kOlderOrder), 3'970u);
  EXPECT_EQ(r.trades, 1'907u);
  EXPECT_EQ(r.symbols[0].ticks.trades_sided, 1'626u);
  Qty volume = 0;
  OrderBook book;
  for (const InputEvent& e : imported.value().events) {
    if (e.type == EventType::kTrade) volume += e.as<Trade>().size;
    if (e.type == EventType::kBookSnapshot) book.on_snapshot(e.as<BookSnapshot>());
    if (e.type == EventType::kBookDelta) book.on_delta(e.as<BookDelta>());
  }
  EXPECT_EQ(volume, 159'235 * kQtyScale);
  EXPECT_EQ(row_of(book, 3), "2867300,100,2866700,222,2867400,275,2866600,200,2867500,300,2866500,300");
  EXPECT_EQ(book.asks().levels().size(), 64u) << "of 109: the best are journaled";
  EXPECT_EQ(book.bids().levels().size(), 64u) << "of 68";
}

TEST(RealFiles, truefx_and_the_ibm_quotes_and_trades) {
  OMEGA_NEEDS_DATA();
  auto yen = run_tick_import({tick_options(Format::kTruefx, {data_folder() / "fx-tick/truefx/usdjpy-ticks.csv"})});
  ASSERT_TRUE(yen) << yen.error().message;
  EXPECT_EQ(yen.value().report.quotes, 1'000u);
  EXPECT_TRUE(yen.value().report.clean());
  const auto folder = data_folder() / "equity/lean-tick/ibm";
  auto ibm = run_tick_import({kept(lean_options({folder / "20131007_quote.zip", folder / "20131007_trade.zip"}, "NewYork", VolumeChoice::kColumn))});
  ASSERT_TRUE(ibm) << ibm.error().message;
  const ImportReport& r = ibm.value().report;
  EXPECT_EQ(r.sources[0].rows, 109'067u);
  EXPECT_EQ(r.trades, 24'293u);
  Qty traded = 0, in_bars = 0;
  for (const InputEvent& e : ibm.value().events) {
    if (e.type == EventType::kTrade && !is_quarantined(e)) traded += e.as<Trade>().size;
  }
  for (const Bar& b : ibm.value().bars) in_bars += b.volume;
  EXPECT_LE(in_bars, traded);
  EXPECT_GT(in_bars, traded - traded / 100);
  EXPECT_EQ(r.symbols[0].basis, PriceBasis::kBidAsk);
}

}  // namespace
}  // namespace omega::feed::testing
