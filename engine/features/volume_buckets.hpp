// What:     The volume clock of F08: cuts an instrument's flow into buckets of equal volume. Shared by every VPIN window.
// Owner:    feature set (M1 bars).   Threads: one.
// Size:     V = round(ADV/50), ADV = mean volume of the last 20 full UTC days, at least 5; fixed when the first bar of a new
//           day comes and used from the next bucket that opens. A configured override replaces all of this.
//           A full day is one after the instrument's first (unless that began with its 00:00 bar), with volume, and not a
//           Saturday or Sunday unless the instrument trades on them (the two Sunday hours of FX are not a day).
//           Rounding is to a whole count for tick and proxy volume, to a Qty quantum for traded volume; V >= 1 of these.
// Split:    an event's volume that overfills a bucket is split pro rata with the same buy share. The cuts are rounded
//           cumulatively, so the parts of an event always sum to the event.
// Bound:    at most kVpinBucketsMax buckets per event; whole buckets beyond are skipped (they would repeat the last one,
//           so a window of up to that many does not notice).
// Source:   Easley, López de Prado, O'Hara (2012) RFS 25(5):1457-1493.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "engine/core/civil_time.hpp"
#include "engine/features/bvc.hpp"

namespace omega {

class VolumeBuckets {
 public:
  struct Bucket {
    Qty size = 0;
    i128 imbalance = 0;  // |V^B − V^S|, 2^-20 Qty quanta
  };
  static constexpr std::size_t kDays = 20, kDaysMin = 5;
  static constexpr int kBucketsPerDay = 50;

  VolumeBuckets(Qty size_override, bool trades_weekend) noexcept
      : override_(size_override), trades_weekend_(trades_weekend), next_size_(size_override) {}

  /// Every M1 bar, with or without volume.
  void on_flow(const TfBar& bar, const Flow& flow) noexcept;
  /// Sided trades, each an event of the clock, instead of on_flow(): every trade as it comes, then the M1 bar that holds them.
  void on_trade(Qty size, Direction sign) noexcept;
  void on_bar_of_trades(const TfBar& bar) noexcept;
  /// Buckets that the last bar completed; of trades the newest kVpinBucketsMax of them.
  [[nodiscard]] std::span<const Bucket> completed() const noexcept { return {completed_.data(), completed_count_}; }
  /// Size of the next bucket to open; 0 while there are too few full days.
  [[nodiscard]] Qty next_size() const noexcept { return next_size_; }

  template <class Archive>
  void serialize(Archive& ar) {
    ar(next_size_, size_, filled_, buy_, day_, day_volume_, day_is_whole_, day_volumes_, days_volume_,
       volume_kind_, completed_count_, handed_over_);
    if constexpr (Archive::kLoading) completed_count_ = std::min<std::uint64_t>(completed_count_, completed_.size());  // a damaged checkpoint
    for (std::size_t i = 0; i < completed_count_; ++i) ar(completed_[i].size, completed_[i].imbalance);
  }

 private:
  void roll_day(const TfBar& bar) noexcept;
  void count_day(const TfBar& bar) noexcept;
  void cut(const Flow& flow) noexcept;
  void close_bucket() noexcept;

  Qty override_;          // configuration
  bool trades_weekend_;   // configuration
  Qty next_size_;
  Qty size_ = 0, filled_ = 0;  // bucket being filled; size 0: none open
  i128 buy_ = 0;
  std::int64_t day_ = -1;
  Qty day_volume_ = 0;
  bool day_is_whole_ = false;
  Window<Qty> day_volumes_{kDays};
  i128 days_volume_ = 0;
  VolumeKind volume_kind_ = VolumeKind::kNone;  // of the last bar with volume
  std::array<Bucket, kVpinBucketsMax> completed_{};
  std::uint64_t completed_count_ = 0;
  bool handed_over_ = false;  // of trades: completed_ is that of the last bar; the next trade begins anew
};

}  // namespace omega
