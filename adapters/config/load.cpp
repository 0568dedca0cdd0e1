#include "adapters/config/load.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "adapters/config/csv_names.hpp"
#include "adapters/config/holidays.hpp"
#include "adapters/config/memory.hpp"
#include "adapters/config/micro_price_tables.hpp"
#include "adapters/config/model_file.hpp"
#include "adapters/config/relations.hpp"
#include "adapters/config/schema.hpp"
#include "adapters/config/volatility_models.hpp"
#include "replay/strategy_plugin.hpp"

namespace omega {
namespace {

using namespace config;

class Loader {
 public:
  Loader(const std::filesystem::path& dir, const std::string& profile, const std::vector<StrategySchema>& strategies)
      : dir_(dir), profile_(profile), strategies_(strategies), own_(strategies.size()) {}

  Result<LoadedConfig> run(const std::vector<std::string>& overrides) {
    check_profile_exists();
    if (issues_.empty()) {
      read_files();
      load_plugins(overrides);
      if (plugins_fit_) read_keys(overrides);
    }
    if (issues_.empty()) {
      for (const KeySpec& spec : specs_) spec.set(config_.engine, values_.at(spec.key));
      read_calendar();
      read_models();
      check_relations(config_.engine, [this](const std::string& key) { return places_.at(key); }, issues_);
    }
    if (!issues_.empty()) return Error{ErrorKind::kUsage, issues_.text()};
    return std::move(config_);
  }

 private:
  void read_keys(const std::vector<std::string>& overrides) {
    make_rows();
    make_specs();
    check_file_entries();
    check_missing();
    if (unreadable_.empty()) apply_overrides(overrides);
  }

  [[nodiscard]] std::string shown(const std::string& file) const { return (dir_ / file).lexically_normal().string(); }

  void check_profile_exists() {
    const std::vector<std::string> names = profile_names(dir_);
    if (std::find(names.begin(), names.end(), profile_) != names.end()) return;
    if (names.empty()) {
      issues_.add({shown("profiles")}, "", "expected a folder with at least one profile, got none; give the config folder with --config DIR");
      return;
    }
    std::string all;
    for (const std::string& n : names) all += (all.empty() ? "" : ", ") + n;
    issues_.add({shown("profiles")}, "profile", "expected one of " + all + ", got '" + profile_ + "'; did you mean '" +
                nearest_name(profile_, names) + "'?");
  }

  void read_files() {
    const auto read = [this](const std::string& file, const Rooting& rooting) {
      if (!read_yaml(dir_ / file, shown(file), rooting, entries_, issues_)) unreadable_.insert(shown(file));
    };
    read("engine.yaml", {"engine", {}});
    read("instruments.yaml", {"instruments", {{"table", "instruments"}}});
    read("risk.yaml", {"risk", {}});
    read("strategies.yaml", {"strategies", {}});
    read("profiles/" + profile_ + ".yaml", {"profile", {{"risk", "risk"}}});
  }

  /// The profile's list may name shared objects; each becomes the name of the strategy inside.
  void load_plugins(const std::vector<std::string>& overrides) {
    for (Entry& e : entries_) {
      if (e.key == kStrategyList) name_plugins(e);
    }
    for (const std::string& option : overrides) {
      Entry e;
      Issues reported_later;
      if (parse_override(option, e, reported_later) && e.key == kStrategyList) name_plugins(e);
    }
  }
  void name_plugins(Entry& e) {
    for (std::string& item : e.list) {
      if (!item.starts_with(kPluginItem)) continue;
      const std::filesystem::path given = item.substr(kPluginItem.size());
      const auto loaded = replay::load_strategy_plugin(given.is_absolute() ? given : dir_ / given);
      if (!loaded) {
        plugins_fit_ = false;  // else its name and its parameters would count as mistakes too
        issues_.add(e.place, e.key, loaded.error().message);
        continue;
      }
      const RegistryEntry& entry = *loaded.value().entry;
      item = entry.name;
      const auto same = [&](const StrategySchema& s) { return s.name == entry.name; };
      if (std::any_of(strategies_.begin(), strategies_.end(), same)) continue;
      if (entry.id != strategies_.size() + 1) {
        plugins_fit_ = false;
        issues_.add(e.place, e.key, "expected the same plugins, in the same order, in every configuration of one command");
        continue;
      }
      strategies_.push_back(schema_of(entry));
      plugins_.push_back(loaded.value().ref);
    }
  }

