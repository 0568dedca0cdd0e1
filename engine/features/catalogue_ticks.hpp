// What:     Features of quotes, trades and the book, taken at M1 closes.
// Owner:    a static table of the catalogue; nothing but catalogue.cpp includes it.   Threads: any.
// Order:    that of FeatureId.
#pragma once

#include "engine/features/catalogue_terms.hpp"

namespace omega::catalogue {

// id, family, name, unit, range, formula, source, warm-up, cost, timeframe, inputs, families read, p0, p1
inline constexpr FeatureInfo kOfTicks[] = {
    {kWeightedMid, "F01", "wmid", kPriceUnit, "> 0",
     "(a*q_b + b*q_a)/(q_b + q_a)", kGatheral, "1 quote with sizes", "O(1)", kM1, kSizes, "", kNone, kNone},
    {kMicroPrice, "F01", "microprice", kPriceUnit, "> 0",
     "mid + g(I, spread), I = q_b/(q_b + q_a) in 10 bins, spread in 1..3 ticks; g is an input: engine.models.micro_price",
     "Stoikov (2018) Quant. Finance 18(12):1959-1966", "1 quote with sizes; a table", "O(1)", kM1, kSizesModel, "", kNone, kNone},
    {kOfiBar, "F04", "ofi_bar", "size", "unbounded",
     "sum over the bar's quotes of e_n (bid side up or filled adds, ask side takes away)", kContKukanov, "2 quotes with sizes", "O(1) per quote", kM1,
     kSizes, "", kNone, kNone},
    {kOfi, "F04", "ofi", "size", "unbounded",
     "sum of e_n over the last n quotes", kContKukanov, "n + 1 quotes", "O(1) per quote", kM1, kSizes, "", kQuotes, kNone},
    {kOfiZ, "F04", "ofi_z", "sd", "[-4, 4]",
     "z of ofi(n) over lag(p1) of its values at M1 closes, clipped", kContKukanov, "100 closes after ofi(n)", "O(1)", kM1, kSizes, "", kQuotes,
     kQuoteBase},
    {kOfiSamples, "F04", "ofi_samples", "count", ">= 0",
     "values in the lag window of ofi_z", kContKukanov, "n + 1 quotes", "O(1)", kM1, kSizes, "", kQuotes, kQuoteBase},
    {kOfiNorm, "F04", "ofi_n", "ratio", "unbounded",
     "sum of OFI / sum of mean best size over 20 bars", kContKukanov, "20 bars with quotes", "O(1)", kM1, kSizes, "", kNone, kNone},
    {kMlofi, "F05", "mlofi", "size", "unbounded",
     "sum over the bar of sum_m w_m e^m, w_m = (1/m)/sum 1/j", "Xu, Gould, Howison (2018) Market Microstructure and Liquidity 4(3-4):1950011",
     "2 books", "O(M) per book event", kM1, kBook, "", kMlofiLevels, kNone},
    {kBookImbalance, "F09", "book_imbalance", "ratio", "[-1, 1]",
     "(sum Q_b - sum Q_a)/(sum Q_b + sum Q_a) over L levels", "definition", "1 book", "O(L)", kM1, kBook, "", kBookLevels, kNone},
    {kBookRatio, "F09", "l2_ratio", "ratio", "> 0",
     "sum Q_b / sum Q_a over L levels", "definition", "1 book", "O(L)", kM1, kBook, "", kBookLevels, kNone},
    {kBookPressure, "F09", "book_pressure", "ratio", "[-1, 1]",
     "the imbalance with weights 1/(1 + |p - mid|/tick)", "definition", "1 book", "O(L)", kM1, kBook, "", kBookLevels, kNone},
    {kAggressorShare, "F02", "aggressor_share", "share", "[0, 1]",
     "bought / (bought + sold) over the last n bars", kLeeReady, "1 sided trade", "O(1)", kM1, kTrades, "", kShareBars, kNone},
    {kPocPrice, "F19", "poc", kPriceUnit, "> 0",
     "low edge of the bin of most volume over 50 bars, the lowest on ties", kSteidlmayer, "50 bars", "O(bins)", kM1, kTrades, "F02", kNone, kBin},
    {kValueAreaLow, "F19", "value_area_low", kPriceUnit, "> 0",
     "lower edge of 70 % of the volume, grown from the POC", kSteidlmayer, "50 bars", "O(bins)", kM1, kTrades, "F02", kNone, kBin},
    {kValueAreaHigh, "F19", "value_area_high", kPriceUnit, "> 0",
     "upper edge of 70 % of the volume, grown from the POC", kSteidlmayer, "50 bars", "O(bins)", kM1, kTrades, "F02", kNone, kBin},
    {kClusterRatio, "F19", "cluster_ratio", "ratio", ">= 0",
     "volume of the strongest bin within 15 u / mean of non-empty bins", kSteidlmayer, "50 bars", "O(bins)", kM1, kTrades, "F02", kClusterSide, kBin},
    {kClusterPrice, "F19", "cluster_price", kPriceUnit, ">= 0",
     "edge, away from the price, of the bin of cluster_ratio; 0 when all those bins are empty", kSteidlmayer, "50 bars", "with cluster_ratio", kM1, kTrades, "F02", kClusterSide,
     kBin},
    {kClusterAgainst, "F19", "cluster_against", "share", "[0, 1]",
     "aggressive volume toward the bin of cluster_ratio / its volume, last |p0| bars", kSteidlmayer, "50 bars", "with cluster_ratio", kM1, kTrades,
     "F02", kClusterSide, kBin},
    {kClusterAbsorption, "F19", "cluster_absorption", "ratio", ">= 0",
     "volume per u of the bars touching the bin of cluster_ratio / of all 50 bars", kSteidlmayer, "50 bars", "with cluster_ratio", kM1, kTrades,
     "F02", kClusterSide, kBin},
    {kRefillRatio, "F33", "refill_ratio", "ratio", ">= 0",
     "X/peak shown of the side's refilled level, X executed there by opposite aggressors", kFreySandas, "a level with the refills",
     "O(log 64) per event", kM1, kBookTrades, "F02", kRefillSide, kNone},
    {kRefillCount, "F33", "refill_count", "count", ">= 0",
     "times the level of refill_ratio came back to >= 80 % within 500 ms of losing >= 50 %", kFreySandas, "with refill_ratio", "with refill_ratio",
     kM1, kBookTrades, "F02", kRefillSide, kNone},
    {kRefillPrice, "F33", "refill_price", kPriceUnit, ">= 0",
     "price of the level of refill_ratio; 0 when there is none", kFreySandas, "with refill_ratio", "with refill_ratio", kM1, kBookTrades, "F02", kRefillSide, kNone},
    {kRefillHold, "F33", "refill_hold", "bars", ">= 0",
     "M1 bars in a row that the side's best price stayed within 2 u of refill_price", kFreySandas, "with refill_ratio", "with refill_ratio", kM1,
     kBookTrades, "F02", kRefillSide, kNone},
    {kLargeOrders, "F33", "large_orders", "count", ">= 0",
     "orders of levels 2..5 of >= theta x the median of the other sizes, standing", "definition", "1 book", "O(10) per book event", kM1, kBook, "",
     kTheta, kNone},
};

}  // namespace omega::catalogue
