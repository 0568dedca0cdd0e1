// What:     What a thread is at: the stage and the input it has in hand, for whoever must say so when the stage dies of it.
// Owner:    each thread has its own; Stages sets it.   Threads: the owning thread, and a signal handler on that thread.
// Ordering: plain stores in program order; a compiler fence keeps them in front of the stage's work.
// Errors:   none.   Source: RELIABILITY F15.
#pragma once

#include <atomic>

#include "engine/core/lane.hpp"

namespace omega {

struct HaltContext {
  const InputEvent* input = nullptr;  // null: no stage is at work
  Seq seq = 0;
  const char* stage = "";
};
inline constinit thread_local HaltContext halt_context;

inline void enter_stage(const char* stage, const InputEvent& input) noexcept {
  halt_context.stage = stage;
  halt_context.seq = input.seq;
  halt_context.input = &input;
  std::atomic_signal_fence(std::memory_order_release);  // pairs with the acquire fence in on_fault() (replay/halt_guard.cpp)
}
inline void leave_stages() noexcept {
  std::atomic_signal_fence(std::memory_order_release);  // pairs with the acquire fence in on_fault()
  halt_context.input = nullptr;
}

}  // namespace omega
