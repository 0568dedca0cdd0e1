#include "engine/features/persistence.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/core/assert.hpp"

namespace omega {
namespace {

constexpr std::size_t kWord_bits = 64;

constexpr std::size_t edges_of(std::size_t points) noexcept { return points * (points - 1) / 2; }

}  // namespace

Persistence::Persistence(std::size_t points_max)
    : points_max_(points_max),
      words_((edges_of(points_max) + kWord_bits - 1) / kWord_bits),
      edges_(edges_of(points_max)),
      rank_(points_max * points_max),
      component_(points_max),
      columns_(edges_.size() * words_),
      has_column_(edges_.size()),
      scratch_(words_),
      h0_(points_max),
      h1_(edges_.size()) {
  OMEGA_REQUIRE(points_max >= 2 && points_max <= kPointsMax, points_max, kPointsMax);
}

void Persistence::compute(std::span<const CloudPoint> points) noexcept {
  OMEGA_REQUIRE(points.size() >= 2 && points.size() <= points_max_, points.size(), points_max_);
  n_ = points.size();
  sort_edges(points);
  for (std::size_t i = 0; i < n_; ++i) component_[i] = static_cast<std::uint8_t>(i);
  std::fill(has_column_.begin(), has_column_.end(), std::uint8_t{0});
  h0_count_ = h1_count_ = alive_ = 0;
  for (std::uint32_t rank = 0; rank < edge_count_; ++rank) {
    if (joins(edges_[rank])) {
      h0_[h0_count_++] = edges_[rank].length;
    } else {
      ++alive_;
      close_cycles(rank);
    }
  }
}

void Persistence::sort_edges(std::span<const CloudPoint> points) noexcept {
  edge_count_ = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    for (std::size_t j = i + 1; j < n_; ++j) {
      const double x = points[i][0] - points[j][0], y = points[i][1] - points[j][1], z = points[i][2] - points[j][2];
      edges_[edge_count_++] = {std::sqrt(x * x + y * y + z * z), static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j)};
    }
  }
  std::sort(edges_.begin(), edges_.begin() + static_cast<std::ptrdiff_t>(edge_count_), [](const Edge& a, const Edge& b) {
    if (a.length != b.length) return a.length < b.length;
    return a.i != b.i ? a.i < b.i : a.j < b.j;
  });
  for (std::uint32_t r = 0; r < edge_count_; ++r) rank_of(edges_[r].i, edges_[r].j) = rank_of(edges_[r].j, edges_[r].i) = r;
}

bool Persistence::joins(const Edge& e) noexcept {
  const std::uint8_t from = component_[e.j], to = component_[e.i];
  if (from == to) return false;
  for (std::size_t i = 0; i < n_; ++i) {
    if (component_[i] == from) component_[i] = to;
  }
  return true;
}

/// All triangles whose last edge is this one, by their third point.
void Persistence::close_cycles(std::uint32_t rank) noexcept {
  const Edge& e = edges_[rank];
  for (std::size_t k = 0; k < n_ && alive_ > 0; ++k) {
    if (k == e.i || k == e.j) continue;
    const std::uint32_t a = rank_of(e.i, k), b = rank_of(e.j, k);
    if (a > rank || b > rank) continue;
    std::fill_n(scratch_.begin(), rank / kWord_bits + 1, Word{0});
    for (const std::uint32_t edge : {a, b, rank}) scratch_[edge / kWord_bits] |= Word{1} << (edge % kWord_bits);
    const std::uint32_t pivot = reduce(rank);
    if (pivot == kNone) continue;
    std::copy_n(scratch_.begin(), pivot / kWord_bits + 1, column(pivot));
    has_column_[pivot] = 1;
    --alive_;
    if (e.length > edges_[pivot].length) h1_[h1_count_++] = {edges_[pivot].length, e.length};
  }
}

std::uint32_t Persistence::reduce(std::uint32_t upto) noexcept {
  std::size_t word = upto / kWord_bits + 1;
  while (word > 0) {
    const Word bits = scratch_[word - 1];
    if (bits == 0) {
      --word;
      continue;
    }
    const auto top = static_cast<std::uint32_t>(kWord_bits - 1) - static_cast<std::uint32_t>(std::countl_zero(bits));
    const std::uint32_t pivot = static_cast<std::uint32_t>((word - 1) * kWord_bits) + top;
    if (has_column_[pivot] == 0) return pivot;
    const Word* const other = column(pivot);
    for (std::size_t w = 0; w < word; ++w) scratch_[w] ^= other[w];
  }
  return kNone;
}

}  // namespace omega
