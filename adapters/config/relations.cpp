#include "adapters/config/relations.hpp"

#include <fmt/format.h>

namespace omega::config {
namespace {

struct Checker {
  const PlaceOf& place_of;
  Issues& issues;
  void require(bool holds, const std::string& key, const std::string& expected, const std::string& got) const {
    if (!holds) issues.add(place_of(key), key, "expected " + expected + ", got " + got);
  }
};

void check_risk(const RiskConfig& r, const Checker& check) {
  const auto at_most = [&](const char* key, double value, const char* other, double limit) {
    check.require(value <= limit, std::string("risk.") + key, fmt::format("at most risk.{} = {}", other, limit),
                  fmt::format("{}", value));
  };
  at_most("risk_per_trade_min", r.risk_per_trade_min, "risk_per_trade_max", r.risk_per_trade_max);
  at_most("risk_per_trade_max", r.risk_per_trade_max, "l1_risk_max", r.l1_risk_max);
  at_most("exposure_symbol_max", r.exposure_symbol_max, "exposure_total_max", r.exposure_total_max);
  at_most("exposure_strategy_max", r.exposure_strategy_max, "exposure_total_max", r.exposure_total_max);
  at_most("exposure_correlated_max", r.exposure_correlated_max, "exposure_total_max", r.exposure_total_max);
  at_most("stat_active_from", r.stat_active_from, "stat_trades", r.stat_trades);
  check.require(r.session_open_hour_utc < r.session_close_hour_utc, "risk.session_close_hour_utc",
                fmt::format("an hour after risk.session_open_hour_utc = {}", r.session_open_hour_utc),
                fmt::format("{}", r.session_close_hour_utc));
}

void check_threads(const PipelineConfig& p, const Checker& check) {
  check.require(p.pinned.complete(), "engine.pipeline.threads", "every stage once and in order: sequencer, features, signals, risk, orders",
                layout_text(p.pinned));
  const auto one_or_each = [&](const char* key, std::size_t n) {
    check.require(n == 1 || n == p.pinned.count, key, fmt::format("one for all threads or one for each of {}", p.pinned.count), fmt::format("{}", n));
  };
  one_or_each("engine.pipeline.wait", p.waits);
  one_or_each("engine.pipeline.cpus", p.cpus);
}

void check_instrument(const InstrumentConfig& i, const Checker& check) {
  const auto key = [&](const char* name) { return "instruments." + i.symbol + "." + name; };
  check.require(i.tick > 0 && i.pip % i.tick == 0, key("pip"), "a multiple of the tick",
                fmt::format("{}", price_to_double(i.pip)));
  check.require(i.base != i.quote, key("quote"), "a currency other than base", i.quote);
  check.require(i.asset_class == AssetClass::kFuture || i.asset_class == AssetClass::kEquity || i.symbol == i.base + i.quote, key("base"),
                "base and quote to form the symbol (only classes future and equity are free)", i.base + " and " + i.quote);
  check.require(i.lot_step > 0 && i.lot_min % i.lot_step == 0, key("lot_min"), "a multiple of lot_step",
                fmt::format("{}", qty_to_double(i.lot_min)));
  check.require(i.lot_min <= i.lot_max, key("lot_max"), fmt::format("at least lot_min = {}", qty_to_double(i.lot_min)),
                fmt::format("{}", qty_to_double(i.lot_max)));
}

}  // namespace

void check_relations(const EngineConfig& config, const PlaceOf& place_of, Issues& issues) {
  const Checker check{place_of, issues};
  check_risk(config.risk, check);
  for (const InstrumentConfig& i : config.instruments) check_instrument(i, check);
  const std::uint32_t slots = config.pipeline.ring_slots;
  check.require((slots & (slots - 1)) == 0, "engine.pipeline.ring_slots", "a power of two", fmt::format("{}", slots));
  check_threads(config.pipeline, check);
  check.require(config.journal.durability != Durability::kReplicated, "engine.journal.durability", "process or disk",
                "replicated: there is no replica to wait for in this version");
  check.require(config.journal.segment_bytes % 4096 == 0, "engine.journal.segment_kib", "a multiple of 4 KiB",
                fmt::format("{}", config.journal.segment_bytes / 1024));
}

}  // namespace omega::config
