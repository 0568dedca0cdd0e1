// What:     Every event that a lane can hold, as a plain struct, and the envelope that travels on the ring.
// Layout:   each struct is byte-equal to the data section of its Cap'n Proto struct in journal/schema/omega.capnp
//           (fields ordered by size, so the compiler's layout and Cap'n Proto's agree; proved by a test).
//           Every struct starts with ts. Enum values and field order reach disk: DO NOT CHANGE, only append.
// Threads:  value types; any.
// Units:    Price 1e-9 · Qty 1e-8 · Money 1e-8 · ts UTC ns · *_bp basis points · fractions are plain doubles.
#pragma once

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/core/reason_codes.hpp"
#include "engine/core/types.hpp"

namespace omega {

enum class EventType : std::uint16_t {
  kNone = 0,
  // inputs lane
  kBar = 1, kQuote = 2, kTrade = 3, kBookDelta = 4, kBookSnapshot = 5, kNewsEvent = 6, kNewsRelease = 7, kControl = 9, kTimer = 10, kExecReport = 11,
  // features lane
  kFeatureVector = 32, kLargeOrder = 33,
  // signals lane
  kSignal = 48, kExitRequest = 49, kStrategyDisabled = 50, kToxState = 51,
  // risk lane
  kRiskDecision = 64, kKillSwitch = 65,
  // orders lane
  kOrderCommand = 80, kSignalOutcome = 81, kTradeClosed = 82, kEquityMark = 83,
  // any derived lane
  kDigest = 96,
};

enum class Timeframe : std::uint8_t { kM1 = 0, kM5, kM15, kM30, kH1, kH4, kD1, kCount };
inline constexpr std::size_t kTimeframeCount = static_cast<std::size_t>(Timeframe::kCount);
inline constexpr std::array<DurationNs, kTimeframeCount> kTimeframe_ns{
    kMinute_ns, 5 * kMinute_ns, 15 * kMinute_ns, 30 * kMinute_ns, kHour_ns, 4 * kHour_ns, kDay_ns};
inline constexpr std::array<const char*, kTimeframeCount> kTimeframeName{"M1", "M5", "M15", "M30", "H1", "H4", "D1"};
[[nodiscard]] constexpr DurationNs duration_ns(Timeframe tf) noexcept { return kTimeframe_ns[static_cast<std::size_t>(tf)]; }

/// What the OHLC of a Bar is. kBidAsk: both sides given. kBid/kAsk/kMid/kTrade: one price path, stored in bid_*;
/// the other side is modelled from the instrument table (MODELLED_SPREAD in every report).
enum class PriceBasis : std::uint8_t { kBidAsk = 0, kBid = 1, kAsk = 2, kMid = 3, kTrade = 4 };
enum class VolumeKind : std::uint8_t { kNone = 0, kTraded = 1, kTicks = 2, kProxyRange = 3 };

/// Bits of Bar::flags. Any kBad* bit quarantines the bar: journaled, counted, never seen by a feature.
namespace bar_flag {
inline constexpr std::uint16_t kBadPrice = 1 << 0;      // <= 0 or not a number where one was required
inline constexpr std::uint16_t kBadRange = 1 << 1;      // high < max(open, close) or low > min(open, close)
inline constexpr std::uint16_t kBadCrossed = 1 << 2;    // bid > ask at the close
inline constexpr std::uint16_t kBadDuplicate = 1 << 3;  // same t_open as the bar before, same instrument
inline constexpr std::uint16_t kBadOrder = 1 << 4;      // t_open before the bar before, same instrument
inline constexpr std::uint16_t kBadJump = 1 << 5;       // close moved by more than the spike bound
inline constexpr std::uint16_t kBadMask = 0x00ff;
inline constexpr std::uint16_t kSimulated = 1 << 8;     // from the built-in simulated market
inline constexpr std::uint16_t kSynthetic = 1 << 9;     // derived from other instruments
}  // namespace bar_flag

/// One minute of one instrument; covers [t_open, t_open + 60 s), stamped ts = t_open + 60 s.
struct Bar {
  TimeNs ts = 0, t_open = 0;
  Price bid_open = 0, bid_high = 0, bid_low = 0, bid_close = 0;
  Price ask_open = 0, ask_high = 0, ask_low = 0, ask_close = 0;  // 0 unless basis == kBidAsk
  Qty volume = 0;               // 1e-8 units (kTraded) or counts ×1e8 (kTicks, kProxyRange)
  std::uint32_t n_ticks = 0;
  InstrumentId instrument = 0;
  std::uint16_t flags = 0;
  PriceBasis basis = PriceBasis::kBidAsk;
  VolumeKind volume_kind = VolumeKind::kNone;
  std::array<std::uint8_t, 6> pad{};
};
static_assert(sizeof(Bar) == 104);

/// Bits of the flags of a Quote, Trade, BookDelta and BookSnapshot. Any kBad* bit quarantines the event, as for a bar.
namespace tick_flag {
inline constexpr std::uint16_t kBadPrice = bar_flag::kBadPrice;      // <= 0 or above the limit
inline constexpr std::uint16_t kBadSize = 1 << 1;                    // negative or above the limit; a trade of nothing
inline constexpr std::uint16_t kBadCrossed = bar_flag::kBadCrossed;  // bid > ask in a quote or snapshot; levels out of order
inline constexpr std::uint16_t kBadDuplicate = bar_flag::kBadDuplicate;
inline constexpr std::uint16_t kBadOrder = bar_flag::kBadOrder;      // earlier than what came before
inline constexpr std::uint16_t kBadMask = bar_flag::kBadMask;
inline constexpr std::uint16_t kSimulated = bar_flag::kSimulated;
inline constexpr std::uint16_t kGap = 1 << 10;   // the venue's own sequence jumps here: the book is stale until the next snapshot
inline constexpr std::uint16_t kMore = 1 << 11;  // further changes of the same update follow: the book is not whole yet
}  // namespace tick_flag

/// Top of book. A size of 0 is unknown unless the feed has QUOTE_SIZES.
struct Quote {
  TimeNs ts = 0;
  Price bid = 0, ask = 0;
  Qty bid_size = 0, ask_size = 0;
  InstrumentId instrument = 0;
  std::uint16_t flags = 0;      // tick_flag bits
  std::array<std::uint8_t, 4> pad{};
};
static_assert(sizeof(Quote) == 48);

/// What traded. aggressor: the side that took liquidity as the venue sent it, kLong bought, kShort sold, 0 unknown (F02 decides).
struct Trade {
  TimeNs ts = 0;
  Price price = 0;
  Qty size = 0;
  InstrumentId instrument = 0;
  std::uint16_t flags = 0;
  Direction aggressor = 0;
  std::array<std::uint8_t, 3> pad{};
};
static_assert(sizeof(Trade) == 32);

enum class BookSide : std::uint8_t { kBid = 0, kAsk = 1 };
/// One price level as it is now: new_size is absolute, 0 removes the level.
struct BookDelta {
  TimeNs ts = 0;
  Price price = 0;
  Qty new_size = 0;
  std::uint32_t n_orders = 0;   // 0: not known
  InstrumentId instrument = 0;
  std::uint16_t flags = 0;
  BookSide side = BookSide::kBid;
  std::array<std::uint8_t, 7> pad{};
};
static_assert(sizeof(BookDelta) == 40);

inline constexpr std::size_t kBookLevels = 10;  // that a snapshot carries per side
/// Replaces the whole book. Best level first; levels beyond the count are 0.
struct BookSnapshot {
  TimeNs ts = 0;
  std::array<Price, kBookLevels> bid_price{};
  std::array<Qty, kBookLevels> bid_size{};
  std::array<Price, kBookLevels> ask_price{};
  std::array<Qty, kBookLevels> ask_size{};
  InstrumentId instrument = 0;
  std::uint16_t flags = 0;
  std::uint8_t bid_levels = 0, ask_levels = 0;
  std::array<std::uint8_t, 2> pad{};
};
static_assert(sizeof(BookSnapshot) == 336);

/// Three letters of a currency in one number, the first in the lowest byte.
[[nodiscard]] constexpr std::uint32_t currency_code(std::string_view letters) noexcept {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < letters.size() && i < 4; ++i) code |= static_cast<std::uint32_t>(static_cast<unsigned char>(letters[i])) << (8 * i);
  return code;
}

