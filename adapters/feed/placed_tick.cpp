#include "adapters/feed/placed_tick.hpp"

namespace omega::feed {

void TickList::append(TickList&& other, std::uint32_t source) {
  const auto base = static_cast<std::uint32_t>(snapshots.size());
  ticks.reserve(ticks.size() + other.ticks.size());
  for (PlacedTick& t : other.ticks) {
    t.source = source;
    if (t.is(EventType::kBookSnapshot)) t.extra += base;
    ticks.push_back(t);
  }
  snapshots.insert(snapshots.end(), other.snapshots.begin(), other.snapshots.end());
  other = TickList{};
}

InputEvent TickList::event(const PlacedTick& t, InstrumentId instrument) const noexcept {
  InputEvent e;
  switch (t.event_type()) {
    case EventType::kQuote:
      e = InputEvent::of(Quote{.ts = t.ts, .bid = t.price, .ask = t.ask, .bid_size = t.size, .ask_size = t.ask_size, .flags = t.flags});
      break;
    case EventType::kTrade:
      e = InputEvent::of(Trade{.ts = t.ts, .price = t.price, .size = t.size, .flags = t.flags, .aggressor = t.side});
      break;
    case EventType::kBookDelta: e = InputEvent::of(delta(t)); break;
    default: e = InputEvent::of(snapshot(t)); break;
  }
  set_instrument(e, instrument);
  return e;
}

}  // namespace omega::feed
