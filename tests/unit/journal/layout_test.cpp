// Guards the fast path's one assumption: the bytes of a mirror struct ARE the data section of its Cap'n Proto struct,
// and a frame's body IS what any Cap'n Proto library would build. When red: a field was added, moved or retyped on
// one side only. Fix the side that changed by mistake; a wanted change needs a new kSchemaVersion and a FORMAT.md row.
#include <capnp/message.h>
#include <capnp/schema.h>
#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "journal/event_shape.hpp"
#include "journal/schema/omega.capnp.h"

namespace omega::journal {
namespace {

/// Values that differ in every byte, and never hold a zero byte, so that a swapped or lost field cannot hide.
class Distinct {
 public:
  template <class V>
  V next() {
    std::array<std::uint8_t, sizeof(V)> bytes;
    for (auto& b : bytes) b = static_cast<std::uint8_t>(1 + counter_++ % 251);
    if constexpr (std::is_floating_point_v<V>) bytes.back() = 0x40;  // finite
    V v;
    std::memcpy(&v, bytes.data(), sizeof v);
    return v;
  }

 private:
  unsigned counter_ = 0;
};

/// One schema struct and its mirror: fills both with the same values, or compares both.
template <class S, class T>
class Pair {
 public:
  using Builder = typename S::Builder;
  using Reader = typename S::Reader;

  template <class V, class M>
  void field(void (Builder::*set)(V), V (Reader::*get)() const, M& member) {
    static_assert(sizeof(V) == sizeof(M));
    if (filling_) {
      const V v = distinct_.template next<V>();
      (builder_.*set)(v);
      std::memcpy(&member, &v, sizeof v);
    } else {
      const V v = (reader_.*get)();
      EXPECT_EQ(std::memcmp(&v, &member, sizeof v), 0) << "field " << fields_;
    }
    ++fields_;
  }

  /// visit(pair, mirror) names every field once.
  template <class Visit>
  void prove(Visit visit, std::size_t pad_bytes, std::size_t pointers = 0) {
    capnp::MallocMessageBuilder message;
    builder_ = message.initRoot<S>();
    T mirror{};
    visit(*this, mirror);
    const auto schema = capnp::Schema::from<S>();
    EXPECT_EQ(fields_ + pointers, schema.getFields().size()) << "a field of the schema is not compared";
    std::size_t zeros = 0;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&mirror);
    for (std::size_t i = 0; i < sizeof(T); ++i) zeros += bytes[i] == 0;
    EXPECT_EQ(zeros, pad_bytes) << "a field of the mirror is not compared";

    // Cap'n Proto to mirror.
    const EventShape& shape = shape_of(static_cast<std::uint16_t>(EventTypeOf<T>::value));
    const auto segments = message.getSegmentsForOutput();
    ASSERT_EQ(segments.size(), 1u);
    const auto words = segments[0].asBytes();
    ASSERT_EQ(words.size(), 8 + sizeof(T) + 8 * pointers);
    EXPECT_EQ(shape.body_bytes, sizeof(T));
    EXPECT_EQ(std::memcmp(words.begin(), &shape.root, 8), 0) << "root pointer";
    EXPECT_EQ(std::memcmp(words.begin() + 8, &mirror, sizeof(T)), 0) << "data section";

    // Mirror to Cap'n Proto: our own bytes, read by the generated reader.
    std::vector<std::uint64_t> body(1 + sizeof(T) / 8 + pointers);
    body[0] = shape.root;
    std::memcpy(&body[1], &mirror, sizeof(T));
    const kj::ArrayPtr<const capnp::word> segment(reinterpret_cast<const capnp::word*>(body.data()), body.size());
    capnp::SegmentArrayMessageReader reader(kj::arrayPtr(&segment, 1));
    reader_ = reader.getRoot<S>();
    filling_ = false;
    fields_ = 0;
    visit(*this, mirror);
  }

