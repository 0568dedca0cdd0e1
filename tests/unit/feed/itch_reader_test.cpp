// Guards: orders that are not followed to their end, levels that are not the sum of their orders, messages passed over in silence.
#include "adapters/feed/itch_reader.hpp"

#include "tests/unit/feed/book_fixture.hpp"

namespace omega::feed::testing {
namespace {

std::string number(std::uint64_t n, std::size_t width) {
  std::string out;
  for (std::size_t i = width; i-- > 0;) out += static_cast<char>(n >> (8 * i));
  return out;
}
constexpr DurationNs kOpen_ns = 34'500 * kSecond_ns;  // 09:35

std::string framed(const std::string& body) { return number(body.size(), 2) + body; }
/// Type, locate, tracking number, time after the open.
std::string head(char type, DurationNs after) { return std::string(1, type) + number(13, 2) + number(0, 2) + number(static_cast<std::uint64_t>(kOpen_ns + after), 6); }
std::string stock(std::string name) { return name.resize(8, ' '), name; }
std::string entered(DurationNs t, std::uint64_t order, char side, std::uint64_t shares, std::uint64_t price, const char* symbol = "AAPL") {
  return framed(head('A', t) + number(order, 8) + side + number(shares, 4) + stock(symbol) + number(price, 4));
}
std::string executed(DurationNs t, std::uint64_t order, std::uint64_t shares) { return framed(head('E', t) + number(order, 8) + number(shares, 4) + number(1, 8)); }
std::string executed_at(DurationNs t, std::uint64_t order, std::uint64_t shares, char prints, std::uint64_t price) {
  return framed(head('C', t) + number(order, 8) + number(shares, 4) + number(1, 8) + prints + number(price, 4));
}
std::string cancelled(DurationNs t, std::uint64_t order, std::uint64_t shares) { return framed(head('X', t) + number(order, 8) + number(shares, 4)); }
std::string deleted(DurationNs t, std::uint64_t order) { return framed(head('D', t) + number(order, 8)); }
std::string replaced(DurationNs t, std::uint64_t order, std::uint64_t by, std::uint64_t shares, std::uint64_t price) {
  return framed(head('U', t) + number(order, 8) + number(by, 8) + number(shares, 4) + number(price, 4));
}
std::string hidden(DurationNs t, std::uint64_t shares, std::uint64_t price) {
  return framed(head('P', t) + number(0, 8) + 'B' + number(shares, 4) + stock("AAPL") + number(price, 4) + number(1, 8));
}
std::string halted(DurationNs t, char state) { return framed(head('H', t) + stock("AAPL") + state + ' ' + "    "); }

/// Two bids of one level, an ask.
const std::string kBegin = entered(1, 1, 'B', 100, 2'880'000) + entered(2, 2, 'B', 50, 2'880'000) + entered(3, 3, 'S', 70, 2'881'000);

Imported import(const std::string& bytes, const std::string& symbol = "") {
  const TempFolder folder;
  ImportOptions o = tick_options(Format::kItch, {folder.write("AAPL_20191230.itch50", bytes)});
  o.symbol = symbol;
  auto imported = run_tick_import({o});
  EXPECT_TRUE(imported) << imported.error().message;
  return imported ? std::move(imported).value() : Imported{};
}

TEST(Itch, a_level_is_the_sum_of_its_orders_until_each_has_ended) {
  EXPECT_EQ(book_of(import(kBegin)), "288 x150 | 288.1 x70");
  EXPECT_EQ(book_of(import(kBegin + cancelled(4, 1, 30))), "288 x120 | 288.1 x70");
  EXPECT_EQ(book_of(import(kBegin + deleted(4, 1))), "288 x50 | 288.1 x70");
  EXPECT_EQ(book_of(import(kBegin + executed(4, 1, 100) + executed(5, 2, 50))), "| 288.1 x70");
  EXPECT_EQ(book_of(import(kBegin + replaced(4, 1, 9, 40, 2'880'500) + executed(5, 9, 10))), "288.05 x30 288 x50 | 288.1 x70");
  const Imported got = import(kBegin + replaced(4, 1, 9, 40, 2'879'000));
  EXPECT_EQ(got.events[got.events.size() - 2].ts(), got.events[got.events.size() - 3].ts()) << "both levels of the replacement in one update";
  EXPECT_EQ(utc_text(got.events[0].ts()), "2019-12-30T14:35:00.000000001Z");
}

TEST(Itch, executions_are_trades_against_the_resting_side_and_hidden_ones_of_no_side) {
  const Imported got = import(kBegin + executed(4, 1, 10) + executed_at(5, 3, 20, 'Y', 2'880'900) + executed_at(6, 3, 20, 'N', 2'880'900) + hidden(7, 5, 2'880'500));
  const auto t = trades_of(got);
  ASSERT_EQ(t.size(), 3u) << "what does not print is no trade";
  EXPECT_EQ(std::tuple(t[0].aggressor, price_text(t[0].price), t[0].size), std::tuple(kShort, std::string("288"), 10 * kQtyScale));
  EXPECT_EQ(std::tuple(t[1].aggressor, price_text(t[1].price)), std::tuple(kLong, std::string("288.09")));
  EXPECT_EQ(std::tuple(t[2].aggressor, price_text(t[2].price)), std::tuple(Direction{0}, std::string("288.05")));
  EXPECT_EQ(book_of(got), "288 x140 | 288.1 x30");
  EXPECT_NE(describe(got.report).instruments[0].capabilities & capability::kTradesSided, 0u) << "most are";
}

TEST(Itch, orders_older_than_the_file_are_counted_and_change_nothing) {
  const Imported got = import(kBegin + executed(4, 77, 10) + deleted(5, 78) + cancelled(6, 79, 1) + replaced(7, 80, 81, 1, 1));
  EXPECT_EQ(got.report.sources[0].count(RowKind::kOlderOrder), 4u);
  EXPECT_EQ(book_of(got), "288 x150 | 288.1 x70");
  EXPECT_TRUE(got.report.clean());
}

TEST(Itch, what_cannot_be_is_rejected_and_changes_nothing) {
  struct Case {
    std::string message;
    RowKind kind;
  };
  const std::string short_delete = framed(head('D', 4) + number(1, 4)), unknown = framed(head('z', 4)), none = framed("");
  for (const Case& c : {Case{executed(4, 1, 101), RowKind::kBadTickSize}, Case{cancelled(4, 1, 0), RowKind::kBadTickSize},
                        Case{entered(4, 1, 'B', 5, 2'880'000), RowKind::kDuplicateOrder}, Case{replaced(4, 1, 2, 5, 2'880'000), RowKind::kDuplicateOrder},
                        Case{entered(4, 5, 'B', 5, 0), RowKind::kBadTickPrice}, Case{entered(4, 5, 'X', 5, 1), RowKind::kUnknownType},
                        Case{deleted(0, 1), RowKind::kTickOutOfOrder}, Case{short_delete, RowKind::kBadRecord}, Case{unknown, RowKind::kUnknownType},
                        Case{none, RowKind::kUnknownType}, Case{std::string("\0\x13" "D", 3), RowKind::kCutRecord}}) {
    const Imported got = import(kBegin + c.message);
    EXPECT_EQ(got.report.sources[0].count(c.kind), 1u) << info(c.kind).name;
    EXPECT_EQ(got.report.rejected, 1u) << info(c.kind).name;
    EXPECT_EQ(book_of(got), "288 x150 | 288.1 x70");
  }
}

TEST(Itch, other_symbols_are_left_out_and_an_option_picks_one) {
  const std::string two = kBegin + entered(4, 10, 'B', 5, 1'800'000, "IBM") + entered(5, 11, 'S', 5, 1'801'000, "IBM") + entered(6, 12, 'B', 5, 100, "ZZZZ") + deleted(7, 10);
  EXPECT_EQ(import(two).report.symbols.size(), 2u);
  const Imported one = import(two, "AAPL");
  ASSERT_EQ(one.report.symbols.size(), 1u);
  EXPECT_EQ(one.report.symbols[0].symbol, "AAPL");
}

TEST(Itch, a_halt_makes_the_next_state_a_whole_book) {
  const Imported got = import(halted(0, 'T') + kBegin + halted(4, 'H') + halted(5, 'T') + entered(6, 4, 'B', 1, 2'880'100));
  std::vector<BookSnapshot> snapshots;
  for (const InputEvent& e : got.events) {
    if (e.type == EventType::kBookSnapshot) snapshots.push_back(e.as<BookSnapshot>());
  }
  ASSERT_EQ(snapshots.size(), 2u);
  EXPECT_EQ(snapshots[1].flags, tick_flag::kGap);
  EXPECT_EQ(snapshots[1].bid_levels, 2u);
  EXPECT_EQ(got.report.sources[0].count(RowKind::kHalt), 1u);
}

TEST(Itch, levels_beyond_the_window_come_back_when_better_ones_go) {
  std::string bytes = entered(1, 9'999, 'S', 1, 3'000'000);
  for (std::uint64_t i = 0; i < kItchLevels + 20; ++i) bytes += entered(static_cast<DurationNs>(2 + i), 1 + i, 'B', 10 + i, 2'000'000 + 100 * i);
  for (std::uint64_t i = 0; i < 30; ++i) bytes += deleted(static_cast<DurationNs>(500 + i), kItchLevels + 20 - i);
  const Imported got = import(bytes);
  const std::string book = book_of(got);
  EXPECT_EQ(std::count(book.begin(), book.end(), 'x'), static_cast<std::ptrdiff_t>(kItchLevels + 20 - 30 + 1)) << book;
  EXPECT_NE(book.find(" 200 x10 |"), std::string::npos) << "the worst bid of all, left out of the window for long: " << book;
}

TEST(Itch, names_state_the_day_in_either_order) {
  EXPECT_EQ(utc_text(*itch_date("AAPL_20191230_50k.itch50")).substr(0, 10), "2019-12-30");
  EXPECT_EQ(utc_text(*itch_date("01302019.NASDAQ_ITCH50")).substr(0, 10), "2019-01-30");
  EXPECT_FALSE(itch_date("S081321-v50.txt"));
  EXPECT_FALSE(itch_date("120191230"));
}

TEST(Itch, a_file_that_is_not_framed_is_refused) {
  const TempFolder folder;
  auto imported = run_tick_import({tick_options(Format::kItch, {folder.write("AAPL_20191230.itch50", "timestamp,bid,ask\n")})});
  ASSERT_FALSE(imported);
  EXPECT_EQ(imported.error().kind, ErrorKind::kData);
}

}  // namespace
}  // namespace omega::feed::testing
