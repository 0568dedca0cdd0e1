// S08: one flow-and-structure entry whose thresholds, stop and size follow the filtered volatility state (F26, a model is an input).
// Entry at M15 closes: the filter has seen >= 40 bars; p = probability of the likelier state >= .80, a tie is HIGH; d = sign fz,
// |fz| > 1.5 (LOW) or 2.6 (HIGH); conf(d) > .65; vr(20) > 1.4. Warm-up: 60 M15 bars, F06, F28. O(1) per M15 close.
// Exit: STOP(1.0 % LOW, 1.5 % HIGH); STD(2); the other state with p >= .80.
// Size: LOW 4 if p > .85 else 3, risk x1.2; HIGH 2 if p > .85 else 3, risk x.7. q = .5·p + .5·clip((|fz|−θ)/θ + .5).
// Choices: probabilities and confluence compare after rounding to 1e-9 (1.3-6); a close without volume is no evaluation of vr.
// Source: STRATEGIES S08; Hamilton (1989) Econometrica 57(2):357-384; Guidolin & Timmermann (2007) JEDC 31(11):3503-3544.
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kSigmaBars, kStepsMin, kFlowLow, kFlowHigh, kConfidence, kStopLow, kStopHigh, kRiskLow, kRiskHigh, kConfMin, kVolumeMin, kTargetR };
constexpr ParamSpec kParams[] = {
    {"lookback_period", "M15 bars", 20, 10, 100, "window of the volatility"},
    {"regime_lookback", "M15 bars", 40, 10, 200, "least bars that the filter has seen"},
    {"low_vol_entry_threshold", "sd", 1.5, 0.5, 5, "flow z-score in the LOW state"},
    {"high_vol_entry_threshold", "sd", 2.6, 0.5, 5, "flow z-score in the HIGH state"},
    {"min_regime_confidence", "-", 0.80, 0.5, 0.99, "probability of the likelier state"},
    {"low_stop_pct", "% of price", 1.0, 0.2, 2.5, "widest stop in the LOW state"},
    {"high_stop_pct", "% of price", 1.5, 0.2, 2.5, "widest stop in the HIGH state"},
    {"low_boost", "x", 1.2, 0.3, 1.5, "risk in the LOW state"},
    {"high_reduction", "x", 0.7, 0.3, 1.5, "risk in the HIGH state"},
    {"structure_gate", "-", 0.65, 0, 1, "confluence in the direction of the trade must be above"},
    {"volume_gate", "x", 1.4, 1, 5, "vr(20) must be above"},
    {"take_profit_r_multiple", "R", 2.0, 1, 5, "final target of STD"},
};
constexpr const char* kConditions[] = {"regime", "flow", "confluence", "volume"};
constexpr const char* kCriteria[] = {"probability_high", "state_high", "flow_threshold", "volume_ratio"};
constexpr std::int32_t kStop_bars = 50, kVolume_bars = 20;
constexpr double kSure = 0.85;

constexpr StrategyInfo kInfo{
    .id = 8, .name = "volatility_regime_adaptation", .group = "HYBRID", .family = SignalFamily::kMomentum, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kVolume | capability::kModel,
    .idea = "one flow-and-structure entry whose thresholds, stop and size depend on a filtered low or high volatility state",
    .formula = "entry: HMM filter >=40 steps, p=max(alpha)>=.80, tie=HIGH, d fz>1.5 (LOW) or 2.6 (HIGH), conf(d)>.65, vr(20)>1.4; exit: STOP(1% LOW, 1.5% HIGH), STD(2), "
               "the other state with p>=.80; size: LOW 4 if p>.85 else 3, risk x1.2; HIGH 2 if p>.85 else 3, risk x.7; q=.5p+.5clip((|fz|-theta)/theta+.5)",
    .literature = "Hamilton (1989) Econometrica 57(2):357-384; Guidolin & Timmermann (2007) JEDC 31(11):3503-3544",
    .features = "F06 F17 F26 F28", .time_stop_ns = 16 * 15 * kMinute_ns, .cooldown_ns = 60 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class VolatilityRegime final : public StrategyBase<VolatilityRegime> {
 public:
  explicit VolatilityRegime(const StrategySetup& s) : StrategyBase(kInfo, s) {
    const auto m15 = [&](FeatureId id, std::int32_t p0) { return need(s.requests.request({id, Timeframe::kM15, p0, 0})); };
    high_ = m15(FeatureId::kHmmHigh, static_cast<std::int32_t>(param(kSigmaBars)));
    steps_ = m15(FeatureId::kHmmSteps, static_cast<std::int32_t>(param(kSigmaBars)));
    vr_ = m15(FeatureId::kVolumeRatio, kVolume_bars);
    highest_ = m15(FeatureId::kHighest, kStop_bars);
    lowest_ = m15(FeatureId::kLowest, kStop_bars);
    for (const FeatureHandle h : {common().fz, common().confluence, common().spread}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const FeatureFrame& f = c.frame;
    if (c.position.open) manage(c, out);
    if (!ready(f)) return;
    funnel_.begin();
    const TfBar& bar = f.bar(Timeframe::kM15);
    const double alpha = f.get(high_).value;
    const bool high = score::at_least(alpha, 0.5);
    const double p = high ? alpha : 1.0 - alpha;
    if (!funnel_.pass(0, check::every({check::at_least(f.get(steps_).value, param(kStepsMin)), check::score_at_least(p, param(kConfidence))}))) return reject();
    const double fz = f.get(common().fz).value, theta = param(high ? kFlowHigh : kFlowLow);
    if (!funnel_.pass(1, check::above(std::fabs(fz), theta))) return reject();
    const Direction d = fz > 0 ? kLong : kShort;
    if (!funnel_.pass(2, check::score_above(for_direction(f.get(common().confluence).value, d), param(kConfMin)))) return reject();
    if (!funnel_.pass(3, check::every({check::holds(bar.has_volume()), check::above(f.get(vr_).value, param(kVolumeMin))}))) return reject();
    if (!admit(c)) return;
    const Price extreme = std::llround(f.get(d > 0 ? lowest_ : highest_).value);
    const Price stop = structural_stop(c.instrument, d, bar.close, extreme, std::llround(f.get(common().spread).value),
                                       param(high ? kStopHigh : kStopLow) / 100);
    Signal& s = raise(c, out, d, bar.close, stop);
    standard_targets(s, param(kTargetR));
    s.quality_raw = .5 * p + .5 * score::clip((std::fabs(fz) - theta) / theta + .5);
    s.score = s.quality_raw;
    s.m_vol = param(high ? kRiskHigh : kRiskLow);
    if (high) s.flags |= signal_flag::kHighVolatility;
    s.level = !score::above(p, kSure) ? 3 : high ? 2 : 4;
    s.criteria = {alpha, high ? 1.0 : 0.0, theta, f.get(vr_).value, 0, 0, 0, 0};
    traded_high_ = high;
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(traded_high_);
  }

 private:
  void manage(const StrategyContext& c, StrategyOut& out) noexcept {
    const FeatureValue& alpha = c.frame.get(high_);
    if (!alpha.ready()) return;
    const double other = traded_high_ ? 1.0 - alpha.value : alpha.value;
    if (score::at_least(other, param(kConfidence))) request_exit(c, out, ExitReason::kInvalidation, other, param(kConfidence));
  }
  FeatureHandle high_, steps_, vr_, highest_, lowest_;
  bool traded_high_ = false;  // state of the last signal
};

}  // namespace

const StrategyInfo& s08_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s08(const StrategySetup& s) { return std::make_unique<VolatilityRegime>(s); }

}  // namespace omega
