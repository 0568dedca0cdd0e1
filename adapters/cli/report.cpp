// omega report daily | weekly | monthly | strategies | compare: statistics of a journal, for a period.
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/command.hpp"
#include "replay/reports/period_document.hpp"
#include "replay/reports/period_report.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ReportOptions {
  std::string journal, which = "-1", second = "-1", output;
  CommonOptions common;
};
using Build = std::function<Result<Json>(const replay::Book&, const ReportOptions&)>;

std::string rendered(const Json& doc, const std::string& file) {
  if (file.ends_with(".json")) return doc.dump(2) + "\n";
  if (file.ends_with(".html")) return replay::to_html(replay::period_document(doc));
  return replay::to_markdown(replay::period_document(doc));
}

int report(const ReportOptions& o, const Build& build) {
  const bool known = o.output.ends_with(".md") || o.output.ends_with(".html") || o.output.ends_with(".json");
  if (!o.output.empty() && !known) {
    return fail({ErrorKind::kUsage, "report: --output: expected a name that ends in .md, .html or .json, got '" + o.output + "'"});
  }
  const auto book = replay::Book::read(o.journal);
  if (!book) return fail(book.error());
  const auto doc = build(book.value(), o);
  if (!doc) return fail(doc.error());
  if (!o.output.empty()) {
    if (Status s = write_text(o.output, rendered(doc.value(), o.output), "cannot write; give a writable file with --output"); !s) return fail(s.error());
  }
  std::cout << (o.common.json ? doc.value().dump(2) + "\n" : replay::to_markdown(replay::period_document(doc.value())));
  return kDone;
}

}  // namespace

void add_report(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("report", "what a journal earned, by day, week, month or strategy, against the benchmarks");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, Build build) {
    auto o = std::make_shared<ReportOptions>();
    CLI::App* c = group->add_subcommand(name, what);
    c->add_option("journal", o->journal, "journal of omega run or omega backtest")->required()->type_name("JOURNAL");
    c->add_option("--output", o->output, "also write it to this file; its ending says how: .md, .html (with charts, needs no network) or .json (default: none), e.g. --output daily.html")
        ->type_name("FILE");
    add_output_options(*c, o->common);
    c->footer(std::string("Example: omega report ") + name + " runs/green_only-paper-1 --output " + name + ".html");
    c->callback([o, build, &action] { action = [o, build] { return report(*o, build); }; });
    return std::pair{c, o};
  };
  {
    const auto [c, o] = add("daily", "one UTC day: trades, P&L by strategy and symbol, kill switch, red flags",
                            [](const replay::Book& b, const ReportOptions& r) { return replay::daily_report(b, r.which); });
    c->add_option("--date", o->which, "the day, YYYY-MM-DD, or -1 for the last market day, -2 for the one before (default: -1)")->type_name("DATE");
  }
  {
    const auto [c, o] = add("weekly", "one week from Monday: the same, with the weekly target and the weeks beside it",
                            [](const replay::Book& b, const ReportOptions& r) { return replay::weekly_report(b, r.which); });
    c->add_option("--week", o->which, "the week, YYYY-Www or any day of it, or -1 for the last, -2 for the one before (default: -1)")->type_name("WEEK");
  }
  {
    const auto [c, o] = add("monthly", "one month: the same, with the ranking of strategies and the months beside it",
                            [](const replay::Book& b, const ReportOptions& r) { return replay::monthly_report(b, r.which); });
    c->add_option("--month", o->which, "the month, YYYY-MM or any day of it, or -1 for the last (default: -1)")->type_name("MONTH");
  }
  add("strategies", "the whole journal, strategy by strategy",
      [](const replay::Book& b, const ReportOptions&) -> Result<Json> { return replay::strategies_report(b); });
  {
    const auto [c, o] = add("compare", "two weeks side by side: what changed",
                            [](const replay::Book& b, const ReportOptions& r) { return replay::compare_report(b, r.which, r.second); });
    o->which = "-2";
    c->add_option("--week1", o->which, "the first week, as for weekly (default: -2)")->type_name("WEEK");
    c->add_option("--week2", o->second, "the second week (default: -1)")->type_name("WEEK");
  }
}

}  // namespace omega::cli
