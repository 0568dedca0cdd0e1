// What:     F19 footprint of one instrument: bought and sold volume per price bin over the last 50 M1 bars; point of control,
//           value area, aggressor share, and the cluster that S18 looks for.
// Owner:    feature set of the instrument.   Threads: one.   Allocation: constructor only.
// Grid:     bins of a fixed size anchored at 0, so a bin keeps its identity: bin k holds prices [k·size, (k + 1)·size) and is
//           named by its low edge.
// Cost:     O(1) a trade; end_bar O(bins of the bar that expires); profile questions O(bins from the lowest to the highest in
//           use); a cluster question O(entries of the window) per bin that could win. Asked at M1 closes.
// Bounds:   at most kBinsMax bins from the lowest to the highest in use, and kEntriesMax (bin, bar) pairs. A trade beyond either,
//           or of which the sums could not be exact any more, is left out of everything and counted in left_out(): the nearer
//           prices win until the window has moved on.
// Exact:    volumes doubled in int64 (a trade of unknown sign is half bought, half sold), products in 128 bits; an expiring bar is
//           subtracted as it was added.
// Ready:    50 complete bars; no volume in them -> INVALID. Read at a close: before it the open bar is on top of the 50.
// Choices:  POC ties go to the lowest bin, as specified. The value area grows by the larger of the two bins next to it; when they
//           are equal by both. The travel of a bar is high − low, at least one bin; a bar touches a bin when it traded in it.
// Source:   Steidlmayer's Market Profile (CBOT, 1984); Dalton, Jones, Dalton, Mind over Markets (1993).
#pragma once

#include <optional>
#include <vector>

#include "engine/features/frame.hpp"
#include "engine/features/window.hpp"

namespace omega {

/// One bin seen from a close, for a direction d.
struct FootprintCluster {
  Price low = 0, high = 0;       // edges of the bin, [low, high)
  double ratio = 0;              // its volume / mean volume of the bins that have any
  double against_share = 0;      // of its volume of the last k bars: sold for d = +1, bought for d = −1; 0 without volume
  double absorption = 0;         // volume per travel of the bars that touched it / the same of all bars
};

class Footprint {
 public:
  static constexpr std::size_t kBars = 50;
  static constexpr std::int64_t kBinsMax = 4096;
  static constexpr std::size_t kEntriesMax = 8192;

  explicit Footprint(Price bin_size) : bin_size_(bin_size), slots_(kBinsMax), entries_(kEntriesMax) {
    OMEGA_REQUIRE(bin_size > 0, bin_size, 0);
  }

  /// sign as F02: +1 bought, −1 sold, 0 not known.
  void on_trade(Price price, Qty size, Direction sign) noexcept {
    const std::int64_t bin = floor_div(price, bin_size_);
    if (size <= 0) return;
    Slot& slot = slots_[index(bin)];
    const bool first = bins_in_use_ == 0, fresh = slot.bar != bar_number_;  // fresh: no entry of the open bar yet
    if (!in_reach(bin) || size > (kVolumeMax - total2_) / 2 || (fresh && entry_count_ == kEntriesMax)) {
      ++left_out_;
      return;
    }
    const std::int64_t buy2 = size * (1 + sign), sell2 = size * (1 - sign);
    if (fresh) {
      slot.bar = bar_number_;
      slot.entry = entry_at(entry_count_++);
      entries_[slot.entry] = {bin, 0, 0};
      ++open_.entries;
    }
    if (slot.volume2() == 0) ++bins_in_use_;
    low_bin_ = first ? bin : std::min(low_bin_, bin);
    high_bin_ = first ? bin : std::max(high_bin_, bin);
    slot.buy2 += buy2;
    slot.sell2 += sell2;
    entries_[slot.entry].buy2 += buy2;
    entries_[slot.entry].sell2 += sell2;
    open_.buy2 += buy2;
    open_.sell2 += sell2;
    total2_ += 2 * size;
  }

