// omega features: the feature catalogue.
#include "engine/features/catalogue.hpp"

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/command.hpp"
#include "adapters/config/issues.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;

struct FeatureOptions {
  std::string describe;
  CommonOptions common;
};

Json json_of(const FeatureInfo& f) {
  return {{"family", f.family}, {"name", f.name}, {"unit", f.unit}, {"range", f.range}, {"formula", f.formula},
          {"source", f.source}, {"warm_up", f.warm_up}, {"cost", f.cost}};
}

Error unknown_feature(const std::string& name) {
  std::vector<std::string> names;
  for (const FeatureInfo& f : feature_catalogue()) names.emplace_back(f.name);
  return {ErrorKind::kUsage, "features: --describe: expected a feature or a family such as F06, got '" + name + "'; did you mean '" +
                                 config::nearest_name(name, names) + "'?"};
}

int features(const FeatureOptions& o) {
  std::vector<FeatureInfo> chosen;
  for (const FeatureInfo& f : feature_catalogue()) {
    if (o.describe.empty() || o.describe == f.name || o.describe == f.family) chosen.push_back(f);
  }
  if (chosen.empty()) return fail(unknown_feature(o.describe));
  if (o.common.json) {
    Json list = Json::array();
    for (const FeatureInfo& f : chosen) list.push_back(json_of(f));
    std::cout << Json{{"schema", "omega.features/1"}, {"features", std::move(list)}}.dump(2) << '\n';
  } else if (o.describe.empty()) {
    std::cout << fmt::format("{:<7} {:<18} {:<20} {:<20} {}\n", "family", "name", "unit", "range", "warm-up");
    for (const FeatureInfo& f : chosen) {
      std::cout << fmt::format("{:<7} {:<18} {:<20} {:<20} {}\n", f.family, f.name, f.unit, f.range, f.warm_up);
    }
  } else {
    for (const FeatureInfo& f : chosen) {
      std::cout << fmt::format("{} {}\n  unit     {}\n  range    {}\n  formula  {}\n  warm-up  {}\n  cost     {}\n  source   {}\n", f.family,
                               f.name, f.unit, f.range, f.formula, f.warm_up, f.cost, f.source);
    }
  }
  return kDone;
}

}  // namespace

void add_features(CLI::App& app, Action& action) {
  auto o = std::make_shared<FeatureOptions>();
  CLI::App* c = app.add_subcommand("features", "the market-microstructure features: unit, range, formula, source, warm-up, cost");
  c->add_option("--describe", o->describe, "one feature or family in full (default: a table of all), e.g. --describe F08")->type_name("NAME");
  add_output_options(*c, o->common);
  c->footer("Example: omega features --describe vpin");
  c->callback([o, &action] { action = [o] { return features(*o); }; });
}

}  // namespace omega::cli
