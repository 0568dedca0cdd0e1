// F27 against the numbers of the specification (5.3 TDA and LANDSCAPE), against a naive reduction, and against its own checkpoint.
#include "engine/core/archive.hpp"
#include "engine/features/topology.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <numbers>
#include <random>
#include <set>

namespace omega {
namespace {

using Cloud = std::vector<CloudPoint>;

Cloud polygon(int corners, double radius) {
  Cloud c;
  for (int i = 0; i < corners; ++i) {
    const double a = 2 * std::numbers::pi * i / corners;
    c.push_back({radius * std::cos(a), radius * std::sin(a), 0});
  }
  return c;
}
Cloud unit_square() { return {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}}; }
Cloud cube_cloud() {
  std::uint32_t s = 12345;
  Cloud c(12);
  for (CloudPoint& p : c) {
    for (double& x : p) {
      s = 1664525u * s + 1013904223u;
      x = s / 4294967296.0;
    }
  }
  return c;
}

Diagram diagram_of(const Cloud& cloud, double least = 0) {
  Persistence p(cloud.size());
  p.compute(cloud);
  Diagram d;
  d.take(p.h1(), least);
  return d;
}

TEST(Persistence, TheSquareTheHexagonAndTheOctagonHaveTheOneHoleOfTheSpecification) {
  Persistence p(8);
  p.compute(unit_square());
  ASSERT_EQ(p.h0_deaths().size(), 3u);
  for (const double d : p.h0_deaths()) EXPECT_DOUBLE_EQ(d, 1);
  ASSERT_EQ(p.h1().size(), 1u);
  EXPECT_DOUBLE_EQ(p.h1()[0].birth, 1);
  EXPECT_NEAR(p.h1()[0].death, 1.41421356, 5e-9);
  const auto hole = [](const Cloud& c) {
    const Diagram d = diagram_of(c, .15);  // the corners of a polygon are not exact: pairs of 1e-16 may live beside the hole
    EXPECT_EQ(d.count, 1u);
    return d.pairs[0];
  };
  EXPECT_NEAR(hole(polygon(6, 1)).birth, 1, 1e-12);
  EXPECT_NEAR(hole(polygon(6, 1)).death, 1.73205081, 5e-9);
  EXPECT_NEAR(hole(polygon(8, 1)).birth, .76536686, 5e-9);
  EXPECT_NEAR(hole(polygon(8, 1)).death, 1.84775907, 5e-9);
}

TEST(Persistence, TwelvePointsInTheCubeHaveTheTreeOfTheSpecificationAndNoHole) {
  Persistence p(12);
  p.compute(cube_cloud());
  ASSERT_EQ(p.h0_deaths().size(), 11u);
  double sum = 0;
  for (const double d : p.h0_deaths()) sum += d;
  EXPECT_NEAR(sum, 3.7805030179, 5e-11);
  EXPECT_NEAR(p.h0_deaths().back(), .6197129401, 5e-11);
  EXPECT_EQ(p.h1().size(), 0u);
}

TEST(Landscapes, NormsAndDistanceAreThoseOfTheSpecification) {
  Landscapes l;
  const Diagram square = diagram_of(unit_square(), .15), hexagon = diagram_of(polygon(6, 1), .15);
  EXPECT_NEAR(l.norm(square), .0769565959, 5e-11);
  EXPECT_NEAR(l.norm(hexagon), .1808094866, 5e-11);
  EXPECT_NEAR(l.distance(square, hexagon), .1446445075, 1e-10);  // cut, not rounded: .14464450759763
  EXPECT_DOUBLE_EQ(l.distance(square, hexagon), l.distance(hexagon, square));
  EXPECT_EQ(l.distance(hexagon, hexagon), 0);
  EXPECT_EQ(l.norm(Diagram{}), 0);
}

TEST(Landscapes, ThreeLayersOfOverlappingTentsMatchFineNumericIntegration) {
  Diagram a, b;
  const std::array<PersistencePair, 5> pairs{{{0, 2}, {.5, 2.5}, {.6, 1.4}, {.2, 3}, {1, 1.3}}};
  a.take(pairs, 0);
  b.take(std::span(pairs).subspan(0, 2), 0);
  constexpr int kSteps = 600'000;
  double norm = 0, distance = 0;
  const auto layers = [](const Diagram& d, double t) {
    std::vector<double> h(3, 0.0);
    for (const PersistencePair& p : d.view()) h.push_back(std::max(0.0, std::min(t - p.birth, p.death - t)));
    std::sort(h.rbegin(), h.rend());
    return h;
  };
  for (int i = 0; i < kSteps; ++i) {
    const double t = 3.0 * (i + .5) / kSteps;
    const auto x = layers(a, t), y = layers(b, t);
    for (int k = 0; k < 3; ++k) {
      norm += x[k] * x[k];
      distance += (x[k] - y[k]) * (x[k] - y[k]);
    }
  }
  Landscapes l;
  EXPECT_NEAR(l.norm(a), std::sqrt(norm * 3.0 / kSteps), 1e-9);
  EXPECT_NEAR(l.distance(a, b), std::sqrt(distance * 3.0 / kSteps), 1e-9);
}

TEST(Diagram, DropsShortLivesAndOfTooManyKeepsTheLongest) {
  Diagram d;
  const std::array<PersistencePair, 3> pairs{{{1, 1.3}, {1.7, 2}, {1, 1.29999}}};
  d.take(pairs, .15);
  ASSERT_EQ(d.count, 2u);  // .15 · 2 = .3 is kept, .29999 is not
  std::vector<PersistencePair> many;
  for (int i = 1; i <= 120; ++i) many.push_back({0, .01 * i});
  d.take(many, 0);
  ASSERT_EQ(d.count, Diagram::kPairsMax);
  double shortest = 9;
  for (const PersistencePair& p : d.view()) shortest = std::min(shortest, p.death);
  EXPECT_NEAR(shortest, .01 * (120 - 96 + 1), 1e-12);
}

/// The textbook reduction: all simplices in one order, columns as sets.
std::multiset<std::pair<double, double>> naive_h1(const Cloud& c) {
  struct Simplex {
    double length;
    std::vector<std::size_t> points;
  };
  const auto distance = [&](std::size_t i, std::size_t j) {
    const double x = c[i][0] - c[j][0], y = c[i][1] - c[j][1], z = c[i][2] - c[j][2];
    return std::sqrt(x * x + y * y + z * z);
  };
  std::vector<Simplex> all;
  for (std::size_t i = 0; i < c.size(); ++i) {
    all.push_back({0, {i}});
    for (std::size_t j = i + 1; j < c.size(); ++j) {
      all.push_back({distance(i, j), {i, j}});
      for (std::size_t k = j + 1; k < c.size(); ++k) all.push_back({std::max({distance(i, j), distance(i, k), distance(j, k)}), {i, j, k}});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Simplex& a, const Simplex& b) {
    return a.length != b.length ? a.length < b.length : a.points.size() < b.points.size();
  });
  std::map<std::vector<std::size_t>, std::size_t> index;
  for (std::size_t i = 0; i < all.size(); ++i) index[all[i].points] = i;
  std::map<std::size_t, std::set<std::size_t>> by_pivot;
  std::multiset<std::pair<double, double>> pairs;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::set<std::size_t> column;
    if (all[i].points.size() > 1) {
      for (std::size_t drop = 0; drop < all[i].points.size(); ++drop) {
        auto face = all[i].points;
        face.erase(face.begin() + static_cast<long>(drop));
        column.insert(index[face]);
      }
    }
    while (!column.empty() && by_pivot.contains(*column.rbegin())) {
      for (const std::size_t x : by_pivot[*column.rbegin()]) {
        if (!column.insert(x).second) column.erase(x);
      }
    }
    if (column.empty()) continue;
    const std::size_t pivot = *column.rbegin();
    by_pivot[pivot] = column;
    if (all[pivot].points.size() == 2 && all[i].length > all[pivot].length) pairs.insert({all[pivot].length, all[i].length});
  }
  return pairs;
}