enum class NewsType : std::uint16_t { kOther = 0, kNfp = 1, kFomc = 2, kCpi = 3, kGdp = 4, kEcb = 5, kBoe = 6 };
enum class NewsImpact : std::uint8_t { kLow = 0, kMedium = 1, kHigh = 2 };
namespace news_has {
inline constexpr std::uint8_t kConsensus = 1 << 0, kPrevious = 1 << 1;
}
/// A scheduled release, known from the moment the calendar is published (ts), before ts_release.
struct NewsEvent {
  TimeNs ts = 0, ts_release = 0;
  std::uint64_t event_id = 0;       // hash of time, currency and name
  double consensus = 0, previous = 0;
  std::uint32_t currency = 0;       // currency_code
  NewsType type = NewsType::kOther;
  NewsImpact impact = NewsImpact::kLow;
  std::uint8_t has = 0;             // news_has bits
};
static_assert(sizeof(NewsEvent) == 48);

/// The number itself, at or after ts_release.
struct NewsRelease {
  TimeNs ts = 0;
  std::uint64_t event_id = 0;
  double actual = 0;
};
static_assert(sizeof(NewsRelease) == 24);

enum class ControlCode : std::uint16_t { kResetL4 = 1, kEmergencyStop = 2, kFlattenAll = 3, kDisableStrategy = 4, kEnableStrategy = 5,
                                         kJournalFull = 6, kJournalRoom = 7,  // by the engine itself, about its disk
                                         kLate = 8, kInTime = 9 };            // by the engine itself, about the wall
