// omega export sqlite | csv: a journal as tables for other tools.
#include "replay/export/export.hpp"

#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "adapters/cli/command.hpp"

namespace omega::cli {
namespace {

struct ExportCommand {
  std::string journal, target;
  replay::ExportOptions options;
  CommonOptions common;
};

using Open = Result<std::unique_ptr<replay::TableWriter>> (*)(const std::filesystem::path&);

int run_export(const ExportCommand& o, Open open) {
  auto writer = open(o.target);
  if (!writer) return fail(writer.error());
  const auto counts = replay::export_journal(o.journal, o.options, *writer.value());
  if (!counts) return fail(counts.error());
  if (o.common.json) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::object();
    for (const auto& [table, n] : counts.value()) rows[table] = n;
    std::cout << nlohmann::ordered_json{{"schema", "omega.export/1"}, {"journal", o.journal}, {"target", o.target}, {"rows", rows}}.dump(2) << '\n';
    return kDone;
  }
  for (const auto& [table, n] : counts.value()) std::cout << fmt::format("  {:<20} {:>12}\n", table, n);
  return kDone;
}

}  // namespace

void add_export(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("export", "a journal as SQLite tables or CSV files; replay/export/SCHEMA.md describes them");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, const char* target, Open open) {
    auto o = std::make_shared<ExportCommand>();
    CLI::App* c = group->add_subcommand(name, what);
    c->add_option("journal", o->journal, "journal of omega run or omega backtest")->required()->type_name("JOURNAL");
    c->add_option("target", o->target, std::string("new ") + target + "; nothing is written over")->required()->type_name("FILE");
    c->add_flag("--bars", o->options.bars, "bars and timers too (default: off)");
    c->add_flag("--features", o->options.features, "every journaled feature value too (default: off)");
    add_output_options(*c, o->common);
    c->footer(std::string("Example: omega export ") + name + " runs/green_only-paper-1 trades" + (std::string(name) == "csv" ? "" : ".db"));
    c->callback([o, open, &action] { action = [o, open] { return run_export(*o, open); }; });
  };
  add("sqlite", "one SQLite database", "database file", &replay::open_sqlite);
  add("csv", "one CSV file per table", "folder", &replay::open_csv);
}

}  // namespace omega::cli
