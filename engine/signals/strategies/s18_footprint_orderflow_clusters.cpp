// S18: aggressive selling into a high-volume price bin that does not break is absorption: join the absorber when buyers take over.
// Entry at M1 close on the strongest bin within 15 u below C (d = +1) or above it (−1): 1. its volume >= 3.5 × mean of the non-empty bins.
// 2. it lies beside C, not around it. 3. of its volume in the last 10 bars >= .80 was aggressive against d. 4. absorption a = volume per u
// travelled of the bars that touched it over that of all 50 bars >= 4. 5. share of aggressive volume in d over 3 bars >= .65. 6. vr(50) >= 2.2.
// 7. Sf(3)+Sc(.6)+Sv(.3)+clip(.5+(ratio−3.5)/6)+clip(.5+(a−4)/8) >= 3.5. Then the bin must not have been traded in the last 50 bars.
// Exit: SL far side of the bin − d·5 u, at most 1 %; STD(3); a close beyond the bin against d. Size 5 if score >= 4.5 and ratio > 5, 4 if >= 4,
// else 3. Warm-up: F06-F08, 50 M1 bars with trades. O(traded bins) per M1 close.
// Choices: the bin below and the bin above are looked at, and the one that passes more conditions is the evaluation; ties: the larger
// ratio, then the nearer, then the one below. A side without a bin has zeros, which fail the first condition. A bin is one cluster
// whichever side of the price it is on, and a new one after 50 bars, when all of its volume is new. A bar without volume has no vr. mode
// has one value, full: bars alone never give a footprint.
// Source: STRATEGIES S18; Easley & O'Hara (1987) JFE 19(1):69-90; Dalton et al. (1993) Mind over Markets.
#include "engine/features/window.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kRatio, kBin, kAbsorption, kAgainst, kAgainstBars, kInitiative, kInitiativeBars, kVolume, kOfi, kCvd, kVpin, kStopPct, kTargetR, kScoreMin };
constexpr ParamSpec kParams[] = {
    {"volume_cluster_threshold", "x mean bin", 3.5, 1.5, 10, "volume of the bin over the mean of the non-empty ones"},
    {"bin_size", "u", 1, 0.2, 10, "height of a price bin, a multiple of 0.1"},
    {"absorption_ratio_min", "x", 4.0, 1, 10, "volume per u of the bars that touched the bin over that of all"},
    {"exhaustion_imbalance_threshold", "share", 0.80, 0.55, 0.99, "aggressive volume in the bin against the trade"},
    {"exhaustion_bars_lookback", "M1 bars", 10, 3, 50, "bars of that share"},
    {"initiative_volume_min", "share", 0.65, 0.5, 0.95, "aggressive volume in the direction of the trade"},
    {"cluster_confirmation_bars", "M1 bars", 3, 1, 10, "bars of that share"},
    {"volume_threshold", "x", 2.2, 1, 6, "vr(50) of the bar"},
    {"ofi_threshold", "sd", 3.0, 1, 4, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.6, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN below which flow counts as clean"},
    {"stop_loss_pct", "% of price", 1.0, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 3.0, 1, 8, "final target of STD"},
    {"min_confirmation_score", "of 5", 3.5, 2.5, 5, "sum of the five criteria"},
};
constexpr const char* kConditions[] = {"cluster", "beside", "against", "absorption", "initiative", "volume", "score", "cluster_once"};
constexpr const char* kCriteria[] = {"far_side", "ratio_x", "against", "absorption_x", "initiative", "volume_x", "score_flow", "score_cvd"};
constexpr std::size_t kConditionCount = std::size(kConditions);
constexpr double kNear_u = 15, kStopBuffer_u = 5, kMiddle = .5, kRatioFull = 6, kAbsorptionFull = 8, kLevel5Ratio = 5;
constexpr std::int32_t kVolume_bars = 50;
constexpr std::size_t kFootprint_bars = 50;

constexpr StrategyInfo kInfo{
    .id = 18, .name = "footprint_orderflow_clusters", .group = "HYBRID", .family = SignalFamily::kMicro, .timeframe = Timeframe::kM1,
    .needs = capability::kTrades,
    .idea = "aggressive selling into a high-volume price bin that does not break is absorption: join the absorber when buyers take over",
    .formula = "M1 close, strongest bin (1u, 50 bars) within 15u below C (d=+1) or above (-1): volume>=3.5x mean bin; >=.80 of its volume of 10 bars aggressive against d; "
               "absorption a (volume per u of the bars touching it / of all)>=4; aggressive share in d over 3 bars>=.65; vr(50)>=2.2; Sf(3)+Sc(.6)+Sv(.3)+"
               "clip(.5+(ratio-3.5)/6)+clip(.5+(a-4)/8)>=3.5; each bin once; exit: SL far side-5u (<=1%), STD(3), close beyond the bin against d; size: 5 if score>=4.5 and "
               "ratio>5, 4 if >=4, else 3",
    .literature = "Steidlmayer (1984) Market Profile; Dalton, Jones, Dalton (1993) Mind over Markets; Easley & O'Hara (1987) JFE 19(1):69-90",
    .features = "F02 F06 F07 F08 F17 F19", .time_stop_ns = 180 * kMinute_ns, .cooldown_ns = 30 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .positions_max = 2};

class FootprintClusters final : public StrategyBase<FootprintClusters> {
 public:
  explicit FootprintClusters(const StrategySetup& s) : StrategyBase(kInfo, s) {
    constexpr double kTenths = 10;
    const auto bars = static_cast<std::int32_t>(param(kAgainstBars)), bin = static_cast<std::int32_t>(std::llround(kTenths * param(kBin)));
    bin_ = units(bin / kTenths, s.instrument);
    const auto request = [&](FeatureId id, Direction d) { return need(s.requests.request({id, Timeframe::kM1, d * bars, bin})); };
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      const Direction d = i == 0 ? kLong : kShort;
      sides_[i] = {d, request(FeatureId::kClusterRatio, d), request(FeatureId::kClusterPrice, d), request(FeatureId::kClusterAgainst, d),
                   request(FeatureId::kClusterAbsorption, d)};
    }
    bought_ = need(s.requests.request({FeatureId::kAggressorShare, Timeframe::kM1, static_cast<std::int32_t>(param(kInitiativeBars)), 0}));
    vr_ = need(s.requests.request({FeatureId::kVolumeRatio, Timeframe::kM1, kVolume_bars, 0}));
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM1);
    if (c.position.open && c.position.direction * (bar.close - traded_far_) < 0) {
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(bar.close), price_to_double(traded_far_));
    }
    ++bars_;
    if (!ready(c.frame)) return;
    funnel_.begin();
    const Judged below = judge(c, bar, sides_[0]), above = judge(c, bar, sides_[1]);
    evaluate(c, out, bar, better(above, below) ? above : below);
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(traded_, bars_, traded_far_);
  }

 private:
  struct Side {
    Direction d = 0;
    FeatureHandle ratio = kNoFeature, price = kNoFeature, against = kNoFeature, absorption = kNoFeature;
  };
  struct Traded {
    Price low = 0;               // lower edge of the bin
    std::uint64_t bar = 0;       // number of the M1 close of its signal
    template <class Archive> void serialize(Archive& ar) { ar(low, bar); }
  };
  struct Judged {
    Direction d = 0;
    Price far = 0, gap = 0;      // the bin's side away from the price; from its other side to the close
    double ratio = 0, against = 0, absorption = 0, initiative = 0, volume = 0, total = 0;
    std::array<double, 5> scores{};
    std::array<Check, kConditionCount> checks{};
    std::size_t passed = 0;      // conditions before the first that fails
  };

  [[nodiscard]] static bool better(const Judged& a, const Judged& b) noexcept {
    if (a.passed != b.passed) return a.passed > b.passed;
    return a.ratio != b.ratio ? a.ratio > b.ratio : a.gap < b.gap;
  }
  [[nodiscard]] Price low_of(const Judged& j) const noexcept { return j.d > 0 ? j.far : j.far - bin_; }

  [[nodiscard]] Judged judge(const StrategyContext& c, const TfBar& bar, const Side& side) const noexcept {
    const FeatureFrame& f = c.frame;
    Judged j;
    j.d = side.d;
    j.ratio = f.get(side.ratio).value;
    j.against = f.get(side.against).value;
    j.absorption = f.get(side.absorption).value;
    j.far = std::llround(f.get(side.price).value);
    j.gap = j.d * (bar.close - j.far) - bin_;
    j.initiative = j.d > 0 ? f.get(bought_).value : 1 - f.get(bought_).value;
    j.volume = bar.has_volume() ? f.get(vr_).value : 0;
    j.scores = {score::sf(j.d, f.get(common().fz).value, param(kOfi)), score::sc(j.d, f.get(common().cvd_n).value, param(kCvd)),
                score::sv(f.get(common().vpin).value, param(kVpin)), score::clip(kMiddle + (j.ratio - param(kRatio)) / kRatioFull),
                score::clip(kMiddle + (j.absorption - param(kAbsorption)) / kAbsorptionFull)};
    j.total = score::sum(j.scores);
    j.checks = {check::at_least(j.ratio, param(kRatio)),
                check::every({check::price_at_least(j.gap, 0), check::price_at_most(j.gap, units(kNear_u, c.instrument))}),
                check::score_at_least(j.against, param(kAgainst)),
                check::at_least(j.absorption, param(kAbsorption)),
                check::score_at_least(j.initiative, param(kInitiative)),
                check::at_least(j.volume, param(kVolume)),
                check::score_at_least(j.total, param(kScoreMin)),
                check::holds(!traded(low_of(j)))};
    while (j.passed < j.checks.size() && j.checks[j.passed].holds) ++j.passed;
    return j;
  }
  [[nodiscard]] bool traded(Price low) const noexcept {
    for (std::size_t age = 0; age < traded_.size(); ++age) {
      if (traded_.back(age).low == low && bars_ - traded_.back(age).bar < kFootprint_bars) return true;
    }
    return false;
  }

  void evaluate(const StrategyContext& c, StrategyOut& out, const TfBar& bar, const Judged& j) noexcept {
    for (std::size_t i = 0; i < j.checks.size(); ++i) {
      if (!funnel_.pass(i, j.checks[i])) return reject();
    }
    if (!admit(c)) return;
    const Price beyond = j.far - j.d * units(kStopBuffer_u, c.instrument);
    Signal& s = raise(c, out, j.d, bar.close, capped_stop(j.d, bar.close, beyond, param(kStopPct) / 100));
    standard_targets(s, param(kTargetR));
    s.flags |= signal_flag::kUsesVpin;
    s.score = j.total;
    s.quality_raw = j.total / 5;
    s.level = score::at_least(j.total, 4.5) && j.ratio > kLevel5Ratio ? 5 : score::at_least(j.total, 4) ? 4 : 3;
    s.criteria = {price_to_double(j.far), j.ratio, j.against, j.absorption, j.initiative, j.volume, j.scores[0], j.scores[1]};
    traded_far_ = j.far;
    traded_.push({low_of(j), bars_});
  }

  std::array<Side, 2> sides_;               // below, above
  FeatureHandle bought_, vr_;
  Price bin_ = 0;
  Window<Traded> traded_{kFootprint_bars};  // one signal a bar at most: none is forgotten too early
  std::uint64_t bars_ = 0;                  // M1 closes seen
  Price traded_far_ = 0;                    // of the last signal
};

}  // namespace

const StrategyInfo& s18_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s18(const StrategySetup& s) { return std::make_unique<FootprintClusters>(s); }

}  // namespace omega
