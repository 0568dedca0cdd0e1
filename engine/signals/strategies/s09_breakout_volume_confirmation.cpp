// S09: leave a tight 10-bar M15 range with volume and signed-flow expansion.
// Entry: RH, RL = highest high, lowest low of the 10 bars before; RH−RL <= 25 u; close >= RH+3 u (short: <= RL−3 u); vr(50) >= 3 and
// vz(50) >= 2.8; d·z of the bar's delta lagged 50 >= 2.5; close beyond the last confirmed H4 swing (k = 3) in d or H4 label = d;
// conf(d) >= .60; score = Sf(3)+Sc(.6)+Sv(.3)+Sx(vr;3,6)+clip(d·(C−C5)/35 u) >= 3.5.
// Exit: SL opposite boundary − d·5 u, at most 1.2 %; STD(3); a close back inside by more than half the width in the first 4 bars.
// Choices: vr scores in full at twice its gate (6 at the default 3); the first 4 bars are those after the signal's; without a confirmed
// H4 swing the label alone decides; the range may span a gap (1.7 forbids it to other patterns). Distances are exact integers.
// Warm-up: 51 M15 bars with volume after F03's 100 M1 bars, F06, F08, F28. O(1) per M15 close.
// Source: STRATEGIES S09; Brock, Lakonishok, LeBaron (1992) J. Finance 47(5):1731-1764.
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kRangeBars, kRangeMax, kBreakMin, kVolumeRatioMin, kVolumeSigma, kDeltaZ, kDisplacement, kOfi, kCvd, kVpin, kStopBuffer, kStopPct, kTargetR, kConfMin, kScoreMin };
constexpr ParamSpec kParams[] = {
    {"range_compression_bars", "M15 bars", 10, 5, 50, "bars of the range"},
    {"range_compression_pips_max", "u", 25, 5, 100, "widest range"},
    {"min_break_pips", "u", 3, 1, 20, "close beyond the boundary"},
    {"volume_expansion_multiplier", "x", 3.0, 1.2, 6, "vr(50) of the breakout bar; twice it scores in full"},
    {"volume_sigma_threshold", "sd", 2.8, 1, 5, "vz(50) of the breakout bar"},
    {"delta_z_threshold", "sd", 2.5, 1, 5, "z of its signed volume in the direction of the trade"},
    {"displacement_pips", "u", 35, 5, 150, "move over 5 bars that scores in full"},
    {"ofi_threshold", "sd", 3.0, 1, 4, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.6, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN below which flow counts as clean"},
    {"stop_buffer_pips", "u", 5, 1, 30, "stop beyond the opposite boundary"},
    {"stop_loss_pct", "% of price", 1.2, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 3.0, 1, 8, "final target of STD"},
    {"min_mtf_confluence", "-", 0.60, 0, 1, "confluence in the direction of the trade"},
    {"min_confirmation_score", "of 5", 3.5, 2.5, 5, "sum of the five criteria"},
};
constexpr const char* kConditions[] = {"compression", "break", "volume", "delta", "h4", "confluence", "score"};
constexpr const char* kCriteria[] = {"range_high", "range_low", "score_flow", "score_cvd", "score_vpin", "score_volume", "score_displacement", "delta_z"};
constexpr std::int32_t kLag_bars = 50, kMove_bars = 5, kSwingStrength = 3;
constexpr std::uint32_t kWatched_bars = 4;
constexpr double kVolumeFull = 2;  // times the gate

constexpr StrategyInfo kInfo{
    .id = 9, .name = "breakout_volume_confirmation", .group = "HYBRID", .family = SignalFamily::kMomentum, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kVolume,
    .idea = "leave a tight 10-bar range with volume and signed-flow expansion",
    .formula = "entry: RH,RL of the 10 bars before, RH-RL<=25u, C>=RH+3u (short C<=RL-3u), vr(50)>=3, vz(50)>=2.8, d z(delta)>=2.5 lagged 50, C beyond the last "
               "H4 swing (k=3) or H4 label=d, conf(d)>=.60, Sf(3)+Sc(.6)+Sv(.3)+Sx(vr;3,6)+clip(d(C-C5)/35u)>=3.5; exit: SL opposite boundary-5u (<=1.2%), STD(3), "
               "a close back inside by >1/2 width in the first 4 bars; size: 5 if score>=4.5, 4 if >=4, else 3",
    .literature = "Brock, Lakonishok, LeBaron (1992) J. Finance 47(5):1731-1764; Blume, Easley, O'Hara (1994) J. Finance 49(1):153-181",
    .features = "F03 F06 F07 F08 F13 F15 F17 F28", .time_stop_ns = 12 * 15 * kMinute_ns, .cooldown_ns = 20 * 15 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class Breakout final : public StrategyBase<Breakout> {
 public:
  explicit Breakout(const StrategySetup& s) : StrategyBase(kInfo, s) {
    const auto m15 = [&](FeatureId id, std::int32_t p0) { return need(s.requests.request({id, Timeframe::kM15, p0, 0})); };
    range_high_ = m15(FeatureId::kHighLag, static_cast<std::int32_t>(param(kRangeBars)));
    range_low_ = m15(FeatureId::kLowLag, static_cast<std::int32_t>(param(kRangeBars)));
    vr_ = m15(FeatureId::kVolumeRatio, kLag_bars);
    vz_ = m15(FeatureId::kVolumeZ, kLag_bars);
    delta_z_ = m15(FeatureId::kBarDeltaZ, kLag_bars);
    close_lag_ = m15(FeatureId::kCloseLag, kMove_bars);
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().confluence, common().label_h4}) need(h);
    swing_high_ = s.requests.request({FeatureId::kSwingHigh, Timeframe::kH4, kSwingStrength, 0});  // optional: the label may stand in
    swing_low_ = s.requests.request({FeatureId::kSwingLow, Timeframe::kH4, kSwingStrength, 0});
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const FeatureFrame& f = c.frame;
    const TfBar& bar = f.bar(Timeframe::kM15);
    if (bars_since_ <= kWatched_bars) ++bars_since_;
    if (c.position.open) manage(c, out, bar.close);
    if (!ready(f)) return;
    funnel_.begin();
    const Price high = std::llround(f.get(range_high_).value), low = std::llround(f.get(range_low_).value);
    if (!funnel_.pass(0, check::price_at_most(high - low, units(param(kRangeMax), c.instrument)))) return reject();
    const Price least = units(param(kBreakMin), c.instrument);
    const Direction d = bar.close >= high + least ? kLong : kShort;
    if (!funnel_.pass(1, d > 0 ? check::price_at_least(bar.close, high + least) : check::price_at_most(bar.close, low - least))) return reject();
    const double vr = f.get(vr_).value, delta_z = f.get(delta_z_).value;
    const bool volume = bar.has_volume();  // without, its ratios are those of an older bar
    if (!funnel_.pass(2, check::every({check::holds(volume), check::at_least(vr, param(kVolumeRatioMin)), check::at_least(f.get(vz_).value, param(kVolumeSigma))}))) return reject();
    if (!funnel_.pass(3, check::at_least(d * delta_z, param(kDeltaZ)))) return reject();
    if (!funnel_.pass(4, check::any({check::holds(beyond_swing(f, d, bar.close)), check::is(f.get(common().label_h4).value, d)}))) return reject();
    if (!funnel_.pass(5, check::score_at_least(for_direction(f.get(common().confluence).value, d), param(kConfMin)))) return reject();
    const double move = static_cast<double>(d * (bar.close - std::llround(f.get(close_lag_).value)));
    const std::array<double, 5> scores{
        score::sf(d, f.get(common().fz).value, param(kOfi)), score::sc(d, f.get(common().cvd_n).value, param(kCvd)),
        score::sv(f.get(common().vpin).value, param(kVpin)), score::sx(vr, param(kVolumeRatioMin), kVolumeFull * param(kVolumeRatioMin)),
        score::clip(move / static_cast<double>(units(param(kDisplacement), c.instrument)))};
    const double total = score::sum(scores);
    if (!funnel_.pass(6, check::score_at_least(total, param(kScoreMin)))) return reject();
    if (!admit(c)) return;
    const Price stop = capped_stop(d, bar.close, (d > 0 ? low : high) - d * units(param(kStopBuffer), c.instrument), param(kStopPct) / 100);
    Signal& s = raise(c, out, d, bar.close, stop);
    standard_targets(s, param(kTargetR));
    s.flags |= signal_flag::kUsesVpin;
    s.score = total;
    s.quality_raw = total / 5;
    s.level = score::at_least(total, 4.5) ? 5 : score::at_least(total, 4) ? 4 : 3;
    s.criteria = {price_to_double(high), price_to_double(low), scores[0], scores[1], scores[2], scores[3], scores[4], delta_z};
    traded_high_ = high;
    traded_low_ = low;
    bars_since_ = 0;
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(traded_high_, traded_low_, bars_since_);
  }

 private:
  void manage(const StrategyContext& c, StrategyOut& out, Price close) noexcept {
    if (bars_since_ > kWatched_bars) return;
    const Price broken = c.position.direction > 0 ? traded_high_ : traded_low_;
    const Price inside = c.position.direction * (broken - close);
    if (2 * inside > traded_high_ - traded_low_) {
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(inside), price_to_double(traded_high_ - traded_low_) / 2);
    }
  }
  [[nodiscard]] bool beyond_swing(const FeatureFrame& f, Direction d, Price close) const noexcept {
    const FeatureValue& swing = f.get(d > 0 ? swing_high_ : swing_low_);
    return swing.ready() && d * (close - std::llround(swing.value)) > 0;
  }
  FeatureHandle range_high_, range_low_, vr_, vz_, delta_z_, close_lag_, swing_high_, swing_low_;
  Price traded_high_ = 0, traded_low_ = 0;          // range of the last signal
  std::uint32_t bars_since_ = kWatched_bars + 1;    // M15 bars after the last signal's
};

}  // namespace

const StrategyInfo& s09_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s09(const StrategySetup& s) { return std::make_unique<Breakout>(s); }

}  // namespace omega
