#include "engine/core/detmath.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace omega::detmath {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLn2_hi = 6.93147180369123816490e-01;  // 33 bits, so k·hi is exact for |k| < 2^20
constexpr double kLn2_lo = 1.90821492927058770002e-10;
constexpr double kInvLn2 = 1.44269504088896338700e+00;
constexpr double kInvSqrtPi = 5.6418958354775628695e-01;

/// 2^k for -1022 <= k <= 1023.
double pow2(int k) noexcept { return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52); }

template <int N>
double horner(const double (&c)[N], double x) noexcept {  // c[0]·x^(N-1) + ... + c[N-1]
  double r = c[0];
  for (int i = 1; i < N; ++i) r = r * x + c[i];
  return r;
}

// The constants of lgamma are those that tests/unit/core/detmath_lgamma.py computes and prints.
// lnΓ(1+t)/t, t in [-0.3, 0.5]: off by 2.5e-18 at most
constexpr double kOne[] = {
    -0.011104720918935661682, 0.037165184274468466564, -0.056809569120290772046, 0.05780057953499726405,
    -0.053247935200910456702, 0.054116008822144816089, -0.058383175408509538986, 0.06260938579386507425,
    -0.066732117287185532129, 0.07143116449194344567, -0.076927873489273164621, 0.083353579250842132716,
    -0.090954214241028621461, 0.10009947692231220813, -0.11133426092127193837, 0.12550966893949930926,
    -0.14404989683967681502, 0.16955717700589343244, -0.20738555102815213738, 0.27058080842773165633,
    -0.40068563438653297813, 0.82246703342411331181, -0.5772156649015328598,
};
// lnΓ(2+t)/t, t in [-0.5, 1]: off by 8.7e-19 at most
constexpr double kTwo[] = {
    1.6305432352127332362e-9, -1.2394516911278075439e-8, 4.4561979632842772761e-8, -1.0784595012220328162e-7,
    2.2102374422908605539e-7, -4.5041997201473635722e-7, 9.5119697313193123705e-7, -2.0371195482358995139e-6,
    4.3754720047778466047e-6, -9.4401997532748343612e-6, 0.00002050723289467849066, -0.000044926118904862264734,
    0.000099457494593861841968, -0.00022315476914202684807, 0.00050966952707865232473, -0.0011927539111748094513,
    0.0028905103306125996341, -0.0073855510286871106951, 0.020580808427787503716, -0.067352301053197963221,
    0.32246703342411319922, 0.42278433509846713915,
};
// of 1/x^15 to 1/x; the first one left out is below 8.0e-17 from x = 8 on
constexpr double kStirling[] = {
    -0.02955065359477124183, 0.0064102564102564102564, -0.0019175269175269175269, 0.00084175084175084175084,
    -0.0005952380952380952381, 0.00079365079365079365079, -0.0027777777777777777778, 0.083333333333333333333,
};
constexpr double kHalfLn2Pi_less_half = 0.41893853320467274178;

/// exp(-y²) with y² split in an exact head and a small tail, as in Cody: keeps the tail of erfc accurate.
double exp_minus_square(double y) noexcept {
  const double head = static_cast<double>(static_cast<std::int64_t>(y * 16.0)) / 16.0;
  const double tail = (y - head) * (y + head);
  return exp(-head * head) * exp(-tail);
}

}  // namespace

double exp(double x) noexcept {
  if (x != x) return x;
  if (x > 709.782712893383973096) return kInf;
  if (x < -708.39641853226410622) return 0.0;
  const int k = static_cast<int>(x * kInvLn2 + (x < 0 ? -0.5 : 0.5));
  const double r = (x - k * kLn2_hi) - k * kLn2_lo;  // |r| <= 0.3466
  double sum = 1.0 / 6227020800.0;                   // Taylor to r^13/13!: remainder < 5e-18
  constexpr double kInvFactorial[] = {1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0, 1.0 / 362880.0,
                                      1.0 / 40320.0,     1.0 / 5040.0,     1.0 / 720.0,     1.0 / 120.0,
                                      1.0 / 24.0,        1.0 / 6.0,        0.5};
  for (const double f : kInvFactorial) sum = sum * r + f;
  const double e = 1.0 + (r + r * r * sum);
  return k > 1023 ? e * pow2(1023) * 2.0 : e * pow2(k);
}

