#include "engine/features/persistence.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/core/assert.hpp"

namespace omega {
namespace {

constexpr std::size_t kWord_bits = 64;
constexpr double kFactorMax = 1e300;
constexpr unsigned kInsertionMax = 128;

constexpr std::size_t edges_of(std::size_t points) noexcept { return points * (points - 1) / 2; }

}  // namespace

Persistence::Persistence(std::size_t points_max)
    : points_max_(points_max),
      words_((edges_of(points_max) + kWord_bits - 1) / kWord_bits),
      edges_(edges_of(points_max)),
      sorted_(edges_of(points_max)),
      rank_(points_max * points_max),
      columns_(edges_.size() * words_),
      has_column_(edges_.size()),
      apex_(edges_.size()),
      scratch_(words_),
      h0_(points_max),
      h1_(edges_.size()) {
  OMEGA_REQUIRE(points_max >= 2 && points_max <= kPointsMax, points_max, kPointsMax);
}

void Persistence::compute(std::span<const CloudPoint> points) noexcept {
  OMEGA_REQUIRE(points.size() >= 2 && points.size() <= points_max_, points.size(), points_max_);
  n_ = points.size();
  sort_edges(points);
  static_assert(kComponents >= kPointsMax && kComponents < 256);
  for (std::size_t i = 0; i < kComponents; ++i) component_[i] = static_cast<std::uint8_t>(i);
  std::fill(has_column_.begin(), has_column_.end(), kNoColumn);
  h0_count_ = h1_count_ = alive_ = 0;
  neighbours_ = {};
  for (std::uint32_t rank = 0; rank < edge_count_; ++rank) {
    const Edge& e = edges_[rank];
    if (joins(e)) {
      h0_[h0_count_++] = e.length;
    } else {
      ++alive_;
      n_ <= kWord_bits ? close_cycles<1>(rank) : close_cycles<kPointWords>(rank);
    }
    neighbours_[e.i][e.j / kWord_bits] |= Word{1} << (e.j % kWord_bits);
    neighbours_[e.j][e.i / kWord_bits] |= Word{1} << (e.i % kWord_bits);
  }
}

void Persistence::sort_edges(std::span<const CloudPoint> points) noexcept {
  Edge* out = edges_.data();  // a local: a store of bytes may change any member
  for (std::size_t i = 0; i < points.size(); ++i) {
    const CloudPoint p = points[i];
    for (std::size_t j = i + 1; j < points.size(); ++j, ++out) {
      const double x = p[0] - points[j][0], y = p[1] - points[j][1], z = p[2] - points[j][2];
      *out = {std::sqrt(x * x + y * y + z * z), static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j)};
    }
  }
  edge_count_ = edges_of(points.size());
  sort_by_length();
  for (std::uint32_t r = 0; r < edge_count_; ++r) {
    const Edge& e = edges_[r];
    rank_of(e.i, e.j) = rank_of(e.j, e.i) = r;
  }
}

/// By length, edges of one length in the order (i, j). Dealt into buckets of equal width, then each sorted: a product of a length and
/// a factor never orders two lengths the other way round, so the buckets are in order.
void Persistence::sort_by_length() noexcept {
  double longest = 0;
  for (std::size_t r = 0; r < edge_count_; ++r) longest = edges_[r].length > longest ? edges_[r].length : longest;
  if (!(longest > 0)) return;  // all alike
  const double factor = static_cast<double>(kBuckets - 1) / longest;
  if (!(factor > 0 && factor < kFactorMax)) return sort_all();  // lengths at an end of what a double holds
  const auto bucket = [factor](const Edge& e) { return static_cast<std::size_t>(static_cast<std::int64_t>(e.length * factor)); };
  bucket_.fill(0);
  for (std::size_t r = 0; r < edge_count_; ++r) ++bucket_[bucket(edges_[r])];
  unsigned start = 0, fullest = 0;
  for (std::uint16_t& b : bucket_) {
    const unsigned count = b;
    b = static_cast<std::uint16_t>(start);
    start += count;
    fullest = std::max(fullest, count);
  }
  for (std::size_t r = 0; r < edge_count_; ++r) sorted_[bucket_[bucket(edges_[r])]++] = edges_[r];
  edges_.swap(sorted_);
  if (fullest > kInsertionMax) return sort_all();
  // Stable. The bucket before has shorter edges only, so none moves further than its own.
  for (std::size_t r = 1; r < edge_count_; ++r) {
    if (!(edges_[r - 1].length > edges_[r].length)) continue;
    const Edge e = edges_[r];
    std::size_t at = r;
    for (; at > 0 && edges_[at - 1].length > e.length; --at) edges_[at] = edges_[at - 1];
    edges_[at] = e;
  }
}

