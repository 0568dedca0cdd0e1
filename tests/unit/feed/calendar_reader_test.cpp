// Calendars: twelve-hour clock, zone, rows without a time, repeats, the tail that belongs to the next year; merged with bars.
#include "adapters/feed/calendar_reader.hpp"

#include "engine/core/civil_time.hpp"
#include "feed_fixture.hpp"

namespace omega::feed {
namespace {

using testing::TempFolder;

constexpr const char* kHeader = "Date,Time,Currency,Event,Impact,Actual,Forecast,Previous,Combined DateTime\n";

struct CalendarImport {
  ImportReport report;
  std::vector<InputEvent> events;
  [[nodiscard]] std::vector<NewsEvent> news() const {
    std::vector<NewsEvent> out;
    for (const InputEvent& e : events) {
      if (e.type == EventType::kNewsEvent) out.push_back(e.as<NewsEvent>());
    }
    return out;
  }
};

Result<CalendarImport> import(std::vector<ImportOptions> sets) {
  CalendarImport out;
  auto report = import_files(sets, testing::instrument_table(), [&](const InputEvent& e) -> Status {
    out.events.push_back(e);
    return Ok{};
  });
  if (!report) return report.error();
  out.report = std::move(report).value();
  return out;
}
ImportOptions calendar(std::vector<std::filesystem::path> files, const char* tz = "UTC+8") {
  return {.format = Format::kCalendar, .tz = tz, .files = std::move(files)};
}

TEST(Calendar, ARowBecomesAnEventADayBeforeAndAReleaseAtItsTime) {
  const TempFolder t;
  const auto r = import({calendar({t.write("c.csv", std::string(kHeader) +
      "2018-01-05,9:30pm,USD,Non-Farm Employment Change,High,148K,190K,252K,2018-01-05 21:30:00\n")})});
  ASSERT_TRUE(r) << r.error().message;
  ASSERT_EQ(r.value().events.size(), 2u);
  const NewsEvent& e = r.value().events[0].as<NewsEvent>();
  EXPECT_EQ(e.ts_release, utc_time(2018, 1, 5, 13, 30));
  EXPECT_EQ(e.ts, utc_time(2018, 1, 4, 13, 30));
  EXPECT_EQ(e.currency, currency_code("USD"));
  EXPECT_EQ(e.type, NewsType::kNfp);
  EXPECT_EQ(e.impact, NewsImpact::kHigh);
  EXPECT_DOUBLE_EQ(e.consensus, 190'000);
  EXPECT_DOUBLE_EQ(e.previous, 252'000);
  EXPECT_EQ(e.has, news_has::kConsensus | news_has::kPrevious);
  const NewsRelease& release = r.value().events[1].as<NewsRelease>();
  EXPECT_EQ(release.ts, e.ts_release);
  EXPECT_EQ(release.event_id, e.event_id);
  EXPECT_DOUBLE_EQ(release.actual, 148'000);
  EXPECT_TRUE(r.value().report.clean());
}

TEST(Calendar, TheTwelveHourClockRunsFromMidnightToNoon) {
  const TempFolder t;
  const auto at = [&](const char* time) {
    const auto r = import({calendar({t.write("c.csv", std::string(kHeader) + "2018-03-01," + time + ",USD,X,Low,,,,\n")}, "UTC")});
    return r && !r.value().news().empty() ? time_of_day(r.value().news()[0].ts_release) : -1;
  };
  EXPECT_EQ(at("12:00am"), 0);
  EXPECT_EQ(at("12:30pm"), 12 * kHour_ns + 30 * kMinute_ns);
  EXPECT_EQ(at("1:05am"), kHour_ns + 5 * kMinute_ns);
  EXPECT_EQ(at("11:59pm"), 24 * kHour_ns - kMinute_ns);
  for (const char* none : {"All Day", "Day 1", "Tentative", "Jan Data", "13:00pm", "0:00am", "1:60am", "1:5am", ""}) EXPECT_EQ(at(none), -1) << none;
}

TEST(Calendar, RowsWithoutATimeAreNotedRepeatsLeftOutAndBadRowsCounted) {
  const TempFolder t;
  const auto r = import({calendar({t.write("c.csv", std::string(kHeader) +
      "2018-01-01,All Day,JPY,Bank Holiday,Low,,,,2018-01-01 00:00:00\n"
      "2018-01-02,9:00am,CNY,PMI,High,51.5,50.6,50.8,2018-01-02 09:00:00\n"
      "2018-01-02,9:00am,CNY,PMI,High,51.5,50.6,50.8,2018-01-02 09:00:00\n"
      "2018-01-02,9:00am,CNY,PMI,Huge,51.5,50.6,50.8,2018-01-02 09:00:00\n"
      "2018-13-02,9:00am,CNY,PMI,High,51.5,50.6,50.8,\n"
      "2018-01-02,9:00am,CNY\n")})});
  ASSERT_TRUE(r) << r.error().message;
  const SourceQuality& q = r.value().report.sources[0];
  EXPECT_EQ(r.value().report.news, 1u);
  EXPECT_EQ(q.rows, 6u);
  EXPECT_EQ(q.count(RowKind::kNoTimeOfDay), 1u);
  EXPECT_EQ(q.duplicates, 1u);
  EXPECT_EQ(q.count(RowKind::kMissingField), 2u);
  EXPECT_EQ(q.count(RowKind::kBadTimestamp), 1u);
  EXPECT_EQ(q.rejected, 4u);
}

TEST(Calendar, JanuaryBehindLateDecemberIsTheNextYear) {
  const TempFolder t;
  const auto r = import({calendar({t.write("c.csv", std::string(kHeader) +
      "2018-01-03,9:00am,USD,A,High,,,,\n2018-12-31,9:00am,USD,B,High,,,,\n2018-01-04,11:15pm,USD,C,High,,,,\n")}, "UTC")});
  ASSERT_TRUE(r) << r.error().message;
  ASSERT_EQ(r.value().news().size(), 3u);
  EXPECT_EQ(r.value().news()[0].ts_release, utc_time(2018, 1, 3, 9));
  EXPECT_EQ(r.value().news()[2].ts_release, utc_time(2019, 1, 4, 23, 15));
  EXPECT_EQ(r.value().report.sources[0].count(RowKind::kNextYear), 1u);
}

TEST(Calendar, ADateWithoutAYearTakesTheCombinedColumn) {
  const TempFolder t;
  const auto r = import({calendar({t.write("c.csv", std::string(kHeader) +
      "Wed Feb 29,1:30am,CHF,Gov Board Member Jordan Speaks,High,,,,2012-02-29 01:30:00\n")}, "UTC")});
  ASSERT_TRUE(r) << r.error().message;
  ASSERT_EQ(r.value().news().size(), 1u);
  EXPECT_EQ(r.value().news()[0].ts_release, utc_time(2012, 2, 29, 1, 30));
}

TEST(Calendar, NamesTellTheTypesThatAreTraded) {
  EXPECT_EQ(news_type_of("USD", "Non-Farm Employment Change"), NewsType::kNfp);
  EXPECT_EQ(news_type_of("USD", "ADP Non-Farm Employment Change"), NewsType::kOther);
  EXPECT_EQ(news_type_of("USD", "FOMC Statement"), NewsType::kFomc);
  EXPECT_EQ(news_type_of("USD", "Federal Funds Rate"), NewsType::kFomc);
  EXPECT_EQ(news_type_of("USD", "FOMC Member Yellen Speaks"), NewsType::kOther);
  EXPECT_EQ(news_type_of("USD", "Core CPI m/m"), NewsType::kCpi);
  EXPECT_EQ(news_type_of("CAD", "GDP m/m"), NewsType::kGdp);
  EXPECT_EQ(news_type_of("EUR", "ECB Press Conference"), NewsType::kEcb);
  EXPECT_EQ(news_type_of("GBP", "Official Bank Rate"), NewsType::kBoe);
  EXPECT_EQ(news_type_of("EUR", "Official Bank Rate"), NewsType::kOther);
}

TEST(Calendar, NeedsAZoneAndItsColumns) {
  const TempFolder t;
  const auto file = t.write("c.csv", "Date,Time,Event\n2018-01-01,9:00am,X\n");
  const auto columns = import({calendar({file})});
  ASSERT_FALSE(columns);
  EXPECT_NE(columns.error().message.find("missing: currency, impact"), std::string::npos) << columns.error().message;
  const auto zone = import({calendar({file}, "")});
  ASSERT_FALSE(zone);
  EXPECT_NE(zone.error().message.find("needs --tz"), std::string::npos);
}

TEST(Calendar, IsMergedWithBarsInsideTheirPeriod) {
  const TempFolder t;
  const auto bars = t.write("b.csv", "timestamp_utc,bid,ask\n2018-01-05T13:29:10,1.2,1.2001\n2018-01-05T13:30:10,1.2,1.2001\n2018-01-05T13:31:10,1.2,1.2001\n");
  const auto news = t.write("c.csv", std::string(kHeader) +
      "2018-01-05,9:30pm,USD,Non-Farm Employment Change,High,148K,190K,252K,\n"
      "2018-01-05,1:30pm,USD,Too early,High,,,,\n2018-01-06,9:30pm,USD,Too late,High,,,,\n");
  const auto r = import({testing::csv_options({bars}), calendar({news})});
  ASSERT_TRUE(r) << r.error().message;
  ASSERT_EQ(r.value().events.size(), 5u);
  EXPECT_EQ(r.value().events[0].type, EventType::kNewsEvent) << "published before the first bar is stamped";
  EXPECT_EQ(r.value().events[0].ts(), utc_time(2018, 1, 5, 13, 29));
  EXPECT_EQ(r.value().events[1].type, EventType::kBar);
  EXPECT_EQ(r.value().events[2].type, EventType::kNewsRelease) << "behind the bar of its time";
  EXPECT_EQ(r.value().events[1].ts(), r.value().events[2].ts());
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(r.value().events[i].seq, i + 1);
  EXPECT_EQ(r.value().report.news, 1u);
  EXPECT_EQ(r.value().report.news_outside, 2u);
  const FeedDescription d = describe(r.value().report);
  EXPECT_NE(d.instruments[0].capabilities & capability::kCalendarNews, 0u);
}

TEST(Calendar, TheRealFilesGiveTheReleasesTheirYearHad) {
  OMEGA_NEEDS_DATA();
  const auto r = import({calendar({testing::data_folder() / "calendar/forex_factory_calendar_2018.csv"})});
  ASSERT_TRUE(r) << r.error().message;
  std::vector<TimeNs> payrolls;
  for (const NewsEvent& e : r.value().news()) {
    if (e.type == NewsType::kNfp) payrolls.push_back(e.ts_release);
  }
  std::sort(payrolls.begin(), payrolls.end());
  ASSERT_EQ(payrolls.size(), 13u) << "twelve of 2018, and January 2019";
  EXPECT_EQ(payrolls[0], utc_time(2018, 1, 5, 13, 30));
  EXPECT_EQ(payrolls[3], utc_time(2018, 4, 6, 12, 30)) << "summer time";
  EXPECT_EQ(payrolls[12], utc_time(2019, 1, 4, 13, 30));
  const SourceQuality& q = r.value().report.sources[0];
  EXPECT_GT(q.count(RowKind::kNextYear), 50u);
  EXPECT_EQ(q.count(RowKind::kNoTimeOfDay), 246u);
  EXPECT_EQ(q.rejected, q.duplicates);
}

}  // namespace
}  // namespace omega::feed
