// The points of a search: the present one first, then an even cover of the box that never depends on how many are asked for.
#include "replay/optimize/search_space.hpp"

#include <gtest/gtest.h>

#include <set>

namespace omega::replay {
namespace {

SearchSpace space(std::uint64_t seed = 0) {
  return SearchSpace({{.key = "strategies.s.wide", .current = 3, .low = -1, .high = 7}, {.key = "strategies.s.count", .current = 200, .low = 50, .high = 500, .whole = true}}, seed);
}

TEST(SearchSpaceTest, point_zero_is_the_configuration_as_it_is) { EXPECT_EQ(space().point(0), (std::vector<double>{3, 200})); }

TEST(SearchSpaceTest, every_point_lies_in_the_box_and_counts_are_whole) {
  const SearchSpace s = space();
  for (std::uint64_t i = 1; i < 2000; ++i) {
    const auto p = s.point(i);
    EXPECT_TRUE(p[0] >= -1 && p[0] <= 7 && p[1] >= 50 && p[1] <= 500) << i;
    EXPECT_EQ(p[1], static_cast<double>(static_cast<int>(p[1]))) << i;
  }
}

TEST(SearchSpaceTest, the_box_is_covered_evenly) {
  const SearchSpace s = space();
  std::set<std::pair<int, int>> cells;
  for (std::uint64_t i = 1; i <= 256; ++i) {
    const auto p = s.point(i);
    cells.insert({static_cast<int>((p[0] + 1) / 8 * 8), static_cast<int>((p[1] - 50) / 450 * 8)});
  }
  EXPECT_GE(cells.size(), 64u) << "each cell of an 8 x 8 grid has a point";
}

TEST(SearchSpaceTest, a_seed_moves_the_points_and_the_same_seed_gives_the_same) {
  EXPECT_EQ(space(1).point(17), space(1).point(17));
  EXPECT_NE(space(1).point(17), space(2).point(17));
}

TEST(SearchSpaceTest, settings_read_as_on_the_command_line) {
  EXPECT_EQ(space().settings({0.125, 201}), (std::vector<std::string>{"strategies.s.wide=0.125", "strategies.s.count=201"}));
}

}  // namespace
}  // namespace omega::replay
