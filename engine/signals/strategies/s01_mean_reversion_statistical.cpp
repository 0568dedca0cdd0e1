// S01: fade a close far from the lagged volume-weighted mean when flow has already turned and no trend is present.
// Entry at M5 closes: z = (C − VWAP lag(200))/sd lag(200), d = −sign z, |z| >= 3.3; ADX(M5) <= 27; H4 label != −d; close not
// beyond the 20-day D1 extreme; conf(d) >= .65; score = Sf(2)+Sc(.6)+Sv(.35)+Sx(vr(50);1,3.8)+Sx(|z|;3.3,5.3) >= 3.5;
// |μ−C| >= 0.8·|C−SL|. Warm-up: 201 M5 bars, 21 D1 bars. O(1) per M5 close.
// Exit: STOP(1.5 %); 50 % at entry + .6·(μ − entry), rest at μ or at the first M5 close with |z| <= .8; ADX >= 30 while losing.
// Choices: the D1 extreme is that of kHighLag/kLowLag(20)@D1, held since the last D1 close; "losing" compares the M5 close
// with the entry fill; sd and scores are F12, F13 lagged, so the tested bar is never in its own mean.
// Source: STRATEGIES S01; Campbell, Grossman, Wang (1993) QJE 108(4):905-939.
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kLookback, kEntrySigma, kExitSigma, kVolumeSpike, kOfi, kCvd, kVpin, kAdxEntry, kAdxExtreme, kConfMin, kScoreMin, kStopPct, kRrMin };
constexpr ParamSpec kParams[] = {
    {"lookback_period", "M5 bars", 200, 50, 500, "window of the lagged VWAP and standard deviation"},
    {"entry_sigma_threshold", "sd", 3.3, 2, 5, "distance from the mean to enter"},
    {"exit_sigma_threshold", "sd", 0.8, 0, 1.5, "distance at which the rest is closed"},
    {"volume_spike_multiplier", "x", 3.8, 1.5, 6, "vr(50) that scores in full"},
    {"ofi_exhaustion_threshold", "sd", 2.0, 0.5, 4, "flow z-score that scores in full"},
    {"cvd_divergence_threshold", "-", 0.6, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold_max", "-", 0.35, 0.2, 0.55, "VPIN below which flow counts as clean"},
    {"adx_max_for_entry", "-", 27, 15, 40, "no entry in a trend"},
    {"adx_extreme", "-", 30, 15, 40, "exit while losing when a trend builds"},
    {"min_mtf_confluence", "-", 0.65, 0, 1, "confluence in the direction of the trade"},
    {"min_confirmation_score", "of 5", 3.5, 2.5, 5, "sum of the five criteria"},
    {"stop_loss_pct", "% of price", 1.5, 0.2, 2.5, "widest stop"},
    {"rr_min", "R", 0.8, 0.5, 3, "reward to the mean over risk"},
};
constexpr const char* kConditions[] = {"sigma", "adx", "h4_label", "d1_extreme", "confluence", "score", "reward"};
constexpr const char* kCriteria[] = {"z", "adx", "score_flow", "score_cvd", "score_vpin", "score_volume", "score_sigma", "mean"};
constexpr double kScaleOutShare = 0.5, kScaleOutAt = 0.6, kSigmaSpan = 2.0;
constexpr std::int32_t kExtreme_days = 20, kAdx_bars = 14, kVolume_bars = 50, kStop_bars = 50;

constexpr StrategyInfo kInfo{
    .id = 1, .name = "mean_reversion_statistical", .group = "GREEN", .family = SignalFamily::kReversal, .timeframe = Timeframe::kM5,
    .needs = capability::kBars | capability::kVolume,
    .idea = "fade a close more than 3.3 sd from the volume-weighted mean when flow has already turned and no trend is present",
    .formula = "entry: z=(C-VWAP lag 200)/sd lag 200, d=-sign z, |z|>=3.3, ADX<=27, H4 label!=-d, C inside the 20-day D1 extreme, conf(d)>=.65, "
               "Sf(2)+Sc(.6)+Sv(.35)+Sx(vr50;1,3.8)+Sx(|z|;3.3,5.3)>=3.5, |mean-C|>=.8|C-SL|; exit: STOP(1.5%), 50% at entry+.6(mean-entry), rest at "
               "the mean or |z|<=.8, ADX>=30 while losing; size: 5 if |z|>=4 and score>=4.5, 4 if |z|>=3.5 and score>=4, else 3",
    .literature = "Campbell, Grossman, Wang (1993) QJE 108(4):905-939; Grossman & Miller (1988) J. Finance 43(3):617-633; Avellaneda & Lee (2010) Quant. Finance 10(7):761-782",
    .features = "F06 F07 F08 F12 F13 F14 F17 F28", .time_stop_ns = 24 * 5 * kMinute_ns, .cooldown_ns = 60 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class MeanReversion final : public StrategyBase<MeanReversion> {
 public:
  explicit MeanReversion(const StrategySetup& s) : StrategyBase(kInfo, s) {
    const auto n = static_cast<std::int32_t>(param(kLookback));
    const auto m5 = [&](FeatureId id, std::int32_t p0) { return need(s.requests.request({id, Timeframe::kM5, p0, 0})); };
    const auto d1 = [&](FeatureId id) { return need(s.requests.request({id, Timeframe::kD1, kExtreme_days, 0})); };
    z_ = m5(FeatureId::kCloseZLag, n);
    mean_ = m5(FeatureId::kVwapLag, n);
    adx_ = m5(FeatureId::kAdx, kAdx_bars);
    vr_ = m5(FeatureId::kVolumeRatio, kVolume_bars);
    highest_ = m5(FeatureId::kHighest, kStop_bars);
    lowest_ = m5(FeatureId::kLowest, kStop_bars);
    d1_high_ = d1(FeatureId::kHighLag);
    d1_low_ = d1(FeatureId::kLowLag);
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().confluence, common().label_h4, common().spread}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const FeatureFrame& f = c.frame;
    if (c.position.open) manage(c, out);
    if (!ready(f)) return;
    funnel_.begin();
    const TfBar& bar = f.bar(Timeframe::kM5);
    const double z = f.get(z_).value, size = std::fabs(z);
    const Direction d = z > 0 ? kShort : kLong;
    const auto close = static_cast<double>(bar.close);
    if (!funnel_.pass(0, check::at_least(size, param(kEntrySigma)))) return reject();
    if (!funnel_.pass(1, check::at_most(f.get(adx_).value, param(kAdxEntry)))) return reject();
    if (!funnel_.pass(2, check::is_not(f.get(common().label_h4).value, -d))) return reject();
    if (!funnel_.pass(3, check::as_price(d > 0 ? check::at_least(close, f.get(d1_low_).value) : check::at_most(close, f.get(d1_high_).value)))) return reject();
    if (!funnel_.pass(4, check::score_at_least(for_direction(f.get(common().confluence).value, d), param(kConfMin)))) return reject();
    const std::array<double, 5> scores{
        score::sf(d, f.get(common().fz).value, param(kOfi)), score::sc(d, f.get(common().cvd_n).value, param(kCvd)),
        score::sv(f.get(common().vpin).value, param(kVpin)), score::sx(f.get(vr_).value, 1, param(kVolumeSpike)),
        score::sx(size, param(kEntrySigma), param(kEntrySigma) + kSigmaSpan)};
    const double total = score::sum(scores);
    if (!funnel_.pass(5, check::score_at_least(total, param(kScoreMin)))) return reject();
    const Price extreme = std::llround(f.get(d > 0 ? lowest_ : highest_).value);
    const Price stop = structural_stop(c.instrument, d, bar.close, extreme, std::llround(f.get(common().spread).value), param(kStopPct) / 100);
    const Price mean = std::llround(f.get(mean_).value);
    const auto reward = static_cast<double>(d * (mean - bar.close)), risk = static_cast<double>(d * (bar.close - stop));
    if (!funnel_.pass(6, check::every({check::as_price(check::above(risk, 0)), check::score_at_least(risk > 0 ? reward / risk : 0, param(kRrMin))}))) return reject();
    if (!admit(c)) return;
    Signal& s = raise(c, out, d, bar.close, stop);
    s.tp_count = 2;
    s.take_profit = {bar.close + std::llround(kScaleOutAt * static_cast<double>(mean - bar.close)), mean, 0};
    s.tp_fraction = {kScaleOutShare, 1 - kScaleOutShare, 0};
    s.rr_min = param(kRrMin);
    s.score = total;
    s.quality_raw = total / 5;
    s.flags |= signal_flag::kUsesVpin;
    s.level = size >= 4 && score::at_least(total, 4.5) ? 5 : size >= 3.5 && score::at_least(total, 4) ? 4 : 3;
    s.criteria = {z, f.get(adx_).value, scores[0], scores[1], scores[2], scores[3], scores[4], price_to_double(mean)};
  }
  template <class Archive> void serialize(Archive& ar) { serialize_base(ar); }

 private:
  void manage(const StrategyContext& c, StrategyOut& out) noexcept {
    const FeatureFrame& f = c.frame;
    const FeatureValue &z = f.get(z_), &adx = f.get(adx_);
    const bool losing = c.position.direction * (f.bar(Timeframe::kM5).close - c.position.entry_price) < 0;
    if (z.ready() && std::fabs(z.value) <= param(kExitSigma)) {
      request_exit(c, out, ExitReason::kStrategyTarget, std::fabs(z.value), param(kExitSigma));
    } else if (adx.ready() && adx.value >= param(kAdxExtreme) && losing) {
      request_exit(c, out, ExitReason::kInvalidation, adx.value, param(kAdxExtreme));
    }
  }
  FeatureHandle z_, mean_, adx_, vr_, highest_, lowest_, d1_high_, d1_low_;
};

}  // namespace

const StrategyInfo& s01_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s01(const StrategySetup& s) { return std::make_unique<MeanReversion>(s); }

}  // namespace omega