 private:
  Builder builder_{nullptr};
  Reader reader_;
  Distinct distinct_;
  bool filling_ = true;
  std::size_t fields_ = 0;
};

#define F(Name, member) p.field(&P::Builder::set##Name, &P::Reader::get##Name, m.member)
#define PROVE(Schema, Mirror, pad, pointers, ...)           \
  do {                                                      \
    using P = Pair<schema::Schema, Mirror>;                 \
    P{}.prove([](P& p, Mirror& m) { __VA_ARGS__; }, pad, pointers); \
  } while (false)

TEST(Layout, BarIsItsCapnProtoDataSection) {
  PROVE(Bar, Bar, 6, 0, F(Ts, ts); F(TOpen, t_open); F(BidOpen, bid_open); F(BidHigh, bid_high); F(BidLow, bid_low);
        F(BidClose, bid_close); F(AskOpen, ask_open); F(AskHigh, ask_high); F(AskLow, ask_low); F(AskClose, ask_close);
        F(Volume, volume); F(NTicks, n_ticks); F(Instrument, instrument); F(Flags, flags); F(Basis, basis);
        F(VolumeKind, volume_kind));
}
TEST(Layout, QuoteIsItsCapnProtoDataSection) {
  PROVE(Quote, Quote, 4, 0, F(Ts, ts); F(Bid, bid); F(Ask, ask); F(BidSize, bid_size); F(AskSize, ask_size); F(Instrument, instrument);
        F(Flags, flags));
}
TEST(Layout, TradeIsItsCapnProtoDataSection) {
  PROVE(Trade, Trade, 3, 0, F(Ts, ts); F(Price, price); F(Size, size); F(Instrument, instrument); F(Flags, flags); F(Aggressor, aggressor));
}
TEST(Layout, BookDeltaIsItsCapnProtoDataSection) {
  PROVE(BookDelta, BookDelta, 7, 0, F(Ts, ts); F(Price, price); F(NewSize, new_size); F(NOrders, n_orders); F(Instrument, instrument);
        F(Flags, flags); F(Side, side));
}
TEST(Layout, BookSnapshotIsItsCapnProtoDataSection) {
  PROVE(BookSnapshot, BookSnapshot, 2, 0, F(Ts, ts); F(BidPrice0, bid_price[0]); F(BidPrice1, bid_price[1]); F(BidPrice2, bid_price[2]); F(BidPrice3, bid_price[3]); F(BidPrice4, bid_price[4]);
        F(BidPrice5, bid_price[5]); F(BidPrice6, bid_price[6]); F(BidPrice7, bid_price[7]); F(BidPrice8, bid_price[8]); F(BidPrice9, bid_price[9]);
        F(BidSize0, bid_size[0]); F(BidSize1, bid_size[1]); F(BidSize2, bid_size[2]); F(BidSize3, bid_size[3]); F(BidSize4, bid_size[4]);
        F(BidSize5, bid_size[5]); F(BidSize6, bid_size[6]); F(BidSize7, bid_size[7]); F(BidSize8, bid_size[8]); F(BidSize9, bid_size[9]);
        F(AskPrice0, ask_price[0]); F(AskPrice1, ask_price[1]); F(AskPrice2, ask_price[2]); F(AskPrice3, ask_price[3]); F(AskPrice4, ask_price[4]);
        F(AskPrice5, ask_price[5]); F(AskPrice6, ask_price[6]); F(AskPrice7, ask_price[7]); F(AskPrice8, ask_price[8]); F(AskPrice9, ask_price[9]);
        F(AskSize0, ask_size[0]); F(AskSize1, ask_size[1]); F(AskSize2, ask_size[2]); F(AskSize3, ask_size[3]); F(AskSize4, ask_size[4]);
        F(AskSize5, ask_size[5]); F(AskSize6, ask_size[6]); F(AskSize7, ask_size[7]); F(AskSize8, ask_size[8]); F(AskSize9, ask_size[9]);
        F(Instrument, instrument); F(Flags, flags); F(BidLevels, bid_levels); F(AskLevels, ask_levels));
}
TEST(Layout, LargeOrderIsItsCapnProtoDataSection) {
  PROVE(LargeOrder, LargeOrder, 5, 0, F(Ts, ts); F(OpenedTs, opened_ts); F(Price, price); F(MidOpened, mid_opened); F(MidClosed, mid_closed);
        F(Size, size); F(Removed, removed); F(Traded, traded); F(Imbalance, imbalance); F(CancelRatio, cancel_ratio);
        F(Instrument, instrument); F(Side, side));
}
TEST(Layout, NewsEventIsItsCapnProtoDataSection) {
  PROVE(NewsEvent, NewsEvent, 0, 0, F(Ts, ts); F(TsRelease, ts_release); F(EventId, event_id); F(Consensus, consensus);
        F(Previous, previous); F(Currency, currency); F(NewsType, type); F(Impact, impact); F(Has, has));
}
TEST(Layout, NewsReleaseIsItsCapnProtoDataSection) {
  PROVE(NewsRelease, NewsRelease, 0, 0, F(Ts, ts); F(EventId, event_id); F(Actual, actual));
}
TEST(Layout, ControlIsItsCapnProtoDataSection) {
  PROVE(Control, Control, 4, 0, F(Ts, ts); F(OperatorHash, operator_hash); F(ReasonHash, reason_hash); F(Code, code);
        F(Strategy, strategy));
}
TEST(Layout, TimerIsItsCapnProtoDataSection) { PROVE(Timer, Timer, 6, 0, F(Ts, ts); F(Kind, kind)); }
TEST(Layout, ExecReportIsItsCapnProtoDataSection) {
  PROVE(ExecReport, ExecReport, 0, 0, F(Ts, ts); F(FillTs, fill_ts); F(OrderId, order_id); F(ExecId, exec_id);
        F(Price, price); F(Quantity, quantity); F(Remaining, remaining); F(Commission, commission);
        F(Slippage, slippage); F(Instrument, instrument); F(Strategy, strategy); F(Kind, kind); F(Leg, leg);
        F(Direction, direction); F(Flags, flags));
}
TEST(Layout, FeatureVectorHeadIsItsCapnProtoDataSection) {
  PROVE(FeatureVector, FeatureVectorHead, 7, 1, F(Ts, ts); F(TOpen, t_open); F(Open, open); F(High, high); F(Low, low);
        F(Close, close); F(Volume, volume); F(NM1, n_m1); F(Instrument, instrument); F(Flags, flags);
        F(Timeframe, timeframe));
}
TEST(Layout, SignalIsItsCapnProtoDataSection) {
  PROVE(Signal, Signal, 1, 0, F(Ts, ts); F(EntryRef, entry_ref); F(StopLoss, stop_loss); F(TakeProfit0, take_profit[0]);
        F(TakeProfit1, take_profit[1]); F(TakeProfit2, take_profit[2]); F(TpFraction0, tp_fraction[0]);
        F(TpFraction1, tp_fraction[1]); F(TpFraction2, tp_fraction[2]); F(TpR0, tp_r[0]); F(TpR1, tp_r[1]);
        F(TpR2, tp_r[2]); F(TimeStopNs, time_stop_ns); F(ExpiryNs, expiry_ns); F(Score, score);
        F(QualityRaw, quality_raw); F(RrMin, rr_min); F(MVol, m_vol); F(Fz, fz); F(CvdN, cvd_n); F(Vpin, vpin);
        F(Conf, conf); F(Str, str); F(RegimeTrend, regime_trend); F(RegimeRange, regime_range);
        F(RegimeShock, regime_shock); F(Spread, spread); F(SpreadMedian, spread_median); F(MTox, m_tox);
        F(Criteria0, criteria[0]); F(Criteria1, criteria[1]); F(Criteria2, criteria[2]); F(Criteria3, criteria[3]);
        F(Criteria4, criteria[4]); F(Criteria5, criteria[5]); F(Criteria6, criteria[6]); F(Criteria7, criteria[7]);
        F(Index, index); F(ValidMask, valid_mask); F(Instrument, instrument); F(Strategy, strategy); F(Flags, flags);
        F(Family, family); F(Direction, direction); F(Level, level); F(TpCount, tp_count); F(Timeframe, timeframe);
        F(FlowSource, flow_source); F(VolumeKind, volume_kind); F(Tox, tox);
        F(Pair, pair));
}
TEST(Layout, ExitRequestIsItsCapnProtoDataSection) {
  PROVE(ExitRequest, ExitRequest, 4, 0, F(Ts, ts); F(Value, value); F(Threshold, threshold); F(Index, index);
        F(Instrument, instrument); F(Strategy, strategy); F(Reason, reason); F(Pair, pair); F(SharePercent, share_percent));
}
TEST(Layout, StrategyDisabledIsItsCapnProtoDataSection) {
  PROVE(StrategyDisabled, StrategyDisabled, 0, 0, F(Ts, ts); F(Missing, missing); F(Instrument, instrument);
        F(Strategy, strategy));
}
TEST(Layout, ToxStateChangeIsItsCapnProtoDataSection) {
  PROVE(ToxStateChange, ToxStateChange, 0, 0, F(Ts, ts); F(Vpin, vpin); F(Multiplier, multiplier);
        F(ToxicStreak, toxic_streak); F(Instrument, instrument); F(From, from); F(To, to));
}
TEST(Layout, RiskDecisionIsItsCapnProtoDataSection) {
  PROVE(RiskDecision, RiskDecision, 3, 0, F(Ts, ts); F(Equity, equity); F(Q, q); F(QMtf, q_mtf); F(QStr, q_str);
        F(QFlow, q_flow); F(QReg, q_reg); F(QPerf, q_perf); F(Weight, weight); F(Net, net); F(Ev, ev);
        F(RiskFraction, risk_fraction); F(RiskActual, risk_actual); F(MQ, m_q); F(Conversion, conversion);
        F(ExposureTotal, exposure_total); F(ExposureSymbol, exposure_symbol); F(ExposureStrategy, exposure_strategy);
        F(ExposureCorrelated, exposure_correlated); F(Lots, lots); F(SignalIndex, signal_index);
        F(Instrument, instrument); F(Strategy, strategy); F(Code, code); F(Gate, gate); F(Direction, direction);
        F(Level, level));
}
TEST(Layout, KillSwitchEventIsItsCapnProtoDataSection) {
  PROVE(KillSwitchEvent, KillSwitchEvent, 2, 0, F(Ts, ts); F(Until, until); F(Value, value); F(Limit, limit);
        F(Strategy, strategy); F(Rule, rule); F(Layer, layer); F(Action, action));
}
TEST(Layout, OrderCommandIsItsCapnProtoDataSection) {
  PROVE(OrderCommand, OrderCommand, 0, 0, F(Ts, ts); F(ActiveTs, active_ts); F(OrderId, order_id);
        F(SignalSeq, signal_seq); F(Quantity, quantity); F(EntryRef, entry_ref); F(StopLoss, stop_loss);
        F(TakeProfit0, take_profit[0]); F(TakeProfit1, take_profit[1]); F(TakeProfit2, take_profit[2]);
        F(TpQuantity0, tp_quantity[0]); F(TpQuantity1, tp_quantity[1]); F(TpQuantity2, tp_quantity[2]);
        F(TpR0, tp_r[0]); F(TpR1, tp_r[1]); F(TpR2, tp_r[2]); F(ExpiryTs, expiry_ts); F(DeadlineTs, deadline_ts);
        F(Index, index); F(Instrument, instrument); F(Strategy, strategy); F(Flags, flags); F(Reason, reason);
        F(Action, action); F(Direction, direction); F(TpCount, tp_count); F(Pair, pair));
}
TEST(Layout, SignalOutcomeIsItsCapnProtoDataSection) {
  PROVE(SignalOutcome, SignalOutcome, 2, 0, F(Ts, ts); F(OrderId, order_id); F(SignalSeq, signal_seq);
        F(Instrument, instrument); F(Strategy, strategy); F(Code, code));
}
TEST(Layout, TradeClosedIsItsCapnProtoDataSection) {
  PROVE(TradeClosed, TradeClosed, 0, 0, F(Ts, ts); F(EntryTs, entry_ts); F(ExitTs, exit_ts); F(OrderId, order_id);
        F(SignalSeq, signal_seq); F(EntryPrice, entry_price); F(ExitPrice, exit_price); F(InitialStop, initial_stop);
        F(FinalTarget, final_target); F(Quantity, quantity); F(GrossPnl, gross_pnl); F(NetPnl, net_pnl);
        F(Commission, commission); F(Slippage, slippage); F(InitialRisk, initial_risk); F(RMultiple, r_multiple);
        F(RewardRiskPlanned, reward_risk_planned); F(Instrument, instrument); F(Strategy, strategy); F(Reason, reason);
        F(Direction, direction); F(Legs, legs));
}
TEST(Layout, EquityMarkIsItsCapnProtoDataSection) {
  PROVE(EquityMark, EquityMark, 2, 0, F(Ts, ts); F(Equity, equity); F(Realised, realised); F(Open, open);
        F(Peak, peak); F(MaxDrawdown, max_drawdown); F(Positions, positions); F(Kind, kind));
}
TEST(Layout, DigestCheckpointIsItsCapnProtoDataSection) {
  PROVE(DigestCheckpoint, DigestCheckpoint, 0, 0, F(Ts, ts); F(Digest, digest); F(Events, events));
}

TEST(Layout, ListFollowsTheStructAsCapnProtoBuildsIt) {
  for (const std::size_t count : {0u, 1u, 2u, 128u}) {
    capnp::MallocMessageBuilder message(4096);
    auto root = message.initRoot<schema::FeatureVector>();
    root.setTs(42);
    auto values = root.initValues(static_cast<unsigned>(count));
    for (unsigned i = 0; i < count; ++i) values.set(i, 0.5 + i);

    FeatureVectorHead head{.ts = 42};
    std::vector<std::uint64_t> body{shape_of(32).root};
    body.resize(1 + sizeof head / 8);
    std::memcpy(&body[1], &head, sizeof head);
    body.push_back(list_pointer(count));
    for (std::size_t i = 0; i < count; ++i) body.push_back(std::bit_cast<std::uint64_t>(0.5 + static_cast<double>(i)));

    const auto words = message.getSegmentsForOutput()[0].asBytes();
    ASSERT_EQ(words.size(), 8 * body.size());
    EXPECT_EQ(std::memcmp(words.begin(), body.data(), words.size()), 0) << count << " values";
  }
}

TEST(Layout, EveryEventTypeHasAShapeInSomeLane) {
  std::size_t known = 0;
  for (std::uint16_t type = 0; type < kShapes.size(); ++type) known += shape_of(type).root != 0;
  EXPECT_EQ(known, 23u);
  EXPECT_EQ(shape_of(0xffff).root, 0u);
}

}  // namespace
}  // namespace omega::journal
