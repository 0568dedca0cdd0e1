// What:     The four stages alone, fed with recorded inputs: timers and the venue's reports are taken as facts. What
//           verify, time travel and forensics run.
// Owner:    the caller.   Threads: one.
// Errors:   none on the event path; load() tells whether the state fitted.
#pragma once

#include "engine/pipeline/stages.hpp"
#include "journal/frame.hpp"

namespace omega::replay {

class StageReplay {
 public:
  StageReplay(const EngineConfig& config, const LaneSinks& sinks);
  void step(const InputEvent& event) noexcept;
  /// The slot of an input, for a caller that looks at what each stage made of it: fill slot(seq).input, then run(seq).
  [[nodiscard]] EventSlot& slot(Seq seq) noexcept { return ring_.at(seq); }
  void run(Seq seq) noexcept { stages_.run_all(slot(seq)); }

  [[nodiscard]] const Stages& stages() const noexcept { return stages_; }
  void save(StateWriter& out) const { stages_.save(out); }
  /// False when the bytes are not exactly one state: the object is then good for nothing.
  [[nodiscard]] bool load(const std::string& state);

 private:
  Stages stages_;
  EventRing<EventSlot> ring_;
  SlotPools pools_;
};

/// The input that a frame of the inputs lane holds; false when it cannot be one.
[[nodiscard]] bool input_event(const journal::FrameView& frame, InputEvent& out) noexcept;

}  // namespace omega::replay
