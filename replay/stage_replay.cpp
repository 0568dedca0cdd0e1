#include "replay/stage_replay.hpp"

#include <cstring>

namespace omega::replay {

StageReplay::StageReplay(const EngineConfig& config, const LaneSinks& sinks)
    : stages_(config, sinks), ring_(2, 1), pools_(ring_, stages_.shape(config)) {}

void StageReplay::step(const InputEvent& event) noexcept {
  slot(event.seq).input = event;
  run(event.seq);
}

bool StageReplay::load(const std::string& state) {
  StateReader in({reinterpret_cast<const std::uint8_t*>(state.data()), state.size()});
  stages_.load(in);
  return in.at_end();
}

bool input_event(const journal::FrameView& frame, InputEvent& out) noexcept {
  if (frame.body_bytes > InputEvent::kBody_bytes) return false;
  out.type = frame.type;
  out.seq = frame.seq;
  std::memcpy(out.body.data(), frame.body, frame.body_bytes);
  return true;
}

}  // namespace omega::replay
