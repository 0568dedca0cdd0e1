@0xa626266b4983c634;
# Every event that a lane can hold. One struct per mirror in engine/core/events.hpp; fields come in descending
# size, so that the data section is byte-equal to the C++ struct (proved by tests/unit/journal/layout_test.cpp).
# Scalars only and no defaults: the bytes on disk are the values. Ordinals reach disk: DO NOT CHANGE, only append,
# and raise kSchemaVersion (journal/format.hpp) together with FORMAT.md when you do.
# Arrays of the mirror are flattened: take_profit[0..2] is takeProfit0, takeProfit1, takeProfit2.
# The annotations say what a number means; `omega journal cat` prints by them (journal/event_fields.cpp knows their
# ids), and so can any other reader.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("omega::schema");

annotation time @0xf57fdbb0fd7014d9 (field) :Void;              # UTC nanoseconds since 1970-01-01
annotation duration @0xd25be09c3ba03c3a (field) :Void;          # nanoseconds
annotation price @0x9967e82ae4d22e5b (field) :Void;             # 1e-9 of the quote currency
annotation quantity @0xba826c3510f9d506 (field) :Void;          # 1e-8 lots, units or counts
annotation money @0xa013e64a3939cebd (field) :Void;             # 1e-8 of the account currency
annotation instrument @0xf187c61693c3230d (field) :Void;        # index in the manifest's instrument table
annotation strategy @0xfbc7eecb7f8ee1e7 (field) :Void;          # 1..24 for S01..S24, 0 none
annotation side @0xe935fdf8fd321278 (field) :Void;              # +1 long, -1 short, 0 none
annotation hash @0xda7ce63cb09ecaba (field) :Void;              # opaque 64 bits
annotation names @0xaa011cd603091a96 (field) :List(Text);       # name of each value, by index
annotation bits @0x9f9095a53ee0b42b (field) :List(Text);        # name of each bit, from the lowest

annotation code @0xc6f0a1d27b3e5a94 (field) :Void;              # up to four ASCII letters, the first in the lowest byte

const timeframes :List(Text) = ["M1", "M5", "M15", "M30", "H1", "H4", "D1"];
const volumeKinds :List(Text) = ["none", "traded", "ticks", "proxy_range"];
const toxLevels :List(Text) = ["unknown", "safe", "caution", "elevated", "veto", "hard_veto"];
const exitReasons :List(Text) = ["none", "stop_loss", "take_profit", "time_stop", "invalidation", "strategy_target",
  "kill_switch_l4", "kill_switch_l2", "operator", "break_even_stop", "trailing_stop", "leg_broken"];
const reasonCodes :List(Text) = ["NONE", "INVALID_SIGNAL", "KS_L4", "KS_L2", "KS_L3", "STAT_BREAKER", "SESSION",
  "SPREAD", "SHUTDOWN", "NEWS", "VPIN_GLOBAL", "TOX_VETO", "QUALITY_LOW", "ARB_SILENCE", "ARB_LOST", "NO_HEDGE",
  "SIZE_BELOW_MIN", "NO_CONVERSION_RATE", "KS_L1", "EXP_TOTAL", "EXP_SYMBOL", "EXP_STRATEGY", "EXP_CORR", "MAX_POS",
  "RATE_DAY", "RATE_HOUR", "SPACING", "MARGIN", "REJECTED", "FILLED", "PARTIAL", "EXPIRED", "STALE", "PENDING",
  "JOURNAL_FULL", "LATE_DATA"];
const signalFlags :List(Text) = ["break_even", "trail_m15", "targets_in_r", "tox_exempt", "uses_vpin", "high_volatility",
  "pair_first", "pair_second"];

# ------------------------------------------------------------------ inputs lane

