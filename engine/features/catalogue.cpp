#include "engine/features/catalogue.hpp"

#include "engine/core/assert.hpp"

namespace omega {

namespace {

using enum FeatureId;

constexpr const char* kBvcPaper = "Easley, Lopez de Prado, O'Hara (2012) RFS 25(5):1457-1493";
constexpr const char* kWilder = "Wilder (1978) New Concepts in Technical Trading Systems";
constexpr const char* kHurstPaper = "Hurst (1951) Trans. ASCE 116:770-799; Anis, Lloyd (1976) Biometrika 63(1):111-116";
constexpr const char* kAbdl = "Andersen, Bollerslev, Diebold, Labys (2003) Econometrica 71(2):579-625";
constexpr const char* kGideaKatz = "Gidea & Katz (2018) Physica A 491:820-834";
constexpr const char* kBubenik = "Bubenik (2015) JMLR 16:77-102";
constexpr const char* kHamilton = "Hamilton (1989) Econometrica 57(2):357-384; Rabiner (1989) Proc. IEEE 77(2):257-286";
constexpr const char* kContKukanov = "Cont, Kukanov, Stoikov (2014) J. Financial Econometrics 12(1):47-88";
constexpr const char* kLeeReady = "Lee & Ready (1991) J. Finance 46(2):733-746";
constexpr const char* kGatheral = "Gatheral & Oomen (2010) Finance Stoch. 14:249-283";
constexpr const char* kSteidlmayer = "Steidlmayer (1984) CBOT Market Profile; Dalton, Jones, Dalton (1993) Mind over Markets";
constexpr const char* kFreySandas = "Frey & Sandas (2017) Quarterly J. Finance 7(3):1750007";
constexpr const char* kPriceUnit = "price 1e-9";
// OrderStatisticRing: searches take O(log n); the words that a new value moves are cheaper than a tree's steps up to thousands of them.
constexpr const char* kSorted = "O(log n) and one move of at most n words, at most 256 + n/128 beyond 2048";

// id, family, name, unit, range, formula, source, warm-up, cost
constexpr std::array<FeatureInfo, static_cast<std::size_t>(kCount)> kCatalogue{{
    {kFlowZ, "F06", "fz", "sd", "[-6, 6]",
     "F = sum of delta over W; (F - mean)/sd over F[t-W-base+1 .. t-W], clipped", kBvcPaper,
     "2W + 199 bars with volume, after F03's 100", "O(1)"},
    {kCvdN, "F07", "cvd_n", "ratio", "[-1, 1]", "sum of delta over W / sum of volume over W", kBvcPaper,
     "W bars with volume, after F03's 100", "O(1)"},
    {kCvdRaw, "F07", "cvd_raw", "volume", "unbounded", "sum of delta since 00:00 UTC", kBvcPaper,
     "F03's 100 bars", "O(1)"},
    {kBarDelta, "F03", "delta", "volume", "unbounded", "sum of buy - sell volume over the M1 bars of the bar", kBvcPaper,
     "F03's 100 M1 bars", "O(1)"},
    {kBarDeltaZ, "F03", "delta_z", "sd", "unbounded", "(delta - mean)/sd of delta over lag(n)", kBvcPaper,
     "F03's 100 M1 bars, then n + 1 bars", "O(1)"},
    {kVpin, "F08", "vpin", "ratio", "[0, 1]", "sum over n buckets of |buy - sell| / sum of bucket sizes", kBvcPaper,
     "5 full days, then n buckets", "O(1 + volume/V), at most 50 buckets"},
    {kVpinCdf, "F08", "vpin_cdf", "share", "(0, 1]", "share of the last 1000 vpin values <= the current one", kBvcPaper,
     "200 vpin values", "O(log 1000) per bucket"},
    {kSpread, "F01", "spread", kPriceUnit, ">= 0", "ask - bid at the M1 close", "definition", "1 bar", "O(1)"},
    {kSpreadMedian, "F10", "spread_median", kPriceUnit, ">= 0", "median of the last 200 spreads", "definition",
     "50 samples", kSorted},
    {kSpreadShock, "F10", "spread_shock", "ratio", ">= 0", "spread / median of the last 200", "definition",
     "50 samples", kSorted},
    {kReturnSigma, "F11", "sigma", "fraction", ">= 0", "sample sd of the last w simple returns", kAbdl, "w returns",
     "O(1)"},
    {kRealisedVol, "F11", "rv", "fraction", ">= 0", "sqrt(sum of the last w squared returns)", kAbdl, "w returns",
     "O(1)"},
    {kVwapLag, "F12", "vwap", kPriceUnit, "> 0", "sum p*V / sum V over lag(n), p = (H+L+C)/3", "definition",
     "n + 1 bars with volume", "O(1)"},
    {kCloseMeanLag, "F13", "mean", kPriceUnit, "> 0", "mean of closes over lag(n)", "definition", "n + 1 bars", "O(1)"},
    {kCloseSdLag, "F13", "sd", kPriceUnit, "> 0", "sample sd of closes over lag(n)", "definition", "n + 1 bars",
     "O(1)"},
    {kCloseZLag, "F13", "z", "sd", "unbounded", "(C - vwap lag(n)) / sd of closes lag(n)", "definition",
     "n + 1 bars with volume", "O(1)"},
    {kAdx, "F14", "adx", "points", "[0, 100]", "Wilder's average directional index", kWilder, "2n bars", "O(1)"},
    {kSwingHigh, "F15", "swing_high", kPriceUnit, "> 0", "price of the last confirmed swing high of strength k",
     "definition", "2k + 1 bars", "O(k), k <= 5"},
    {kSwingLow, "F15", "swing_low", kPriceUnit, "> 0", "price of the last confirmed swing low of strength k",
     "definition", "2k + 1 bars", "O(k), k <= 5"},
    {kSwingHighTime, "F15", "swing_high_time", "s since 1970", ">= 0", "open time of that bar", "definition",
     "2k + 1 bars", "O(k), k <= 5"},
    {kSwingLowTime, "F15", "swing_low_time", "s since 1970", ">= 0", "open time of that bar", "definition",
     "2k + 1 bars", "O(k), k <= 5"},
    {kLabel, "F16", "label", "sign", "-1, 0, +1", "+1 last two swing highs and lows (k = 3) rise, -1 fall, else 0",
     "definition", "two swings per side", "O(1)"},
    {kVolumeRatio, "F17", "vr", "ratio", ">= 0", "V / mean of volume over lag(n)", "definition",
     "n + 1 bars with volume", "O(1)"},
    {kVolumeZ, "F17", "vz", "sd", "unbounded", "(V - mean) / sd of volume over lag(n)", "definition",
     "n + 1 bars with volume", "O(1)"},
    {kVolumeMeanRatio, "F17", "vmr", "ratio", ">= 0", "mean volume of the last a / of the b before them", "definition",
     "a + b bars with volume", "O(1)"},
    {kVolumePercentile, "F17", "vpct", "percent", "[0, 100]", "100 * share of volumes over lag(n) below V",
     "definition", "n + 1 bars with volume", kSorted},
    {kHighLag, "F13", "high_lag", kPriceUnit, "> 0", "highest high over lag(n)", "definition", "n + 1 bars",
     "O(1) amortised"},
    {kLowLag, "F13", "low_lag", kPriceUnit, "> 0", "lowest low over lag(n)", "definition", "n + 1 bars",
     "O(1) amortised"},
    {kHighest, "F13", "highest", kPriceUnit, "> 0", "highest high of the last n bars", "definition", "n bars",
     "O(1) amortised"},
    {kLowest, "F13", "lowest", kPriceUnit, "> 0", "lowest low of the last n bars", "definition", "n bars",
     "O(1) amortised"},
    {kCloseLag, "F13", "close_lag", kPriceUnit, "> 0", "close n bars ago", "definition", "n + 1 bars", "O(1)"},
    {kConfluence, "F28", "conf", "share", "[0, 1]",
     "sum of w*s, s = 1, 1/2, 0 for label +1, 0, -1; w: D1 H4 .25, H1 M30 .15, M15 M5 .10",
     "Mueller et al. (1997) J. Empirical Finance 4(2-3):213-239", "six labels (D1: about 20 days)", "O(1)"},
    {kHurst, "F20", "hurst", "exponent", "about [0, 1]", "rescaled-range slope over n = 5..80, small-sample corrected",
     kHurstPaper, "N returns", "O(N) per M15 close"},
    {kHurstR2, "F20", "hurst_r2", "share", "[0, 1]", "R^2 of that fit", kHurstPaper, "N returns", "O(N) per M15 close"},
    {kHmmHigh, "F26", "hmm_high", "probability", "[0, 1]", "filtered probability of state 1 of a Gaussian HMM over annualised sigma(w)",
     kHamilton, "w returns; a model", "O(1)"},
    {kHmmSteps, "F26", "hmm_steps", "count", ">= 1", "observations the filter has seen", kHamilton, "w returns; a model", "O(1)"},
    {kRegimeTrend, "F30", "regime_trend", "probability", "[0, 1]", "normalised score, see STRATEGIES F30", "source",
     "its inputs", "O(1)"},
    {kRegimeRange, "F30", "regime_range", "probability", "[0, 1]", "normalised score, see STRATEGIES F30", "source",
     "its inputs", "O(1)"},
    {kRegimeShock, "F30", "regime_shock", "probability", "[0, 1]", "normalised score, see STRATEGIES F30", "source",
     "its inputs", "O(1)"},
    {kRegimeLabel, "F30", "regime", "label", "0 trend, 1 range, 2 shock", "most probable, after 5 equal evaluations",
     "source", "its inputs", "O(1)"},
    {kMoveRank, "F11", "move_rank", "share", "[0, 1]", "share of |return over k bars| over lag(n) <= the current one",
     "Cont (2001) Quant. Finance 1(2):223-236", "k + n bars, again k after a gap", kSorted},
    {kDayRangeRatio, "F14", "day_range", "ratio", ">= 0", "range of the running UTC day / mean range of the last n full days",
     "definition", "n full days", "O(1)"},
    {kTrueRangeZ, "F14", "tr_z", "sd", "unbounded", "z of the mean true range of k bars over lag(n) of the same mean", kWilder,
     "k + n bars", "O(1)"},
    {kRangeMeanRatio, "F18", "rmr", "ratio", ">= 0", "mean range of the last a bars / of the b before them", "definition", "a + b bars",
     "O(1)"},
    {kTdaNorm, "F27", "tda_norm", "z-units^1.5", ">= 0", "sqrt(sum over k = 1..3 of the integral of landscape_k^2), H1 of the cloud", kBubenik,
     "n bars", "O(n^3) per close"},
    {kTdaChange, "F27", "tda_change", "ratio", ">= 0", "|N - N'|/max(N', 1e-9), N' of the window n bars earlier", kGideaKatz, "2n bars",
     "with tda_norm"},
    {kTdaDistanceZ, "F27", "tda_d_z", "sd", "unbounded", "z of the landscape distance to that window over lag(200)", kGideaKatz,
     "2n + 200 bars", "with tda_norm"},
    {kTdaNormH0, "F27", "tda_norm_h0", "z-units^1.5", ">= 0", "the same norm of H0, for the record", kBubenik, "n bars", "with tda_norm"},
    {kWeightedMid, "F01", "wmid", kPriceUnit, "> 0", "(a*q_b + b*q_a)/(q_b + q_a)", kGatheral, "1 quote with sizes", "O(1)"},
    {kMicroPrice, "F01", "microprice", kPriceUnit, "> 0", "mid + g(I, spread), I = q_b/(q_b + q_a) in 10 bins, spread in 1..3 ticks; g is an input: engine.models.micro_price",
     "Stoikov (2018) Quant. Finance 18(12):1959-1966", "1 quote with sizes; a table", "O(1)"},
    {kOfiBar, "F04", "ofi_bar", "size", "unbounded", "sum over the bar's quotes of e_n (bid side up or filled adds, ask side takes away)", kContKukanov,
     "2 quotes with sizes", "O(1) per quote"},
    {kOfi, "F04", "ofi", "size", "unbounded", "sum of e_n over the last n quotes", kContKukanov, "n + 1 quotes", "O(1) per quote"},
    {kOfiZ, "F04", "ofi_z", "sd", "[-4, 4]", "z of ofi(n) over lag(500) of its values at M1 closes, clipped", kContKukanov, "100 closes after ofi(n)", "O(1)"},
    {kOfiSamples, "F04", "ofi_samples", "count", ">= 0", "values in that window", kContKukanov, "n + 1 quotes", "O(1)"},
    {kOfiNorm, "F04", "ofi_n", "ratio", "unbounded", "sum of OFI / sum of mean depth over 20 bars", kContKukanov, "20 bars with quotes", "O(1)"},
    {kMlofi, "F05", "mlofi", "size", "unbounded", "sum over the bar of sum_m w_m e^m, w_m = (1/m)/sum 1/j",
     "Xu, Gould, Howison (2018) Market Microstructure and Liquidity 4(3-4):1950011", "2 books", "O(M) per book event"},
    {kBookImbalance, "F09", "book_imbalance", "ratio", "[-1, 1]", "(sum Q_b - sum Q_a)/(sum Q_b + sum Q_a) over L levels", "definition", "1 book", "O(L)"},
    {kBookRatio, "F09", "l2_ratio", "ratio", "> 0", "sum Q_b / sum Q_a over L levels", "definition", "1 book", "O(L)"},
    {kBookPressure, "F09", "book_pressure", "ratio", "[-1, 1]", "the imbalance with weights 1/(1 + |p - mid|/tick)", "definition", "1 book", "O(L)"},
    {kAggressorShare, "F02", "aggressor_share", "share", "[0, 1]", "bought / (bought + sold) over the last n bars", kLeeReady, "1 sided trade", "O(1)"},
    {kPocPrice, "F19", "poc", kPriceUnit, "> 0", "low edge of the bin of most volume over 50 bars, the lowest on ties", kSteidlmayer, "50 bars", "O(bins)"},
    {kValueAreaLow, "F19", "value_area_low", kPriceUnit, "> 0", "lower edge of 70 % of the volume, grown from the POC", kSteidlmayer, "50 bars", "O(bins)"},
    {kValueAreaHigh, "F19", "value_area_high", kPriceUnit, "> 0", "upper edge of it", kSteidlmayer, "50 bars", "O(bins)"},
    {kClusterRatio, "F19", "cluster_ratio", "ratio", ">= 0", "volume of the strongest bin within 15 u / mean of non-empty bins", kSteidlmayer, "50 bars", "O(bins)"},
    {kClusterPrice, "F19", "cluster_price", kPriceUnit, ">= 0", "its edge away from the price; 0 when all those bins are empty", kSteidlmayer, "50 bars", "with cluster_ratio"},
    {kClusterAgainst, "F19", "cluster_against", "share", "[0, 1]", "aggressive volume toward the bin / its volume, last bars", kSteidlmayer, "50 bars", "with cluster_ratio"},
    {kClusterAbsorption, "F19", "cluster_absorption", "ratio", ">= 0", "volume per u of the bars touching it / of all 50 bars", kSteidlmayer, "50 bars",
     "with cluster_ratio"},
    {kRefillRatio, "F33", "refill_ratio", "ratio", ">= 0", "X/peak shown of the side's refilled level, X executed there by opposite aggressors", kFreySandas,
     "a level with the refills", "O(log 64) per event"},
    {kRefillCount, "F33", "refill_count", "count", ">= 0", "times it came back to >= 80 % within 500 ms of losing >= 50 %", kFreySandas, "with refill_ratio", "with refill_ratio"},
    {kRefillPrice, "F33", "refill_price", kPriceUnit, ">= 0", "its price; 0 when there is none", kFreySandas, "with refill_ratio", "with refill_ratio"},
    {kRefillHold, "F33", "refill_hold", "bars", ">= 0", "M1 bars in a row that the side's best price stayed within 2 u", kFreySandas, "with refill_ratio", "with refill_ratio"},
    {kLargeOrders, "F33", "large_orders", "count", ">= 0", "orders of levels 2..5 of >= theta x the median of the other sizes, standing", "definition", "1 book",
     "O(10) per book event"},
}};

constexpr bool catalogue_is_in_order() {
  for (std::size_t i = 0; i < kCatalogue.size(); ++i) {
    if (kCatalogue[i].id != static_cast<FeatureId>(i)) return false;
  }
  return true;
}
static_assert(catalogue_is_in_order(), "feature_info() indexes by id");

constexpr auto kAnyTimeframe = Timeframe::kCount;
constexpr std::int32_t kWindowMax = 5000;

/// What a key may hold. A parameter of 0 means its default; without one it must be given.
struct KeyRule {
  Timeframe tf = kAnyTimeframe;
  std::int32_t p0_min = 0, p0_max = 0, p0_default = 0;
  std::int32_t p1_min = 0, p1_max = 0, p1_default = 0;
};

constexpr KeyRule rule_of(FeatureId id) {
  switch (id) {
    case kFlowZ: return {Timeframe::kM1, 5, 240, 0, 200, 5000, 500};
    case kCvdN: return {Timeframe::kM1, 5, 240};
    case kVpin:
    case kVpinCdf: return {Timeframe::kM1, 20, 200, 50};
    case kBarDelta:
    case kBarDeltaZ: return {kAnyTimeframe, 2, kWindowMax, 50};
    case kCvdRaw:
    case kSpread:
    case kSpreadMedian:
    case kSpreadShock:
    case kConfluence: return {Timeframe::kM1};
    case kReturnSigma: return {kAnyTimeframe, 2, kWindowMax};
    case kCloseMeanLag:
    case kCloseSdLag:
    case kCloseZLag:
    case kVolumeRatio:
    case kVolumeZ: return {kAnyTimeframe, 2, kWindowMax};
    case kAdx: return {kAnyTimeframe, 2, 500, 14};
    case kSwingHigh:
    case kSwingLow:
    case kSwingHighTime:
    case kSwingLowTime: return {kAnyTimeframe, 1, 20};
    case kLabel: return {};
    case kVolumeMeanRatio: return {kAnyTimeframe, 1, kWindowMax, 0, 1, kWindowMax};
    case kRealisedVol:
    case kVwapLag:
    case kVolumePercentile:
    case kHighLag:
    case kLowLag:
    case kHighest:
    case kLowest:
    case kCloseLag: return {kAnyTimeframe, 1, kWindowMax};
    case kHurst:
    case kHurstR2: return {Timeframe::kM15, 80, kWindowMax, 400};
    case kHmmHigh:
    case kHmmSteps: return {kAnyTimeframe, 10, 100, 20};
    case kRegimeTrend:
    case kRegimeRange:
    case kRegimeShock:
    case kRegimeLabel: return {Timeframe::kM15};
    case kMoveRank: return {kAnyTimeframe, 1, kWindowMax, 0, 1, 2 * kWindowMax};
    case kDayRangeRatio: return {Timeframe::kM1, 1, 260};
    case kRangeMeanRatio: return {kAnyTimeframe, 1, kWindowMax, 0, 1, kWindowMax};
    case kTdaNorm:
    case kTdaChange:
    case kTdaDistanceZ:
    case kTdaNormH0: return {Timeframe::kM15, 20, 80, 50, 0, 500};
    case kTrueRangeZ: return {kAnyTimeframe, 1, 500, 0, 2, kWindowMax};
    case kWeightedMid:
    case kMicroPrice:
    case kOfiBar:
    case kOfiNorm: return {Timeframe::kM1};
    case kOfi: return {Timeframe::kM1, 20, 2000, 100};
    case kOfiZ:
    case kOfiSamples: return {Timeframe::kM1, 20, 2000, 100, 200, kWindowMax, 500};
    case kMlofi: return {Timeframe::kM1, 2, 10, 5};
    case kBookImbalance:
    case kBookRatio:
    case kBookPressure: return {Timeframe::kM1, 1, 10, 5};
    case kAggressorShare: return {Timeframe::kM1, 1, 50};
    case kPocPrice:
    case kValueAreaLow:
    case kValueAreaHigh: return {Timeframe::kM1, 0, 0, 0, 2, 100, 10};
    case kClusterRatio:
    case kClusterPrice:
    case kClusterAgainst:
    case kClusterAbsorption: return {Timeframe::kM1, -50, 50, 10, 2, 100, 10};
    case kRefillRatio:
    case kRefillCount:
    case kRefillPrice:
    case kRefillHold: return {Timeframe::kM1, -20, 20, 3};
    case kLargeOrders: return {Timeframe::kM1, 3, 50, 10};
    case kCount: break;
  }
  return {};
}

/// Fills defaults and refuses what the feature does not offer: a mistake in set-up code.
FeatureKey checked(FeatureKey key) {
  OMEGA_REQUIRE(key.id < kCount && key.tf < Timeframe::kCount, static_cast<int>(key.id), static_cast<int>(key.tf));
  const KeyRule rule = rule_of(key.id);
  if (key.p0 == 0) key.p0 = rule.p0_default;
  if (key.p1 == 0) key.p1 = rule.p1_default;
  OMEGA_REQUIRE(rule.tf == kAnyTimeframe || rule.tf == key.tf, static_cast<int>(key.id), static_cast<int>(key.tf));
  OMEGA_REQUIRE(key.p0 >= rule.p0_min && key.p0 <= rule.p0_max, static_cast<int>(key.id), key.p0);
  OMEGA_REQUIRE(key.p1 >= rule.p1_min && key.p1 <= rule.p1_max, static_cast<int>(key.id), key.p1);
  return key;
}

}  // namespace

std::span<const FeatureInfo> feature_catalogue() noexcept { return kCatalogue; }

const FeatureInfo& feature_info(FeatureId id) noexcept {
  OMEGA_REQUIRE(id < kCount, static_cast<int>(id), 0);
  return kCatalogue[static_cast<std::size_t>(id)];
}

std::string feature_name(const FeatureKey& key) {
  std::string name = feature_info(key.id).name;
  if (key.p0 != 0) {
    name += "(" + std::to_string(key.p0);
    if (key.p1 != 0 && key.p1 != rule_of(key.id).p1_default) name += "," + std::to_string(key.p1);
    name += ")";
  }
  return name + "@" + kTimeframeName[static_cast<std::size_t>(key.tf)];
}

FeatureHandle FeatureRequests::request(const FeatureKey& key) {
  const FeatureKey wanted = checked(key);
  for (std::size_t h = 0; h < count_; ++h) {
    if (keys_[h] == wanted) return static_cast<FeatureHandle>(h);
  }
  OMEGA_REQUIRE(count_ < kFeaturesMax, count_, kFeaturesMax);
  keys_[count_] = wanted;
  return static_cast<FeatureHandle>(count_++);
}

}  // namespace omega
