// omega journal prune: retention. Says what would go, and removes it when told to.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/cli/journal_command.hpp"
#include "journal/manifest.hpp"
#include "journal/prune.hpp"
#include "journal/reader.hpp"
#include "replay/engine_identity.hpp"
#include "replay/journal_feed.hpp"
#include "replay/report_time.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;

/// First input with ts >= `ts`, one behind the last when there is none.
Result<Seq> seq_at(const journal::JournalReader& reader, TimeNs ts) {
  journal::LaneCursor cursor = reader.lane(Lane::kInputs);
  journal::FrameView frame;
  if (cursor.seek_time(ts) && cursor.next(frame)) return frame.seq;
  if (cursor.error()) return *cursor.error();
  return reader.manifest().lane_end(Lane::kInputs).value_or(journal::LaneEnd{}).last_seq + 1;
}

/// The seq before which things may go.
Result<Seq> cut_of(const JournalOptions& o) {
  const int given = (o.before_seq != 0 ? 1 : 0) + (o.before.empty() ? 0 : 1) + (o.keep_days != 0 ? 1 : 0);
  if (given != 1)
    return Error{ErrorKind::kUsage, "journal prune: give exactly one of --keep-days, --before and --before-seq; see omega journal prune --help"};
  if (o.before_seq != 0) return Seq{o.before_seq};
  auto reader = journal::JournalReader::open(o.dir);
  if (!reader) return reader.error();
  if (!reader.value()->has_lane(Lane::kInputs)) return Error{ErrorKind::kUsage, o.dir + ": holds no inputs, so no times; give --before-seq"};
  if (!o.before.empty()) {
    const auto ts = replay::parse_time(o.before);
    if (!ts) return Error{ErrorKind::kUsage, "journal prune: --before: expected a date or an RFC 3339 time in UTC, got '" + o.before + "'"};
    return seq_at(*reader.value(), *ts);
  }
  return seq_at(*reader.value(), replay::last_input_ts(*reader.value()) - static_cast<TimeNs>(o.keep_days) * kDay_ns);
}

Result<journal::PruneRequest> request_of(const JournalOptions& o) {
  auto cut = cut_of(o);
  if (!cut) return cut.error();
  journal::PruneRequest request{.before_seq = cut.value(), .lanes = {}, .snapshots = false, .engine = replay::engine_identity()};
  for (const std::string& name : o.lanes) {
    if (name == "all") request.lanes.fill(true);
    if (name == "all" || name == "snapshots") request.snapshots = true;
    for (std::size_t l = 0; l < kLaneCount; ++l)
      if (name == kLaneName[l]) request.lanes[l] = true;
  }
  return request;
}

}  // namespace

int journal_prune(const JournalOptions& o) {
  const auto request = request_of(o);
  if (!request) return fail(request.error());
  const auto planned = o.yes ? journal::prune(o.dir, request.value()) : journal::plan_prune(o.dir, request.value());
  if (!planned) return fail(planned.error());
  const journal::PruneReport& report = planned.value();
  if (o.common.json) {
    Json lanes = Json::array();
    for (const journal::PrunedLane& lane : report.lanes)
      lanes.push_back({{"lane", kLaneName[static_cast<std::size_t>(lane.lane)]}, {"segments", lane.start.segment - lane.from_segment},
                       {"frames", lane.frames}, {"bytes", lane.bytes}, {"pruned_to_seq", lane.start.seq}});
    std::cout << Json{{"schema", "omega.journal-prune/1"}, {"path", o.dir}, {"before_seq", request.value().before_seq},
                      {"done", report.anything() && o.yes}, {"lanes", std::move(lanes)}, {"snapshots", report.snapshots},
                      {"anchor_snapshot", report.anchor ? Json(*report.anchor) : Json()}}.dump(2) << '\n';
  } else {
    for (const journal::PrunedLane& lane : report.lanes)
      std::cout << fmt::format("  {:<9} {}\n", kLaneName[static_cast<std::size_t>(lane.lane)],
                               lane.frames == 0 ? "nothing: no whole segment is older"
                                                : fmt::format("segments {} to {}: {} events to seq {}, {} bytes", lane.from_segment,
                                                              lane.start.segment - 1, lane.frames, lane.start.seq, lane.bytes));
    if (!report.snapshots.empty())
      std::cout << fmt::format("  {:<9} {}, seq {} to {}\n", "snapshots", report.snapshots.size(), report.snapshots.back(), report.snapshots.front());
    const char* closing = !report.anything() ? "nothing to prune" : o.yes ? "pruned" : "nothing was changed; run it again with --yes to do this";
    std::cout << fmt::format("{}: before seq {}: {}\n", o.dir, request.value().before_seq, closing);
  }
  return report.anything() && !o.yes ? kAnswerIsNo : kDone;
}

}  // namespace omega::cli
