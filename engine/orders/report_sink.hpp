// What:     A fixed-capacity list of execution reports made by one market event.
// Owner:    the sequencer.   Threads: one.   Errors: overflow is a bug (one event touches at most every live bracket).
#pragma once

#include <span>

#include "engine/core/assert.hpp"
#include "engine/risk/account.hpp"

namespace omega {

class ReportSink {
 public:
  static constexpr std::size_t kCapacity = 8 * kPositionsMax;
  void push(const ExecReport& r) noexcept {
    OMEGA_ASSERT(count_ < kCapacity, count_, r.order_id);
    reports_[count_++] = r;
  }
  [[nodiscard]] std::span<const ExecReport> view() const noexcept { return {reports_.data(), count_}; }
  void clear() noexcept { count_ = 0; }

 private:
  std::array<ExecReport, kCapacity> reports_{};
  std::size_t count_ = 0;
};

}  // namespace omega