  void add_calendar_key() {
    specs_.push_back({.key = "engine.calendar.holidays", .file = shown("engine.yaml"), .type = ValueType::kText, .unit = "",
                      .choices = csv_names(dir_ / "calendar"), .doc = "days when the exchanges are closed; S21 needs them",
                      .set = [this](EngineConfig&, const Value& v) { holiday_list_ = v.text; }});
  }
  void read_calendar() {
    if (holiday_list_ == "none") return;
    const std::string file = "calendar/" + holiday_list_ + ".csv";
    config_.engine.holidays = read_holidays(dir_ / file, shown(file), issues_);
  }

  void add_model_keys() {
    const std::vector<std::string> names = csv_names(dir_ / "models");
    specs_.push_back({.key = "engine.models.volatility", .file = shown("engine.yaml"), .type = ValueType::kText, .unit = "",
                      .choices = names, .doc = "volatility states per instrument (F26); S08 needs them",
                      .set = [this](EngineConfig&, const Value& v) { volatility_model_ = v.text; }});
    specs_.push_back({.key = "engine.models.micro_price", .file = shown("engine.yaml"), .type = ValueType::kText, .unit = "",
                      .choices = names, .doc = "what Stoikov's micro-price adds to the mid, per instrument or for all (F01)",
                      .set = [this](EngineConfig&, const Value& v) { micro_price_table_ = v.text; }});
  }
  void read_models() {
    const auto read = [this](const std::string& name, auto reader) {
      if (name == "none") return;
      const std::string file = "models/" + name + ".csv";
      reader(dir_ / file, shown(file), config_.engine, issues_);
    };
    read(volatility_model_, read_volatility_models);
    read(micro_price_table_, read_micro_price_tables);
  }

  /// Instrument rows in file order: the row's position is the InstrumentId.
  void make_rows() {
    const std::string file = shown("instruments.yaml"), prefix = "instruments.";
    for (const Entry& e : entries_) {
      if (e.place.file != file || e.key.compare(0, prefix.size(), prefix) != 0) continue;
      const std::size_t dot = e.key.find('.', prefix.size());
      if (dot == std::string::npos) continue;
      const std::string row = e.key.substr(prefix.size(), dot - prefix.size());
      if (row == "aliases") {
        config_.aliases.emplace_back(e.key.substr(dot + 1), e.scalar);
        require_symbol(e, e.key.substr(dot + 1));
      } else if (std::find(symbols_.begin(), symbols_.end(), row) == symbols_.end()) {
        symbols_.push_back(row);
        config_.engine.instruments.emplace_back().symbol = row;
        require_symbol(e, row);
      }
    }
    if (symbols_.empty() && !unreadable_.contains(file)) issues_.add({file, 1}, "instruments.table", "expected at least one instrument, got none");
  }

  void require_symbol(const Entry& e, const std::string& name) {
    if (is_upper_word(name)) return;
    issues_.add(e.place, e.key, "expected a symbol of 2 to 12 capital letters or digits, got '" + name + "'");
  }

