// omega verify: every derived event again from the inputs, compared byte for byte.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/command.hpp"
#include "journal/reader.hpp"
#include "replay/session.hpp"

namespace omega::cli {
namespace {

struct VerifyOptions {
  std::string journal;
  bool parity = false;
  CommonOptions common;
};

/// A journal that was imported, or whose lanes were pruned, cannot be compared.
Status check_lanes(const std::string& dir) {
  auto reader = journal::JournalReader::open(dir);
  if (!reader) return reader.error();
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    if (reader.value()->has_lane(static_cast<Lane>(l))) continue;
    return Error{ErrorKind::kData, dir + ": verify needs all five lanes, but lane " + kLaneName[l] +
                                       " is not there; only journals of omega run and omega backtest have them"};
  }
  return Ok{};
}

int verify(const VerifyOptions& o) {
  if (Status s = check_lanes(o.journal); !s) return fail(s.error());
  const auto result = replay::verify_journal(o.journal, o.parity);
  if (!result) return fail(result.error());
  const replay::VerifyResult& v = result.value();
  if (o.common.json) {
    std::cout << nlohmann::ordered_json{{"schema", "omega.verify/1"}, {"journal", o.journal}, {"parity", o.parity},
                                        {"identical", v.identical}, {"inputs", v.events},
                                        {"derived", v.derived_events}, {"detail", v.detail}}.dump(2) << '\n';
  } else if (v.identical) {
    std::cout << fmt::format("identical: {} derived events from {} inputs{}\n", v.derived_events, v.events,
                             o.parity ? ", the paper venue and the timers re-derived too" : "");
  } else {
    std::cout << "DIFFERENT: " << v.detail << '\n';
  }
  return v.identical ? kDone : kAnswerIsNo;
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  auto o = std::make_shared<VerifyOptions>();
  CLI::App* c = app.add_subcommand("verify", "re-derive every event of a journal from its inputs and compare byte for byte; exit 1 when they differ");
  c->add_option("journal", o->journal, "journal of omega run or omega backtest")->required()->type_name("JOURNAL");
  c->add_flag("--parity", o->parity, "also re-derive timers and the paper venue's reports from the bars alone (default: off)");
  add_output_options(*c, o->common);
  c->footer("Example: omega verify runs/green_only-paper-1 --parity");
  c->callback([o, &action] { action = [o] { return verify(*o); }; });
}

}  // namespace omega::cli