void Persistence::sort_all() noexcept {
  std::sort(edges_.begin(), edges_.begin() + static_cast<std::ptrdiff_t>(edge_count_), [](const Edge& a, const Edge& b) {
    return a.length != b.length ? a.length < b.length : a.i != b.i ? a.i < b.i : a.j < b.j;
  });
}

bool Persistence::joins(const Edge& e) noexcept {
  const std::uint8_t from = component_[e.j], to = component_[e.i];
  if (from == to) return false;
  for (std::uint8_t& c : component_) c = c == from ? to : c;
  return true;
}

inline void Persistence::add_triangle(std::uint32_t rank, std::size_t k) noexcept {
  if (has_column_[rank] != kNoColumn) return reduce_triangle(rank, k);
  has_column_[rank] = kTriangle;  // its last edge is new: nothing to reduce, lifetime 0
  apex_[rank] = static_cast<std::uint8_t>(k);
  --alive_;
}

/// One triangle for each component of the edge's link, by the component's lowest point. kWords: of the points there are.
template <std::size_t kWords>
void Persistence::close_cycles(std::uint32_t rank) noexcept {
  using Set = std::array<Word, kWords>;
  const Edge& e = edges_[rank];
  Set left;  // third points whose triangle is not spoken for
  for (std::size_t w = 0; w < kWords; ++w) left[w] = neighbours_[e.i][w] & neighbours_[e.j][w];
  const auto any = [](const Set& set) {
    Word all = 0;
    for (const Word w : set) all |= w;
    return all != 0;
  };
  const auto take_lowest = [](Set& set) {
    std::size_t w = 0;
    while (set[w] == 0) ++w;
    const auto bit = static_cast<std::size_t>(std::countr_zero(set[w]));
    set[w] &= set[w] - 1;
    return w * kWord_bits + bit;
  };
  while (alive_ > 0 && any(left)) {
    const std::size_t k = take_lowest(left);
    add_triangle(rank, k);
    Set open{};
    open[k / kWord_bits] = Word{1} << (k % kWord_bits);
    while (any(open) && any(left)) {
      const Points& near = neighbours_[take_lowest(open)];
      for (std::size_t w = 0; w < kWords; ++w) {
        const Word found = near[w] & left[w];
        left[w] ^= found;
        open[w] |= found;
      }
    }
  }
}

void Persistence::reduce_triangle(std::uint32_t rank, std::size_t k) noexcept {
  std::fill_n(scratch_.begin(), rank / kWord_bits + 1, Word{0});
  toggle(rank, k);
  const std::uint32_t pivot = reduce(rank);
  if (pivot == kNone) return;
  std::copy_n(scratch_.begin(), pivot / kWord_bits + 1, column(pivot));
  has_column_[pivot] = kRow;
  --alive_;
  if (edges_[rank].length > edges_[pivot].length) h1_[h1_count_++] = {edges_[pivot].length, edges_[rank].length};
}

/// Adds the triangle of the edge and the point k to scratch_.
void Persistence::toggle(std::uint32_t rank, std::size_t k) noexcept {
  const Edge& e = edges_[rank];
  for (const std::uint32_t edge : {rank_of(e.i, k), rank_of(e.j, k), rank}) scratch_[edge / kWord_bits] ^= Word{1} << (edge % kWord_bits);
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
    if (has_column_[pivot] == kNoColumn) return pivot;
    if (has_column_[pivot] == kTriangle) {
      toggle(pivot, apex_[pivot]);
      continue;
    }
    const Word* const other = column(pivot);
    for (std::size_t w = 0; w < word; ++w) scratch_[w] ^= other[w];
  }
  return kNone;
}

}  // namespace omega
