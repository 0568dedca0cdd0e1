// A recorded journal as a feed: external inputs only, by time, matched by symbol.
#include "replay/journal_feed.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <tuple>

#include "engine/core/civil_time.hpp"
#include "journal/config_json.hpp"
#include "journal/manifest.hpp"
#include "journal/writer.hpp"

namespace omega::replay {
namespace {

EngineConfig table_of(const std::vector<std::string>& symbols) {
  EngineConfig c;
  for (const std::string& s : symbols) c.instruments.emplace_back().symbol = s;
  return c;
}

class JournalFeedTest : public testing::Test {
 protected:
  static constexpr TimeNs kStart = utc_time(2018, 1, 2);

  void SetUp() override {
    dir_ = std::filesystem::temp_directory_path() / ("omega_feed_" + std::to_string(::getpid()));
    std::filesystem::remove_all(dir_);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  /// Per hour: a timer, a bar of AAAUSD, a bar of BBBUSD (ids 0 and 1), an execution report.
  void record(int hours) const {
    const nlohmann::json config{{"instruments", journal::config_to_json(table_of({"AAAUSD", "BBBUSD"}))["instruments"]}};
    const nlohmann::json feed{{"text", "test"},
                              {"instruments", {{{"symbol", "AAAUSD"}, {"basis", 1}, {"volume_kind", 3}, {"capabilities", 3}, {"simulated", true}},
                                               {{"symbol", "BBBUSD"}, {"basis", 1}, {"volume_kind", 3}, {"capabilities", 3}, {"simulated", true}}}}};
    auto writer = journal::JournalWriter::create(dir_, journal::Manifest::create("id", "test", config, feed),
                                                 {.segment_bytes = 4096, .durable = false});
    ASSERT_TRUE(writer.ok()) << writer.error().message;
    LaneSink& lane = writer.value()->lane(Lane::kInputs);
    Seq seq = 0;
    const auto put = [&](InputEvent e) { lane.append(e.type, ++seq, e.body.data(), e.body_bytes(), {}); };
    for (int h = 1; h <= hours; ++h) {
      const TimeNs ts = kStart + h * kHour_ns;
      put(InputEvent::of(Timer{.ts = ts}));
      Bar bar;
      bar.ts = ts;
      put(InputEvent::of(bar));
      bar.instrument = 1;
      put(InputEvent::of(bar));
      ExecReport report;
      report.ts = ts;
      put(InputEvent::of(report));
    }
    Control control;
    control.ts = kStart + hours * kHour_ns;
    put(InputEvent::of(control));
    ASSERT_TRUE(writer.value()->close().ok());
  }

  [[nodiscard]] std::vector<InputEvent> read(const EngineConfig& config, const FeedRange& range) const {
    auto feed = JournalFeed::open(dir_, config, range);
    EXPECT_TRUE(feed.ok()) << (feed.ok() ? "" : feed.error().message);
    std::vector<InputEvent> events;
    InputEvent e;
    if (!feed.ok()) return events;
    while (feed.value()->next(e)) events.push_back(e);
    EXPECT_EQ(feed.value()->error(), "");
    return events;
  }
  std::filesystem::path dir_;
};

TEST_F(JournalFeedTest, GivesBarsAndOperatorCommandsAndNothingTheEngineMakesItself) {
  record(100);
  const auto events = read(table_of({"AAAUSD", "BBBUSD"}), {});
  ASSERT_EQ(events.size(), 201u);
  for (std::size_t i = 0; i < 200; ++i) ASSERT_EQ(events[i].type, EventType::kBar);
  EXPECT_EQ(events.back().type, EventType::kControl);
  EXPECT_EQ(events[0].ts(), kStart + kHour_ns);
  EXPECT_EQ(events[0].seq, 0u);
}

TEST_F(JournalFeedTest, DescribesWhatWasRecorded) {
  record(48);
  auto feed = JournalFeed::open(dir_, table_of({"AAAUSD", "BBBUSD"}), {});
  ASSERT_TRUE(feed.ok());
  const FeedDescription& d = feed.value()->description();
  ASSERT_EQ(d.instruments.size(), 2u);
  EXPECT_EQ(d.instruments[1].symbol, "BBBUSD");
  EXPECT_EQ(d.instruments[1].volume_kind, VolumeKind::kProxyRange);
  EXPECT_EQ(d.instruments[1].basis, PriceBasis::kBid);
  EXPECT_TRUE(d.instruments[1].simulated);
  EXPECT_EQ(d.from_ts, kStart + kHour_ns);
  EXPECT_EQ(d.to_ts, kStart + 48 * kHour_ns);
}

TEST_F(JournalFeedTest, APeriodHoldsWhatIsStampedAfterItsStartUpToItsEnd) {
  record(100);
  const EngineConfig config = table_of({"AAAUSD", "BBBUSD"});
  const auto middle = read(config, {.from = kStart + 10 * kHour_ns, .to = kStart + 12 * kHour_ns});
  ASSERT_EQ(middle.size(), 4u);
  EXPECT_EQ(middle.front().ts(), kStart + 11 * kHour_ns);
  EXPECT_EQ(middle.back().ts(), kStart + 12 * kHour_ns);
  const auto last_day = read(config, {.last_days = 1});
  EXPECT_EQ(last_day.size(), 49u);
  EXPECT_EQ(last_day.front().ts(), kStart + 77 * kHour_ns);
}

TEST_F(JournalFeedTest, AnEmptyPeriodIsAUsageError) {
  record(10);
  const auto feed = JournalFeed::open(dir_, table_of({"AAAUSD", "BBBUSD"}), {.from = kStart + 100 * kHour_ns});
  ASSERT_FALSE(feed.ok());
  EXPECT_EQ(feed.error().kind, ErrorKind::kUsage);
  EXPECT_NE(feed.error().message.find("no events in the given period"), std::string::npos);
}

TEST_F(JournalFeedTest, FollowsSymbolsWhenTheTableHasChanged) {
  record(1);
  const auto events = read(table_of({"NEWUSD", "BBBUSD", "AAAUSD"}), {});
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].as<Bar>().instrument, 2);
  EXPECT_EQ(events[1].as<Bar>().instrument, 1);
}

TEST_F(JournalFeedTest, StopsAtAnInstrumentThatTheConfigurationDoesNotHave) {
  record(1);
  auto feed = JournalFeed::open(dir_, table_of({"AAAUSD"}), {});
  ASSERT_TRUE(feed.ok());
  InputEvent e;
  EXPECT_TRUE(feed.value()->next(e));
  EXPECT_FALSE(feed.value()->next(e));
  EXPECT_NE(feed.value()->error().find("add its row"), std::string::npos);
}

TEST_F(JournalFeedTest, FeedsOverSharedInputsAreThoseOfFeedsOfTheirOwn) {
  record(100);
  const EngineConfig config = table_of({"BBBUSD", "AAAUSD"});
  for (const FeedRange& range : {FeedRange{}, FeedRange{.last_days = 1}, FeedRange{.from = kStart + 10 * kHour_ns, .to = kStart + 12 * kHour_ns},
                                 FeedRange{.to = kStart + 30 * kHour_ns}}) {
    const auto expected = read(config, range);
    const auto inputs = SharedInputs::open(dir_, range);
    ASSERT_TRUE(inputs.ok()) << inputs.error().message;
    for (int again = 0; again < 2; ++again) {  // one does not use up what the next one reads
      auto shared = JournalFeed::open(inputs.value(), config);
      const auto own = JournalFeed::open(dir_, config, range);
      ASSERT_TRUE(shared.ok() && own.ok());
      const FeedDescription &a = shared.value()->description(), &b = own.value()->description();
      EXPECT_EQ(std::tie(a.text, a.from_ts, a.to_ts), std::tie(b.text, b.from_ts, b.to_ts));
      EXPECT_EQ(a.instruments.size(), b.instruments.size());
      InputEvent e;
      for (const InputEvent& want : expected) {
        ASSERT_TRUE(shared.value()->next(e));
        ASSERT_EQ(e.type, want.type);
        ASSERT_EQ(std::memcmp(e.body.data(), want.body.data(), want.body_bytes()), 0);
      }
      EXPECT_FALSE(shared.value()->next(e));
    }
  }
}

TEST_F(JournalFeedTest, SharedInputsRefuseAnEmptyPeriodAndDamageInTheirPeriodOnly) {
  record(100);
  const EngineConfig config = table_of({"AAAUSD", "BBBUSD"});
  const auto empty = SharedInputs::open(dir_, {.from = kStart + 200 * kHour_ns});
  ASSERT_TRUE(empty.ok()) << empty.error().message;
  const auto feed = JournalFeed::open(empty.value(), config);
  ASSERT_FALSE(feed.ok());
  EXPECT_EQ(feed.error().kind, ErrorKind::kUsage);
  {
    std::fstream first(dir_ / "inputs" / "00000001.seg", std::ios::binary | std::ios::in | std::ios::out);
    first.seekp(2000).put('\xff').put('\xff');
    ASSERT_TRUE(first.good());
  }
  EXPECT_TRUE(SharedInputs::open(dir_, {.last_days = 1}).ok());
  const auto damaged = SharedInputs::open(dir_, {});
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().kind, ErrorKind::kData);
  EXPECT_NE(damaged.error().message.find("lane inputs, segment 00000001.seg"), std::string::npos) << damaged.error().message;
}

}  // namespace
}  // namespace omega::replay
