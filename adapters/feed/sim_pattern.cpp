#include "adapters/feed/sim_pattern.hpp"

#include <algorithm>

namespace omega::sim {
namespace {

constexpr std::uint32_t kSlot = 64;  // of the symbol's stream, for the minute in which a pattern starts
constexpr double kRecover_sd = 0.11;  // per minute
constexpr int kDipAt = 0, kPierceAt = 8, kLeaveAt = 13, kInducementEnd = 34;
constexpr double kDip_u = 8;
constexpr int kStopRunEnd = 22, kSpikeEnd = 5, kRecoverEnd = 15, kExhaustionEnd = 110;
constexpr int kBlock_minutes = 15, kReturn_minutes = 45, kDip_minutes = 6, kFollow_minutes = 120;

}  // namespace

void Pattern::begin(PatternKind kind, int d, double u, const Random& random, std::int64_t minute) noexcept {
  *this = Pattern{};
  active_ = true;
  kind_ = kind;
  d_ = d;
  u_ = u;
  follows_ = random.chance(kind == PatternKind::kDisplacement ? 0.6 : 0.65, minute, kSlot);
}

void Pattern::start_stop_run(int d, double level, double u, const Random& random, std::int64_t minute) noexcept {
  begin(PatternKind::kStopRun, d, u, random, minute);
  level_ = level;
  width_ = random.between(8, 18, minute, kSlot + 1) * u;     // penetration
  size_ = random.between(27, 34, minute, kSlot + 2) * u;     // way back, from the extreme
}

void Pattern::start_inducement(int d, double price, double sd, double u, const Random& random, std::int64_t minute) noexcept {
  begin(PatternKind::kInducement, d, u, random, minute);
  start_ = price;
  sd_ = sd;
  level_ = price - d * kDip_u * u;
  width_ = random.between(8, 16, minute, kSlot + 1) * u;     // penetration
  size_ = random.between(31, 40, minute, kSlot + 2) * u;     // body of the minute that leaves
}

void Pattern::start_exhaustion(int d, double mean, double sd, double price, const Random& random,
                               std::int64_t minute) noexcept {
  begin(PatternKind::kExhaustion, d, 0, random, minute);
  mean_ = mean;
  sd_ = sd;
  start_ = price;
  size_ = random.between(4.4, 5.2, minute, kSlot + 1) * sd;
}

void Pattern::start_displacement(int d, double price, double u, const Random& random, std::int64_t minute) noexcept {
  begin(PatternKind::kDisplacement, d, u, random, minute);
  start_ = price;
  width_ = random.between(7, 10, minute, kSlot + 1) * u;
  size_ = random.between(48, 75, minute, kSlot + 2) * u;
  tail_size_ = random.between(40, 70, minute, kSlot + 3) * u;
  hold_ = 15 * (4 + static_cast<int>(random.uniform(minute, kSlot + 4) * 9.0));
  block_low_ = 1e18;
}

void Pattern::observe(double high, double low) noexcept {
  if (kind_ != PatternKind::kDisplacement || t_ > kBlock_minutes) return;
  block_high_ = std::max(block_high_, high);
  block_low_ = std::min(block_low_, low);
}

MinutePlan Pattern::next(double prev, double noise) noexcept {
  MinutePlan p;
  int end = 0;
  switch (kind_) {
    case PatternKind::kStopRun: p = stop_run(prev, noise), end = kStopRunEnd; break;
    case PatternKind::kInducement: p = inducement(prev, noise), end = kInducementEnd; break;
    case PatternKind::kExhaustion: p = exhaustion(prev, noise), end = kExhaustionEnd; break;
    default:
      p = displacement(prev, noise);
      end = 3 * kBlock_minutes + hold_ + kReturn_minutes + kFollow_minutes;
  }
  if (++t_ == end) active_ = false;
  return p;
}

MinutePlan Pattern::stop_run(double prev, double noise) const noexcept {
  const double extreme = level_ - d_ * width_;
  if (t_ == 0) return {.close = extreme + d_ * 1.5 * u_, .reach = extreme, .tail = 0, .volume = 6, .spread = 1.5};
  if (t_ == 1) return {.close = extreme + d_ * size_, .reach = 0, .tail = 0, .volume = 14, .spread = 1.2};
  return {.close = prev + d_ * (follows_ ? 0.8 : -1.6) * u_ + 0.7 * noise, .reach = 0, .tail = 1, .volume = 2, .spread = 1};
}

MinutePlan Pattern::inducement(double prev, double noise) const noexcept {
  if (t_ == kDipAt) return {.close = prev - d_ * 0.5 * u_, .reach = level_, .tail = 0.5, .volume = 1, .spread = 1};
  if (t_ < kPierceAt) return {.close = prev + 0.3 * (start_ - prev) + 0.6 * noise, .reach = 0, .tail = 1, .volume = 1, .spread = 1};
  if (t_ == kPierceAt) return {.close = prev + d_ * 5 * u_, .reach = level_ - d_ * width_, .tail = 0, .volume = 25, .spread = 1.2};
  if (t_ < kLeaveAt) {                                       // one-sided, and quiet
    const bool with = (t_ - kPierceAt) % 2 == 1;
    return {.close = prev + d_ * (with ? 0.9 : -0.35) * sd_, .reach = 0, .tail = 0, .volume = with ? 4.0 : 0.3, .spread = 1};
  }
  if (t_ == kLeaveAt) return {.close = prev + d_ * size_, .reach = 0, .tail = 0.3, .volume = 9, .spread = 1.2};
  return {.close = prev + d_ * (follows_ ? 0.8 : -1.6) * u_ + 0.7 * noise, .reach = 0, .tail = 1, .volume = 1.5, .spread = 1};
}

MinutePlan Pattern::exhaustion(double prev, double noise) const noexcept {
  const double target = mean_ - d_ * size_;
  if (t_ < kSpikeEnd)
    return {.close = start_ + (target - start_) * (t_ + 1) / kSpikeEnd, .reach = 0, .tail = 0.3, .volume = 0.8, .spread = 1.4};
  if (t_ < kRecoverEnd) return {.close = prev + d_ * kRecover_sd * sd_, .reach = 0, .tail = 0.3, .volume = 6, .spread = 1};
  const double step = follows_ ? (mean_ - prev) / (kExhaustionEnd - t_) : -d_ * 0.02 * sd_;
  return {.close = prev + step + 0.6 * noise, .reach = 0, .tail = 1, .volume = 1.4, .spread = 1};
}

MinutePlan Pattern::displacement(double prev, double noise) const noexcept {
  const int out = 2 * kBlock_minutes, back = out + hold_, dip = back + kReturn_minutes, follow = dip + kBlock_minutes;
  const double top = start_ - d_ * (width_ - size_);  // where the displacement ends
  if (t_ < kBlock_minutes)
    return {.close = start_ - d_ * width_ * (t_ + 1) / kBlock_minutes, .reach = 0, .tail = 0.4, .volume = 1, .spread = 1};
  if (t_ < out) {
    const double done = static_cast<double>(t_ + 1 - kBlock_minutes) / kBlock_minutes;
    return {.close = start_ - d_ * width_ + d_ * size_ * done, .reach = 0, .tail = 0.4, .volume = 7, .spread = 1.3};
  }
  const double above = near_edge() + d_ * 13 * u_;    // not yet a touch
  if (t_ < back) {
    const double close = prev + 0.05 * (top - prev) + noise;
    return {.close = d_ > 0 ? std::max(close, above) : std::min(close, above), .reach = 0, .tail = 0.5, .volume = 1, .spread = 1};
  }
  if (t_ < dip) return {.close = prev + (above - prev) / (dip - t_), .reach = 0, .tail = 0.3, .volume = 0.7, .spread = 1};
  if (t_ < follow) {
    const double bottom = near_edge() - d_ * 0.4 * (block_high_ - block_low_);
    const double end = near_edge() + d_ * 10 * u_;
    const int in_bar = t_ - dip;
    const bool down = in_bar < kDip_minutes;
    const double step = down ? (bottom - prev) / (kDip_minutes - in_bar) : (end - prev) / (kBlock_minutes - in_bar);
    return {.close = prev + step, .reach = 0, .tail = 0.2, .volume = down ? 0.7 : 5.0, .spread = 1};
  }
  const double step = d_ * (follows_ ? tail_size_ : -45 * u_) / kFollow_minutes;
  return {.close = prev + step + 0.7 * noise, .reach = 0, .tail = 1, .volume = 1.3, .spread = 1};
}

}  // namespace omega::sim