  void make_specs() {
    const std::string instruments_file = shown("instruments.yaml"), strategies_file = shown("strategies.yaml");
    std::vector<std::string> names;
    config_.engine.strategies.clear();
    for (const StrategySchema& s : strategies_) {
      names.push_back(s.name);
      StrategyConfig& c = config_.engine.strategies.emplace_back();
      c.id = s.id;
      c.name = s.name;
      c.built = s.built;
      c.params.resize(s.params.size());
      if (s.id > own_) c.plugin = plugins_[s.id - own_ - 1];
    }
    add_engine_keys(specs_, shown("engine.yaml"));
    add_calendar_key();
    add_model_keys();
    const double rows = static_cast<double>(symbols_.size());
    specs_.push_back({.key = "instruments.count", .file = instruments_file, .type = ValueType::kInteger,
                      .unit = "rows of the table", .min = rows, .max = rows, .choices = {}, .doc = "",
                      .set = [](EngineConfig&, const Value&) {}});
    for (const auto& alias : config_.aliases) {
      specs_.push_back({.key = "instruments.aliases." + alias.first, .file = instruments_file, .type = ValueType::kText,
                        .unit = "a symbol of the table", .choices = symbols_, .doc = "",
                        .set = [](EngineConfig&, const Value&) {}});
    }
    for (std::size_t i = 0; i < symbols_.size(); ++i) {
      add_instrument_keys(specs_, instruments_file, symbols_[i], static_cast<InstrumentId>(i));
    }
    add_risk_keys(specs_, shown("risk.yaml"));
    for (std::size_t i = 0; i < strategies_.size(); ++i) add_strategy_keys(strategies_file, i);
    add_profile_keys(specs_, shown("profiles/" + profile_ + ".yaml"), profile_, names);
    for (std::size_t i = 0; i < specs_.size(); ++i) spec_of_.emplace(specs_[i].key, i);
  }

  void add_strategy_keys(const std::string& file, std::size_t index) {
    const StrategySchema& s = strategies_[index];
    if (!s.built) {
      specs_.push_back({.key = "strategies." + s.name, .file = file, .type = ValueType::kText, .unit = "",
                        .choices = {"not_built"}, .doc = "", .set = [](EngineConfig&, const Value&) {}});
      return;
    }
    // Parameters that are counts, or keys of a feature, say so by their unit.
    const auto whole = [](const std::string& unit) {
      return unit == "count" || unit == "0/1" || unit == "bits" || unit == "x median" || unit.ends_with("bars") || unit.ends_with("buckets") ||
             unit.ends_with("events") || unit.ends_with("samples");
    };
    for (std::size_t p = 0; p < s.params.size(); ++p) {
      const ParamSchema& param = s.params[p];
      specs_.push_back({.key = "strategies." + s.name + "." + param.name, .file = file,
                        .type = whole(param.unit) ? ValueType::kInteger : ValueType::kNumber,
                        .unit = param.unit, .min = param.min, .max = param.max, .choices = {}, .doc = param.doc,
                        .fallback = index < own_ ? std::nullopt : std::optional(param.value),
                        .set = [index, p](EngineConfig& c, const Value& v) { c.strategies[index].params[p] = v.number; }});
    }
  }

  [[nodiscard]] std::string suggestion(const std::string& key, const std::string& file) const {
    std::vector<std::string> names;
    for (const KeySpec& spec : specs_) {
      if (file.empty() || spec.file == file) names.push_back(spec.key);
    }
    const std::string best = nearest_name(key, names);
    return best.empty() ? "" : "; did you mean '" + best + "'?";
  }

  /// The spec of an entry's key, or nullptr and an issue. An empty file accepts keys of all files (--set).
  const KeySpec* find_spec(const Entry& e, const std::string& file) {
    const auto found = spec_of_.find(e.key);
    if (e.key == "instruments.aliases") {
      issues_.add(e.place, e.key, "expected a mapping of other names to symbols such as {WTIUSD: XTIUSD}, got " + e.shown());
      return nullptr;
    }
    if (found == spec_of_.end()) {
      const auto child = spec_of_.lower_bound(e.key + ".");
      if (child != spec_of_.end() && child->first.compare(0, e.key.size() + 1, e.key + ".") == 0) {
        issues_.add(e.place, e.key, "expected a mapping with keys such as '" + child->first + "', got " + e.shown() + suggestion(e.key + ".", file));
      } else {
        issues_.add(e.place, e.key, "expected a known key, got '" + e.key + "'" + suggestion(e.key, file));
      }
      return nullptr;
    }
    const KeySpec& spec = specs_[found->second];
    if (!file.empty() && spec.file != file) {
      issues_.add(e.place, e.key, "expected this key in " + spec.file + ", got it here");
      return nullptr;
    }
    return &spec;
  }

