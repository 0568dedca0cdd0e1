// What:     Deterministic transcendental functions: the same bits on every CPU, compiler and libc, because they use only
//           + - × ÷ (correctly rounded by IEEE-754) and bit manipulation, in a fixed order.
// Threads:  pure functions; any.
// Errors:   none. NaN in, NaN out. exp overflows to +inf, underflows to 0 (subnormals flushed); log(0) = -inf, log(<0) = NaN.
// Bounds:   exp, log, atanh: relative error <= 4e-16 (atanh 8e-16); lgamma: relative error <= 6e-16, also next to its zeros 1 and 2;
//           normal_cdf, erfc: absolute error <= 4e-16 (relative 2e-15 in the tail); against 60-digit references,
//           tests/unit/core/detmath_test.cpp.
// Source:   exp/log: argument reduction by ln 2 and Taylor / atanh series. erfc: rational approximations of
//           W. J. Cody (1969), "Rational Chebyshev approximations for the error function", Math. Comp. 23:631-637.
//           lgamma: Chebyshev expansions about 1 and 2, Γ(x+1) = x·Γ(x) below 8, Stirling's series above: Abramowitz & Stegun (1964) 6.1.15,
//           6.1.41; constants by tests/unit/core/detmath_lgamma.py.
#pragma once

namespace omega::detmath {

[[nodiscard]] double exp(double x) noexcept;
[[nodiscard]] double log(double x) noexcept;
[[nodiscard]] double erfc(double x) noexcept;
/// ±inf at ±1, NaN beyond.
[[nodiscard]] double atanh(double x) noexcept;
/// ln Γ(x) for x > 0. +inf at 0, at the negative whole numbers and from 2.6e305 on; NaN at other negative numbers, where Γ may be negative.
[[nodiscard]] double lgamma(double x) noexcept;
/// Standard normal distribution function Φ(x) = erfc(-x/√2)/2.
[[nodiscard]] double normal_cdf(double x) noexcept;

}  // namespace omega::detmath
