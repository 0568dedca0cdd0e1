#include "replay/incident/timeline.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/signals/signals_out.hpp"

namespace omega::replay {
namespace {

using Json = nlohmann::ordered_json;

struct Line {
  Seq seq;
  int lane;
  Json event;
};

std::optional<OrderId> order_of(const journal::FrameView& f) {
  switch (f.type) {
    case EventType::kSignal: return order_id_of(f.seq, f.as<Signal>().index);
    case EventType::kRiskDecision: return order_id_of(f.seq, f.as<RiskDecision>().signal_index);
    case EventType::kOrderCommand: return f.as<OrderCommand>().order_id;
    case EventType::kSignalOutcome: return f.as<SignalOutcome>().order_id;
    case EventType::kTradeClosed: return f.as<TradeClosed>().order_id;
    case EventType::kExecReport: return f.as<ExecReport>().order_id;
    default: return std::nullopt;
  }
}

/// What belongs to the story: its orders' records, every act on the whole account, and all around the focus but market data.
bool belongs(const Story& story, const journal::FrameView& f, DurationNs window_ns) {
  if (f.type == EventType::kDigest || f.type == EventType::kTimer || f.type == EventType::kBar) return false;
  if (f.type == EventType::kKillSwitch || f.type == EventType::kControl) return true;
  if (f.ts() >= story.at - window_ns && f.ts() <= story.at + window_ns) return true;
  if (f.type == EventType::kExitRequest) return story.parties.contains({f.as<ExitRequest>().strategy, f.as<ExitRequest>().instrument});
  const auto id = order_of(f);
  return id && std::binary_search(story.orders.begin(), story.orders.end(), *id);
}

}  // namespace

Json timeline_of(const Story& story, const journal::JournalReader& reader, const journal::NameTables& names, DurationNs window_ns) {
  std::vector<Line> lines;
  for (const Lane lane : {Lane::kInputs, Lane::kSignals, Lane::kRisk, Lane::kOrders}) {
    journal::LaneCursor cursor = reader.lane(lane);
    if (!cursor.seek(story.first)) continue;
    journal::FrameView frame;
    while (cursor.next(frame) && frame.seq <= story.last) {
      if (belongs(story, frame, window_ns)) lines.push_back({frame.seq, static_cast<int>(lane), Json::parse(journal::to_json_line(frame, names))});
    }
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.seq != b.seq ? a.seq < b.seq : a.lane < b.lane; });
  Json all = Json::array();
  for (Line& line : lines) all.push_back(std::move(line.event));
  return all;
}

}  // namespace omega::replay
