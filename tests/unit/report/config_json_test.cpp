// The manifest's configuration reads back equal to the last bit, and a damaged one is refused by path.
#include "journal/config_json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace omega::journal {
namespace {

EngineConfig sample() {
  EngineConfig c;
  c.profile = "full_24";
  c.mode = "paper";
  InstrumentConfig i;
  i.symbol = "XAUUSD";
  i.base = "XAU";
  i.quote = "USD";
  i.asset_class = AssetClass::kMetal;
  i.tick = 10'000'000;
  i.contract = 1.0 / 3.0;
  i.vol_ratio_shock = 0.1 + 0.2;
  i.capabilities = capability::kNotBuilt | capability::kBars;
  i.volume_kind = VolumeKind::kProxyRange;
  i.basis = PriceBasis::kBid;
  i.active = true;
  c.instruments = {i, {}};
  c.strategies = {{.id = 1, .name = "one", .built = true, .enabled = true, .params = {5e-324, 1e308, -0.0, 0.015}, .plugin = {}}};
  c.risk.l3_sum_r_min = -10.000000000000002;
  c.venue.latency_ns = 1;
  c.journal.segment_bytes = 4'294'963'200u;
  c.journal.durability = Durability::kDisk;
  return c;
}

TEST(ConfigJson, ReadsBackEqualThroughText) {
  const nlohmann::json json = config_to_json(sample());
  const auto back = config_from_json(nlohmann::json::parse(json.dump()));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(config_to_json(back.value()), json);
  EXPECT_EQ(back.value().instruments[0].contract, 1.0 / 3.0);
  EXPECT_EQ(back.value().instruments[0].volume_kind, VolumeKind::kProxyRange);
  EXPECT_EQ(back.value().instruments[0].capabilities, capability::kNotBuilt | capability::kBars);
  EXPECT_EQ(back.value().strategies[0].params, sample().strategies[0].params);
  EXPECT_TRUE(std::signbit(back.value().strategies[0].params[2]));
  EXPECT_EQ(back.value().risk.l3_sum_r_min, -10.000000000000002);
  EXPECT_EQ(back.value().journal.segment_bytes, 4'294'963'200u);
  EXPECT_EQ(back.value().journal.durability, Durability::kDisk);
}

TEST(ConfigJson, APluginIsKeptAndAJournalWithoutOneReadsAsBefore) {
  EngineConfig c = sample();
  EXPECT_FALSE(config_to_json(c)["strategies"][0].contains("plugin"));
  c.strategies[0].plugin = PluginRef{"/x/own.so", "0123456789abcdef"};
  const auto back = config_from_json(nlohmann::json::parse(config_to_json(c).dump()));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back.value().strategies[0].plugin->path, "/x/own.so");
  EXPECT_EQ(back.value().strategies[0].plugin->hash, "0123456789abcdef");
}

TEST(ConfigJson, AHolidayListIsKeptAndAJournalWithoutOneReadsAsBefore) {
  EngineConfig c = sample();
  EXPECT_FALSE(config_to_json(c).contains("holidays"));
  c.holidays = {20'194, 20'447};
  const auto back = config_from_json(nlohmann::json::parse(config_to_json(c).dump()));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back.value().holidays, c.holidays);
  nlohmann::json bad = config_to_json(c);
  bad["holidays"][1] = "x";
  EXPECT_NE(config_from_json(bad).error().message.find("holidays[1]"), std::string::npos);
}

TEST(ConfigJson, AVolatilityModelIsKeptAndAJournalWithoutOneReadsAsBefore) {
  EngineConfig c = sample();
  EXPECT_FALSE(config_to_json(c)["instruments"][0].contains("volatility_model"));
  c.instruments[0].volatility_model = VolatilityModel{.mean_low = 0.1 + 0.2, .sd_low = 1.0 / 3.0, .mean_high = 2, .sd_high = 3};
  const auto back = config_from_json(nlohmann::json::parse(config_to_json(c).dump()));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(config_to_json(back.value()), config_to_json(c));
  EXPECT_EQ(back.value().instruments[0].volatility_model->sd_low, 1.0 / 3.0);
  EXPECT_FALSE(back.value().instruments[1].volatility_model);
  nlohmann::json bad = config_to_json(c);
  bad["instruments"][0]["volatility_model"].erase("sd_high");
  EXPECT_NE(config_from_json(bad).error().message.find("volatility_model.sd_high"), std::string::npos);
}

