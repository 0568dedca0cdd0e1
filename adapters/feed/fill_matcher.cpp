#include "adapters/feed/fill_matcher.hpp"

#include <algorithm>

namespace omega::feed {
namespace {

bool near(TimeNs a, TimeNs b) noexcept { return (a > b ? a - b : b - a) <= kFillWindow_ns; }

template <class T>
void keep(std::deque<T>& list, const T& value) {
  list.push_back(value);
  if (list.size() > kFillsKept_max) list.pop_front();
}

}  // namespace

std::optional<MatchedFills> FillMatcher::add(const Fill& fill) {
  const auto fits = [&](const Fill& o) { return fill.size && same(o.size, *fill.size) && o.side != fill.side && near(o.ts, fill.ts); };
  const auto other = std::find_if(alone_.begin(), alone_.end(), fits);
  if (other == alone_.end()) {
    keep(alone_, fill);
    return std::nullopt;
  }
  const Fill &maker = other->order < fill.order ? *other : fill, &taker = other->order < fill.order ? fill : *other;
  const MatchedFills both{.ts = fill.ts, .price = maker.price, .size = *maker.size, .aggressor = taker_of(taker.side)};
  alone_.erase(other);
  keep(matched_, both);
  return both;
}

Direction FillMatcher::taker(TimeNs ts, Price price, Qty size) {
  const auto told = std::find_if(matched_.begin(), matched_.end(),
                                 [&](const MatchedFills& m) { return same(m.size, size) && m.price == price && near(m.ts, ts); });
  if (told != matched_.end()) {
    const Direction aggressor = told->aggressor;
    matched_.erase(told);
    return aggressor;
  }
  const auto seen = std::find_if(alone_.begin(), alone_.end(), [&](const Fill& f) { return same(f.size, size) && near(f.ts, ts); });
  if (seen == alone_.end()) return 0;
  const auto stood = [&](const Fill& f) { return !f.size && f.side != seen->side && f.price == price && near(f.ts, ts); };
  const bool took = seen->price != price || std::any_of(alone_.begin(), alone_.end(), stood);
  return took ? taker_of(seen->side) : Direction{0};
}

}  // namespace omega::feed
