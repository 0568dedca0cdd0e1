// S19: after a panic of bars stops making extremes and snaps back, join the recovery once toxicity has clearly fallen.
// Stage 1: day range >= 1.35 × its 20-day mean, z of the mean TR of 5 bars >= 2.5 (lag 100), V >= 5 × mean lag(100), |r over 20 bars| at or
// above its 99th percentile of 5 days; the moments of closes lag(100) are stored, d = against the move; extreme e and peak vpin tracked.
// Stage 2: 3 bars without a new extreme. Stage 3: within 10 bars of e one bar faster than 40 u/min in d. Stage 4, <= 240 bars after e:
// |e − mean| >= 3.5 sd; vpin was >= .45, and is <= .30 or 30 % below its peak; d·fz > 0; d·(C − e) <= .5·|mean − e|; Sf(4)+Sc(.65)+
// clip(drop/.30)+clip(wick decline/.5)+clip(volume decline/.5) >= 3.8. Warm-up: 20 full days. O(1) per M1 close.
// Exit: SL e − d·5 u, at most 1.5 %; STD(5); a new extreme, which also ends the crisis. Size 4 if score >= 4.5, 3 if >= 4, else 2.
// Choices: e is the extreme of the move, its 20 bars included; the third quiet bar may be the snap; one signal per crisis, which lasts until
// 240 bars after e or a new extreme after the signal; wick share of a bar without range 0; a GAP ends the crisis; the .45 of the
// parameter table is the toxicity that must have been there to fall.
// Source: STRATEGIES S19; Nagel (2012) RFS 25(7):2005-2039; Cont (2001) Quant. Finance 1(2):223-236.
#include "engine/features/velocity.hpp"
#include "engine/features/window.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kDayRange, kTrSigma, kLookback, kClimax, kPercentile, kSigma, kQuietBars, kVelocity, kVpinToxic, kVpinNormal, kOfi, kCvd, kStopPct, kTargetR, kScoreMin, kCrisisBars };
constexpr ParamSpec kParams[] = {
    {"volatility_spike_threshold", "x", 0.35, 0.1, 3, "day range beyond its 20-day mean"},
    {"true_range_sigma", "sd", 2.5, 1.5, 6, "mean true range of 5 bars"},
    {"lookback_period", "M1 bars", 100, 50, 500, "window of the moments, of the true range and of the volume"},
    {"volume_climax_multiplier", "x", 5.0, 2, 15, "volume over its lagged mean"},
    {"price_extreme_percentile", "share", 0.99, 0.9, 0.999, "rank of the 20-bar move among those of 5 days"},
    {"mean_reversion_sigma", "sd", 3.5, 2, 6, "distance of the extreme from the mean before the crisis"},
    {"exhaustion_bars_required", "M1 bars", 3, 1, 10, "without a new extreme"},
    {"reversal_velocity_min", "u/min", 40, 5, 200, "one bar of the return"},
    {"vpin_toxic", "-", 0.45, 0.2, 0.9, "VPIN that the crisis must have reached"},
    {"vpin_normalised", "-", 0.30, 0.1, 0.6, "VPIN that counts as normal again"},
    {"ofi_threshold", "sd", 4.0, 1, 5, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.65, 0.1, 1, "cvd_n that scores in full"},
    {"stop_loss_pct", "% of price", 1.5, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 5.0, 1, 8, "final target of STD"},
    {"min_confirmation_score", "of 5", 3.8, 2.5, 5, "sum of the five criteria"},
    {"crisis_max_bars", "M1 bars", 240, 20, 1440, "after the extreme, then the crisis is over"},
};
constexpr const char* kConditions[] = {"crisis", "sigma", "exhausted", "snap", "toxicity_fell", "flow", "retraced", "score"};
constexpr const char* kCriteria[] = {"extreme", "extreme_sigma", "peak_vpin", "drop", "score_flow", "score_cvd", "wick_decline", "volume_decline"};
constexpr double kDropFull = .30, kDeclineFull = .5, kRetraceMax = .5, kStopBuffer_u = 5;
constexpr std::int32_t kDays = 20, kTrueRange_bars = 5, kMove_bars = 20, kPercentile_bars = 5 * 1440, kSnapMax_bars = 10;
constexpr std::size_t kDecline_bars = 20, kDeclinePart_bars = 5;