struct Bar {  # type 1
  ts @0 :Int64 $time;
  tOpen @1 :Int64 $time;
  bidOpen @2 :Int64 $price;
  bidHigh @3 :Int64 $price;
  bidLow @4 :Int64 $price;
  bidClose @5 :Int64 $price;
  askOpen @6 :Int64 $price;
  askHigh @7 :Int64 $price;
  askLow @8 :Int64 $price;
  askClose @9 :Int64 $price;
  volume @10 :Int64 $quantity;
  nTicks @11 :UInt32;
  instrument @12 :UInt16 $instrument;
  flags @13 :UInt16 $bits(["bad_price", "bad_range", "bad_crossed", "bad_duplicate", "bad_order", "bad_jump", "bad_6",
    "bad_7", "simulated", "synthetic"]);
  basis @14 :UInt8 $names(["bid_ask", "bid", "ask", "mid", "trade"]);
  volumeKind @15 :UInt8 $names(.volumeKinds);
}

const tickFlags :List(Text) = ["bad_price", "bad_size", "bad_crossed", "bad_duplicate", "bad_order", "bad_5", "bad_6", "bad_7",
  "simulated", "", "gap", "more"];

struct Quote {  # type 2; schema 2
  ts @0 :Int64 $time;
  bid @1 :Int64 $price;
  ask @2 :Int64 $price;
  bidSize @3 :Int64 $quantity;
  askSize @4 :Int64 $quantity;
  instrument @5 :UInt16 $instrument;
  flags @6 :UInt16 $bits(.tickFlags);
}

struct Trade {  # type 3; schema 2
  ts @0 :Int64 $time;
  price @1 :Int64 $price;
  size @2 :Int64 $quantity;
  instrument @3 :UInt16 $instrument;
  flags @4 :UInt16 $bits(.tickFlags);
  aggressor @5 :Int8 $side;
}

struct BookDelta {  # type 4; schema 2
  ts @0 :Int64 $time;
  price @1 :Int64 $price;
  newSize @2 :Int64 $quantity;
  nOrders @3 :UInt32;
  instrument @4 :UInt16 $instrument;
  flags @5 :UInt16 $bits(.tickFlags);
  side @6 :UInt8 $names(["bid", "ask"]);
}

struct BookSnapshot {  # type 5; schema 2
  ts @0 :Int64 $time;
  bidPrice0 @1 :Int64 $price;
  bidPrice1 @2 :Int64 $price;
  bidPrice2 @3 :Int64 $price;
  bidPrice3 @4 :Int64 $price;
  bidPrice4 @5 :Int64 $price;
  bidPrice5 @6 :Int64 $price;
  bidPrice6 @7 :Int64 $price;
  bidPrice7 @8 :Int64 $price;
  bidPrice8 @9 :Int64 $price;
  bidPrice9 @10 :Int64 $price;
  bidSize0 @11 :Int64 $quantity;
  bidSize1 @12 :Int64 $quantity;
  bidSize2 @13 :Int64 $quantity;
  bidSize3 @14 :Int64 $quantity;
  bidSize4 @15 :Int64 $quantity;
  bidSize5 @16 :Int64 $quantity;
  bidSize6 @17 :Int64 $quantity;
  bidSize7 @18 :Int64 $quantity;
  bidSize8 @19 :Int64 $quantity;
  bidSize9 @20 :Int64 $quantity;
  askPrice0 @21 :Int64 $price;
  askPrice1 @22 :Int64 $price;
  askPrice2 @23 :Int64 $price;
  askPrice3 @24 :Int64 $price;
  askPrice4 @25 :Int64 $price;
  askPrice5 @26 :Int64 $price;
  askPrice6 @27 :Int64 $price;
  askPrice7 @28 :Int64 $price;
  askPrice8 @29 :Int64 $price;
  askPrice9 @30 :Int64 $price;
  askSize0 @31 :Int64 $quantity;
  askSize1 @32 :Int64 $quantity;
  askSize2 @33 :Int64 $quantity;
  askSize3 @34 :Int64 $quantity;
  askSize4 @35 :Int64 $quantity;
  askSize5 @36 :Int64 $quantity;
  askSize6 @37 :Int64 $quantity;
  askSize7 @38 :Int64 $quantity;
  askSize8 @39 :Int64 $quantity;
  askSize9 @40 :Int64 $quantity;
  instrument @41 :UInt16 $instrument;
  flags @42 :UInt16 $bits(.tickFlags);
  bidLevels @43 :UInt8;
  askLevels @44 :UInt8;
}

