#include "engine/features/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>

namespace omega {
namespace {

TEST(catalogue, every_feature_has_a_full_line_and_its_own_name) {
  std::set<std::string> names;
  ASSERT_EQ(feature_catalogue().size(), static_cast<std::size_t>(FeatureId::kCount));
  for (const FeatureInfo& info : feature_catalogue()) {
    for (const char* text : {info.family, info.name, info.unit, info.range, info.formula, info.source, info.warm_up, info.cost}) {
      EXPECT_STRNE(text, "") << info.name;
    }
    EXPECT_EQ(&feature_info(info.id), &info);
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
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
