#include "engine/features/persistence.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

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
      sorted_(edges_of(points_max)),
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
  neighbours_ = {};
  for (std::uint32_t rank = 0; rank < edge_count_; ++rank) {
    const Edge& e = edges_[rank];
    if (joins(e)) {
      h0_[h0_count_++] = e.length;
    } else {
      ++alive_;
      close_cycles(rank);
    }
    neighbours_[e.i][e.j / kWord_bits] |= Word{1} << (e.j % kWord_bits);
    neighbours_[e.j][e.i / kWord_bits] |= Word{1} << (e.i % kWord_bits);
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
  sort_by_length();
  for (std::uint32_t r = 0; r < edge_count_; ++r) rank_of(edges_[r].i, edges_[r].j) = rank_of(edges_[r].j, edges_[r].i) = r;
}

/// Radix sort, least digit first: lengths are not negative, so their bits order as they do, and edges of one length keep the
/// order (i, j) in which they were made. Half the time of a comparison sort here.
void Persistence::sort_by_length() noexcept {
  constexpr unsigned kDigit_bits = 11, kDigits = 6;  // 66 bits cover the 64
  constexpr std::size_t kValues = std::size_t{1} << kDigit_bits;
  const auto digit = [](const Edge& e, unsigned d) { return (std::bit_cast<std::uint64_t>(e.length) >> (d * kDigit_bits)) % kValues; };
  digit_counts_.fill(0);
  for (std::size_t r = 0; r < edge_count_; ++r)
    for (unsigned d = 0; d < kDigits; ++d) ++digit_counts_[d * kValues + digit(edges_[r], d)];
  for (unsigned d = 0; d < kDigits; ++d) {
    std::uint16_t* const counts = &digit_counts_[d * kValues];
    if (counts[digit(edges_[0], d)] == edge_count_) continue;  // all alike
    std::uint16_t start = 0;
    for (std::size_t v = 0; v < kValues; ++v) start = static_cast<std::uint16_t>(start + std::exchange(counts[v], start));
    for (std::size_t r = 0; r < edge_count_; ++r) sorted_[counts[digit(edges_[r], d)]++] = edges_[r];
    edges_.swap(sorted_);
  }
}

bool Persistence::joins(const Edge& e) noexcept {
  const std::uint8_t from = component_[e.j], to = component_[e.i];
  if (from == to) return false;
  for (std::size_t i = 0; i < n_; ++i) {
    if (component_[i] == from) component_[i] = to;
  }
  return true;
}

/// One triangle for each component of the edge's link, by the component's lowest point.
void Persistence::close_cycles(std::uint32_t rank) noexcept {
  const Edge& e = edges_[rank];
  Points left;  // third points whose triangle is not spoken for
  for (std::size_t w = 0; w < left.size(); ++w) left[w] = neighbours_[e.i][w] & neighbours_[e.j][w];
  const auto any = [](const Points& set) {
    Word all = 0;
    for (const Word w : set) all |= w;
    return all != 0;
  };
  const auto take_lowest = [](Points& set) {
    std::size_t w = 0;
    while (set[w] == 0) ++w;
    const auto bit = static_cast<std::size_t>(std::countr_zero(set[w]));
    set[w] &= set[w] - 1;
    return w * kWord_bits + bit;
  };
  while (alive_ > 0 && any(left)) {
    const std::size_t k = take_lowest(left);
    add_triangle(rank, k);
    Points open{};
    open[k / kWord_bits] = Word{1} << (k % kWord_bits);
    while (any(open) && any(left)) {
      const Points& near = neighbours_[take_lowest(open)];
      for (std::size_t w = 0; w < left.size(); ++w) {
        const Word found = near[w] & left[w];
        left[w] ^= found;
        open[w] |= found;
      }
    }
  }
}

void Persistence::add_triangle(std::uint32_t rank, std::size_t k) noexcept {
  const Edge& e = edges_[rank];
  std::fill_n(scratch_.begin(), rank / kWord_bits + 1, Word{0});
  for (const std::uint32_t edge : {rank_of(e.i, k), rank_of(e.j, k), rank}) scratch_[edge / kWord_bits] |= Word{1} << (edge % kWord_bits);
  const std::uint32_t pivot = reduce(rank);
  if (pivot == kNone) return;
  std::copy_n(scratch_.begin(), pivot / kWord_bits + 1, column(pivot));
  has_column_[pivot] = 1;
  --alive_;
  if (e.length > edges_[pivot].length) h1_[h1_count_++] = {edges_[pivot].length, e.length};
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
