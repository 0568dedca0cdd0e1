// What:     Calculators of the families that run in place, inside strategies and other features, and have no key: what is known of each.
// Owner:    a static table of the catalogue; nothing but catalogue.cpp includes it.   Threads: any.
// Order:    by family.
#pragma once

#include "engine/features/catalogue_terms.hpp"

namespace omega::catalogue {

inline constexpr const char* kPairLookback = "lookback_period of S06, correlation_lookback of S07";

// id, family, name, unit, range, formula, source, warm-up, cost, timeframe, inputs, families read, p0, p1, where
inline constexpr FeatureInfo kCalculators[] = {
    {kNoKey, "F02", "trade_sign", "sign", "-1, 0, +1",
     "the venue's aggressor; else +1 above, -1 below the mid in force before the trade, at the mid the sign of the last change of price",
     kLeeReady, "1 trade", "O(1)", kAny, kTradesQuotes, "", kNone, kNone,
     "computed of every trade, for F03 F06 F07 F08 F19 and F33 where the feed has trades"},
    {kNoKey, "F03", "bvc", "volume", "[0, V]",
     "bought volume = V*Phi(dC/sd), dC the change of close, sd its sample sd over lag(500) M1 bars; sold = V - bought; sd 0: half each", kBvcPaper,
     "100 M1 bars", "O(1)", kM1, kVolumeBars, "", kNone, kNone, "computed of every M1 bar, for F06 F07 F08 and delta where the feed has no trades"},
    {kNoKey, "F18", "candle_body", kPriceUnit, ">= 1 tick",
     "max(|C - O|, 1 tick)", "definition", "1 bar", "O(1)", kAny, kBars, "", kNone, kNone, "computed inside the strategies S05, S10, S11 and S19"},
    {kNoKey, "F18", "wick_share", "share", "[0, 1]",
     "(min(O, C) - L)/(H - L) for a buy, (H - max(O, C))/(H - L) for a sale; 0 when H = L", "definition", "1 bar", "O(1)", kAny, kBars, "", kNone,
     kNone, "computed inside the strategy S11; S05 and S10 weigh the same wick by the body"},
    {kNoKey, "F21", "correlation", "ratio", "[-1, 1]",
     "Pearson's rho of the returns of two symbols over w closes that both have; more than 10 % of the closes missed: INVALID",
     "Pearson (1896) Phil. Trans. A 187:253-318; Fisher (1915) Biometrika 10(4):507-521", "w synchronised returns", "O(1)", kAny, kTwoBars, "F11",
     set_by("w, returns", "bars", "lookback_period of S06, correlation_lookback of S07, correlation_lookback of S17, cointegration_lookback of S20"),
     set_by("newest returns, for the short correlation", "bars", "relative_strength_lookback of S07, recent_correlation_window of S17"),
     "computed inside the pair and cascade strategies S06, S07, S17 and S20"},
    {kNoKey, "F22", "hedge_ratio", "ratio", "unbounded",
     "least squares y = alpha + beta*x over w closes that both have: beta = Sxy/Sxx; y, x = 100*ln(mid / mid of the pair's first bar)",
     "Gauss (1809) Theoria Motus; pairs: Vidyamurthy (2004) Pairs Trading, Wiley", "w synchronised closes", "O(1)", kAny, kTwoBars, "",
     set_by("w, closes", "bars", kPairLookback), kNone, "computed inside the pair strategies: S07, and S06 to start F23"},
    {kNoKey, "F23", "kalman_hedge", "sd", "unbounded",
     "(alpha, beta) a random walk, y = alpha + beta*x + noise: P += Q, e = y - H theta, S = HPH' + R, K = PH'/S, theta += Ke; z = e/sqrt(S)",
     "Kalman (1960) J. Basic Eng. 82(1):35-45; Elliott, van der Hoek, Malcolm (2005) Quant. Finance 5(3):271-276", "m synchronised closes", "O(1)",
     kM15, kTwoBars, "F22", set_by("m, closes that start it, and its memory", "bars", "lookback_period of S06"),
     set_by("time between two estimates of R and Q", "h", "recalibration of S06"), "computed inside the pair strategy S06"},
    {kNoKey, "F24", "half_life", "bars", "> 0, or none",
     "kappa = slope of ds on (1, s before); ln 2/(-ln(1 + kappa)) when 0 < 1 + kappa < 1", "Uhlenbeck & Ornstein (1930) Phys. Rev. 36:823-841",
     "w closes", "O(w) per test", kH1, kTwoBars, "F25", set_by("w, closes of a test", "bars", "cointegration_lookback of S20"),
     set_by("closes between two tests", "bars", "retest_interval of S20"), "computed inside the pair strategy S20"},
    {kNoKey, "F24", "adf_t", "t", "unbounded",
     "kappa/se(kappa) of half_life's regression with one lagged ds; below -2.86 (5 %) the series reverts",
     "Dickey & Fuller (1979) JASA 74(366):427-431; MacKinnon (2010) QED working paper 1227", "6 values", "O(w) per test", kAny, kTwoBars, "", kNone,
     kNone, "computed with half_life, and by the library for others; no rule of the 24 strategies reads it"},
    {kNoKey, "F24", "engle_granger", "t", "unbounded",
     "adf_t without a constant of the residuals of y on (1, x); below -3.34 (5 %) the two are cointegrated", kEngleGranger, "6 pairs of values",
     "O(w) per test", kAny, kTwoBars, "F22", kNone, kNone, "a function for strategies of your own; none of the 24 calls it"},
    {kNoKey, "F25", "johansen", "trace", ">= 0",
     "eigenvalues l1 >= l2 of S11^-1 S10 S00^-1 S01, one lagged difference, constant: trace(0) = -n[ln(1-l1) + ln(1-l2)], trace(1) = -n ln(1-l2); "
     "one relation when trace(0) > 15.4943 and trace(1) <= 3.8415 (95 %); spread y + b*x of the first vector",
     "Johansen (1991) Econometrica 59(6):1551-1580; MacKinnon, Haug, Michelis (1999) J. Appl. Econometrics 14(5):563-577", "T closes",
     "O(T) per test", kH1, kTwoBars, "", set_by("T, closes of a test", "bars", "cointegration_lookback of S20"),
     set_by("confidence: .90, .95 or .99", "-", "johansen_confidence of S20"), "computed inside the pair strategy S20"},
    {kNoKey, "F29", "business_days", "days", "unbounded",
     "Monday to Friday outside the holiday list; bd(a, b) = business days after a up to b", "definition", "a holiday list that covers the year",
     "O(1)", kAny, kHolidays, "", kNone, kNone, "computed inside the calendar strategy S21"},
    {kNoKey, "F29", "expiry_day", "day", "a date",
     "third Friday of the month, or the business day before it when that Friday is a holiday", "convention of the US option exchanges",
     "a holiday list that covers the year", "O(1)", kAny, kHolidays, "",
     set_by("business days before it at which its window opens", "days", "opex_anticipation_days of S21"), kNone,
     "computed inside the calendar strategy S21"},
    {kNoKey, "F29", "month_end", "days", ">= 0",
     "business days from the day to the end of its month, itself included: 1 on the last one", "definition", "a holiday list that covers the year",
     "O(1)", kAny, kHolidays, "", set_by("last business days of a quarter", "days", "quarter_end_window_days of S21"),
     set_by("last business days of a month", "days", "month_end_window_days of S21"), "computed inside the calendar strategy S21"},
    {kNoKey, "F29", "news_minutes", "min", "unbounded",
     "minutes since a scheduled release, negative before it", "definition", "1 entry of the calendar", "O(entries)", kM1, kNews, "",
     set_by("before the release", "min", "pre_window of S24"), set_by("after the release", "min", "post_window of S24"),
     "computed inside the news strategy S24"},
    {kNoKey, "F31", "velocity", "u/min", "unbounded",
     "d*(P2 - P1)/u / minutes between them, at least 1; d = +1 long, -1 short, u = the instrument's threshold unit", "definition", "2 prices", "O(1)",
     kM1, kBars, "", kNone, kNone, "computed inside the strategies S02, S13, S15 and S19"},
    {kNoKey, "F32", "levels", kPriceUnit, "> 0; at most 128",
     "swings (k = 2) of 60, 120, 240 and 480 M1 bars, swings (k = 3) of H4 and D1, high and low of the day before, multiples of 50 u next to the "
     "price; those within 1 u merge; one dies of age, or when a bar closes more than penetration_max beyond it; S13's: M1 swings (k = 5) and the "
     "multiples of 50 u alone",
     "Osler (2000) FRBNY Econ. Policy Review 6(2):53-68", "1 bar; 5 bars for a swing", "O(levels) per M1 close", kM1, kBars, "F15",
     set_by("penetration_max, how far beyond a close must lie", "u", "penetration_max of S02, penetration_pips_max of S13"), kNone,
     "one book per instrument beside the strategies: S02, a signal's quality; one of S13's own"},
};

}  // namespace omega::catalogue