TEST(ConfigJson, AMicroPriceTableIsKeptAndAJournalWithoutOneReadsAsNone) {
  EngineConfig c = sample();
  EXPECT_FALSE(config_to_json(c)["instruments"][0].contains("micro_price"));
  EXPECT_FALSE(config_from_json(config_to_json(c)).value().instruments[0].micro_price);
  MicroPriceTable& table = c.instruments[0].micro_price.emplace();
  for (std::size_t bin = 0; bin < MicroPriceTable::kBins; ++bin) {
    for (std::size_t s = 0; s < MicroPriceTable::kSpreads; ++s) table.adjustment_ticks[bin][s] = (static_cast<double>(bin) - 4.5) / (3 + static_cast<double>(s));
  }
  const nlohmann::json json = config_to_json(c);
  const auto back = config_from_json(nlohmann::json::parse(json.dump()));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(config_to_json(back.value()), json);
  EXPECT_EQ(back.value().instruments[0].micro_price->adjustment_ticks, table.adjustment_ticks);
  EXPECT_FALSE(back.value().instruments[1].micro_price);
  const auto refused = [&](auto&& damage) {
    nlohmann::json bad = json;
    damage(bad["instruments"][0]["micro_price"]["adjustment_ticks"]);
    const auto result = config_from_json(bad);
    return result.ok() ? std::string("accepted") : result.error().message;
  };
  EXPECT_NE(refused([](nlohmann::json& cells) { cells.erase(9); }).find("a list of 10 in 'instruments[0].micro_price.adjustment_ticks'"), std::string::npos);
  EXPECT_NE(refused([](nlohmann::json& cells) { cells[4].push_back(1); }).find("a list of 3 in 'instruments[0].micro_price.adjustment_ticks[4]'"),
            std::string::npos);
  EXPECT_NE(refused([](nlohmann::json& cells) { cells[4][1] = nullptr; }).find("a number in 'instruments[0].micro_price.adjustment_ticks[4][1]'"),
            std::string::npos);
}

TEST(ConfigJson, EveryMemberIsNeededAndTyped) {
  const nlohmann::json good = config_to_json(sample());
  int mutations = 0;
  const nlohmann::json flat = good.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    nlohmann::json bad = good;
    bad[nlohmann::json::json_pointer(pointer)] = nlohmann::json::object();
    EXPECT_FALSE(config_from_json(bad).ok()) << pointer << " as an object";
    const nlohmann::json::json_pointer at(pointer);
    if (!at.empty() && !good.at(at.parent_pointer()).is_array()) {
      bad = good;
      bad[at.parent_pointer()].erase(at.back());
      const auto result = config_from_json(bad);
      ASSERT_FALSE(result.ok()) << pointer << " removed";
      EXPECT_NE(result.error().message.find(at.back()), std::string::npos);
    }
    ++mutations;
  }
  EXPECT_GT(mutations, 90);
}

TEST(ConfigJson, RefusesWhatDoesNotFit) {
  nlohmann::json bad = config_to_json(sample());
  bad["instruments"][0]["asset_class"] = 8;
  EXPECT_NE(config_from_json(bad).error().message.find("instruments[0].asset_class"), std::string::npos);
  bad = config_to_json(sample());
  bad["pipeline"]["ring_slots"] = 5'000'000'000;
  EXPECT_FALSE(config_from_json(bad).ok());
  bad = config_to_json(sample());
  bad["risk"]["from_the_future"] = 1;
  EXPECT_NE(config_from_json(bad).error().message.find("another version"), std::string::npos);
  EXPECT_FALSE(config_from_json(nlohmann::json::array()).ok());
}

}  // namespace
}  // namespace omega::journal
