// What:     Sessions that trade, and what a journal proves about them after its device failed.
// Owner:    tests only.   Threads: one.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "engine/core/events.hpp"
#include "journal/recovery.hpp"
#include "journal/watermark.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::test {

/// Settings so loose that a few weeks of the simulated market bring orders; small segments roll often.
inline std::vector<std::string> trading(const std::string& durability, int segment_kib) {
  return {"strategies.mean_reversion_statistical.entry_sigma_threshold=2",
          "strategies.mean_reversion_statistical.min_confirmation_score=2.5",
          "strategies.mean_reversion_statistical.min_mtf_confluence=0",
          "strategies.liquidity_sweep.penetration_min=1",
          "strategies.liquidity_sweep.volume_threshold_multiplier=1.2",
          "strategies.liquidity_sweep.reversal_velocity_min=0.5",
          "strategies.liquidity_sweep.min_confirmation_score=3",
          "strategies.liquidity_sweep.min_mtf_confluence=0",
          "risk.quality_min=0",
          "engine.journal.durability=" + durability,
          "engine.journal.segment_kib=" + std::to_string(segment_kib)};
}

struct Aftermath {
  Seq watermark = 0;      // inputs below it are acknowledged
  Seq last_input = 0;     // whole frames that are there
  std::uint64_t reports = 0;
  Seq reported_cause = 0;  // the latest cause of an order that the venue answered
};

/// Reads a journal as the failure left it, without changing it.
inline Aftermath aftermath(const std::filesystem::path& dir) {
  Aftermath a;
  const auto mark = journal::read_watermark(dir / "inputs", Lane::kInputs);
  EXPECT_TRUE(mark.ok()) << (mark.ok() ? "" : mark.error().message);
  if (mark.ok()) a.watermark = mark.value().at.seq;
  const auto reader = journal::JournalReader::open(dir);
  EXPECT_TRUE(reader.ok()) << (reader.ok() ? "" : reader.error().message);
  if (!reader.ok()) return a;
  journal::LaneCursor cursor = reader.value()->lane(Lane::kInputs);
  for (journal::FrameView frame; cursor.next(frame);) {
    a.last_input = frame.seq;
    if (frame.type != EventType::kExecReport) continue;
    ExecReport report;
    std::memcpy(static_cast<void*>(&report), frame.body, sizeof report);
    ++a.reports;
    a.reported_cause = std::max(a.reported_cause, report.order_id >> 8);
  }
  return a;
}

}  // namespace omega::test
