#include "engine/features/landscape.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/assert.hpp"

namespace omega {
namespace {

using Layers = std::array<double, Landscapes::kLayers>;

/// The largest tents at t, in order.
Layers layers_at(std::span<const PersistencePair> pairs, double t) noexcept {
  Layers top{};
  for (const PersistencePair& p : pairs) {
    double height = std::min(t - p.birth, p.death - t);
    if (!(height > top.back())) continue;  // most tents do not stand over t
    for (double& layer : top) {
      if (height > layer) std::swap(height, layer);
    }
  }
  return top;
}

}  // namespace

void Diagram::take(std::span<const PersistencePair> all, double least) noexcept {
  double largest = 0;
  for (const PersistencePair& p : all) largest = std::max(largest, p.death);
  count = 0;
  for (const PersistencePair& p : all) {
    if (p.lifetime() < least * largest || p.lifetime() <= 0) continue;
    if (count < kPairsMax) {
      pairs[count++] = p;
      continue;
    }
    const auto shortest = std::min_element(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.lifetime() < b.lifetime(); });
    if (shortest->lifetime() < p.lifetime()) *shortest = p;
  }
}

/// Without the pairs that stand below the next kLayers ones everywhere, which is all but the last few of H0. Their layers are the same.
std::span<const PersistencePair> Landscapes::standing(const Diagram& d, Diagram& kept) noexcept {
  kept.count = 0;
  std::size_t above = 0;  // how many pairs behind this one are born with it, in the order of death
  for (std::size_t i = d.count; i-- > 0;) {
    const bool nested = i + 1 < d.count && d.pairs[i + 1].birth == d.pairs[i].birth && d.pairs[i + 1].death >= d.pairs[i].death;
    above = nested ? above + 1 : 0;
    if (above < kLayers) kept.pairs[kept.count++] = d.pairs[i];
  }
  return kept.view();
}

Landscapes::Landscapes() { points_.reserve(2 * (Diagram::kPairsMax * Diagram::kPairsMax + 2 * Diagram::kPairsMax)); }

double Landscapes::distance(const Diagram& a, const Diagram& b) noexcept {
  points_.clear();
  for (const Diagram* d : {&a, &b}) {
    const std::span<const PersistencePair> pairs = d->view();
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const PersistencePair& p = pairs[i];
      points_.push_back(p.birth);
      points_.push_back(p.death);
      // One that is born with p and lives at least as long crosses all that p crosses, in the same points: in H0 only the last is asked.
      if (i + 1 < pairs.size() && pairs[i + 1].birth == p.birth && pairs[i + 1].death >= p.death) continue;
      for (const PersistencePair& q : d->view()) {  // where p rises through q falling; p itself gives its peak
        if (q.birth <= p.birth && p.birth <= q.death && q.death <= p.death) points_.push_back((p.birth + q.death) / 2);
      }
    }
  }
  std::sort(points_.begin(), points_.end());
  points_.erase(std::unique(points_.begin(), points_.end()), points_.end());
  const std::span<const PersistencePair> of_a = standing(a, a_), of_b = standing(b, b_);
  double sum = 0, from = 0;
  Layers before{};
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const double t = points_[i];
    Layers now = layers_at(of_a, t);
    const Layers other = layers_at(of_b, t);
    for (std::size_t k = 0; k < kLayers; ++k) now[k] -= other[k];
    if (i > 0) {
      for (std::size_t k = 0; k < kLayers; ++k) {
        sum += (t - from) * (before[k] * before[k] + before[k] * now[k] + now[k] * now[k]) / 3;
      }
    }
    from = t;
    before = now;
  }
  return std::sqrt(sum);
}

}  // namespace omega
