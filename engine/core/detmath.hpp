// What:     Deterministic transcendental functions: the same bits on every CPU, compiler and libc, because they use only
//           + - × ÷ (correctly rounded by IEEE-754) and bit manipulation, in a fixed order.
// Threads:  pure functions; any.
// Errors:   none. NaN in, NaN out. exp overflows to +inf, underflows to 0 (subnormals flushed); log(0) = -inf, log(<0) = NaN.
// Bounds:   exp, log, atanh: relative error <= 4e-16 (atanh 8e-16); normal_cdf, erfc: absolute error <= 4e-16 (relative 2e-15 in the tail)
//           against 50-digit references, tests/unit/features_calc/detmath_test.cpp.
// Source:   exp/log: argument reduction by ln 2 and Taylor / atanh series. erfc: rational approximations of
//           W. J. Cody (1969), "Rational Chebyshev approximations for the error function", Math. Comp. 23:631-637.
#pragma once

namespace omega::detmath {

[[nodiscard]] double exp(double x) noexcept;
[[nodiscard]] double log(double x) noexcept;
[[nodiscard]] double erfc(double x) noexcept;
/// ±inf at ±1, NaN beyond.
[[nodiscard]] double atanh(double x) noexcept;
/// Standard normal distribution function Φ(x) = erfc(-x/√2)/2.
[[nodiscard]] double normal_cdf(double x) noexcept;

}  // namespace omega::detmath
