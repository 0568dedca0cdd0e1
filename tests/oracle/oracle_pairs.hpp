// What:     the calculators of pairs (F21 to F25) and the volatility filter (F26) run on numbers from a stream, for compare_pairs.py.
// Format:   commands of words and numbers on the stream, answers as lines of hex floats; what is not READY is "nan":
//             closes W N, then N of: t_close_s gap_x gap_y x y (1e-9 prices, 0: missing)
//               -> rho alpha beta residual_variance x_mean x_squares level_y level_x
//             kalman alpha beta p_aa p_ab p_bb N, then N of: y x r q_alpha q_beta (y nan: a leg is missing)
//               -> s z alpha beta p_aa p_ab p_bb
//             cointegration N, then N of y, then N of x
//               -> kappa half_life adf_t, the same of Engle-Granger, then lambda_1 lambda_2 trace_0 trace_1 b of one lag and of two
//             hmm MODEL N, then N of o -> probability of LOW; MODEL: stay_low stay_high start_low mean_low sd_low mean_high sd_high
//             volatility MODEL W bars_per_year N, then N of: gap close -> probability of HIGH
// Errors:   a word that is no command or no number: a line on stderr and 2.
#pragma once

#include <istream>

namespace omega {

int dump_pairs(std::istream& in);

}  // namespace omega