  /// The bar is complete; its high and low.
  void end_bar(Price high, Price low) noexcept {
    if (bars_.full()) expire(bars_.oldest());
    open_.travel = std::max(high - low, bin_size_);
    travel_ += open_.travel;
    bars_.push(open_);
    open_ = {};
    ++bar_number_;
  }

  [[nodiscard]] bool full() const noexcept { return bars_.full(); }
  /// Low edge of the bin with most volume.
  [[nodiscard]] FeatureValue poc() const noexcept { return edge([this] { return largest_bin() * bin_size_; }); }
  [[nodiscard]] FeatureValue value_area_low() const noexcept { return edge([this] { return value_area().low * bin_size_; }); }
  /// Where the highest bin of the area ends.
  [[nodiscard]] FeatureValue value_area_high() const noexcept { return edge([this] { return (value_area().high + 1) * bin_size_; }); }

  /// Bought share of the volume of the last k complete bars; the sold share is 1 − this.
  [[nodiscard]] FeatureValue buy_share(std::size_t k) const noexcept {
    if (bars_.size() < k) return FeatureValue::warming();
    i128 buy2 = 0, all2 = 0;
    for (std::size_t age = 0; age < k; ++age) {
      buy2 += bars_.back(age).buy2;
      all2 += static_cast<i128>(bars_.back(age).buy2) + bars_.back(age).sell2;
    }
    return FeatureValue::of(static_cast<double>(buy2) / static_cast<double>(all2));  // 0/0: INVALID
  }

  /// The bin with most volume, the nearest to close on ties, among those that lie wholly below close (d = +1) or above it (d = −1),
  /// with their near edge within distance_max, and that accept(cluster) takes. k: bars of against_share.
  template <class Accept>
  [[nodiscard]] std::optional<FootprintCluster> strongest(Price close, Direction d, Price distance_max, std::size_t k,
                                                          Accept&& accept) const noexcept {
    if (!bars_.full() || bins_in_use_ == 0) return std::nullopt;
    std::optional<FootprintCluster> best;
    std::int64_t best_volume2 = 0;
    // first bin wholly on the side, then away from close
    std::int64_t bin = d > 0 ? std::min(floor_div(close, bin_size_) - 1, high_bin_) : std::max(-floor_div(-close, bin_size_), low_bin_);
    for (; bin >= low_bin_ && bin <= high_bin_; bin -= d) {
      const Price distance = d > 0 ? close - (bin + 1) * bin_size_ : bin * bin_size_ - close;
      if (distance > distance_max) break;
      const std::int64_t volume2 = slots_[index(bin)].volume2();
      if (volume2 <= best_volume2) continue;
      const FootprintCluster cluster = cluster_of(bin, d, k);
      if (!accept(cluster)) continue;
      best = cluster;
      best_volume2 = volume2;
    }
    return best;
  }
  [[nodiscard]] std::optional<FootprintCluster> strongest(Price close, Direction d, Price distance_max, std::size_t k) const noexcept {
    return strongest(close, d, distance_max, k, [](const FootprintCluster&) { return true; });
  }

  /// Doubled volumes of the bin that holds a price.
  struct Volumes2 {
    std::int64_t buy2 = 0, sell2 = 0;
    bool operator==(const Volumes2&) const = default;
  };
  [[nodiscard]] Volumes2 volumes2(Price price) const noexcept {
    const std::int64_t bin = floor_div(price, bin_size_);
    if (bins_in_use_ == 0 || bin < low_bin_ || bin > high_bin_) return {};
    return {slots_[index(bin)].buy2, slots_[index(bin)].sell2};
  }
  [[nodiscard]] std::size_t bins_in_use() const noexcept { return bins_in_use_; }
  /// Trades that did not fit (see Bounds), since the start.
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

  template <class Archive> void serialize(Archive& ar) {
    ar(bars_, open_, bar_number_, first_entry_, entry_count_, left_out_);
    if constexpr (Archive::kLoading) {
      first_entry_ %= kEntriesMax;
      entry_count_ = std::min<std::uint64_t>(entry_count_, kEntriesMax);
    }
    for (std::size_t i = 0; i < entry_count_; ++i) ar(entries_[entry_at(i)]);
    if constexpr (Archive::kLoading) rebuild();
  }

