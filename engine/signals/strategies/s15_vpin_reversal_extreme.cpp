// S15: after a flash-crash-like run under extreme VPIN, take the first fast snap-back once VPIN decays.
// State: ENTER when vpin >= .78 and |C/C(10) − 1| >= .5 %, g = its sign; mean and sd of closes lag(100) and the mean volume of the
// 47 bars before are stored then; the peak of vpin and the extreme e of the run are tracked. RESET when vpin < .50 or more than 5 bars
// after the peak. Entry d = −g: peak >= .85; (peak − vpin)/peak >= 5 %; largest volume of the last 8 bars >= 4.5 × that mean;
// |e − mean| >= 3.2 sd; fastest 3-bar velocity in g since ENTER−10 >= 30 u/min; velocity from e to C >= 30; the last 2 closes moved in
// d; V >= 3 × that mean. Warm-up: that of F08, 101 bars, 47 with volume. O(1) per M1 close.
// Exit: SL e − d·5 u, at most 1 %; STD(4.5); a new peak of vpin. Size 5; exempt from S03's veto, not from its multiplier.
// Choices: e is the extreme of the whole run, the 10 bars before ENTER included; volume_climax_duration D = 3 gives the 8 bars (D + 5)
// and the 47 (50 − D); the bar that resets does not enter again; a GAP resets, for neither run nor velocity may span one.
// Source: STRATEGIES S15; Easley, López de Prado, O'Hara (2012) RFS 25(5):1457-1493; Kirilenko et al. (2017) J. Finance 72(3):967-998.
#include "engine/features/rolling.hpp"
#include "engine/features/velocity.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kEntry, kPeak, kDecayPct, kClimax, kClimaxBars, kSigma, kExhaustion, kReversal, kSustain, kSustainBars, kAfterPeakMax, kStopPct, kTargetR };
constexpr ParamSpec kParams[] = {
    {"vpin_reversal_entry", "-", 0.78, 0.6, 0.99, "VPIN that may begin the state"},
    {"vpin_peak_required", "-", 0.85, 0.6, 0.99, "peak of VPIN that an entry needs"},
    {"vpin_decay_confirmation", "% of peak", 5, 1, 30, "fall of VPIN from its peak"},
    {"volume_climax_multiplier", "x", 4.5, 2, 10, "largest recent volume over the mean before the run"},
    {"volume_climax_duration", "M1 bars", 3, 2, 10, "recent volume: these and max_bars_after_peak; the mean: the rest of 50 bars"},
    {"price_extreme_sigma", "sd", 3.2, 2, 6, "distance of the extreme from the mean before the run"},
    {"exhaustion_velocity", "u/min", 30, 5, 200, "fastest 3 bars of the run"},
    {"reversal_velocity", "u/min", 30, 5, 200, "speed of the return from the extreme"},
    {"reversal_volume_sustain", "x", 3.0, 1, 6, "volume of the entry bar over the mean before the run"},
    {"reversal_bars", "M1 bars", 2, 1, 6, "closes in a row that moved back"},
    {"max_bars_after_peak", "M1 bars", 5, 1, 30, "the state ends after"},
    {"stop_loss_pct", "% of price", 1.0, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 4.5, 1, 8, "final target of STD"},
};
constexpr const char* kConditions[] = {"state", "peak", "decay", "climax", "extreme", "exhaustion", "reversal_velocity", "closes", "volume"};
constexpr const char* kCriteria[] = {"peak_vpin", "decay", "climax_x", "extreme_sigma", "exhaustion_u_min", "reversal_u_min", "volume_x", "extreme"};
constexpr double kReturn_min = .005, kVpinReset = .50, kStopBuffer_u = 5, kQualityBase = .6;
constexpr std::int32_t kRun_bars = 10, kMoments_bars = 100, kVelocity_bars = 3, kVolumeSpan_bars = 50;
constexpr std::uint8_t kLevel = 5;

