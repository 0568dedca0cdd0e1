#include "replay/incident/story.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/civil_time.hpp"
#include "engine/signals/signals_out.hpp"
#include "replay/report_time.hpp"

namespace omega::replay {
namespace {

Error nothing(const std::string& what) { return {ErrorKind::kUsage, "incident: " + what}; }

/// Seq of the last input at or before ts; 0 when there is none.
Seq seq_at(const journal::JournalReader& reader, TimeNs ts) {
  journal::LaneCursor cursor = reader.lane(Lane::kInputs);
  journal::FrameView frame;
  if (cursor.seek_time(ts + 1) && cursor.next(frame)) return frame.seq - 1;
  cursor = reader.lane(Lane::kInputs);
  Seq last = 0;
  while (cursor.next(frame)) last = frame.seq;
  return last;
}

/// Orders of the venue's report at this input, if it is one.
std::optional<OrderId> reported_order(const journal::JournalReader& reader, Seq seq) {
  journal::LaneCursor cursor = reader.lane(Lane::kInputs);
  journal::FrameView frame;
  if (!cursor.seek(seq) || !cursor.next(frame) || frame.seq != seq || frame.type != EventType::kExecReport) return std::nullopt;
  return frame.as<ExecReport>().order_id;
}

void take_orders(Story& story, const std::set<OrderId>& ids) {
  story.orders.assign(ids.begin(), ids.end());
  if (story.orders.size() > kIncidentOrders_max) {  // the newest are nearest to the question
    story.orders_left_out = story.orders.size() - kIncidentOrders_max;
    story.orders.erase(story.orders.begin(), story.orders.begin() + static_cast<std::ptrdiff_t>(story.orders_left_out));
  }
}

/// From the first cause to the last record of the story's orders, the focus included.
void span_orders(Story& story, const Ledger& ledger) {
  story.first = story.last = story.focus;
  for (const OrderId id : story.orders) {
    story.first = std::min(story.first, cause_of(id));
    if (const auto* signal = ledger.signal(id)) story.parties.insert({signal->event.strategy, signal->event.instrument});
    story.last = std::max(story.last, cause_of(id));
    if (const auto* o = ledger.outcome(id)) story.last = std::max(story.last, o->seq);
    if (const auto* t = ledger.trade(id)) story.last = std::max(story.last, t->seq);
  }
}

/// The trades that led to a trip: of the day (L2), since the last peak (L4), of the strategy (L3), the newest (breaker).
std::set<OrderId> led_to(const Recorded<KillSwitchEvent>& trip, const Ledger& ledger) {
  std::set<OrderId> ids;
  Seq since = 0;
  if (trip.event.layer == KillSwitchLayer::kEmergency) {
    for (const auto& m : ledger.marks) {
      if (m.seq < trip.seq && m.event.equity >= m.event.peak) since = m.seq;
    }
  }
  for (const auto& t : ledger.trades) {
    if (t.seq > trip.seq || t.seq <= since) continue;
    if (trip.event.layer == KillSwitchLayer::kDailyLoss && utc_day(t.event.ts) != utc_day(trip.event.ts)) continue;
    if (trip.event.layer == KillSwitchLayer::kStrategy && t.event.strategy != trip.event.strategy) continue;
    ids.insert(t.event.order_id);
  }
  for (const OrderId id : orders_at(ledger, trip.seq, trip.seq)) ids.insert(id);
  return ids;
}

Result<Story> trip_story(const IncidentQuestion& q, const Ledger& ledger) {
  std::vector<const Recorded<KillSwitchEvent>*> trips;
  for (const auto& k : ledger.killswitch) {
    if (k.event.action == KillSwitchAction::kTrip) trips.push_back(&k);
  }
  if (trips.empty()) return nothing("the kill switch never tripped in this journal; ask with --order, --seq or --at");
  const std::size_t n = q.last_stop ? trips.size() : *q.trip;
  if (n < 1 || n > trips.size()) return nothing(fmt::format("--trip: expected 1 to {}, got {}", trips.size(), n));
  Story story{.kind = "trip"};
  story.trip = trips[n - 1];
  story.focus = story.trip->seq;
  story.at = story.trip->event.ts;
  story.text = fmt::format("kill-switch trip {} of {}, layer {}, at {}", n, trips.size(), static_cast<int>(story.trip->event.layer),
                           format_time(story.at));
  take_orders(story, led_to(*story.trip, ledger));
  span_orders(story, ledger);
  return story;
}

Result<Story> no_trade_story(const IncidentQuestion& q, const journal::JournalReader& reader, const journal::NameTables& names) {
  const auto row = std::find(names.instruments.begin(), names.instruments.end(), q.no_trade_symbol);
  if (row == names.instruments.end()) return nothing("--no-trade: expected a symbol of the journal's configuration, got '" + q.no_trade_symbol + "'");
  Story story{.kind = "no_trade"};
  story.no_trade = static_cast<InstrumentId>(row - names.instruments.begin());
  story.at = *q.at;
  story.focus = story.last = seq_at(reader, story.at);
  if (story.focus == 0) return nothing("--at: the journal has no input at or before " + format_time(story.at));
  story.first = seq_at(reader, story.at - kLookBack_ns) + 1;
  story.text = "why there was no trade on " + q.no_trade_symbol + " at " + format_time(story.at);
  return story;
}

}  // namespace

std::optional<TimeNs> time_of_input(const journal::JournalReader& reader, Seq seq) {
  journal::LaneCursor cursor = reader.lane(Lane::kInputs);
  journal::FrameView frame;
  if (!cursor.seek(seq) || !cursor.next(frame) || frame.seq != seq) return std::nullopt;
  return frame.ts();
}

std::set<OrderId> orders_at(const Ledger& ledger, Seq from, Seq to) {
  std::set<OrderId> ids;
  const auto within = [&](Seq seq) { return seq >= from && seq <= to; };
  for (const auto& s : ledger.signals) {
    if (within(s.seq)) ids.insert(order_id_of(s.seq, s.event.index));
  }
  for (const auto& o : ledger.orders) {
    if (within(o.seq)) ids.insert(o.event.order_id);
  }
  for (const auto& o : ledger.outcomes) {
    if (within(o.seq)) ids.insert(o.event.order_id);
  }
  for (const auto& t : ledger.trades) {
    if (within(t.seq)) ids.insert(t.event.order_id);
  }
  return ids;
}

Result<Story> find_story(const IncidentQuestion& q, const Ledger& ledger, const journal::JournalReader& reader,
                         const journal::NameTables& names) {
  if (q.last_stop || q.trip) return trip_story(q, ledger);
  if (!q.no_trade_symbol.empty()) return no_trade_story(q, reader, names);
  Story story;
  std::set<OrderId> ids;
  if (q.order) {
    story.kind = "order";
    if (ledger.signal(*q.order) == nullptr) {
      return nothing(fmt::format("--order: the journal has no signal with the id {}; an id is seq * 256 + index of its signal", *q.order));
    }
    ids.insert(*q.order);
    story.focus = cause_of(*q.order);
    story.text = fmt::format("order {}", *q.order);
  } else if (q.seq) {
    story.kind = "seq";
    story.focus = *q.seq;
    ids = orders_at(ledger, *q.seq, *q.seq);
    if (const auto id = reported_order(reader, *q.seq)) ids.insert(*id);
    story.text = fmt::format("input {}", *q.seq);
  } else {
    story.kind = "at";
    story.focus = seq_at(reader, *q.at);
    ids = orders_at(ledger, seq_at(reader, *q.at - q.window_ns - 1) + 1, seq_at(reader, *q.at + q.window_ns));
    story.text = "the moment " + format_time(*q.at);
  }
  const auto ts = time_of_input(reader, story.focus);
  if (!ts) return nothing(fmt::format("the journal has no input {}; omega journal info shows its range", story.focus));
  story.at = *ts;
  take_orders(story, ids);
  span_orders(story, ledger);
  return story;
}

}  // namespace omega::replay
