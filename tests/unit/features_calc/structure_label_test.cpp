// F16: the label from the last two swings of each side.
#include "engine/features/structure_label.hpp"

#include <gtest/gtest.h>

#include "calc_fixture.hpp"

namespace omega {
namespace {

using namespace test;

/// A zigzag of 8 bars per leg through the given turning points.
FeatureValue label_after(const std::vector<Price>& turns) {
  StructureLabel label(true);
  int index = 0;
  for (std::size_t leg = 0; leg + 1 < turns.size(); ++leg) {
    for (int step = 0; step < 8; ++step) {
      const Price p = turns[leg] + (turns[leg + 1] - turns[leg]) * step / 8;
      label.on_bar(bar_of(index++, p + 1, p - 1, p));
    }
  }
  return label.value();
}

TEST(StructureLabel, IsUnknownBeforeTwoHighsAndTwoLows) {
  EXPECT_EQ(label_after({1000, 2000, 1500, 2500, 2000}).state, FeatureState::kWarming);  // second high, one low
  EXPECT_TRUE(label_after({1000, 2000, 1500, 2500, 2000, 3000}).ready());
}
TEST(StructureLabel, RisingFallingAndMixed) {
  EXPECT_EQ(label_after({1000, 2000, 1500, 2500, 2000, 3000}).value, 1.0);
  EXPECT_EQ(label_after({3000, 2000, 2500, 1500, 2000, 1000}).value, -1.0);
  EXPECT_EQ(label_after({1000, 2000, 1500, 2500, 1200, 3000}).value, 0.0);  // higher high, lower low
  EXPECT_EQ(label_after({1000, 2000, 1500, 2000, 1600, 3000}).value, 0.0);  // equal highs are not rising
}
TEST(StructureLabel, MirrorFlipsTheSign) {
  auto random = seeded(47);
  StructureLabel label(true), mirror(true);
  int directed = 0;
  for (const TfBar& b : random_walk(random, 2000)) {
    label.on_bar(b);
    mirror.on_bar(mirrored(b, 1'100'000'000));
    ASSERT_EQ(label.value().state, mirror.value().state);
    if (!label.value().ready()) continue;
    ASSERT_EQ(label.value().value, -mirror.value().value);
    directed += label.value().value != 0;
  }
  EXPECT_GT(directed, 100);
}

}  // namespace
}  // namespace omega