constexpr StrategyInfo kInfo{
    .id = 15, .name = "vpin_reversal_extreme", .group = "HYBRID", .family = SignalFamily::kReversal, .timeframe = Timeframe::kM1,
    .needs = capability::kVolume,
    .idea = "after a flash-crash-like run with extreme VPIN, buy or sell the first fast snap-back once VPIN decays",
    .formula = "state: vpin>=.78 and |r over 10 bars|>=.5%, g=sign r; reset when vpin<.50 or >5 bars after the peak; entry d=-g: peak>=.85, decay>=5% of peak, max volume "
               "of 8 bars>=4.5x mean of the 47 before, |e-mean|/sd>=3.2 (lag 100, stored), fastest 3-bar velocity in g>=30u/min, velocity from e>=30, last 2 closes in d, "
               "V>=3x that mean; exit: SL e-5u (<=1%), STD(4.5), a new vpin peak; size 5 (x.50 of S03), q=clip(.6+decay+peak-.85)",
    .literature = "Easley et al. (2011) J. Portfolio Management 37(2):118-128, (2012) RFS 25(5):1457-1493; Kirilenko, Kyle, Samadi, Tuzun (2017) J. Finance "
                  "72(3):967-998; against: Andersen & Bondarenko (2014) J. Financial Markets 17:1-46",
    .features = "F08 F13 F17 F31", .time_stop_ns = 120 * kMinute_ns, .cooldown_ns = 24 * kHour_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .positions_max = 1};

