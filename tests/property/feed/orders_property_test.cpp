// Property: whatever a stream of orders holds, the events of it are the book of the orders that are there, after every row or frame that
// changed it, written as Bitstamp's csv, as Bitstamp's stream or as Bitfinex's frames.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>

#include "adapters/feed/bitfinex_reader.hpp"
#include "adapters/feed/bitstamp_reader.hpp"
#include "engine/market/order_book.hpp"

namespace omega::feed {
namespace {

constexpr std::uint64_t kSeed = 20150501;
constexpr std::int64_t kFirst_ms = 1'430'438'404'518;

enum class Step { kEnter, kChange, kEnd };
struct Change {
  Step step = Step::kEnter;
  std::uint64_t number = 0;
  bool bid = true;
  std::int64_t cents = 0;
  Qty size = 0;
};
using Level = std::pair<Price, Qty>;
struct Best {
  std::vector<Level> bids, asks;
  bool operator==(const Best&) const = default;
};

/// Orders of a few dozen prices, sometimes far more of them than are shown, sometimes crossed, sometimes all of a side gone.
std::vector<Change> generate(std::mt19937_64& random, int changes, std::int64_t width_cents) {
  std::vector<Change> out;
  std::map<std::uint64_t, Change> there;
  std::uint64_t next = 65'595'247;
  for (int i = 0; i < changes; ++i) {
    const auto pick = random() % 10;
    if (there.empty() || pick < 5) {
      const bool bid = random() % 2 == 0;
      const auto away = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(width_cents)) - (random() % 20 == 0 ? 3 : 0);
      const Change c{Step::kEnter, next++, bid, 23'600 + (bid ? -away : away + 1), static_cast<Qty>(1 + random() % 500'000'000)};
      there[c.number] = c;
      out.push_back(c);
      continue;
    }
    auto it = there.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(random() % there.size()));
    if (pick < 7) {
      it->second.size = static_cast<Qty>(1 + random() % 500'000'000);
      if (random() % 3 == 0) it->second.cents += static_cast<std::int64_t>(random() % 5) - 2;
      it->second.step = Step::kChange;
      out.push_back(it->second);
    } else {
      out.push_back({Step::kEnd, it->first, it->second.bid, it->second.cents, it->second.size});
      there.erase(it);
    }
  }
  return out;
}

/// The best levels after the first n changes, n = 1, 2, ...
std::vector<Best> states_of(const std::vector<Change>& changes) {
  std::vector<Best> out;
  std::map<std::uint64_t, Change> there;
  for (const Change& c : changes) {
    if (c.step == Step::kEnd) there.erase(c.number);
    else there[c.number] = c;
    std::map<Price, Qty> bids, asks;
    for (const auto& [n, o] : there) (o.bid ? bids : asks)[o.cents * (kPriceScale / 100)] += o.size;
    Best b{{bids.rbegin(), bids.rend()}, {asks.begin(), asks.end()}};
    b.bids.resize(std::min(b.bids.size(), LevelBook::kLevels));
    b.asks.resize(std::min(b.asks.size(), LevelBook::kLevels));
    out.push_back(std::move(b));
  }
  return out;
}

std::string decimal(std::int64_t value, std::int64_t scale, int digits) {
  std::string fraction = std::to_string(value % scale);
  return std::to_string(value / scale) + "." + std::string(static_cast<std::size_t>(digits) - fraction.size(), '0') + fraction;
}
std::string price(const Change& c) { return decimal(c.cents, 100, 2); }
std::string amount(const Change& c) { return decimal(c.size, kQtyScale, 8); }
constexpr const char* kWord[] = {"created", "changed", "deleted"};

std::string csv_of(const std::vector<Change>& changes) {
  std::string out = std::string(kBitstampCsvHeader) + "\n";
  std::int64_t ms = kFirst_ms;
  for (const Change& c : changes) {
    out += std::to_string(c.number) + "," + std::to_string(ms++) + ",0," + price(c) + "," + std::to_string(c.size) + "," + kWord[static_cast<int>(c.step)] +
           (c.bid ? ",bid\n" : ",ask\n");
  }
  return out;
}
std::string stream_of(const std::vector<Change>& changes) {
  std::string out;
  std::int64_t ms = kFirst_ms;
  for (const Change& c : changes) {
    out += std::to_string(ms++) + " order_" + kWord[static_cast<int>(c.step)] + " {\"price\": \"" + price(c) + "\", \"amount\": \"" + amount(c) +
           "\", \"id\": " + std::to_string(c.number) + ", \"order_type\": " + (c.bid ? "0}\n" : "1}\n");
  }
  return out;
}
std::string frames_of(const std::vector<Change>& changes) {
  std::string out = R"([{"event": "subscribed", "channel": "book", "chanId": 1, "symbol": "tBTCUSD", "prec": "R0"})";
  for (const Change& c : changes) {
    out += ", [1, [" + std::to_string(c.number) + ", " + (c.step == Step::kEnd ? "0" : price(c)) + ", " + (c.bid ? "" : "-") + (c.step == Step::kEnd ? "1" : amount(c)) + "]]";
  }
  return out + "]";
}

TickList read(const std::string& text, Format format, Status (*reader_of)(ByteSource&, Reader&)) {
  EngineConfig config;
  config.instruments.emplace_back().symbol = "BTCUSD";
  const SymbolTable symbols(config);
  ImportOptions options;
  options.format = format;
  options.symbol = "BTCUSD";
  options.start_ts = 0, options.frame_step_ns = kMilli_ns;
  SourceQuality quality;
  std::vector<PlacedBar> bars;
  std::map<InstrumentId, TickList> ticks;
  const std::string folder, member = "orders";
  Reader reader{options, symbols, nullptr, folder, member, quality, bars, ticks};
  MemorySource bytes(text);
  EXPECT_TRUE(reader_of(bytes, reader));
  EXPECT_EQ(quality.rejected, 0u);
  return std::move(ticks[0]);
}

/// Every whole state of the events is that of the change its line names, and none that changed the best levels is missing.
void expect_states(const TickList& list, const std::vector<Best>& states, std::uint32_t lines_before) {
  OrderBook book;
  const auto best = [&book] {
    Best b;
    for (const BookLevel& l : book.bids().levels()) b.bids.emplace_back(l.price, l.size);
    for (const BookLevel& l : book.asks().levels()) b.asks.emplace_back(l.price, l.size);
    return b;
  };
  std::size_t last = 0;
  for (const PlacedTick& t : list.ticks) {
    if (t.is(EventType::kBookSnapshot)) book.on_snapshot(list.snapshot(t));
    else if (t.is(EventType::kBookDelta)) ASSERT_TRUE(book.on_delta(list.delta(t)));
    else continue;
    if (!book.whole()) continue;
    const std::size_t n = t.line - lines_before;  // from 1
    ASSERT_EQ(best(), states[n - 1]) << "change " << n;
    for (std::size_t between = last + 1; last != 0 && between < n; ++between) ASSERT_EQ(states[between - 1], states[last - 1]) << "change " << between;
    last = n;
  }
  ASSERT_GT(last, 0u);
  for (std::size_t behind = last + 1; behind <= states.size(); ++behind) ASSERT_EQ(states[behind - 1], states[last - 1]) << "change " << behind;
}

TEST(OrdersProperty, the_events_are_the_book_of_the_orders_that_are_there) {
  std::cout << "SEED=" << kSeed << "\n";
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 40; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const auto changes = generate(random, 20 + static_cast<int>(random() % 600), round % 4 == 0 ? 400 : 30);
    const auto states = states_of(changes);
    expect_states(read(csv_of(changes), Format::kBitstamp, read_bitstamp), states, 1);
    expect_states(read(stream_of(changes), Format::kBitstamp, read_bitstamp), states, 0);
    expect_states(read(frames_of(changes), Format::kBitfinex, read_bitfinex), states, 1);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace omega::feed
