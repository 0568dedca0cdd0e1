// What strategies say they read, and what the feature catalogue says of it, must agree.
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "engine/features/catalogue.hpp"
#include "engine/signals/registry.hpp"

namespace omega {
namespace {

using Names = std::set<std::string>;

Names matches(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  Names found;
  for (std::sregex_iterator i(text.begin(), text.end(), expression), end; i != end; ++i) found.insert(i->str());
  return found;
}

Names families_with_a_key() {
  Names families;
  for (const FeatureInfo& f : feature_catalogue()) families.insert(f.family);
  return families;
}

/// Strategies that the calculators of a family name as the place where they run.
Names named_by(const std::string& family) {
  Names strategies;
  for (const FeatureInfo& f : calculator_catalogue()) {
    if (f.family == family) strategies.merge(matches(f.where, "S[0-9]{2}"));
  }
  return strategies;
}

TEST(features_described, every_family_of_a_strategy_is_in_the_catalogue_and_a_place_is_named_where_it_has_no_key) {
  const Names with_key = families_with_a_key();
  std::size_t built = 0;
  for (const RegistryEntry& e : strategy_registry()) {
    if (e.info == nullptr || e.id > kOwnStrategies) continue;
    ++built;
    const Names families = matches(e.info->features, "[^ ]+");
    EXPECT_FALSE(families.empty()) << e.name;
    const std::string number = (e.id < 10 ? "S0" : "S") + std::to_string(e.id);
    for (const std::string& family : families) {
      EXPECT_TRUE(with_key.contains(family) || named_by(family).contains(number)) << number << " lists " << family << ", which nothing describes";
    }
  }
  EXPECT_EQ(built, kOwnStrategies);
}

TEST(features_described, a_strategy_that_a_calculator_names_lists_its_family) {
  for (const FeatureInfo& f : calculator_catalogue()) {
    for (const std::string& number : matches(f.where, "S[0-9]{2}")) {
      const RegistryEntry* const e = find_strategy(number);
      ASSERT_TRUE(e != nullptr && e->info != nullptr) << f.name << ": " << number;
      EXPECT_TRUE(matches(e->info->features, "[^ ]+").contains(f.family)) << f.name << ": " << number << " lists " << e->info->features;
    }
  }
}

TEST(features_described, what_a_strategy_sets_is_a_parameter_of_it) {
  const std::regex item("(\\w+) of (S[0-9]{2})");
  std::size_t seen = 0;
  for (const FeatureInfo& f : calculator_catalogue()) {
    for (const FeatureParam& p : {f.p0, f.p1}) {
      if (p.set_by == nullptr) continue;
      const std::string text = p.set_by;
      EXPECT_TRUE(std::regex_match(text, std::regex("\\w+ of S[0-9]{2}(, \\w+ of S[0-9]{2})*"))) << f.name << ": " << text;
      for (std::sregex_iterator i(text.begin(), text.end(), item), end; i != end; ++i, ++seen) {
        const RegistryEntry* const e = find_strategy((*i)[2].str());
        ASSERT_TRUE(e != nullptr && e->info != nullptr) << f.name << ": " << text;
        bool found = false;
        for (const ParamSpec& spec : e->info->params) found = found || (*i)[1].str() == spec.name;
        EXPECT_TRUE(found) << f.name << ": " << e->name << " has no parameter " << (*i)[1].str();
      }
    }
  }
  EXPECT_GT(seen, 10u);
}

}  // namespace
}  // namespace omega
