// Property: whatever a day of order book rows holds, the events of it rebuild every row, and every update is one.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <random>

#include "adapters/feed/lobster_reader.hpp"

namespace omega::feed {
namespace {

constexpr std::uint64_t kSeed = 20120621;
constexpr Price kUnit = kPriceScale / 10'000;

struct Generated {
  std::string messages, book;
  std::vector<std::vector<BookLevel>> bids, asks;  // of each row, as the file shows them
};

using Side = std::map<std::int64_t, std::int64_t>;  // price in ten-thousandths: shares

std::vector<BookLevel> best(const Side& side, bool bid, std::size_t levels) {
  std::vector<BookLevel> out;
  const auto add = [&](const auto& l) {
    if (out.size() < levels) out.push_back({l.first * kUnit, l.second * kQtyScale});
  };
  if (bid) std::for_each(side.rbegin(), side.rend(), add);
  else std::for_each(side.begin(), side.end(), add);
  return out;
}

std::string level_text(const std::vector<BookLevel>& side, std::size_t i, bool bid) {
  if (i >= side.size()) return bid ? "-9999999999,0" : "9999999999,0";
  return std::to_string(side[i].price / kUnit) + "," + std::to_string(side[i].size / kQtyScale);
}

/// A market of random orders on a narrow grid, of which the file sees so many levels; sometimes a side is empty.
Generated generate(std::mt19937_64& random, std::size_t levels, int rows) {
  Generated g;
  Side bid, ask;
  DurationNs time = 34'200 * kSecond_ns;
  std::int64_t middle = 1'000'000;
  for (int i = 0; i < rows; ++i) {
    time += static_cast<DurationNs>(random() % 3 == 0 ? 0 : random() % 5'000'000'000);
    middle += static_cast<std::int64_t>(random() % 3) - 1;
    bid.erase(bid.lower_bound(middle), bid.end());
    ask.erase(ask.begin(), ask.upper_bound(middle));
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int k = 0; k < changes; ++k) {
      const auto away = static_cast<std::int64_t>(1 + random() % 15), size = static_cast<std::int64_t>(random() % 4);
      Side& side = random() % 2 == 0 ? bid : ask;
      const std::int64_t price = &side == &bid ? middle - away : middle + away;
      if (size == 0) side.erase(price);
      else side[price] = size;
    }
    g.bids.push_back(best(bid, true, levels));
    g.asks.push_back(best(ask, false, levels));
    char clock[64];
    std::snprintf(clock, sizeof clock, "%lld.%09lld", static_cast<long long>(time / kSecond_ns), static_cast<long long>(time % kSecond_ns));
    g.messages += std::string(clock) + "," + (random() % 5 == 0 ? "4" : "1") + "," + std::to_string(i) + ",10,1000000,1\n";
    for (std::size_t l = 0; l < levels; ++l) {
      g.book += std::string(l == 0 ? "" : ",") + level_text(g.asks.back(), l, false) + "," + level_text(g.bids.back(), l, true);
    }
    g.book += "\n";
  }
  return g;
}

TickList events_of(const Generated& g, std::size_t levels) {
  EngineConfig config;
  config.instruments.emplace_back().symbol = "GOOG";
  const SymbolTable symbols(config);
  ImportOptions options;
  options.format = Format::kLobster;
  const LocalClock clock(TimeZone::new_york(), OnAmbiguous::kQuarantine);
  std::vector<SourceQuality> qualities(2);
  LobsterDays days;
  std::vector<PlacedBar> bars;
  std::map<InstrumentId, TickList> ticks;
  for (std::uint32_t half = 0; half < 2; ++half) {
    const std::string folder, member = std::string("GOOG_2012-06-21_34200000_57600000_") + (half == 0 ? "orderbook_" : "message_") + std::to_string(levels) + ".csv";
    Reader reader{options, symbols, &clock, folder, member, qualities[half], bars, ticks};
    MemorySource bytes(half == 0 ? g.book : g.messages);
    const Status read = read_lobster(bytes, reader, half, days);
    EXPECT_TRUE(read.ok());
  }
  EXPECT_EQ(days.size(), 1u);
  TickList out = join_lobster(days.begin()->second, clock, qualities);
  EXPECT_EQ(qualities[0].rejected + qualities[1].rejected, 0u);
  return out;
}

std::vector<BookLevel> levels_of(const BookLadder& side) { return {side.levels().begin(), side.levels().end()}; }

TEST(LobsterProperty, the_events_rebuild_every_row) {
  std::cout << "SEED=" << kSeed << "\n";
  std::mt19937_64 random(kSeed);
  for (int day = 0; day < 60; ++day) {
    const std::size_t levels = 1 + random() % 14;
    const Generated g = generate(random, levels, 300);
    const TickList list = events_of(g, levels);
    std::vector<std::size_t> states;  // rows that differ from the row before
    for (std::size_t i = 0; i < g.bids.size(); ++i) {
      if (i == 0 || g.bids[i] != g.bids[i - 1] || g.asks[i] != g.asks[i - 1]) states.push_back(i);
    }
    OrderBook book;
    std::size_t n = 0;
    TimeNs last = 0;
    for (const PlacedTick& t : list.ticks) {
      ASSERT_GE(t.ts, last);
      last = t.ts;
      if (t.is(EventType::kBookSnapshot)) book.on_snapshot(list.snapshot(t));
      else if (t.is(EventType::kBookDelta)) ASSERT_TRUE(book.on_delta(list.delta(t)));
      else continue;
      if (!book.whole()) continue;
      ASSERT_LT(n, states.size());
      ASSERT_EQ(levels_of(book.bids()), g.bids[states[n]]) << "day " << day << " row " << states[n];
      ASSERT_EQ(levels_of(book.asks()), g.asks[states[n]]) << "day " << day << " row " << states[n];
      ASSERT_EQ(t.line, states[n] + 1);
      ++n;
    }
    ASSERT_EQ(n, states.size()) << "day " << day;
  }
}

}  // namespace
}  // namespace omega::feed
