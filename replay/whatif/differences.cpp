#include "replay/whatif/differences.hpp"

#include <cstring>
#include <tuple>

namespace omega::replay {
namespace {

auto key(const Deal& d) noexcept { return std::tuple(d.signal.ts, d.signal.instrument, d.signal.strategy, d.signal.direction); }

/// Equal but for what only tells where in the inputs it stands.
bool same(const Deal& a, const Deal& b) noexcept {
  if (std::memcmp(&a.signal, &b.signal, sizeof a.signal) != 0 || std::memcmp(&a.decision, &b.decision, sizeof a.decision) != 0) return false;
  if (a.outcome != b.outcome || a.traded != b.traded) return false;
  TradeClosed left = a.trade, right = b.trade;
  left.order_id = right.order_id = 0;
  left.signal_seq = right.signal_seq = 0;
  return std::memcmp(&left, &right, sizeof left) == 0;
}

}  // namespace

std::vector<DealDifference> differences(const Rerun& before, const Rerun& after) {
  std::vector<DealDifference> list;
  auto a = before.deals.begin(), b = after.deals.begin();  // both in key order: by time, then as the engine raised them
  while (a != before.deals.end() || b != after.deals.end()) {
    if (b == after.deals.end() || (a != before.deals.end() && key(*a) < key(*b))) {
      list.push_back({DealDifference::Kind::kLost, &*a++, nullptr});
    } else if (a == before.deals.end() || key(*b) < key(*a)) {
      list.push_back({DealDifference::Kind::kGained, nullptr, &*b++});
    } else {
      if (!same(*a, *b)) list.push_back({DealDifference::Kind::kChanged, &*a, &*b});
      ++a, ++b;
    }
  }
  return list;
}

}  // namespace omega::replay
