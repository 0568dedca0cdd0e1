// S16: the break of a confirmed swing, traded only when returns are persistent (Hurst) and several timeframes agree.
// Entry at M15 closes: H >= .65 and R² >= .75 at 3 consecutive closes (400 returns); d·(C − last confirmed swing in d, k = 3) >= 30 u,
// first bar only; labels of >= 3 of M5, M15, H1, H4 = d; vr(20) >= 1.6; Sf(3)+Sc(.6)+Sv(.3)+Sx(vmr(3,17);1,1.5)+
// clip(d·(C/C4−1)/.003) >= 3.7. After a close with H <= .35 the next 3 bars are silent.
// Exit: SL broken swing − d·20 u, at most 1.2 %; STD(3.2); H < .5 at 3 closes in a row.
// Choices: the fractal dimension 2 − H <= 1.35 is condition 1 again and has no parameter; "first bar only" is per swing: the first close
// that far beyond it uses it up, whatever comes of the evaluation; a close without volume confirms nothing.
// Warm-up: 401 M15 bars, F06, F08, F16 of four timeframes. O(N) per M15 close (F20).
// Source: STRATEGIES S16; Peters (1994) Fractal Market Analysis; Anis & Lloyd (1976) Biometrika 63(1):111-116.
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kLookback, kTrend, kReverting, kFitMin, kConfirmBars, kAligned, kBreak, kVolumeMin, kOfi, kCvd, kVpin, kStopBuffer, kStopPct, kTargetR, kScoreMin };
constexpr ParamSpec kParams[] = {
    {"hurst_lookback", "M15 bars", 400, 160, 2000, "returns of the Hurst exponent"},
    {"hurst_trend_threshold", "-", 0.65, 0.5, 0.9, "least Hurst exponent"},
    {"hurst_mean_rev_threshold", "-", 0.35, 0.1, 0.5, "at or below: silence"},
    {"scale_invariance_min", "-", 0.75, 0.5, 1, "R2 of the fit behind it"},
    {"regime_shift_confirmation_bars", "M15 bars", 3, 1, 20, "closes in a row; also the length of the silence"},
    {"min_timeframe_alignment", "count", 3, 1, 4, "of M5, M15, H1, H4 whose label agrees"},
    {"structure_break_pips", "u", 30, 2, 100, "close beyond the swing"},
    {"volume_threshold", "x", 1.6, 1, 5, "vr(20) of the breaking bar"},
    {"ofi_threshold", "sd", 3.0, 1, 4, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.6, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN below which flow counts as clean"},
    {"stop_buffer_pips", "u", 20, 2, 60, "stop beyond the broken swing"},
    {"stop_loss_pct", "% of price", 1.2, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 3.2, 1, 8, "final target of STD"},
    {"min_confirmation_score", "of 5", 3.7, 2.5, 5, "sum of the five criteria"},
};
constexpr const char* kConditions[] = {"persistence", "break", "alignment", "volume", "score"};
constexpr const char* kCriteria[] = {"hurst", "broken_swing", "score_flow", "score_cvd", "score_vpin", "score_volume", "score_move", "timeframes"};
constexpr std::int32_t kSwingStrength = 3, kVolume_bars = 20, kRecent_bars = 3, kBefore_bars = 17, kMove_bars = 4;
constexpr double kVolumeFull = 1.5, kMoveFull = 0.003, kNoise = 0.5;
constexpr std::uint32_t kNoise_closes = 3;
constexpr std::array<Timeframe, 4> kAlignedTimeframes{Timeframe::kM5, Timeframe::kM15, Timeframe::kH1, Timeframe::kH4};

constexpr StrategyInfo kInfo{
    .id = 16, .name = "fractal_market_structure", .group = "HYBRID", .family = SignalFamily::kMomentum, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kVolume,
    .idea = "trade the break of a confirmed swing only when returns are persistent (Hurst) and several timeframes agree",
    .formula = "entry: H>=.65 and R2>=.75 at 3 closes in a row (400 returns), d(C-last swing, k=3)>=30u first bar only, labels of >=3 of M5,M15,H1,H4 = d, vr(20)>=1.6, "
               "Sf(3)+Sc(.6)+Sv(.3)+Sx(vmr(3,17);1,1.5)+clip(d(C/C4-1)/.003)>=3.7, silent 3 bars after H<=.35; exit: SL broken swing-20u (<=1.2%), STD(3.2), H<.5 at 3 "
               "closes; size: 4 if score>=4.5, 3 if >=4, else 2",
    .literature = "Peters (1994) Fractal Market Analysis; Mandelbrot & Hudson (2004) The (Mis)behavior of Markets; Anis & Lloyd (1976) Biometrika 63(1):111-116",
    .features = "F06 F07 F08 F15 F17 F20 F28", .time_stop_ns = 32 * 15 * kMinute_ns, .cooldown_ns = 120 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class FractalStructure final : public StrategyBase<FractalStructure> {
 public:
  explicit FractalStructure(const StrategySetup& s) : StrategyBase(kInfo, s) {
    const auto m15 = [&](FeatureId id, std::int32_t p0, std::int32_t p1 = 0) { return s.requests.request({id, Timeframe::kM15, p0, p1}); };
    hurst_ = need(m15(FeatureId::kHurst, static_cast<std::int32_t>(param(kLookback))));
    fit_ = need(m15(FeatureId::kHurstR2, static_cast<std::int32_t>(param(kLookback))));
    vr_ = need(m15(FeatureId::kVolumeRatio, kVolume_bars));
    vmr_ = need(m15(FeatureId::kVolumeMeanRatio, kRecent_bars, kBefore_bars));
    close_lag_ = need(m15(FeatureId::kCloseLag, kMove_bars));
    for (std::size_t i = 0; i < labels_.size(); ++i) labels_[i] = need(s.requests.request({FeatureId::kLabel, kAlignedTimeframes[i], 0, 0}));
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin}) need(h);
    swing_high_ = m15(FeatureId::kSwingHigh, kSwingStrength);  // without a swing nothing breaks
    swing_low_ = m15(FeatureId::kSwingLow, kSwingStrength);
    swing_high_time_ = m15(FeatureId::kSwingHighTime, kSwingStrength);
    swing_low_time_ = m15(FeatureId::kSwingLowTime, kSwingStrength);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const FeatureFrame& f = c.frame;
    const TfBar& bar = f.bar(Timeframe::kM15);
    const FeatureValue& hurst = f.get(hurst_);
    const bool silent = follow_hurst(hurst, f.get(fit_));
    if (c.position.open && noisy_closes_ >= kNoise_closes) {
      request_exit(c, out, ExitReason::kInvalidation, hurst.value, kNoise);
    }
    const bool up = first_break(c, kLong), down = first_break(c, kShort);  // both: each uses up its swing
    if (!ready(f)) return;
    funnel_.begin();
    if (!funnel_.pass(0, check::every({check::at_least(persistent_closes_, static_cast<std::uint32_t>(param(kConfirmBars))), check::holds(!silent)}))) return reject();
    if (!funnel_.pass(1, check::holds(up || down))) return reject();
    const Direction d = up ? kLong : kShort;
    int aligned = 0;
    for (const FeatureHandle label : labels_) aligned += f.get(label).value == d ? 1 : 0;
    if (!funnel_.pass(2, check::at_least(aligned, static_cast<int>(param(kAligned))))) return reject();
    if (!funnel_.pass(3, check::every({check::holds(bar.has_volume()), check::at_least(f.get(vr_).value, param(kVolumeMin))}))) return reject();
    const double move = static_cast<double>(bar.close) / f.get(close_lag_).value - 1;
    const std::array<double, 5> scores{
        score::sf(d, f.get(common().fz).value, param(kOfi)), score::sc(d, f.get(common().cvd_n).value, param(kCvd)),
        score::sv(f.get(common().vpin).value, param(kVpin)), score::sx(f.get(vmr_).value, 1, kVolumeFull), score::clip(d * move / kMoveFull)};
    const double total = score::sum(scores);
    if (!funnel_.pass(4, check::score_at_least(total, param(kScoreMin)))) return reject();
    if (!admit(c)) return;
    const Price swing = std::llround(f.get(d > 0 ? swing_high_ : swing_low_).value);
    const Price stop = capped_stop(d, bar.close, swing - d * units(param(kStopBuffer), c.instrument), param(kStopPct) / 100);
    Signal& s = raise(c, out, d, bar.close, stop);
    standard_targets(s, param(kTargetR));
    s.flags |= signal_flag::kUsesVpin;
    s.score = total;
    s.quality_raw = total / 5;
    s.level = score::at_least(total, 4.5) ? 4 : score::at_least(total, 4) ? 3 : 2;
    s.criteria = {hurst.value, price_to_double(swing), scores[0], scores[1], scores[2], scores[3], scores[4], static_cast<double>(aligned)};
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(persistent_closes_, noisy_closes_, silent_, used_high_, used_low_);
  }

 private:
  /// Counts closes; true while the silence after a mean-reverting close lasts.
  bool follow_hurst(const FeatureValue& hurst, const FeatureValue& fit) noexcept {
    const bool silent = silent_ > 0;
    if (silent) --silent_;
    const bool persistent = hurst.ready() && fit.ready() && hurst.value >= param(kTrend) && fit.value >= param(kFitMin);
    persistent_closes_ = persistent ? persistent_closes_ + 1 : 0;
    noisy_closes_ = hurst.ready() && hurst.value < kNoise ? noisy_closes_ + 1 : 0;
    if (hurst.ready() && hurst.value <= param(kReverting)) silent_ = static_cast<std::uint32_t>(param(kConfirmBars));
    return silent;
  }
  /// The close is far enough beyond the last swing of the side for the first time.
  bool first_break(const StrategyContext& c, Direction d) noexcept {
    const FeatureValue &swing = c.frame.get(d > 0 ? swing_high_ : swing_low_), &time = c.frame.get(d > 0 ? swing_high_time_ : swing_low_time_);
    if (!swing.ready() || !time.ready()) return false;
    const Price beyond = d * (c.frame.bar(Timeframe::kM15).close - std::llround(swing.value));
    double& used = d > 0 ? used_high_ : used_low_;
    if (beyond < units(param(kBreak), c.instrument) || used == time.value) return false;
    used = time.value;
    return true;
  }
  FeatureHandle hurst_, fit_, vr_, vmr_, close_lag_, swing_high_, swing_low_, swing_high_time_, swing_low_time_;
  std::array<FeatureHandle, 4> labels_{};
  std::uint32_t persistent_closes_ = 0, noisy_closes_ = 0;  // in a row, up to now
  std::uint32_t silent_ = 0;                                // bars of silence left
  double used_high_ = -1, used_low_ = -1;                   // time of the swing that was broken last, s since 1970
};

}  // namespace

const StrategyInfo& s16_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s16(const StrategySetup& s) { return std::make_unique<FractalStructure>(s); }

}  // namespace omega
