// omega features: the feature catalogue.
#include "engine/features/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
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

/// Those with a key and those computed in place, by family.
std::vector<FeatureInfo> all_features() {
  std::vector<FeatureInfo> all(feature_catalogue().begin(), feature_catalogue().end());
  all.insert(all.end(), calculator_catalogue().begin(), calculator_catalogue().end());
  std::stable_sort(all.begin(), all.end(), [](const FeatureInfo& a, const FeatureInfo& b) { return std::string_view(a.family) < b.family; });
  return all;
}

bool has_key(const FeatureInfo& f) { return f.where == nullptr; }

/// "fz(p0,p1)@M1", as strategies ask for it and journals name it.
std::string key_of(const FeatureInfo& f) {
  const char* const params = f.p0.exists() && f.p1.exists() ? "(p0,p1)" : f.p0.exists() ? "(p0)" : f.p1.exists() ? "(0,p1)" : "";
  const char* const timeframe = f.timeframe == Timeframe::kCount ? "any" : kTimeframeName[static_cast<std::size_t>(f.timeframe)];
  return fmt::format("{}{}@{}", f.name, params, timeframe);
}

Json items(std::string_view text, std::string_view separator) {
  Json list = Json::array();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    list.push_back(std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + separator.size(), text.size()));
  }
  return list;
}

Json param_json(const FeatureInfo& f, const FeatureParam& p, const char* name) {
  const bool ranged = p.set_by == nullptr;
  return {{"name", has_key(f) ? Json(name) : Json(nullptr)}, {"meaning", p.meaning}, {"unit", p.unit},
          {"default", ranged && p.has_default() ? Json(p.value) : Json(nullptr)}, {"min", ranged ? Json(p.min) : Json(nullptr)},
          {"max", ranged ? Json(p.max) : Json(nullptr)}, {"set_by", ranged ? Json(nullptr) : Json(p.set_by)}};
}

Json json_of(const FeatureInfo& f) {
  Json parameters = Json::array();
  if (f.p0.exists()) parameters.push_back(param_json(f, f.p0, "p0"));
  if (f.p1.exists()) parameters.push_back(param_json(f, f.p1, "p1"));
  return {{"family", f.family}, {"name", f.name}, {"unit", f.unit}, {"range", f.range}, {"formula", f.formula},
          {"inputs", items(f.inputs, ", ")}, {"reads", items(f.reads, " ")}, {"parameters", std::move(parameters)},
          {"key", has_key(f) ? Json(key_of(f)) : Json(nullptr)}, {"where", has_key(f) ? Json(nullptr) : Json(f.where)},
          {"source", f.source}, {"warm_up", f.warm_up}, {"cost", f.cost}};
}

std::string param_text(const FeatureInfo& f, const FeatureParam& p, const char* name) {
  const std::string label = has_key(f) ? fmt::format("{}  ", name) : "";
  if (p.set_by != nullptr) return fmt::format("{}{} [{}]: {}", label, p.meaning, p.unit, p.set_by);
  return fmt::format("{}{} [{}]: {} to {}, {}", label, p.meaning, p.unit, p.min, p.max,
                     p.has_default() ? fmt::format("default {}", p.value) : "must be given");
}

void print_one(const FeatureInfo& f) {
  const auto line = [](const char* label, const std::string& value) { std::cout << fmt::format("  {:<11} {}\n", label, value); };
  std::cout << f.family << ' ' << f.name << '\n';
  line("unit", f.unit);
  line("range", f.range);
  line("formula", f.formula);
  line("inputs", *f.reads == '\0' ? f.inputs : fmt::format("{}; reads {}", f.inputs, f.reads));
  line("parameters", f.p0.exists() ? param_text(f, f.p0, "p0") : f.p1.exists() ? param_text(f, f.p1, "p1") : "none");
  if (f.p0.exists() && f.p1.exists()) line("", param_text(f, f.p1, "p1"));
  line("where", has_key(f) ? "feature engine, by key " + key_of(f) : f.where);
  line("warm-up", f.warm_up);
  line("cost", f.cost);
  line("source", f.source);
}

Error unknown_feature(const std::string& name) {
  std::vector<std::string> names;
  for (const FeatureInfo& f : all_features()) names.insert(names.end(), {f.name, f.family});
  return {ErrorKind::kUsage, "features: --describe: expected a feature or a family such as F06, got '" + name + "'; did you mean '" +
                                 config::nearest_name(name, names) + "'?"};
}

/// "f08" is F08, as "s08" is S08 elsewhere.
bool names_family(const std::string& given, const char* family) {
  return given == family || (given.starts_with('f') && given.substr(1) == family + 1);
}

int features(const FeatureOptions& o) {
  std::vector<FeatureInfo> chosen = all_features();
  if (!o.describe.empty()) std::erase_if(chosen, [&](const FeatureInfo& f) { return o.describe != f.name && !names_family(o.describe, f.family); });
  if (chosen.empty()) return fail(unknown_feature(o.describe));
  if (o.common.json) {
    Json list = Json::array();
    for (const FeatureInfo& f : chosen) list.push_back(json_of(f));
    std::cout << Json{{"schema", "omega.features/1"}, {"features", std::move(list)}}.dump(2) << '\n';
  } else if (o.describe.empty()) {
    std::cout << fmt::format("{:<7} {:<18} {:<20} {:<26} {:<9} {}\n", "family", "name", "unit", "range", "key",
                             "warm-up, or where it is computed without a key");
    for (const FeatureInfo& f : chosen) {
      std::cout << fmt::format("{:<7} {:<18} {:<20} {:<26} {:<9} {}\n", f.family, f.name, f.unit, f.range, has_key(f) ? "yes" : "in place",
                               has_key(f) ? f.warm_up : f.where);
    }
  } else {
    for (const FeatureInfo& f : chosen) print_one(f);
  }
  return kDone;
}

}  // namespace

void add_features(CLI::App& app, Action& action) {
  auto o = std::make_shared<FeatureOptions>();
  CLI::App* c = app.add_subcommand(
      "features", "the market-microstructure features: unit, range, formula, inputs, parameters, where computed, warm-up, cost, source");
  c->add_option("--describe", o->describe, "one feature or family in full (default: a table of all), e.g. --describe F08")->type_name("NAME");
  add_output_options(*c, o->common);
  c->footer("Example: omega features --describe vpin");
  c->callback([o, &action] { action = [o] { return features(*o); }; });
}

}  // namespace omega::cli
