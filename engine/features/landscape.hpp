// What:     Persistence landscapes λ_k(t) = k-th largest of max(0, min(t − b, d − t)), k = 1..3: their norm and their distance.
// Owner:    a feature; the workspace is sized by the constructor.   Threads: one.   Errors: none.
// Formula:  N = sqrt(Σ_k ∫λ_k²), D = sqrt(Σ_k ∫(λ_k − λ'_k)²), exact: between two neighbours of the points b, d and (b_i + d_j)/2 (tents that cross) of
//           either diagram every λ_k is linear, and ∫ of a squared linear function is (t1 − t0)(f0² + f0·f1 + f1²)/3.
// Bound:    kPairsMax pairs a diagram; of more the longest-lived are kept (50 points of a market give fewer than 30).
// Source:   Bubenik (2015) JMLR 16:77-102; STRATEGIES F27.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/features/persistence.hpp"

namespace omega {

/// The pairs that count, and where they come from.
struct Diagram {
  static constexpr std::size_t kPairsMax = 96;
  std::array<PersistencePair, kPairsMax> pairs{};
  std::uint32_t count = 0;
  [[nodiscard]] std::span<const PersistencePair> view() const noexcept { return {pairs.data(), count}; }
  /// Pairs whose lifetime is at least `least` times the largest death among them.
  void take(std::span<const PersistencePair> all, double least) noexcept;
  template <class Archive> void serialize(Archive& ar) {
    ar(count);
    if constexpr (Archive::kLoading) count = count > kPairsMax ? 0 : count;  // a damaged checkpoint
    for (std::uint32_t i = 0; i < count; ++i) ar(pairs[i]);
  }
};

class Landscapes {
 public:
  static constexpr std::size_t kLayers = 3;
  Landscapes();
  [[nodiscard]] double norm(const Diagram& a) noexcept { return distance(a, none_); }
  [[nodiscard]] double distance(const Diagram& a, const Diagram& b) noexcept;

 private:
  [[nodiscard]] static std::span<const PersistencePair> standing(const Diagram& d, Diagram& kept) noexcept;

  std::vector<double> points_;  // where slopes may change
  Diagram a_, b_, none_;        // a_, b_: workspace
};

}  // namespace omega
