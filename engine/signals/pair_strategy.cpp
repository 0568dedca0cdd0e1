#include "engine/signals/pair_strategy.hpp"

namespace omega {

PairStrategy::PairStrategy(const StrategyInfo& info, const StrategySetup& setup, std::span<const PairSymbols> symbols) : Strategy(info, setup) {
  const auto id_of = [&](std::string_view symbol) {
    for (std::size_t i = 0; i < setup.instruments.size(); ++i)
      if (setup.instruments[i].active && setup.instruments[i].symbol == symbol) return static_cast<InstrumentId>(i);
    return kNoInstrument;
  };
  for (const PairSymbols& names : symbols) {
    const PairIds ids{id_of(names[0]), id_of(names[1])};
    if (ids[0] != kNoInstrument && ids[1] != kNoInstrument) ids_.push_back(ids);
  }
}

bool PairStrategy::uses(InstrumentId id) const noexcept {
  return std::any_of(ids_.begin(), ids_.end(), [&](const PairIds& p) { return p[0] == id || p[1] == id; });
}

Signal* PairStrategy::raise_pair(const MarketContext& market, const PairClose& c, EntryEdge& edge, const PairOrder& o, StrategyOut& out) noexcept {
  if (!admit(edge, market.ts, c.held.open())) return nullptr;
  edge.raised_before = true;
  edge.last_signal_ts = market.ts;
  const auto stop = [&](Price close, Direction d) { return close - d * std::llround(o.stop_fraction * static_cast<double>(close)); };
  const Price close_1 = bar(&c.one)->close, close_2 = bar(&c.two)->close;
  Signal& one = raise(c.one.id, market.ts, out, o.direction, close_1, stop(close_1, o.direction));
  one.score = o.score;
  one.quality_raw = o.quality;
  one.level = o.level;
  one.rr_min = 0;
  one.tp_r = {o.terms.hedge_ratio, o.terms.risk, o.terms.reward_risk};
  one.pair = static_cast<std::uint8_t>(c.number + 1);
  one.flags |= signal_flag::kPairFirst | signal_flag::kUsesVpin;
  Signal& two = out.signal();
  const std::uint32_t index = two.index;
  two = one;
  two.index = index;
  two.instrument = c.two.id;
  two.direction = o.direction_2;
  two.entry_ref = close_2;
  two.stop_loss = stop(close_2, o.direction_2);
  two.flags = static_cast<std::uint16_t>((one.flags & ~signal_flag::kPairFirst) | signal_flag::kPairSecond);
  return &one;
}

void PairStrategy::exit_pair(const MarketContext& market, const PairClose& c, StrategyOut& out, ExitReason reason, double value, double threshold,
                             std::uint8_t share_percent) noexcept {
  ExitRequest& e = out.exit();
  e.ts = market.ts;
  e.value = value;
  e.threshold = threshold;
  e.instrument = c.one.id;
  e.strategy = info().id;
  e.reason = reason;
  e.pair = static_cast<std::uint8_t>(c.number + 1);
  e.share_percent = share_percent;
}

}  // namespace omega
