// What:     The wall as the feed adapters see it; injected, so that tests need not wait.
// Owner:    the driver.   Threads: now_ns() any; sleep_ns() each for itself.
// Units:    ns of a clock that never goes back, from an arbitrary origin.
#pragma once

#include <chrono>
#include <thread>

#include "engine/core/types.hpp"

namespace omega::feed {

class WallClock {
 public:
  virtual ~WallClock() = default;
  [[nodiscard]] virtual std::int64_t now_ns() noexcept = 0;
  virtual void sleep_ns(DurationNs duration) noexcept = 0;
};

class SteadyClock final : public WallClock {
 public:
  [[nodiscard]] std::int64_t now_ns() noexcept override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  void sleep_ns(DurationNs duration) noexcept override { std::this_thread::sleep_for(std::chrono::nanoseconds(duration)); }
};

}  // namespace omega::feed
