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

JohansenTest johansen(std::span<const double> y, std::span<const double> x) noexcept {
  JohansenTest r;
  const std::size_t t_end = y.size();
  if (t_end < 8 || x.size() != t_end) return r;
  const auto level = [&](std::size_t t) { return Vector2{y[t - 1], x[t - 1]}; };
  const auto change = [&](std::size_t t) { return Vector2{y[t] - y[t - 1], x[t] - x[t - 1]}; };
  const auto lagged = [&](std::size_t t) { return Vector2{y[t - 1] - y[t - 2], x[t - 1] - x[t - 2]}; };
  const auto centred = [&](auto of, std::size_t t, const Vector2& mean) {
    const Vector2 v = of(t);
    return Vector2{v.a - mean.a, v.b - mean.b};
  };
  const auto mean = [&](auto of) {
    return Vector2{mean_of(2, t_end, [&](std::size_t t) { return of(t).a; }), mean_of(2, t_end, [&](std::size_t t) { return of(t).b; })};
  };
  const Vector2 ml = mean(level), mc = mean(change), mg = mean(lagged);
  Matrix2 zz, zc, zl;
  for (std::size_t t = 2; t < t_end; ++t) {
    const Vector2 z = centred(lagged, t, mg);
    add(zz, z, z);
    add(zc, z, centred(change, t, mc));
    add(zl, z, centred(level, t, ml));
  }
  if (!zz.invertible()) return r;
  const Matrix2 of_change = zz.inverse() * zc, of_level = zz.inverse() * zl;
  Matrix2 s00, s01, s11;
  for (std::size_t t = 2; t < t_end; ++t) {
    const Vector2 z = centred(lagged, t, mg), c = centred(change, t, mc), l = centred(level, t, ml);
    const Vector2 r0{c.a - z.a * of_change.aa - z.b * of_change.ba, c.b - z.a * of_change.ab - z.b * of_change.bb};
    const Vector2 r1{l.a - z.a * of_level.aa - z.b * of_level.ba, l.b - z.a * of_level.ab - z.b * of_level.bb};
    add(s00, r0, r0);
    add(s01, r0, r1);
    add(s11, r1, r1);
  }
  if (!s00.invertible() || !s11.invertible()) return r;
  const Matrix2 m = s11.inverse() * s01.transposed() * s00.inverse() * s01;
  const double half = (m.aa + m.bb) / 2, inside = half * half - m.det();
  const double root = std::sqrt(inside > 0 ? inside : 0);
  r.lambda_1 = half + root;
  r.lambda_2 = half - root;
  if (!(r.lambda_1 < 1) || !(r.lambda_2 > -1)) return r;
  const auto n = static_cast<double>(t_end - 2);
  r.trace_1 = -n * detmath::log(1 - r.lambda_2);
  r.trace_0 = r.trace_1 - n * detmath::log(1 - r.lambda_1);
  // (m - l1)·v = 0, by the row that says more.
  const double first = std::fabs(m.ab), second = std::fabs(r.lambda_1 - m.bb);
  if (first == 0 && second == 0) return r;
  r.b = first >= second ? (r.lambda_1 - m.aa) / m.ab : m.ba / (r.lambda_1 - m.bb);
  r.valid = true;
  return r;
}

}  // namespace omega