/// Operator command; part of the recorded stream so that replay reproduces manual acts.
struct Control {
  TimeNs ts = 0;
  std::uint64_t operator_hash = 0;  // xxh64 of the operator id
  std::uint64_t reason_hash = 0;    // xxh64 of the reason text (texts are kept in the manifest's operator log)
  ControlCode code = ControlCode::kResetL4;
  StrategyId strategy = 0;          // for kDisable/kEnableStrategy
  std::array<std::uint8_t, 4> pad{};
};
static_assert(sizeof(Control) == 32);

enum class TimerKind : std::uint16_t { kMinute = 1, kDay = 2 };
/// Made by the sequencer at each UTC minute boundary (kDay when it is also a UTC midnight).
struct Timer {
  TimeNs ts = 0;
  TimerKind kind = TimerKind::kMinute;
  std::array<std::uint8_t, 6> pad{};
};
static_assert(sizeof(Timer) == 16);

enum class ExecKind : std::uint8_t { kFilled = 1, kRejected = 2, kStale = 3, kExpired = 4, kCancelled = 5, kReplaced = 6 };
enum class OrderLeg : std::uint8_t { kEntry = 0, kStopLoss = 1, kTakeProfit1 = 2, kTakeProfit2 = 3, kTakeProfit3 = 4, kClose = 5 };
/// Bits of ExecReport::flags.
namespace exec_flag {
inline constexpr std::uint8_t kBeyondBook = 1 << 0;  // a part was more than the visible book held: its price is modelled
}
/// What the venue did. fill_ts is when the fill happened inside the market event; ts is when it became known.
struct ExecReport {
  TimeNs ts = 0, fill_ts = 0;
  OrderId order_id = 0;           // id of the entry order of the bracket
  std::uint64_t exec_id = 0;      // 1, 2, 3 ... per venue session; same after replay
  Price price = 0;                // fill price, costs of slippage and spread included
  Qty quantity = 0, remaining = 0;// lots 1e-8: filled now; still open in the position afterwards
  Money commission = 0;
  Price slippage = 0;             // adverse part of price, >= 0
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
  ExecKind kind = ExecKind::kFilled;
  OrderLeg leg = OrderLeg::kEntry;
  Direction direction = 0;        // of the position, not of the fill
  std::uint8_t flags = 0;         // exec_flag bits
};
static_assert(sizeof(ExecReport) == 80);

// ---------------------------------------------------------------- derived events

