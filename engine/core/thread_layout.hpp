// What:     How the five stages are spread over threads: contiguous groups in order, and how each thread waits and is
//           scheduled. A description only; engine/pipeline runs it, adapters/host decides what the machine can carry.
//           It is no part of the state: every layout gives the same lanes, so it is in no journal's configuration.
// Owner:    EngineConfig, then the pipeline.   Threads: plain data.
// Errors:   group_of() answers nullopt for what is no group.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omega {

/// How a thread waits for work. kSpinYield gives its core away after a while, kPark also sleeps.
enum class WaitKind : std::uint8_t { kSpin = 0, kSpinYield = 1, kPark = 2 };
inline constexpr std::array<const char*, 3> kWaitName{"spin", "yield", "park"};

/// kAuto: pinned where the machine has the cores for it, else fused.
enum class LayoutKind : std::uint8_t { kAuto = 0, kFused = 1, kPinned = 2 };
inline constexpr std::array<const char*, 3> kLayoutName{"auto", "fused", "pinned"};

inline constexpr std::size_t kPipelineStages = 5;
inline constexpr std::array<const char*, kPipelineStages> kPipelineStageName{"sequencer", "features", "signals", "risk", "orders"};

struct ThreadSpec {
  std::uint8_t first = 0, last = kPipelineStages - 1;  // stages of this thread, both included
  WaitKind wait = WaitKind::kSpinYield;
  int cpu = -1;             // logical CPU; -1: any
  int fifo_priority = 0;    // 1 to 99: SCHED_FIFO; 0: the normal scheduler
};

/// Threads in pipeline order; the first one holds the sequencer. One thread is the fused layout.
struct ThreadLayout {
  std::array<ThreadSpec, kPipelineStages> threads{};
  std::uint8_t count = 1;
  std::uint32_t batch = 16;  // slots that a thread takes before it tells the next one, when so many are ready

  [[nodiscard]] bool fused() const noexcept { return count == 1; }
  /// Every stage once, in order.
  [[nodiscard]] bool complete() const noexcept {
    std::size_t next = 0;
    for (std::size_t t = 0; t < count; ++t) {
      if (threads[t].first != next || threads[t].last < threads[t].first) return false;
      next = std::size_t{threads[t].last} + 1;
    }
    return count >= 1 && next == kPipelineStages;
  }
};

/// "features+signals", or "sequencer".
[[nodiscard]] inline std::string group_name(const ThreadSpec& t) {
  std::string text;
  for (std::size_t s = t.first; s <= t.last; ++s) text += (text.empty() ? "" : "+") + std::string(kPipelineStageName[s]);
  return text;
}
/// All groups of adjacent stages, in the order of their first stage.
[[nodiscard]] inline std::vector<std::string> group_names() {
  std::vector<std::string> all;
  for (std::uint8_t first = 0; first < kPipelineStages; ++first)
    for (std::uint8_t last = first; last < kPipelineStages; ++last) all.push_back(group_name({.first = first, .last = last}));
  return all;
}
[[nodiscard]] inline std::optional<ThreadSpec> group_of(std::string_view name) {
  for (std::uint8_t first = 0; first < kPipelineStages; ++first)
    for (std::uint8_t last = first; last < kPipelineStages; ++last)
      if (const ThreadSpec t{.first = first, .last = last}; group_name(t) == name) return t;
  return std::nullopt;
}
/// "sequencer | features+signals | risk+orders".
[[nodiscard]] inline std::string layout_text(const ThreadLayout& layout) {
  std::string text;
  for (std::size_t t = 0; t < layout.count; ++t) text += (text.empty() ? "" : " | ") + group_name(layout.threads[t]);
  return text;
}

}  // namespace omega
