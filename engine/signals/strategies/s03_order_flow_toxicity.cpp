#include "engine/signals/strategies/s03_order_flow_toxicity.hpp"

#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kSafe, kCaution, kToxic, kExtreme, kBuckets, kBars };
constexpr ParamSpec kParams[] = {
    {"vpin_safe_max", "-", 0.30, 0.1, 0.5, "below: full size"},
    {"vpin_caution_max", "-", 0.45, 0.2, 0.6, "below: three quarters; also the release level"},
    {"vpin_toxic_min", "-", 0.55, 0.3, 0.8, "buckets at or above count towards a veto"},
    {"vpin_extreme", "-", 0.70, 0.4, 0.95, "one bucket at or above is a veto"},
    {"min_consecutive_buckets", "buckets", 5, 1, 20, "for a veto and for its release"},
    {"context_verification_bars", "M1 bars", 20, 0, 120, "least length of a veto"},
};
constexpr StrategyInfo kInfo{
    .id = 3, .name = "order_flow_toxicity", .group = "GREEN", .family = SignalFamily::kFilter, .timeframe = Timeframe::kM1,
    .needs = capability::kVolume,
    .idea = "persistent high VPIN means liquidity takers are one-sided; other strategies' entries are reduced or vetoed",
    .formula = "per VPIN bucket: <.30 x1.0, <.45 x.75, else x.50; veto after 5 buckets >=.55 or at once at >=.70; released after 5 buckets <.45 and 20 M1 bars",
    .literature = "Easley, Lopez de Prado, O'Hara (2012) RFS 25(5):1457-1493; critique Andersen & Bondarenko (2014) J. Fin. Markets 17:1-46",
    .features = "F08", .time_stop_ns = 0, .cooldown_ns = 0, .params = kParams, .conditions = {}, .criteria = {}};

}  // namespace

const StrategyInfo& s03_info() noexcept { return kInfo; }

ToxicityFilter::ToxicityFilter(std::span<const double> p)
    : safe_(p[kSafe]),
      caution_(p[kCaution]),
      toxic_(p[kToxic]),
      extreme_(p[kExtreme]),
      streak_needed_(static_cast<std::uint32_t>(p[kBuckets])),
      bars_needed_(static_cast<std::uint32_t>(p[kBars])) {}

bool ToxicityFilter::on_bucket(double v) noexcept {
  const ToxLevel before = level_;
  toxic_streak_ = v >= toxic_ ? toxic_streak_ + 1 : 0;
  calm_streak_ = v < caution_ ? calm_streak_ + 1 : 0;
  const bool vetoed = level_ == ToxLevel::kVeto || level_ == ToxLevel::kHardVeto;
  const ToxLevel plain = v < safe_ ? ToxLevel::kSafe : v < caution_ ? ToxLevel::kCaution : ToxLevel::kElevated;
  if (v >= extreme_) {
    if (!vetoed) bars_since_veto_ = 0;
    level_ = ToxLevel::kHardVeto;
  } else if (vetoed) {
    if (calm_streak_ >= streak_needed_ && bars_since_veto_ >= bars_needed_) level_ = plain;
  } else if (toxic_streak_ >= streak_needed_) {
    level_ = ToxLevel::kVeto;
    bars_since_veto_ = 0;
  } else {
    level_ = plain;
  }
  return level_ != before;
}

bool ToxicityFilter::on_not_ready() noexcept {
  const bool changed = level_ != ToxLevel::kUnknown;
  level_ = ToxLevel::kUnknown;
  toxic_streak_ = calm_streak_ = bars_since_veto_ = 0;
  return changed;
}

double ToxicityFilter::multiplier() const noexcept {
  switch (level_) {
    case ToxLevel::kSafe: return 1.0;
    case ToxLevel::kUnknown:
    case ToxLevel::kCaution: return .75;
    default: return .50;
  }
}

}  // namespace omega
