// What:     Microstructure episodes of the simulated market: for some minutes a pattern, not the random walk, decides
//           where one symbol goes, with how much volume and how wide a spread. Lengths in u, d = direction of the trade
//           that the pattern invites.
//   stop run      the price stands within 4 u of yesterday's high or low; one minute pierces it by 8-18 u on 6 times the
//                 volume, the next closes 27-34 u back inside on 14 times; then 20 min onwards (p 0.65) or back
//   exhaustion    in a range, five thin minutes carry the price to 4.4-5.2 sd (200 M5 closes) from its mean; ten minutes of
//                 opposite flow on 6 times the volume win back 1.1 sd; then 100 min to the mean (p 0.65) or onwards
//   displacement  an M15 bar of 7-10 u against d, then one of 48-75 u with d on 7 times the volume; 1-3 h of drifting;
//                 45 min of thin return; an M15 bar that dips into the block and rebounds on 5 times the volume; then 2 h
//                 of 40-70 u with d (p 0.6) or 45 u against
//   inducement    (feed key crises=on) a minute dips 8 u and comes back, seven minutes of noise; one pierces that extreme by 8-16 u on 25 times
//                 the volume and closes 5 u further with d; four quiet ones, up on volume and down without; one of 31-40 u with d; then as after a
//                 stop run
//   momentum run  of a whole currency: see sim_currencies.hpp
//   flash crash, crisis, persistent trend, cascade: of whole currencies, see sim_crises.hpp; decoupling: see sim_currencies.hpp
//   iceberg, OFI burst, footprint, spoof: of the order book, see sim_book_pattern.hpp
// Owner:    SimSymbol, one pattern at a time.   Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "adapters/feed/sim_random.hpp"

namespace omega::sim {

enum class PatternKind : std::uint8_t { kStopRun, kExhaustion, kDisplacement, kMomentumRun, kIceberg, kOfiBurst, kFootprint, kSpoof,
                                        kInducement, kFlashCrash, kCrisis, kPersistentTrend, kCascade, kDecoupling, kCount };
inline constexpr std::size_t kPatternKinds = static_cast<std::size_t>(PatternKind::kCount);

/// What the pattern wants of this minute.
struct MinutePlan {
  double close = 0;
  double reach = 0;        // extreme the minute must touch, 0: none
  double tail = 1;         // scale of the random high and low beyond open and close
  double volume = 1, spread = 1;
};

class Pattern {
 public:
  [[nodiscard]] bool active() const noexcept { return active_; }

  void start_stop_run(int d, double level, double u, const Random& random, std::int64_t minute) noexcept;
  void start_exhaustion(int d, double mean, double sd, double price, const Random& random, std::int64_t minute) noexcept;
  void start_displacement(int d, double price, double u, const Random& random, std::int64_t minute) noexcept;

  /// sd: of a minute's move.
  void start_inducement(int d, double price, double sd, double u, const Random& random, std::int64_t minute) noexcept;

  /// prev: mid close of the minute before. noise: what the random walk would add (price units).
  [[nodiscard]] MinutePlan next(double prev, double noise) noexcept;
  /// The real high and low of the minute: the displacement remembers its block.
  void observe(double high, double low) noexcept;

 private:
  void begin(PatternKind kind, int d, double u, const Random& random, std::int64_t minute) noexcept;
  [[nodiscard]] MinutePlan stop_run(double prev, double noise) const noexcept;
  [[nodiscard]] MinutePlan inducement(double prev, double noise) const noexcept;
  [[nodiscard]] MinutePlan exhaustion(double prev, double noise) const noexcept;
  [[nodiscard]] MinutePlan displacement(double prev, double noise) const noexcept;
  [[nodiscard]] double near_edge() const noexcept { return d_ > 0 ? block_high_ : block_low_; }

  bool active_ = false, follows_ = false;    // follows_: the invited trade works out
  PatternKind kind_ = PatternKind::kStopRun;
  int d_ = 0, t_ = 0, hold_ = 0;             // minutes
  double u_ = 0, start_ = 0, level_ = 0, size_ = 0, width_ = 0, tail_size_ = 0, mean_ = 0, sd_ = 0;
  double block_high_ = 0, block_low_ = 0;
};

}  // namespace omega::sim
