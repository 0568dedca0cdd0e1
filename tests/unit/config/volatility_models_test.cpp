// The volatility models of config/models: chosen by name, read whole or refused with the line.
#include "adapters/config/volatility_models.hpp"

#include <gtest/gtest.h>

#include "adapters/config/load.hpp"
#include "config_copy.hpp"

namespace omega {
namespace {

using test::ConfigCopy;

const std::string kFile = "models/mine.csv", kHeader = "symbol,stay_low,stay_high,start_low,mean_low,sd_low,mean_high,sd_high\n";

Result<EngineConfig> with_models(const std::string& text) {
  const ConfigCopy copy;
  std::filesystem::create_directories(copy.dir() / "models");
  copy.write(kFile, text);
  return load_config(copy.dir(), "full_24", {"engine.models.volatility=mine"});
}

TEST(VolatilityModels, NoneIsTheDefaultAndGivesNoModel) {
  const ConfigCopy copy;
  const auto config = load_config(copy.dir(), "full_24", {});
  ASSERT_TRUE(config.ok()) << config.error().message;
  for (const InstrumentConfig& i : config.value().instruments) EXPECT_FALSE(i.volatility_model) << i.symbol;
}

TEST(VolatilityModels, AFileGivesItsSymbolsTheirModel) {
  const auto config = with_models("# a comment\r\n" + kHeader + "\nGBPUSD,.95,.9,.7,.01,.005,.03,.015\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  for (const InstrumentConfig& i : config.value().instruments) EXPECT_EQ(i.volatility_model.has_value(), i.symbol == "GBPUSD");
  const VolatilityModel& m = *config.value().instruments[1].volatility_model;
  EXPECT_EQ(m.stay_low, .95);
  EXPECT_EQ(m.stay_high, .9);
  EXPECT_EQ(m.start_low, .7);
  EXPECT_EQ(m.mean_low, .01);
  EXPECT_EQ(m.sd_low, .005);
  EXPECT_EQ(m.mean_high, .03);
  EXPECT_EQ(m.sd_high, .015);
}

TEST(VolatilityModels, TheShippedFileIsRead) {
  const auto config = load_config(OMEGA_SOURCE_DIR "/config", "full_24", {"engine.models.volatility=histdata_2018"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  int models = 0;
  for (const InstrumentConfig& i : config.value().instruments) models += i.volatility_model ? 1 : 0;
  EXPECT_EQ(models, 7);
}

TEST(VolatilityModels, EveryMistakeNamesItsLine) {
  const auto refusal = [](const std::string& text) {
    const auto config = with_models(text);
    return config.ok() ? std::string("accepted") : config.error().message;
  };
  const auto says = [&](const std::string& text, const std::string& part) {
    const std::string got = refusal(text);
    EXPECT_NE(got.find(part), std::string::npos) << got;
  };
  says("EURUSD,.95,.9,.7,.01,.005,.03,.015\n", "mine.csv:1: model: expected the header of a volatility model");
  says(kHeader, "mine.csv: model: expected at least one row of a volatility model, got none");
  says(kHeader + "EURXXX,.95,.9,.7,.01,.005,.03,.015\n", "mine.csv:2: model: expected a symbol of instruments.yaml, got 'EURXXX'");
  says(kHeader + "EURUSD,.95,.9,.7,.01,.005,.03\n", "mine.csv:2: model.EURUSD: expected 8 columns, got 7");
  says(kHeader + "EURUSD,.95,.9,.7,.01,.005,.03,.015\nEURUSD,.95,.9,.7,.01,.005,.03,.015\n", "mine.csv:3: model: expected one line per symbol");
  says(kHeader + "EURUSD,1,.9,.7,.01,.005,.03,.015\n", "expected stay_low above 0 and below 1, got '1'");
  says(kHeader + "EURUSD,.95,0,.7,.01,.005,.03,.015\n", "expected stay_high above 0 and below 1, got '0'");
  says(kHeader + "EURUSD,.95,.9,nan,.01,.005,.03,.015\n", "expected start_low above 0 and below 1, got 'nan'");
  says(kHeader + "EURUSD,.95,.9,.7,.01,-1,.03,.015\n", "expected sd_low above 0 and below 10, got '-1'");
  says(kHeader + "EURUSD,.95,.9,.7,.01,.005,.03,x\n", "expected sd_high above 0 and below 10, got 'x'");
  says(kHeader + "EURUSD,.95,.9,.7,.03,.005,.03,.015\n", "expected mean_low below mean_high, got 0.03 and 0.03");
}

}  // namespace
}  // namespace omega
