// The part of the signals stage that serves strategies over several instruments: who gets one, and the step per common close.
#include <algorithm>

#include "engine/signals/signals_stage.hpp"

namespace omega {

void SignalsStage::add_market(const RegistryEntry& entry, std::span<const double> params, FeatureRequests& requests, bool model) {
  std::uint32_t missing = 0;
  for (const Instrument& i : instruments_) missing |= entry.info->needs & ~config_->instruments[i.id].capabilities;
  Market m;
  m.strategy = entry.make({config_->instruments.front(), params, requests, &calendar_, model, config_->instruments, entry.info});
  if (missing == 0 && !m.strategy->fed()) missing = capability::kMulti;
  if (missing != 0) {
    for (const Instrument& i : instruments_) disable(entry.id, i.id, missing);
    return;
  }
  for (const Instrument& i : instruments_) {
    if (m.strategy->uses(i.id)) m.legs.emplace_back().id = i.id;
  }
  m.pairs.resize(m.strategy->pairs().size());
  markets_.push_back(std::move(m));
}

std::uint32_t SignalsStage::pair_legs() const noexcept {
  std::size_t legs = 0;
  for (const Market& m : markets_) legs += 2 * m.pairs.size();
  return static_cast<std::uint32_t>(legs);
}

void SignalsStage::on_closes(const InputEvent& input, const FeaturesOut& features, Market& m, SignalsOut& out) noexcept {
  const Timeframe tf = m.strategy->info().timeframe;
  for (const FeatureFrame& frame : features.view()) {
    if (!frame.closed(tf)) continue;
    const auto leg = std::find_if(m.legs.begin(), m.legs.end(), [&](const MarketLeg& l) { return l.id == frame.instrument; });
    if (leg == m.legs.end()) continue;
    const TimeNs t_close = frame.bar(tf).t_close;
    if (t_close <= m.t_close && !m.pending) continue;  // its step is over: it was missing there
    if (m.pending && t_close > m.t_close) step(input, m, out);
    if (m.pending && t_close < m.t_close) continue;
    m.pending = true;
    m.t_close = t_close;
    leg->closed = true;
    leg->frame = frame;
  }
  if (!m.pending) return;
  const bool all = std::all_of(m.legs.begin(), m.legs.end(), [](const MarketLeg& l) { return l.closed; });
  if (all || input.ts() > m.t_close) step(input, m, out);
}

void SignalsStage::step(const InputEvent& input, Market& m, SignalsOut& out) noexcept {
  StrategyOut sink(out);
  const std::uint32_t first_signal = out.signal_count, first_exit = out.exit_count;
  m.strategy->on_close({input.ts(), m.t_close, m.legs, news_, m.pairs}, sink);
  for (std::uint32_t i = first_signal; i < out.signal_count; ++i) {
    Signal& s = out.signals[i];
    for (MarketLeg& leg : m.legs) {
      if (leg.id != s.instrument) continue;
      PositionView& sent = s.pair == 0 ? leg.sent : m.pairs[s.pair - 1u].sent[(s.flags & signal_flag::kPairFirst) != 0 ? 0 : 1];
      sent = sent_by(s, input.seq);
      complete(leg.frame, instruments_[index_of(leg.id)], s);
    }
    lane_.append(input.seq, s);
    ++signals_raised_;
  }
  for (std::uint32_t i = first_exit; i < out.exit_count; ++i) lane_.append(input.seq, out.exits[i]);
  m.pending = false;
  for (MarketLeg& leg : m.legs) leg.closed = false;
}

}  // namespace omega
