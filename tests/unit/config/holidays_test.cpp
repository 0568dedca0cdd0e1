// The holiday list of config/calendar: chosen by name, read whole or refused with the line.
#include "adapters/config/holidays.hpp"

#include <gtest/gtest.h>

#include "adapters/config/load.hpp"
#include "config_copy.hpp"
#include "engine/market/business_calendar.hpp"

namespace omega {
namespace {

using test::ConfigCopy;

const std::string kList = "calendar/exchange.csv";

ConfigCopy& with_list(ConfigCopy& copy, const std::string& text) {
  std::filesystem::create_directories(copy.dir() / "calendar");
  copy.write(kList, text);
  return copy;
}

TEST(Holidays, NoneIsTheDefaultAndGivesNoList) {
  const ConfigCopy copy;
  const auto config = load_config(copy.dir(), "full_24", {});
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_TRUE(config.value().holidays.empty());
}

TEST(Holidays, AListIsChosenByItsName) {
  ConfigCopy copy;
  with_list(copy, "# a comment\r\ndate,name\r\n2025-04-18,Good Friday\r\n\r\n2025-12-25,Christmas\r\n");
  const auto config = load_config(copy.dir(), "full_24", {"engine.calendar.holidays=exchange"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config.value().holidays, (std::vector<std::int64_t>{days_from_civil(2025, 4, 18), days_from_civil(2025, 12, 25)}));
  const auto wrong = load_config(copy.dir(), "full_24", {"engine.calendar.holidays=exchang"});
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message.find("expected one of none, exchange"), std::string::npos) << wrong.error().message;
  EXPECT_NE(wrong.error().message.find("did you mean 'exchange'?"), std::string::npos);
}

TEST(Holidays, EveryMistakeNamesItsLine) {
  const auto refusal = [](const std::string& text) {
    ConfigCopy copy;
    with_list(copy, text);
    const auto config = load_config(copy.dir(), "full_24", {"engine.calendar.holidays=exchange"});
    return config.ok() ? std::string("accepted") : config.error().message;
  };
  EXPECT_NE(refusal("2025-04-18,Good Friday\n").find("exchange.csv:1: date: expected the header 'date,name'"), std::string::npos);
  EXPECT_NE(refusal("date,name\n2025-02-29,x\n").find("exchange.csv:2: date: expected a date such as 2025-04-18, got '2025-02-29'"), std::string::npos);
  EXPECT_NE(refusal("date,name\n2025-4-18,x\n").find("got '2025-4-18'"), std::string::npos);
  EXPECT_NE(refusal("date,name\n-025-04-18,x\n").find("got '-025-04-18'"), std::string::npos);
  EXPECT_NE(refusal("date,name\n2025-04-18,x\n2025-04-18,y\n").find("exchange.csv:3: date: expected ascending dates"), std::string::npos);
  EXPECT_NE(refusal("date,name\n").find("exchange.csv: date: expected at least one date, got none"), std::string::npos);
}

TEST(Holidays, TheShippedListHoldsTheFixturesOfTheSpecification) {
  const auto config = load_config(OMEGA_SOURCE_DIR "/config", "full_24", {"engine.calendar.holidays=us_exchange_holidays"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  const BusinessCalendar calendar(config.value().holidays);
  const std::array<CivilDate, 6> expiries{{{2024, 3, 15}, {2025, 4, 17}, {2025, 9, 19}, {2025, 12, 19}, {2026, 6, 18}, {2008, 3, 20}}};
  for (const CivilDate d : expiries) {
    EXPECT_EQ(calendar.expiry_day(d.year, d.month), days_from_civil(d.year, d.month, d.day)) << d.year << '-' << d.month;
  }
  EXPECT_TRUE(calendar.covers(days_from_civil(2005, 1, 1)) && calendar.covers(days_from_civil(2030, 12, 31)));
}

}  // namespace
}  // namespace omega
