// S04: follow a large 21-bar M15 move only when volume expands, flow agrees and is not toxic.
// Entry: m = 100·(C−C21)/C21, d = sign m, |m| >= .70; q = .4·min(|m|/2.1,1) + .3·(1 if vmr(5,16) >= 2 else .3) + .3·flow,
// flow by VPIN bands; q >= .80; d·fz > 0 and d·cvd_n > 0; H4 label = d; D1 label != −d; conf(d) >= .60; RR >= 1.
// Exit: SL last confirmed swing (k = 2, <= 20 bars old) beyond by 5 u, else 2 %; > 2.5 % no signal; TP C + d·1.5·|C−C21|; 50 % at
// 1.5R (dropped when the target is nearer, as in STD); invalidation when m changes sign.
// Choices: the swing's age is real time in units of M15; a swing on the wrong side of the close counts as none.
// In F26's HIGH volatility state (a tie counts) q >= .85; the rule is off without a model, and while F26 is not READY. Warm-up: 22 M15 bars, F28. O(1) per M15 close.
// Source: STRATEGIES S04; Moskowitz, Ooi, Pedersen (2012) JFE 104(2):228-250.
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kPeriod, kPrice, kVolume, kVpinClean, kVpinCaution, kVpinToxic, kQualityMin, kSwingBars, kConfMin, kSwingBuffer, kStopPct };
constexpr ParamSpec kParams[] = {
    {"momentum_period", "M15 bars", 21, 5, 100, "bars of the move"},
    {"price_threshold", "%", 0.70, 0.1, 3, "least move"},
    {"volume_threshold", "x", 2.0, 1, 5, "vmr(5,16) that scores in full"},
    {"vpin_clean", "-", 0.30, 0.1, 0.9, "below: flow 1"},
    {"vpin_caution", "-", 0.50, 0.1, 0.9, "below: flow .5"},
    {"vpin_toxic", "-", 0.68, 0.1, 0.9, "below: flow .25, else 0"},
    {"min_quality_score", "-", 0.80, 0.5, 1, "least quality"},
    {"lookback_window", "M15 bars", 20, 10, 100, "oldest swing that may carry the stop"},
    {"min_mtf_confluence", "-", 0.60, 0, 1, "confluence in the direction of the trade"},
    {"swing_buffer_pips", "u", 5, 0, 30, "stop beyond the swing"},
    {"fallback_stop_pct", "% of price", 2.0, 0.2, 2.5, "stop without a swing"},
};
constexpr const char* kConditions[] = {"move", "quality", "flow_agrees", "h4_label", "d1_label", "confluence", "stop_and_reward"};
constexpr const char* kCriteria[] = {"move_percent", "quality", "volume_mean_ratio", "flow_score"};
constexpr double kFullMove_percent = 2.1, kTargetMoves = 1.5, kPartialR = 1.5, kPartialShare = 0.5, kStopMax = 0.025, kLevel5Quality = 0.85, kHighVolatilityQuality = 0.85,
                 kRewardRisk_min = 1.0;
constexpr std::int32_t kRecent_bars = 5, kBefore_bars = 16, kSwingStrength = 2, kVolatility_bars = 20;

