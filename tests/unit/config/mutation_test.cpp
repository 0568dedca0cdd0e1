// RELIABILITY F16: every key of every file, deleted, doubled, misspelt, of the wrong type or out of range, is refused
// with the file, the line, the key and (where a name was wrong) the nearest valid name.
#include <gtest/gtest.h>

#include <regex>

#include "adapters/config/load.hpp"
#include "config_copy.hpp"

namespace omega {
namespace {

const std::vector<std::string> kFiles{"engine.yaml", "instruments.yaml", "risk.yaml", "strategies.yaml",
                                      "profiles/green_only.yaml", "profiles/full_24.yaml"};

struct Found {
  std::size_t at, length, name_length;  // of "name: value"
  std::string name, value;
};

/// Every "name: scalar" of a file, in block and in flow style, comments skipped.
std::vector<Found> scalars_of(const std::string& text) {
  static const std::regex pattern(R"(([A-Za-z0-9_]+): *([A-Za-z0-9_.\-]+))");
  std::vector<Found> all;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::size_t comment = std::min(text.find('#', start), end);
    const std::string line = text.substr(start, comment - start);
    for (std::sregex_iterator it(line.begin(), line.end(), pattern), stop; it != stop; ++it) {
      all.push_back({start + static_cast<std::size_t>(it->position(0)), static_cast<std::size_t>(it->length(0)),
                     static_cast<std::size_t>(it->length(1)), it->str(1), it->str(2)});
    }
    start = end + 1;
  }
  return all;
}

class Mutation : public testing::TestWithParam<std::string> {
 protected:
  /// Loads the mutated text; the refusal must name the file, a line of it and the key.
  std::string refuse(const std::string& mutated, const Found& key, const char* how) {
    const std::string file = GetParam();
    copy_.write(file, mutated);
    const std::string profile = file.find("full_24") != std::string::npos ? "full_24" : "green_only";
    const auto config = load_config(copy_.dir(), profile, {});
    ++mutations_;
    if (config.ok()) {
      ADD_FAILURE() << file << ": " << key.name << " " << how << " was accepted";
      return "";
    }
    const std::string& text = config.error().message;
    EXPECT_EQ(config.error().kind, ErrorKind::kUsage);
    EXPECT_NE(text.find((copy_.dir() / file).string() + ":"), std::string::npos) << how << ": " << text;
    // A text that is no YAML any more has no keys: then the line of the syntax error is what can be named, and nothing else is.
    const bool syntax = text.find("got a syntax error") != std::string::npos;
    EXPECT_EQ(syntax, syntax && text.find('\n') == std::string::npos) << how << ": " << text;
    if (!syntax) {
      EXPECT_NE(text.find(key.name), std::string::npos) << how << ": " << text;
    }
    EXPECT_NE(text.find("expected "), std::string::npos) << how << ": " << text;
    EXPECT_NE(text.find(", got "), std::string::npos) << how << ": " << text;
    return text;
  }
  test::ConfigCopy copy_;
  int mutations_ = 0;
};

std::string spliced(const std::string& text, std::size_t at, std::size_t length, const std::string& with) {
  return text.substr(0, at) + with + text.substr(at + length);
}

TEST_P(Mutation, OfAnyKeyIsRefused) {
  const std::string original = copy_.read(GetParam());
  const std::vector<Found> keys = scalars_of(original);
  ASSERT_GT(keys.size(), 6u);
  for (const Found& key : keys) {
    const auto with = [&](const std::string& pair) { return spliced(original, key.at, key.length, pair); };
    const std::size_t line_start = original.rfind('\n', key.at) + 1;
    const bool flow = original.substr(line_start, key.at - line_start).find('{') != std::string::npos;
    const std::string pair = key.name + ": " + key.value;
    const std::string indent(key.at - line_start, ' ');
    // The rows of the instrument table have the same keys: all mutations on the first and the last, two on each.
    const std::string row = original.substr(line_start, 8);
    const bool every_mutation = row.find("  ") != 0 || !flow || row.find("EURUSD") != std::string::npos || row.find("SPXUSD") != std::string::npos;
    refuse(with(""), key, "deleted");
    if (!every_mutation) {
      refuse(with(key.name + ": {a: b}"), key, "given as a mapping");
      continue;
    }
    refuse(with(pair + (flow ? ", " : "\n" + indent) + pair), key, "doubled");
    const std::string hinted = refuse(with(key.name + "x: " + key.value), key, "misspelt");
    if (key.name != "WTIUSD") {
      EXPECT_NE(hinted.find(key.name + "'?"), std::string::npos) << hinted;  // a nearest name that is the right one
    }
    refuse(with(key.name + ": [a, b]"), key, "given as a list");
    refuse(with(key.name + ": {a: b}"), key, "given as a mapping");
    refuse(with(key.name + ": \"?\""), key, "given as a text");
    refuse(with(key.name + ":  "), key, "given nothing");
    const bool numeric = key.value.find_first_not_of("0123456789.-") == std::string::npos;
    if (numeric) {
      refuse(with(key.name + ": 1e300"), key, "far above its range");
      refuse(with(key.name + ": -1e300"), key, "far below its range");
      refuse(with(key.name + ": " + key.value + "ms"), key, "given with a unit");
      refuse(with(key.name + ": true"), key, "given as a truth value");
    }
  }
  std::cout << GetParam() << ": " << keys.size() << " keys, " << mutations_ << " mutations\n";
}

TEST_P(Mutation, OfAnySectionOrRowIsRefused) {
  const std::string original = copy_.read(GetParam());
  static const std::regex section(R"((^|\n)( *)([A-Za-z0-9_]+):(?= *\n| +\{))");
  int sections = 0;
  for (std::sregex_iterator it(original.begin(), original.end(), section), stop; it != stop; ++it) {
    const Found key{static_cast<std::size_t>(it->position(3)), static_cast<std::size_t>(it->length(3)), 0, it->str(3), ""};
    refuse(spliced(original, key.at, key.length, key.name + "x"), key, "misspelt");
    const std::size_t end = original.find('\n', key.at);
    refuse(spliced(original, key.at, end - key.at, key.name + ": 5"), key, "given as a number");
    refuse(spliced(original, end, 0, "\n" + it->str(2) + key.name + ": {}"), key, "doubled");
    ++sections;
  }
  if (GetParam() == "instruments.yaml") {
    EXPECT_GE(sections, 23);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryFile, Mutation, testing::ValuesIn(kFiles), [](const auto& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (c == '/' || c == '.') c = '_';
  }
  return name;
});

}  // namespace
}  // namespace omega
