// What:     A report as a reader sees it - headings, lines, tables, charts - and its two renderings: Markdown, and one HTML page that
//           needs nothing else (style and chart library inside).
// Owner:    value type.   Threads: any.
// Errors:   none; texts are escaped. A chart is drawn in HTML and left out of Markdown.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>
#include <vector>

namespace omega::replay {

struct Heading {
  std::string text;
};
struct Lines {
  std::vector<std::string> items;
};
struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
};
struct Chart {
  std::string title;
  std::string config;  // of the chart library, as JSON
};
struct Document {
  std::string title;
  std::vector<std::variant<Heading, Lines, Table, Chart>> blocks;
};

[[nodiscard]] std::string to_markdown(const Document& document);
[[nodiscard]] std::string to_html(const Document& document);

struct Series {
  std::string name;
  std::vector<double> values;  // NaN: a gap
};
/// type: "line" or "bar".
[[nodiscard]] Chart make_chart(const std::string& title, const std::string& type, const std::vector<std::string>& labels,
                               const std::vector<Series>& series);

}  // namespace omega::replay