constexpr StrategyInfo kInfo{
    .id = 19, .name = "crisis_mode_volatility_spike", .group = "HYBRID", .family = SignalFamily::kReversal, .timeframe = Timeframe::kM1,
    .needs = capability::kBars | capability::kVolume,
    .idea = "after a panic bar sequence stops making extremes and snaps back, join the recovery once toxicity has clearly fallen",
    .formula = "stage 1: day range>=1.35x 20-day mean, mean TR(5) z>=2.5 (lag 100), V>=5x mean lag 100, |r20|>=99th percentile of 5 days, d against the move; stage 2: 3 bars "
               "without a new extreme e; stage 3: within 10 bars of e one bar>=40u/min in d; entry <=240 bars after e: |e-mean|>=3.5sd, vpin was>=.45 and is<=.30 or 30% "
               "below its peak, d*fz>0, d(C-e)<=.5|mean-e|, Sf(4)+Sc(.65)+drop/.30+wick decline/.5+volume decline/.5>=3.8; exit: SL e-5u (<=1.5%), STD(5), a new extreme; "
               "size 4 if score>=4.5, 3 if >=4, else 2",
    .literature = "Nagel (2012) RFS 25(7):2005-2039; Andersen, Bollerslev, Diebold, Labys (2003) Econometrica 71(2):579-625; Cont (2001) Quant. Finance 1(2):223-236",
    .features = "F06 F07 F08 F11 F13 F14 F17 F18 F31", .time_stop_ns = 60 * kMinute_ns, .cooldown_ns = 0,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .positions_max = 2};

