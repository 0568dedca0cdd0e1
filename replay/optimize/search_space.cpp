#include "replay/optimize/search_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace omega::replay {
namespace {

double golden_ratio(std::size_t dimensions) {
  double phi = 2;
  for (int i = 0; i < 60; ++i) phi = std::pow(1 + phi, 1.0 / static_cast<double>(dimensions + 1));
  return phi;
}

double rounded(const SearchParam& p, double v) {
  const double step = p.whole ? 1 : std::pow(10, std::floor(std::log10((p.high - p.low) / 1000)));
  return std::clamp(std::round(v / step) * step, p.low, p.high);
}

}  // namespace

SearchSpace::SearchSpace(std::vector<SearchParam> params, std::uint64_t seed)
    : params_(std::move(params)), start_(0.5 + 0.381966011250105 * static_cast<double>(seed)) {
  const double phi = golden_ratio(params_.size());
  for (std::size_t j = 1; j <= params_.size(); ++j) alpha_.push_back(std::pow(phi, -static_cast<double>(j)));
}

std::vector<double> SearchSpace::point(std::uint64_t trial) const {
  std::vector<double> values;
  for (std::size_t j = 0; j < params_.size(); ++j) {
    const SearchParam& p = params_[j];
    const double x = start_ + static_cast<double>(trial) * alpha_[j];
    values.push_back(trial == 0 ? p.current : p.high > p.low ? rounded(p, p.low + (x - std::floor(x)) * (p.high - p.low)) : p.low);
  }
  return values;
}

std::vector<std::string> SearchSpace::settings(const std::vector<double>& values) const {
  std::vector<std::string> all;
  for (std::size_t j = 0; j < params_.size(); ++j) all.push_back(fmt::format("{}={:.10g}", params_[j].key, values[j]));
  return all;
}

}  // namespace omega::replay
