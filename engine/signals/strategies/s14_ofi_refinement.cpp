// S14: extreme order-flow imbalance at the best quotes that price already follows.
// Entry at M1 close: X = OFI of the last 100 quote events, z = its lagged z-score over 500 samples taken at M1 closes (clipped to 4), at least
// 200 of them; d = sign z. 1. |z| >= 2.5. 2. vpin <= .35. 3. d·(C − C(20)) > 0. 4. conf(d) >= .55.
// Exit: SL STOP(1.2 %); the final target is 2.5 % or 4R, whichever is nearer, with the partials of STD; z <= −2.5 in d. Size 5 if |z| > 3,
// else 4. q = min(.95, .65 + .15·(|z| − 2.5)). Warm-up: the samples, F08, 50 M1 bars, F28. O(1) per M1 close.
// Choices: strict - quotes with sizes only, so flow_source is OFI_L1. The 2.5 of q and of the exit is the entry threshold. A
// min_mtf_confluence of 0 switches condition 4 off and asks for no F28, so that a run of one day can trade. The targets are R of the
// signal's stop and re-anchored at the fill, as those of STD. Cont et al. document impact at the same time: predictability is weak.
// Source: STRATEGIES S14; Cont, Kukanov, Stoikov (2014) J. Financial Econometrics 12(1):47-88.
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kWindow, kLookback, kZ, kSamplesMin, kVpin, kCoherent, kStopPct, kTargetPct, kConfMin };
constexpr ParamSpec kParams[] = {
    {"window_ticks", "quote events", 100, 20, 2000, "in the imbalance"},
    {"lookback_periods", "M1 samples", 500, 200, 5000, "window of its z-score"},
    {"z_entry_threshold", "sd", 2.5, 1, 4, "z-score to enter; in the other direction, to leave"},
    {"min_data_points", "samples", 200, 100, 500, "least samples behind the z-score"},
    {"vpin_max_safe", "-", 0.35, 0.2, 0.6, "VPIN at most"},
    {"price_coherence_required", "0/1", 1, 0, 1, "price must have moved in the direction over 20 bars"},
    {"stop_loss_pct", "% of price", 1.2, 0.1, 2.5, "widest stop"},
    {"take_profit_pct", "% of price", 2.5, 0.2, 5, "farthest final target"},
    {"min_mtf_confluence", "-", 0.55, 0, 1, "confluence in the direction of the trade; 0 asks for none and needs no history"},
};
constexpr const char* kConditions[] = {"samples", "z", "vpin", "coherent", "confluence"};
constexpr const char* kCriteria[] = {"z", "ofi", "samples", "move_u", "target_r"};
constexpr std::int32_t kCoherence_bars = 20, kStop_bars = 50;
constexpr double kTarget_r = 4, kLevel5_sd = 3, kQualityBase = .65, kQualityPerSd = .15, kQualityMax = .95;