TEST(Persistence, AgreesWithTheTextbookReductionOnRandomClouds) {
  constexpr std::uint32_t kSeed = 27;
  std::printf("SEED=%u\n", kSeed);
  std::mt19937 rng(kSeed);
  const auto uniform = [&] { return static_cast<double>(rng() % 1'000'000u) / 1e6; };
  std::size_t holes = 0;
  for (int round = 0; round < 40; ++round) {
    const std::size_t n = 4 + rng() % 14;
    Cloud c(n);
    const bool grid = round % 4 == 0;  // many equal lengths
    for (CloudPoint& p : c) {
      const double a = 2 * std::numbers::pi * uniform();
      p = grid ? CloudPoint{static_cast<double>(rng() % 4u), static_cast<double>(rng() % 4u), 0.0}
               : CloudPoint{std::cos(a) + .2 * uniform(), std::sin(a) + .2 * uniform(), .2 * uniform()};
    }
    Persistence p(20);
    p.compute(c);
    std::multiset<std::pair<double, double>> ours;
    for (const PersistencePair& x : p.h1()) ours.insert({x.birth, x.death});
    ASSERT_EQ(ours, naive_h1(c)) << "round " << round;
    holes += ours.size();
  }
  EXPECT_GT(holes, 30u);
}

TEST(Persistence, EightyPointsFitAndOneObjectCanBeUsedAgain) {
  std::mt19937 rng(5);
  Cloud c(Persistence::kPointsMax);
  for (CloudPoint& p : c) p = {static_cast<double>(rng() % 997u), static_cast<double>(rng() % 991u), static_cast<double>(rng() % 983u)};
  Persistence big(Persistence::kPointsMax), fresh(Persistence::kPointsMax);
  big.compute(polygon(40, 1));
  big.compute(c);
  fresh.compute(c);
  EXPECT_EQ(big.h0_deaths().size(), Persistence::kPointsMax - 1);
  ASSERT_EQ(big.h1().size(), fresh.h1().size());
  for (std::size_t i = 0; i < fresh.h1().size(); ++i) EXPECT_EQ(big.h1()[i].death, fresh.h1()[i].death);
}

