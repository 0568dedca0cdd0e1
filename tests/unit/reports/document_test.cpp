// A document in both renderings: nothing is lost, nothing of a text becomes markup, the page stands alone.
#include "replay/document/document.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace omega::replay {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(DocumentTest, markdown_holds_every_block_but_charts) {
  const Document d{"Title", {Heading{"Two"}, Heading{"Three", 3}, Paragraph{"words"}, Code{"{}"}, Lines{{"a", "b"}}, Table{{"x", "y"}, {{"1", "2"}}}, make_chart("c", "line", {"p"}, {{"s", {1}}})}};
  EXPECT_EQ(to_markdown(d), "# Title\n\n## Two\n\n\n### Three\n\nwords\n\n`{}`\n\n* a\n* b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n");
}

TEST(DocumentTest, a_bar_in_a_cell_does_not_end_it) { EXPECT_TRUE(has(to_markdown({"t", {Table{{"h"}, {{"a|b"}}}}}), "| a\\|b |")); }

TEST(DocumentTest, texts_never_become_markup) {
  const std::string evil = "<script>alert(\"1\")</script> & more";
  const std::string page = to_html({evil, {Heading{evil}, Paragraph{evil}, Code{evil}, Lines{{evil}}, Table{{evil}, {{evil}}}}});
  EXPECT_FALSE(has(page, "<script>alert"));
  EXPECT_TRUE(has(page, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more"));
}

TEST(DocumentTest, a_chart_name_cannot_end_its_script) {
  const std::string page = to_html({"t", {make_chart("c", "line", {"</script><b>"}, {{"s", {1}}})}});
  EXPECT_FALSE(has(page, "</script><b>"));
  EXPECT_TRUE(has(page, "\\u003c/script>\\u003cb>"));
}

TEST(DocumentTest, the_library_is_inside_a_page_with_charts_and_in_no_other) {
  EXPECT_TRUE(has(to_html({"t", {make_chart("c", "bar", {"p"}, {{"s", {1}}})}}), "Chart.js v"));
  EXPECT_FALSE(has(to_html({"t", {Paragraph{"p"}}}), "<script>"));
}

TEST(DocumentTest, strong_words_are_strong_and_a_lone_mark_stays) {
  const std::string page = to_html({"t", {Paragraph{"a **no** b"}, Paragraph{"2 ** 3"}}});
  EXPECT_TRUE(has(page, "a <strong>no</strong> b"));
  EXPECT_TRUE(has(page, "2 ** 3"));
}

TEST(DocumentTest, heat_colours_gains_and_losses_and_leaves_zero_plain) {
  const std::string page = to_html({"t", {Table{{"h"}, {{"a", "b", "c"}}, {{0, 1, -0.5}}}}});
  EXPECT_TRUE(has(page, "<td>a</td><td style=\"background:rgba(26,127,55,0.6"));
  EXPECT_TRUE(has(page, "<td style=\"background:rgba(207,34,46,0.3"));
}

TEST(DocumentTest, what_is_no_number_is_a_gap_in_a_chart) {
  const auto chart = nlohmann::json::parse(make_chart("c", "line", {"a", "b", "c"}, {{"s", {1, std::numeric_limits<double>::quiet_NaN(), 3}}, {"p", {4, 5, 6}, Series::Look::kPoints}}).config);
  EXPECT_EQ(chart["data"]["datasets"][0]["data"], nlohmann::json::parse("[1.0,null,3.0]"));
  EXPECT_EQ(chart["data"]["datasets"][1]["showLine"], false);
  EXPECT_EQ(chart["data"]["labels"].size(), 3u);
}

}  // namespace
}  // namespace omega::replay
