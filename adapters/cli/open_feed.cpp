#include <algorithm>

#include "adapters/cli/feed_spec.hpp"
#include "adapters/config/issues.hpp"
#include "adapters/feed/sim_market.hpp"
#include "replay/journal_feed.hpp"

namespace omega::cli {
namespace {

Result<std::unique_ptr<ExternalFeed>> open_sim(const std::string& parameters, const EngineConfig& config, int days) {
  const auto parsed = parse_sim_spec(parameters);
  if (!parsed) return parsed.error();
  const SimSpec& spec = parsed.value();
  SimMarketConfig market;
  market.seed = spec.seed;
  market.days = days > 0 ? days : spec.days;
  market.symbols = spec.symbols;
  market.spread_percent = spec.spread_percent;
  market.book = spec.book;
  market.news = spec.news;
  market.crises = spec.crises;
  const std::vector<std::string> supported = SimMarket::supported_symbols();
  for (const std::string& symbol : spec.symbols) {
    const auto row = std::find_if(config.instruments.begin(), config.instruments.end(),
                                  [&](const InstrumentConfig& i) { return i.symbol == symbol; });
    if (row == config.instruments.end() || std::find(supported.begin(), supported.end(), symbol) == supported.end()) {
      return Error{ErrorKind::kUsage, "--feed sim:symbols: expected symbols that the simulated market makes, got '" + symbol +
                                          "'; did you mean '" + config::nearest_name(symbol, supported) + "'?"};
    }
    market.instruments.push_back(static_cast<InstrumentId>(row - config.instruments.begin()));
  }
  auto made = SimMarket::create(market);
  if (!made) return made.error();
  return std::unique_ptr<ExternalFeed>(std::move(made).value());
}

}  // namespace

Result<std::unique_ptr<ExternalFeed>> open_feed(const std::string& spec, const EngineConfig& config, int days) {
  const std::string kind = spec.substr(0, spec.find(':'));
  const std::string rest = kind.size() < spec.size() ? spec.substr(kind.size() + 1) : "";
  if (kind == "sim") return open_sim(rest, config, days);
  if (kind == "journal" && !rest.empty()) {
    auto opened = replay::JournalFeed::open(rest, config, {});
    if (!opened) return opened.error();
    std::unique_ptr<ExternalFeed> feed = std::move(opened).value();
    if (days > 0) feed = std::make_unique<LimitedFeed>(std::move(feed), days);
    return feed;
  }
  return Error{ErrorKind::kUsage, "--feed: expected sim[:seed=N,symbols=A+B,days=N,spread=PERCENT,book=A,news=on,crises=on] or journal:DIR, got '" + spec +
                                      "'; did you mean '" + config::nearest_name(kind, {"sim", "journal"}) + ":...'?"};
}

}  // namespace omega::cli