TfBar random_bar(std::mt19937& rng, TimeNs t_open, Price& price) {
  TfBar b;
  b.t_open = t_open;
  b.t_close = t_open + 15 * kMinute_ns;
  b.open = price;
  price += static_cast<Price>(rng() % 2'000u) * 1'000 - 1'000'000;
  b.close = price;
  b.high = std::max(b.open, b.close) + static_cast<Price>(rng() % 500u) * 1'000;
  b.low = std::min(b.open, b.close) - static_cast<Price>(rng() % 500u) * 1'000;
  b.volume = rng() % 12u == 0 ? 0 : static_cast<Qty>(1 + rng() % 900u) * kQtyScale;
  if (b.volume == 0) b.flags |= tf_flag::kNoVolume;
  if (rng() % 70u == 0) b.flags |= tf_flag::kGap;
  return b;
}

TEST(Topology, WarmsUpOverThreeHundredBarsAndACheckpointContinuesBitByBit) {
  std::mt19937 rng(9);
  Topology t(50, 150), other(50, 150);
  Price price = 1'100'000'000;
  for (int i = 1; i <= 420; ++i) {
    const TfBar b = random_bar(rng, i * 15 * kMinute_ns, price);
    t.on_bar(b);
    EXPECT_EQ(t.norm().ready(), i >= 50) << i;
    EXPECT_EQ(t.change().ready(), i >= 100) << i;
    EXPECT_EQ(t.distance_z().ready(), i >= 300) << i;
    if (i == 333) {
      StateWriter w;
      w(t);
      StateReader r(w.bytes());
      r(other);
      ASSERT_TRUE(r.at_end());
    }
    if (i <= 333) continue;
    other.on_bar(b);
    EXPECT_EQ(t.norm().value, other.norm().value);
    EXPECT_EQ(t.change().value, other.change().value);
    EXPECT_EQ(t.distance_z().value, other.distance_z().value);
    EXPECT_EQ(t.norm_h0().value, other.norm_h0().value);
  }
}

TEST(Topology, FlatBarsCollapseToAPointAndItsDistanceHasNoZ) {
  Topology t(20, 150);
  TfBar b;
  b.open = b.high = b.low = b.close = 1'000'000'000;
  b.flags = tf_flag::kNoVolume;
  for (int i = 0; i < 260; ++i) {
    b.t_open = i * 15 * kMinute_ns;
    t.on_bar(b);
  }
  EXPECT_EQ(t.norm().value, 0);
  EXPECT_EQ(t.change().value, 0);
  EXPECT_EQ(t.distance_z().state, FeatureState::kInvalid);
}

TEST(Topology, TheZOfTheDistanceIsLaggedOverTwoHundred) {
  std::mt19937 rng(10);
  Topology t(20, 0);
  Price price = 1'100'000'000;
  std::vector<double> d;
  for (int i = 1; i <= 300; ++i) {
    t.on_bar(random_bar(rng, i * 15 * kMinute_ns, price));
    if (!t.distance().ready()) continue;
    d.push_back(t.distance().value);
    if (d.size() <= 200) continue;
    double mean = 0, squares = 0;
    const auto from = d.end() - 201, to = d.end() - 1;
    for (auto x = from; x != to; ++x) mean += *x / 200;
    for (auto x = from; x != to; ++x) squares += (*x - mean) * (*x - mean);
    ASSERT_NEAR(t.distance_z().value, (d.back() - mean) / std::sqrt(squares / 199), 1e-9);
  }
  EXPECT_GT(d.size(), 250u);
}

}  // namespace
}  // namespace omega
