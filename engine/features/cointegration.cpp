#include "engine/features/cointegration.hpp"

#include <array>
#include <cmath>
#include <cstddef>

#include "engine/core/detmath.hpp"

namespace omega {
namespace {

constexpr double kConditionMax = 1e12;

struct Vector2 {
  double a = 0, b = 0;
};
struct Matrix2 {
  double aa = 0, ab = 0, ba = 0, bb = 0;
  [[nodiscard]] double det() const noexcept { return aa * bb - ab * ba; }
  [[nodiscard]] Matrix2 inverse() const noexcept {
    const double d = det();
    return {bb / d, -ab / d, -ba / d, aa / d};
  }
  [[nodiscard]] Matrix2 transposed() const noexcept { return {aa, ba, ab, bb}; }
  /// Of a symmetric matrix with no negative eigenvalue.
  [[nodiscard]] bool invertible() const noexcept {
    const double half = (aa + bb) / 2, root = std::sqrt((aa - bb) * (aa - bb) / 4 + ab * ba), least = half - root;
    return least > 0 && (half + root) / least <= kConditionMax;
  }
};
Matrix2 operator*(const Matrix2& x, const Matrix2& y) noexcept {
  return {x.aa * y.aa + x.ab * y.ba, x.aa * y.ab + x.ab * y.bb, x.ba * y.aa + x.bb * y.ba, x.ba * y.ab + x.bb * y.bb};
}
void add(Matrix2& sum, const Vector2& x, const Vector2& y) noexcept {  // x·yᵀ
  sum.aa += x.a * y.a;
  sum.ab += x.a * y.b;
  sum.ba += x.b * y.a;
  sum.bb += x.b * y.b;
}

template <class Of>
double mean_of(std::size_t from, std::size_t to, Of of) noexcept {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += of(i);
  return sum / static_cast<double>(to - from);
}

/// constant: the ADF regression has one; residuals of a regression with a constant have mean 0 and get none.
MeanReversion reversion(std::span<const double> s, bool constant) noexcept {
  MeanReversion r;
  const std::size_t n = s.size();
  if (n < 6) return r;
  const auto level = [&](std::size_t t) { return s[t - 1]; };
  const auto change = [&](std::size_t t) { return s[t] - s[t - 1]; };
  const auto lagged = [&](std::size_t t) { return s[t - 1] - s[t - 2]; };
  {
    const double ml = mean_of(1, n, level), mc = mean_of(1, n, change);
    double xx = 0, xy = 0;
    for (std::size_t t = 1; t < n; ++t) {
      xx += (level(t) - ml) * (level(t) - ml);
      xy += (level(t) - ml) * (change(t) - mc);
    }
    if (!(xx > 0)) return r;
    r.kappa = xy / xx;
  }
  const double phi = 1 + r.kappa;
  if (phi > 0 && phi < 1) r.half_life = detmath::log(2.0) / -detmath::log(phi);
  const double ml = constant ? mean_of(2, n, level) : 0, mg = constant ? mean_of(2, n, lagged) : 0, mc = constant ? mean_of(2, n, change) : 0;
  Matrix2 xx;
  Vector2 xy;
  for (std::size_t t = 2; t < n; ++t) {
    const Vector2 x{level(t) - ml, lagged(t) - mg};
    add(xx, x, x);
    xy.a += x.a * (change(t) - mc);
    xy.b += x.b * (change(t) - mc);
  }
  if (!xx.invertible()) return r;
  const Matrix2 inverse = xx.inverse();
  const Vector2 beta{inverse.aa * xy.a + inverse.ab * xy.b, inverse.ba * xy.a + inverse.bb * xy.b};
  double squares = 0;
  for (std::size_t t = 2; t < n; ++t) {
    const double e = change(t) - mc - beta.a * (level(t) - ml) - beta.b * (lagged(t) - mg);
    squares += e * e;
  }
  const double variance = squares / static_cast<double>(n - 2 - (constant ? 3 : 2));
  if (!(variance > 0)) return r;
  r.adf_t = beta.a / std::sqrt(variance * inverse.aa);
  r.valid = true;
  return r;
}

/// A template because one lag, the one that runs in the stream, is twice as fast with its loops unrolled.
template <std::size_t kLags>
JohansenTest trace_test(std::span<const double> y, std::span<const double> x) noexcept {
  JohansenTest r;
  const std::size_t t_end = y.size();
  constexpr std::size_t first = kLags + 1, change = kLags, level = kLags + 1;
  if (t_end < 4 * kLags + 4 || x.size() != t_end) return r;
  // One row: ΔX_{t-1} .. ΔX_{t-kLags}, then ΔX_t and X_{t-1}, demeaned.
  using Row = std::array<Vector2, kLags + 2>;
  const auto item = [&](std::size_t t, std::size_t i) {
    if (i == level) return Vector2{y[t - 1], x[t - 1]};
    const std::size_t at = i == change ? t : t - 1 - i;
    return Vector2{y[at] - y[at - 1], x[at] - x[at - 1]};
  };
  Row mean;
  for (std::size_t i = 0; i <= level; ++i) {
    mean[i] = {mean_of(first, t_end, [&](std::size_t t) { return item(t, i).a; }), mean_of(first, t_end, [&](std::size_t t) { return item(t, i).b; })};
  }
  // Regression on all lags is regression on each in turn, of all that stand behind it (Frisch-Waugh).
  std::array<std::array<Matrix2, kLags + 2>, kLags> slope;
  const auto without = [&](std::size_t t, std::size_t regressed) {
    Row v;
    for (std::size_t i = 0; i <= level; ++i) {
      const Vector2 raw = item(t, i);
      v[i] = {raw.a - mean[i].a, raw.b - mean[i].b};
    }
    for (std::size_t j = 0; j < regressed; ++j) {
      const Vector2 z = v[j];
      for (std::size_t i = j + 1; i <= level; ++i) {
        const Matrix2& of = slope[j][i];
        v[i] = {v[i].a - z.a * of.aa - z.b * of.ba, v[i].b - z.a * of.ab - z.b * of.bb};
      }
    }
    return v;
  };
  for (std::size_t j = 0; j < kLags; ++j) {
    Matrix2 zz;
    std::array<Matrix2, kLags + 2> zv;
    for (std::size_t t = first; t < t_end; ++t) {
      const Row v = without(t, j);
      add(zz, v[j], v[j]);
      for (std::size_t i = j + 1; i <= level; ++i) add(zv[i], v[j], v[i]);
    }
    if (!zz.invertible()) return r;
    for (std::size_t i = j + 1; i <= level; ++i) slope[j][i] = zz.inverse() * zv[i];
  }
  Matrix2 s00, s01, s11;
  for (std::size_t t = first; t < t_end; ++t) {
    const Row v = without(t, kLags);
    add(s00, v[change], v[change]);
    add(s01, v[change], v[level]);
    add(s11, v[level], v[level]);
  }
  if (!s00.invertible() || !s11.invertible()) return r;
  const Matrix2 m = s11.inverse() * s01.transposed() * s00.inverse() * s01;
  const double half = (m.aa + m.bb) / 2, inside = half * half - m.det();
  const double root = std::sqrt(inside > 0 ? inside : 0);
  r.lambda_1 = half + root;
  r.lambda_2 = half - root;
  if (!(r.lambda_1 < 1) || !(r.lambda_2 > -1)) return r;
  const auto n = static_cast<double>(t_end - first);
  r.trace_1 = -n * detmath::log(1 - r.lambda_2);
  r.trace_0 = r.trace_1 - n * detmath::log(1 - r.lambda_1);
  // (m - l1)·v = 0, by the row that says more.
  const double upper = std::fabs(m.ab), lower = std::fabs(r.lambda_1 - m.bb);
  if (upper == 0 && lower == 0) return r;
  r.b = upper >= lower ? (r.lambda_1 - m.aa) / m.ab : m.ba / (r.lambda_1 - m.bb);
  r.valid = true;
  return r;
}

}  // namespace

MeanReversion mean_reversion(std::span<const double> s) noexcept { return reversion(s, true); }

MeanReversion engle_granger(std::span<const double> y, std::span<const double> x, std::span<double> residuals) noexcept {
  const std::size_t n = y.size();
  if (n < 6 || x.size() != n || residuals.size() < n) return {};
  const double my = mean_of(0, n, [&](std::size_t i) { return y[i]; }), mx = mean_of(0, n, [&](std::size_t i) { return x[i]; });
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < n; ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    xy += (x[i] - mx) * (y[i] - my);
  }
  if (!(xx > 0)) return {};
  for (std::size_t i = 0; i < n; ++i) residuals[i] = (y[i] - my) - xy / xx * (x[i] - mx);
  return reversion(residuals.first(n), false);
}

JohansenTest johansen(std::span<const double> y, std::span<const double> x, std::size_t lags) noexcept {
  return lags == 1 ? trace_test<1>(y, x) : lags == 2 ? trace_test<2>(y, x) : JohansenTest{};
}

}  // namespace omega
