#include "engine/features/volume_buckets.hpp"

namespace omega {

namespace {

/// a·b/c, ties to even: the mirror image of a split is then the split of the mirror image. a, b >= 0, c > 0.
[[nodiscard]] i128 share(i128 a, i128 b, i128 c) noexcept {
  if (b == c) return a;  // the whole event: mostly
  const i128 product = a * b;  // buy <= 2^72, volume <= 2^52
  const i128 quotient = product / c;
  const i128 twice = 2 * (product % c);
  return quotient + (twice > c || (twice == c && quotient % 2 != 0) ? 1 : 0);
}

}  // namespace

void VolumeBuckets::on_flow(const TfBar& bar, const Flow& flow) noexcept {
  completed_count_ = 0;
  count_day(bar);
  if (bar.has_volume() && flow.known) cut(flow);
}

void VolumeBuckets::on_trade(Qty size, Direction sign) noexcept {
  if (handed_over_) completed_count_ = 0;
  handed_over_ = false;
  const i128 whole = static_cast<i128>(size) << kFlowFraction_bits;
  cut({.volume = size, .buy = sign > 0 ? whole : sign < 0 ? 0 : whole / 2, .known = true});
}

void VolumeBuckets::on_bar_of_trades(const TfBar& bar) noexcept {
  if (handed_over_) completed_count_ = 0;
  handed_over_ = true;
  count_day(bar);
}

void VolumeBuckets::count_day(const TfBar& bar) noexcept {
  const std::int64_t day = utc_day(bar.t_open);
  if (day != day_) roll_day(bar);
  if (!bar.has_volume()) return;
  day_volume_ += bar.volume;
  volume_kind_ = bar.volume_kind;
}

void VolumeBuckets::cut(const Flow& flow) noexcept {
  Qty done = 0;      // volume of the event already put into buckets
  i128 buy_done = 0;
  const auto take = [&](Qty part) {
    done += part;
    const i128 buy_upto = share(flow.buy, done, flow.volume);
    const i128 buy = buy_upto - buy_done;
    buy_done = buy_upto;
    return buy;
  };
  while (done < flow.volume) {
    if (size_ == 0) {
      if (next_size_ == 0) return;
      const Qty left = flow.volume - done;
      if (completed_count_ == completed_.size() && left >= next_size_) {
        take(left / next_size_ * next_size_);
        continue;
      }
      size_ = next_size_;
    }
    const Qty part = std::min(size_ - filled_, flow.volume - done);
    buy_ += take(part);
    filled_ += part;
    if (filled_ == size_) close_bucket();
  }
}

void VolumeBuckets::close_bucket() noexcept {
  const i128 net = 2 * buy_ - (static_cast<i128>(size_) << kFlowFraction_bits);
  if (completed_count_ == completed_.size()) {  // trades of one bar
    std::move(completed_.begin() + 1, completed_.end(), completed_.begin());
    --completed_count_;
  }
  completed_[completed_count_++] = {size_, net < 0 ? -net : net};
  size_ = filled_ = 0;
  buy_ = 0;
}

void VolumeBuckets::roll_day(const TfBar& bar) noexcept {
  const std::int64_t day = utc_day(bar.t_open);
  const Weekday weekday = weekday_of_day(day_);
  const bool weekend = weekday == Weekday::kSaturday || weekday == Weekday::kSunday;
  const bool first_bar = day_ < 0;
  if (!first_bar && day_is_whole_ && day_volume_ > 0 && (trades_weekend_ || !weekend)) {
    if (day_volumes_.full()) days_volume_ -= day_volumes_.oldest();
    day_volumes_.push(day_volume_);
    days_volume_ += day_volume_;
  }
  day_is_whole_ = !first_bar || time_of_day(bar.t_open) == 0;
  day_ = day;
  day_volume_ = 0;
  if (override_ > 0 || day_volumes_.size() < kDaysMin) return;
  // V = round(sum / (days · 50)) in whole quanta
  const i128 quantum = volume_kind_ == VolumeKind::kTraded ? 1 : kQtyScale;
  const i128 divisor = static_cast<i128>(day_volumes_.size()) * kBucketsPerDay * quantum;
  const i128 rounded = (days_volume_ + divisor / 2) / divisor;
  next_size_ = static_cast<Qty>(std::max<i128>(rounded, 1) * quantum);
}

}  // namespace omega
