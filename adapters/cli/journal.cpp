// omega journal ...: the options of its commands.
#include <memory>

#include "adapters/cli/journal_command.hpp"

namespace omega::cli {

void add_journal(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("journal", "inspect, check and mend a journal");
  group->require_subcommand(1);

  const auto add = [&](const char* name, const char* what, int (*run)(const JournalOptions&)) {
    auto o = std::make_shared<JournalOptions>();
    CLI::App* c = group->add_subcommand(name, what);
    c->add_option("journal", o->dir, "journal folder")->required()->type_name("DIR");
    c->callback([o, run, &action] { action = [o, run] { return run(*o); }; });
    return std::pair{c, o};
  };

  {
    const auto [c, o] = add("info", "state, period, feed, and per lane: events, bytes, seqs, types, digests", &journal_info);
    add_output_options(*c, o->common);
    c->footer("Example: omega journal info runs/green_only-paper-1 --json");
  }
  {
    const auto [c, o] = add("check", "read every byte of every lane; exit 1 when something is torn, corrupt or missing", &journal_check);
    add_output_options(*c, o->common);
    c->footer("Example: omega journal check runs/green_only-paper-1");
  }
  {
    const auto [c, o] = add("state", "the engine as it stood after one input: equity, positions, kill switch, digest", &journal_state);
    c->add_option("--seq", o->to_seq, "the input (default: the last), e.g. --seq 250000")->check(CLI::PositiveNumber)->type_name("SEQ");
    c->add_flag("--no-snapshots", o->no_snapshots, "replay from the journal's start instead of the nearest snapshot (default: off)");
    add_output_options(*c, o->common);
    c->footer("Example: omega journal state runs/green_only-paper-1 --seq 250000");
  }
  {
    const auto [c, o] = add("repair", "cut the torn tail that a crash left; says first what is lost; refuses acknowledged data that is damaged", &journal_repair);
    c->add_flag("--yes", o->yes, "do it (default: only say what would be done, exit 1 when there is something)");
    add_output_options(*c, o->common);
    c->footer("Example: omega journal repair runs/green_only-paper-1 --yes");
  }
  {
    const auto [c, o] = add("rebuild", "make damaged or deleted derived lanes again from the inputs, to the byte", &journal_rebuild);
    add_output_options(*c, o->common);
    c->footer("Example: omega journal rebuild runs/green_only-paper-1");
  }
  {
    const auto [c, o] = add("prune", "remove whole old segments lane by lane, and old snapshots; refuses inputs that are still needed", &journal_prune);
    c->add_option("--lane", o->lanes, "what to prune, repeatable: inputs, features, signals, risk, orders, snapshots or all")
        ->required()
        ->check(CLI::IsMember({"inputs", "features", "signals", "risk", "orders", "snapshots", "all"}))
        ->expected(1)
        ->take_all()
        ->type_name("LANE");
    c->add_option("--keep-days", o->keep_days, "keep so many days before the last input (default: none; this, --before or --before-seq must be given), e.g. --keep-days 90")->check(CLI::Range(1, 36600))->type_name("DAYS");
    c->add_option("--before", o->before, "keep what is at or after this time, a date or RFC 3339 UTC (default: none)")->type_name("TIME");
    c->add_option("--before-seq", o->before_seq, "keep what is at or after this input (default: none)")->check(CLI::PositiveNumber)->type_name("SEQ");
    c->add_flag("--yes", o->yes, "do it (default: only say what would go, exit 1 when there is something)");
    add_output_options(*c, o->common);
    c->footer("Example: omega journal prune runs/green_only-paper-1 --lane features --keep-days 90 --yes");
  }
  {
    const auto [c, o] = add("backup", "copy a journal, also a running one up to its watermark, and read the copy back", &journal_backup);
    c->add_option("out", o->backup, "new file that ends with .tar.zst, else a new folder")->required()->type_name("OUT");
    add_output_options(*c, o->common);
    c->footer("Example: omega journal backup runs/green_only-paper-1 monday.tar.zst");
  }
  {
    auto o = std::make_shared<JournalOptions>();
    CLI::App* c = group->add_subcommand("restore", "a journal from a backup, every byte of it checked");
    c->add_option("backup", o->backup, "what omega journal backup made")->required()->type_name("BACKUP");
    c->add_option("journal", o->dir, "new or empty folder")->required()->type_name("DIR");
    c->callback([o, &action] { action = [o] { return journal_restore(*o); }; });
    add_output_options(*c, o->common);
    c->footer("Example: omega journal restore monday.tar.zst runs/monday");
  }
  {
    const auto [c, o] = add("cat", "print events, one line of JSON each, lane after lane", &journal_cat);
    c->add_option("--lane", o->lane, "one lane only: inputs, features, signals, risk or orders (default: all)")
        ->check(CLI::IsMember({"inputs", "features", "signals", "risk", "orders"}))
        ->type_name("LANE");
    c->add_option("--type", o->types, "events of this type, repeatable (default: all), e.g. --type risk_decision")->type_name("TYPE")->expected(1)->take_all();
    c->add_option("--symbol", o->symbols, "events of this instrument, repeatable (default: all), e.g. --symbol EURUSD")->type_name("SYMBOL")->expected(1)->take_all();
    c->add_option("--strategy", o->strategies, "events of this strategy, repeatable (default: all), e.g. --strategy liquidity_sweep")->type_name("NAME")->expected(1)->take_all();
    CLI::Option* from_seq = c->add_option("--from-seq", o->from_seq, "first seq (default: 1), e.g. --from-seq 1000")->check(CLI::PositiveNumber)->type_name("SEQ");
    c->add_option("--to-seq", o->to_seq, "last seq (default: the end)")->check(CLI::PositiveNumber)->type_name("SEQ");
    c->add_option("--from", o->from, "first time, a date or RFC 3339 UTC (default: the start), e.g. --from 2018-03-01T08:00:00Z")->excludes(from_seq)->type_name("TIME");
    c->add_option("--to", o->to, "last time, likewise (default: the end)")->type_name("TIME");
    c->add_option("--limit", o->limit, "stop after so many events (default: no limit)")->check(CLI::PositiveNumber)->type_name("N");
    c->add_flag("--follow", o->follow, "go on with what a running engine appends, until it closes the journal; lanes are then mixed (default: off)");
    c->footer("Example: omega journal cat runs/green_only-paper-1 --lane risk --symbol EURUSD --limit 20");
  }
}

}  // namespace omega::cli