 private:
  static constexpr std::int64_t kVolumeMax = std::int64_t{1} << 62;  // doubled, of the whole window

  struct Slot {  // of bin & (kBinsMax − 1): the bins in use are never further apart than that
    std::int64_t buy2 = 0, sell2 = 0;
    std::uint64_t bar = 0;    // the bar that `entry` is of
    std::size_t entry = 0;
    [[nodiscard]] std::int64_t volume2() const noexcept { return buy2 + sell2; }
  };
  struct Entry {  // what one bar traded in one bin
    std::int64_t bin = 0, buy2 = 0, sell2 = 0;
    template <class Archive> void serialize(Archive& ar) { ar(bin, buy2, sell2); }
  };
  struct BarRecord {
    std::uint64_t entries = 0;
    std::int64_t buy2 = 0, sell2 = 0;
    Price travel = 0;
    template <class Archive> void serialize(Archive& ar) { ar(entries, buy2, sell2, travel); }
  };
  struct Range {
    std::int64_t low = 0, high = 0;
  };

  [[nodiscard]] static std::size_t index(std::int64_t bin) noexcept { return static_cast<std::size_t>(bin & (kBinsMax - 1)); }
  [[nodiscard]] std::size_t entry_at(std::size_t i) const noexcept { return (first_entry_ + i) % kEntriesMax; }
  [[nodiscard]] bool in_reach(std::int64_t bin) const noexcept {
    return bins_in_use_ == 0 || (bin > high_bin_ - kBinsMax && bin < low_bin_ + kBinsMax);
  }

  void expire(const BarRecord& bar) noexcept {
    for (std::size_t i = 0; i < bar.entries; ++i) {
      const Entry& entry = entries_[entry_at(i)];
      Slot& slot = slots_[index(entry.bin)];
      slot.buy2 -= entry.buy2;
      slot.sell2 -= entry.sell2;
      if (slot.volume2() == 0) --bins_in_use_;
    }
    first_entry_ = entry_at(bar.entries);
    entry_count_ -= bar.entries;
    total2_ -= bar.buy2 + bar.sell2;
    travel_ -= bar.travel;
    if (bins_in_use_ == 0) return;
    while (slots_[index(low_bin_)].volume2() == 0) ++low_bin_;
    while (slots_[index(high_bin_)].volume2() == 0) --high_bin_;
  }

  template <class Edge>
  [[nodiscard]] FeatureValue edge(Edge&& price) const noexcept {
    if (!bars_.full()) return FeatureValue::warming();
    return bins_in_use_ == 0 ? FeatureValue::invalid() : FeatureValue::of(static_cast<double>(price()));
  }
  [[nodiscard]] std::int64_t largest_bin() const noexcept {
    std::int64_t best = low_bin_;
    for (std::int64_t bin = low_bin_ + 1; bin <= high_bin_; ++bin) {
      if (slots_[index(bin)].volume2() > slots_[index(best)].volume2()) best = bin;
    }
    return best;
  }
  [[nodiscard]] Range value_area() const noexcept {
    Range area{largest_bin(), 0};
    area.high = area.low;
    std::int64_t inside2 = slots_[index(area.low)].volume2();
    while (static_cast<i128>(inside2) * 10 < static_cast<i128>(total2_) * 7) {
      const std::int64_t below = area.low > low_bin_ ? slots_[index(area.low - 1)].volume2() : -1;  // −1: nothing there
      const std::int64_t above = area.high < high_bin_ ? slots_[index(area.high + 1)].volume2() : -1;
      if (below >= above) inside2 += below, --area.low;
      if (above >= below) inside2 += above, ++area.high;
    }
    return area;
  }

