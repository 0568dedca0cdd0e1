// omega inspect: the engine's whole state after one input, or at a moment, from the nearest snapshot.
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/command.hpp"
#include "journal/reader.hpp"
#include "replay/inspect/state_document.hpp"
#include "replay/report_time.hpp"

namespace omega::cli {
namespace {

struct InspectOptions {
  std::string journal, at;
  std::uint64_t seq = 0;
  bool no_snapshots = false;
  CommonOptions common;
};

/// The last input with a time not after `ts`; 0: the journal's last.
Result<Seq> input_at(const std::string& dir, TimeNs ts) {
  auto reader = journal::JournalReader::open(dir);
  if (!reader) return reader.error();
  if (!reader.value()->has_lane(Lane::kInputs)) return Error{ErrorKind::kUsage, dir + ": holds no inputs yet"};
  journal::LaneCursor inputs = reader.value()->lane(Lane::kInputs);
  journal::FrameView frame;
  if (!inputs.seek_time(ts + 1) || !inputs.next(frame)) {
    if (inputs.error()) return *inputs.error();
    return Seq{0};
  }
  if (frame.seq > 1) return frame.seq - 1;
  return Error{ErrorKind::kUsage, "inspect: --at: expected a time from " + replay::format_time(frame.ts()) + " on, got an earlier one"};
}

int inspect(const InspectOptions& o) {
  Seq seq = o.seq;
  if (!o.at.empty()) {
    const auto ts = replay::parse_time(o.at);
    if (!ts) return fail({ErrorKind::kUsage, "inspect: --at: expected a date or an RFC 3339 time in UTC, got '" + o.at + "'"});
    const auto found = input_at(o.journal, *ts);
    if (!found) return fail(found.error());
    seq = found.value();
  }
  const auto state = replay::state_at(o.journal, seq, !o.no_snapshots);
  if (!state) return fail(state.error());
  const auto document = replay::state_document(o.journal, state.value());
  std::cout << (o.common.json ? document.dump(2) + "\n" : replay::state_text(document));
  return kDone;
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  auto o = std::make_shared<InspectOptions>();
  CLI::App* c = app.add_subcommand("inspect", "time travel: the whole state after one input - last bid and ask, bars, features, strategies, positions, orders, exposure, kill switch");
  c->add_option("journal", o->journal, "journal of omega run or omega backtest")->required()->type_name("JOURNAL");
  CLI::Option* seq = c->add_option("--seq", o->seq, "after this input (default: the last one), e.g. --seq 4711")->check(CLI::PositiveNumber)->type_name("SEQ");
  c->add_option("--at", o->at, "after the last input up to this moment, a date or RFC 3339 UTC (default: the last one), e.g. --at 2018-03-01T08:00:00Z")
      ->type_name("TIME")
      ->excludes(seq);
  c->add_flag("--no-snapshots", o->no_snapshots, "replay from the journal's start (default: from the nearest snapshot)");
  add_output_options(*c, o->common);
  c->footer("Example: omega inspect runs/green_only-paper-1 --at 2018-03-01T08:00:00Z");
  c->callback([o, &action] { action = [o] { return inspect(*o); }; });
}

}  // namespace omega::cli
