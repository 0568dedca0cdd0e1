// The micro-price tables of config/models: for all instruments or for single ones, read whole or refused with the line, and never taken
// for another kind of model.
#include "adapters/config/micro_price_tables.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "adapters/config/load.hpp"
#include "config_copy.hpp"

namespace omega {
namespace {

using test::ConfigCopy;

const std::string kHeader = "symbol,bin,spread_1,spread_2,spread_3\n";
const std::string kVolatility = "symbol,stay_low,stay_high,start_low,mean_low,sd_low,mean_high,sd_high\nEURUSD,.95,.9,.7,.01,.005,.03,.015\n";

double cell(int bin, int spread, double scale) { return scale * (2 * bin - 11) * spread / 32; }  // exact in double

std::string row(const std::string& symbol, int bin, double scale = 1) {
  return fmt::format("{},{},{},{},{}\n", symbol, bin, cell(bin, 1, scale), cell(bin, 2, scale), cell(bin, 3, scale));
}
std::string rows(const std::string& symbol, double scale = 1) {
  std::string text;
  for (int bin = 10; bin >= 1; --bin) text += row(symbol, bin, scale);  // in any order
  return text;
}

Result<EngineConfig> with_tables(const std::string& text, const std::vector<std::string>& overrides = {"engine.models.micro_price=mine"}) {
  const ConfigCopy copy;
  std::filesystem::create_directories(copy.dir() / "models");
  copy.write("models/mine.csv", text);
  copy.write("models/volatile.csv", kVolatility);
  return load_config(copy.dir(), "full_24", overrides);
}
std::string refusal(const std::string& text) {
  const auto config = with_tables(text);
  return config.ok() ? std::string("accepted") : config.error().message;
}

void expect_table(const std::optional<MicroPriceTable>& table, double scale) {
  ASSERT_TRUE(table);
  for (int bin = 1; bin <= 10; ++bin) {
    for (int s = 1; s <= 3; ++s) {
      EXPECT_EQ(table->adjustment_ticks[static_cast<std::size_t>(bin - 1)][static_cast<std::size_t>(s - 1)], cell(bin, s, scale)) << bin << ' ' << s;
    }
  }
}

TEST(MicroPriceTables, NoneIsTheDefaultAndGivesNoTable) {
  const ConfigCopy copy;
  const auto config = load_config(copy.dir(), "full_24", {});
  ASSERT_TRUE(config.ok()) << config.error().message;
  for (const InstrumentConfig& i : config.value().instruments) EXPECT_FALSE(i.micro_price) << i.symbol;
}

TEST(MicroPriceTables, AFileGivesItsSymbolsTheirTable) {
  const auto config = with_tables("# a comment\r\n" + kHeader + "\n" + rows("GBPUSD"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  for (const InstrumentConfig& i : config.value().instruments) EXPECT_EQ(i.micro_price.has_value(), i.symbol == "GBPUSD");
  expect_table(config.value().instruments[1].micro_price, 1);
}

TEST(MicroPriceTables, AStarServesEveryInstrumentWithoutRowsOfItsOwn) {
  const auto config = with_tables(kHeader + rows("*", 2) + rows("GBPUSD"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  for (const InstrumentConfig& i : config.value().instruments) expect_table(i.micro_price, i.symbol == "GBPUSD" ? 1 : 2);
}

TEST(MicroPriceTables, BothKindsOfModelStandSideBySide) {
  const auto config = with_tables(kHeader + rows("EURUSD"), {"engine.models.micro_price=mine", "engine.models.volatility=volatile"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_TRUE(config.value().instruments[0].micro_price);
  EXPECT_TRUE(config.value().instruments[0].volatility_model);
}

TEST(MicroPriceTables, AFileOfTheOtherKindIsRefusedByItsHeaderWithOneLine) {
  const auto refused = [](const std::string& setting) {
    const auto config = with_tables(kHeader + rows("EURUSD"), {setting});
    return config.ok() ? std::string("accepted") : config.error().message;
  };
  const std::string as_table = refused("engine.models.micro_price=volatile"), as_model = refused("engine.models.volatility=mine");
  EXPECT_NE(as_table.find("volatile.csv:1: model: expected the header of a micro-price table, 'symbol,bin,spread_1,spread_2,spread_3', got 'symbol,stay_low"),
            std::string::npos) << as_table;
  EXPECT_EQ(as_table.find('\n'), std::string::npos) << as_table;
  EXPECT_NE(as_model.find("mine.csv:1: model: expected the header of a volatility model, 'symbol,stay_low"), std::string::npos) << as_model;
  EXPECT_EQ(as_model.find('\n'), std::string::npos) << as_model;
}

TEST(MicroPriceTables, AFileThatIsNotThereIsRefusedWithTheNamesThatAre) {
  const auto config = with_tables(kHeader + rows("EURUSD"), {"engine.models.micro_price=mime"});
  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.error().message.find("engine.models.micro_price"), std::string::npos) << config.error().message;
  EXPECT_NE(config.error().message.find("did you mean 'mine'?"), std::string::npos) << config.error().message;
}

TEST(MicroPriceTables, TheShippedFileIsReadAndMirrored) {
  const auto config = load_config(OMEGA_SOURCE_DIR "/config", "full_24", {"engine.models.micro_price=simulated_book"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  for (const InstrumentConfig& i : config.value().instruments) {
    ASSERT_TRUE(i.micro_price) << i.symbol;
    for (std::size_t bin = 0; bin < 10; ++bin) {
      for (std::size_t s = 0; s < 3; ++s) EXPECT_EQ(i.micro_price->adjustment_ticks[bin][s], -i.micro_price->adjustment_ticks[9 - bin][s]);
    }
  }
}

TEST(MicroPriceTables, EveryMistakeNamesItsLineOnce) {
  const auto says = [](const std::string& text, const std::string& part) {
    const std::string got = refusal(text);
    EXPECT_NE(got.find(part), std::string::npos) << got;
    EXPECT_EQ(got.find('\n'), std::string::npos) << got;
  };
  const auto replaced = [](int bin, const std::string& line) {
    std::string text = kHeader;
    for (int b = 1; b <= 10; ++b) text += b == bin ? line : row("EURUSD", b);
    return text;
  };
  says(rows("EURUSD"), "mine.csv:1: model: expected the header of a micro-price table");
  says(kHeader, "mine.csv: model: expected at least one row of a micro-price table, got none");
  says(kHeader + rows("EURXXX"), "mine.csv:2: model: expected a symbol of instruments.yaml, or *, got 'EURXXX'");
  says(replaced(4, ""), "mine.csv:2: model.EURUSD: expected the bins 1 to 10, got none of 4");
  says(kHeader + row("EURUSD", 1) + row("EURUSD", 9), "expected the bins 1 to 10, got none of 2, 3, 4, 5, 6, 7, 8, 10");
  says(replaced(4, row("EURUSD", 5)), "mine.csv:6: model.EURUSD: expected one row per bin, got a second one for bin 5");
  says(kHeader + rows("EURUSD") + row("EURUSD", 1), "mine.csv:12: model.EURUSD: expected one row per bin, got a second one for bin 1");
  says(replaced(1, "EURUSD,0,1,1,1\n"), "mine.csv:2: model.EURUSD: expected a bin from 1 to 10, got '0'");
  says(replaced(1, "EURUSD,11,1,1,1\n"), "expected a bin from 1 to 10, got '11'");
  says(replaced(1, "EURUSD,-1,1,1,1\n"), "expected a bin from 1 to 10, got '-1'");
  says(replaced(1, "EURUSD,1.0,1,1,1\n"), "expected a bin from 1 to 10, got '1.0'");
  says(replaced(1, "EURUSD,1,1,1\n"), "mine.csv:2: model.EURUSD: expected 5 columns, got 4");
  says(replaced(1, "EURUSD,1,1,1,1,1\n"), "expected 5 columns, got 6");
  says(replaced(3, "EURUSD,3,nan,1,1\n"), "mine.csv:4: model.EURUSD: expected spread_1 from -10 to 10 ticks, got 'nan'");
  says(replaced(3, "EURUSD,3,1,inf,1\n"), "expected spread_2 from -10 to 10 ticks, got 'inf'");
  says(replaced(3, "EURUSD,3,1,1,10.01\n"), "expected spread_3 from -10 to 10 ticks, got '10.01'");
  says(replaced(3, "EURUSD,3,-11,1,1\n"), "expected spread_1 from -10 to 10 ticks, got '-11'");
  says(replaced(3, "EURUSD,3,,1,1\n"), "expected spread_1 from -10 to 10 ticks, got ''");
  says(replaced(3, "EURUSD,3,1,1x,1\n"), "expected spread_2 from -10 to 10 ticks, got '1x'");
  says(kHeader + rows("*") + row("*", 2), "mine.csv:12: model.*: expected one row per bin");
}

TEST(MicroPriceTables, MistakesAreListedTogether) {
  const std::string got = refusal(kHeader + rows("EURXXX") + row("EURUSD", 1) + "GBPUSD,1,x,1,1\nGBPUSD,1,1,1,1\n");
  EXPECT_EQ(std::count(got.begin(), got.end(), '\n'), 3) << got;  // unknown symbol, missing bins, a bad value, a second bin
}

}  // namespace
}  // namespace omega
