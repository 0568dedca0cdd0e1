// `journal cat` prints every field by name, and the names in the schema agree with those in the engine.
#include "journal/event_json.hpp"

#include <nlohmann/json.hpp>

#include <limits>

#include "journal/event_fields.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

template <class T>
std::string line(const T& event, Lane lane, const NameTables& names = {}, std::span<const double> list = {}) {
  FrameView view;
  view.type = EventTypeOf<T>::value;
  view.lane = lane;
  view.seq = 7;
  view.body = reinterpret_cast<const std::uint8_t*>(&event);
  view.body_bytes = sizeof event;
  view.list = list;
  return to_json_line(view, names);
}

TEST(EventJson, ABarIsPrintedWithExactDecimalsAndNames) {
  Bar bar{.ts = 1'700'000'040'000'000'000, .t_open = 1'699'999'980'000'000'000};
  bar.bid_open = 1'085'430'000;
  bar.bid_high = -5;
  bar.volume = 12'345'000'000;
  bar.n_ticks = 3;
  bar.instrument = 1;
  bar.flags = bar_flag::kBadRange | bar_flag::kSimulated | 1 << 15;
  bar.volume_kind = VolumeKind::kTicks;
  EXPECT_EQ(line(bar, Lane::kInputs, {{"EURUSD", "GBPUSD"}, {}}),
            R"({"lane":"inputs","seq":7,"type":"bar","ts":"2023-11-14T22:14:00.000000000Z",)"
            R"("t_open":"2023-11-14T22:13:00.000000000Z","bid_open":1.08543,"bid_high":-0.000000005,"bid_low":0,)"
            R"("bid_close":0,"ask_open":0,"ask_high":0,"ask_low":0,"ask_close":0,"volume":123.45,"n_ticks":3,)"
            R"("instrument":"GBPUSD","flags":["bad_range","simulated","bit15"],"basis":"bid_ask","volume_kind":"ticks"})");
}

TEST(EventJson, ArraysComeBackAsArraysAndUnknownCodesAsNumbers) {
  Signal signal{};
  signal.take_profit = {1'000'000'000, 2'500'000'000, 0};
  signal.criteria[7] = std::numeric_limits<double>::quiet_NaN();
  signal.direction = kShort;
  signal.tox = static_cast<ToxLevel>(99);
  signal.strategy = 3;
  signal.instrument = 500;
  const auto json = nlohmann::json::parse(line(signal, Lane::kSignals, {{"EURUSD"}, {"", "S01", "S02", "S03"}}));
  EXPECT_EQ(json["take_profit"], nlohmann::json::parse("[1, 2.5, 0]"));
  EXPECT_EQ(json["criteria"].size(), 8u);
  EXPECT_TRUE(json["criteria"][7].is_null());
  EXPECT_EQ(json["direction"], "short");
  EXPECT_EQ(json["tox"], 99);
  EXPECT_EQ(json["strategy"], "S03");
  EXPECT_EQ(json["instrument"], 500);
}

TEST(EventJson, AFeatureVectorHasItsValues) {
  const std::vector<double> values{1, 0.1, std::numeric_limits<double>::quiet_NaN()};
  const std::string text = line(FeatureVectorHead{.n_m1 = 5, .timeframe = Timeframe::kH4}, Lane::kFeatures, {}, values);
  EXPECT_NE(text.find(R"("n_m1":5)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("timeframe":"H4")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("values":[1,0.1,null])"), std::string::npos) << text;
}

TEST(EventJson, EveryTypeOfRandomBytesIsValidJsonWithEveryField) {
  EventMaker maker(1, true);
  for (const Lane lane : {Lane::kInputs, Lane::kFeatures, Lane::kSignals, Lane::kRisk, Lane::kOrders})
    for (int i = 0; i < 200; ++i) {
      const ModelEvent e = maker.make(lane);
      FrameView view;
      view.type = e.type;
      view.lane = lane;
      view.body = e.body.data();
      view.body_bytes = e.body.size();
      view.list = e.list;
      const std::string text = to_json_line(view);
      const auto json = nlohmann::json::parse(text, nullptr, false);
      ASSERT_FALSE(json.is_discarded()) << text;
      ASSERT_EQ(json.size(), 3 + fields_of(e.type).fields.size() + fields_of(e.type).has_values);
      ASSERT_EQ(event_type_of(json["type"].get<std::string>()), e.type);
    }
}

TEST(EventJson, TheSchemaNamesAgreeWithTheEngine) {
  const auto names = [](EventType type, const char* field) {
    for (const FieldInfo& f : fields_of(type).fields)
      if (f.name == field) return f.names;
    return std::vector<std::string>{};
  };
  const auto codes = names(EventType::kRiskDecision, "code");
  ASSERT_EQ(codes.size(), kReasonNames.size());
  for (std::size_t i = 0; i < codes.size(); ++i) EXPECT_EQ(codes[i], kReasonNames[i]);
  const auto timeframes = names(EventType::kFeatureVector, "timeframe");
  ASSERT_EQ(timeframes.size(), kTimeframeCount);
  for (std::size_t i = 0; i < timeframes.size(); ++i) EXPECT_EQ(timeframes[i], kTimeframeName[i]);
  const auto reasons = names(EventType::kTradeClosed, "reason");
  for (std::size_t i = 0; i < reasons.size(); ++i) EXPECT_EQ(reasons[i], exit_reason_name(static_cast<ExitReason>(i)));
  EXPECT_EQ(names(EventType::kStrategyDisabled, "missing").size(), 32u);
}

TEST(EventJson, TimesAreRfc3339WithNanoseconds) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(rfc3339(1'709'210'096'000'000'007), "2024-02-29T12:34:56.000000007Z");
}

}  // namespace
}  // namespace omega::journal
