// What:     Where a venue puts its execution reports for one market event: a vector of fixed capacity.
// Owner:    the sequencer; cleared before each event.   Threads: one.
// Errors:   a full sink is a bug (the capacity covers every order and command the venue can hold) and aborts.
#pragma once

#include <span>

#include "engine/core/assert.hpp"
#include "engine/core/events.hpp"
#include "engine/risk/account.hpp"

namespace omega {

inline constexpr std::size_t kVenueCommandsMax = 8 * kPositionsMax;  // commands waiting for their moment

class ReportSink {
 public:
  // per order at most entry + stop or close + 3 targets + replace, per command at most one answer
  static constexpr std::size_t kCapacity = 6 * kPositionsMax + kVenueCommandsMax;
  void push(const ExecReport& r) noexcept {
    OMEGA_ASSERT(count_ < kCapacity, count_, kCapacity);
    reports_[count_++] = r;
  }
  void clear() noexcept { count_ = 0; }
  [[nodiscard]] std::span<const ExecReport> view() const noexcept { return {reports_.data(), count_}; }

 private:
  std::array<ExecReport, kCapacity> reports_{};
  std::size_t count_ = 0;
};

}  // namespace omega
