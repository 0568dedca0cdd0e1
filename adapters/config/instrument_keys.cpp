// Keys of one row of instruments.yaml (STRATEGIES 1.6).
#include "adapters/config/schema.hpp"

namespace omega::config {
namespace {

const std::vector<std::string> kClassNames{"fx_major", "fx_cross", "metal", "energy", "crypto", "future", "index", "equity"};

}  // namespace

void add_instrument_keys(std::vector<KeySpec>& specs, const std::string& file, const std::string& symbol, InstrumentId id) {
  using I = InstrumentConfig;
  const std::string prefix = "instruments." + symbol + ".";
  const auto add = [&](const char* name, ValueType type, const char* unit, double min, double max,
                       const std::vector<std::string>& choices, std::function<void(I&, const Value&)> set) {
    specs.push_back({.key = prefix + name, .file = file, .type = type, .unit = unit, .min = min, .max = max,
                     .choices = choices, .doc = "",
                     .set = [id, set = std::move(set)](EngineConfig& c, const Value& v) { set(c.instruments[id], v); }});
  };
  const auto price = [&](const char* name, Price I::*field) {
    add(name, ValueType::kNumber, "price units", 2e-9, 1e6, {},
        [field](I& i, const Value& v) { i.*field = to_fixed(v.number, kPriceScale).value_or(0); });
  };
  const auto number = [&](const char* name, double I::*field, const char* unit, double min, double max) {
    add(name, ValueType::kNumber, unit, min, max, {}, [field](I& i, const Value& v) { i.*field = v.number; });
  };
  const auto lots = [&](const char* name, Qty I::*field) {
    add(name, ValueType::kNumber, "lots", 0.00001, 1e5, {},
        [field](I& i, const Value& v) { i.*field = to_fixed(v.number, kQtyScale).value_or(0); });
  };
  const auto text = [&](const char* name, std::string I::*field) {
    add(name, ValueType::kText, "currency or asset code", 0, 0, {}, [field](I& i, const Value& v) { i.*field = v.text; });
  };

  add("id", ValueType::kInteger, "its place in the table, from 0", id, id, {}, [](I&, const Value&) {});
  add("class", ValueType::kText, "", 0, 0, kClassNames, [](I& i, const Value& v) {
    for (std::size_t k = 0; k < kClassNames.size(); ++k) {
      if (kClassNames[k] == v.text) i.asset_class = static_cast<AssetClass>(k);
    }
  });
  add("tradable", ValueType::kBool, "", 0, 0, {}, [](I& i, const Value& v) { i.tradable = v.flag; });
  text("base", &I::base);
  text("quote", &I::quote);
  price("tick", &I::tick);
  price("pip", &I::pip);
  price("u", &I::u);
  number("contract", &I::contract, "units of base per lot", 1e-6, 1e9);
  add("spread_pips", ValueType::kNumber, "pips, modelled full spread", 0, 1000, {}, [](I& i, const Value& v) {
    i.spread = to_fixed(v.number * price_to_double(i.pip), kPriceScale).value_or(0);  // pip is set before: table order
  });
  number("shutdown_bp", &I::shutdown_spread_bp, "basis points of price", 0.1, 1000);
  number("min_stop_u", &I::min_stop_u, "u", 0.1, 1000);
  number("spacing_u", &I::spacing_u, "u between entries", 0, 1000);
  number("vol_ratio_shock", &I::vol_ratio_shock, "sigma 4 h / sigma 24 h, F30", 1, 10);
  lots("lot_step", &I::lot_step);
  lots("lot_min", &I::lot_min);
  lots("lot_max", &I::lot_max);
  add("vpin_bucket", ValueType::kNumber, "volume units per VPIN bucket; 0 = from the 20-day average, F08", 0, 1e9, {},
      [](I& i, const Value& v) { i.vpin_bucket_override = to_fixed(v.number, kQtyScale).value_or(0); });
}

}  // namespace omega::config
