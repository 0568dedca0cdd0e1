// What:     F13 mean and sample standard deviation of the closes over lag(n), and the close n bars ago.
// Owner:    feature set.   Threads: one.
// Units:    Price as double (1e-9).   Ready: n bars before the current one. sd = 0 -> INVALID.
#pragma once

#include "engine/features/frame.hpp"
#include "engine/features/rolling.hpp"

namespace omega {

class CloseMoments {
 public:
  explicit CloseMoments(int n) : closes_(static_cast<std::size_t>(n)) {}
  void on_bar(const TfBar& bar) noexcept {
    if (closes_.full()) {
      const double sd = closes_.sd();
      mean_ = FeatureValue::of(closes_.mean());
      sd_ = sd > 0 ? FeatureValue::of(sd) : FeatureValue::invalid();
    }
    closes_.push(bar.close);
  }
  [[nodiscard]] FeatureValue mean() const noexcept { return mean_; }
  [[nodiscard]] FeatureValue sd() const noexcept { return sd_; }
  [[nodiscard]] const RollingMoments& closes() const noexcept { return closes_; }
  template <class Archive> void serialize(Archive& ar) { ar(closes_, mean_, sd_); }

 private:
  RollingMoments closes_;
  FeatureValue mean_, sd_;
};

/// (x − mean)/sd of three feature values: INVALID if any is, else WARMING if any is.
[[nodiscard]] inline FeatureValue z_score(double x, const FeatureValue& mean, const FeatureValue& sd) noexcept {
  const auto either = [&](FeatureState s) { return mean.state == s || sd.state == s; };
  if (either(FeatureState::kInvalid)) return FeatureValue::invalid();
  if (either(FeatureState::kWarming)) return FeatureValue::warming();
  return FeatureValue::of((x - mean.value) / sd.value);
}

class CloseLag {
 public:
  explicit CloseLag(int n) : closes_(static_cast<std::size_t>(n)) {}
  void on_bar(const TfBar& bar) noexcept {
    if (closes_.full()) value_ = FeatureValue::of(static_cast<double>(closes_.oldest()));
    closes_.push(bar.close);
  }
  [[nodiscard]] FeatureValue value() const noexcept { return value_; }
  template <class Archive> void serialize(Archive& ar) { ar(closes_, value_); }

 private:
  Window<Price> closes_;
  FeatureValue value_;
};

}  // namespace omega