  [[nodiscard]] FootprintCluster cluster_of(std::int64_t bin, Direction d, std::size_t k) const noexcept {
    i128 touched_volume2 = 0, touched_travel = 0, recent2 = 0, against2 = 0;
    std::size_t position = entry_count_ - open_.entries;  // behind the newest complete bar
    for (std::size_t age = 0; age < bars_.size(); ++age) {
      const BarRecord& bar = bars_.back(age);
      position -= bar.entries;
      for (std::size_t i = 0; i < bar.entries; ++i) {
        const Entry& entry = entries_[entry_at(position + i)];
        if (entry.bin != bin) continue;
        touched_volume2 += bar.buy2 + bar.sell2;
        touched_travel += bar.travel;
        if (age < k) {
          recent2 += entry.buy2 + entry.sell2;
          against2 += d > 0 ? entry.sell2 : entry.buy2;
        }
        break;
      }
    }
    const std::int64_t complete2 = total2_ - open_.buy2 - open_.sell2;
    FootprintCluster c{bin * bin_size_, (bin + 1) * bin_size_, 0, 0, 0};
    c.ratio = static_cast<double>(slots_[index(bin)].volume2()) * static_cast<double>(bins_in_use_) / static_cast<double>(total2_);
    if (recent2 > 0) c.against_share = static_cast<double>(against2) / static_cast<double>(recent2);
    if (touched_travel > 0) {
      c.absorption = (static_cast<double>(touched_volume2) / static_cast<double>(touched_travel)) /
                     (static_cast<double>(complete2) / static_cast<double>(travel_));
    }
    return c;
  }

  /// Slots and totals from the bars and their entries; a checkpoint whose parts do not fit together loads as empty.
  void rebuild() {
    clear_sums();
    std::size_t position = 0;
    bool sound = true;
    for (std::size_t i = bars_.size(); i > 0 && sound; --i) sound = add(bars_.back(i - 1), position, 0);
    sound = sound && add(open_, position, bar_number_) && position == entry_count_;
    travel_ -= open_.travel;
    if (sound) return;
    clear_sums();
    bars_ = Window<BarRecord>(kBars);
    open_ = {};
    entry_count_ = 0;
  }
  void clear_sums() noexcept {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    bins_in_use_ = 0;
    total2_ = 0;
    travel_ = 0;
  }
  [[nodiscard]] bool add(const BarRecord& bar, std::size_t& position, std::uint64_t number) noexcept {
    i128 buy2 = 0, sell2 = 0;
    if (bar.entries > entry_count_ - position) return false;
    for (const std::size_t end = position + bar.entries; position < end; ++position) {
      const Entry& entry = entries_[entry_at(position)];
      const bool possible = entry.buy2 >= 0 && entry.sell2 >= 0 && entry.buy2 <= kVolumeMax && entry.sell2 <= kVolumeMax - entry.buy2 &&
                            entry.buy2 + entry.sell2 > 0 && entry.buy2 + entry.sell2 <= kVolumeMax - total2_ && in_reach(entry.bin);
      if (!possible) return false;
      Slot& slot = slots_[index(entry.bin)];
      low_bin_ = bins_in_use_ == 0 ? entry.bin : std::min(low_bin_, entry.bin);
      high_bin_ = bins_in_use_ == 0 ? entry.bin : std::max(high_bin_, entry.bin);
      if (slot.volume2() == 0) ++bins_in_use_;
      slot = {slot.buy2 + entry.buy2, slot.sell2 + entry.sell2, number, entry_at(position)};
      buy2 += entry.buy2;
      sell2 += entry.sell2;
      total2_ += entry.buy2 + entry.sell2;
    }
    travel_ += bar.travel;
    return buy2 == bar.buy2 && sell2 == bar.sell2;
  }

  Price bin_size_;  // configuration
  std::vector<Slot> slots_;
  std::vector<Entry> entries_;  // ring, oldest bar first
  Window<BarRecord> bars_{kBars};
  BarRecord open_;
  std::uint64_t bar_number_ = 1;  // of the open bar
  std::uint64_t first_entry_ = 0, entry_count_ = 0, left_out_ = 0;
  // follow from the above
  std::size_t bins_in_use_ = 0;
  std::int64_t low_bin_ = 0, high_bin_ = 0;  // only when bins_in_use_ > 0
  std::int64_t total2_ = 0;
  i128 travel_ = 0;  // of the complete bars
};

}  // namespace omega