/// Head of a FeatureVector record; the values follow as a Cap'n Proto List(Float64), in catalogue order of
/// the timeframe. An invalid value is stored as the quiet NaN 0x7ff8000000000000 (never computed with).
struct FeatureVectorHead {
  TimeNs ts = 0, t_open = 0;
  Price open = 0, high = 0, low = 0, close = 0;  // mid prices of the closed bar
  Qty volume = 0;
  std::uint32_t n_m1 = 0;          // M1 bars inside
  InstrumentId instrument = 0;
  std::uint16_t flags = 0;         // tf_flag bits
  Timeframe timeframe = Timeframe::kM1;
  std::array<std::uint8_t, 7> pad{};
};
static_assert(sizeof(FeatureVectorHead) == 72);

/// F33: a large resting order of levels 2..5 that has gone again (>= 80 % of it), as the features stage saw it.
struct LargeOrder {
  TimeNs ts = 0, opened_ts = 0;
  Price price = 0;
  Price mid_opened = 0, mid_closed = 0;  // mids x 2 (bid + ask), so that they stay whole
  Qty size = 0, removed = 0, traded = 0; // shown when it opened, or more later; of it gone; of that traded at the price
  double imbalance = 0;                  // F09 over 5 levels, toward the order's side, the least while it stood; [-1, 1]
  double cancel_ratio = 0;               // 1 - traded / removed
  InstrumentId instrument = 0;
  BookSide side = BookSide::kBid;
  std::array<std::uint8_t, 5> pad{};
};
static_assert(sizeof(LargeOrder) == 88);

enum class SignalFamily : std::uint8_t { kReversal = 0, kMomentum = 1, kMicro = 2, kStatArb = 3, kEvent = 4, kFilter = 5 };
enum class FlowSource : std::uint8_t { kNone = 0, kOfiL1 = 1, kTradeSigned = 2, kBvcBar = 3 };
enum class ToxLevel : std::uint8_t { kUnknown = 0, kSafe = 1, kCaution = 2, kElevated = 3, kVeto = 4, kHardVeto = 5 };

/// Bits of Signal::flags: how the bracket is run after the entry fill.
namespace signal_flag {
inline constexpr std::uint16_t kBreakEven = 1 << 0;     // after the first partial, SL moves to the entry fill
inline constexpr std::uint16_t kTrailM15 = 1 << 1;      // from 2R on SL follows confirmed M15 swings (k = 3)
inline constexpr std::uint16_t kTargetsInR = 1 << 2;    // TPs are re-anchored at the entry fill: tp_r × initial risk
inline constexpr std::uint16_t kToxExempt = 1 << 3;     // exempt from S03 and the global VPIN filter
inline constexpr std::uint16_t kUsesVpin = 1 << 4;      // refuses to trade while the S03 state is UNKNOWN
inline constexpr std::uint16_t kHighVolatility = 1 << 5;// F26 says HIGH (m_vol .7)
inline constexpr std::uint16_t kPairFirst = 1 << 6;     // leg 1 of a pair; leg 2 is the signal with the next index
inline constexpr std::uint16_t kPairSecond = 1 << 7;    // leg 2; leg 1 is the signal with the index before
inline constexpr std::uint16_t kPairLeg = kPairFirst | kPairSecond;
}  // namespace signal_flag

/// What the legs of a pair carry in tp_r (they have no targets of their own): both legs the same numbers.
struct PairTerms {
  double hedge_ratio = 0;   // notional of leg 2 / notional of leg 1, > 0
  double risk = 0;          // fraction of leg 1's notional lost at the pair's own stop, > 0
  double reward_risk = 0;   // expected gain at the pair's target in units of that loss
};
template <class T>
[[nodiscard]] constexpr PairTerms pair_terms(const T& leg) noexcept { return {leg.tp_r[0], leg.tp_r[1], leg.tp_r[2]}; }

