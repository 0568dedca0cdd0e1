// What:     F23 hedge ratio that moves: a random walk of (alpha, beta) observed through y = alpha + beta·x + noise.
// Owner:    the strategy.   Threads: one.   State: the filter; R and Q are set by the caller from its window.
// Formula:  P <- P + Q; e = y - H theta, H = [1 x]; S = H P H' + R; K = P H'/S; theta <- theta + K e; Joseph form
//           P <- (I - KH) P (I - KH)' + K R K', made symmetric; z = e/sqrt(S).
// Units:    y, x as the caller's (log mids ×100).   Cost: O(1). A missing leg: predict only, no z.
// Source:   Kalman (1960) J. Basic Eng. 82(1):35-45; Joseph form: Bucy & Joseph (1968) Filtering for Stochastic Processes.
#pragma once

#include <cmath>

namespace omega {

class KalmanHedge {
 public:
  struct Noise {
    double r = 0, q_alpha = 0, q_beta = 0;
    template <class Archive> void serialize(Archive& ar) { ar(r, q_alpha, q_beta); }
  };
  struct Innovation {
    double e = 0, s = 0, z = 0, k_alpha = 0, k_beta = 0;
  };

  /// theta and its covariance before the first prediction.
  void start(double alpha, double beta, double p_aa, double p_ab, double p_bb, const Noise& noise) noexcept {
    alpha_ = alpha;
    beta_ = beta;
    p_aa_ = p_aa;
    p_ab_ = p_ab;
    p_bb_ = p_bb;
    noise_ = noise;
  }
  void set_noise(const Noise& noise) noexcept { noise_ = noise; }

  void predict() noexcept {
    p_aa_ += noise_.q_alpha;
    p_bb_ += noise_.q_beta;
  }
  /// After predict().
  Innovation update(double y, double x) noexcept {
    Innovation i;
    i.e = y - (alpha_ + beta_ * x);
    const double ph_a = p_aa_ + p_ab_ * x, ph_b = p_ab_ + p_bb_ * x;
    i.s = ph_a + x * ph_b + noise_.r;
    i.k_alpha = ph_a / i.s;
    i.k_beta = ph_b / i.s;
    i.z = i.e / std::sqrt(i.s);
    alpha_ += i.k_alpha * i.e;
    beta_ += i.k_beta * i.e;
    const double aa = 1 - i.k_alpha, ab = -i.k_alpha * x, ba = -i.k_beta, bb = 1 - i.k_beta * x;  // I - KH
    const double t_aa = aa * p_aa_ + ab * p_ab_, t_ab = aa * p_ab_ + ab * p_bb_;
    const double t_ba = ba * p_aa_ + bb * p_ab_, t_bb = ba * p_ab_ + bb * p_bb_;
    p_aa_ = t_aa * aa + t_ab * ab + i.k_alpha * noise_.r * i.k_alpha;
    const double upper = t_aa * ba + t_ab * bb + i.k_alpha * noise_.r * i.k_beta;
    const double lower = t_ba * aa + t_bb * ab + i.k_beta * noise_.r * i.k_alpha;
    p_ab_ = (upper + lower) / 2;
    p_bb_ = t_ba * ba + t_bb * bb + i.k_beta * noise_.r * i.k_beta;
    return i;
  }
  [[nodiscard]] double alpha() const noexcept { return alpha_; }
  [[nodiscard]] double beta() const noexcept { return beta_; }
  [[nodiscard]] double variance_beta() const noexcept { return p_bb_; }
  template <class Archive> void serialize(Archive& ar) { ar(alpha_, beta_, p_aa_, p_ab_, p_bb_, noise_); }

 private:
  double alpha_ = 0, beta_ = 0, p_aa_ = 0, p_ab_ = 0, p_bb_ = 0;
  Noise noise_;
};

}  // namespace omega
