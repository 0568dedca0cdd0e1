#include "replay/document/document.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "replay/document/chart_library.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kStyle = R"(body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem;color:#1b1f24;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #d0d7de}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .6rem;border-bottom:1px solid #d0d7de;text-align:left;white-space:nowrap}th{background:#f6f8fa}
figure{margin:1rem 0}figcaption{font-weight:600;font-size:.9rem}.chart{position:relative;height:18rem}
pre{background:#f6f8fa;padding:.5rem;font-size:.8rem;white-space:pre-wrap;overflow-wrap:anywhere}h3{font-size:1rem;margin-top:1.5rem}
li,p{overflow-wrap:anywhere}h1{overflow-wrap:anywhere}@media(max-width:40rem){body{padding:.6rem}.chart{height:14rem}})";

template <class... F> struct Overloaded : F... { using F::operator()...; };
template <class... F> Overloaded(F...) -> Overloaded<F...>;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

/// Escaped, with **words** strong as in Markdown.
std::string prose(const std::string& text) {
  const std::string safe = escaped(text);
  std::string out;
  bool strong = false;
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const bool mark = safe.compare(i, 2, "**") == 0 && (strong || safe.find("**", i + 2) != std::string::npos);
    if (!mark) {
      out += safe[i];
      continue;
    }
    out += strong ? "</strong>" : "<strong>";
    strong = !strong;
    ++i;
  }
  return out;
}

std::string cell_markdown(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c);
  return out;
}

std::string table_markdown(const Table& t) {
  const auto row = [](const std::vector<std::string>& cells) {
    std::string line = "|";
    for (const std::string& c : cells) line += " " + cell_markdown(c) + " |";
    return line + "\n";
  };
  std::string out = row(t.head) + "|";
  for (std::size_t i = 0; i < t.head.size(); ++i) out += "---|";
  out += "\n";
  for (const auto& r : t.rows) out += row(r);
  return out;
}

/// Green for gains, red for losses, as deep as the value is far from zero.
std::string heat_style(double heat) {
  if (!std::isfinite(heat) || heat == 0) return "";
  const char* colour = heat > 0 ? "26,127,55" : "207,34,46";
  return " style=\"background:rgba(" + std::string(colour) + "," + std::to_string(std::min(std::fabs(heat), 1.0) * 0.6) + ")\"";
}

std::string table_html(const Table& t) {
  std::string out = "<div class=\"wide\"><table>\n<tr>";
  for (const std::string& c : t.head) out += "<th>" + escaped(c) + "</th>";
  out += "</tr>\n";
  for (std::size_t r = 0; r < t.rows.size(); ++r) {
    out += "<tr>";
    for (std::size_t c = 0; c < t.rows[r].size(); ++c) {
      const bool hot = r < t.heat.size() && c < t.heat[r].size();
      out += "<td" + (hot ? heat_style(t.heat[r][c]) : "") + ">" + prose(t.rows[r][c]) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

/// JSON inside a script element: no "</script>" can end it early.
std::string for_script(const std::string& json) {
  std::string out;
  for (const char c : json) out += c == '<' ? "\\u003c" : std::string(1, c);
  return out;
}

}  // namespace

std::string to_markdown(const Document& d) {
  std::string out = "# " + d.title + "\n";
  for (const auto& block : d.blocks) {
    out += std::visit(Overloaded{[](const Heading& h) { return "\n" + std::string(static_cast<std::size_t>(h.level), '#') + " " + h.text + "\n\n"; },
                                 [](const Paragraph& p) { return p.text + "\n\n"; },
                                 [](const Code& c) { return "`" + c.text + "`\n\n"; },
                                 [](const Lines& l) {
                                   std::string all;
                                   for (const std::string& item : l.items) all += "* " + item + "\n";
                                   return all + "\n";
                                 },
                                 [](const Table& t) { return table_markdown(t) + "\n"; },
                                 [](const Chart&) { return std::string(); }},
                      block);
  }
  return out;
}

std::string to_html(const Document& d) {
  std::string body, script;
  std::size_t charts = 0;
  for (const auto& block : d.blocks) {
    body += std::visit(Overloaded{[](const Heading& h) {
                                    const std::string tag = "h" + std::to_string(h.level);
                                    return "<" + tag + ">" + escaped(h.text) + "</" + tag + ">\n";
                                  },
                                  [](const Paragraph& p) { return "<p>" + prose(p.text) + "</p>\n"; },
                                  [](const Code& c) { return "<pre>" + escaped(c.text) + "</pre>\n"; },
                                  [](const Lines& l) {
                                    std::string all = "<ul>\n";
                                    for (const std::string& item : l.items) all += "<li>" + prose(item) + "</li>\n";
                                    return all + "</ul>\n";
                                  },
                                  [](const Table& t) { return table_html(t); },
                                  [&](const Chart& c) {
                                    const std::string id = "chart" + std::to_string(++charts);
                                    script += "new Chart(document.getElementById('" + id + "')," + for_script(c.config) + ");\n";
                                    return "<figure><figcaption>" + escaped(c.title) + "</figcaption><div class=\"chart\"><canvas id=\"" + id +
                                           "\"></canvas></div></figure>\n";
                                  }},
                       block);
  }
  std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>" +
                    escaped(d.title) + "</title><style>" + kStyle + "</style></head><body>\n<h1>" + escaped(d.title) + "</h1>\n" + body;
  if (charts > 0) out += "<script>" + std::string(chart_library()) + "</script>\n<script>\n" + script + "</script>\n";
  return out + "</body></html>\n";
}

Chart make_chart(const std::string& title, const std::string& type, const std::vector<std::string>& labels, const std::vector<Series>& series) {
  static constexpr std::array<const char*, 6> kColours{"#0969da", "#cf222e", "#1a7f37", "#8250df", "#bc4c00", "#57606a"};
  Json sets = Json::array();
  for (const Series& s : series) {
    Json values = Json::array();
    for (const double v : s.values) values.push_back(std::isfinite(v) ? Json(v) : Json(nullptr));
    const char* colour = kColours[sets.size() % kColours.size()];
    const bool points = s.look == Series::Look::kPoints;
    Json set{{"label", s.name}, {"data", std::move(values)}, {"borderColor", colour}, {"backgroundColor", colour},
             {"borderWidth", 1.5}, {"pointRadius", points ? 6 : labels.size() > 60 ? 0 : 2}, {"spanGaps", s.look == Series::Look::kLine}};
    if (points) set["showLine"] = false;
    if (s.look == Series::Look::kDashed) set["borderDash"] = {5, 4};
    sets.push_back(std::move(set));
  }
  const Json config{{"type", type}, {"data", {{"labels", labels}, {"datasets", std::move(sets)}}},
                    {"options", {{"animation", false}, {"maintainAspectRatio", false}, {"interaction", {{"mode", "index"}, {"intersect", false}}},
                                 {"scales", {{"x", {{"ticks", {{"maxRotation", 0}, {"autoSkipPadding", 16}}}}}}},
                                 {"plugins", {{"legend", {{"display", series.size() > 1}}}}}}}};
  return {title, config.dump()};
}

}  // namespace omega::replay
