// What:     Persistent homology (H0 and H1, coefficients Z2) of the Vietoris-Rips filtration of a small point cloud in R3, exact and in
//           bounded memory. An edge enters at its Euclidean length, a triangle with its longest edge.
// Owner:    a feature; the workspace is sized by the constructor and reused.   Threads: one.   Errors: none.
// Method:   H0 by Kruskal: deaths are the edges of the minimum spanning tree. H1 by column reduction of the triangles, grouped by their
//           last edge in the order (length, i, j). Of one edge's triangles, those whose third points are joined by earlier edges among
//           these points bound the same class, so one per component of that graph (the edge's link) is enough: the first pairs with
//           the edge at lifetime 0, every other one is reduced with the columns kept so far. A triangle that is the
//           first of its last edge needs no reduction and is kept as its third point; the other columns are bit rows over the edges.
// Bound:    n(n−1)/2 edges, their square in bits: 0.2 MB for 50 points, 1.3 MB for 80.
// Source:   Edelsbrunner, Letscher, Zomorodian (2002) Discrete Comput. Geom. 28:511-533; STRATEGIES F27.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace omega {

using CloudPoint = std::array<double, 3>;

struct PersistencePair {
  double birth = 0, death = 0;
  [[nodiscard]] double lifetime() const noexcept { return death - birth; }
  template <class Archive> void serialize(Archive& ar) { ar(birth, death); }
};

class Persistence {
 public:
  static constexpr std::size_t kPointsMax = 80;

  explicit Persistence(std::size_t points_max);

  /// 2 <= points <= points_max.
  void compute(std::span<const CloudPoint> points) noexcept;
  /// Finite H0 deaths, ascending; births are 0. One per point but the last component's.
  [[nodiscard]] std::span<const double> h0_deaths() const noexcept { return {h0_.data(), h0_count_}; }
  /// H1 pairs of positive lifetime, in the order of death.
  [[nodiscard]] std::span<const PersistencePair> h1() const noexcept { return {h1_.data(), h1_count_}; }

 private:
  struct Edge {
    double length = 0;
    std::uint8_t i = 0, j = 0;
  };
  using Word = std::uint64_t;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  static constexpr std::size_t kBuckets = 1024;
  enum Column : std::uint8_t { kNoColumn, kTriangle, kRow };  // kTriangle: one triangle, not yet added to any other; kRow: reduced

  void sort_edges(std::span<const CloudPoint> points) noexcept;
  void sort_by_length() noexcept;
  void sort_all() noexcept;
  [[nodiscard]] bool joins(const Edge& e) noexcept;  // two components: a tree edge
  template <std::size_t kWords>
  void close_cycles(std::uint32_t rank) noexcept;
  void add_triangle(std::uint32_t rank, std::size_t k) noexcept;
  void reduce_triangle(std::uint32_t rank, std::size_t k) noexcept;
  void toggle(std::uint32_t rank, std::size_t k) noexcept;
  [[nodiscard]] std::uint32_t& rank_of(std::size_t i, std::size_t j) noexcept { return rank_[i * points_max_ + j]; }
  [[nodiscard]] Word* column(std::uint32_t pivot) noexcept { return &columns_[static_cast<std::size_t>(pivot) * words_]; }
  [[nodiscard]] std::uint32_t reduce(std::uint32_t upto) noexcept;  // scratch_; its pivot, or kNone when it vanishes

  std::size_t points_max_, words_, n_ = 0;
  std::vector<Edge> edges_;            // in filtration order
  std::vector<Edge> sorted_;           // the other half of the sort
  std::array<std::uint16_t, kBuckets> bucket_{};  // counts, then where the next edge of each goes
  std::size_t edge_count_ = 0;
  std::vector<std::uint32_t> rank_;    // by pair of points
  static constexpr std::size_t kComponents = 80;            // a whole number of vector registers
  std::array<std::uint8_t, kComponents> component_{};      // by point
  static constexpr std::size_t kPointWords = (kPointsMax + 63) / 64;
  using Points = std::array<Word, kPointWords>;             // a set of points
  std::array<Points, kPointsMax> neighbours_{};             // by the edges up to the current one
  std::vector<Word> columns_;          // reduced columns by pivot, where a triangle is not enough
  std::vector<Column> has_column_;
  std::vector<std::uint8_t> apex_;     // by pivot: the third point of its triangle
  std::vector<Word> scratch_;
  std::size_t alive_ = 0;              // cycles born and not dead
  std::vector<double> h0_;
  std::vector<PersistencePair> h1_;
  std::size_t h0_count_ = 0, h1_count_ = 0;
};

}  // namespace omega
