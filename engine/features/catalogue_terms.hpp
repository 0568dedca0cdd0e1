// What:     Words that lines of the catalogue share: papers, units, inputs, and what the parameters of keys mean and may be.
// Owner:    static tables.   Threads: any.
#pragma once

#include "engine/features/catalogue.hpp"

namespace omega::catalogue {

using enum FeatureId;
inline constexpr Timeframe kM1 = Timeframe::kM1, kM15 = Timeframe::kM15, kH1 = Timeframe::kH1;
inline constexpr FeatureId kNoKey = FeatureId::kCount;      // computed in place
inline constexpr Timeframe kAny = Timeframe::kCount;
inline constexpr std::int32_t kWindowMax = 5000;

// ---- papers
inline constexpr const char* kBvcPaper = "Easley, Lopez de Prado, O'Hara (2012) RFS 25(5):1457-1493";
inline constexpr const char* kWilder = "Wilder (1978) New Concepts in Technical Trading Systems";
inline constexpr const char* kHurstPaper = "Hurst (1951) Trans. ASCE 116:770-799; Anis, Lloyd (1976) Biometrika 63(1):111-116";
inline constexpr const char* kAbdl = "Andersen, Bollerslev, Diebold, Labys (2003) Econometrica 71(2):579-625";
inline constexpr const char* kGideaKatz = "Gidea & Katz (2018) Physica A 491:820-834";
inline constexpr const char* kBubenik = "Bubenik (2015) JMLR 16:77-102";
inline constexpr const char* kHamilton = "Hamilton (1989) Econometrica 57(2):357-384; Rabiner (1989) Proc. IEEE 77(2):257-286";
inline constexpr const char* kContKukanov = "Cont, Kukanov, Stoikov (2014) J. Financial Econometrics 12(1):47-88";
inline constexpr const char* kLeeReady = "Lee & Ready (1991) J. Finance 46(2):733-746";
inline constexpr const char* kGatheral = "Gatheral & Oomen (2010) Finance Stoch. 14:249-283";
inline constexpr const char* kSteidlmayer = "Steidlmayer (1984) CBOT Market Profile; Dalton, Jones, Dalton (1993) Mind over Markets";
inline constexpr const char* kFreySandas = "Frey & Sandas (2017) Quarterly J. Finance 7(3):1750007";
inline constexpr const char* kEngleGranger = "Engle & Granger (1987) Econometrica 55(2):251-276; MacKinnon (2010) QED working paper 1227";
inline constexpr const char* kRegimeSource =
    "Omega's own score of published inputs: Hurst (1951), Wilder (1978), Andersen et al. (2003), Easley et al. (2012); "
    "weights and bounds are conventions";

// ---- units and costs
inline constexpr const char* kPriceUnit = "price 1e-9";
// OrderStatisticRing: searches take O(log n); the words that a new value moves are cheaper than a tree's steps up to thousands of them.
inline constexpr const char* kSorted = "O(log n) and one move of at most n words, at most 256 + n/128 beyond 2048";

// ---- inputs: items with ", " between them; "a or b": the first that the feed has
inline constexpr const char* kBars = "bars";
inline constexpr const char* kVolumeBars = "bars with volume";
inline constexpr const char* kBidAsk = "bars with bid and ask";
inline constexpr const char* kFlow = "trades or bars with volume";
inline constexpr const char* kAnyFlow = "quote sizes or trades or bars with volume";
inline constexpr const char* kBidAskFlow = "bars with bid and ask, trades or bars with volume";
inline constexpr const char* kBarsModel = "bars, volatility model file";
inline constexpr const char* kSizes = "quote sizes";
inline constexpr const char* kSizesModel = "quote sizes, micro-price table file";
inline constexpr const char* kTrades = "trades";
inline constexpr const char* kTradesQuotes = "trades, quotes";
inline constexpr const char* kBook = "book";
inline constexpr const char* kBookTrades = "book, trades";
inline constexpr const char* kTwoBars = "bars of two symbols";
inline constexpr const char* kHolidays = "holiday list";
inline constexpr const char* kNews = "news calendar";

// ---- parameters of keys: meaning, unit, least, most, what 0 stands for (0: must be given)
inline constexpr FeatureParam kNone{};
inline constexpr FeatureParam kFlowBars{"W, M1 bars of the flow sum", "bars", 5, 240};
inline constexpr FeatureParam kFlowBase{"base, earlier sums that give mean and sd", "values", 200, 5000, 500};
inline constexpr FeatureParam kDeltaBars{"n, window of delta_z; delta is the same for all", "bars", 2, kWindowMax, 50};
inline constexpr FeatureParam kBuckets{"n, volume buckets", "buckets", 20, 200, 50};
inline constexpr FeatureParam kWindow1{"n (w), window", "bars", 1, kWindowMax};
inline constexpr FeatureParam kWindow2{"n (w), window", "bars", 2, kWindowMax};
inline constexpr FeatureParam kBarsAgo{"n, how far back", "bars", 1, kWindowMax};
inline constexpr FeatureParam kAdxBars{"n, Wilder's smoothing", "bars", 2, 500, 14};
inline constexpr FeatureParam kSwingBars{"k, bars on each side of a swing", "bars", 1, 20};
inline constexpr FeatureParam kNear{"a, newest bars", "bars", 1, kWindowMax};
inline constexpr FeatureParam kBefore{"b, bars before those", "bars", 1, kWindowMax};
inline constexpr FeatureParam kHurstReturns{"N, returns", "returns", 80, kWindowMax, 400};
inline constexpr FeatureParam kHmmReturns{"w, returns of sigma", "returns", 10, 100, 20};
inline constexpr FeatureParam kMoveBars{"k, bars of a return", "bars", 1, kWindowMax};
inline constexpr FeatureParam kMoveRanked{"n, earlier returns to rank it among", "values", 1, 2 * kWindowMax};
inline constexpr FeatureParam kDays{"n, full UTC days", "days", 1, 260};
inline constexpr FeatureParam kRangeBars{"k, bars of a mean true range", "bars", 1, 500};
inline constexpr FeatureParam kRangeBase{"n, earlier means", "values", 2, kWindowMax};
inline constexpr FeatureParam kTdaPoints{"n, points of the cloud, one a bar", "bars", 20, 80, 50};
inline constexpr FeatureParam kTdaLifetime{"least lifetime kept, of the largest death", "permille", 0, 500};
inline constexpr FeatureParam kQuotes{"n, quotes", "quotes", 20, 2000, 100};
inline constexpr FeatureParam kQuoteBase{"M1 closes that give mean and sd", "values", 200, kWindowMax, 500};
inline constexpr FeatureParam kMlofiLevels{"M, levels of each side", "levels", 2, 10, 5};
inline constexpr FeatureParam kBookLevels{"L, levels of each side", "levels", 1, 10, 5};
inline constexpr FeatureParam kShareBars{"n, M1 bars", "bars", 1, 50};
inline constexpr FeatureParam kBin{"width of a bin", "u/10", 2, 100, 10};
inline constexpr FeatureParam kClusterSide{"> 0: bins below price, < 0: above; |p0|: bars of cluster_against", "bars", -50, 50, 10};
inline constexpr FeatureParam kRefillSide{"> 0: bid side, < 0: ask side; |p0|: least refills", "refills", -20, 20, 3};
inline constexpr FeatureParam kTheta{"theta, large from so many medians on", "medians", 3, 50, 10};

/// A parameter of a calculator that strategies set: "lookback_period of S06, ...".
[[nodiscard]] constexpr FeatureParam set_by(const char* meaning, const char* unit, const char* strategies) {
  return {.meaning = meaning, .unit = unit, .set_by = strategies};
}

}  // namespace omega::catalogue