class CrisisMode final : public StrategyBase<CrisisMode> {
 public:
  explicit CrisisMode(const StrategySetup& s) : StrategyBase(kInfo, s) {
    const auto n = static_cast<std::int32_t>(param(kLookback));
    const auto m1 = [&](FeatureId id, std::int32_t p0, std::int32_t p1 = 0) { return need(s.requests.request({id, Timeframe::kM1, p0, p1})); };
    day_range_ = m1(FeatureId::kDayRangeRatio, kDays);
    true_range_ = m1(FeatureId::kTrueRangeZ, kTrueRange_bars, n);
    vr_ = m1(FeatureId::kVolumeRatio, n);
    rank_ = m1(FeatureId::kMoveRank, kMove_bars, kPercentile_bars);
    before_ = m1(FeatureId::kCloseLag, kMove_bars);
    mean_ = m1(FeatureId::kCloseMeanLag, n);
    sd_ = m1(FeatureId::kCloseSdLag, n);
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM1);
    follow(c, out, bar);
    if (!ready(c.frame)) return;
    funnel_.begin();
    if (!crisis_.active) begin(c, bar);
    crisis_.peak = crisis_.active ? std::max(crisis_.peak, c.frame.get(common().vpin).value) : 0;
    evaluate(c, out, bar);
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(bars_, crisis_, joined_bars_);
  }

 private:
  struct Crisis {
    bool active = false, snapped = false, signalled = false;
    Direction d = 0;
    double mean = 0, sd = 0, peak = 0;
    Price extreme = 0;
    std::int64_t bars_since_extreme = 0;
    template <class Archive> void serialize(Archive& ar) { ar(active, snapped, signalled, d, mean, sd, peak, extreme, bars_since_extreme); }
  };
  struct Point {
    TimeNs t_open = 0;
    Price high = 0, low = 0, close = 0;
    Qty volume = 0;
    double wick = 0;  // 1 − body/range
    template <class Archive> void serialize(Archive& ar) { ar(t_open, high, low, close, volume, wick); }
  };

  [[nodiscard]] static Price against(const Point& p, Direction d) noexcept { return d > 0 ? p.low : p.high; }

  /// The bar joins the window and the crisis: new extremes, quiet bars, the snap.
  void follow(const StrategyContext& c, StrategyOut& out, const TfBar& bar) noexcept {
    if (bar.gap()) {
      crisis_ = {};
      joined_bars_ = 0;
    }
    const Price range = candle_range(bar), body = candle_body(bar, c.instrument.tick);
    const double wick = range > 0 ? score::clip(1 - static_cast<double>(body) / static_cast<double>(range)) : 0;
    const Point p{bar.t_open, bar.high, bar.low, bar.close, bar.has_volume() ? bar.volume : 0, wick};
    const Point before = bars_.size() > 0 ? bars_.back(0) : p;
    bars_.push(p);
    ++joined_bars_;
    if (!crisis_.active) return;
    const Direction d = crisis_.d;
    if (d * (against(p, d) - crisis_.extreme) < 0) {
      if (!crisis_.signalled) {
        crisis_.extreme = against(p, d);
        crisis_.bars_since_extreme = 0;
        crisis_.snapped = false;
        return;
      }
      if (c.position.open) {
        request_exit(c, out, ExitReason::kInvalidation, price_to_double(against(p, d)), price_to_double(crisis_.extreme));
      }
      crisis_ = {};
      return;
    }
    ++crisis_.bars_since_extreme;
    if (crisis_.bars_since_extreme > static_cast<std::int64_t>(param(kCrisisBars))) {
      crisis_ = {};
      return;
    }
    const double velocity = velocity_u_per_min(d, before.close, p.close, before.t_open, p.t_open, c.instrument.u);
    const bool in_time = exhausted() && crisis_.bars_since_extreme <= kSnapMax_bars;
    if (in_time && score::at_least(velocity, param(kVelocity))) crisis_.snapped = true;
  }
  [[nodiscard]] bool exhausted() const noexcept { return crisis_.bars_since_extreme >= static_cast<std::int64_t>(param(kQuietBars)); }

  void begin(const StrategyContext& c, const TfBar& bar) noexcept {
    const FeatureFrame& f = c.frame;
    const double before = f.get(before_).value, close = static_cast<double>(bar.close);
    if (joined_bars_ <= kMove_bars || !bar.has_volume() || close == before) return;
    if (!score::at_least(f.get(day_range_).value, 1 + param(kDayRange)) || f.get(true_range_).value < param(kTrSigma)) return;
    if (f.get(vr_).value < param(kClimax) || f.get(rank_).value < param(kPercentile)) return;
    crisis_ = {};
    crisis_.active = true;
    crisis_.d = close > before ? kShort : kLong;
    crisis_.mean = f.get(mean_).value;
    crisis_.sd = f.get(sd_).value;
    crisis_.extreme = against(bars_.back(0), crisis_.d);
    for (std::size_t age = 1; age < static_cast<std::size_t>(kMove_bars); ++age) {
      const Price price = against(bars_.back(age), crisis_.d);
      if (crisis_.d * (price - crisis_.extreme) >= 0) continue;
      crisis_.extreme = price;
      crisis_.bars_since_extreme = static_cast<std::int64_t>(age);
    }
  }

  /// 1 − (mean of the last 5)/(mean of the first 5) of the last 20 bars; 0 where there is nothing to decline from.
  template <class Of>
  [[nodiscard]] double decline(Of of) const noexcept {
    if (bars_.size() < kDecline_bars) return 0;
    double last = 0, first = 0;
    for (std::size_t i = 0; i < kDeclinePart_bars; ++i) {
      last += of(bars_.back(i));
      first += of(bars_.back(kDecline_bars - 1 - i));
    }
    return first > 0 ? 1 - last / first : 0;
  }

  void evaluate(const StrategyContext& c, StrategyOut& out, const TfBar& bar) noexcept {
    if (!funnel_.pass(0, check::every({check::holds(crisis_.active), check::holds(!crisis_.signalled)}))) return reject();
    const FeatureFrame& f = c.frame;
    const Direction d = crisis_.d;
    const double vpin = f.get(common().vpin).value, extreme = static_cast<double>(crisis_.extreme);
    const double sigma = std::fabs(extreme - crisis_.mean) / crisis_.sd;
    if (!funnel_.pass(1, check::score_at_least(sigma, param(kSigma)))) return reject();
    if (!funnel_.pass(2, check::holds(exhausted()))) return reject();
    if (!funnel_.pass(3, check::holds(crisis_.snapped))) return reject();
    const double drop = crisis_.peak > 0 ? (crisis_.peak - vpin) / crisis_.peak : 0;
    const Check fell = check::any({check::at_most(vpin, param(kVpinNormal)), check::score_at_least(drop, kDropFull)});
    if (!funnel_.pass(4, check::every({check::at_least(crisis_.peak, param(kVpinToxic)), fell}))) return reject();
    if (!funnel_.pass(5, check::above(d * f.get(common().fz).value, 0))) return reject();
    const auto retraced = static_cast<double>(d * (bar.close - crisis_.extreme));
    if (!funnel_.pass(6, check::as_price(check::at_most(retraced, kRetraceMax * std::fabs(crisis_.mean - extreme))))) return reject();
    const double wick = decline([](const Point& p) { return p.wick; });
    const double volume = decline([](const Point& p) { return static_cast<double>(p.volume); });
    const std::array<double, 5> scores{score::sf(d, f.get(common().fz).value, param(kOfi)), score::sc(d, f.get(common().cvd_n).value, param(kCvd)),
                                       score::clip(drop / kDropFull), score::clip(wick / kDeclineFull), score::clip(volume / kDeclineFull)};
    const double total = score::sum(scores);
    if (!funnel_.pass(7, check::score_at_least(total, param(kScoreMin)))) return reject();
    if (!admit(c)) return;
    const Price beyond = crisis_.extreme - d * units(kStopBuffer_u, c.instrument);
    Signal& s = raise(c, out, d, bar.close, capped_stop(d, bar.close, beyond, param(kStopPct) / 100));
    standard_targets(s, param(kTargetR));
    s.flags |= signal_flag::kUsesVpin;
    s.score = total;
    s.quality_raw = total / 5;
    s.level = score::at_least(total, 4.5) ? 4 : score::at_least(total, 4) ? 3 : 2;
    s.criteria = {price_to_double(crisis_.extreme), sigma, crisis_.peak, drop, scores[0], scores[1], wick, volume};
    crisis_.signalled = true;
  }

  FeatureHandle day_range_, true_range_, vr_, rank_, before_, mean_, sd_;
  Window<Point> bars_{kDecline_bars};  // the move and the declines look back equally far
  Crisis crisis_;
  std::int64_t joined_bars_ = 0;       // since the last gap
};

}  // namespace

const StrategyInfo& s19_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s19(const StrategySetup& s) { return std::make_unique<CrisisMode>(s); }

}  // namespace omega