struct NewsEvent {  # type 6
  ts @0 :Int64 $time;
  tsRelease @1 :Int64 $time;
  eventId @2 :UInt64 $hash;
  consensus @3 :Float64;
  previous @4 :Float64;
  currency @5 :UInt32 $code;
  newsType @6 :UInt16 $names(["other", "nfp", "fomc", "cpi", "gdp", "ecb", "boe"]);
  impact @7 :UInt8 $names(["low", "medium", "high"]);
  has @8 :UInt8 $bits(["consensus", "previous"]);
}

struct NewsRelease {  # type 7
  ts @0 :Int64 $time;
  eventId @1 :UInt64 $hash;
  actual @2 :Float64;
}

struct Control {  # type 9
  ts @0 :Int64 $time;
  operatorHash @1 :UInt64 $hash;
  reasonHash @2 :UInt64 $hash;
  code @3 :UInt16 $names(["", "reset_l4", "emergency_stop", "flatten_all", "disable_strategy", "enable_strategy",
    "journal_full", "journal_room", "late", "in_time"]);
  strategy @4 :UInt16 $strategy;
}

struct Timer {  # type 10
  ts @0 :Int64 $time;
  kind @1 :UInt16 $names(["", "minute", "day"]);
}

struct ExecReport {  # type 11
  ts @0 :Int64 $time;
  fillTs @1 :Int64 $time;
  orderId @2 :UInt64;
  execId @3 :UInt64;
  price @4 :Int64 $price;
  quantity @5 :Int64 $quantity;
  remaining @6 :Int64 $quantity;
  commission @7 :Int64 $money;
  slippage @8 :Int64 $price;
  instrument @9 :UInt16 $instrument;
  strategy @10 :UInt16 $strategy;
  kind @11 :UInt8 $names(["", "filled", "rejected", "stale", "expired", "cancelled", "replaced"]);
  leg @12 :UInt8 $names(["entry", "stop_loss", "take_profit_1", "take_profit_2", "take_profit_3", "close"]);
  direction @13 :Int8 $side;
  flags @14 :UInt8 $bits(["beyond_book"]);  # schema 2
}

# ------------------------------------------------------------------ features lane

struct FeatureVector {  # type 32; the only type with a pointer: values, in catalogue order of the timeframe
  ts @0 :Int64 $time;
  tOpen @1 :Int64 $time;
  open @2 :Int64 $price;
  high @3 :Int64 $price;
  low @4 :Int64 $price;
  close @5 :Int64 $price;
  volume @6 :Int64 $quantity;
  nM1 @7 :UInt32;
  instrument @8 :UInt16 $instrument;
  flags @9 :UInt16 $bits(["gap", "no_volume"]);
  timeframe @10 :UInt8 $names(.timeframes);
  values @11 :List(Float64);  # an invalid one is the quiet NaN 0x7ff8000000000000
}

struct LargeOrder {  # type 33; schema 2
  ts @0 :Int64 $time;
  openedTs @1 :Int64 $time;
  price @2 :Int64 $price;
  midOpened @3 :Int64;  # bid + ask, 1e-9
  midClosed @4 :Int64;
  size @5 :Int64 $quantity;
  removed @6 :Int64 $quantity;
  traded @7 :Int64 $quantity;
  imbalance @8 :Float64;
  cancelRatio @9 :Float64;
  instrument @10 :UInt16 $instrument;
  side @11 :UInt8 $names(["bid", "ask"]);
}

# ------------------------------------------------------------------ signals lane

