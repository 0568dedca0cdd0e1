// What:     One condition of a strategy as it came out: its value, the relation asked for and the limit, so that an incident can
//           say by how much it held or failed. every() and any() keep the part that decided.
// Owner:    value type; the funnel keeps the newest of each condition.   Threads: pure functions; any.
// Units:    those of the condition; prices are given as such (1.0 = one unit of the quote currency).
#pragma once

#include <cstdint>
#include <initializer_list>

#include "engine/core/types.hpp"
#include "engine/signals/scores.hpp"

namespace omega {

enum class Relation : std::uint8_t { kHolds = 0, kAtLeast, kAtMost, kAbove, kBelow, kIs, kIsNot };

struct Check {
  bool holds = false;
  Relation relation = Relation::kHolds;  // kHolds: yes or no, without figures
  double value = 0, limit = 0;
};

namespace check {

[[nodiscard]] inline Check holds(bool yes) noexcept { return {yes, Relation::kHolds, yes ? 1.0 : 0.0, 1.0}; }
[[nodiscard]] inline Check at_least(double v, double limit) noexcept { return {v >= limit, Relation::kAtLeast, v, limit}; }
[[nodiscard]] inline Check at_most(double v, double limit) noexcept { return {v <= limit, Relation::kAtMost, v, limit}; }
[[nodiscard]] inline Check above(double v, double limit) noexcept { return {v > limit, Relation::kAbove, v, limit}; }
[[nodiscard]] inline Check below(double v, double limit) noexcept { return {v < limit, Relation::kBelow, v, limit}; }
[[nodiscard]] inline Check is(double v, double limit) noexcept { return {v == limit, Relation::kIs, v, limit}; }
[[nodiscard]] inline Check is_not(double v, double limit) noexcept { return {v != limit, Relation::kIsNot, v, limit}; }
/// With the rounding of scores.
[[nodiscard]] inline Check score_at_least(double v, double limit) noexcept { return {score::at_least(v, limit), Relation::kAtLeast, v, limit}; }
[[nodiscard]] inline Check score_at_most(double v, double limit) noexcept { return {score::at_least(limit, v), Relation::kAtMost, v, limit}; }
[[nodiscard]] inline Check score_above(double v, double limit) noexcept { return {score::above(v, limit), Relation::kAbove, v, limit}; }
/// Prices and distances, compared exactly.
[[nodiscard]] inline Check price_at_least(Price v, Price limit) noexcept { return {v >= limit, Relation::kAtLeast, price_to_double(v), price_to_double(limit)}; }
[[nodiscard]] inline Check price_at_most(Price v, Price limit) noexcept { return {v <= limit, Relation::kAtMost, price_to_double(v), price_to_double(limit)}; }
[[nodiscard]] inline Check price_above(Price v, Price limit) noexcept { return {v > limit, Relation::kAbove, price_to_double(v), price_to_double(limit)}; }
/// Prices held as doubles (features give them so): compared as they are, shown as prices.
[[nodiscard]] inline Check as_price(Check c) noexcept {
  c.value /= static_cast<double>(kPriceScale);
  c.limit /= static_cast<double>(kPriceScale);
  return c;
}
/// The first that fails, else the last.
[[nodiscard]] inline Check every(std::initializer_list<Check> all) noexcept {
  Check last;
  for (const Check& c : all)
    if (last = c; !c.holds) break;
  return last;
}
/// The first that holds, else the last.
[[nodiscard]] inline Check any(std::initializer_list<Check> all) noexcept {
  Check last;
  for (const Check& c : all)
    if (last = c; c.holds) break;
  return last;
}

}  // namespace check
}  // namespace omega
