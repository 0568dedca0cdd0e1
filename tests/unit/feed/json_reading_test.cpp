// Guards: JSON numbers that pass through floating point or are read as others, elements of an array torn or joined, damage beyond one element.
#include "adapters/feed/decimal.hpp"
#include "adapters/feed/json_frames.hpp"
#include "adapters/feed/json_tokens.hpp"

#include <gtest/gtest.h>

namespace omega::feed {
namespace {

TEST(Scientific, moves_the_point_as_the_exponent_says_and_rounds_like_any_decimal) {
  EXPECT_EQ(parse_scientific("9.2e-06", kQtyDigits).value, 920);
  EXPECT_EQ(parse_scientific("9.9999999999999995e-07", kQtyDigits).value, 100);
  EXPECT_TRUE(parse_scientific("9.9999999999999995e-07", kQtyDigits).rounded);
  EXPECT_EQ(parse_scientific("-5e-7", kQtyDigits).value, -50);
  EXPECT_EQ(parse_scientific("1.25E+1", kPriceDigits).value, 12'500'000'000);
  EXPECT_EQ(parse_scientific("1.25e1", kPriceDigits).value, 12'500'000'000);
  EXPECT_EQ(parse_scientific("12.5e2", kPriceDigits).value, 1'250'000'000'000);
  EXPECT_EQ(parse_scientific("125e-2", kPriceDigits).value, 1'250'000'000);
  EXPECT_EQ(parse_scientific("60940.35136398", kPriceDigits).value, 60'940'351'363'980) << "without an exponent: a plain decimal";
  EXPECT_EQ(parse_scientific("5e-10", kPriceDigits).value, 1);
  EXPECT_EQ(parse_scientific("4e-10", kPriceDigits).value, 0);
  EXPECT_EQ(parse_scientific("1e-99999999999", kPriceDigits).value, 0);
  EXPECT_EQ(parse_scientific("0e99999999999", kPriceDigits).value, 0);
  EXPECT_EQ(parse_scientific("12345678901234567890123456789e-28", kPriceDigits).value, 1'234'567'890) << "as wide as it is, it is 1.23";
}

TEST(Scientific, refuses_what_is_no_number_or_does_not_fit) {
  EXPECT_EQ(parse_scientific("1e10", kPriceDigits).error, DecimalError::kOverflow);
  EXPECT_EQ(parse_scientific("1e99999999999", kPriceDigits).error, DecimalError::kOverflow);
  for (const char* text : {"e5", "1e", "1e+", "1e+-5", "1ee5", "1e5x", "nane5", "1.e5", ".5e5", "-e5", "1e5.0", "12345678901234567890123456789012345678901e-28"}) {
    EXPECT_EQ(parse_scientific(text, kPriceDigits).error, DecimalError::kNotANumber) << text;
  }
}

TEST(Whole, is_digits_below_2_to_the_64) {
  EXPECT_EQ(parse_whole("18446744073709551615"), 18'446'744'073'709'551'615u);
  for (const char* text : {"", "18446744073709551616", "-1", "+1", "1.0", "1 ", " 1", "1e3"}) EXPECT_FALSE(parse_whole(text)) << text;
}

TEST(JsonTokens, keep_numbers_as_they_are_written) {
  JsonTokens json;
  ASSERT_TRUE(json.read(R"({"price": 236.28999999999999, "id": 18446744073709551615, "in": {"price": 1}, "n": -7, "t": "a\"b", "none": null, "list": [1]})"));
  EXPECT_EQ(json.member("price")->text, "236.28999999999999");
  EXPECT_EQ(json.member("id")->text, "18446744073709551615");
  EXPECT_EQ(json.member("n")->text, "-7");
  EXPECT_EQ(json.member("t")->text, "a\"b");
  for (const char* absent : {"none", "list", "in", "other"}) EXPECT_EQ(json.member(absent), nullptr) << absent;
}

TEST(JsonTokens, refuse_what_is_not_one_value) {
  JsonTokens json;
  for (const char* text : {"", "{", "[1,2", "[1] [2]", "{\"a\" 1}", "[01]", "nan", "[1,]", "{'a':1}"}) EXPECT_FALSE(json.read(text)) << text;
  EXPECT_TRUE(json.read(std::string(100'000, '[') + std::string(100'000, ']'))) << "depth costs no stack";
}

struct Cut {
  std::vector<std::string> frames;
  bool complete = false, whole = true;
};
Cut cut(const std::string& text) {
  MemorySource bytes(text);
  JsonFrames frames(bytes);
  Cut out;
  for (JsonFrame f; frames.next(f);) {
    EXPECT_EQ(f.number, out.frames.size() + 1);
    out.frames.emplace_back(f.text);
    out.whole = out.whole && f.whole;
  }
  EXPECT_TRUE(frames.status());
  out.complete = frames.complete();
  return out;
}

TEST(JsonFrames, cut_an_array_at_its_own_commas_alone) {
  const Cut got = cut(" [ {\"a\": [1, 2], \"b\": \"],[\\\"\"} ,\n[7,[1,2,-3]],\"hb, hb\", 5 ] \n");
  EXPECT_EQ(got.frames, (std::vector<std::string>{"{\"a\": [1, 2], \"b\": \"],[\\\"\"} ", "[7,[1,2,-3]]", "\"hb, hb\"", "5 "}));
  EXPECT_TRUE(got.complete && got.whole);
  EXPECT_TRUE(cut("[]").complete);
  EXPECT_TRUE(cut("[]").frames.empty());
}

TEST(JsonFrames, an_element_that_closes_too_often_costs_itself_alone) {
  const Cut got = cut("[[1,2]},[3,4],}{,[5]]");
  ASSERT_EQ(got.frames.size(), 3u);
  EXPECT_EQ(got.frames[0], "[1,2]}");
  EXPECT_EQ(got.frames[1], "[3,4]");
}

TEST(JsonFrames, say_when_the_array_is_not_closed_or_is_none) {
  for (const char* text : {"", "{}", "7", "[1,2", "[1,[2,3", "[1,2] 3", "[", "[1,"}) EXPECT_FALSE(cut(text).complete) << text;
  EXPECT_FALSE(cut("[1,[2,3").whole);
  EXPECT_EQ(cut("[1,[2,3").frames.size(), 2u);
}

TEST(JsonFrames, an_element_without_end_is_cut_to_its_bound) {
  const std::string text = "[\"" + std::string(3 * JsonFrames::kFrame_bytes_max, 'x') + "\",[1]]";
  MemorySource bytes(text);
  JsonFrames frames(bytes);
  JsonFrame f;
  ASSERT_TRUE(frames.next(f));
  EXPECT_TRUE(f.too_long);
  EXPECT_EQ(f.text.size(), JsonFrames::kFrame_bytes_max);
  ASSERT_TRUE(frames.next(f));
  EXPECT_FALSE(f.too_long);
  EXPECT_EQ(f.text, "[1]");
}

}  // namespace
}  // namespace omega::feed
