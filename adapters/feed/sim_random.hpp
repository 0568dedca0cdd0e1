// What:     Random numbers of the simulated market: a hash of (seed, stream, minute, slot). No state, so a number does not
//           depend on which other symbols are simulated, nor on the order in which numbers are asked for.
// Threads:  any; value type.
// Source:   mixing function of SplitMix64: Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators",
//           OOPSLA; normal() is a sum of eight uniforms (central limit), enough for a market and free of log and cos.
#pragma once

#include <cstdint>

namespace omega::sim {

class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) noexcept : key_(mix(seed + 0x9e3779b97f4a7c15ULL * (stream + 1))) {}

  [[nodiscard]] std::uint64_t bits(std::int64_t minute, std::uint32_t slot) const noexcept {
    return mix(mix(key_ ^ static_cast<std::uint64_t>(minute)) + 0x9e3779b97f4a7c15ULL * (slot + 1));
  }
  /// In [0, 1), 53 bits.
  [[nodiscard]] double uniform(std::int64_t minute, std::uint32_t slot) const noexcept {
    return static_cast<double>(bits(minute, slot) >> 11) * 0x1p-53;
  }
  [[nodiscard]] double between(double lo, double hi, std::int64_t minute, std::uint32_t slot) const noexcept {
    return lo + (hi - lo) * uniform(minute, slot);
  }
  [[nodiscard]] bool chance(double p, std::int64_t minute, std::uint32_t slot) const noexcept {
    return uniform(minute, slot) < p;
  }
  /// Mean 0, sd 1, |x| < 4.9. Eight 16-bit uniforms from two words.
  [[nodiscard]] double normal(std::int64_t minute, std::uint32_t slot) const noexcept {
    const std::uint64_t a = bits(minute, slot), b = mix(a);
    std::int64_t sum = 0;
    for (int shift = 0; shift < 64; shift += 16)
      sum += static_cast<std::int64_t>((a >> shift) & 0xffff) + static_cast<std::int64_t>((b >> shift) & 0xffff);
    constexpr double kScale = 1.0 / (65536.0 * 0.81649658092772603273);  // sd of the sum of 8 uniforms = sqrt(8/12)
    return (static_cast<double>(sum) - 8 * 32767.5) * kScale;
  }

 private:
  static constexpr std::uint64_t mix(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t key_;
};

}  // namespace omega::sim
