// Guards: a book summed from orders that is not the venue's own: Bitstamp's recorded books of 20 levels, another channel of the same
// recording, and Bitfinex's frames, followed here by other means.
#include <map>
#include <nlohmann/json.hpp>

#include "adapters/feed/archive_reader.hpp"
#include "adapters/feed/bitstamp_reader.hpp"
#include "adapters/feed/line_splitter.hpp"
#include "tests/unit/feed/book_fixture.hpp"

namespace omega::feed::testing {
namespace {

using Levels = std::vector<BookLevel>;
constexpr std::size_t kCompared = 10;

struct TwoSides {
  Levels bids, asks;
  bool operator==(const TwoSides&) const = default;
};

TwoSides best_of(const OrderBook& book) {
  const auto cut = [](std::span<const BookLevel> l) { return Levels(l.begin(), l.begin() + static_cast<std::ptrdiff_t>(std::min(l.size(), kCompared))); };
  return {cut(book.bids().levels()), cut(book.asks().levels())};
}

Levels levels_of(const nlohmann::json& side) {
  Levels out;
  for (const auto& l : side) {
    if (out.size() == kCompared) break;
    out.push_back({parse_decimal(l[0].get<std::string>(), kPriceDigits).value, parse_decimal(l[1].get<std::string>(), kQtyDigits).value});
  }
  return out;
}

struct RecordedBook {
  std::uint64_t line = 0;
  TwoSides levels;
};

struct Recording {
  std::vector<RecordedBook> books;
  TickList ticks;  // of the reader, each with its line
};

Recording read_recording(const std::filesystem::path& file) {
  Recording out;
  const auto books = for_each_member(file, [&](const std::string&, ByteSource& bytes) -> Status {
    LineSplitter lines(bytes);
    for (Line line; lines.next(line);) {
      constexpr std::string_view kEvent = " order_book ";
      const std::size_t at = line.text.find(kEvent);
      if (at == std::string_view::npos) continue;
      const auto json = nlohmann::json::parse(line.text.substr(at + kEvent.size()));
      out.books.push_back({line.number, {levels_of(json["bids"]), levels_of(json["asks"])}});
    }
    return lines.status();
  });
  EXPECT_TRUE(books);
  const EngineConfig config = instrument_table();
  const SymbolTable symbols(config);
  ImportOptions options;
  options.format = Format::kBitstamp;
  options.symbol = "BTCUSD";
  const auto orders = for_each_member(file, [&](const std::string& member, ByteSource& bytes) -> Status {
    const std::string folder;
    SourceQuality quality;
    std::vector<PlacedBar> bars;
    std::map<InstrumentId, TickList> ticks;
    Reader reader{options, symbols, nullptr, folder, member, quality, bars, ticks};
    const Status s = read_bitstamp(bytes, reader);
    out.ticks = std::move(ticks.begin()->second);
    return s;
  });
  EXPECT_TRUE(orders);
  return out;
}

/// The book after every update, with the line that made it.
std::vector<std::pair<std::uint64_t, TwoSides>> states_of(const TickList& list) {
  std::vector<std::pair<std::uint64_t, TwoSides>> out;
  OrderBook book;
  for (const PlacedTick& t : list.ticks) {
    if (t.is(EventType::kBookSnapshot)) book.on_snapshot(list.snapshot(t));
    else if (t.is(EventType::kBookDelta)) book.on_delta(list.delta(t));
    else continue;
    if (book.whole()) out.emplace_back(t.line, best_of(book));
  }
  return out;
}

/// Every level on which they differ, down to the worst one that was recorded, has more in the recorded book.
bool only_lacks(const TwoSides& recorded, const TwoSides& rebuilt) {
  const auto side = [](const Levels& want, const Levels& got, int sign) {
    std::map<Price, Qty> more;
    for (const BookLevel& l : want) more[l.price] += l.size;
    for (const BookLevel& l : got) {
      if (sign * l.price >= sign * want.back().price) more[l.price] -= l.size;
    }
    return std::all_of(more.begin(), more.end(), [](const auto& l) { return l.second >= 0; });
  };
  return side(recorded.bids, rebuilt.bids, 1) && side(recorded.asks, rebuilt.asks, -1);
}

TEST(RecordedBook, ten_levels_summed_from_bitstamp_s_orders_are_those_of_3843_of_5011_recorded_books_and_the_rest_is_explained) {
  OMEGA_NEEDS_DATA();
  const Recording recording = read_recording(data_folder() / "l2/bitstamp-orders/2015-05-01.log.xz");
  ASSERT_EQ(recording.books.size(), 5'011u);
  const auto states = states_of(recording.ticks);
  std::size_t exact = 0, a_moment_off = 0, lacking_older_orders = 0, both = 0, neither = 0, last_lacking = 0, now = 0;
  for (std::size_t i = 0; i < recording.books.size(); ++i) {
    const RecordedBook& r = recording.books[i];
    while (now < states.size() && states[now].first < r.line) ++now;  // states[now - 1] is the book before the line
    if (now == 0) {
      ++lacking_older_orders;
      continue;
    }
    bool beside = false, beside_lacks = false;  // the other channel is up to two updates behind or ahead
    for (std::size_t k = now >= 3 ? now - 3 : 0; k < std::min(now + 2, states.size()); ++k) {
      beside = beside || states[k].second == r.levels;
      beside_lacks = beside_lacks || only_lacks(r.levels, states[k].second);
    }
    if (states[now - 1].second == r.levels) ++exact;
    else if (beside) ++a_moment_off;
    else if (only_lacks(r.levels, states[now - 1].second)) ++lacking_older_orders, last_lacking = i;
    else if (beside_lacks) ++both;
    else ++neither;
  }
  EXPECT_EQ(exact, 3'843u);
  EXPECT_EQ(a_moment_off, 22u);
  EXPECT_EQ(lacking_older_orders, 1'138u) << "orders entered before the recording began";
  EXPECT_EQ(both, 8u);
  EXPECT_EQ(neither, 0u);
  EXPECT_EQ(last_lacking, 2'614u) << "from then on every older order is gone from the best ten";
}

TEST(RecordedBook, bitstamp_s_day_has_575_trades_of_which_557_have_a_side_and_the_csv_tells_542_of_them) {
  OMEGA_NEEDS_DATA();
  ImportOptions o = tick_options(Format::kBitstamp, {data_folder() / "l2/bitstamp-orders/2015-05-01.log.xz"}, VolumeChoice::kColumn);
  o.symbol = "BTCUSD";
  auto stream = run_tick_import({o});
  o.files = {data_folder() / "l2/bitstamp-orders/orders.csv.xz"};
  auto csv = run_tick_import({o});
  ASSERT_TRUE(stream && csv);
  for (const Imported* i : {&stream.value(), &csv.value()}) {
    const SourceQuality& q = i->report.sources[0];
    EXPECT_EQ(std::tuple(q.count(RowKind::kOlderOrder), q.count(RowKind::kLateOrder), q.count(RowKind::kEndedOrder), q.rejected), std::tuple(191u, 5u, 22u, 0u));
    EXPECT_EQ(q.crossed, 768u);
    EXPECT_TRUE(q.file.ends_with(".xz")) << "an xz file has no members: " << q.file;
  }
  EXPECT_EQ(stream.value().report.rows, 56'000u);
  EXPECT_EQ(csv.value().report.rows, 50'414u);
  std::vector<Trade> recorded = trades_of(stream.value()), inferred = trades_of(csv.value());
  EXPECT_EQ(recorded.size(), 575u);
  EXPECT_EQ(stream.value().report.symbols[0].ticks.trades_sided, 557u);
  EXPECT_EQ(inferred.size(), 542u);
  // each trade told by two fills is a recorded one, of the same price, size to the cut digits, and side where the stream knew it in time
  std::size_t found = 0;
  for (const Trade& t : inferred) {
    const auto same = std::find_if(recorded.begin(), recorded.end(), [&t](const Trade& r) {
      return r.price == t.price && std::abs(r.size - t.size) <= 2 && std::abs(r.ts - t.ts) <= kSecond_ns && (r.aggressor == 0 || r.aggressor == t.aggressor);
    });
    if (same == recorded.end()) continue;
    ++found;
    recorded.erase(same);
  }
  EXPECT_EQ(found, 542u);
}

TEST(RecordedBook, bitfinex_s_hundred_thousand_frames_make_the_book_that_a_table_of_orders_makes) {
  OMEGA_NEEDS_DATA();
  const auto file = data_folder() / "l2/bitfinex-raw-book/tBTCUSD_R0_L3_feed.json.gz";
  ImportOptions o = tick_options(Format::kBitfinex, {file});
  o.start_ts = parse_start("2022-01-01T00:00:00Z").value();
  o.frame_step_ns = kMilli_ns;
  auto imported = run_tick_import({o});
  ASSERT_TRUE(imported) << imported.error().message;
  const SourceQuality& q = imported.value().report.sources[0];
  EXPECT_EQ(q.rows, 100'001u);
  EXPECT_EQ(std::tuple(q.crossed, q.locked, q.rejected, q.count(RowKind::kOlderOrder)), std::tuple(6u, 15u, 0u, 0u));

  std::string text;
  const auto content = for_each_member(file, [&text](const std::string&, ByteSource& bytes) -> Status {
    std::vector<char> block(65'536);
    for (;;) {
      auto got = bytes.read(block.data(), block.size());
      if (!got) return got.error();
      if (got.value() == 0) return Ok{};
      text.append(block.data(), got.value());
    }
  });
  ASSERT_TRUE(content);
  const auto frames = nlohmann::json::parse(text);
  std::map<std::uint64_t, std::pair<Price, Qty>> orders;  // a bid's size is above 0
  const auto apply = [&orders](const nlohmann::json& row) {
    const double price = row[1].get<double>(), amount = row[2].get<double>();
    if (price == 0) orders.erase(row[0].get<std::uint64_t>());
    else orders[row[0].get<std::uint64_t>()] = {std::llround(price * kPriceScale), std::llround(amount * kQtyScale)};
  };
  const auto top = [&orders] {
    std::map<Price, Qty> bids, asks;
    for (const auto& [id, o] : orders) (o.second > 0 ? bids : asks)[o.first] += std::abs(o.second);
    TwoSides t;
    for (auto l = bids.rbegin(); l != bids.rend() && t.bids.size() < kCompared; ++l) t.bids.push_back({l->first, l->second});
    for (auto l = asks.begin(); l != asks.end() && t.asks.size() < kCompared; ++l) t.asks.push_back({l->first, l->second});
    return t;
  };
  // event times name their frame
  OrderBook book;
  std::size_t compared = 0;
  auto event = imported.value().events.begin();
  const auto end = imported.value().events.end();
  for (std::size_t n = 0; n < frames.size(); ++n) {
    if (!frames[n].is_array()) continue;
    const nlohmann::json& body = frames[n][1];
    if (body[0].is_array()) std::for_each(body.begin(), body.end(), apply);
    else apply(body);
    const TimeNs ts = *o.start_ts + static_cast<TimeNs>(n) * kMilli_ns;
    for (; event != end && event->ts() <= ts; ++event) {
      if (event->type == EventType::kBookSnapshot) book.on_snapshot(event->as<BookSnapshot>());
      if (event->type == EventType::kBookDelta) book.on_delta(event->as<BookDelta>());
    }
    if (n % 10 != 0 && n > 200 && (n < 33'200 || n > 33'300)) continue;  // the crossed ones are among these
    ASSERT_TRUE(book.whole()) << n;
    ASSERT_EQ(best_of(book), top()) << "frame " << n;
    ++compared;
  }
  EXPECT_GT(compared, 10'000u);
}

}  // namespace
}  // namespace omega::feed::testing
