// What:     Strict decimal text to a 64-bit fixed-point number, with no floating point in between.
// Owner:    pure function.   Threads: any.
// Grammar:  '-'? digit+ ('.' digit+)?   Nothing else: no '+', exponent, nan, inf, space, thousands mark, bare dot.
// Errors:   an enum; overflow is refused, never wrapped. Digits finer than the scale are rounded to the nearest, ties
//           away from zero, and reported through `rounded` (float noise such as 1.1077000000000001 is common in CSV).
// Units:    out = value × 10^scale_digits; 9 for Price, 8 for Qty.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace omega::feed {

inline constexpr int kPriceDigits = 9;
inline constexpr int kQtyDigits = 8;

enum class DecimalError : std::uint8_t { kNone = 0, kEmpty, kNotFinite, kExponent, kOverflow, kNotANumber };

struct Decimal {
  std::int64_t value = 0;
  DecimalError error = DecimalError::kNone;
  bool rounded = false;
  [[nodiscard]] bool ok() const noexcept { return error == DecimalError::kNone; }
};

/// Values whose magnitude is above 2^63 - 1 after scaling are kOverflow (so is -2^63, to stay symmetric).
[[nodiscard]] Decimal parse_decimal(std::string_view text, int scale_digits) noexcept;

/// A number of something: digits and nothing else, below 2^64.
[[nodiscard]] std::optional<std::uint64_t> parse_whole(std::string_view text) noexcept;

/// parse_decimal for a number as JSON has it, which may end in an exponent: 9.2e-06. More than kScientificDigits_max digits: kNotANumber.
inline constexpr std::size_t kScientificDigits_max = 40;
[[nodiscard]] Decimal parse_scientific(std::string_view text, int scale_digits) noexcept;

}  // namespace omega::feed
