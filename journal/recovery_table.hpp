// What:     The recovery decision: what may be done with a lane, from all that can be observed about it. A table with
//           one row per case; a test tries every combination and finds exactly one row for each.
// Owner:    constants.   Threads: any.
// Source:   ARCHITECTURE section 2 ("torn is not corrupt"), RELIABILITY habit 8.
#pragma once

#include <array>
#include <cstdint>

#include "journal/check.hpp"

namespace omega::journal {

enum class RecoveryDecision : std::uint8_t {
  kKeep,         // whole and ended: nothing to do
  kEnd,          // whole, the end mark is missing: write it
  kCutTail,      // bytes behind the last committed frame: cut them, then write the end mark
  kCutToInputs,  // derived events of inputs that are lost: cut them too
  kBegin,        // named in the manifest and never made: make it, empty
  kRefuse,       // acknowledged data is damaged, or a fact contradicts another: a person must look
};
[[nodiscard]] const char* decision_name(RecoveryDecision decision) noexcept;

struct RecoveryFacts {
  JournalState state = JournalState::kOpen;
  Verdict verdict = Verdict::kClean;
  bool begun = false;          // the lane has a watermark
  bool ended = false;          // the lane's end mark is there
  bool beyond_inputs = false;  // its last seq is later than that of the inputs lane
};

enum class Is : std::uint8_t { kNo, kYes, kAny };

struct RecoveryRow {
  std::uint8_t states;    // bit per JournalState
  std::uint8_t verdicts;  // bit per Verdict
  Is begun, ended, beyond_inputs;
  RecoveryDecision decision;
  const char* why;
};

namespace detail {
constexpr std::uint8_t bit(JournalState s) { return static_cast<std::uint8_t>(1u << static_cast<unsigned>(s)); }
constexpr std::uint8_t bit(Verdict v) { return static_cast<std::uint8_t>(1u << static_cast<unsigned>(v)); }
inline constexpr std::uint8_t kAtRest = bit(JournalState::kClosed) | bit(JournalState::kRecovered);
inline constexpr std::uint8_t kOpen = bit(JournalState::kOpen);
inline constexpr std::uint8_t kClean = bit(Verdict::kClean);
inline constexpr std::uint8_t kTorn = bit(Verdict::kTornTail);
inline constexpr std::uint8_t kDamaged = bit(Verdict::kCorrupt) | bit(Verdict::kMissing);
inline constexpr std::uint8_t kAnyVerdict = kClean | kTorn | kDamaged;
}  // namespace detail

inline constexpr std::array kRecoveryTable = std::to_array<RecoveryRow>({
    {detail::bit(JournalState::kQuarantined), detail::kAnyVerdict, Is::kAny, Is::kAny, Is::kAny, RecoveryDecision::kRefuse,
     "a recovery before found damage; only a person may lift the quarantine"},
    {detail::kAtRest | detail::kOpen, detail::kDamaged, Is::kAny, Is::kAny, Is::kAny, RecoveryDecision::kRefuse,
     "acknowledged data is damaged or missing"},
    {detail::kAtRest, detail::kClean, Is::kYes, Is::kYes, Is::kAny, RecoveryDecision::kKeep,
     "closed or recovered, and whole"},
    {detail::kAtRest, detail::kClean, Is::kYes, Is::kNo, Is::kAny, RecoveryDecision::kRefuse,
     "cannot be: at rest without an end mark is never clean"},
    {detail::kAtRest, detail::kClean, Is::kNo, Is::kAny, Is::kAny, RecoveryDecision::kRefuse,
     "cannot be: at rest without a watermark is never clean"},
    {detail::kAtRest, detail::kTorn, Is::kAny, Is::kAny, Is::kAny, RecoveryDecision::kRefuse,
     "cannot be: at rest nothing is unacknowledged"},
    {detail::kOpen, detail::kClean, Is::kNo, Is::kNo, Is::kNo, RecoveryDecision::kBegin,
     "the run died between naming the lane and making it"},
    {detail::kOpen, detail::kClean, Is::kNo, Is::kYes, Is::kNo, RecoveryDecision::kRefuse,
     "cannot be: an end mark in a lane without a watermark"},
    {detail::kOpen, detail::kClean, Is::kNo, Is::kAny, Is::kYes, RecoveryDecision::kRefuse,
     "cannot be: frames in a lane without a watermark"},
    {detail::kOpen, detail::kTorn, Is::kNo, Is::kAny, Is::kAny, RecoveryDecision::kRefuse,
     "cannot be: bytes in a lane without a watermark"},
    {detail::kOpen, detail::kClean, Is::kYes, Is::kYes, Is::kNo, RecoveryDecision::kKeep,
     "the run died while closing, or a recovery was interrupted; this lane was already done"},
    {detail::kOpen, detail::kClean, Is::kYes, Is::kNo, Is::kNo, RecoveryDecision::kEnd,
     "the run died between two frames"},
    {detail::kOpen, detail::kTorn, Is::kYes, Is::kAny, Is::kNo, RecoveryDecision::kCutTail,
     "the run died inside a frame, or the power failed before the tail was synced"},
    {detail::kOpen, detail::kClean | detail::kTorn, Is::kYes, Is::kAny, Is::kYes, RecoveryDecision::kCutToInputs,
     "the power failed and took inputs whose consequences had reached the disk; the inputs are the truth"},
});

[[nodiscard]] constexpr bool matches(const RecoveryRow& row, const RecoveryFacts& f) noexcept {
  const auto is = [](Is wanted, bool v) { return wanted == Is::kAny || (wanted == Is::kYes) == v; };
  return (row.states & detail::bit(f.state)) != 0 && (row.verdicts & detail::bit(f.verdict)) != 0 && is(row.begun, f.begun) &&
         is(row.ended, f.ended) && is(row.beyond_inputs, f.beyond_inputs);
}
/// The one row for these facts.
[[nodiscard]] const RecoveryRow& decide(const RecoveryFacts& facts) noexcept;

}  // namespace omega::journal