constexpr StrategyInfo kInfo{
    .id = 14, .name = "ofi_refinement", .group = "HYBRID", .family = SignalFamily::kMicro, .timeframe = Timeframe::kM1,
    .needs = capability::kQuoteSizes,
    .idea = "extreme order-flow imbalance at the best quotes that price already follows",
    .formula = "M1 close: X=OFI of the last 100 quotes, z=(X-mean)/sd over 500 M1 samples before (>=200, clipped to 4), d=sign z; entry: |z|>=2.5, vpin<=.35, "
               "d(C-C(20))>0, conf(d)>=.55; exit: STOP(1.2%), final target 2.5% or 4R, the nearer, with the partials of STD, d*z<=-2.5; size: 5 if |z|>3 else 4; "
               "q=min(.95,.65+.15(|z|-2.5))",
    .literature = "Cont, Kukanov, Stoikov (2014) J. Financial Econometrics 12(1):47-88 (contemporaneous impact; predictability is weak); Cartea, Jaimungal, Penalva (2015) "
                  "Algorithmic and High-Frequency Trading, CUP",
    .features = "F04 F08 F28", .time_stop_ns = 120 * kMinute_ns, .cooldown_ns = 5 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class OfiRefinement final : public StrategyBase<OfiRefinement> {
 public:
  explicit OfiRefinement(const StrategySetup& s) : StrategyBase(kInfo, s) {
    const auto ticks = static_cast<std::int32_t>(param(kWindow)), lookback = static_cast<std::int32_t>(param(kLookback));
    const auto m1 = [&](FeatureId id, std::int32_t p0, std::int32_t p1 = 0) { return need(s.requests.request({id, Timeframe::kM1, p0, p1})); };
    ofi_ = m1(FeatureId::kOfi, ticks);
    z_ = m1(FeatureId::kOfiZ, ticks, lookback);
    samples_ = m1(FeatureId::kOfiSamples, ticks, lookback);
    before_ = m1(FeatureId::kCloseLag, kCoherence_bars);
    highest_ = m1(FeatureId::kHighest, kStop_bars);
    lowest_ = m1(FeatureId::kLowest, kStop_bars);
    for (const FeatureHandle h : {common().vpin, common().spread}) need(h);
    if (param(kConfMin) > 0) need(common().confluence);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const FeatureFrame& f = c.frame;
    if (c.position.open && f.get(z_).ready() && c.position.direction * f.get(z_).value <= -param(kZ)) {
      request_exit(c, out, ExitReason::kInvalidation, f.get(z_).value, -c.position.direction * param(kZ));
    }
    if (!ready(f)) return;
    funnel_.begin();
    const TfBar& bar = f.bar(Timeframe::kM1);
    const double z = f.get(z_).value, size = std::fabs(z), move = static_cast<double>(bar.close) - f.get(before_).value;
    const Direction d = z > 0 ? kLong : kShort;
    if (!funnel_.pass(0, check::at_least(f.get(samples_).value, param(kSamplesMin)))) return reject();
    if (!funnel_.pass(1, check::at_least(size, param(kZ)))) return reject();
    if (!funnel_.pass(2, check::at_most(f.get(common().vpin).value, param(kVpin)))) return reject();
    if (!funnel_.pass(3, check::any({check::holds(param(kCoherent) == 0), check::as_price(check::above(d * move, 0))}))) return reject();
    if (!funnel_.pass(4, confluence(f, d))) return reject();
    if (!admit(c)) return;
    const Price extreme = std::llround(f.get(d > 0 ? lowest_ : highest_).value), spread = std::llround(f.get(common().spread).value);
    const Price stop = structural_stop(c.instrument, d, bar.close, extreme, spread, param(kStopPct) / 100);
    const double farthest_r = param(kTargetPct) / 100 * static_cast<double>(bar.close) / static_cast<double>(d * (bar.close - stop));
    const double target_r = std::min(kTarget_r, farthest_r);
    Signal& s = raise(c, out, d, bar.close, stop);
    standard_targets(s, target_r);
    s.flags |= signal_flag::kUsesVpin;
    s.quality_raw = std::min(kQualityMax, kQualityBase + kQualityPerSd * (size - param(kZ)));
    s.score = s.quality_raw;
    s.level = size > kLevel5_sd ? 5 : 4;
    s.criteria = {z, f.get(ofi_).value, f.get(samples_).value, d * move / static_cast<double>(c.instrument.u), target_r, 0, 0, 0};
  }
  template <class Archive> void serialize(Archive& ar) { serialize_base(ar); }

 private:
  [[nodiscard]] Check confluence(const FeatureFrame& f, Direction d) const noexcept {
    if (param(kConfMin) == 0) return check::holds(true);
    return check::score_at_least(for_direction(f.get(common().confluence).value, d), param(kConfMin));
  }

  FeatureHandle ofi_, z_, samples_, before_, highest_, lowest_;
};

}  // namespace

const StrategyInfo& s14_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s14(const StrategySetup& s) { return std::make_unique<OfiRefinement>(s); }

}  // namespace omega
