// What:     Which orders and inputs a question is about, found in the ledger before anything is replayed.
// Owner:    value type.   Threads: one.
// Errors:   nothing there to talk about: kUsage, with what the journal does hold.
#pragma once

#include <set>

#include "journal/event_json.hpp"
#include "replay/incident/incident.hpp"
#include "replay/incident/ledger.hpp"

namespace omega::replay {

struct Story {
  std::string kind = {}, text = {};  // "order", "order 1234 of ..."
  Seq focus = 0;                  // the input it is about
  Seq first = 0, last = 0;        // inputs between which it happens
  std::vector<OrderId> orders = {};  // by id, at most kIncidentOrders_max
  std::size_t orders_left_out = 0;
  std::set<std::pair<StrategyId, InstrumentId>> parties = {};  // of those orders: exit requests name no order
  const Recorded<KillSwitchEvent>* trip = nullptr;
  InstrumentId no_trade = kNoInstrument;
  TimeNs at = 0;
};

[[nodiscard]] Result<Story> find_story(const IncidentQuestion& question, const Ledger& ledger, const journal::JournalReader& reader,
                                       const journal::NameTables& names);

/// nullopt when the journal has no such input.
[[nodiscard]] std::optional<TimeNs> time_of_input(const journal::JournalReader& reader, Seq seq);

/// Every order that anything in the ledger says something about at the given input.
[[nodiscard]] std::set<OrderId> orders_at(const Ledger& ledger, Seq from, Seq to);

}  // namespace omega::replay
