// Guards: orders that are not followed to their end, trades without or of the wrong side, rows passed over in silence, two files that are one.
#include "adapters/feed/bitstamp_reader.hpp"

#include <cstring>

#include "tests/unit/feed/book_fixture.hpp"

namespace omega::feed::testing {
namespace {

constexpr std::int64_t kFirst_ms = 1'430'438'404'518;  // 2015-05-01 00:00:04.518

std::string line(std::int64_t ms, const std::string& event, const std::string& json) { return std::to_string(kFirst_ms + ms) + " " + event + " " + json + "\n"; }
std::string order(std::int64_t ms, const char* event, int number, const char* side, const char* price, const char* amount) {
  return line(ms, std::string("order_") + event,
              std::string("{\"price\": \"") + price + "\", \"amount\": \"" + amount + "\", \"datetime\": \"1430438404\", \"id\": " + std::to_string(number) +
                  ", \"order_type\": " + (side == std::string_view("bid") ? "0" : "1") + "}");
}
std::string traded(std::int64_t ms, const char* price, const char* amount) {
  return line(ms, "trade", std::string("{\"price\": ") + price + ", \"amount\": " + amount + ", \"id\": 8111041}");
}
/// The same order as a row of the csv; amount in 1e-8.
std::string csv(std::int64_t ms, const char* action, int number, const char* side, const char* price, std::int64_t volume) {
  return std::to_string(number) + "," + std::to_string(kFirst_ms + ms) + ",1430438404000," + price + "," + std::to_string(volume) + "," + action + "," + side + "\n";
}
const std::string kHeader = std::string(kBitstampCsvHeader) + "\n";

/// Two bids of one level, an ask.
const std::string kBegin = order(0, "created", 1, "bid", "236.47", "2.00000000") + order(1, "created", 2, "bid", "236.47", "0.5") +
                           order(2, "created", 3, "ask", "236.60", "1.00000000");

ImportOptions options_of(std::vector<std::filesystem::path> files) {
  ImportOptions o = tick_options(Format::kBitstamp, std::move(files), VolumeChoice::kColumn);
  o.symbol = "BTCUSD";
  return o;
}
Imported import(const std::string& bytes, VolumeChoice volume = VolumeChoice::kNone) {
  const TempFolder folder;
  ImportOptions o = options_of({folder.write("2015-05-01.log", bytes)});
  o.volume = volume;
  auto imported = run_tick_import({o});
  EXPECT_TRUE(imported) << imported.error().message;
  return imported ? std::move(imported).value() : Imported{};
}

TEST(Bitstamp, a_level_is_the_sum_of_its_orders_until_each_has_ended) {
  const Imported begin = import(kBegin);
  EXPECT_EQ(book_of(begin), "236.47 x2.5 | 236.6 x1");
  EXPECT_EQ(utc_text(begin.events[0].ts()), "2015-05-01T00:00:04.518000000Z");
  EXPECT_EQ(book_of(import(kBegin + order(3, "changed", 1, "bid", "236.47", "1.78855669"))), "236.47 x2.28855669 | 236.6 x1");
  EXPECT_EQ(book_of(import(kBegin + order(3, "deleted", 1, "bid", "236.47", "2.00000000"))), "236.47 x0.5 | 236.6 x1");
  EXPECT_EQ(book_of(import(kBegin + order(3, "deleted", 3, "ask", "236.60", "0.00000000"))), "236.47 x2.5 |");
  EXPECT_EQ(book_of(import(kBegin + order(3, "changed", 2, "bid", "236.50", "0.5"))), "236.5 x0.5 236.47 x2 | 236.6 x1") << "a market order moves";
}

TEST(Bitstamp, every_row_is_one_update_and_the_csv_tells_the_same_book) {
  const std::string rows = kHeader + csv(0, "created", 1, "bid", "236.47", 200'000'000) + csv(1, "created", 2, "bid", "236.47", 50'000'000) +
                           csv(2, "created", 3, "ask", "236.60", 100'000'000) + csv(3, "changed", 2, "bid", "236.50", 50'000'000);
  const Imported both[] = {import(rows), import(kBegin + order(3, "changed", 2, "bid", "236.50", "0.5"))};
  ASSERT_EQ(both[0].events.size(), both[1].events.size());
  for (std::size_t i = 0; i < both[0].events.size(); ++i) {
    const InputEvent &a = both[0].events[i], &b = both[1].events[i];
    ASSERT_EQ(a.type, b.type) << i;
    EXPECT_EQ(std::memcmp(a.body.data(), b.body.data(), a.body_bytes()), 0) << i;
  }
  EXPECT_EQ(both[0].report.rows, 4u) << "the header is no row";
  const auto deltas = events_of<BookDelta>(both[0], EventType::kBookDelta);
  ASSERT_GE(deltas.size(), 2u);
  EXPECT_EQ(deltas[deltas.size() - 2].flags, tick_flag::kMore) << "both levels of the move in one update";
}

TEST(Bitstamp, a_trade_has_the_side_of_the_order_entered_later) {
  const std::string bought = order(10, "created", 4, "bid", "236.70", "0.4") + order(11, "changed", 3, "ask", "236.60", "0.6") +
                             order(12, "deleted", 4, "bid", "236.70", "0.00000000") + traded(13, "236.59999999999999", "0.40000000000000002");
  const Imported got = import(kBegin + bought, VolumeChoice::kColumn);
  const auto t = trades_of(got);
  ASSERT_EQ(t.size(), 1u);
  EXPECT_EQ(std::tuple(price_text(t[0].price), t[0].size, t[0].aggressor), std::tuple(std::string("236.6"), Qty{40'000'000}, kLong));
  EXPECT_EQ(t[0].ts % kSecond_ns, 531 * kMilli_ns);
  EXPECT_EQ(got.bars[0].volume, 40'000'000);
  EXPECT_EQ(got.report.sources[0].rounded, 2u) << "what a float made of a price and an amount";
  EXPECT_EQ(got.report.sources[0].count(RowKind::kCrossedBook), 2u) << "from the bid's entry until it is gone";
  const std::string early = kBegin + order(10, "created", 4, "bid", "236.70", "0.4") + traded(11, "236.6", "0.4") + order(12, "changed", 3, "ask", "236.60", "0.6") +
                            order(13, "deleted", 4, "bid", "236.70", "0.00000000");
  EXPECT_EQ(trades_of(import(early))[0].aggressor, 0) << "nothing that comes later is used";
}

TEST(Bitstamp, a_small_amount_with_an_exponent_is_read) {
  const auto t = trades_of(import(kBegin + traded(3, "236.62", "9.9999999999999995e-07")));
  ASSERT_EQ(t.size(), 1u);
  EXPECT_EQ(t[0].size, 100);
}

TEST(Bitstamp, the_csv_has_no_trades_and_each_pair_of_fills_is_one) {
  const std::string rows = kHeader + csv(0, "created", 1, "bid", "236.47", 200'000'000) + csv(1, "created", 3, "ask", "236.60", 100'000'000) +
                           csv(2, "created", 4, "ask", "236.40", 70'000'000) + csv(3, "changed", 1, "bid", "236.47", 129'999'999) +
                           csv(4, "deleted", 4, "ask", "236.40", 0) + csv(5, "deleted", 3, "ask", "236.60", 100'000'000);
  const Imported got = import(rows);
  const auto t = trades_of(got);
  ASSERT_EQ(t.size(), 1u) << "an order that is cancelled trades nothing";
  EXPECT_EQ(std::tuple(price_text(t[0].price), t[0].size, t[0].aggressor), std::tuple(std::string("236.47"), Qty{70'000'001}, kShort)) << "cut digits are no other size";
  EXPECT_EQ(book_of(got), "236.47 x1.29999999 |");
}

TEST(Bitstamp, a_level_shows_no_more_than_the_engine_can_sum_and_loses_none_of_its_orders) {
  const std::string huge = kBegin + order(3, "created", 5, "bid", "236.00", "45035996") + order(4, "created", 6, "bid", "236.00", "45035990");
  EXPECT_EQ(book_of(import(huge)), "236.47 x2.5 236 x45035996 | 236.6 x1");
  const std::string one = huge + order(5, "deleted", 5, "bid", "236.00", "45035996");
  EXPECT_EQ(book_of(import(one)), "236.47 x2.5 236 x45035990 | 236.6 x1");
  EXPECT_EQ(book_of(import(one + order(6, "deleted", 6, "bid", "236.00", "45035990"))), "236.47 x2.5 | 236.6 x1");
}

TEST(Bitstamp, orders_older_than_the_file_are_counted_and_change_nothing) {
  const Imported got = import(kBegin + order(3, "deleted", 77, "ask", "236.10", "1.0") + order(4, "changed", 78, "bid", "236.47", "0.1"));
  EXPECT_EQ(got.report.sources[0].count(RowKind::kOlderOrder), 2u);
  EXPECT_EQ(book_of(got), "236.47 x2.5 | 236.6 x1");
  EXPECT_TRUE(got.report.clean());
}

TEST(Bitstamp, an_end_before_its_entry_leaves_no_ghost_and_a_second_end_is_counted) {
  const Imported got = import(kBegin + order(3, "deleted", 9, "ask", "236.50", "5.0") + order(4, "created", 9, "ask", "236.50", "5.0") +
                              order(5, "deleted", 9, "ask", "236.50", "5.0") + order(6, "deleted", 2, "bid", "236.47", "0.5") +
                              order(7, "changed", 2, "bid", "236.47", "0.2"));
  EXPECT_EQ(book_of(got), "236.47 x2 | 236.6 x1");
  const SourceQuality& q = got.report.sources[0];
  EXPECT_EQ(std::tuple(q.count(RowKind::kOlderOrder), q.count(RowKind::kLateOrder), q.count(RowKind::kEndedOrder)), std::tuple(1u, 1u, 2u));
}

TEST(Bitstamp, what_cannot_be_is_rejected_by_line_and_changes_nothing) {
  struct Case {
    std::string row;
    RowKind kind;
  };
  const std::string good = "{\"price\": \"1\", \"amount\": \"1\", \"id\": 5, \"order_type\": 0}";
  for (const Case& c : {Case{order(3, "created", 1, "bid", "236.40", "1"), RowKind::kDuplicateOrder}, Case{order(3, "created", 5, "bid", "0", "1"), RowKind::kBadTickPrice},
                        Case{order(3, "created", 5, "bid", "-1", "1"), RowKind::kBadTickPrice}, Case{order(3, "created", 5, "bid", "1", "0"), RowKind::kBadTickSize},
                        Case{order(3, "changed", 1, "bid", "236.47", "-1"), RowKind::kBadTickSize}, Case{order(3, "created", 5, "bid", "nan", "1"), RowKind::kNanPrice},
                        Case{order(3, "created", 5, "bid", "x", "1"), RowKind::kTextInPrice}, Case{order(3, "created", 5, "bid", "1", ""), RowKind::kMissingField},
                        Case{order(3, "created", 5, "bid", "18446744073", "1"), RowKind::kOverflow}, Case{order(3, "created", 5, "bid", "1", "99999999"), RowKind::kBadTickSize},
                        Case{order(-1, "created", 5, "bid", "1", "1"), RowKind::kTickOutOfOrder}, Case{order(86'400'003, "created", 5, "bid", "1", "1"), RowKind::kTickOutOfOrder},
                        Case{line(3, "order_moved", good), RowKind::kUnknownType}, Case{line(3, "order_created", "{\"price\": \"1\""), RowKind::kBadJson},
                        Case{line(3, "order_created", "{\"price\": \"1\", \"amount\": \"1\", \"id\": 5}"), RowKind::kMissingField},
                        Case{line(3, "order_created", "{\"price\": \"1\", \"amount\": \"1\", \"id\": 5, \"order_type\": 2}"), RowKind::kUnknownType},
                        Case{line(3, "order_created", "{\"price\": \"1\", \"amount\": \"1\", \"id\": -5, \"order_type\": 0}"), RowKind::kBadRecord},
                        Case{"1430438404.6 order_created " + good + "\n", RowKind::kBadTimestamp}, Case{"1430438404999\n", RowKind::kMissingField}}) {
    const Imported got = import(kBegin + c.row);
    EXPECT_EQ(got.report.sources[0].count(c.kind), 1u) << c.row;
    EXPECT_EQ(got.report.rejected, 1u) << c.row;
    ASSERT_FALSE(got.report.sources[0].listed.empty()) << c.row;
    EXPECT_EQ(got.report.sources[0].listed[0].line, 4u) << c.row;
    EXPECT_EQ(book_of(got), "236.47 x2.5 | 236.6 x1") << c.row;
  }
  const Imported rows = import(kHeader + csv(0, "created", 1, "bid", "236.47", 5) + csv(0, "created", 9, "ask", "237", 5) + csv(1, "created", 2, "both", "236.47", 5) + csv(2, "moved", 2, "bid", "236.47", 5) + "1,2,3\n");
  EXPECT_EQ(rows.report.rejected, 3u);
}

TEST(Bitstamp, one_time_far_ahead_does_not_put_the_rest_out_of_order_and_a_real_break_costs_one_row) {
  const std::int64_t day_ms = 86'400'000;
  EXPECT_EQ(book_of(import(kBegin + order(900 * day_ms, "created", 5, "bid", "1", "1") + order(4, "created", 6, "bid", "2", "1"))), "236.47 x2.5 2 x1 | 236.6 x1");
  const Imported gap = import(kBegin + order(3 * day_ms, "created", 5, "bid", "1", "1") + order(3 * day_ms + 9, "created", 6, "bid", "2", "1"));
  EXPECT_EQ(book_of(gap), "236.47 x2.5 2 x1 | 236.6 x1");
  EXPECT_EQ(gap.report.rejected, 1u);
}

TEST(Bitstamp, the_symbol_must_be_given_and_the_stream_and_its_csv_are_one_book) {
  const TempFolder folder;
  ImportOptions o = options_of({folder.write("a.log", kBegin), folder.write("orders.csv", kHeader + csv(0, "created", 1, "bid", "236.47", 5) + csv(1, "created", 3, "ask", "237", 5))});
  auto twice = run_tick_import({o});
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message.find("both give the book of the same time"), std::string::npos) << twice.error().message;
  o.symbol = "";
  auto none = run_tick_import({o});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::kUsage);
  EXPECT_NE(none.error().message.find("--symbol"), std::string::npos);
}

TEST(Bitstamp, a_file_of_something_else_is_refused) {
  const TempFolder folder;
  auto imported = run_tick_import({options_of({folder.write("a.log", "timestamp,bid,ask\n2015-05-01,1,2\n")})});
  ASSERT_FALSE(imported);
  EXPECT_EQ(imported.error().kind, ErrorKind::kData);
}

}  // namespace
}  // namespace omega::feed::testing