struct Signal {  # type 48
  ts @0 :Int64 $time;
  entryRef @1 :Int64 $price;
  stopLoss @2 :Int64 $price;
  takeProfit0 @3 :Int64 $price;
  takeProfit1 @4 :Int64 $price;
  takeProfit2 @5 :Int64 $price;
  tpFraction0 @6 :Float64;
  tpFraction1 @7 :Float64;
  tpFraction2 @8 :Float64;
  tpR0 @9 :Float64;
  tpR1 @10 :Float64;
  tpR2 @11 :Float64;
  timeStopNs @12 :Int64 $duration;
  expiryNs @13 :Int64 $duration;
  score @14 :Float64;
  qualityRaw @15 :Float64;
  rrMin @16 :Float64;
  mVol @17 :Float64;
  fz @18 :Float64;
  cvdN @19 :Float64;
  vpin @20 :Float64;
  conf @21 :Float64;
  str @22 :Float64;
  regimeTrend @23 :Float64;
  regimeRange @24 :Float64;
  regimeShock @25 :Float64;
  spread @26 :Int64 $price;
  spreadMedian @27 :Int64 $price;
  mTox @28 :Float64;
  criteria0 @29 :Float64;
  criteria1 @30 :Float64;
  criteria2 @31 :Float64;
  criteria3 @32 :Float64;
  criteria4 @33 :Float64;
  criteria5 @34 :Float64;
  criteria6 @35 :Float64;
  criteria7 @36 :Float64;
  index @37 :UInt32;
  validMask @38 :UInt32 $bits(["fz", "cvd", "vpin", "conf", "regime", "spread"]);
  instrument @39 :UInt16 $instrument;
  strategy @40 :UInt16 $strategy;
  flags @41 :UInt16 $bits(.signalFlags);
  family @42 :UInt8 $names(["reversal", "momentum", "micro", "stat_arb", "event", "filter"]);
  direction @43 :Int8 $side;
  level @44 :UInt8;
  tpCount @45 :UInt8;
  timeframe @46 :UInt8 $names(.timeframes);
  flowSource @47 :UInt8 $names(["none", "ofi_l1", "trade_signed", "bvc_bar"]);
  volumeKind @48 :UInt8 $names(.volumeKinds);
  tox @49 :UInt8 $names(.toxLevels);
  pair @50 :UInt8;  # schema 2; with a pair tpR0..2 are hedge ratio, risk and reward / risk
}

struct ExitRequest {  # type 49
  ts @0 :Int64 $time;
  value @1 :Float64;
  threshold @2 :Float64;
  index @3 :UInt32;
  instrument @4 :UInt16 $instrument;
  strategy @5 :UInt16 $strategy;
  reason @6 :UInt16 $names(.exitReasons);
  pair @7 :UInt8;          # schema 2
  sharePercent @8 :UInt8;  # schema 2; 0 all
}

struct StrategyDisabled {  # type 50
  ts @0 :Int64 $time;
  missing @1 :UInt32 $bits(["bars", "volume", "quotes", "quote_sizes", "trades", "trades_sided", "l2", "calendar_news",
    "calendar_holidays", "multi", "model", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",
    "not_built"]);
  instrument @2 :UInt16 $instrument;
  strategy @3 :UInt16 $strategy;
}

struct ToxStateChange {  # type 51
  ts @0 :Int64 $time;
  vpin @1 :Float64;
  multiplier @2 :Float64;
  toxicStreak @3 :UInt32;
  instrument @4 :UInt16 $instrument;
  from @5 :UInt8 $names(.toxLevels);
  to @6 :UInt8 $names(.toxLevels);
}

# ------------------------------------------------------------------ risk lane

struct RiskDecision {  # type 64
  ts @0 :Int64 $time;
  equity @1 :Float64;
  q @2 :Float64;
  qMtf @3 :Float64;
  qStr @4 :Float64;
  qFlow @5 :Float64;
  qReg @6 :Float64;
  qPerf @7 :Float64;
  weight @8 :Float64;
  net @9 :Float64;
  ev @10 :Float64;
  riskFraction @11 :Float64;
  riskActual @12 :Float64;
  mQ @13 :Float64;
  conversion @14 :Float64;
  exposureTotal @15 :Float64;
  exposureSymbol @16 :Float64;
  exposureStrategy @17 :Float64;
  exposureCorrelated @18 :Float64;
  lots @19 :Int64 $quantity;
  signalIndex @20 :UInt32;
  instrument @21 :UInt16 $instrument;
  strategy @22 :UInt16 $strategy;
  code @23 :UInt16 $names(.reasonCodes);
  gate @24 :UInt8;
  direction @25 :Int8 $side;
  level @26 :UInt8;
}

