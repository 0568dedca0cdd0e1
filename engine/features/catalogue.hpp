// What:     All features, what is known of each, and the key by which strategies and risk ask for one. The feature engine runs each
//           distinct key once per instrument, whoever asked.
// Owner:    static tables.   Threads: any.
// Units:    per entry; see FeatureInfo.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>

#include "engine/features/frame.hpp"

namespace omega {

/// Output kinds, grouped by family F01..F33. p0, p1 of the key are named in the comment; their ranges are in FeatureInfo.
enum class FeatureId : std::uint16_t {
  kFlowZ = 0,        // F06 fz; p0 = W_f, p1 = base (500). M1
  kCvdN,             // F07 cvd_n; p0 = W_f. M1
  kCvdRaw,           // F07 since 00:00 UTC, volume units. M1
  kBarDelta,         // F03 signed volume of the bar; p0 = window of its z (50), shared with kBarDeltaZ. any tf
  kBarDeltaZ,        // F03 lagged z-score of it over p0 bars. any tf
  kVpin,             // F08; p0 = n buckets (50). M1
  kVpinCdf,          // F08; p0 = n buckets. M1
  kSpread,           // F01 at the M1 close, Price as double. M1
  kSpreadMedian,     // F10 median of the last 200, Price as double. M1
  kSpreadShock,      // F10 spread / median. M1
  kReturnSigma,      // F11 sample sd of returns; p0 = w. any tf
  kRealisedVol,      // F11 RV_w; p0 = w. any tf
  kVwapLag,          // F12 mean price VWAP over lag(p0), Price as double. any tf
  kCloseMeanLag,     // F13 mean of closes over lag(p0), Price as double
  kCloseSdLag,       // F13 sample sd of closes over lag(p0), Price as double
  kCloseZLag,        // F13 (C - VWAP lag(p0)) / sd lag(p0) as S01 uses it
  kAdx,              // F14; p0 = n (14)
  kSwingHigh,        // F15 price of the last confirmed swing high; p0 = k. Price as double
  kSwingLow,         // F15 price of the last confirmed swing low; p0 = k
  kSwingHighTime,    // F15 t_open of its bar, seconds since epoch
  kSwingLowTime,     // F15
  kLabel,            // F16 -1, 0, +1 (k = 3); INVALID never, WARMING = UNKNOWN
  kVolumeRatio,      // F17 vr(p0)
  kVolumeZ,          // F17 vz(p0)
  kVolumeMeanRatio,  // F17 vmr(p0, p1)
  kVolumePercentile, // F17 vpct(p0), 0..100
  kHighLag,          // highest high over lag(p0), Price as double (D1 extreme of S01)
  kLowLag,           // lowest low over lag(p0)
  kHighest,          // highest high of the last p0 bars, current included (STOP of 3.0)
  kLowest,           // lowest low of the last p0 bars, current included
  kCloseLag,         // close p0 bars ago, Price as double (S04)
  kConfluence,       // F28 conf(+1); conf(-1) = 1 - conf(+1). updates when any label changes; tf M1
  kHurst,            // F20 corrected H; p0 = N (400). M15
  kHurstR2,          // F20 R² of the fit; p0 = N
  kHmmHigh,          // F26 probability of the HIGH volatility state; p0 = w (20)
  kHmmSteps,         // F26 observations filtered so far; p0 = w
  kRegimeTrend, kRegimeRange, kRegimeShock,  // F30 probabilities. M15
  kRegimeLabel,      // F30 debounced label: 0 trend, 1 range, 2 shock. M15
  kMoveRank,         // F11 rank of |return over p0 bars| among the p1 before it
  kDayRangeRatio,    // F14 range of the running UTC day / mean of the last p0 full days. M1
  kTrueRangeZ,       // F14 z of the mean true range of p0 bars over lag(p1)
  kRangeMeanRatio,   // F18 mean range of the last p0 bars / of the p1 before them
  kTdaNorm,          // F27 landscape norm of H1; p0 = points (50), p1 = least lifetime in permille of the largest death. M15
  kTdaChange,        // F27 |N - N'|/N'; p0, p1 as kTdaNorm
  kTdaDistanceZ,     // F27 lagged z of the landscape distance over 200; p0, p1 as kTdaNorm
  kTdaNormH0,        // F27 landscape norm of H0, for the record; p0, p1 as kTdaNorm
  // Below: of quotes, trades and the book; all at M1 closes, INVALID where the instrument has none of them.
  kWeightedMid,      // F01 mid weighted by the sizes, Price as double
  kMicroPrice,       // F01 Stoikov's; INVALID without a table
  kOfiBar,           // F04 OFI of the bar
  kOfi,              // F04 sum of the last p0 quote events
  kOfiZ,             // F04 lagged z of kOfi over p1 M1 samples (500), clipped to 4
  kOfiSamples,       // F04 samples in that window
  kOfiNorm,          // F04 OFI / depth over 20 bars
  kMlofi,            // F05 of the bar; p0 = levels (5)
  kBookImbalance,    // F09 I_L; p0 = levels (5)
  kBookRatio,        // F09 bid / ask volume; p0 = levels (5)
  kBookPressure,     // F09 I_L weighted by distance; p0 = levels (5)
  kAggressorShare,   // F02 bought share of the sided volume of the last p0 bars
  kPocPrice,         // F19 bin of most volume; p1 = bin in tenths of u (10), as of all F19. Price as double
  kValueAreaLow,     // F19
  kValueAreaHigh,    // F19
  kClusterRatio,     // F19 strongest bin within 15 u: its volume / mean bin. |p0| = bars of kClusterAgainst; p0 > 0: below price, < 0: above
  kClusterPrice,     // F19 its edge away from the price, Price as double
  kClusterAgainst,   // F19 share of its volume of the last |p0| bars that was aggressive toward it (sells below, buys above)
  kClusterAbsorption,// F19 volume per u of the bars that touched it / of all bars
  kRefillRatio,      // F33 executed / shown of the side's best refilling level; |p0| = least refills; p0 > 0: bid side, < 0: ask side
  kRefillCount,      // F33 its refills
  kRefillPrice,      // F33 its price, as double
  kRefillHold,       // F33 bars that the side's best price has stayed within 2 u of it
  kLargeOrders,      // F33 large orders of levels 2..5 standing; p0 = threshold x median (10). Asking for it makes FeatureFrame::book.large
  kCount,
};

struct FeatureKey {
  FeatureId id = FeatureId::kFlowZ;
  Timeframe tf = Timeframe::kM1;
  std::int32_t p0 = 0, p1 = 0;
  auto operator<=>(const FeatureKey&) const = default;
};

/// What p0 or p1 of a key means and may be. Without a meaning the feature has none, and the key holds 0 there.
struct FeatureParam {
  const char* meaning = nullptr;
  const char* unit = nullptr;
  std::int32_t min = 0, max = 0;   // inclusive
  std::int32_t value = 0;          // what a 0 in the key stands for
  const char* set_by = nullptr;    // of a calculator without a key: "lookback_period of S06, ...", which hold default and range
  [[nodiscard]] constexpr bool exists() const noexcept { return meaning != nullptr; }
  /// A key may leave it 0.
  [[nodiscard]] constexpr bool has_default() const noexcept { return value != 0 || (min <= 0 && max >= 0); }
};

/// One entry of `omega features`.
struct FeatureInfo {
  FeatureId id;           // kCount: has no key, see where
  const char* family;     // "F06"
  const char* name;       // "fz"
  const char* unit;
  const char* range;
  const char* formula;
  const char* source;     // paper
  const char* warm_up;
  const char* cost;
  Timeframe timeframe;    // the only one of its keys; kCount: any
  const char* inputs;     // items with ", " between them; "a or b": the first that the feed has
  const char* reads;      // families that its value is made from: "F02 F03"
  FeatureParam p0, p1;
  const char* where = nullptr;  // of one without a key: where it is computed
};
/// The features that have a key, in order of their ids.
[[nodiscard]] std::span<const FeatureInfo> feature_catalogue() noexcept;
/// What strategies and other features compute in place, by family: no key, no value in a frame.
[[nodiscard]] std::span<const FeatureInfo> calculator_catalogue() noexcept;
[[nodiscard]] const FeatureInfo& feature_info(FeatureId id) noexcept;
/// "fz(20)@M1"
[[nodiscard]] std::string feature_name(const FeatureKey& key);

/// Where set-up code asks for features. Same key, same handle. Handles are the same for every instrument.
class FeatureRequests {
 public:
  /// Aborts (REQUIRE) past kFeaturesMax distinct keys.
  FeatureHandle request(const FeatureKey& key);
  [[nodiscard]] std::span<const FeatureKey> keys() const noexcept { return {keys_.data(), count_}; }

 private:
  std::array<FeatureKey, kFeaturesMax> keys_{};
  std::size_t count_ = 0;
};

/// Output part of the ring slot written by the features stage. Capacity = active instruments (a timer may close
/// bars of all of them). Frames of one event are in instrument order.
struct FeaturesOut {
  FeatureFrame* frames = nullptr;
  std::uint32_t capacity = 0;
  std::uint32_t count = 0;
  [[nodiscard]] std::span<const FeatureFrame> view() const noexcept { return {frames, count}; }
};

}  // namespace omega
