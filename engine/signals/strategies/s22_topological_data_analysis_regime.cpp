// S22: a jump in the persistence-landscape norm of the recent return/volume/range cloud marks a regime change; enter with the move if flow
// agrees. Entry at M15 closes: 1. chg >= .30 and D_z >= 2 (F27), which did not hold at the evaluation before; 2. d = sign(C − C(10)) =
// sign fz; 3. Sf(2.5)+Sc(.6)+Sv(.3)+clip(|mean V 10/previous 10 − 1|/.3)+clip(|mean range 10/previous 10 − 1|/.3) >= 3.5.
// Warm-up: 300 M15 bars. Cost: that of F27 at an M15 close.
// Exit: STOP(1.2 %); STD(2.8); a new edge of condition 1 with the move against d. Size 4 if score >= 4.5, 3 if >= 4, else 2.
// Choices: the edge is that of condition 1 alone: a shift whose flow disagrees is not taken later, when flow turns.
// Source: STRATEGIES S22; Gidea & Katz (2018) Physica A 491:820-834 (a warning, not a direction); Bubenik (2015) JMLR 16:77-102.
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kDimension, kWindow, kPersistence, kChange, kDistance, kOfi, kCvd, kVpin, kStopPct, kTargetR, kScoreMin };
constexpr ParamSpec kParams[] = {
    {"embedding_dimension", "count", 3, 3, 3, "coordinates of a bar: return, volume, range"},
    {"cloud_window", "M15 bars", 50, 20, 80, "points of the cloud"},
    {"persistence_threshold", "of max death", 0.15, 0, 0.5, "shorter lifetimes are noise"},
    {"regime_change_threshold", "relative", 0.30, 0.1, 2, "change of the landscape norm"},
    {"distance_z_min", "sd", 2.0, 1, 5, "distance of the landscapes among its last 200"},
    {"ofi_threshold", "sd", 2.5, 1, 5, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.6, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.6, "VPIN below which flow counts as clean"},
    {"stop_loss_pct", "% of price", 1.2, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 2.8, 1, 8, "final target of STD"},
    {"min_confirmation_score", "of 5", 3.5, 2.5, 5, "sum of the five criteria"},
};
constexpr const char* kConditions[] = {"regime_change", "direction", "score"};
constexpr const char* kCriteria[] = {"change", "distance_z", "norm", "score_flow", "score_cvd", "score_vpin", "score_volume", "score_range"};
constexpr double kShiftFull = .3;
constexpr std::int32_t kMove_bars = 10, kStop_bars = 50;

constexpr StrategyInfo kInfo{
    .id = 22, .name = "topological_data_analysis_regime", .group = "HYBRID", .family = SignalFamily::kMomentum, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kVolume,
    .idea = "a jump in the persistence-landscape norm of the recent return/volume/range cloud marks a regime change; enter with the move if flow agrees",
    .formula = "entry: edge of chg>=.30 and D_z>=2; d=sign(C-C(10))=sign fz; Sf(2.5)+Sc(.6)+Sv(.3)+clip(|vmr(10,10)-1|/.3)+clip(|range ratio(10,10)-1|/.3)>=3.5; exit: "
               "STOP(1.2%), STD(2.8), a new edge with the move against d; size: 4 if score>=4.5, 3 if >=4, else 2",
    .literature = "Gidea & Katz (2018) Physica A 491:820-834; Bubenik (2015) JMLR 16:77-102",
    .features = "F06 F07 F08 F17 F18 F27", .time_stop_ns = 32 * 15 * kMinute_ns, .cooldown_ns = 50 * 15 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .positions_max = 2};

class TopologicalRegime final : public StrategyBase<TopologicalRegime> {
 public:
  explicit TopologicalRegime(const StrategySetup& s) : StrategyBase(kInfo, s) {
    const auto n = static_cast<std::int32_t>(param(kWindow)), permille = static_cast<std::int32_t>(std::lround(1000 * param(kPersistence)));
    const auto m15 = [&](FeatureId id, std::int32_t p0, std::int32_t p1 = 0) { return need(s.requests.request({id, Timeframe::kM15, p0, p1})); };
    change_ = m15(FeatureId::kTdaChange, n, permille);
    distance_ = m15(FeatureId::kTdaDistanceZ, n, permille);
    norm_ = m15(FeatureId::kTdaNorm, n, permille);
    s.requests.request({FeatureId::kTdaNormH0, Timeframe::kM15, n, permille});  // for the record
    before_ = m15(FeatureId::kCloseLag, kMove_bars);
    volume_ = m15(FeatureId::kVolumeMeanRatio, kMove_bars, kMove_bars);
    range_ = m15(FeatureId::kRangeMeanRatio, kMove_bars, kMove_bars);
    highest_ = m15(FeatureId::kHighest, kStop_bars);
    lowest_ = m15(FeatureId::kLowest, kStop_bars);
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().spread}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const FeatureFrame& f = c.frame;
    if (!ready(f)) return;
    funnel_.begin();
    const TfBar& bar = f.bar(Timeframe::kM15);
    const double change = f.get(change_).value, distance = f.get(distance_).value;
    const Check shift = check::every({check::score_at_least(change, param(kChange)), check::score_at_least(distance, param(kDistance))});
    const bool before_too = shifted_;
    shifted_ = shift.holds;
    if (!funnel_.pass(0, check::every({shift, check::holds(!before_too)}))) return reject();
    const double move = static_cast<double>(bar.close) - f.get(before_).value, fz = f.get(common().fz).value;
    if (c.position.open && c.position.direction * move < 0) {
      request_exit(c, out, ExitReason::kInvalidation, change, param(kChange));
    }
    if (!funnel_.pass(1, check::as_price(check::above(move * fz, 0)))) return reject();
    const Direction d = move > 0 ? kLong : kShort;
    const std::array<double, 5> scores{
        score::sf(d, fz, param(kOfi)), score::sc(d, f.get(common().cvd_n).value, param(kCvd)),
        score::sv(f.get(common().vpin).value, param(kVpin)), score::clip(std::fabs(f.get(volume_).value - 1) / kShiftFull),
        score::clip(std::fabs(f.get(range_).value - 1) / kShiftFull)};
    const double total = score::sum(scores);
    if (!funnel_.pass(2, check::score_at_least(total, param(kScoreMin)))) return reject();
    if (!admit(c)) return;
    const Price extreme = std::llround(f.get(d > 0 ? lowest_ : highest_).value);
    const Price stop = structural_stop(c.instrument, d, bar.close, extreme, std::llround(f.get(common().spread).value), param(kStopPct) / 100);
    Signal& s = raise(c, out, d, bar.close, stop);
    standard_targets(s, param(kTargetR));
    s.flags |= signal_flag::kUsesVpin;
    s.score = total;
    s.quality_raw = total / 5;
    s.level = score::at_least(total, 4.5) ? 4 : score::at_least(total, 4) ? 3 : 2;
    s.criteria = {change, distance, f.get(norm_).value, scores[0], scores[1], scores[2], scores[3], scores[4]};
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(shifted_);
  }

 private:
  FeatureHandle change_, distance_, norm_, before_, volume_, range_, highest_, lowest_;
  bool shifted_ = false;  // condition 1 held at the evaluation before
};

}  // namespace

const StrategyInfo& s22_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s22(const StrategySetup& s) { return std::make_unique<TopologicalRegime>(s); }

}  // namespace omega
