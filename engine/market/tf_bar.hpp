// What:     A closed bar of one timeframe.
// Owner:    value type.   Threads: any.
// Units:    mid prices (Price), except bid_close and ask_close; volume Qty; UTC ns.
#pragma once

#include "engine/core/events.hpp"

namespace omega {

namespace tf_flag {
inline constexpr std::uint16_t kGap = 1 << 0;       // gap > max_gap before (or inside) this bar
inline constexpr std::uint16_t kNoVolume = 1 << 1;  // volume is zero or absent
}  // namespace tf_flag

struct TfBar {
  TimeNs t_open = 0, t_close = 0;  // [t_open, t_close)
  Price open = 0, high = 0, low = 0, close = 0;
  Price bid_close = 0, ask_close = 0;
  Qty volume = 0;
  std::uint32_t n_m1 = 0;
  std::uint16_t flags = 0;
  VolumeKind volume_kind = VolumeKind::kNone;
  [[nodiscard]] bool gap() const noexcept { return (flags & tf_flag::kGap) != 0; }
  [[nodiscard]] bool has_volume() const noexcept { return (flags & tf_flag::kNoVolume) == 0; }
  template <class Archive> void serialize(Archive& ar) {
    ar(t_open, t_close, open, high, low, close, bid_close, ask_close, volume, n_m1, flags, volume_kind);
  }
};

}  // namespace omega
