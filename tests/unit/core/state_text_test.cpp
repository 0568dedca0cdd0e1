// A state for a person's eye: valid JSON, every value in the order of the archive.
#include "engine/core/state_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace omega {
namespace {

enum class Colour : std::uint8_t { kRed = 1 };
struct Inner {
  std::int8_t small = -5;
  double ratio = 0.5;
  template <class Archive> void serialize(Archive& ar) { ar(small, ratio); }
};

TEST(StateTextTest, values_come_in_order_and_containers_nest) {
  StateText out;
  out(true, Colour::kRed, std::uint64_t{18'446'744'073'709'551'615u}, Inner{}, std::vector<Inner>{{}, {}}, std::array<int, 2>{1, 2});
  EXPECT_EQ(out.text(), "[true,1,18446744073709551615,[-5,0.5],[[-5,0.5],[-5,0.5]],[1,2]]");
}

TEST(StateTextTest, empty_containers_and_absent_values_keep_their_place) {
  StateText out;
  out(std::vector<int>{}, std::optional<int>{}, std::vector<bool>{true, false}, std::optional<int>{7});
  EXPECT_EQ(out.text(), "[[],null,[true,false],7]");
}

TEST(StateTextTest, what_json_cannot_say_is_null) {
  StateText out;
  out(std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1.0);
  EXPECT_EQ(out.text(), "[null,null,1]");
}

TEST(StateTextTest, a_value_behind_a_list_is_separated) {
  StateText out;
  out(std::array<int, 1>{1});
  out(2, std::pair{3, 4});
  EXPECT_EQ(out.text(), "[[1],2,[3,4]]");
}

}  // namespace
}  // namespace omega