struct KillSwitchEvent {  # type 65
  ts @0 :Int64 $time;
  until @1 :Int64 $time;
  value @2 :Float64;
  limit @3 :Float64;
  strategy @4 :UInt16 $strategy;
  rule @5 :UInt16;
  layer @6 :UInt8 $names(["", "per_trade", "daily_loss", "strategy", "emergency", "stat_breaker"]);
  action @7 :UInt8 $names(["", "trip", "reset", "expire", "close_all"]);
}

# ------------------------------------------------------------------ orders lane

struct OrderCommand {  # type 80
  ts @0 :Int64 $time;
  activeTs @1 :Int64 $time;
  orderId @2 :UInt64;
  signalSeq @3 :UInt64;
  quantity @4 :Int64 $quantity;
  entryRef @5 :Int64 $price;
  stopLoss @6 :Int64 $price;
  takeProfit0 @7 :Int64 $price;
  takeProfit1 @8 :Int64 $price;
  takeProfit2 @9 :Int64 $price;
  tpQuantity0 @10 :Int64 $quantity;
  tpQuantity1 @11 :Int64 $quantity;
  tpQuantity2 @12 :Int64 $quantity;
  tpR0 @13 :Float64;
  tpR1 @14 :Float64;
  tpR2 @15 :Float64;
  expiryTs @16 :Int64 $time;
  deadlineTs @17 :Int64 $time;
  index @18 :UInt32;
  instrument @19 :UInt16 $instrument;
  strategy @20 :UInt16 $strategy;
  flags @21 :UInt16 $bits(.signalFlags);
  reason @22 :UInt16 $names(.exitReasons);
  action @23 :UInt8 $names(["", "enter", "modify_stop", "close", "cancel"]);
  direction @24 :Int8 $side;
  tpCount @25 :UInt8;
  pair @26 :UInt8;  # schema 2
}

struct SignalOutcome {  # type 81
  ts @0 :Int64 $time;
  orderId @1 :UInt64;
  signalSeq @2 :UInt64;
  instrument @3 :UInt16 $instrument;
  strategy @4 :UInt16 $strategy;
  code @5 :UInt16 $names(.reasonCodes);
}

struct TradeClosed {  # type 82
  ts @0 :Int64 $time;
  entryTs @1 :Int64 $time;
  exitTs @2 :Int64 $time;
  orderId @3 :UInt64;
  signalSeq @4 :UInt64;
  entryPrice @5 :Int64 $price;
  exitPrice @6 :Int64 $price;
  initialStop @7 :Int64 $price;
  finalTarget @8 :Int64 $price;
  quantity @9 :Int64 $quantity;
  grossPnl @10 :Int64 $money;
  netPnl @11 :Int64 $money;
  commission @12 :Int64 $money;
  slippage @13 :Int64 $money;
  initialRisk @14 :Int64 $money;
  rMultiple @15 :Float64;
  rewardRiskPlanned @16 :Float64;
  instrument @17 :UInt16 $instrument;
  strategy @18 :UInt16 $strategy;
  reason @19 :UInt16 $names(.exitReasons);
  direction @20 :Int8 $side;
  legs @21 :UInt8;
}

struct EquityMark {  # type 83
  ts @0 :Int64 $time;
  equity @1 :Int64 $money;
  realised @2 :Int64 $money;
  open @3 :Int64 $money;
  peak @4 :Int64 $money;
  maxDrawdown @5 :Float64;
  positions @6 :UInt32;
  kind @7 :UInt16 $names(["", "fill", "day_roll"]);
}

# ------------------------------------------------------------------ any derived lane

struct DigestCheckpoint {  # type 96
  ts @0 :Int64 $time;
  digest @1 :UInt64 $hash;
  events @2 :UInt64;
}
