// What:     F04 order-flow imbalance of the best quotes: what each quote added to and took from the two sides.
// Owner:    feature set of the instrument.   Threads: one.   Allocation: constructor only.   Cost: O(1) a quote.
// Formula:  e_n = 1[b_n >= b_{n-1}]·q^b_n − 1[b_n <= b_{n-1}]·q^b_{n-1} − 1[a_n <= a_{n-1}]·q^a_n + 1[a_n >= a_{n-1}]·q^a_{n-1}
//           OFI(bar) = Σ e_n since the bar before; OFI_N = Σ of the last N events; ofi_n = Σ_20 bars OFI / Σ_20 bars depth, depth
//           = average of (q^b + q^a)/2 over the time of the bar in which a quote was known.
// Missing:  the first quote, and the first after reset(), give no e_n; the time between the last quote and a reset() is not
//           known to either and counts for nothing. A bar without any known time has OFI INVALID and is not one of the 20.
//           Sizes unknown: the caller's duty (F04 does not exist for such a feed).
// Exact:    sums of e_n in 128 bits; depth·time in 128 bits, its quotient rounded once per bar to 2^-20 of a Qty quantum.
// Units:    Qty 1e-8 as double in a FeatureValue; ofi_n a ratio.
// Source:   Cont, Kukanov, Stoikov (2014) J. Financial Econometrics 12(1):47-88.
#pragma once

#include "engine/features/best_quote.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

/// One side's part of e: what the side gained at its level. better: +1 when a higher price is better (bids).
[[nodiscard]] constexpr std::int64_t level_flow(const BookLevel& before, const BookLevel& now, int better) noexcept {
  std::int64_t gained = 0;
  if (better * now.price >= better * before.price) gained += now.size;
  if (better * now.price <= better * before.price) gained -= before.size;
  return gained;
}
[[nodiscard]] constexpr std::int64_t order_flow(const BestQuote& before, const BestQuote& now) noexcept {
  return level_flow({before.bid, before.bid_size}, {now.bid, now.bid_size}, 1) -
         level_flow({before.ask, before.ask_size}, {now.ask, now.ask_size}, -1);
}

class Ofi {
 public:
  static constexpr std::size_t kEvents = 100, kBars = 20;

  explicit Ofi(std::size_t events = kEvents) : events_(events) {}

  void on_quote(const BestQuote& quote) noexcept {
    if (known_) {
      pass_time(quote.ts);
      const std::int64_t e = order_flow(last_, quote);
      last_event_ = e;
      events_.push(e);
      open_bar_ += e;
    }
    last_ = quote;
    known_ = true;
    since_ = quote.ts;
  }
  /// After a gap or a reset of the book.
  void reset() noexcept { known_ = false; }
  /// The bar that ends at ts is complete; quotes stamped ts belong to the next one.
  void end_bar(TimeNs ts) noexcept {
    if (known_) pass_time(ts);
    bar_ = open_bar_;
    bar_state_ = time_ns_ > 0 ? FeatureState::kReady : FeatureState::kInvalid;
    if (time_ns_ > 0) {
      bar_depth_ = mean_depth();
      bars_.push(bar_);
      depths_.push(bar_depth_);
    }
    open_bar_ = 0;
    depth_time_ = 0;
    time_ns_ = 0;
  }

  /// e_n of the last quote that had one.
  [[nodiscard]] std::int64_t last_event() const noexcept { return last_event_; }
  [[nodiscard]] i128 last_bar() const noexcept { return bar_; }
  [[nodiscard]] bool has_last_n() const noexcept { return events_.full(); }
  [[nodiscard]] i128 last_n() const noexcept { return events_.sum(); }
  /// OFI of the last complete bar.
  [[nodiscard]] FeatureValue ofi_bar() const noexcept { return of_bar(static_cast<double>(bar_)); }
  [[nodiscard]] FeatureValue ofi_events() const noexcept {
    return events_.full() ? FeatureValue::of(static_cast<double>(events_.sum())) : FeatureValue::warming();
  }
  /// Depth of the last complete bar.
  [[nodiscard]] FeatureValue depth() const noexcept { return of_bar(static_cast<double>(bar_depth_) / kScale); }
  [[nodiscard]] FeatureValue normalised() const noexcept {
    if (!bars_.full()) return FeatureValue::warming();
    return FeatureValue::of(static_cast<double>(bars_.sum()) * kScale / static_cast<double>(depths_.sum()));  // 0/0: INVALID
  }

