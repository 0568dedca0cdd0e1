#include "engine/features/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace omega {
namespace {

std::vector<FeatureInfo> everything() {
  std::vector<FeatureInfo> all(feature_catalogue().begin(), feature_catalogue().end());
  all.insert(all.end(), calculator_catalogue().begin(), calculator_catalogue().end());
  return all;
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find(separator, from), text.size());
    parts.emplace_back(text.substr(from, end - from));
    from = end + separator.size();
  }
  return parts;
}

TEST(catalogue, every_feature_has_a_full_entry_and_its_own_name_and_formula) {
  std::set<std::string> names, formulas;
  ASSERT_EQ(feature_catalogue().size(), static_cast<std::size_t>(FeatureId::kCount));
  for (const FeatureInfo& info : feature_catalogue()) {
    EXPECT_EQ(&feature_info(info.id), &info);
    EXPECT_EQ(info.where, nullptr) << info.name;
  }
  for (const FeatureInfo& info : calculator_catalogue()) {
    EXPECT_EQ(info.id, FeatureId::kCount) << info.name;
    ASSERT_NE(info.where, nullptr) << info.name;
    EXPECT_GT(std::string_view(info.where).size(), 20u) << info.name;
  }
  for (const FeatureInfo& info : everything()) {
    for (const char* text : {info.family, info.name, info.unit, info.range, info.formula, info.source, info.warm_up, info.cost, info.inputs}) {
      ASSERT_NE(text, nullptr) << info.name;
      EXPECT_STRNE(text, "") << info.name;
    }
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(formulas.insert(info.formula).second) << info.name << " says what another feature says: " << info.formula;
    EXPECT_GE(std::string_view(info.source).size(), std::string_view("definition").size()) << info.name;
    for (const char* text : {info.formula, info.source, info.warm_up, info.range}) {
      EXPECT_EQ(std::string_view(text).find("STRATEGIES"), std::string_view::npos) << info.name << " points at a page that users do not have";
    }
  }
}

TEST(catalogue, every_family_is_there) {
  std::set<std::string> families, expected;
  for (const FeatureInfo& info : everything()) families.insert(info.family);
  for (int n = 1; n <= 33; ++n) expected.insert((n < 10 ? "F0" : "F") + std::to_string(n));
  EXPECT_EQ(families, expected);
}

TEST(catalogue, inputs_are_kinds_of_data_and_families_of_the_catalogue) {
  const std::set<std::string> kinds{"bars", "bars with volume", "bars with bid and ask", "bars of two symbols", "quotes", "quote sizes", "trades",
                                    "book", "holiday list", "news calendar", "volatility model file", "micro-price table file"};
  std::set<std::string> families;
  for (const FeatureInfo& info : everything()) families.insert(info.family);
  for (const FeatureInfo& info : everything()) {
    for (const std::string& item : split(info.inputs, ", ")) {
      for (const std::string& kind : split(item, " or ")) EXPECT_TRUE(kinds.contains(kind)) << info.name << ": '" << kind << "'";
    }
    std::string before;
    for (const std::string& family : split(info.reads, " ")) {
      EXPECT_TRUE(families.contains(family)) << info.name << ": '" << family << "'";
      EXPECT_NE(family, info.family) << info.name;
      EXPECT_LT(before, family) << info.name << ": in order, each once";
      before = family;
    }
  }
}

void expect_sound(const FeatureInfo& info, const FeatureParam& p) {
  if (!p.exists()) {
    EXPECT_TRUE(p.min == 0 && p.max == 0 && p.value == 0 && p.unit == nullptr && p.set_by == nullptr) << info.name << ": range without a meaning";
    return;
  }
  ASSERT_NE(p.unit, nullptr) << info.name;
  EXPECT_STRNE(p.meaning, "") << info.name;
  EXPECT_STRNE(p.unit, "") << info.name;
  EXPECT_EQ(p.set_by != nullptr, info.where != nullptr) << info.name << ": strategies set what has no key, and nothing else";
  if (p.set_by != nullptr) return;
  EXPECT_LT(p.min, p.max) << info.name;
  EXPECT_TRUE(p.value == 0 || (p.value >= p.min && p.value <= p.max)) << info.name;
}

/// Aborts when the feature does not offer the key.
void ask(const FeatureInfo& info, std::int32_t p0, std::int32_t p1) {
  FeatureRequests requests;
  requests.request({info.id, info.timeframe == Timeframe::kCount ? Timeframe::kM15 : info.timeframe, p0, p1});
}

