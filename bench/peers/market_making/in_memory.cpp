// Quotes in memory, nothing written, on Omega's pieces. Speaks the protocol of passes.py.
//   market_making_in_memory quotes CONFIG-DIR DAYS FILE                    writes the quotes: ts, bid, ask, bid size, ask size, int64 each
//   market_making_in_memory venue CONFIG-DIR DAYS DISTANCE-TICKS AWAY-TICKS   passes of the input guard, the paper venue and touch_quotes.hpp
//   market_making_in_memory pipeline CONFIG-DIR DAYS                       passes of the whole pipeline over these quotes and their bars
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/config/load.hpp"
#include "adapters/feed/sim_market.hpp"
#include "bench/market.hpp"
#include "bench/peers/market_making/touch_quotes.hpp"
#include "bench/peers/watch.hpp"
#include "engine/market/input_guard.hpp"

namespace omega::bench {
namespace {

constexpr const char* kSymbol = "EURUSD";

/// The simulated market as a feed of bars and best quotes: its book's touch after each time at which price or size of it changed.
struct QuotedMarket {
  EngineConfig config;
  InstrumentId id = 0;
  std::vector<Quote> quotes;  // at most one of a time
  std::vector<Bar> bars;
};

void add_touch(std::vector<Quote>& quotes, const OrderBook& book, InstrumentId id, TimeNs ts) {
  if (!book.usable() || book.bids().best().price >= book.asks().best().price) return;
  const BookLevel &bid = book.bids().best(), &ask = book.asks().best();
  Quote q;
  q.ts = ts;
  q.bid = bid.price;
  q.ask = ask.price;
  q.bid_size = bid.size;
  q.ask_size = ask.size;
  q.instrument = id;
  if (!quotes.empty() && quotes.back().ts == ts) quotes.pop_back();
  if (!quotes.empty()) {
    const Quote& before = quotes.back();
    if (before.bid == q.bid && before.ask == q.ask && before.bid_size == q.bid_size && before.ask_size == q.ask_size) return;
  }
  quotes.push_back(q);
}

QuotedMarket make_quotes(const std::string& config_dir, int days) {
  QuotedMarket m;
  m.config = or_end(load_config(config_dir, "green_only", {}));
  m.config.mode = "paper";
  m.config.venue.slippage_pips = m.config.venue.commission_per_lot_round_turn = 0;
  SimMarketConfig sim;
  sim.days = days;
  sim.symbols = sim.book = {kSymbol};
  const auto row = std::find_if(m.config.instruments.begin(), m.config.instruments.end(), [](const InstrumentConfig& i) { return i.symbol == kSymbol; });
  m.id = static_cast<InstrumentId>(row - m.config.instruments.begin());
  sim.instruments = {m.id};
  const auto feed = or_end(SimMarket::create(sim));
  FeedDescription description = feed->description();
  description.instruments[0].capabilities = capability::kBars | capability::kVolume | capability::kQuotes | capability::kQuoteSizes;
  m.config = or_end(resolve(std::move(m.config), description));
  OrderBook book;
  InputEvent e;
  while (feed->next(e)) {
    if (e.type == EventType::kBar) m.bars.push_back(e.as<Bar>());
    else if (e.type == EventType::kBookSnapshot) book.on_snapshot(e.as<BookSnapshot>());
    else if (e.type == EventType::kBookDelta) book.on_delta(e.as<BookDelta>());
    else continue;
    if (e.type != EventType::kBar) add_touch(m.quotes, book, m.id, e.ts());
  }
  return m;
}

void write_quotes(const QuotedMarket& m, const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  for (const Quote& q : m.quotes) {
    const std::array<std::int64_t, 5> row{q.ts, q.bid, q.ask, q.bid_size, q.ask_size};
    out.write(reinterpret_cast<const char*>(row.data()), sizeof row);
  }
  out.close();
  if (!out) {
    std::cerr << path << ": cannot write\n";
    std::exit(4);
  }
}

nlohmann::json venue_pass(const QuotedMarket& m, int distance_ticks, int away_ticks) {
  InputGuard guard(m.config);
  const auto venue = std::make_unique<PaperVenue>(m.config);
  const auto reports = std::make_unique<ReportSink>();
  TouchQuotes rule(m.id, m.config.instruments[m.id].tick, distance_ticks, away_ticks, m.quotes.size());
  InputEvent event;
  event.type = EventType::kQuote;
  const Watch watch;
  for (const Quote& q : m.quotes) {
    event.as<Quote>() = q;
    guard.check(event);
    reports->clear();
    venue->on_market(event, *reports);
    rule.on_quote(q, reports->view(), *venue);
  }
  nlohmann::json out = watch.stop();
  if (rule.overrun() || guard.quarantined() != 0) {
    std::cerr << "market_making_in_memory: " << guard.quarantined() << " quotes are not good, or there are more fills than quotes\n";
    std::exit(4);
  }
  auto& fills = out["fills"] = nlohmann::json::array();
  for (const Fill& f : rule.fills()) fills.push_back({f.ts, f.side, f.price});
  return out;
}

nlohmann::json pipeline_pass(const QuotedMarket& m) {
  NoLanes none;
  const auto pipeline = std::make_unique<Pipeline>(m.config, none.sinks);
  InputEvent event;
  const auto take = [&](const auto& e) {
    event.type = EventTypeOf<std::decay_t<decltype(e)>>::value;
    event.as<std::decay_t<decltype(e)>>() = e;
    pipeline->on_external(event);
  };
  const Watch watch;
  std::size_t bar = 0;
  for (const Quote& q : m.quotes) {
    for (; bar < m.bars.size() && m.bars[bar].ts <= q.ts; ++bar) take(m.bars[bar]);
    take(q);
  }
  return watch.stop();
}

int whole(const char* text) {
  int value = 0;
  const std::string_view all(text);
  const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), value);
  return error == std::errc{} && end == all.data() + all.size() && value > 0 ? value : 0;
}

}  // namespace
}  // namespace omega::bench

int main(int argc, char** argv) {
  using namespace omega::bench;
  const std::string what = argc > 1 ? argv[1] : "";
  const int days = argc > 3 ? whole(argv[3]) : 0;
  const bool venue = what == "venue" && argc == 6 && whole(argv[4]) != 0 && whole(argv[5]) != 0;
  if (days == 0 || !(venue || (what == "quotes" && argc == 5) || (what == "pipeline" && argc == 4))) {
    std::cerr << "usage: market_making_in_memory quotes CONFIG-DIR DAYS FILE | venue CONFIG-DIR DAYS DISTANCE AWAY | pipeline CONFIG-DIR DAYS\n";
    return 2;
  }
  const QuotedMarket m = make_quotes(argv[2], days);
  if (what == "quotes") {
    write_quotes(m, argv[4]);
    return 0;
  }
  std::cout << nlohmann::json{{"version", "omega"}} << std::endl;
  for (std::string asked; std::getline(std::cin, asked);)
    std::cout << (venue ? venue_pass(m, whole(argv[4]), whole(argv[5])) : pipeline_pass(m)) << std::endl;
}