  template <class Archive> void serialize(Archive& ar) {
    ar(events_, bars_, depths_, last_, known_, since_, last_event_, open_bar_, depth_time_, time_ns_, bar_, bar_depth_, bar_state_);
  }

 private:
  static constexpr int kFraction_bits = 20;
  static constexpr double kScale = 1 << kFraction_bits;

  [[nodiscard]] FeatureValue of_bar(double value) const noexcept {
    if (bar_state_ != FeatureState::kReady) return {FeatureValue{}.value, bar_state_};
    return FeatureValue::of(value);
  }
  void pass_time(TimeNs to) noexcept {
    if (to <= since_) return;
    depth_time_ += (static_cast<i128>(last_.bid_size) + last_.ask_size) * (to - since_);
    time_ns_ += to - since_;
    since_ = to;
  }
  /// Nearest 2^-20 quantum; whole part and rest apart, so that nothing overflows. time_ns_ > 0.
  [[nodiscard]] i128 mean_depth() const noexcept {
    const i128 divisor = 2 * static_cast<i128>(time_ns_);
    const i128 whole = depth_time_ / divisor, rest = depth_time_ % divisor;
    return (whole << kFraction_bits) + ((rest << kFraction_bits) + divisor / 2) / divisor;
  }

  RollingSum events_;
  RollingSum bars_{kBars}, depths_{kBars};
  BestQuote last_;
  bool known_ = false;              // last_ is in force
  TimeNs since_ = 0;                // up to here its time is counted
  std::int64_t last_event_ = 0;
  i128 open_bar_ = 0;
  i128 depth_time_ = 0;             // Σ (q^b + q^a)·ns of the open bar
  DurationNs time_ns_ = 0;
  i128 bar_ = 0, bar_depth_ = 0;    // of the last complete bar; depth in 2^-20 quanta
  FeatureState bar_state_ = FeatureState::kWarming;
};

/// Lagged z of OFI_N, sampled at M1 closes: z = (X − m)/s, m, s = mean and sample sd of the samples before it; clipped to ±4.
/// s = 0 -> INVALID.
class OfiZ {
 public:
  static constexpr std::size_t kSamples = 500, kSamplesMin = 100;
  static constexpr double kClip = 4.0;

  explicit OfiZ(std::size_t samples = kSamples) : samples_(samples) {}

  void sample(i128 ofi_n) noexcept {
    constexpr i128 kMost = std::numeric_limits<std::int64_t>::max();
    const auto x = static_cast<std::int64_t>(std::clamp(ofi_n, -kMost, kMost));
    if (samples_.size() >= kSamplesMin) {
      const double sd = samples_.sd();
      const double z = (static_cast<double>(x) - samples_.mean()) / sd;
      value_ = sd > 0 ? FeatureValue::of(std::clamp(z, -kClip, kClip)) : FeatureValue::invalid();
    }
    samples_.push(x);
  }
  /// Nothing is sampled before OFI_N is complete.
  void sample(const Ofi& ofi) noexcept {
    if (ofi.has_last_n()) sample(ofi.last_n());
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  /// How many samples there are, the newest included.
  [[nodiscard]] std::size_t samples() const noexcept { return samples_.size(); }
  template <class Archive> void serialize(Archive& ar) { ar(samples_, value_); }

 private:
  RollingMoments samples_;
  FeatureValue value_;
};

}  // namespace omega
