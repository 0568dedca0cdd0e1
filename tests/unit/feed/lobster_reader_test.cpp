// Guards: a book that is not the file's, trades of the wrong side, changes torn apart, halts and unreadable rows passed over.
#include "adapters/feed/lobster_reader.hpp"

#include "adapters/feed/price_path.hpp"
#include "tests/unit/feed/feed_fixture.hpp"

namespace omega::feed::testing {
namespace {

const char* const kMessages = "GOOG_2012-06-21_34200000_57600000_message_2.csv";
const char* const kBook = "GOOG_2012-06-21_34200000_57600000_orderbook_2.csv";
constexpr const char* kNone = "9999999999,0", *kNoBid = "-9999999999,0";

struct Day {
  std::string messages, book;
  void row(const std::string& message, const std::string& levels) { messages += message + "\n", book += levels + "\n"; }
};

/// Opening state, an order inside the spread, its execution, a hidden trade, one level eaten.
Day five_rows() {
  Day d;
  d.row("34200.000000001,1,11,100,5800000,1", "5802000,50,5800000,100,5803000,70,5799000,20");
  d.row("34200.5,1,12,30,5801000,-1", "5801000,30,5800000,100,5802000,50,5799000,20");
  d.row("34201,4,12,10,5801000,-1", "5801000,20,5800000,100,5802000,50,5799000,20");
  d.row("34201,5,0,7,5800500,1", "5801000,20,5800000,100,5802000,50,5799000,20");
  d.row("34262.25,4,11,100,5800000,1", "5801000,20,5799000,20,5802000,50,5798000,5");
  return d;
}

ImportOptions options_of(const TempFolder& folder, const Day& day, VolumeChoice volume = VolumeChoice::kColumn) {
  return tick_options(Format::kLobster, {folder.write(kBook, day.book), folder.write(kMessages, day.messages)}, volume);
}

Imported import(const Day& day, VolumeChoice volume = VolumeChoice::kColumn) {
  const TempFolder folder;
  auto imported = run_tick_import({options_of(folder, day, volume)});
  EXPECT_TRUE(imported) << imported.error().message;
  return imported ? std::move(imported).value() : Imported{};
}

template <class T>
std::vector<T> all(const Imported& i) {
  std::vector<T> out;
  for (const InputEvent& e : i.events) {
    if (e.type == EventTypeOf<T>::value) out.push_back(e.as<T>());
  }
  return out;
}

/// "B 580.1 30 +" for every delta: side, price, size, and + when more follow.
std::string delta_text(const std::vector<BookDelta>& deltas) {
  std::string text;
  for (const BookDelta& d : deltas) {
    text += std::string(text.empty() ? "" : "; ") + (d.side == BookSide::kBid ? "B " : "A ") + price_text(d.price) + " " +
            std::to_string(d.new_size / kQtyScale) + ((d.flags & tick_flag::kMore) != 0 ? " +" : "");
  }
  return text;
}

TEST(Lobster, begins_with_the_whole_book_and_goes_on_with_the_differences_of_rows) {
  const Imported got = import(five_rows());
  const auto snapshots = all<BookSnapshot>(got);
  ASSERT_EQ(snapshots.size(), 1u);
  const BookSnapshot& s = snapshots[0];
  EXPECT_EQ(utc_text(s.ts), "2012-06-21T13:30:00.000000001Z") << "09:30 in New York, in summer";
  EXPECT_EQ(s.instrument, 12) << "GOOG of the table";
  EXPECT_EQ(std::pair(s.bid_levels, s.ask_levels), (std::pair<std::uint8_t, std::uint8_t>(2, 2)));
  EXPECT_EQ(price_text(s.bid_price[0]), "580");
  EXPECT_EQ(price_text(s.ask_price[1]), "580.3");
  EXPECT_EQ(s.ask_size[1], 70 * kQtyScale);
  EXPECT_EQ(s.flags, 0);
  EXPECT_EQ(delta_text(all<BookDelta>(got)),
            "A 580.3 0 +; A 580.1 30; "   // the new level pushes one out of the window
            "A 580.1 20; "                // executed
            "B 580 0 +; B 579.8 5");      // the level is gone, a deeper one shows
}

TEST(Lobster, the_aggressor_of_a_trade_is_the_side_that_did_not_rest) {
  const Imported got = import(five_rows());
  const auto trades = all<Trade>(got);
  ASSERT_EQ(trades.size(), 3u);
  EXPECT_EQ(trades[0].aggressor, kLong) << "a resting sell order was bought";
  EXPECT_EQ(price_text(trades[1].price), "580.05");
  EXPECT_EQ(trades[1].aggressor, kShort) << "hidden, a resting buy order";
  EXPECT_EQ(trades[1].size, 7 * kQtyScale);
  EXPECT_EQ(trades[2].aggressor, kShort);
}

TEST(Lobster, bars_are_of_the_best_bid_and_ask_with_what_traded) {
  const Imported got = import(five_rows());
  ASSERT_EQ(got.bars.size(), 2u);
  EXPECT_EQ(path_text(got.bars[0]), "580/580/580/580");
  EXPECT_EQ(price_text(got.bars[0].ask_open) + " " + price_text(got.bars[0].ask_close), "580.2 580.1");
  EXPECT_EQ(got.bars[0].n_ticks, 3u) << "whole updates of the book";
  EXPECT_EQ(got.bars[0].volume, 17 * kQtyScale);
  EXPECT_EQ(got.bars[0].volume_kind, VolumeKind::kTraded);
  EXPECT_EQ(path_text(got.bars[1]), "579.9/579.9/579.9/579.9");
  EXPECT_EQ(got.bars[1].volume, 100 * kQtyScale);
  EXPECT_EQ(import(five_rows(), VolumeChoice::kTicks).bars[0].volume, 3 * kQtyScale);
}

TEST(Lobster, the_report_and_the_feed_say_what_there_is) {
  const Imported got = import(five_rows());
  const ImportReport& r = got.report;
  EXPECT_EQ(std::tuple(r.events, r.bars, r.trades, r.book_events, r.quotes, r.quarantined), std::tuple(11u, 2u, 3u, 6u, 0u, 0u));
  const SymbolSummary& s = r.symbols.at(0);
  EXPECT_EQ(std::tuple(s.ticks.book_snapshots, s.ticks.book_deltas, s.ticks.trades_sided), std::tuple(1u, 5u, 3u));
  EXPECT_EQ(r.sources[1].count(RowKind::kOlderOrder), 0u);
  const FeedDescription feed = describe(r);
  EXPECT_EQ(feed.instruments[0].capabilities, capability::kBars | capability::kVolume | capability::kQuotes | capability::kQuoteSizes |
                                                  capability::kTrades | capability::kTradesSided | capability::kL2);
}

TEST(Lobster, messages_about_orders_older_than_the_file_are_counted) {
  Day d = five_rows();
  d.row("34263,3,999,20,5799000,1", "5801000,20,5798000,5,5802000,50,5797000,5");
  EXPECT_EQ(import(d).report.sources[1].count(RowKind::kOlderOrder), 1u);
}

TEST(Lobster, after_a_halt_the_next_state_is_a_whole_book_marked_as_a_gap) {
  Day d = five_rows();
  d.row("34263,7,0,0,-1,-1", "5801000,20,5799000,20,5802000,50,5798000,5");
  d.row("34264,7,0,0,1,-1", "5801000,20,5799000,20,5802000,50,5798000,5");
  d.row("34265,1,13,1,5800000,1", "5801000,20,5800000,1,5802000,50,5799000,20");
  const Imported got = import(d);
  const auto snapshots = all<BookSnapshot>(got);
  ASSERT_EQ(snapshots.size(), 2u);
  EXPECT_EQ(snapshots[1].flags, tick_flag::kGap);
  EXPECT_EQ(price_text(snapshots[1].bid_price[0]), "580");
  EXPECT_EQ(all<BookDelta>(got).size(), 5u) << "nothing more: the snapshot has it all";
  EXPECT_EQ(got.report.sources[1].count(RowKind::kHalt), 2u);
  EXPECT_EQ(got.report.sources[1].count(RowKind::kBookGap), 1u);
  EXPECT_TRUE(got.report.clean()) << "a halt is no fault";
}

TEST(Lobster, a_book_row_that_cannot_be_read_is_a_gap) {
  for (const char* row : {"5801000,20,5800000,abc,5802000,50,5799000,20", "5801000,20,5800000,1,5800500,50,5799000,20",
                          "5801000,20,5800000,0,5802000,50,5799000,20", "5801000,20,5800000,1"}) {
    Day d = five_rows();
    d.row("34263,1,13,1,5800000,1", row);
    d.row("34264,1,14,2,5800000,1", "5801000,20,5800000,3,5802000,50,5799000,20");
    const Imported got = import(d);
    const auto snapshots = all<BookSnapshot>(got);
    ASSERT_EQ(snapshots.size(), 2u) << row;
    EXPECT_EQ(snapshots[1].flags, tick_flag::kGap);
    EXPECT_EQ(snapshots[1].bid_size[0], 3 * kQtyScale);
    EXPECT_EQ(got.report.rejected, 1u);
    EXPECT_EQ(got.report.sources[0].rejected, 1u) << "of the order book file";
  }
}

TEST(Lobster, what_an_unreadable_or_late_message_did_comes_with_the_next_one) {
  for (const char* row : {"34263,9,13,1,5800000,1", "garbage", "34100,1,13,1,5800000,1", "34263,1,13,1,5800000,0"}) {
    Day d = five_rows();
    d.row(row, "5801000,20,5800000,1,5802000,50,5799000,20");
    d.row("34264,1,14,2,5800000,1", "5801000,20,5800000,3,5802000,50,5799000,20");
    const Imported got = import(d);
    EXPECT_EQ(all<BookSnapshot>(got).size(), 1u) << row;
    EXPECT_EQ(got.report.sources[1].rejected, 1u) << row;
    const auto deltas = all<BookDelta>(got);
    ASSERT_EQ(deltas.size(), 8u) << row;  // five of before; 579.8 leaves, 580 enters with 1, then with 3
    EXPECT_EQ(deltas.back().new_size, 3 * kQtyScale);
    EXPECT_EQ(deltas[6].flags, tick_flag::kMore) << "one update";
    EXPECT_EQ(utc_text(deltas[5].ts).substr(11, 8), "13:31:04");
  }
}

TEST(Lobster, empty_levels_and_a_crossed_row) {
  Day d;
  d.row("34200,1,1,5,5800000,1", std::string(kNone) + ",5800000,5," + kNone + "," + kNoBid);
  d.row("34201,1,2,5,5810000,-1", std::string("5810000,5,5800000,5,") + kNone + "," + kNoBid);
  d.row("34202,1,3,5,5820000,1", std::string("5810000,5,5820000,5,") + kNone + ",5800000,5");
  d.row("34203,3,3,5,5820000,1", std::string("5810000,5,5800000,5,") + kNone + "," + kNoBid);
  const Imported got = import(d, VolumeChoice::kTicks);
  const auto snapshots = all<BookSnapshot>(got);
  ASSERT_EQ(snapshots.size(), 1u);
  EXPECT_EQ(std::pair(snapshots[0].bid_levels, snapshots[0].ask_levels), (std::pair<std::uint8_t, std::uint8_t>(1, 0)));
  EXPECT_EQ(got.report.sources[0].crossed, 1u);
  ASSERT_EQ(got.bars.size(), 1u);
  EXPECT_EQ(got.bars[0].n_ticks, 2u) << "neither the one-sided nor the crossed state makes a price";
  EXPECT_EQ(path_text(got.bars[0]), "580/580/580/580");
}

TEST(Lobster, an_auction_has_no_aggressor_and_a_snapshot_never_shares_its_nanosecond_with_a_change_before_it) {
  Day d = five_rows();
  d.row("34262.25,7,0,0,-1,-1", "5801000,20,5799000,20,5802000,50,5798000,5");
  d.row("34262.25,6,-1,500,5800000,-1", "5801000,20,5799000,20,5802000,50,5798000,5");
  d.row("34262.250000001,1,15,1,5800000,1", "5801000,20,5800000,1,5802000,50,5799000,20");
  const Imported got = import(d);
  const auto trades = all<Trade>(got);
  ASSERT_EQ(trades.size(), 4u);
  EXPECT_EQ(trades[3].aggressor, 0);
  const auto snapshots = all<BookSnapshot>(got);
  ASSERT_EQ(snapshots.size(), 2u);
  EXPECT_EQ(snapshots[1].ts % kSecond_ns, 250'000'001);
}

TEST(Lobster, rows_without_their_partner_are_rejected) {
  Day d = five_rows();
  d.messages += "34263,4,11,1,5799000,1\n";
  Imported got = import(d);
  EXPECT_EQ(got.report.sources[1].count(RowKind::kUnpairedRow), 1u);
  EXPECT_EQ(all<Trade>(got).size(), 4u) << "what traded is known all the same";
  d = five_rows();
  d.book += "5801000,20,5799000,20,5802000,50,5798000,6\n5801000,20,5799000,20,5802000,50,5798000,7\n";
  got = import(d);
  EXPECT_EQ(got.report.sources[0].count(RowKind::kUnpairedRow), 2u);
}

std::string refusal(const ImportOptions& options) {
  auto imported = run_tick_import({options});
  EXPECT_FALSE(imported);
  if (imported) return "";
  EXPECT_EQ(imported.error().kind, ErrorKind::kUsage) << imported.error().message;
  return imported.error().message;
}

TEST(Lobster, refuses_half_a_day_other_names_and_what_the_format_already_says) {
  const TempFolder folder;
  const Day d = five_rows();
  ImportOptions o = options_of(folder, d);
  o.files.pop_back();
  EXPECT_NE(refusal(o).find("message file is not among the files"), std::string::npos);
  o = options_of(folder, d);
  o.files.push_back(o.files[0]);
  EXPECT_NE(refusal(o).find("given before"), std::string::npos);
  o = options_of(folder, d);
  o.files[0] = folder.write("goog.csv", d.book);
  EXPECT_NE(refusal(o).find("not a LOBSTER name"), std::string::npos);
  o = options_of(folder, d);
  o.tz = "UTC";
  EXPECT_NE(refusal(o).find("leave --tz out"), std::string::npos);
  o = options_of(folder, d);
  o.basis = PriceBasis::kBid;
  EXPECT_NE(refusal(o).find("leave --price-basis out"), std::string::npos);
  o = options_of(folder, d);
  o.files.push_back(folder.write("b/GOOG_2012-06-21_34200000_57600000_message_1.csv", "34200.5,1,12,30,5801000,-1\n"));
  o.files.push_back(folder.write("b/GOOG_2012-06-21_34200000_57600000_orderbook_1.csv", "5801000,30,5800000,100\n"));
  EXPECT_NE(refusal(o).find("both give the book of the same time"), std::string::npos);
}

TEST(Lobster, days_of_one_symbol_follow_one_another_with_a_gap_between) {
  const TempFolder folder;
  const Day d = five_rows();
  ImportOptions o = options_of(folder, d);
  o.files.push_back(folder.write("GOOG_2012-06-20_34200000_57600000_message_2.csv", d.messages));
  o.files.push_back(folder.write("GOOG_2012-06-20_34200000_57600000_orderbook_2.csv", d.book));
  auto got = run_tick_import({o});
  ASSERT_TRUE(got) << got.error().message;
  const auto snapshots = all<BookSnapshot>(got.value());
  ASSERT_EQ(snapshots.size(), 2u);
  EXPECT_EQ(snapshots[0].flags, 0);
  EXPECT_EQ(snapshots[1].flags, tick_flag::kGap);
}

TEST(Lobster, with_ticks_bars_only_the_bars_are_journaled) {
  const TempFolder folder;
  ImportOptions o = options_of(folder, five_rows());
  o.ticks = TickChoice::kBars;
  auto got = run_import({o});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got.value().bars.size(), 2u);
  EXPECT_EQ(got.value().bars[0].volume, 17 * kQtyScale);
  EXPECT_EQ(got.value().report.symbols[0].ticks.events(), 0u);
  EXPECT_EQ(describe(got.value().report).instruments[0].capabilities, capability::kBars | capability::kVolume);
}

TEST(Lobster, more_levels_than_a_snapshot_holds_follow_it_as_changes) {
  Day d;
  std::string levels;
  for (int i = 0; i < 12; ++i) {
    levels += (i == 0 ? "" : ",") + std::to_string(5'801'000 + 100 * i) + "," + std::to_string(10 + i) + "," + std::to_string(5'800'000 - 100 * i) + "," + std::to_string(20 + i);
  }
  d.row("34200,1,1,5,5800000,1", levels);
  const TempFolder folder;
  auto imported = run_tick_import({tick_options(Format::kLobster, {folder.write("GOOG_2012-06-21_34200000_57600000_orderbook_12.csv", d.book),
                                                                   folder.write("GOOG_2012-06-21_34200000_57600000_message_12.csv", d.messages)})});
  ASSERT_TRUE(imported) << imported.error().message;
  OrderBook book;
  for (const InputEvent& e : imported.value().events) {
    if (e.type == EventType::kBookDelta) book.on_delta(e.as<BookDelta>());
    if (e.type != EventType::kBookSnapshot) continue;
    book.on_snapshot(e.as<BookSnapshot>());
    EXPECT_FALSE(book.whole());
  }
  EXPECT_TRUE(book.usable());
  ASSERT_EQ(book.bids().levels().size(), 12u);
  EXPECT_EQ(book.asks().levels()[11].size, 21 * kQtyScale);
}

}  // namespace
}  // namespace omega::feed::testing
