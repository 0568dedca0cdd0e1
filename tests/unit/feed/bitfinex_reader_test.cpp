// Guards: times made up in silence, orders that are not followed, whole books that leave old orders behind, frames passed over in silence.
#include "adapters/feed/bitfinex_reader.hpp"

#include "adapters/feed/json_frames.hpp"
#include "tests/unit/feed/book_fixture.hpp"

namespace omega::feed::testing {
namespace {

const std::string kSubscribed = R"({"event": "subscribed", "channel": "book", "chanId": 8047, "symbol": "tBTCUSD", "prec": "R0", "freq": "F0", "len": "25", "pair": "BTCUSD"})";
const std::string kWhole = "[8047, [[1, 60945, 0.25], [2, 60945, 0.5], [3, 60946.5, -1], [4, 60947.35136398, -2]]]";

std::string file_of(const std::vector<std::string>& frames) {
  std::string text;
  for (const std::string& f : frames) text += (text.empty() ? "[" : ", ") + f;
  return text + "]\n";
}
/// The subscription, the whole book, then the frames.
std::string after_begin(const std::vector<std::string>& frames) {
  std::vector<std::string> all{kSubscribed, kWhole};
  all.insert(all.end(), frames.begin(), frames.end());
  return file_of(all);
}

ImportOptions options_of(const std::filesystem::path& file) {
  ImportOptions o = tick_options(Format::kBitfinex, {file});
  o.start_ts = parse_start("2022-01-01T00:00:00Z").value();
  o.frame_step_ns = kMilli_ns;
  return o;
}
Result<Imported> try_import(const std::string& bytes, const std::string& symbol = "") {
  const TempFolder folder;
  ImportOptions o = options_of(folder.write("feed.json", bytes));
  o.symbol = symbol;
  return run_tick_import({o});
}
Imported import(const std::string& bytes) {
  auto imported = try_import(bytes);
  EXPECT_TRUE(imported) << imported.error().message;
  return imported ? std::move(imported).value() : Imported{};
}

TEST(Bitfinex, a_level_is_the_sum_of_its_orders_and_every_frame_is_one_update) {
  EXPECT_EQ(book_of(import(after_begin({}))), "60945 x0.75 | 60946.5 x1 60947.35136398 x2");
  EXPECT_EQ(book_of(import(after_begin({"[8047, [1, 0, 1]]", "[8047, [3, 60946.5, -0.4]]"}))), "60945 x0.5 | 60946.5 x0.4 60947.35136398 x2");
  const Imported moved = import(after_begin({"[8047, [2, 60946, 5e-05]]"}));
  EXPECT_EQ(book_of(moved), "60946 x0.00005 60945 x0.25 | 60946.5 x1 60947.35136398 x2");
  const auto deltas = events_of<BookDelta>(moved, EventType::kBookDelta);
  ASSERT_EQ(deltas.size(), 2u);
  EXPECT_EQ(deltas[0].flags, tick_flag::kMore);
  EXPECT_EQ(deltas[1].flags, 0);
  EXPECT_EQ(book_of(import(after_begin({"[8047, [2, 60946.5, -0.5]]"}))), "60945 x0.25 | 60946.5 x1.5 60947.35136398 x2") << "to the other side";
}

TEST(Bitfinex, frame_n_is_at_the_start_and_n_steps_whatever_the_frames_hold) {
  const Imported got = import(after_begin({"[8047, \"hb\"]", "{\"event\": \"info\"}", "[8047, [1, 0, 1]]"}));
  ASSERT_EQ(got.events.size(), 3u) << "a book, a change, the bar";
  EXPECT_EQ(utc_text(got.events[0].ts()), "2022-01-01T00:00:00.001000000Z");
  EXPECT_EQ(utc_text(got.events[1].ts()), "2022-01-01T00:00:00.004000000Z");
  EXPECT_TRUE(got.report.symbols[0].modelled_time);
  EXPECT_NE(describe(got.report).text.find("/MODELLED_TIME"), std::string::npos);
  EXPECT_NE(to_text(got.report).find("MODELLED_TIME"), std::string::npos);
  EXPECT_TRUE(got.report.clean());
}

TEST(Bitfinex, no_time_is_made_up_without_both_options_and_no_other_format_takes_them) {
  const TempFolder folder;
  const auto refused = [](const ImportOptions& o) {
    const Status s = check_options(o);
    EXPECT_FALSE(s);
    if (s) return std::string();
    EXPECT_EQ(s.error().kind, ErrorKind::kUsage);
    return s.error().message;
  };
  ImportOptions o = options_of(folder.write("feed.json", after_begin({})));
  ASSERT_TRUE(check_options(o));
  o.start_ts.reset();
  EXPECT_NE(refused(o).find("needs --start and --frame-step"), std::string::npos);
  o = options_of(o.files[0]);
  o.frame_step_ns.reset();
  EXPECT_NE(refused(o).find("needs --start and --frame-step"), std::string::npos);
  o = options_of(o.files[0]);
  o.format = Format::kTruefx;
  EXPECT_NE(refused(o).find("leave --start and --frame-step out"), std::string::npos);
  o.format = Format::kBitfinex;
  o.volume = VolumeChoice::kColumn;
  EXPECT_NE(refused(o).find("no trades"), std::string::npos);
}

TEST(Bitfinex, starts_state_their_zone_and_steps_their_unit) {
  EXPECT_EQ(utc_text(parse_start("2022-01-01 02:00:00.5+02:00").value()), "2022-01-01T00:00:00.500000000Z");
  for (const char* text : {"", "2022-01-01T00:00:00", "2022-01-01", "now", "1640995200"}) EXPECT_FALSE(parse_start(text)) << text;
  EXPECT_EQ(parse_frame_step("250us").value(), 250'000);
  EXPECT_EQ(parse_frame_step("1ns").value(), 1);
  EXPECT_EQ(parse_frame_step("86400s").value(), kDay_ns);
  for (const char* text : {"", "1", "ms", "0ms", "-1ms", "1.5ms", "86401s", "1 ms", "1min", "99999999999999999999ns"}) EXPECT_FALSE(parse_frame_step(text)) << text;
}

TEST(Bitfinex, a_second_whole_book_is_a_gap_and_leaves_nothing_of_the_first) {
  const Imported got = import(after_begin({"[8047, [[7, 60000, 1], [8, 60001, -1]]]"}));
  EXPECT_EQ(book_of(got), "60000 x1 | 60001 x1");
  const auto books = events_of<BookSnapshot>(got, EventType::kBookSnapshot);
  ASSERT_EQ(books.size(), 2u);
  EXPECT_EQ(books[1].flags, tick_flag::kGap);
  EXPECT_EQ(got.report.sources[0].count(RowKind::kBookGap), 1u);
}

TEST(Bitfinex, crossed_states_are_counted_and_locked_ones_too) {
  const Imported got = import(after_begin({"[8047, [9, 60946.5, 1]]", "[8047, [9, 60947, 1]]", "[8047, [1, 0, 1]]", "[8047, [9, 0, 1]]"}));
  EXPECT_EQ(got.report.sources[0].crossed, 2u);
  EXPECT_EQ(got.report.sources[0].locked, 1u);
  EXPECT_TRUE(got.report.clean());
}

TEST(Bitfinex, what_cannot_be_is_rejected_by_frame_and_changes_nothing) {
  struct Case {
    std::string frame;
    RowKind kind;
  };
  for (const Case& c : {Case{"[8047, [1, -5, 1]]", RowKind::kBadTickPrice}, Case{"[8047, [1, 18014399, 1]]", RowKind::kBadTickPrice}, Case{"[8047, [1, 5, 0]]", RowKind::kBadTickSize},
                        Case{"[8047, [1, 5, 99999999]]", RowKind::kBadTickSize}, Case{"[8047, [1, 1e30, 1]]", RowKind::kOverflow}, Case{"[8047, [1, 5]]", RowKind::kBadRecord},
                        Case{"[8047, [1, 5, 1, 1]]", RowKind::kBadRecord}, Case{"[8047, [-1, 5, 1]]", RowKind::kBadRecord}, Case{"[8047, [1, \"5\", 1]]", RowKind::kBadRecord},
                        Case{"[8047, [[1, 5, 1], [2, null, 1]]]", RowKind::kBadRecord}, Case{"[8047, [1, 5, 1], [2, 5, 1]]", RowKind::kExtraField}, Case{"[8047]", RowKind::kBadRecord},
                        Case{"[8047, [1, 5, 1]", RowKind::kCutRecord}, Case{"[8048, [1, 5, 1]]", RowKind::kUnknownType}, Case{"[8047, [1 5, 1]]", RowKind::kBadJson},
                        Case{"", RowKind::kBadJson}, Case{"7", RowKind::kBadRecord}, Case{"\"" + std::string(JsonFrames::kFrame_bytes_max, 'x') + "\"", RowKind::kLineTooLong}}) {
    const Imported got = import(c.kind == RowKind::kCutRecord ? after_begin({c.frame}) : after_begin({c.frame, "[8047, \"hb\"]"}));
    const SourceQuality& q = got.report.sources[0];
    EXPECT_EQ(q.count(c.kind), 1u) << c.frame.substr(0, 80);
    EXPECT_EQ(got.report.rejected, 1u) << c.frame.substr(0, 80);
    ASSERT_FALSE(q.listed.empty());
    EXPECT_EQ(q.listed[0].line, 3u) << c.frame.substr(0, 80);
    EXPECT_EQ(book_of(got), "60945 x0.75 | 60946.5 x1 60947.35136398 x2") << c.frame.substr(0, 80);
  }
}

TEST(Bitfinex, the_end_of_an_order_that_was_never_sent_is_counted) {
  const Imported got = import(after_begin({"[8047, [99, 0, -1]]"}));
  EXPECT_EQ(got.report.sources[0].count(RowKind::kOlderOrder), 1u);
}

TEST(Bitfinex, an_array_that_is_not_closed_is_said_so) {
  std::string open = after_begin({"[8047, [1, 0, 1]]"});
  open.resize(open.rfind(']'));
  const Imported got = import(open);
  EXPECT_EQ(got.report.sources[0].count(RowKind::kCutRecord), 1u);
  EXPECT_EQ(book_of(got), "60945 x0.75 | 60946.5 x1 60947.35136398 x2") << "a frame that the file ends in may be cut";
  EXPECT_EQ(import(after_begin({"[8047, [1, 0, 1]]"}) + "[7]").report.sources[0].count(RowKind::kCutRecord), 1u) << "something behind it";
}

TEST(Bitfinex, books_of_another_precision_unknown_symbols_and_times_beyond_2199_are_refused) {
  std::string rounded = kSubscribed;
  rounded.replace(rounded.find("R0"), 2, "P0");
  const auto precision = try_import(file_of({rounded, kWhole}));
  ASSERT_FALSE(precision);
  EXPECT_EQ(precision.error().kind, ErrorKind::kData);
  EXPECT_NE(precision.error().message.find("'P0'"), std::string::npos);
  std::string other = kSubscribed;
  other.replace(other.find("tBTCUSD"), 7, "tXYZUSD");
  const auto symbol = try_import(file_of({other, kWhole}));
  ASSERT_FALSE(symbol);
  EXPECT_EQ(symbol.error().kind, ErrorKind::kUsage);
  EXPECT_TRUE(try_import(file_of({other, kWhole}), "BTCUSD")) << "the option names it";
  const auto nothing = try_import("timestamp,bid,ask\n");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, ErrorKind::kData);
  const TempFolder folder;
  ImportOptions late = options_of(folder.write("feed.json", after_begin({})));
  late.start_ts = parse_start("2199-12-31T23:00:00Z").value();
  late.frame_step_ns = kDay_ns;
  const auto beyond = run_tick_import({late});
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().kind, ErrorKind::kUsage);
}

}  // namespace
}  // namespace omega::feed::testing
