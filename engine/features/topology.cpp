#include "engine/features/topology.hpp"

#include <cmath>

#include "engine/core/detmath.hpp"

namespace omega {
namespace {

constexpr double kDistanceScale = static_cast<double>(std::int64_t{1} << 40), kNormFloor = 1e-9;

/// Stands for the ln of zero.
double log_of_half(std::int64_t smallest) noexcept { return smallest > 0 ? detmath::log(static_cast<double>(smallest) / 2) : 0.0; }

}  // namespace

Topology::Topology(int bars, int least_permille)
    : least_(least_permille / 1000.0),
      bars_(static_cast<std::size_t>(bars)),
      past_(static_cast<std::size_t>(bars)),
      cloud_(static_cast<std::size_t>(bars)),
      persistence_(static_cast<std::size_t>(bars)),
      h0_(static_cast<std::size_t>(bars)) {}

Topology::Item Topology::Item::of(double r, Qty volume, Price range) noexcept {
  const auto ln = [](std::int64_t x) { return x > 0 ? detmath::log(static_cast<double>(x)) : 0.0; };
  return {r, volume, range, ln(volume), ln(range)};
}

void Topology::on_bar(const TfBar& bar) noexcept {
  const Price from = previous_close_ == 0 || bar.gap() ? bar.open : previous_close_;
  bars_.push(Item::of(static_cast<double>(bar.close - from) / static_cast<double>(from), bar.has_volume() ? bar.volume : 0, bar.high - bar.low));
  previous_close_ = bar.close;
  if (!bars_.full()) return;
  make_cloud();
  persistence_.compute(cloud_);
  Past now;
  now.h1.take(persistence_.h1(), least_);
  const double norm = now.norm = landscapes_.norm(now.h1);
  norm_ = FeatureValue::of(norm);
  const std::span<const double> deaths = persistence_.h0_deaths();
  for (std::size_t i = 0; i < deaths.size(); ++i) h0_[i] = {0, deaths[i]};
  h0_diagram_.take({h0_.data(), deaths.size()}, least_);
  norm_h0_ = FeatureValue::of(landscapes_.norm(h0_diagram_));
  if (past_.full()) {
    const Past& reference = past_.oldest();
    const double distance = landscapes_.distance(now.h1, reference.h1);
    change_ = FeatureValue::of(std::fabs(norm - reference.norm) / std::max(reference.norm, kNormFloor));
    distance_ = FeatureValue::of(distance);
    const std::int64_t quanta = std::llround(distance * kDistanceScale);
    if (distances_.full()) {
      distance_z_ = FeatureValue::of((static_cast<double>(quanta) - distances_.mean()) / distances_.sd());
    }
    distances_.push(quanta);
  }
  past_.push(now);
}

void Topology::make_cloud() noexcept {
  const std::size_t n = bars_.size();
  Qty volume_min = 0;
  Price range_min = 0;
  for (std::size_t age = 0; age < n; ++age) {
    const Item& b = bars_.back(age);
    if (b.volume > 0 && (volume_min == 0 || b.volume < volume_min)) volume_min = b.volume;
    if (b.range > 0 && (range_min == 0 || b.range < range_min)) range_min = b.range;
  }
  const double no_volume = log_of_half(volume_min), no_range = log_of_half(range_min);  // for a value that may be zero: half of the smallest positive one
  for (std::size_t i = 0; i < n; ++i) {
    const Item& b = bars_.back(n - 1 - i);  // oldest first
    cloud_[i] = {b.r, b.volume > 0 ? b.ln_volume : no_volume, b.range > 0 ? b.ln_range : no_range};
  }
  for (std::size_t axis = 0; axis < cloud_[0].size(); ++axis) standardise(axis);
}

/// Two passes in a fixed order; a coordinate that does not vary becomes 0.
void Topology::standardise(std::size_t axis) noexcept {
  double mean = 0, squares = 0;
  bool varies = false;
  for (const CloudPoint& p : cloud_) {
    mean += p[axis];
    varies = varies || p[axis] != cloud_[0][axis];
  }
  mean /= static_cast<double>(cloud_.size());
  for (const CloudPoint& p : cloud_) squares += (p[axis] - mean) * (p[axis] - mean);
  const double sd = std::sqrt(squares / static_cast<double>(cloud_.size() - 1));
  for (CloudPoint& p : cloud_) p[axis] = varies && sd > 0 ? (p[axis] - mean) / sd : 0.0;
}

}  // namespace omega
