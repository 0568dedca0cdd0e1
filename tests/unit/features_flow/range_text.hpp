// What:     The range that the catalogue declares for a feature, read from its text, so that a new feature is checked by what it says of itself:
//           "[0, 1]", "(0, 1]", ">= 0", "> 0", "unbounded", "-1, 0, +1" and "0 trend, 1 range" (only these values), "about [0, 1]" (an estimate
//           that sampling error may carry past an end, by less than half the width).
// Owner:    value type of tests.   Errors: parse() gives nothing for a text it does not know.
#pragma once

#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omega::test {

class RangeText {
 public:
  static std::optional<RangeText> parse(std::string_view text) {
    RangeText r;
    if (text == "unbounded") return r;
    if (text.starts_with(">")) {
      r.low_open_ = !text.starts_with(">=");
      return number(text.substr(r.low_open_ ? 1 : 2), r.low_) ? std::optional(r) : std::nullopt;
    }
    const bool about = text.starts_with("about ");
    if (about) text.remove_prefix(6);
    if (text.starts_with("[") || text.starts_with("(")) {
      const std::size_t comma = text.find(',');
      if (comma == std::string_view::npos || !(text.ends_with("]") || text.ends_with(")"))) return std::nullopt;
      if (!number(text.substr(1, comma - 1), r.low_) || !number(text.substr(comma + 1, text.size() - comma - 2), r.high_)) return std::nullopt;
      r.low_open_ = text.front() == '(';
      r.high_open_ = text.back() == ')';
      if (!(r.low_ < r.high_)) return std::nullopt;
      const double beyond = about ? (r.high_ - r.low_) / 2 : 0;
      r.low_ -= beyond;
      r.high_ += beyond;
      return r;
    }
    if (about) return std::nullopt;
    while (!text.empty()) {  // "value name, value name"
      const std::size_t comma = std::min(text.find(','), text.size());
      std::string_view item = text.substr(0, comma);
      while (item.starts_with(" ")) item.remove_prefix(1);
      double value = 0;
      if (!number(item.substr(0, item.find(' ')), value)) return std::nullopt;
      r.values_.push_back(value);
      text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return r.values_.size() < 2 ? std::nullopt : std::optional(r);
  }
  [[nodiscard]] bool holds(double v) const {
    if (!std::isfinite(v)) return false;
    for (const double allowed : values_)
      if (v == allowed) return true;
    return values_.empty() && (low_open_ ? v > low_ : v >= low_) && (high_open_ ? v < high_ : v <= high_);
  }

 private:
  static bool number(std::string_view text, double& into) {  // the whole text, blanks around it aside
    const std::string copy(text);
    char* end = nullptr;
    into = std::strtod(copy.c_str(), &end);
    while (*end == ' ') ++end;
    return end != copy.c_str() && *end == '\0' && std::isfinite(into);
  }
  double low_ = -std::numeric_limits<double>::infinity(), high_ = std::numeric_limits<double>::infinity();
  bool low_open_ = false, high_open_ = false;
  std::vector<double> values_;  // only these; empty: the interval
};

}  // namespace omega::test
