// What:     F32 price levels an instrument is watched at: confirmed swings (k = 2) of the last 60/120/240/480 M1 bars, newest
//           5 per side and lookback; swings (k = 3) of H4 and D1; the previous day's high and low; round numbers (multiples
//           of 50 u next to the price). A new level within 1 u of an old one of its type merges into it. A level dies when it
//           is older than its lookback, or when an M1 bar closes more than penetration_max beyond it.
// Owner:    the signals stage, one per instrument.   Threads: one.   Bounded: at most 128 levels, no allocation.
// Units:    Price; ages in M1 bars' time.   Cost: O(levels) per M1 close (<= 128).
// Choices:  M1 swings live 480 minutes (the longest lookback contains the others), H4 swings 7 days, D1 swings 20 days, round
//           numbers as long as they are the two next to the price. A merged level keeps the older one's id, price and birth and
//           the life of the heavier reason: round < M1 < previous day < H4 < D1.
// Source:   Osler (2000) FRBNY Econ. Policy Review 6(2):53-68; STRATEGIES F32.
#pragma once

#include <span>

#include "engine/features/frame.hpp"
#include "engine/core/assert.hpp"
#include "engine/features/swing.hpp"

namespace omega {

enum class LevelOrigin : std::uint8_t { kM1Swing, kH4Swing, kD1Swing, kPreviousDay, kRound };

struct Level {
  std::uint64_t id = 0;       // 1, 2, 3 ... never reused
  Price price = 0;
  std::int8_t type = 0;       // +1 support, −1 resistance
  LevelOrigin origin = LevelOrigin::kM1Swing;
  TimeNs birth = 0, dies = 0; // dies: by age
  std::uint32_t touches = 0;  // M1 bars that reached it
  template <class Archive> void serialize(Archive& ar) { ar(id, price, type, origin, birth, dies, touches); }
};

class LevelBook {
 public:
  static constexpr std::size_t kLevelsMax = 128;
  /// m1_strength: k of the M1 swings. S13 watches M1 swings of k = 5 and round numbers alone: higher = false.
  LevelBook(Price u, Price penetration_max, int m1_strength = 2, bool higher = true);

  void on_frame(const FeatureFrame& frame) noexcept;

  /// In the order of birth, hence of their ids.
  [[nodiscard]] std::span<const Level> levels() const noexcept { return {levels_.data(), count_}; }
  /// Changes whenever a level leaves; no state: it begins anew with the program.
  [[nodiscard]] std::uint64_t removals() const noexcept { return removals_; }
  [[nodiscard]] bool contains(std::uint64_t id) const noexcept;
  /// Within distance of one of the last 10 H4 swings of a side, or of the previous day's high or low (S02).
  [[nodiscard]] bool near_higher_timeframe(Price price, Price distance) const noexcept;
  /// Distance from price back to the nearest level that supports d (below for long, above for short); −1: none.
  [[nodiscard]] Price distance_behind(Price price, Direction d) const noexcept;

  template <class Archive> void serialize(Archive& ar) {
    ar(m1_, h4_, d1_, previous_high_, previous_low_, has_day_, next_id_, count_);
    if (count_ > kLevelsMax) count_ = 0;  // only from a damaged buffer
    for (std::size_t i = 0; i < count_; ++i) ar(levels_[i]);
    if constexpr (Archive::kLoading) {
      rounds_hold_ = false;
      forget_bounds();
      for (std::size_t i = 0; i < count_; ++i) bound(levels_[i]);
    }
  }

 private:
  void add(Price price, std::int8_t type, LevelOrigin origin, TimeNs now, DurationNs life) noexcept;
  void add_rounds(Price price, TimeNs now) noexcept;
  void retire(const TfBar& bar) noexcept;
  void limit_m1_swings() noexcept;
  template <class Dead> void remove_if(Dead&& dead) noexcept;
  void forget_bounds() noexcept;
  void bound(const Level& level) noexcept;

  Price u_, penetration_max_;
  bool higher_;  // levels of H4, D1 and the previous day
  SwingDetector m1_, h4_{3, false}, d1_{3, false};
  Price previous_high_ = 0, previous_low_ = 0;
  bool has_day_ = false;
  std::uint64_t next_id_ = 1;
  std::array<Level, kLevelsMax> levels_{};
  std::size_t count_ = 0;
  // ---- follow from the levels, and say when a walk over them would find nothing
  TimeNs earliest_death_ = 0;                      // none dies by age before
  Price highest_support_ = 0, lowest_resistance_ = 0;  // none stands beyond
  bool rounds_hold_ = false;                       // add_rounds() would change nothing while the price is next to round_below_
  Price round_below_ = 0;
  std::uint64_t removals_ = 0;
};

}  // namespace omega
