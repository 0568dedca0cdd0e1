// The invariants that hold for the whole pipeline, over the simulated market (STRATEGIES 5.4: 1 replay and checkpoint,
// 2 no look-ahead, 3 isolation, 7 accounting), with the ring size as a dimension that must not matter.
#include <cstring>
#include <random>

#include "tests/unit/pipeline/pipeline_fixture.hpp"

namespace omega::test {
namespace {

constexpr std::uint64_t kSeed = 20241123;

struct Recorded {
  Recorder recorder;
  std::unique_ptr<Pipeline> pipeline;
  explicit Recorded(const EngineConfig& config) { pipeline = std::make_unique<Pipeline>(config, recorder.sinks()); }
  void feed(std::span<const InputEvent> events) {
    for (const InputEvent& e : events) pipeline->on_external(e);
  }
};

void expect_equal(const Recorder& a, const Recorder& b, const std::string& what) {
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    ASSERT_EQ(a.lanes[l].records.size(), b.lanes[l].records.size()) << what << ": lane " << kLaneName[l];
    for (std::size_t i = 0; i < a.lanes[l].records.size(); ++i) {
      ASSERT_EQ(a.lanes[l].records[i], b.lanes[l].records[i]) << what << ": lane " << kLaneName[l] << ", record " << i << ", seq "
                                                              << a.lanes[l].records[i].seq;
    }
  }
}

class Invariants : public ::testing::Test {
 protected:
  Invariants() : config_(base_config()) {
    std::printf("SEED=%llu\n", static_cast<unsigned long long>(kSeed));
    auto feed = market(config_, 1, 45, {"EURUSD", "USDJPY"});
    run_config_ = resolved(config_, *feed);
    events_ = events_of(*feed);
  }
  EngineConfig config_, run_config_;
  std::vector<InputEvent> events_;
};

TEST_F(Invariants, TwoRunsAreEqualWhateverTheRingSize) {
  Recorded a(run_config_);
  a.feed(events_);
  for (const std::uint32_t slots : {2u, 1024u}) {
    EngineConfig other = run_config_;
    other.pipeline.ring_slots = slots;
    Recorded b(other);
    b.feed(events_);
    expect_equal(a.recorder, b.recorder, "ring of " + std::to_string(slots));
  }
}

TEST_F(Invariants, RestoringACheckpointAtAnyCutContinuesToTheByte) {
  Recorded whole(run_config_);
  whole.feed(events_);
  std::mt19937_64 rng(kSeed);
  for (int round = 0; round < 50; ++round) {
    const std::size_t cut = 1 + rng() % (events_.size() - 1);
    SCOPED_TRACE("cut after external event " + std::to_string(cut));
    // One live pipeline walks to the cut; its checkpoint feeds a fresh one for the next stretch only: long enough for
    // any lost state to show, short enough for fifty cuts.
    Recorded head(run_config_);
    head.feed({events_.data(), cut});
    StateWriter state;
    head.pipeline->save(state);
    Recorded tail(run_config_);
    StateReader reader(state.bytes());
    tail.pipeline->load(reader);
    ASSERT_TRUE(reader.at_end());
    const std::size_t stretch = std::min<std::size_t>(events_.size() - cut, 4000);
    tail.feed({events_.data() + cut, stretch});
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      const auto& all = whole.recorder.lanes[l].records;
      const auto& before = head.recorder.lanes[l].records;
      const auto& after = tail.recorder.lanes[l].records;
      ASSERT_LE(before.size() + after.size(), all.size());
      for (std::size_t i = 0; i < after.size(); ++i) {
        ASSERT_EQ(after[i], all[before.size() + i]) << "lane " << kLaneName[l] << ", seq " << after[i].seq;
      }
    }
  }
}

TEST_F(Invariants, OutputsOfAPrefixDoNotDependOnWhatComesLater) {
  Recorded whole(run_config_);
  whole.feed(events_);
  for (const std::size_t cut : {events_.size() / 7, events_.size() / 2, events_.size() - 3}) {
    Recorded prefix(run_config_);
    prefix.feed({events_.data(), cut});
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      const auto& all = whole.recorder.lanes[l].records;
      const auto& part = prefix.recorder.lanes[l].records;
      ASSERT_LE(part.size(), all.size());
      for (std::size_t i = 0; i < part.size(); ++i) ASSERT_EQ(part[i], all[i]) << "lane " << kLaneName[l] << ", record " << i;
    }
  }
}

