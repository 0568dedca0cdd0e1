#include "engine/market/bar_builder.hpp"

namespace omega {

TfBar BarBuilder::make_m1(const Bar& bar) noexcept {
  const BarSides sides = bar_sides(bar, modelled_spread_);
  TfBar m1;
  m1.t_open = bar.t_open;
  m1.t_close = bar.t_open + kMinute_ns;
  m1.open = sides.mid.open;
  m1.high = sides.mid.high;
  m1.low = sides.mid.low;
  m1.close = sides.mid.close;
  m1.bid_close = sides.bid.close;
  m1.ask_close = sides.ask.close;
  m1.n_m1 = 1;
  if (started() && bar.t_open - last_end_ > kMaxGap_ns) m1.flags |= tf_flag::kGap;
  bool has_volume = bar.volume > 0 && bar.volume_kind != VolumeKind::kNone;
  if (has_volume && volume_kind_ == VolumeKind::kNone) volume_kind_ = bar.volume_kind;
  has_volume = has_volume && bar.volume_kind == volume_kind_;
  if (has_volume) {
    m1.volume = bar.volume;
    m1.volume_kind = volume_kind_;
  } else {
    m1.flags |= tf_flag::kNoVolume;
  }
  return m1;
}

void BarBuilder::begin(const TfBar& part, TfBar& bar, std::size_t i) noexcept {
  const DurationNs length = kTimeframe_ns[i];
  bar = part;
  bar.t_open = floor_div(part.t_open, length) * length;
  bar.t_close = bar.t_open + length;
}

void BarBuilder::pass_on(const TfBar& m5, Bars& into) const noexcept {
  TfBar part = m5;
  part.volume -= passed_on_.volume;
  part.n_m1 -= passed_on_.n_m1;
  for (std::size_t i = kM5 + 1; i < kTimeframeCount; ++i) {
    if (into[i].n_m1 == 0) begin(part, into[i], i);
    else add(part, into[i]);  // high, low and the rest may well come twice
  }
}

void BarBuilder::refresh_earliest_end() noexcept {
  earliest_end_ = kNever;
  for (std::size_t i = kM5; i < kTimeframeCount; ++i) {
    if (open_[i].n_m1 > 0 && (earliest_end_ == kNever || open_[i].t_close < earliest_end_)) {
      earliest_end_ = open_[i].t_close;
    }
  }
}

}  // namespace omega
