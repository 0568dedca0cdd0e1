// What:     The stages alone, fed with recorded inputs: timers and the venue's reports are taken as facts. What verify
//           compares and rebuild writes.
// Owner:    the caller; it outlives nothing it is given.   Threads: one.
// Errors:   none on the event path; a frame that is no input is refused by input_event().
#pragma once

#include <cstring>

#include "engine/pipeline/pipeline.hpp"
#include "journal/frame.hpp"

namespace omega::replay {

class StageReplay {
 public:
  StageReplay(const EngineConfig& config, const LaneSinks& sinks)
      : stages_(config, sinks), ring_(2, 1), pools_(ring_, stages_.shape(config)) {}
  void step(const InputEvent& event) noexcept {
    EventSlot& slot = ring_.at(event.seq);
    slot.input = event;
    stages_.run_all(slot);
  }

 private:
  Stages stages_;
  EventRing<EventSlot> ring_;
  SlotPools pools_;
};

[[nodiscard]] inline bool input_event(const journal::FrameView& frame, InputEvent& out) noexcept {
  if (frame.body_bytes > InputEvent::kBody_bytes) return false;
  out.type = frame.type;
  out.seq = frame.seq;
  std::memcpy(out.body.data(), frame.body, frame.body_bytes);
  return true;
}

}  // namespace omega::replay