constexpr StrategyInfo kInfo{
    .id = 4, .name = "momentum_quality", .group = "GREEN", .family = SignalFamily::kMomentum, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kVolume,
    .idea = "follow a large 21-bar move only when volume expands, flow agrees and is not toxic",
    .formula = "entry: m=100(C-C21)/C21, |m|>=.70, q=.4min(|m|/2.1,1)+.3(1 if vmr(5,16)>=2 else .3)+.3flow>=.80, d fz>0, d cvd_n>0, H4 label=d, D1 label!=-d, "
               "conf(d)>=.60, RR>=1; exit: SL last confirmed swing (k=2, <=20 bars) -5u else 2%, >2.5% no signal, TP C+1.5|C-C21|, 50% at 1.5R, m changes sign; "
               "size: 5 if q>=.85 else 4",
    .literature = "Moskowitz, Ooi, Pedersen (2012) JFE 104(2):228-250; Menkhoff, Sarno, Schmeling, Schrimpf (2012) JFE 106(3):660-684",
    .features = "F06 F07 F08 F15 F17 F26 F28", .time_stop_ns = 24 * 15 * kMinute_ns, .cooldown_ns = 120 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class MomentumQuality final : public StrategyBase<MomentumQuality> {
 public:
  explicit MomentumQuality(const StrategySetup& s) : StrategyBase(kInfo, s) {
    const auto m15 = [&](FeatureId id, std::int32_t p0, std::int32_t p1 = 0) { return s.requests.request({id, Timeframe::kM15, p0, p1}); };
    close_lag_ = need(m15(FeatureId::kCloseLag, static_cast<std::int32_t>(param(kPeriod))));
    vmr_ = need(m15(FeatureId::kVolumeMeanRatio, kRecent_bars, kBefore_bars));
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().confluence, common().label_h4, common().label_d1}) need(h);
    if (s.volatility_model) hmm_high_ = m15(FeatureId::kHmmHigh, kVolatility_bars);
    swing_high_ = m15(FeatureId::kSwingHigh, kSwingStrength);  // a swing is optional: without one the stop is the fallback
    swing_low_ = m15(FeatureId::kSwingLow, kSwingStrength);
    swing_high_time_ = m15(FeatureId::kSwingHighTime, kSwingStrength);
    swing_low_time_ = m15(FeatureId::kSwingLowTime, kSwingStrength);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const FeatureFrame& f = c.frame;
    const FeatureValue& before = f.get(close_lag_);
    const Price close = f.bar(Timeframe::kM15).close;
    if (c.position.open && before.ready() && c.position.direction * (static_cast<double>(close) - before.value) < 0) {
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(close), before.value / static_cast<double>(kPriceScale));
    }
    if (!ready(f)) return;
    funnel_.begin();
    const double move = static_cast<double>(close) - before.value;
    const double m = 100.0 * move / before.value;
    const Direction d = m > 0 ? kLong : kShort;
    if (!funnel_.pass(0, check::score_at_least(std::fabs(m), param(kPrice)))) return reject();
    const double v = f.get(common().vpin).value;
    const double flow = v < param(kVpinClean) ? 1.0 : v < param(kVpinCaution) ? .5 : v < param(kVpinToxic) ? .25 : 0.0;
    const double volume = f.get(vmr_).value >= param(kVolume) ? 1.0 : .3;
    const double q = .4 * score::clip(std::fabs(m) / kFullMove_percent) + .3 * volume + .3 * flow;
    const double least = high_volatility(f) ? std::max(param(kQualityMin), kHighVolatilityQuality) : param(kQualityMin);
    if (!funnel_.pass(1, check::score_at_least(q, least))) return reject();
    if (!funnel_.pass(2, check::every({check::above(d * f.get(common().fz).value, 0), check::above(d * f.get(common().cvd_n).value, 0)}))) return reject();
    if (!funnel_.pass(3, check::is(f.get(common().label_h4).value, d))) return reject();
    if (!funnel_.pass(4, check::is_not(f.get(common().label_d1).value, -d))) return reject();
    if (!funnel_.pass(5, check::score_at_least(for_direction(f.get(common().confluence).value, d), param(kConfMin)))) return reject();
    const Price stop = stop_for(c, d, close);
    const Price target = close + d * std::llround(kTargetMoves * std::fabs(move));
    const Price risk = d * (close - stop), reward = d * (target - close);
    if (!funnel_.pass(6, check::every({check::as_price(check::at_most(static_cast<double>(risk), kStopMax * static_cast<double>(close))), check::price_at_least(reward, risk)}))) return reject();
    if (!admit(c)) return;
    Signal& s = raise(c, out, d, close, stop);
    const Price partial = std::llround(kPartialR * static_cast<double>(risk));
    if (reward > partial) {
      s.tp_count = 2;
      s.take_profit = {close + d * partial, target, 0};
      s.tp_fraction = {kPartialShare, 1 - kPartialShare, 0};
    } else {
      s.tp_count = 1;
      s.take_profit[0] = target;
      s.tp_fraction[0] = 1;
    }
    s.rr_min = kRewardRisk_min;
    s.score = q;
    s.quality_raw = q;
    s.flags |= signal_flag::kUsesVpin;
    s.level = score::at_least(q, kLevel5Quality) ? 5 : 4;
    s.criteria = {m, q, f.get(vmr_).value, flow, 0, 0, 0, 0};
  }
  template <class Archive> void serialize(Archive& ar) { serialize_base(ar); }

 private:
  [[nodiscard]] bool high_volatility(const FeatureFrame& f) const noexcept {
    return hmm_high_ != kNoFeature && f.get(hmm_high_).ready() && score::at_least(f.get(hmm_high_).value, 0.5);
  }
  Price stop_for(const StrategyContext& c, Direction d, Price close) const noexcept {
    const FeatureValue& swing = c.frame.get(d > 0 ? swing_low_ : swing_high_);
    const FeatureValue& time = c.frame.get(d > 0 ? swing_low_time_ : swing_high_time_);
    const TimeNs oldest = c.frame.bar(Timeframe::kM15).t_open - static_cast<DurationNs>(param(kSwingBars)) * duration_ns(Timeframe::kM15);
    if (swing.ready() && time.ready() && static_cast<TimeNs>(time.value) * kSecond_ns >= oldest) {
      const Price stop = std::llround(swing.value) - d * units(param(kSwingBuffer), c.instrument);
      if (d * (close - stop) > 0) return stop;
    }
    return close - d * std::llround(param(kStopPct) / 100 * static_cast<double>(close));
  }
  FeatureHandle close_lag_, vmr_, swing_high_, swing_low_, swing_high_time_, swing_low_time_;
  FeatureHandle hmm_high_ = kNoFeature;  // none without a model
};

}  // namespace

const StrategyInfo& s04_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s04(const StrategySetup& s) { return std::make_unique<MomentumQuality>(s); }

}  // namespace omega
