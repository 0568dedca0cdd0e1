#include "engine/market/bar_builder.hpp"

#include <algorithm>

namespace omega {

void BarBuilder::on_bar(const Bar& bar, Price modelled_spread) noexcept {
  closed_count_ = 0;
  const BarSides sides = bar_sides(bar, modelled_spread);
  m1_ = TfBar{.t_open = bar.t_open,
              .t_close = bar.t_open + kMinute_ns,
              .open = sides.mid.open,
              .high = sides.mid.high,
              .low = sides.mid.low,
              .close = sides.mid.close,
              .bid_close = sides.bid.close,
              .ask_close = sides.ask.close,
              .volume = bar.volume,
              .n_m1 = 1,
              .flags = 0,
              .volume_kind = bar.volume_kind};
  if (bar.volume <= 0 || bar.volume_kind == VolumeKind::kNone) {
    m1_.flags |= tf_flag::kNoVolume;
    m1_.volume = 0;
  }
  if (seen_ && bar.t_open - (last_t_open_ + kMinute_ns) > kMaxGap_ns) m1_.flags |= tf_flag::kGap;
  last_t_open_ = bar.t_open;
  seen_ = true;

  close_ended(bar.t_open, false);
  closed_[closed_count_++] = {Timeframe::kM1, m1_};
  for (std::size_t tf = 1; tf < kTimeframeCount; ++tf) {
    TfBar& b = open_[tf];
    if (!has_open_[tf]) {
      b = m1_;
      b.t_open = floor_to(m1_.t_open, kTimeframe_ns[tf]);
      b.t_close = b.t_open + kTimeframe_ns[tf];
      has_open_[tf] = true;
    } else {
      b.high = std::max(b.high, m1_.high);
      b.low = std::min(b.low, m1_.low);
      b.close = m1_.close;
      b.bid_close = m1_.bid_close;
      b.ask_close = m1_.ask_close;
      b.volume += m1_.volume;
      b.n_m1 += 1;
      b.flags = static_cast<std::uint16_t>(b.flags | (m1_.flags & tf_flag::kGap));
      if (m1_.has_volume()) b.flags = static_cast<std::uint16_t>(b.flags & ~tf_flag::kNoVolume);
    }
    if (m1_.t_close == b.t_close) close(tf);
  }
}

void BarBuilder::on_timer(TimeNs ts) noexcept {
  closed_count_ = 0;
  close_ended(ts, true);
}

void BarBuilder::close_ended(TimeNs limit, bool strictly_before) noexcept {
  for (std::size_t tf = 1; tf < kTimeframeCount; ++tf) {
    if (has_open_[tf] && (strictly_before ? open_[tf].t_close < limit : open_[tf].t_close <= limit)) close(tf);
  }
}

void BarBuilder::close(std::size_t tf) noexcept {
  closed_[closed_count_++] = {static_cast<Timeframe>(tf), open_[tf]};
  has_open_[tf] = false;
}

}  // namespace omega
