// omega journal state: the engine as it stood after one input, from the nearest snapshot.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/cli/journal_command.hpp"
#include "engine/core/events.hpp"
#include "replay/inspect/account_state.hpp"
#include "replay/report_time.hpp"
#include "replay/state_at.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;

Json state_json(const std::string& dir, const replay::StateAt& s) {
  const OrdersStage& orders = s.engine->stages().orders();
  const KillSwitch& ks = s.engine->stages().risk().kill_switch();
  Json positions = Json::array(), tripped = Json::array();
  for (const OpenPosition& p : orders.account().positions()) positions.push_back(replay::position_state(p, *s.config));
  for (std::size_t layer = 1; layer <= 5; ++layer)
    if (ks.status(static_cast<KillSwitchLayer>(layer)).tripped) tripped.push_back(layer == 5 ? std::string("STAT") : fmt::format("L{}", layer));
  return {{"schema", "omega.journal-state/1"}, {"path", dir}, {"seq", s.seq}, {"time", replay::format_time(s.ts)},
          {"snapshot_seq", s.snapshot_seq}, {"snapshots_ignored", s.ignored}, {"state_digest", fmt::format("{:016x}", s.digest())},
          {"equity", money_to_double(orders.equity())}, {"realised", money_to_double(orders.realised())},
          {"open_pnl", money_to_double(orders.open_pnl())}, {"trades", orders.trades()}, {"emergency_stop", ks.emergency()},
          {"layers_tripped", std::move(tripped)}, {"positions", std::move(positions)}};
}

void print_text(const Json& s) {
  const auto line = [](const char* label, const std::string& value) { std::cout << fmt::format("  {:<16} {}\n", label, value); };
  std::cout << fmt::format("journal {} after seq {}\n", s["path"].get<std::string>(), s["seq"].get<std::uint64_t>());
  line("time", s["time"].get<std::string>());
  const auto from = s["snapshot_seq"].get<std::uint64_t>();
  line("replayed from", from == 0 ? std::string("the start") : fmt::format("the snapshot at seq {}", from));
  for (const Json& why : s["snapshots_ignored"]) line("ignored", why.get<std::string>());
  line("state digest", s["state_digest"].get<std::string>());
  line("equity", fmt::format("{:.2f} (realised {:.2f}, open {:.2f})", s["equity"].get<double>(), s["realised"].get<double>(), s["open_pnl"].get<double>()));
  line("trades", fmt::format("{}", s["trades"].get<std::uint64_t>()));
  line("kill switch", s["layers_tripped"].empty() ? std::string("no layer tripped") : s["layers_tripped"].dump());
  line("positions", s["positions"].empty() ? std::string("none") : "");
  for (const Json& p : s["positions"])
    std::cout << fmt::format("    {} {} {} {} lots, entry {} {}, stop {}, target {}, order {}\n", p["symbol"].get<std::string>(),
                             p["strategy"].get<std::string>(), p["side"].get<std::string>(), p["lots"].get<double>(),
                             p["entry"].get<double>(), p["filled"].get<bool>() ? "filled" : "pending", p["stop"].get<double>(),
                             p["target"].get<double>(), p["order_id"].get<std::uint64_t>());
}

}  // namespace

int journal_state(const JournalOptions& o) {
  const auto state = replay::state_at(o.dir, o.to_seq, !o.no_snapshots);
  if (!state) return fail(state.error());
  const Json doc = state_json(o.dir, state.value());
  if (o.common.json) {
    std::cout << doc.dump(2) << '\n';
  } else {
    print_text(doc);
  }
  return kDone;
}

}  // namespace omega::cli
