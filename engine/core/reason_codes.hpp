// What:     Why a signal ended. Every signal ends with exactly one code, so counts reconcile.
// Units:    u16 on disk: DO NOT CHANGE THE VALUES, only append.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace omega {

enum class ReasonCode : std::uint16_t {
  kNone = 0,
  kInvalidSignal = 1,                                                        // gate 1
  kKsL4 = 2, kKsL2 = 3, kKsL3 = 4,                                           // gate 2
  kStatBreaker = 5,                                                          // gate 3
  kSession = 6, kSpread = 7, kShutdown = 8, kNews = 9,                       // gate 4
  kVpinGlobal = 10, kToxVeto = 11,                                           // gate 5
  kQualityLow = 12,                                                          // gate 6
  kArbSilence = 13, kArbLost = 14, kNoHedge = 15,                            // gate 7
  kSizeBelowMin = 16, kNoConversionRate = 17,                                // gate 8
  kKsL1 = 18, kExpTotal = 19, kExpSymbol = 20, kExpStrategy = 21, kExpCorr = 22,  // gate 9
  kMaxPos = 23, kRateDay = 24, kRateHour = 25, kSpacing = 26, kMargin = 27,
  kRejected = 28, kFilled = 29, kPartial = 30, kExpired = 31, kStale = 32,   // gate 10
  kApproved = 33,  // passed gates 1-9, order on its way; replaced by a gate-10 code when the venue answers
  kJournalFull = 34,                                                        // gate 2: no room for what an order would cause
  kLateData = 35,                                                           // gate 2: events come too late to act on
  kCount = 36,
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(ReasonCode::kCount)> kReasonNames{
    "NONE", "INVALID_SIGNAL", "KS_L4", "KS_L2", "KS_L3", "STAT_BREAKER", "SESSION", "SPREAD", "SHUTDOWN",
    "NEWS", "VPIN_GLOBAL", "TOX_VETO", "QUALITY_LOW", "ARB_SILENCE", "ARB_LOST", "NO_HEDGE",
    "SIZE_BELOW_MIN", "NO_CONVERSION_RATE", "KS_L1", "EXP_TOTAL", "EXP_SYMBOL", "EXP_STRATEGY", "EXP_CORR",
    "MAX_POS", "RATE_DAY", "RATE_HOUR", "SPACING", "MARGIN", "REJECTED", "FILLED", "PARTIAL", "EXPIRED",
    "STALE", "PENDING", "JOURNAL_FULL", "LATE_DATA"};

[[nodiscard]] constexpr std::string_view reason_name(ReasonCode code) noexcept {
  return kReasonNames[static_cast<std::size_t>(code)];
}

}  // namespace omega
