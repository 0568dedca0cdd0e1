#include "adapters/config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace omega::config {
namespace {

std::string words(const std::vector<std::string>& choices) {
  constexpr std::size_t kShown_max = 40;
  std::string all;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices.size() > kShown_max && i == 3) {
      i = choices.size() - 1;
      all += ", ...";
    }
    all += (all.empty() ? "" : ", ") + choices[i];
  }
  return all;
}

std::string range(const KeySpec& spec) {
  const bool low = std::isfinite(spec.min), high = std::isfinite(spec.max);
  if (low && high) return fmt::format(" from {} to {}", spec.min, spec.max);
  if (low) return fmt::format(" of at least {}", spec.min);
  if (high) return fmt::format(" of at most {}", spec.max);
  return "";
}

/// A whole plain decimal: no sign games, no hex, no nan, no unit behind it.
std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> integer_of(const std::string& text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || std::abs(value) > (std::int64_t{1} << 53)) return std::nullopt;
  return static_cast<double>(value);
}

bool word_allowed(const KeySpec& spec, const std::string& word, std::string& hint) {
  if (spec.choices.empty()) return is_upper_word(word);
  if (std::find(spec.choices.begin(), spec.choices.end(), word) != spec.choices.end()) return true;
  hint = nearest_name(word, spec.choices);
  return false;
}

}  // namespace

bool is_upper_word(const std::string& text) {
  return text.size() >= 2 && text.size() <= 12 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }) && std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string expectation(const KeySpec& spec) {
  std::string text;
  switch (spec.type) {
    case ValueType::kBool: text = "true or false"; break;
    case ValueType::kInteger: text = "a whole number" + range(spec); break;
    case ValueType::kNumber: text = "a number" + range(spec); break;
    case ValueType::kText:
      text = spec.choices.empty() ? "2 to 12 capital letters or digits"
             : spec.choices.size() == 1 ? spec.choices.front() : "one of " + words(spec.choices);
      break;
    case ValueType::kTextList: 
      text = (spec.repeats ? "a list of names out of " : "a list of different names out of ") + words(spec.choices);
      break;
  }
  if (!spec.unit.empty()) text += " (" + spec.unit + ")";
  return text;
}

std::optional<Value> checked_value(const KeySpec& spec, const Entry& entry, std::string& hint) {
  Value value;
  if (spec.type == ValueType::kTextList) {
    if (entry.kind != EntryKind::kList || entry.list.empty()) return std::nullopt;
    for (const std::string& word : entry.list) {
      if (!word_allowed(spec, word, hint)) return std::nullopt;
      if (!spec.repeats && std::count(entry.list.begin(), entry.list.end(), word) > 1) return std::nullopt;
    }
    value.list = entry.list;
    return value;
  }
  if (entry.kind != EntryKind::kScalar) return std::nullopt;
  if (spec.type == ValueType::kText) {
    if (!word_allowed(spec, entry.scalar, hint)) return std::nullopt;
    value.text = entry.scalar;
    return value;
  }
  if (entry.quoted) return std::nullopt;
  if (spec.type == ValueType::kBool) {
    if (entry.scalar != "true" && entry.scalar != "false") return std::nullopt;
    value.flag = entry.scalar == "true";
    return value;
  }
  const std::optional<double> number =
      spec.type == ValueType::kInteger ? integer_of(entry.scalar) : number_of(entry.scalar);
  if (!number || *number < spec.min || *number > spec.max) return std::nullopt;
  value.number = *number;
  return value;
}

}  // namespace omega::config
