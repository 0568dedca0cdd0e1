// What:     The volume rule of STRATEGIES 1.7: more than half of the last 200 bars without volume makes the volume features of
//           their timeframe INVALID (NO_VOLUME) until it is no longer so.
// Owner:    feature set, one per timeframe that has volume features.   Threads: one.
// Note:     before 200 bars have come the rule still needs more than 100 without volume.
#pragma once

#include "engine/features/frame.hpp"
#include "engine/features/window.hpp"

namespace omega {

class VolumeGate {
 public:
  static constexpr std::size_t kBars = 200, kEmptyMax = kBars / 2;

  void on_bar(const TfBar& bar) noexcept {
    const std::uint8_t empty = bar.has_volume() ? 0 : 1;
    if (empty_.full()) empty_count_ -= empty_.oldest();
    empty_.push(empty);
    empty_count_ += empty;
  }
  [[nodiscard]] bool closed() const noexcept { return empty_count_ > kEmptyMax; }
  template <class Archive> void serialize(Archive& ar) { ar(empty_, empty_count_); }

 private:
  Window<std::uint8_t> empty_{kBars};
  std::uint32_t empty_count_ = 0;
};

}  // namespace omega
