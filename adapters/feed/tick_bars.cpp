#include "adapters/feed/tick_bars.hpp"

#include <algorithm>

#include "adapters/feed/longest_run.hpp"
#include "engine/market/input_guard.hpp"

namespace omega::feed {

void TickBars::add(TimeNs ts, Price bid, Price ask, std::uint64_t line, std::string_view text) {
  if (bid <= 0 || ask <= 0 || bid > kPriceLimit || ask > kPriceLimit) {
    quality_->add(RowKind::kBadTickPrice, line, text);
    return;
  }
  if (bid > ask) {
    quality_->add(RowKind::kCrossedTick, line, text);
    return;
  }
  if (bid == ask) ++quality_->locked;
  ticks_.push_back({ts, bid, ask, static_cast<std::uint32_t>(line)});
}

void TickBars::build(std::vector<PlacedBar>& out) {
  std::vector<TimeNs> times(ticks_.size());
  std::transform(ticks_.begin(), ticks_.end(), times.begin(), [](const Tick& t) { return t.ts; });
  const std::vector<bool> in_order = longest_run(times, false);
  Bar* bar = nullptr;
  for (std::size_t i = 0; i < ticks_.size(); ++i) {
    const Tick& t = ticks_[i];
    if (!in_order[i]) {
      quality_->add(RowKind::kTickOutOfOrder, t.line, "tick " + std::to_string(t.ts) + " ns UTC");
      continue;
    }
    const TimeNs t_open = floor_div(t.ts, kMinute_ns) * kMinute_ns;
    if (bar == nullptr || bar->t_open != t_open) {
      out.push_back({Bar{.ts = t_open + kMinute_ns, .t_open = t_open,
                         .bid_open = t.bid, .bid_high = t.bid, .bid_low = t.bid, .bid_close = t.bid,
                         .ask_open = t.ask, .ask_high = t.ask, .ask_low = t.ask, .ask_close = t.ask,
                         .instrument = instrument_, .volume_kind = volume_kind_},
                     t.line, 0});
      bar = &out.back().bar;
    }
    bar->bid_high = std::max(bar->bid_high, t.bid);
    bar->bid_low = std::min(bar->bid_low, t.bid);
    bar->bid_close = t.bid;
    bar->ask_high = std::max(bar->ask_high, t.ask);
    bar->ask_low = std::min(bar->ask_low, t.ask);
    bar->ask_close = t.ask;
    ++bar->n_ticks;
    if (volume_kind_ == VolumeKind::kTicks) bar->volume += kQtyScale;
  }
  ticks_.clear();
}

}  // namespace omega::feed
