// What:     The points of a parameter search: a low-discrepancy sequence over the box of the searched parameters. Point 0 is the
//           configuration as it is. More trials only add points, so a search can be continued, and no point depends on chance.
// Owner:    value type.   Threads: any.
// Units:    those of each parameter.
// Source:   additive recurrence with the generalised golden ratio, M. Roberts (2018), "The unreasonable effectiveness of
//           quasirandom sequences"; alpha_j = phi_d^-j with phi_d^(d+1) = phi_d + 1.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace omega::replay {

struct SearchParam {
  std::string key;      // strategies.NAME.PARAMETER
  double current = 0, low = 0, high = 0;
  bool whole = false;   // a count: rounded to an integer
};

class SearchSpace {
 public:
  SearchSpace(std::vector<SearchParam> params, std::uint64_t seed);
  [[nodiscard]] const std::vector<SearchParam>& params() const noexcept { return params_; }
  /// Values in the order of params(), rounded to a thousandth of the range or finer, inside low and high.
  [[nodiscard]] std::vector<double> point(std::uint64_t trial) const;
  /// "key=value" of every parameter.
  [[nodiscard]] std::vector<std::string> settings(const std::vector<double>& values) const;

 private:
  std::vector<SearchParam> params_;
  std::vector<double> alpha_;
  double start_;
};

}  // namespace omega::replay
