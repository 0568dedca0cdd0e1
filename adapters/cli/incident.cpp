// omega incident: what happened and why, from the journal, every number re-derived.
#include "replay/incident/incident.hpp"

#include <charconv>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/command.hpp"
#include "replay/report_time.hpp"

namespace omega::cli {
namespace {

struct IncidentOptions {
  replay::IncidentQuestion question;
  std::uint64_t seq = 0, order = 0, trip = 0;
  std::string at, output, window = "5m";
  CommonOptions common;
};

/// "30s", "5m", "2h"; nullopt for anything else or more than a day.
std::optional<DurationNs> parse_window(const std::string& text) {
  std::uint64_t n = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, n);
  if (error != std::errc{} || end - rest != 1 || n > 86'400) return std::nullopt;
  const DurationNs unit = *rest == 's' ? kSecond_ns : *rest == 'm' ? kMinute_ns : *rest == 'h' ? kHour_ns : 0;
  const DurationNs window = static_cast<DurationNs>(n) * unit;
  return unit == 0 || window > kDay_ns ? std::nullopt : std::optional(window);
}

Result<replay::IncidentQuestion> question_of(const IncidentOptions& o) {
  replay::IncidentQuestion q = o.question;
  if (o.seq > 0) q.seq = o.seq;
  if (o.order > 0) q.order = o.order;
  if (o.trip > 0) q.trip = o.trip;
  const auto window = parse_window(o.window);
  if (!window) return Error{ErrorKind::kUsage, "incident: --window: expected seconds, minutes or hours up to a day, such as 30s, 5m or 2h, got '" + o.window + "'"};
  q.window_ns = *window;
  if (!o.at.empty()) {
    q.at = replay::parse_time(o.at);
    if (!q.at) return Error{ErrorKind::kUsage, "incident: --at: expected a date or an RFC 3339 time in UTC, got '" + o.at + "'"};
  }
  if (!q.no_trade_symbol.empty() && !q.at) return Error{ErrorKind::kUsage, "incident: --no-trade: expected --at TIME with it, got none"};
  if (!q.seq && !q.order && !q.trip && !q.at && !q.last_stop) {
    return Error{ErrorKind::kUsage, "incident: expected one of --order, --seq, --at, --last-stop, --trip, got none; see omega incident --help"};
  }
  return q;
}

int incident(const IncidentOptions& o) {
  const auto question = question_of(o);
  if (!question) return fail(question.error());
  const auto doc = replay::build_incident(question.value());
  if (!doc) return fail(doc.error());
  const replay::Document document = replay::incident_document(doc.value());
  const std::string json = doc.value().dump(2) + "\n", markdown = replay::to_markdown(document);
  if (!o.output.empty()) {
    std::error_code ignored;
    std::filesystem::create_directories(o.output, ignored);
    const std::string html = replay::to_html(document);
    for (const auto& [name, text] : {std::pair{"incident.json", &json}, std::pair{"incident.md", &markdown}, std::pair{"incident.html", &html}}) {
      if (Status s = write_text(std::filesystem::path(o.output) / name, *text, "cannot write; give a writable folder with --output"); !s) return fail(s.error());
    }
  }
  std::cout << (o.common.json ? json : markdown);
  return doc.value()["rederived"]["mismatches"] == 0 && doc.value()["contradictions"] == 0 ? kDone : kAnswerIsNo;
}

}  // namespace

void add_incident(CLI::App& app, Action& action) {
  auto o = std::make_shared<IncidentOptions>();
  CLI::App* c = app.add_subcommand("incident", "what happened and why, every number re-derived by replay; exit 1 when one differs from the journal");
  c->add_option("journal", o->question.journal, "journal of omega run or omega backtest")->required()->type_name("JOURNAL");
  CLI::Option* seq = c->add_option("--seq", o->seq, "about this input (default: none), e.g. --seq 4711")->check(CLI::PositiveNumber)->type_name("SEQ");
  CLI::Option* order = c->add_option("--order", o->order, "about this order or signal; id = seq * 256 + index (default: none), e.g. --order 1206016")->check(CLI::PositiveNumber)->type_name("ID");
  CLI::Option* at = c->add_option("--at", o->at, "about this moment, a date or RFC 3339 UTC (default: none), e.g. --at 2018-03-01T08:00:00Z")->type_name("TIME");
  CLI::Option* stop = c->add_flag("--last-stop", o->question.last_stop, "about the last kill-switch trip (default: off)");
  CLI::Option* trip = c->add_option("--trip", o->trip, "about the n-th kill-switch trip, from 1 (default: none), e.g. --trip 2")->check(CLI::PositiveNumber)->type_name("N");
  c->add_option("--no-trade", o->question.no_trade_symbol, "why there was no trade on this symbol, with --at (default: off), e.g. --no-trade EURUSD")->type_name("SYMBOL");
  for (CLI::Option* a : {seq, order, at, stop, trip}) {
    for (CLI::Option* b : {seq, order, at, stop, trip}) {
      if (a != b) a->excludes(b);
    }
  }
  c->add_option("--window", o->window, "span on either side of the moment that the timeline shows whole: s, m or h (default: 5m), e.g. --window 2h")
      ->type_name("SPAN");
  c->add_option("--output", o->output, "write incident.md, incident.html (with charts, needs no network) and incident.json into this folder (default: none), e.g. --output incidents/1")->type_name("DIR");
  add_output_options(*c, o->common);
  c->footer("Example: omega incident runs/green_only-paper-1 --no-trade EURUSD --at 2018-03-01T10:00:00Z");
  c->callback([o, &action] { action = [o] { return incident(*o); }; });
}

}  // namespace omega::cli
