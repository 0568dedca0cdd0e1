// The ticks of a symbol with a book: they rebuild their bar, the book stays whole, the order is the total order, and nothing else changes.
#include <gtest/gtest.h>

#include "adapters/feed/sim_market.hpp"
#include "engine/core/lane.hpp"
#include "engine/market/input_guard.hpp"
#include "engine/market/order_book.hpp"
#include "engine/market/session_clock.hpp"
#include "tests/unit/orders/allocation_counter.hpp"
#include "tests/unit/sim_market/sim_feed.hpp"

namespace omega {
namespace {

using test::digest_of;

struct Request {
  std::uint64_t seed = 1;
  std::vector<std::string> symbols{"EURUSD"}, book{"EURUSD"};
  int days = 10;
  bool news = false;
  std::vector<InstrumentId> instruments{};
  int spread_percent = 100;
};
std::unique_ptr<SimMarket> market(const Request& r) {
  SimMarketConfig c;
  c.seed = r.seed;
  c.symbols = r.symbols;
  c.book = r.book;
  c.days = r.days;
  c.news = r.news;
  c.instruments = r.instruments;
  c.spread_percent = r.spread_percent;
  return std::move(SimMarket::create(c)).value();
}

/// Best prices at the ends of the updates of one minute, what traded, how often a best quote changed.
struct Rebuilt {
  Price bid_open = 0, bid_high = 0, bid_low = 0, bid_close = 0, ask_open = 0, ask_high = 0, ask_low = 0, ask_close = 0;
  Qty volume = 0;
  std::uint32_t changes = 0;
  void add(Price bid, Price ask) {
    if (bid_open == 0) bid_open = bid_high = bid_low = bid, ask_open = ask_high = ask_low = ask;
    bid_high = std::max(bid_high, bid);
    bid_low = std::min(bid_low, bid);
    ask_high = std::max(ask_high, ask);
    ask_low = std::min(ask_low, ask);
    bid_close = bid;
    ask_close = ask;
  }
};

class SimTicksOf : public testing::TestWithParam<std::tuple<std::uint64_t, const char*>> {};

TEST_P(SimTicksOf, RebuildTheirBarsFromAWholeBookInTheTotalOrder) {
  const auto [seed, symbol] = GetParam();
  SCOPED_TRACE(testing::Message() << "seed " << seed << " " << symbol);
  auto m = market({.seed = seed, .symbols = {symbol}, .book = {symbol}, .days = 30});
  InputEvent e;
  OrderBook book;
  BookLevel bid, ask;
  Rebuilt minute;
  TimeNs last_ts = 0, last_tick = 0, last_bar = 0;
  int last_rank = 0;
  std::uint64_t bars = 0, ticks = 0, snapshots = 0;
  bool more = false;
  while (m->next(e)) {
    ASSERT_TRUE(e.ts() > last_ts || (e.ts() == last_ts && event_rank(e.type) >= last_rank)) << "event " << bars + ticks;
    last_ts = e.ts();
    last_rank = event_rank(e.type);
    ASSERT_NE(market_flags(e) & tick_flag::kSimulated, 0);
    if (e.type == EventType::kBar) {
      const Bar& b = e.as<Bar>();
      ASSERT_FALSE(more);
      ASSERT_TRUE(minute.bid_open == b.bid_open && minute.bid_high == b.bid_high && minute.bid_low == b.bid_low && minute.bid_close == b.bid_close) << bars;
      ASSERT_TRUE(minute.ask_open == b.ask_open && minute.ask_high == b.ask_high && minute.ask_low == b.ask_low && minute.ask_close == b.ask_close) << bars;
      ASSERT_EQ(minute.volume, b.volume) << bars;
      ASSERT_LE(b.volume, kVolumeLimit);
      ASSERT_EQ(minute.changes, b.n_ticks) << bars;
      ASSERT_EQ(b.volume_kind, VolumeKind::kTraded);
      ASSERT_TRUE(fx_week_open(b.t_open));
      minute = {};
      last_bar = b.ts;
      ++bars;
      continue;
    }
    ++ticks;
    ASSERT_EQ(judge_tick(e), 0);
    const bool resumed = last_tick == 0 || e.ts() - last_tick >= 4 * kSecond_ns;
    if (resumed) {
      ASSERT_EQ(e.type, EventType::kBookSnapshot) << "a book starts and resumes with a snapshot";
      ASSERT_TRUE(last_tick == 0 || e.ts() - last_bar >= kMinute_ns) << "a pause is at least a missing minute";
    }
    last_tick = e.ts();
    if (e.type == EventType::kTrade) {
      const Trade& t = e.as<Trade>();
      ASSERT_FALSE(more) << "a trade inside an update";
      ASSERT_TRUE(t.aggressor == kLong ? t.price == ask.price : t.aggressor == kShort && t.price == bid.price);
      minute.volume += t.size;
      continue;
    }
    ASSERT_TRUE(e.type == EventType::kBookDelta || e.type == EventType::kBookSnapshot);
    if (e.type == EventType::kBookSnapshot) book.on_snapshot(e.as<BookSnapshot>()), ++snapshots;
    else ASSERT_TRUE(book.on_delta(e.as<BookDelta>()));
    more = !book.whole();
    const bool both = !book.bids().empty() && !book.asks().empty();
    ASSERT_TRUE(!both || book.bids().best().price < book.asks().best().price) << "crossed, even inside an update";
    if (more) continue;
    ASSERT_TRUE(book.usable());
    ASSERT_EQ(book.bids().levels().size(), kBookLevels);
    ASSERT_EQ(book.asks().levels().size(), kBookLevels);
    const bool changed = !(bid == book.bids().best() && ask == book.asks().best());
    bid = book.bids().best();
    ask = book.asks().best();
    minute.add(bid.price, ask.price);
    minute.changes += changed;
  }
  EXPECT_GT(bars, 29'000u);
  EXPECT_GE(ticks / bars, 25u);
  EXPECT_LE(ticks / bars, 55u);
  EXPECT_GE(snapshots, 500u);
}

INSTANTIATE_TEST_SUITE_P(SeedsAndSymbols, SimTicksOf,
                         testing::Combine(testing::Values(1u, 2u, 3u, 4u, 5u), testing::Values("EURUSD", "USDJPY")));
INSTANTIATE_TEST_SUITE_P(ATwinAndACross, SimTicksOf, testing::Combine(testing::Values(9u), testing::Values("NZDUSD", "GBPJPY")));

TEST(SimTicks, TheSameSeedGivesTheSameBytesOnEveryCompiler) {
  // Pinned, as in sim_market_test.cpp: a change here means that journals of such runs cannot be made again.
  const Request r{.seed = 1, .symbols = {"EURUSD", "USDJPY"}, .book = {"USDJPY"}, .days = 20, .news = true};
  const std::uint64_t digest = digest_of(*market(r));
  EXPECT_EQ(digest, digest_of(*market(r)));
  EXPECT_EQ(digest, 1236245908094347059ULL);
}

TEST(SimTicks, AFeedWithoutTheNewKeysIsByteForByteWhatItWasBeforeThem) {
  // Taken from the market as it was before it had books and news.
  struct Was {
    std::uint64_t seed;
    bool all;
    std::uint64_t digest;
  };
  for (const Was& w : {Was{1, false, 13446351146596952509ULL}, Was{2, false, 278781267545089691ULL}, Was{3, true, 4760854430656824362ULL},
                       Was{7, false, 8954748095513155174ULL}, Was{99, true, 7368100396283909306ULL}}) {
    const Request r{.seed = w.seed, .symbols = w.all ? SimMarket::supported_symbols() : std::vector<std::string>{"EURUSD", "GBPUSD", "USDJPY"},
                    .book = {}, .days = 45};
    EXPECT_EQ(digest_of(*market(r)), w.digest) << w.seed << w.all;
  }
}

/// Whatever concerns one instrument, as bytes.
std::vector<std::string> events_of(SimMarket& m, InstrumentId id, std::size_t most = SIZE_MAX) {
  std::vector<std::string> all;
  InputEvent e;
  while (all.size() < most && m.next(e)) {
    if (instrument_of(e) != id) continue;
    set_instrument(e, 0);
    all.emplace_back(reinterpret_cast<const char*>(e.body.data()), e.body_bytes());
  }
  return all;
}

TEST(SimTicks, DoNotDependOnTheOtherSymbolsNorOnTheirBooks) {
  auto alone = market({.seed = 7, .symbols = {"GBPUSD"}, .book = {"GBPUSD"}, .days = 8});
  auto together = market({.seed = 7, .symbols = {"EURUSD", "GBPUSD", "EURJPY"}, .book = {"EURJPY", "GBPUSD"}, .days = 8});
  const auto a = events_of(*alone, 0), b = events_of(*together, 1);
  EXPECT_GT(a.size(), 200'000u);
  EXPECT_TRUE(a == b);
  auto plain = market({.seed = 7, .symbols = {"EURUSD"}, .book = {}, .days = 8});
  together = market({.seed = 7, .symbols = {"EURUSD", "GBPUSD"}, .book = {"GBPUSD"}, .days = 8});
  EXPECT_TRUE(events_of(*plain, 0) == events_of(*together, 0)) << "bars of a symbol without a book";
}

TEST(SimTicks, SeveralBooksAreMergedInTheTotalOrder) {
  auto m = market({.seed = 5, .symbols = {"EURUSD", "GBPUSD", "USDJPY"}, .book = {"EURUSD", "GBPUSD"}, .days = 7, .instruments = {8, 3, 5}});
  InputEvent e;
  TimeNs ts = 0;
  int rank = 0;
  InstrumentId id = 0;
  std::size_t equal_times = 0;
  while (m->next(e)) {
    const int r = event_rank(e.type);
    const InstrumentId i = instrument_of(e);
    ASSERT_TRUE(e.ts() > ts || (e.ts() == ts && (r > rank || (r == rank && i >= id))));
    equal_times += e.ts() == ts && i != id && e.type != EventType::kBar;
    ts = e.ts();
    rank = r;
    id = i;
  }
  EXPECT_GT(equal_times, 10u) << "the case that the order is about";
}

TEST(SimTicks, AShorterFeedIsThePrefixOfALongerOne) {
  for (const std::uint64_t seed : {3u, 8u}) {
    auto shorter = market({.seed = seed, .days = 10, .news = true}), longer = market({.seed = seed, .days = 20, .news = true});
    SCOPED_TRACE(seed);
    test::expect_prefix(*shorter, *longer, 250'000);
  }
}

TEST(SimTicks, NextDoesNotAllocate) {
  auto m = market({.symbols = {"EURUSD", "GBPUSD"}, .book = {"EURUSD", "GBPUSD"}, .days = 20, .news = true});
  InputEvent e;
  const std::size_t before = test::allocations();
  std::size_t events = 0;
  while (m->next(e)) ++events;
  EXPECT_EQ(test::allocations(), before);
  EXPECT_GT(events, 1'000'000u);
}

TEST(SimTicks, TheDescriptionCarriesTheKeysAndTheCapabilities) {
  const auto m = market({.seed = 4, .symbols = {"EURUSD", "GBPUSD"}, .book = {"GBPUSD"}, .days = 3, .news = true});
  const FeedDescription& d = m->description();
  EXPECT_EQ(d.text, "sim:seed=4,symbols=EURUSD+GBPUSD,days=3,book=GBPUSD,news=on");
  const std::uint32_t bars = capability::kBars | capability::kVolume | capability::kCalendarNews;
  EXPECT_EQ(d.instruments[0].capabilities, bars);
  EXPECT_EQ(d.instruments[0].volume_kind, VolumeKind::kTicks);
  EXPECT_EQ(d.instruments[1].capabilities, bars | capability::kQuotes | capability::kQuoteSizes | capability::kTrades | capability::kTradesSided | capability::kL2);
  EXPECT_EQ(d.instruments[1].volume_kind, VolumeKind::kTraded);
}

TEST(SimTicks, ABookOfNoSymbolOrTwiceIsRefused) {
  SimMarketConfig c;
  c.symbols = {"EURUSD"};
  c.book = {"GBPUSD"};
  EXPECT_NE(SimMarket::create(c).error().message.find("book of GBPUSD, which is none of the symbols EURUSD"), std::string::npos);
  c.book = {"EURUSD", "EURUSD"};
  EXPECT_NE(SimMarket::create(c).error().message.find("book of EURUSD given twice"), std::string::npos);
}

TEST(SimTicks, ASmallerSpreadGivesNarrowQuotesInAWholeBookAndTheSamePricesToWithinAUsualSpread) {
  EXPECT_EQ(market({})->description().text.find("spread"), std::string::npos);
  const Request narrow{.days = 20, .spread_percent = 15};
  auto m = market(narrow), usual = market({.days = 20});
  EXPECT_NE(m->description().text.find(",spread=15"), std::string::npos);
  const auto next_bar = [](SimMarket& of, auto&& each) {
    InputEvent e;
    while (of.next(e)) {
      if (e.type == EventType::kBar) return e.as<Bar>();
      each(e);
    }
    return Bar{};
  };
  constexpr Price kTick = 10'000;
  OrderBook book;
  std::size_t quotes = 0, one_to_three = 0, bars = 0;
  for (;; ++bars) {
    const Bar b = next_bar(*m, [&](const InputEvent& e) {
      if (e.type == EventType::kBookSnapshot) book.on_snapshot(e.as<BookSnapshot>());
      if (e.type == EventType::kBookDelta) book.on_delta(e.as<BookDelta>());
      if (e.type == EventType::kTrade || !book.whole()) return;
      ASSERT_TRUE(book.usable());
      const Price spread = book.asks().best().price - book.bids().best().price;
      ASSERT_TRUE(spread >= kTick && spread % kTick == 0) << spread;
      ++quotes;
      one_to_three += spread <= 3 * kTick ? 1 : 0;
    });
    const Bar u = next_bar(*usual, [](const InputEvent&) {});
    ASSERT_EQ(b.ts, u.ts);
    if (b.ts == 0) break;
    ASSERT_LE(b.ask_close - b.bid_close, u.ask_close - u.bid_close);
    // Icebergs stand on a quote, so that they move the mid by a part of the spread, for days.
    ASSERT_LE(std::abs((b.bid_close + b.ask_close) - (u.bid_close + u.ask_close)), 2 * 10 * kTick);
  }
  EXPECT_GT(bars, 15'000u);
  EXPECT_GT(quotes, 300'000u);
  EXPECT_GT(one_to_three, quotes * 9 / 10);
}

}  // namespace
}  // namespace omega