class VpinReversal final : public StrategyBase<VpinReversal> {
 public:
  explicit VpinReversal(const StrategySetup& s)
      : StrategyBase(kInfo, s),
        recent_(static_cast<std::size_t>(param(kClimaxBars) + param(kAfterPeakMax))),
        base_(static_cast<std::size_t>(kVolumeSpan_bars - param(kClimaxBars))) {
    const auto m1 = [&](FeatureId id, std::int32_t p0) { return need(s.requests.request({id, Timeframe::kM1, p0, 0})); };
    before_ = m1(FeatureId::kCloseLag, kRun_bars);
    mean_ = m1(FeatureId::kCloseMeanLag, kMoments_bars);
    sd_ = m1(FeatureId::kCloseSdLag, kMoments_bars);
    need(common().vpin);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM1);
    const FeatureValue& vpin = c.frame.get(common().vpin);
    if (c.position.open && vpin.ready() && vpin.value > traded_peak_) {
      request_exit(c, out, ExitReason::kInvalidation, vpin.value, traded_peak_);
    }
    const bool base_full = base_.full();
    const double base = base_full ? static_cast<double>(base_.sum()) / (kVolumeSpan_bars - param(kClimaxBars)) : 0;
    take(bar, c.instrument.u);
    if (!ready(c.frame)) return;
    funnel_.begin();
    if (run_.active) follow(vpin.value); else if (base_full) enter(c, bar, base);
    evaluate(c, out, bar, vpin.value);
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(bars_, recent_, base_, run_, joined_bars_, traded_peak_);
  }

 private:
  struct Run {
    bool active = false;
    Direction g = 0;
    double peak = 0, mean = 0, sd = 0, volume = 0, fastest = 0;  // volume: mean before the run; fastest: u/min in g
    Price extreme = 0;
    TimeNs extreme_open = 0;
    int bars_since_peak = 0;
    template <class Archive> void serialize(Archive& ar) {
      ar(active, g, peak, mean, sd, volume, fastest, extreme, extreme_open, bars_since_peak);
    }
  };
  struct Point {
    TimeNs t_open = 0;
    Price high = 0, low = 0, close = 0;
    template <class Archive> void serialize(Archive& ar) { ar(t_open, high, low, close); }
  };

  [[nodiscard]] double velocity(std::size_t newest_age, Price u) const noexcept {
    const Point &to = bars_.back(newest_age), &from = bars_.back(newest_age + kVelocity_bars);
    return velocity_u_per_min(run_.g, from.close, to.close, from.t_open, to.t_open, u);
  }
  void reach(const Point& p) noexcept {
    const Price price = run_.g > 0 ? p.high : p.low;
    if (run_.extreme != 0 && run_.g * (price - run_.extreme) <= 0) return;
    run_.extreme = price;
    run_.extreme_open = p.t_open;
  }

  /// The bar joins the windows and, where there is one, the run.
  void take(const TfBar& bar, Price u) noexcept {
    if (bar.gap()) {
      run_ = {};
      joined_bars_ = 0;
    }
    ++joined_bars_;
    bars_.push({bar.t_open, bar.high, bar.low, bar.close});
    recent_.push(bar.has_volume() ? bar.volume : 0);
    if (bar.has_volume()) base_.push(bar.volume);
    if (!run_.active) return;
    reach(bars_.back(0));
    run_.fastest = std::max(run_.fastest, velocity(0, u));
    ++run_.bars_since_peak;
  }

  void follow(double vpin) noexcept {
    if (vpin > run_.peak) {
      run_.peak = vpin;
      run_.bars_since_peak = 0;
    }
    if (vpin < kVpinReset || run_.bars_since_peak > static_cast<int>(param(kAfterPeakMax))) run_ = {};
  }

  void enter(const StrategyContext& c, const TfBar& bar, double base) noexcept {
    const FeatureFrame& f = c.frame;
    const double before = f.get(before_).value, vpin = f.get(common().vpin).value;
    const double r = (static_cast<double>(bar.close) - before) / before;
    if (joined_bars_ <= kRun_bars || vpin < param(kEntry) || !score::at_least(std::fabs(r), kReturn_min)) return;
    run_ = {.active = true, .g = r > 0 ? kLong : kShort, .peak = vpin, .mean = f.get(mean_).value, .sd = f.get(sd_).value, .volume = base,
            .fastest = 0, .extreme = 0, .extreme_open = 0, .bars_since_peak = 0};
    for (std::size_t age = kRun_bars; age-- > 0;) reach(bars_.back(age));  // oldest first: the first bar at the extreme counts
    for (std::size_t age = 0; age + kVelocity_bars <= kRun_bars; ++age) {
      run_.fastest = std::max(run_.fastest, velocity(age, c.instrument.u));
    }
  }

  [[nodiscard]] bool closes_moved(Direction d) const noexcept {
    const auto n = static_cast<std::size_t>(param(kSustainBars));
    for (std::size_t age = 0; age < n; ++age) {
      if (d * (bars_.back(age).close - bars_.back(age + 1).close) <= 0) return false;
    }
    return true;
  }

  void evaluate(const StrategyContext& c, StrategyOut& out, const TfBar& bar, double vpin) noexcept {
    if (!funnel_.pass(0, check::holds(run_.active))) return reject();
    const Direction d = run_.g > 0 ? kShort : kLong;
    const double decay = (run_.peak - vpin) / run_.peak;
    if (!funnel_.pass(1, check::at_least(run_.peak, param(kPeak)))) return reject();
    if (!funnel_.pass(2, check::score_at_least(decay, param(kDecayPct) / 100))) return reject();
    Qty largest = 0;
    for (std::size_t age = 0; age < recent_.size(); ++age) largest = std::max(largest, recent_.back(age));
    const double climax = static_cast<double>(largest) / run_.volume;
    if (!funnel_.pass(3, check::score_at_least(climax, param(kClimax)))) return reject();
    const double sigma = std::fabs(static_cast<double>(run_.extreme) - run_.mean) / run_.sd;
    if (!funnel_.pass(4, check::score_at_least(sigma, param(kSigma)))) return reject();
    if (!funnel_.pass(5, check::score_at_least(run_.fastest, param(kExhaustion)))) return reject();
    const double back = velocity_u_per_min(d, run_.extreme, bar.close, run_.extreme_open, bar.t_open, c.instrument.u);
    if (!funnel_.pass(6, check::score_at_least(back, param(kReversal)))) return reject();
    if (!funnel_.pass(7, check::holds(closes_moved(d)))) return reject();
    const double volume = static_cast<double>(recent_.back(0)) / run_.volume;
    if (!funnel_.pass(8, check::score_at_least(volume, param(kSustain)))) return reject();
    if (!admit(c)) return;
    const Price beyond = run_.extreme - d * units(kStopBuffer_u, c.instrument);
    Signal& s = raise(c, out, d, bar.close, capped_stop(d, bar.close, beyond, param(kStopPct) / 100));
    standard_targets(s, param(kTargetR));
    s.flags |= signal_flag::kToxExempt;
    s.quality_raw = score::clip(kQualityBase + decay + (run_.peak - param(kPeak)));
    s.score = s.quality_raw;
    s.level = kLevel;
    s.criteria = {run_.peak, decay, climax, sigma, run_.fastest, back, volume, price_to_double(run_.extreme)};
    traded_peak_ = run_.peak;
  }

  FeatureHandle before_, mean_, sd_;
  Window<Point> bars_{kRun_bars + 1};  // the run: C(10) .. C
  Window<Qty> recent_;                 // volumes of the last D + 5 bars
  RollingSum base_;                    // of the last 50 − D bars with volume
  Run run_;
  std::int64_t joined_bars_ = 0;       // since the last gap
  double traded_peak_ = 0;             // of the last signal
};

}  // namespace

const StrategyInfo& s15_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s15(const StrategySetup& s) { return std::make_unique<VpinReversal>(s); }

}  // namespace omega