/// A request to trade, raised by a strategy; not an order. Everything the risk stage needs is inside.
struct Signal {
  TimeNs ts = 0;
  Price entry_ref = 0, stop_loss = 0;          // entry_ref: mid close that raised the signal
  std::array<Price, 3> take_profit{};          // nearest first; unused = 0; the last used one is the final target
  std::array<double, 3> tp_fraction{};         // share of the entry quantity, sums to 1 over the used ones
  std::array<double, 3> tp_r{};                // distance in R, for kTargetsInR; PairTerms for a leg of a pair
  DurationNs time_stop_ns = 0, expiry_ns = 0;  // from ts
  double score = 0, quality_raw = 0, rr_min = 0, m_vol = 1;
  double fz = 0, cvd_n = 0, vpin = 0, conf = 0, str = 0;               // values at ts, for d (conf, str) or raw
  double regime_trend = 0, regime_range = 0, regime_shock = 0;         // F30
  Price spread = 0, spread_median = 0;         // F10 at ts
  double m_tox = 1;                            // S03 multiplier
  std::array<double, 8> criteria{};            // strategy-specific, named by Strategy::criteria_names()
  std::uint32_t index = 0;                     // 0, 1, 2 ... inside the causing event
  std::uint32_t valid_mask = 0;                // signal_valid bits: which of the optional doubles are READY
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
  std::uint16_t flags = 0;
  SignalFamily family = SignalFamily::kReversal;
  Direction direction = 0;
  std::uint8_t level = 0;                      // sizing level 1..5
  std::uint8_t tp_count = 0;
  Timeframe timeframe = Timeframe::kM1;
  FlowSource flow_source = FlowSource::kNone;
  VolumeKind volume_kind = VolumeKind::kNone;
  ToxLevel tox = ToxLevel::kUnknown;
  std::uint8_t pair = 0;                       // the strategy's number of the pair, from 1; 0: not a leg of a pair
  std::uint8_t pad = 0;
};
static_assert(sizeof(Signal) == 320);

namespace signal_valid {
inline constexpr std::uint32_t kFz = 1 << 0, kCvd = 1 << 1, kVpin = 1 << 2, kConf = 1 << 3, kRegime = 1 << 4, kSpread = 1 << 5;
}

enum class ExitReason : std::uint16_t {
  kNone = 0, kStopLoss = 1, kTakeProfit = 2, kTimeStop = 3, kInvalidation = 4, kStrategyTarget = 5,
  kKillSwitchL4 = 6, kKillSwitchL2 = 7, kOperator = 8, kBreakEvenStop = 9, kTrailingStop = 10,
  kLegBroken = 11,  // the other leg of the pair was refused
};
[[nodiscard]] const char* exit_reason_name(ExitReason r) noexcept;  // snake_case, as in report.json

/// A strategy asks to close its own position (target reached in its own terms, or invalidation).
struct ExitRequest {
  TimeNs ts = 0;
  double value = 0, threshold = 0;   // what was compared
  std::uint32_t index = 0;
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
  ExitReason reason = ExitReason::kInvalidation;
  std::uint8_t pair = 0;             // the strategy's pair, both legs; 0: its position on the instrument
  std::uint8_t share_percent = 0;    // of the entry quantity; 0: all that is open
  std::array<std::uint8_t, 4> pad{};
};
static_assert(sizeof(ExitRequest) == 40);

/// Bits: what a (strategy, instrument) lacks. Also the capability mask of an instrument.
namespace capability {
inline constexpr std::uint32_t kBars = 1 << 0, kVolume = 1 << 1, kQuotes = 1 << 2, kQuoteSizes = 1 << 3, kTrades = 1 << 4,
                               kTradesSided = 1 << 5, kL2 = 1 << 6, kCalendarNews = 1 << 7, kCalendarHolidays = 1 << 8,
                               kMulti = 1 << 9, kModel = 1 << 10, kNotBuilt = 1u << 31;
}
/// "BARS+VOLUME" for such bits; empty for none.
[[nodiscard]] std::string capability_names(std::uint32_t bits);
struct StrategyDisabled {
  TimeNs ts = 0;
  std::uint32_t missing = 0;         // capability bits
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
};
static_assert(sizeof(StrategyDisabled) == 16);

struct ToxStateChange {
  TimeNs ts = 0;
  double vpin = 0, multiplier = 0;
  std::uint32_t toxic_streak = 0;
  InstrumentId instrument = 0;
  ToxLevel from = ToxLevel::kUnknown, to = ToxLevel::kUnknown;
};
static_assert(sizeof(ToxStateChange) == 32);