  std::optional<Value> check_value(const KeySpec& spec, const Entry& e) {
    std::string hint;
    std::optional<Value> value = checked_value(spec, e, hint);
    if (!value) {
      issues_.add(e.place, e.key, "expected " + expectation(spec) + ", got " + e.shown() +
                  (hint.empty() ? "" : "; did you mean '" + hint + "'?"));
    }
    return value;
  }

  void check_file_entries() {
    for (const Entry& e : entries_) {
      const KeySpec* spec = find_spec(e, e.place.file);
      if (spec == nullptr) continue;
      places_.emplace(e.key, e.place);
      if (const auto value = check_value(*spec, e)) values_[e.key] = *value;
    }
  }

  void check_missing() {
    for (const KeySpec& spec : specs_) {
      if (places_.contains(spec.key) || unreadable_.contains(spec.file)) continue;
      if (spec.fallback) {
        values_[spec.key].number = *spec.fallback;
        places_[spec.key] = {spec.file};
        continue;
      }
      Place place{spec.file, 1};  // best: the line of a sibling
      const std::string parent = spec.key.substr(0, spec.key.rfind('.') + 1);
      for (const Entry& e : entries_) {
        if (e.place.file == spec.file && e.key.compare(0, parent.size(), parent) == 0) { place = e.place; break; }
      }
      issues_.add(place, spec.key, "expected " + expectation(spec) + ", got no such key; add it");
    }
  }

  void apply_overrides(const std::vector<std::string>& overrides) {
    std::vector<std::string> given;
    for (const std::string& option : overrides) {
      Entry e;
      if (!parse_override(option, e, issues_)) continue;
      if (std::find(given.begin(), given.end(), e.key) != given.end()) {
        issues_.add(e.place, e.key, "expected one --set for a key, got two");
        continue;
      }
      given.push_back(e.key);
      if (e.key == kStrategyList) name_plugins(e);
      const KeySpec* spec = find_spec(e, "");
      if (spec == nullptr) continue;
      if (const auto value = check_value(*spec, e)) {
        values_[e.key] = *value;
        places_[e.key] = e.place;
      }
    }
  }

  static constexpr const char* kStrategyList = "profile.strategies";

  std::filesystem::path dir_;
  std::string profile_;
  std::vector<StrategySchema> strategies_;  // the program's own, then those of plugins
  std::size_t own_;
  std::vector<PluginRef> plugins_;
  bool plugins_fit_ = true;
  Issues issues_;
  std::vector<Entry> entries_;
  std::set<std::string> unreadable_;  // files with one issue for the whole: their keys are not missed one by one
  std::vector<std::string> symbols_;
  std::vector<KeySpec> specs_;
  std::map<std::string, std::size_t> spec_of_;
  std::map<std::string, Value> values_;
  std::map<std::string, Place> places_;
  std::string holiday_list_;
  std::string volatility_model_, micro_price_table_;
  LoadedConfig config_;
};

}  // namespace

Result<LoadedConfig> load_config_files(const std::filesystem::path& config_dir, const std::string& profile,
                                       const std::vector<std::string>& overrides,
                                       const std::vector<StrategySchema>& strategies) {
  return Loader(config_dir, profile, strategies).run(overrides);
}

Result<EngineConfig> load_config(const std::filesystem::path& config_dir, const std::string& profile,
                                 const std::vector<std::string>& overrides) {
  auto loaded = load_config_files(config_dir, profile, overrides, strategy_schemas());
  if (!loaded.ok()) return loaded.error();
  return std::move(loaded.value().engine);
}

std::filesystem::path find_config_dir(const std::string& given) {
  if (!given.empty()) return given;
  if (const char* env = std::getenv("OMEGA_CONFIG"); env != nullptr && *env != '\0') return env;
  std::error_code ignored;
  if (std::filesystem::is_directory("config/profiles", ignored)) return "config";
  return OMEGA_SOURCE_CONFIG_DIR;
}

std::vector<std::string> profile_names(const std::filesystem::path& config_dir) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(config_dir / "profiles", error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".yaml") names.push_back(it->path().stem().string());
  }
  config::require_memory(error);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace omega