TEST_F(Invariants, AnUnrelatedSymbolChangesNoFeatureAndNoSignalOfTheOthers) {
  // The same EURUSD and USDJPY bars, with XAUUSD beside them (made by shifting EURUSD's path).
  EngineConfig wider = run_config_;
  InstrumentId gold = kNoInstrument;
  for (std::size_t i = 0; i < wider.instruments.size(); ++i) {
    if (wider.instruments[i].symbol == "XAUUSD") gold = static_cast<InstrumentId>(i);
  }
  ASSERT_NE(gold, kNoInstrument);
  const InstrumentId eurusd = events_.front().as<Bar>().instrument;
  wider.instruments[gold].active = true;
  wider.instruments[gold].capabilities = wider.instruments[eurusd].capabilities;
  wider.instruments[gold].volume_kind = VolumeKind::kTicks;
  std::vector<InputEvent> merged;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    merged.push_back(events_[i]);
    const bool last_of_minute = i + 1 == events_.size() || events_[i + 1].ts() != events_[i].ts();
    if (!last_of_minute) continue;
    InputEvent e = events_[i];
    Bar& b = e.as<Bar>();
    b.instrument = gold;
    for (Price* p : {&b.bid_open, &b.bid_high, &b.bid_low, &b.bid_close, &b.ask_open, &b.ask_high, &b.ask_low, &b.ask_close}) *p += 1'900'000'000'000;
    merged.push_back(e);
  }
  Recorded narrow(run_config_), wide(wider);
  narrow.feed(events_);
  wide.feed(merged);
  // Compare what belongs to the old symbols, without the sequence numbers that the new one shifts.
  const auto bodies = [&](const Recorder& r, Lane lane, EventType type, std::size_t instrument_at) {
    std::vector<std::string> out;
    for (const auto& rec : r.lanes[static_cast<std::size_t>(lane)].records) {
      if (rec.type != type) continue;
      InstrumentId id;
      std::memcpy(&id, rec.bytes.data() + instrument_at, sizeof id);
      if (id != gold) out.push_back(rec.bytes);
    }
    return out;
  };
  EXPECT_EQ(bodies(narrow.recorder, Lane::kFeatures, EventType::kFeatureVector, offsetof(FeatureVectorHead, instrument)),
            bodies(wide.recorder, Lane::kFeatures, EventType::kFeatureVector, offsetof(FeatureVectorHead, instrument)));
  const auto signals = [&](const Recorder& r) {
    std::vector<std::string> out;
    for (const auto& rec : r.lanes[static_cast<std::size_t>(Lane::kSignals)].records) {
      if (rec.type != EventType::kSignal) continue;
      Signal s;
      std::memcpy(&s, rec.bytes.data(), sizeof s);
      if (s.instrument == gold) continue;
      s.index = 0;  // its place among the signals of one event may shift
      out.emplace_back(reinterpret_cast<const char*>(&s), sizeof s);
    }
    return out;
  };
  EXPECT_EQ(signals(narrow.recorder), signals(wide.recorder));
  EXPECT_FALSE(bodies(narrow.recorder, Lane::kFeatures, EventType::kFeatureVector, offsetof(FeatureVectorHead, instrument)).empty());
}

TEST_F(Invariants, TheBooksBalanceAtEveryMarkAndEverySignalHasOneReason) {
  Recorded run(run_config_);
  run.feed(events_);
  const Money initial = static_cast<Money>(run_config_.risk.initial_capital) * kMoneyScale;
  Money closed = 0;
  std::uint64_t marks = 0, signals = 0, decisions = 0, fills_without_order = 0;
  std::vector<OrderId> ordered;
  for (const auto& rec : run.recorder.lanes[static_cast<std::size_t>(Lane::kOrders)].records) {
    if (rec.type == EventType::kTradeClosed) {
      TradeClosed t;
      std::memcpy(&t, rec.bytes.data(), sizeof t);
      closed += t.net_pnl;
    } else if (rec.type == EventType::kEquityMark) {
      EquityMark m;
      std::memcpy(&m, rec.bytes.data(), sizeof m);
      EXPECT_EQ(m.equity, initial + m.realised + m.open) << "seq " << rec.seq;
      if (m.positions == 0) {
        EXPECT_EQ(m.realised, closed) << "seq " << rec.seq;
      }
      ++marks;
    } else if (rec.type == EventType::kOrderCommand) {
      OrderCommand c;
      std::memcpy(&c, rec.bytes.data(), sizeof c);
      if (c.action == OrderAction::kEnter) ordered.push_back(c.order_id);
    }
  }
  for (const auto& rec : run.recorder.lanes[0].records) {
    if (rec.type != EventType::kExecReport) continue;
    ExecReport r;
    std::memcpy(&r, rec.bytes.data(), sizeof r);
    fills_without_order += std::find(ordered.begin(), ordered.end(), r.order_id) == ordered.end() ? 1 : 0;
  }
  for (const auto& rec : run.recorder.lanes[static_cast<std::size_t>(Lane::kSignals)].records) signals += rec.type == EventType::kSignal ? 1 : 0;
  for (const auto& rec : run.recorder.lanes[static_cast<std::size_t>(Lane::kRisk)].records) {
    if (rec.type != EventType::kRiskDecision) continue;
    ++decisions;
    RiskDecision d;
    std::memcpy(&d, rec.bytes.data(), sizeof d);
    if (d.code != ReasonCode::kApproved) continue;
    EXPECT_LE(d.exposure_total, run_config_.risk.exposure_total_max);
    EXPECT_LE(d.exposure_symbol, run_config_.risk.exposure_symbol_max);
    EXPECT_LE(d.exposure_strategy, run_config_.risk.exposure_strategy_max);
    EXPECT_LE(d.risk_actual, run_config_.risk.l1_risk_max);
  }
  EXPECT_EQ(signals, decisions);
  EXPECT_EQ(fills_without_order, 0u);
  EXPECT_GT(marks, 0u);
}

}  // namespace
}  // namespace omega::test
