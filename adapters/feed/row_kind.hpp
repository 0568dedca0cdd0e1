// What:     Everything that can be wrong with a row of a data file, and what becomes of such a row.
// Owner:    constants.   Threads: any.
// Fates:    note: worth knowing, nothing is wrong with the row · repaired: dressing removed, the row is used ·
//           quarantined: journaled with kBad* bits, never seen by a feature · rejected: not readable, counted, not journaled.
// Contract: names reach reports and users' scripts; append, never rename.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace omega::feed {

enum class RowFate : std::uint8_t { kNote, kRepaired, kQuarantined, kRejected };

enum class RowKind : std::uint8_t {
  kGap, kUnterminatedLastLine,
  kCrlf, kLeadingSpace, kBomMidfile, kEmptyLine, kAmbiguousTime, kSkippedTime,
  kMissingField, kExtraField, kWrongSeparator, kNanPrice, kTextInPrice, kExponent, kOverflow, kBadTimestamp, kBadVolume,
  kNulByte, kLineTooLong, kTruncatedLastLine, kUnknownSymbol, kUnpairedSide,
  kNegativePrice, kZeroPrice, kPriceTooLarge, kHighBelowLow, kOpenOutsideRange, kCloseOutsideRange, kCrossed, kBadVolumeSize,
  kDuplicateExact, kDuplicateOtherValues, kOutOfOrder, kOffMinute, kSpike,
  kCrossedTick, kBadTickPrice, kTickOutOfOrder,
  kNoTimeOfDay, kNextYear,
  kBadTickSize, kDuplicateTick, kSuspiciousTick, kOtherSideUnknown, kUnknownType, kUnpairedRow, kBadBookRow, kCrossedBook,
  kBookGap, kHalt, kOlderOrder, kCutRecord, kBadRecord, kDuplicateOrder, kLateOrder, kEndedOrder, kBadJson,
  kCount
};
inline constexpr std::size_t kRowKindCount = static_cast<std::size_t>(RowKind::kCount);

struct RowKindInfo {
  std::string_view name;
  RowFate fate;
  std::string_view meaning;
};

inline constexpr std::array<RowKindInfo, kRowKindCount> kRowKinds{{
    {"gap", RowFate::kNote, "minutes without a row inside trading hours, before this row"},
    {"unterminated_last_line", RowFate::kNote, "the last line has no newline but reads whole"},
    {"crlf", RowFate::kRepaired, "line end differs from the first line's"},
    {"leading_space", RowFate::kRepaired, "spaces around the row or its fields"},
    {"utf8_bom_midfile", RowFate::kRepaired, "byte-order mark after the first line: files were joined"},
    {"empty_line", RowFate::kRepaired, "nothing on the line"},
    {"ambiguous_time", RowFate::kRepaired, "the zone repeats this local time; --on-ambiguous decided"},
    {"skipped_time", RowFate::kRepaired, "the zone skips this local time; --on-ambiguous decided"},
    {"missing_field", RowFate::kRejected, "fewer fields than the format has"},
    {"extra_field", RowFate::kRejected, "more fields than the format has"},
    {"wrong_separator", RowFate::kRejected, "another field separator than the format's"},
    {"nan_price", RowFate::kRejected, "NaN or infinity"},
    {"text_in_price", RowFate::kRejected, "not a decimal number"},
    {"exponent_notation", RowFate::kRejected, "a number with an exponent"},
    {"overflow_number", RowFate::kRejected, "does not fit 64-bit fixed point"},
    {"bad_timestamp", RowFate::kRejected, "not a date and time of the format"},
    {"bad_volume", RowFate::kRejected, "the volume is not a decimal number"},
    {"nul_byte", RowFate::kRejected, "a zero byte inside the line"},
    {"line_too_long", RowFate::kRejected, "longer than any row can be"},
    {"truncated_last_line", RowFate::kRejected, "the last line has no newline and is cut"},
    {"unknown_symbol", RowFate::kRejected, "a symbol that is not in the instrument table"},
    {"unpaired_side", RowFate::kRejected, "a minute with only a bid or only an ask bar"},
    {"negative_price", RowFate::kQuarantined, "price below zero"},
    {"zero_price", RowFate::kQuarantined, "price zero"},
    {"price_too_large", RowFate::kQuarantined, "price above what the engine's exact sums can hold"},
    {"high_below_low", RowFate::kQuarantined, "high < low"},
    {"open_outside_range", RowFate::kQuarantined, "open above high or below low"},
    {"close_outside_range", RowFate::kQuarantined, "close above high or below low"},
    {"crossed", RowFate::kQuarantined, "bid > ask at the close"},
    {"volume_out_of_range", RowFate::kQuarantined, "volume negative or above what the engine's exact sums can hold"},
    {"duplicate_exact", RowFate::kQuarantined, "same minute and values as an earlier row"},
    {"duplicate_ts_other_prices", RowFate::kQuarantined, "same minute as an earlier row, other values"},
    {"out_of_order", RowFate::kQuarantined, "outside the longest run of increasing times"},
    {"off_minute", RowFate::kQuarantined, "a bar that does not begin on a minute"},
    {"spike", RowFate::kQuarantined, "more than 50 % away from the rows before and after"},
    {"crossed_tick", RowFate::kRejected, "tick with bid > ask; left out, or quarantined where ticks are kept"},
    {"bad_tick_price", RowFate::kRejected, "tick with a price <= 0 or too large; left out, or quarantined where ticks are kept"},
    {"tick_out_of_order", RowFate::kRejected, "tick outside the longest run of times; left out, or quarantined where ticks are kept"},
    {"no_time_of_day", RowFate::kNote, "a calendar row without a time; left out"},
    {"next_year", RowFate::kRepaired, "a January row behind late December: it belongs to the next year"},
    {"bad_tick_size", RowFate::kRejected, "tick with a size below zero or too large, or a trade of nothing; left out, or quarantined where ticks are kept"},
    {"duplicate_tick", RowFate::kQuarantined, "same time and values as a tick of an earlier file"},
    {"suspicious_tick", RowFate::kRejected, "the source itself marks the tick as suspicious; left out, or quarantined where ticks are kept"},
    {"other_side_unknown", RowFate::kNote, "one side of a quote before the other was ever given; left out"},
    {"unknown_type", RowFate::kRejected, "a message type that the format does not have"},
    {"unpaired_row", RowFate::kRejected, "a message without its order book row, or a row without its message"},
    {"bad_book_row", RowFate::kRejected, "an order book row whose levels are out of order or have a price or size out of range"},
    {"crossed_book", RowFate::kNote, "a book with best bid > best ask after this row; journaled, no bar is made of it"},
    {"book_gap", RowFate::kNote, "changes of the book are missing before this row; a whole book follows"},
    {"halt", RowFate::kNote, "trading halted, quoted again or resumed"},
    {"older_order", RowFate::kNote, "a message about an order that was entered before the file begins"},
    {"cut_record", RowFate::kRejected, "the file ends inside a record"},
    {"bad_record", RowFate::kRejected, "a record of another length than its type has"},
    {"duplicate_order", RowFate::kRejected, "an order entered under the number of one that is still there"},
    {"late_order", RowFate::kNote, "an order whose end came before its entry; left out"},
    {"ended_order", RowFate::kNote, "a message about an order that had ended before"},
    {"bad_json", RowFate::kRejected, "not JSON, or not of the form that the format has"},
}};

[[nodiscard]] constexpr const RowKindInfo& info(RowKind kind) noexcept {
  return kRowKinds[static_cast<std::size_t>(kind)];
}

}  // namespace omega::feed
