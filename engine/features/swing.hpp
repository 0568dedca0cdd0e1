// What:     F15 swing points of strength k. Bar i is a swing high iff H_i > H_j for the k bars before and H_i >= H_j for the
//           k bars after (first bar of a plateau wins); low mirrored. Confirmed at the close of bar i + k.
//           For timeframes <= M30 no GAP may lie inside the 2k + 1 bars (forbid_gap).
// Units:    Price.   Warm-up: 2k + 1 bars; O(k). The last 32 per side are kept.
// Source:   STRATEGIES F15.
#pragma once

#include <optional>

#include "engine/features/frame.hpp"
#include "engine/features/window.hpp"

namespace omega {

struct Swing {
  Price price = 0;
  TimeNs bar_open = 0, confirmed = 0;
  template <class Archive> void serialize(Archive& ar) { ar(price, bar_open, confirmed); }
};

class SwingDetector {
 public:
  static constexpr std::size_t kKept = 32;
  SwingDetector(int k, bool forbid_gap)
      : k_(static_cast<std::size_t>(k)), forbid_gap_(forbid_gap), bars_(2 * k_ + 1), highs_(kKept), lows_(kKept) {}

  void on_bar(const TfBar& bar) noexcept {
    new_high_ = new_low_ = false;
    bars_.push(bar);
    if (!bars_.full()) return;
    const TfBar& mid = bars_.back(k_);
    bool high = true, low = true;
    for (std::size_t i = 1; i <= k_; ++i) {  // no branch: which comparison fails first cannot be predicted
      const TfBar& before = bars_.back(k_ + i);
      const TfBar& after = bars_.back(k_ - i);
      high &= (mid.high > before.high) & (mid.high >= after.high);
      low &= (mid.low < before.low) & (mid.low <= after.low);
    }
    if (!(high || low)) return;
    if (forbid_gap_) {
      for (std::size_t age = 0; age < 2 * k_; ++age) {  // a GAP of the oldest bar lies before the window
        if (bars_.back(age).gap()) return;
      }
    }
    if (high) highs_.push({mid.high, mid.t_open, bar.t_close});
    if (low) lows_.push({mid.low, mid.t_open, bar.t_close});
    new_high_ = high;
    new_low_ = low;
  }
  [[nodiscard]] bool new_high() const noexcept { return new_high_; }
  [[nodiscard]] bool new_low() const noexcept { return new_low_; }
  [[nodiscard]] std::optional<Swing> last_high() const noexcept { return last(highs_); }
  [[nodiscard]] std::optional<Swing> last_low() const noexcept { return last(lows_); }
  /// back(0) is the newest.
  [[nodiscard]] const Window<Swing>& highs() const noexcept { return highs_; }
  [[nodiscard]] const Window<Swing>& lows() const noexcept { return lows_; }
  template <class Archive> void serialize(Archive& ar) { ar(bars_, highs_, lows_, new_high_, new_low_); }

 private:
  [[nodiscard]] static std::optional<Swing> last(const Window<Swing>& side) noexcept {
    return side.size() > 0 ? std::optional<Swing>(side.back(0)) : std::nullopt;
  }
  std::size_t k_;
  bool forbid_gap_;
  Window<TfBar> bars_;
  Window<Swing> highs_, lows_;
  bool new_high_ = false, new_low_ = false;
};

}  // namespace omega
