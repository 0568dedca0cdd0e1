// What:     The latency board of a running engine in shared memory, so that another process can look at it meanwhile.
// Owner:    the engine's process makes and removes it; a reader maps it read-only.
// Threads:  see engine/pipeline/latency_board.hpp; opening: any.
// Errors:   kEnvironment without shared memory (the engine then measures in memory of its own); kUsage when no engine of
//           this kind runs. Nothing of it is on a disk, so it cannot fail later.
#pragma once

#include <sys/types.h>

#include <memory>

#include "engine/core/result.hpp"
#include "engine/pipeline/latency_board.hpp"

namespace omega::host {

class SharedLatency {
 public:
  /// For the calling process; boards of dead processes are removed.
  [[nodiscard]] static Result<std::unique_ptr<SharedLatency>> create();
  /// Of a running engine, read-only.
  [[nodiscard]] static Result<std::unique_ptr<SharedLatency>> open(pid_t engine);
  ~SharedLatency();
  SharedLatency(const SharedLatency&) = delete;
  SharedLatency& operator=(const SharedLatency&) = delete;

  [[nodiscard]] LatencyBoard& board() noexcept;
  [[nodiscard]] const LatencyBoard& board() const noexcept;

 private:
  struct Shared;
  SharedLatency(Shared* shared, bool ours) noexcept : shared_(shared), ours_(ours) {}
  Shared* shared_;
  bool ours_;
};

/// ns per TSC tick, measured over some milliseconds.
[[nodiscard]] double measured_ns_per_tick();

}  // namespace omega::host
