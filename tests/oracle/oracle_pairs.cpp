#include "oracle_pairs.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "engine/features/cointegration.hpp"
#include "engine/features/kalman_hedge.hpp"
#include "engine/features/pair_levels.hpp"
#include "engine/features/pair_returns.hpp"
#include "engine/features/volatility_hmm.hpp"

namespace omega {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double number(std::istream& in) {
  std::string word;
  in >> word;
  char* end = nullptr;
  const double v = std::strtod(word.c_str(), &end);  // >> reads no hex floats
  if (word.empty() || *end != '\0') {
    std::fprintf(stderr, "no number: '%s'\n", word.c_str());
    std::exit(2);
  }
  return v;
}
std::size_t count(std::istream& in) { return static_cast<std::size_t>(number(in)); }
Price price(std::istream& in) { return static_cast<Price>(number(in)); }  // below 2^53

void answer(std::initializer_list<double> values) {
  const char* gap = "";
  for (const double v : values) {
    std::printf(std::isnan(v) ? "%snan" : "%s%a", gap, v);
    gap = " ";
  }
  std::printf("\n");
}
double or_none(const FeatureValue& v) { return v.ready() ? v.value : kNone; }

TfBar bar(TimeNs t_close, bool gap, Price close) {
  TfBar b;
  b.t_open = t_close - kMinute_ns;
  b.t_close = t_close;
  b.open = b.high = b.low = b.close = close;
  if (gap) b.flags |= tf_flag::kGap;
  return b;
}

void closes(std::istream& in) {
  const std::size_t w = count(in), n = count(in);
  PairReturns returns(w);
  PairLevels levels(w);
  for (std::size_t i = 0; i < n; ++i) {
    const TimeNs t = static_cast<TimeNs>(number(in)) * kSecond_ns;
    const bool gap_x = number(in) != 0, gap_y = number(in) != 0;
    const Price x_close = price(in), y_close = price(in);
    const TfBar x = bar(t, gap_x, x_close), y = bar(t, gap_y, y_close);
    const TfBar* const of_x = x_close != 0 ? &x : nullptr;
    const TfBar* const of_y = y_close != 0 ? &y : nullptr;
    returns.on_close(of_x, of_y);
    const bool both = levels.on_close(of_y, of_x);
    const double rho = returns.valid() ? or_none(correlation(returns.sums())) : kNone;
    const HedgeFit f = both && levels.full() ? levels.fit() : HedgeFit{};
    if (f.valid) {
      answer({rho, f.alpha, f.beta, f.residual_variance, f.x_mean, f.x_squares, levels.y(0), levels.x(0)});
    } else {
      answer({rho, kNone, kNone, kNone, kNone, kNone, both ? levels.y(0) : kNone, both ? levels.x(0) : kNone});
    }
  }
}

/// What a checkpoint of the filter holds, in its order; the covariance has no other way out.
struct StateNumbers {
  std::vector<double> values;
  template <class... T> void operator()(T&... items) { (take(items), ...); }
  void take(double v) { values.push_back(v); }
  void take(KalmanHedge::Noise& noise) { noise.serialize(*this); }
};

void kalman(std::istream& in) {
  const double alpha = number(in), beta = number(in), p_aa = number(in), p_ab = number(in), p_bb = number(in);
  KalmanHedge filter;
  filter.start(alpha, beta, p_aa, p_ab, p_bb, {});
  for (std::size_t n = count(in); n > 0; --n) {
    const double y = number(in), x = number(in), r = number(in), q_alpha = number(in), q_beta = number(in);
    filter.set_noise({.r = r, .q_alpha = q_alpha, .q_beta = q_beta});
    filter.predict();
    KalmanHedge::Innovation i{.e = kNone, .s = kNone, .z = kNone};
    if (!std::isnan(y)) i = filter.update(y, x);
    StateNumbers state;
    filter.serialize(state);
    answer({i.s, i.z, filter.alpha(), filter.beta(), state.values[2], state.values[3], state.values[4]});
  }
}

void cointegration(std::istream& in) {
  const std::size_t n = count(in);
  std::vector<double> y(n), x(n), room(n);
  for (double& v : y) v = number(in);
  for (double& v : x) v = number(in);
  const MeanReversion m = mean_reversion(y), e = engle_granger(y, x, room);
  const JohansenTest one = johansen(y, x), two = johansen(y, x, 2);
  if (m.valid && e.valid && one.valid && two.valid) {
    answer({m.kappa, m.half_life, m.adf_t, e.kappa, e.half_life, e.adf_t, one.lambda_1, one.lambda_2, one.trace_0, one.trace_1, one.b,
            two.lambda_1, two.lambda_2, two.trace_0, two.trace_1, two.b});
  } else {
    std::printf("invalid\n");
  }
}

VolatilityModel model(std::istream& in) {
  VolatilityModel m;
  for (double* v : {&m.stay_low, &m.stay_high, &m.start_low, &m.mean_low, &m.sd_low, &m.mean_high, &m.sd_high}) *v = number(in);
  return m;
}

void hmm(std::istream& in) {
  const VolatilityModel m = model(in);
  double low = m.start_low;
  for (std::size_t n = count(in); n > 0; --n) {
    low = filtered_low(m, low, number(in));
    answer({low});
  }
}

void volatility(std::istream& in) {
  const VolatilityModel m = model(in);
  const int w = static_cast<int>(number(in));
  VolatilityHmm filter(w, number(in), m);
  TimeNs t = 0;
  for (std::size_t n = count(in); n > 0; --n) {
    const bool gap = number(in) != 0;
    filter.on_bar(bar(t += kMinute_ns, gap, price(in)));
    answer({or_none(filter.high())});
  }
}

}  // namespace

int dump_pairs(std::istream& in) {
  for (std::string command; in >> command;) {
    if (command == "closes") {
      closes(in);
    } else if (command == "kalman") {
      kalman(in);
    } else if (command == "cointegration") {
      cointegration(in);
    } else if (command == "hmm") {
      hmm(in);
    } else if (command == "volatility") {
      volatility(in);
    } else {
      std::fprintf(stderr, "no command: '%s'\n", command.c_str());
      return 2;
    }
  }
  return 0;
}

}  // namespace omega
