// F31.
#include "engine/features/velocity.hpp"

#include <gtest/gtest.h>

namespace omega {
namespace {

constexpr Price kU = 100'000;

TEST(Velocity, IsUnitsPerElapsedMinuteInTheDirection) {
  EXPECT_DOUBLE_EQ(velocity_u_per_min(kLong, 0, 12 * kU, 0, 4 * kMinute_ns, kU), 3.0);
  EXPECT_DOUBLE_EQ(velocity_u_per_min(kShort, 0, 12 * kU, 0, 4 * kMinute_ns, kU), -3.0);
  EXPECT_DOUBLE_EQ(velocity_u_per_min(kShort, 12 * kU, 0, 0, 90 * kSecond_ns, kU), 8.0);
}
TEST(Velocity, LessThanAMinuteCountsAsAMinute) {
  EXPECT_DOUBLE_EQ(velocity_u_per_min(kLong, 0, 6 * kU, 0, 0, kU), 6.0);
  EXPECT_DOUBLE_EQ(velocity_u_per_min(kLong, 0, 6 * kU, 0, 30 * kSecond_ns, kU), 6.0);
  EXPECT_DOUBLE_EQ(velocity_u_per_min(kLong, 0, 6 * kU, 0, kMinute_ns, kU), 6.0);
}

}  // namespace
}  // namespace omega
