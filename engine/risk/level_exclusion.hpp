// What:     S02 and S13 exclude each other on the same level for 60 min: what one of them has had approved, the other may not trade.
// Owner:    RiskStage.   Threads: one.   Units: Price; UTC ns.   Bounded: the last 4 approvals per instrument.
// Choices:  levels are the same within 1 u; the level is the first criterion of both strategies' signals; at 60 min the level is free again.
// Source:   STRATEGIES S13, 4.6.
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/core/events.hpp"

namespace omega {

class LevelExclusion {
 public:
  static constexpr StrategyId kSweep = 2, kInducement = 13;
  static constexpr DurationNs kRest_ns = 60 * kMinute_ns;

  explicit LevelExclusion(std::size_t instruments) : approvals_(instruments) {}

  [[nodiscard]] bool excludes(const Signal& s, Price u, TimeNs ts) const noexcept {
    if (!concerns(s)) return false;
    for (const Approval& a : approvals_[s.instrument].last) {
      if (a.strategy == 0 || a.strategy == s.strategy || ts - a.ts >= kRest_ns) continue;
      if (std::abs(a.level - level_of(s)) <= u) return true;
    }
    return false;
  }
  void on_approved(const Signal& s, TimeNs ts) noexcept {
    if (!concerns(s)) return;
    Ring& ring = approvals_[s.instrument];
    ring.last[ring.next] = {ts, level_of(s), s.strategy};
    ring.next = static_cast<std::uint8_t>((ring.next + 1) % ring.last.size());
  }
  template <class Archive> void serialize(Archive& ar) {
    for (Ring& ring : approvals_) {
      ar(ring);
      if constexpr (Archive::kLoading) ring.next = static_cast<std::uint8_t>(ring.next % ring.last.size());
    }
  }

 private:
  struct Approval {
    TimeNs ts = 0;
    Price level = 0;
    StrategyId strategy = 0;  // 0: none
    template <class Archive> void serialize(Archive& ar) { ar(ts, level, strategy); }
  };
  struct Ring {
    std::array<Approval, 4> last{};
    std::uint8_t next = 0;
    template <class Archive> void serialize(Archive& ar) { ar(last, next); }
  };
  [[nodiscard]] static bool concerns(const Signal& s) noexcept { return s.strategy == kSweep || s.strategy == kInducement; }
  [[nodiscard]] static Price level_of(const Signal& s) noexcept { return std::llround(s.criteria[0] * static_cast<double>(kPriceScale)); }

  std::vector<Ring> approvals_;  // by instrument
};

}  // namespace omega
