// What:     What every configuration key may hold: type, unit, range, meaning, and where it goes in EngineConfig.
//           A key exists if and only if it has a KeySpec, and each KeySpec must find its key in exactly its own file.
// Owner:    built per load (instrument rows are data, so their keys are too).   Threads: one.
// Errors:   check_value() answers with the text after "expected".
// Units:    in KeySpec::unit; the setters convert to the fixed-point types of engine/core.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "adapters/config/yaml_entries.hpp"
#include "engine/core/config.hpp"

namespace omega::config {

enum class ValueType { kBool, kInteger, kNumber, kText, kTextList };

struct Value {
  double number = 0;               // kNumber and kInteger
  bool flag = false;
  std::string text;
  std::vector<std::string> list;
};

struct KeySpec {
  std::string key;                 // dotted
  std::string file;                // as shown in errors: where the key belongs
  ValueType type = ValueType::kNumber;
  std::string unit;
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;  // kText, kTextList: allowed words; empty = 2 to 12 capital letters or digits
  bool repeats = false;              // kTextList: a name may come twice
  std::string doc;
  std::optional<double> fallback = {};  // a plugin's parameter: what it is without an entry
  std::function<void(EngineConfig&, const Value&)> set;
};

/// Symbols and currencies: 2 to 12 capital letters or digits, at least one letter.
[[nodiscard]] bool is_upper_word(const std::string& text);
/// "a number from 0.001 to 0.025 (fraction of equity)".
[[nodiscard]] std::string expectation(const KeySpec& spec);
/// The value, or nullopt when the entry is not what the spec expects. `hint` gets a nearest word for misspelt choices.
[[nodiscard]] std::optional<Value> checked_value(const KeySpec& spec, const Entry& entry, std::string& hint);

// The tables, one file each. `file` is the name shown in errors.
void add_engine_keys(std::vector<KeySpec>& specs, const std::string& file);
void add_risk_keys(std::vector<KeySpec>& specs, const std::string& file);
void add_profile_keys(std::vector<KeySpec>& specs, const std::string& file, const std::string& profile,
                      const std::vector<std::string>& strategy_names);
/// Keys of one row of the instrument table; the row must already exist in EngineConfig::instruments.
void add_instrument_keys(std::vector<KeySpec>& specs, const std::string& file, const std::string& symbol, InstrumentId id);

}  // namespace omega::config