/// Final word of gates 1-9 on one signal, with every number that led to it.
struct RiskDecision {
  TimeNs ts = 0;
  double equity = 0;                                     // account currency
  double q = 0, q_mtf = 0, q_str = 0, q_flow = 0, q_reg = 0, q_perf = 0;
  double weight = 0, net = 0, ev = 0;                    // arbitration
  double risk_fraction = 0, risk_actual = 0, m_q = 0;    // sizing: r, r_a
  double conversion = 0;                                 // account currency per quote currency
  double exposure_total = 0, exposure_symbol = 0, exposure_strategy = 0, exposure_correlated = 0;  // with this trade
  Qty lots = 0;                                          // 1e-8 lots
  std::uint32_t signal_index = 0;
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
  ReasonCode code = ReasonCode::kNone;
  std::uint8_t gate = 0;                                 // 1..9, 0 when approved
  Direction direction = 0;
  std::uint8_t level = 0;
  std::array<std::uint8_t, 3> pad{};
};
static_assert(sizeof(RiskDecision) == 176);

enum class KillSwitchLayer : std::uint8_t { kPerTrade = 1, kDailyLoss = 2, kStrategy = 3, kEmergency = 4, kStatBreaker = 5 };
enum class KillSwitchAction : std::uint8_t { kTrip = 1, kReset = 2, kExpire = 3, kCloseAll = 4 };
struct KillSwitchEvent {
  TimeNs ts = 0, until = 0;           // until: 0 = manual reset or next day roll
  double value = 0, limit = 0;
  StrategyId strategy = 0;            // layer 3
  std::uint16_t rule = 0;             // layer 3: 1 streak, 2 sum of R, 3 win rate; layer 5: 1 t-test, 2 streak
  KillSwitchLayer layer = KillSwitchLayer::kPerTrade;
  KillSwitchAction action = KillSwitchAction::kTrip;
  std::array<std::uint8_t, 2> pad{};
};
static_assert(sizeof(KillSwitchEvent) == 40);

enum class OrderAction : std::uint8_t { kEnter = 1, kModifyStop = 2, kClose = 3, kCancel = 4 };
/// What leaves for the venue. A bracket travels as one order: entry at market, one stop, up to three targets.
struct OrderCommand {
  TimeNs ts = 0, active_ts = 0;       // active_ts = ts + latency L
  OrderId order_id = 0;
  Seq signal_seq = 0;
  Qty quantity = 0;                   // 1e-8 lots (kEnter); kClose: that many, 0 all
  Price entry_ref = 0, stop_loss = 0;
  std::array<Price, 3> take_profit{};
  std::array<Qty, 3> tp_quantity{};   // sums to quantity
  std::array<double, 3> tp_r{};       // PairTerms for a leg of a pair
  TimeNs expiry_ts = 0, deadline_ts = 0;  // entry not filled by expiry_ts -> kExpired; position closed at deadline_ts
  std::uint32_t index = 0;
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
  std::uint16_t flags = 0;            // signal_flag bits
  ExitReason reason = ExitReason::kNone;
  OrderAction action = OrderAction::kEnter;
  Direction direction = 0;
  std::uint8_t tp_count = 0;
  std::uint8_t pair = 0;              // of the strategy; 0: not a leg of a pair
};
static_assert(sizeof(OrderCommand) == 160);

/// Gate 10: how an approved signal ended at the venue.
struct SignalOutcome {
  TimeNs ts = 0;
  OrderId order_id = 0;
  Seq signal_seq = 0;
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
  ReasonCode code = ReasonCode::kNone;
  std::uint16_t pad = 0;
};
static_assert(sizeof(SignalOutcome) == 32);

/// A position from first fill to flat, partials included. All money net of costs, account currency.
/// A pair is one trade: prices and quantity are leg 1's, money is both legs', ts and exit_ts are the later leg's.
struct TradeClosed {
  TimeNs ts = 0, entry_ts = 0, exit_ts = 0;
  OrderId order_id = 0;
  Seq signal_seq = 0;
  Price entry_price = 0, exit_price = 0;   // exit: quantity-weighted mean
  Price initial_stop = 0, final_target = 0;
  Qty quantity = 0;
  Money gross_pnl = 0, net_pnl = 0, commission = 0, slippage = 0, initial_risk = 0;
  double r_multiple = 0, reward_risk_planned = 0;
  InstrumentId instrument = 0;
  StrategyId strategy = 0;
  ExitReason reason = ExitReason::kNone;   // of the last leg
  Direction direction = 0;
  std::uint8_t legs = 0;                   // exit fills, parts of a target each; 255: that many or more
};
static_assert(sizeof(TradeClosed) == 144);