TEST(catalogue, parameters_say_what_requests_take) {
  const auto valid = [](const FeatureParam& p) { return p.value != 0 ? p.value : p.min; };
  for (const FeatureInfo& info : everything()) {
    expect_sound(info, info.p0);
    expect_sound(info, info.p1);
    if (info.where != nullptr) continue;
    const std::int32_t p0 = valid(info.p0), p1 = valid(info.p1);
    for (const std::int32_t value : {info.p0.min, info.p0.max}) ask(info, value, p1);
    for (const std::int32_t value : {info.p1.min, info.p1.max}) ask(info, p0, value);
    ask(info, info.p0.has_default() ? 0 : p0, info.p1.has_default() ? 0 : p1);
  }
}

TEST(catalogue_death, a_request_beyond_a_stated_range_or_without_a_value_that_must_be_given_is_refused) {
  const auto valid = [](const FeatureParam& p) { return p.value != 0 ? p.value : p.min; };
  using enum FeatureId;
  for (const FeatureId id : {kFlowZ, kClusterRatio, kTdaNorm, kVolumeMeanRatio, kRegimeTrend}) {
    const FeatureInfo& info = feature_info(id);
    const std::int32_t p0 = valid(info.p0), p1 = valid(info.p1);
    EXPECT_DEATH(ask(info, info.p0.max + 1, p1), "bug in the caller") << info.name;
    EXPECT_DEATH(ask(info, p0, info.p1.max + 1), "bug in the caller") << info.name;
    if (!info.p0.has_default()) {
      EXPECT_DEATH(ask(info, 0, p1), "bug in the caller") << info.name;
    }
    if (!info.p1.has_default()) {
      EXPECT_DEATH(ask(info, p0, 0), "bug in the caller") << info.name;
    }
  }
}

TEST(catalogue, names_of_keys) {
  EXPECT_EQ(feature_name({FeatureId::kFlowZ, Timeframe::kM1, 20, 500}), "fz(20)@M1");
  EXPECT_EQ(feature_name({FeatureId::kFlowZ, Timeframe::kM1, 20, 300}), "fz(20,300)@M1");
  EXPECT_EQ(feature_name({FeatureId::kVolumeMeanRatio, Timeframe::kM15, 5, 16}), "vmr(5,16)@M15");
  EXPECT_EQ(feature_name({FeatureId::kLabel, Timeframe::kH4, 0, 0}), "label@H4");
}

TEST(feature_requests, the_same_key_has_the_same_handle) {
  FeatureRequests requests;
  const FeatureHandle a = requests.request({FeatureId::kVolumeRatio, Timeframe::kM5, 50, 0});
  const FeatureHandle b = requests.request({FeatureId::kVolumeRatio, Timeframe::kM15, 50, 0});
  EXPECT_NE(a, b);
  EXPECT_EQ(requests.request({FeatureId::kVolumeRatio, Timeframe::kM5, 50, 0}), a);
  EXPECT_EQ(requests.keys().size(), 2u);
}

TEST(feature_requests, defaults_are_filled_in_so_that_equal_requests_meet) {
  FeatureRequests requests;
  EXPECT_EQ(requests.request({FeatureId::kFlowZ, Timeframe::kM1, 20, 0}),
            requests.request({FeatureId::kFlowZ, Timeframe::kM1, 20, 500}));
  EXPECT_EQ(requests.request({FeatureId::kVpin, Timeframe::kM1, 0, 0}),
            requests.request({FeatureId::kVpin, Timeframe::kM1, 50, 0}));
}

TEST(feature_requests_death, refuses_what_a_feature_does_not_offer) {
  FeatureRequests requests;
  EXPECT_DEATH(requests.request({FeatureId::kFlowZ, Timeframe::kM5, 20, 500}), "bug in the caller");
  EXPECT_DEATH(requests.request({FeatureId::kVolumeRatio, Timeframe::kM5, 0, 0}), "bug in the caller");
  EXPECT_DEATH(requests.request({FeatureId::kSpread, Timeframe::kM1, 3, 0}), "bug in the caller");
}

TEST(feature_requests_death, refuses_more_keys_than_a_frame_holds) {
  FeatureRequests requests;
  for (int n = 1; n <= static_cast<int>(kFeaturesMax); ++n) requests.request({FeatureId::kCloseLag, Timeframe::kM5, n, 0});
  EXPECT_DEATH(requests.request({FeatureId::kCloseLag, Timeframe::kM15, 1, 0}), "bug in the caller");
}

}  // namespace
}  // namespace omega
