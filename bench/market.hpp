// What:     The simulated market and resolved configuration that the engine benches run on.
// Owner:    each bench.   Errors: ends the program; a bench has nothing to bench without them.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "adapters/config/load.hpp"
#include "adapters/feed/sim_market.hpp"
#include "engine/pipeline/pipeline.hpp"
#include "engine/pipeline/resolve.hpp"

namespace omega::bench {

template <class T>
T or_end(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
  std::exit(4);
}

struct Market {
  EngineConfig config;
  std::vector<InputEvent> events;
};

inline Market make_market(const std::string& config_dir, const std::string& profile, const std::vector<std::string>& overrides, int days,
                          const std::vector<std::string>& symbols, const std::vector<std::string>& book = {}) {
  Market m;
  m.config = or_end(load_config(config_dir, profile, overrides));
  m.config.mode = "paper";
  SimMarketConfig c;
  c.seed = 1;
  c.days = days;
  c.symbols = symbols;
  c.book = book;
  for (const std::string& s : symbols)
    for (std::size_t i = 0; i < m.config.instruments.size(); ++i)
      if (m.config.instruments[i].symbol == s) c.instruments.push_back(static_cast<InstrumentId>(i));
  const auto feed = or_end(SimMarket::create(c));
  m.config = or_end(resolve(std::move(m.config), feed->description()));
  InputEvent e;
  while (feed->next(e)) m.events.push_back(e);
  return m;
}

/// book: the symbols that have trades and an order book besides their bars.
inline Market make_market(const std::string& profile, int days, const std::vector<std::string>& symbols = {"EURUSD", "GBPUSD", "USDJPY"},
                          const std::vector<std::string>& book = {}) {
  return make_market(std::string(OMEGA_SOURCE_DIR) + "/config", profile, {}, days, symbols, book);
}

/// Sinks that keep nothing; the lanes' digests are kept by the stages all the same.
struct NoLanes {
  NullSink null;
  LaneSinks sinks{&null, &null, &null, &null, &null};
};

inline std::uint64_t digest_of(const Pipeline& p) {
  return p.sequencer().lane().digest() ^ p.stages().features().digest() * 3 ^ p.stages().signals().digest() * 5 ^
         p.stages().risk().digest() * 7 ^ p.stages().orders().digest() * 11;
}

}  // namespace omega::bench