enum class MarkKind : std::uint16_t { kFill = 1, kDayRoll = 2 };
/// equity = initial + realised + open; journaled at each fill and day roll, computed at every M1 close.
struct EquityMark {
  TimeNs ts = 0;
  Money equity = 0, realised = 0, open = 0, peak = 0;
  double max_drawdown = 0;                 // over all M1 marks so far, fraction
  std::uint32_t positions = 0;
  MarkKind kind = MarkKind::kFill;
  std::uint16_t pad = 0;
};
static_assert(sizeof(EquityMark) == 56);

/// Every 65 536 inputs each derived lane records the running digest of all it produced before this record.
struct DigestCheckpoint {
  TimeNs ts = 0;
  std::uint64_t digest = 0, events = 0;
};
static_assert(sizeof(DigestCheckpoint) == 24);

// ---------------------------------------------------------------- envelope

template <class T> struct EventTypeOf;
#define OMEGA_EVENT(T, E) \
  template <> struct EventTypeOf<T> { static constexpr EventType value = EventType::E; }; \
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 8 == 0)
OMEGA_EVENT(Bar, kBar);
OMEGA_EVENT(Quote, kQuote);
OMEGA_EVENT(Trade, kTrade);
OMEGA_EVENT(BookDelta, kBookDelta);
OMEGA_EVENT(BookSnapshot, kBookSnapshot);
OMEGA_EVENT(NewsEvent, kNewsEvent);
OMEGA_EVENT(NewsRelease, kNewsRelease);
OMEGA_EVENT(Control, kControl);
OMEGA_EVENT(Timer, kTimer);
OMEGA_EVENT(ExecReport, kExecReport);
OMEGA_EVENT(FeatureVectorHead, kFeatureVector);
OMEGA_EVENT(LargeOrder, kLargeOrder);
OMEGA_EVENT(Signal, kSignal);
OMEGA_EVENT(ExitRequest, kExitRequest);
OMEGA_EVENT(StrategyDisabled, kStrategyDisabled);
OMEGA_EVENT(ToxStateChange, kToxState);
OMEGA_EVENT(RiskDecision, kRiskDecision);
OMEGA_EVENT(KillSwitchEvent, kKillSwitch);
OMEGA_EVENT(OrderCommand, kOrderCommand);
OMEGA_EVENT(SignalOutcome, kSignalOutcome);
OMEGA_EVENT(TradeClosed, kTradeClosed);
OMEGA_EVENT(EquityMark, kEquityMark);
OMEGA_EVENT(DigestCheckpoint, kDigest);
#undef OMEGA_EVENT

/// Rank inside one ts of the total order (STRATEGIES 1.2); execution reports come just before the market
/// event that filled them, so that every stage knows its positions when it sees it.
[[nodiscard]] constexpr int event_rank(EventType type) noexcept {
  switch (type) {
    case EventType::kTimer: return 0;
    case EventType::kBar: return 1;
    case EventType::kControl: return 2;
    case EventType::kNewsEvent:
    case EventType::kNewsRelease: return 3;
    case EventType::kBookSnapshot: return 4;
    case EventType::kBookDelta: return 5;
    case EventType::kQuote: return 6;
    case EventType::kTrade: return 7;
    default: return 8;
  }
}

/// Facts about one instrument's market: what may fill an order.
[[nodiscard]] constexpr bool is_market(EventType type) noexcept { return type >= EventType::kBar && type <= EventType::kBookSnapshot; }

/// What comes from outside; the engine makes the other inputs itself.
[[nodiscard]] constexpr bool is_external(EventType type) noexcept {
  return is_market(type) || type == EventType::kNewsEvent || type == EventType::kNewsRelease || type == EventType::kControl;
}

/// Bytes of the struct of an input; 0 for other types.
[[nodiscard]] constexpr std::size_t input_body_bytes(EventType type) noexcept {
  switch (type) {
    case EventType::kBar: return sizeof(Bar);
    case EventType::kQuote: return sizeof(Quote);
    case EventType::kTrade: return sizeof(Trade);
    case EventType::kBookDelta: return sizeof(BookDelta);
    case EventType::kBookSnapshot: return sizeof(BookSnapshot);
    case EventType::kNewsEvent: return sizeof(NewsEvent);
    case EventType::kNewsRelease: return sizeof(NewsRelease);
    case EventType::kControl: return sizeof(Control);
    case EventType::kTimer: return sizeof(Timer);
    case EventType::kExecReport: return sizeof(ExecReport);
    default: return 0;
  }
}

