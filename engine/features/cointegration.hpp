// What:     F24 speed of mean reversion (half-life, ADF, Engle-Granger) and F25 Johansen's trace test of two series.
// Owner:    none: pure functions over a window that the caller keeps.   Threads: any.
// Units:    series as given (log mids ×100 in the strategies); half-life in bars.
// Formula:  F24: slope kappa of Δs_t on (1, s_{t-1}); phi = 1 + kappa; HL = ln 2/(-ln phi) for 0 < phi < 1. ADF t: kappa/se(kappa) with one
//           lagged Δs. Engle-Granger: the same, without a constant, on the residuals of y on (1, x).
//           F25: k lagged differences (1 in F25), constant: levels, differences and lagged levels demeaned; with ΔX_t and X_{t-1} regressed on
//           ΔX_{t-1} .. ΔX_{t-k}, residuals R0, R1 over n = T - 1 - k rows: eigenvalues of S11^-1 S10 S00^-1 S01 (2x2, closed form);
//           trace(0) = -n[ln(1-l1)+ln(1-l2)], trace(1) = -n ln(1-l2); b: second component of the first vector over its first, spread y + b·x.
// Errors:   a matrix that cannot be inverted (condition above 1e12), or too few rows: valid = false.
// Cost:     O(T), two passes in a fixed order.
// Source:   Engle & Granger (1987) Econometrica 55(2):251-276; MacKinnon (2010) for critical values; Johansen (1991) Econometrica
//           59(6):1551-1580; critical values MacKinnon, Haug, Michelis (1999) J. Appl. Econometrics 14(5):563-577.
#pragma once

#include <cstddef>
#include <span>

namespace omega {

struct MeanReversion {
  bool valid = false;
  double kappa = 0;
  double half_life = 0;  // 0: none, phi outside (0, 1)
  double adf_t = 0;
};
/// At least 6 values.
[[nodiscard]] MeanReversion mean_reversion(std::span<const double> s) noexcept;
/// ADF t on the residuals of y on (1, x); sizes equal, at least 6; `residuals` is room for as many.
[[nodiscard]] MeanReversion engle_granger(std::span<const double> y, std::span<const double> x, std::span<double> residuals) noexcept;

struct JohansenTest {
  bool valid = false;
  double lambda_1 = 0, lambda_2 = 0;
  double trace_0 = 0, trace_1 = 0;
  double b = 0;  // spread y + b·x
  [[nodiscard]] bool rank_is_one(double critical_0, double critical_1) const noexcept { return valid && trace_0 > critical_0 && trace_1 <= critical_1; }
};
inline constexpr double kJohansenTrace0_90 = 13.4294, kJohansenTrace0_95 = 15.4943, kJohansenTrace0_99 = 19.9349;
inline constexpr double kJohansenTrace1_90 = 2.7055, kJohansenTrace1_95 = 3.8415, kJohansenTrace1_99 = 6.6349;
/// Sizes equal, at least 4 + 4·lags; lags (lagged differences) 1 or 2, else not valid.
[[nodiscard]] JohansenTest johansen(std::span<const double> y, std::span<const double> x, std::size_t lags = 1) noexcept;

}  // namespace omega
