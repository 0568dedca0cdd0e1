// What:     A report as a reader sees it - headings, lines, tables, charts - and its two renderings: Markdown, and one HTML page that
//           needs nothing else (style and chart library inside).
// Owner:    value type.   Threads: any.
// Errors:   none; texts are escaped. A chart is drawn in HTML and left out of Markdown.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace omega::replay {

struct Heading {
  std::string text;
  int level = 2;  // 2 or 3
};
struct Paragraph {
  std::string text;
};
struct Code {       // a record as the journal prints it
  std::string text;
};
struct Lines {
  std::vector<std::string> items;
};
struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::vector<double>> heat = {};  // as rows: -1 (red) .. 0 .. +1 (green) behind a cell in HTML; empty: none
};
struct Chart {
  std::string title;
  std::string config;  // of the chart library, as JSON
};
struct Document {
  std::string title;
  std::vector<std::variant<Heading, Paragraph, Code, Lines, Table, Chart>> blocks;
};

[[nodiscard]] std::string to_markdown(const Document& document);
[[nodiscard]] std::string to_html(const Document& document);

struct Series {
  enum class Look : std::uint8_t { kLine, kDashed, kPoints };
  std::string name;
  std::vector<double> values;  // NaN: nothing there; kLine is drawn across such places
  Look look = Look::kLine;
};
/// type: "line" or "bar".
[[nodiscard]] Chart make_chart(const std::string& title, const std::string& type, const std::vector<std::string>& labels,
                               const std::vector<Series>& series);

}  // namespace omega::replay