double log(double x) noexcept {
  if (x != x || x < 0) return kNan;
  if (x == 0) return -kInf;
  if (x == kInf) return kInf;
  std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  int k = 0;
  if (bits >> 52 == 0) {  // subnormal: scale up
    bits = std::bit_cast<std::uint64_t>(x * 18014398509481984.0);
    k = -54;
  }
  k += static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffULL) | 0x3ff0000000000000ULL);
  if (m > 1.41421356237309504880) {
    m *= 0.5;
    ++k;
  }
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;  // <= 0.02944
  // log(1+f) = 2·atanh(s) = f - s·f + s·(2/3 z + 2/5 z² + ...), written so that the small part is added last
  double t = 2.0 / 25.0;
  for (int n = 23; n >= 3; n -= 2) t = t * z + 2.0 / n;
  const double tail = s * (z * t);
  const double hi = k * kLn2_hi;
  return hi + (f - (s * f - (tail + k * kLn2_lo)));
}

double erfc(double x) noexcept {
  if (x != x) return x;
  const double y = std::fabs(x);
  if (y <= 0.46875) {
    constexpr double a[] = {1.85777706184603153e-1, 3.16112374387056560e00, 1.13864154151050156e02,
                            3.77485237685302021e02, 3.20937758913846947e03};
    constexpr double b[] = {1.0, 2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03,
                            2.84423683343917062e03};
    const double z = y * y;
    return 1.0 - x * horner(a, z) / horner(b, z);
  }
  double r;
  if (y <= 4.0) {
    constexpr double c[] = {2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e00,
                            6.61191906371416295e01, 2.98635138197400131e02, 8.81952221241769090e02,
                            1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03};
    constexpr double d[] = {1.0, 1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02,
                            1.62138957456669019e03, 3.29079923573345963e03, 4.36261909014324716e03,
                            3.43936767414372164e03, 1.23033935480374942e03};
    r = exp_minus_square(y) * horner(c, y) / horner(d, y);
  } else if (y < 26.6) {
    constexpr double p[] = {1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
                            1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4};
    constexpr double q[] = {1.0, 2.56852019228982242e00, 1.87295284992346725e00, 5.27905102951428412e-1,
                            6.05183413124413191e-2, 2.33520497626869185e-3};
    const double z = 1.0 / (y * y);
    r = exp_minus_square(y) * (kInvSqrtPi - z * horner(p, z) / horner(q, z)) / y;
  } else {
    r = 0.0;
  }
  return x < 0 ? 2.0 - r : r;
}

double atanh(double x) noexcept {
  const double a = x < 0 ? -x : x;
  if (a != a || a > 1) return kNan;
  if (a == 1) return x < 0 ? -kInf : kInf;
  if (a >= 0.25) {
    const double y = 0.5 * log((1 + a) / (1 - a));
    return x < 0 ? -y : y;
  }
  const double z = x * x;  // series in x^2 to x^27: the rest is below 2e-18 of x
  double sum = 0;
  for (int k = 27; k >= 3; k -= 2) sum = (sum + 1.0 / k) * z;
  return x + x * sum;
}

double lgamma(double x) noexcept {
  if (x != x || x == -kInf) return kNan;
  if (x <= 0) {
    const bool pole = x <= -4503599627370496.0 || static_cast<double>(static_cast<std::int64_t>(x)) == x;  // below −2^52 all are whole
    return pole ? kInf : kNan;
  }
  if (x < 0.5) return x * horner(kOne, x) - log(x);
  if (x < 1.5) {
    const double t = x - 1.0;  // exact
    return x < 0.7 ? t * horner(kTwo, t) - log(x) : t * horner(kOne, t) + 0.0;  // +0 at 1, not -0
  }
  if (x < 8.0) {
    double product = 1.0;
    for (; x >= 3.0; product *= x) x -= 1.0;  // exact
    const double t = x - 2.0;
    return t * horner(kTwo, t) + log(product);
  }
  const double z = 1.0 / x;
  return (x - 0.5) * (log(x) - 1.0) + (kHalfLn2Pi_less_half + z * horner(kStirling, z * z));
}

double normal_cdf(double x) noexcept { return 0.5 * erfc(-x * 7.07106781186547524401e-01); }

}  // namespace omega::detmath
