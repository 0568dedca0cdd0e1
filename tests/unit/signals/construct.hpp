// What:     What a scenario of the specification needs to be built from bars: draws, plain statistics, and Newton's method, which finds the
//           parameters of a series so that its figures (a correlation, a trace statistic) come out as the specification gives them.
// Owner:    pure functions.   Units: levels in percent of log price (pair_market.hpp).
// Source:   STRATEGIES 5.3 (generator).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace omega::test {

using Numbers = std::vector<double>;

struct Draws {
  std::uint32_t state = 12345;
  double operator()() {
    state = 1664525u * state + 1013904223u;
    return static_cast<double>(state) / 4294967296.0 - .5;
  }
};

/// Levels of leg 1 and leg 2 at the closes of a run, oldest first; the first is the anchor (0, 0).
struct Levels {
  Numbers y, x;
  void add(double level_y, double level_x) {
    y.push_back(level_y);
    x.push_back(level_x);
  }
};

inline double mean_of(std::span<const double> v) { return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size()); }
/// Sum of products of the distances from the means.
inline double co_moment(std::span<const double> a, std::span<const double> b) {
  const double ma = mean_of(a), mb = mean_of(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - ma) * (b[i] - mb);
  return sum;
}
inline double sd_of(std::span<const double> v) { return std::sqrt(co_moment(v, v) / static_cast<double>(v.size() - 1)); }
/// Pearson of the simple returns into the closes [from, from + n).
inline double return_correlation(const Levels& l, std::size_t from, std::size_t n) {
  Numbers a, b;
  for (std::size_t t = from; t < from + n; ++t) {
    a.push_back(std::expm1((l.y[t] - l.y[t - 1]) / 100));
    b.push_back(std::expm1((l.x[t] - l.x[t - 1]) / 100));
  }
  return co_moment(a, b) / std::sqrt(co_moment(a, a) * co_moment(b, b));
}

/// a·v = c by elimination with pivots; a is square.
inline Numbers linear(std::vector<Numbers> a, Numbers c) {
  const std::size_t n = c.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k; i < n; ++i)
      if (std::fabs(a[i][k]) > std::fabs(a[best][k])) best = i;
    std::swap(a[k], a[best]);
    std::swap(c[k], c[best]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const double m = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= m * a[k][j];
      c[i] -= m * c[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) c[k] -= a[k][j] * c[j];
    c[k] /= a[k][k];
  }
  return c;
}

/// The p near `start` with f(p) = wanted, each figure to 1e-9 of its size; a step that does not come nearer is halved.
inline Numbers solve(Numbers start, const Numbers& wanted, const std::function<Numbers(const Numbers&)>& f) {
  const auto miss = [&](const Numbers& p) {
    Numbers m = f(p);
    for (std::size_t i = 0; i < m.size(); ++i) m[i] = (wanted[i] - m[i]) / std::max(std::fabs(wanted[i]), 1e-3);
    return m;
  };
  const auto size = [](const Numbers& m) {
    double s = 0;
    for (const double v : m) s = std::max(s, std::isfinite(v) ? std::fabs(v) : 1e300);
    return s;
  };
  Numbers p = std::move(start), m = miss(p);
  for (int round = 0; round < 200 && size(m) > 1e-9; ++round) {
    const std::size_t n = p.size();
    std::vector<Numbers> slope(n, Numbers(n));
    for (std::size_t k = 0; k < n; ++k) {
      const double h = 1e-6 * std::max(std::fabs(p[k]), 1e-3);
      Numbers more = p, less = p;
      more[k] += h;
      less[k] -= h;
      const Numbers a = miss(more), b = miss(less);
      for (std::size_t i = 0; i < n; ++i) slope[i][k] = (b[i] - a[i]) / (2 * h);
    }
    const Numbers step = linear(slope, m);
    double share = 1;
    Numbers next = p, missed = m;
    for (; share > 1e-9; share /= 2) {
      for (std::size_t k = 0; k < n; ++k) next[k] = p[k] + share * step[k];
      missed = miss(next);
      if (size(missed) < size(m)) break;
    }
    if (share <= 1e-9) break;
    p = next;
    m = missed;
  }
  EXPECT_LE(size(m), 1e-9) << "no such series near the start";
  return p;
}

}  // namespace omega::test