/// An input event as it travels: type + the bytes of its struct. seq is 0 until the sequencer gives one.
struct InputEvent {
  static constexpr std::size_t kBody_bytes = sizeof(BookSnapshot);  // the largest input struct
  static constexpr std::size_t kUsual_bytes = sizeof(Bar);          // the largest of the others
  Seq seq = 0;
  EventType type = EventType::kNone;
  alignas(8) std::array<std::uint8_t, kBody_bytes> body;  // only what the type uses has a meaning

  InputEvent() noexcept { std::memset(body.data(), 0, kUsual_bytes); }
  InputEvent(const InputEvent& o) noexcept { copy(o); }
  InputEvent& operator=(const InputEvent& o) noexcept {
    copy(o);
    return *this;
  }
  ~InputEvent() = default;

  template <class T>
  static InputEvent of(const T& value) noexcept {
    static_assert(sizeof(T) <= kBody_bytes);
    InputEvent e;
    e.type = EventTypeOf<T>::value;
    std::memcpy(e.body.data(), &value, sizeof(T));
    return e;
  }
  template <class T>
  [[nodiscard]] const T& as() const noexcept { return *reinterpret_cast<const T*>(body.data()); }
  template <class T>
  [[nodiscard]] T& as() noexcept { return *reinterpret_cast<T*>(body.data()); }
  [[nodiscard]] TimeNs ts() const noexcept { TimeNs t; std::memcpy(&t, body.data(), sizeof t); return t; }
  void set_ts(TimeNs t) noexcept { std::memcpy(body.data(), &t, sizeof t); }
  [[nodiscard]] std::size_t body_bytes() const noexcept { return input_body_bytes(type); }

 private:
  /// Two fixed sizes: what a snapshot alone needs is not paid for by every event.
  void copy(const InputEvent& o) noexcept {
    seq = o.seq;
    type = o.type;
    if (o.type == EventType::kBookSnapshot) std::memcpy(body.data(), o.body.data(), kBody_bytes);
    else std::memcpy(body.data(), o.body.data(), kUsual_bytes);
  }
};
static_assert(sizeof(Quote) <= InputEvent::kUsual_bytes && sizeof(ExecReport) <= InputEvent::kUsual_bytes);

/// Calls visit(struct) with the struct of a market event, const as the event is; false for other events.
template <class Event, class Visit>
bool visit_market(Event& e, Visit&& visit) noexcept {
  switch (e.type) {
    case EventType::kBar: visit(e.template as<Bar>()); return true;
    case EventType::kQuote: visit(e.template as<Quote>()); return true;
    case EventType::kTrade: visit(e.template as<Trade>()); return true;
    case EventType::kBookDelta: visit(e.template as<BookDelta>()); return true;
    case EventType::kBookSnapshot: visit(e.template as<BookSnapshot>()); return true;
    default: return false;
  }
}
/// The instrument of a market event; kNoInstrument of others.
[[nodiscard]] inline InstrumentId instrument_of(const InputEvent& e) noexcept {
  InstrumentId id = kNoInstrument;
  visit_market(e, [&](const auto& m) { id = m.instrument; });
  return id;
}
inline void set_instrument(InputEvent& e, InstrumentId id) noexcept {
  visit_market(e, [&](auto& m) { m.instrument = id; });
}
/// The flags of a market event, kBad* and others; 0 for other events.
[[nodiscard]] inline std::uint16_t market_flags(const InputEvent& e) noexcept {
  std::uint16_t flags = 0;
  visit_market(e, [&](const auto& m) { flags = m.flags; });
  return flags;
}
inline void add_market_flags(InputEvent& e, std::uint16_t flags) noexcept {
  visit_market(e, [&](auto& m) { m.flags = static_cast<std::uint16_t>(m.flags | flags); });
}
[[nodiscard]] inline bool is_quarantined(const InputEvent& e) noexcept { return (market_flags(e) & bar_flag::kBadMask) != 0; }

}  // namespace omega
