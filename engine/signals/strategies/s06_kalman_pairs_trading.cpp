// S06: trade the normalised innovation of a hedge ratio that a Kalman filter follows; two legs.
// Filter: F23 over M15 closes of a pair (y leg 1, x leg 2); started by least squares over 250 closes; R, Q = diag(R/m², R/(m²·s_x²)) re-estimated
// every 24 h from the last 250; a close that a leg missed predicts only.
// Entry (d = side of leg 1 = -sign z): |rho| of returns over 250 >= .84 with the sign of beta; 2.4 <= |z| < 3.5 and |z| < 2.4 one close before;
// max vpin of the legs <= .50; Sf(2)+Sc(.55)+Sv(.3) on leg 1 + Sx(vmr(5,15);1,1.4) + clip(|z|/3) >= 3.5.
// Legs: leg 1 side d, leg 2 side -d·sign beta, notional 2 = |beta|·notional 1; risk max(3.5-|z|, .5)·sqrt(S) percent of notional 1.
// Exit, both legs: -d·z <= 1.0; -d·z >= 3.5 or a leg loses 1.5 %; |rho| < .5 or beta changes its sign; 32 M15. Size 3 if score >= 4, else 2.
// Choices: beta and S are those predicted for this close; z is read on the side of the entry, so that a jump through zero is the target too.
// Warm-up: 250 synchronised closes, F06-F08 and F17 of both legs. O(pairs) per M15 close, O(1) each.
// Source: STRATEGIES S06; Elliott, van der Hoek, Malcolm (2005) Quant. Finance 5(3):271-276; Vidyamurthy (2004) Pairs Trading, Wiley;
// Gatev, Goetzmann, Rouwenhorst (2006) RFS 19(3):797-827.
#include "engine/features/kalman_hedge.hpp"
#include "engine/signals/pair_strategy.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kEntry, kExit, kCorrelationMin, kLookback, kStop, kRecalibration, kOfi, kCvd, kVpin, kStopPct, kScoreMin };
constexpr ParamSpec kParams[] = {
    {"z_score_entry_threshold", "sd", 2.4, 1.5, 4, "|z| of the innovation to enter"},
    {"z_score_exit_threshold", "sd", 1.0, 0, 1.5, "z, on the side of the entry, at which both legs are closed"},
    {"min_correlation", "-", 0.84, 0.5, 0.99, "|rho| of the legs' returns"},
    {"lookback_period", "M15 bars", 250, 100, 1000, "closes that start the filter, its memory, and window of rho"},
    {"max_spread_extension_sigma", "sd", 3.5, 2.5, 6, "|z| at which nothing is entered and what is open is stopped"},
    {"recalibration", "h", 24, 4, 168, "between two estimates of R and Q"},
    {"ofi_threshold", "sd", 2.0, 1, 4, "flow z-score of leg 1 that scores in full"},
    {"cvd_threshold", "-", 0.55, 0.1, 1, "cvd_n of leg 1 that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN of leg 1 below which flow counts as clean"},
    {"stop_loss_pct", "% of price", 1.5, 0.3, 2.5, "stop of each leg"},
    {"min_confirmation_score", "of 5", 3.5, 2.5, 5, "sum of the five criteria"},
};
constexpr const char* kConditions[] = {"correlation", "spread", "vpin", "score"};
constexpr const char* kCriteria[] = {"z", "beta", "rho", "score_flow", "score_cvd", "score_vpin", "score_volume", "score_spread"};
constexpr double kVpinMax = .50, kCorrelationBroken = .5, kRiskFloor = .5, kPercent = 100;
constexpr std::int32_t kNear_bars = 5, kBefore_bars = 15;
constexpr PairSymbols kPairs[] = {{"EURUSD", "GBPUSD"}, {"AUDUSD", "NZDUSD"}, {"EURJPY", "GBPJPY"}, {"XAUUSD", "XAGUSD"}, {"USDCAD", "XTIUSD"}};

constexpr StrategyInfo kInfo{
    .id = 6, .name = "kalman_pairs_trading", .group = "HYBRID", .family = SignalFamily::kStatArb, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kMulti,
    .idea = "trade the normalised innovation of a time-varying hedge ratio back to its mean, with two legs",
    .formula = "y=alpha+beta*x by Kalman filter (memory 250); entry: |rho(250)|>=.84 with the sign of beta, 2.4<=|z|<3.5 and |z|<2.4 one close before, "
               "max vpin<=.50, Sf(2)+Sc(.55)+Sv(.3) on leg 1 + Sx(vmr(5,15);1,1.4)+clip(|z|/3)>=3.5; d=-sign z; leg 2 side -d*sign beta, notional "
               "|beta|; exit: z<=1.0, z>=3.5 or a leg loses 1.5%, |rho|<.5 or sign beta changes; size 3 if score>=4 else 2",
    .literature = "Elliott, van der Hoek, Malcolm (2005) Quant. Finance 5(3):271-276; Vidyamurthy (2004); Gatev, Goetzmann, Rouwenhorst (2006) RFS 19(3):797-827",
    .features = "F06 F07 F08 F17 F21 F22 F23", .time_stop_ns = 32 * 15 * kMinute_ns, .cooldown_ns = kHour_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .market = true, .positions_max = 2};

class KalmanPairs final : public PairStrategy {
 public:
  explicit KalmanPairs(const StrategySetup& s) : PairStrategy(kInfo, s, kPairs) {
    vmr_ = need(s.requests.request({FeatureId::kVolumeMeanRatio, Timeframe::kM15, kNear_bars, kBefore_bars}));
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin}) need(h);
    for (std::size_t i = 0; i < pairs().size(); ++i) states_.emplace_back(static_cast<std::size_t>(param(kLookback)));
  }
  void on_close(const MarketContext& market, StrategyOut& out) noexcept override {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const MarketLeg *one = market.closed(pairs()[i][0]), *two = market.closed(pairs()[i][1]);
      if (one == nullptr && two == nullptr) continue;
      State& s = states_[i];
      follow(s, market.t_close, bar(one), bar(two));
      if (!s.has_z) continue;
      const PairClose c{i, *one, *two, market.pairs[i]};
      const FeatureValue rho = s.returns.valid() ? correlation(s.returns.sums()) : FeatureValue::warming();
      if (c.held.open()) manage(market, c, s, rho, out);
      evaluate(market, c, s, rho, out);
    }
  }
  void save(StateWriter& out) const override { out(*this); }
  void load(StateReader& in) override { in(*this); }
  void describe(StateText& out) const override { out(*this); }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    for (State& s : states_) ar(s);
  }

 private:
  struct State {
    explicit State(std::size_t w) : returns(w), levels(w) {}
    PairReturns returns;
    PairLevels levels;
    KalmanHedge filter;
    EntryEdge edge;
    bool started = false, has_z = false, has_before = false;
    double z = 0, z_before = 0;      // of this close, of the close before
    double beta = 0, sqrt_s = 0;     // predicted for this close
    double entry_beta = 0;
    Direction entry_direction = 0;
    TimeNs calibrated_ts = 0;
    template <class Archive> void serialize(Archive& ar) {
      ar(returns, levels, filter, edge, started, has_z, has_before, z, z_before, beta, sqrt_s, entry_beta, entry_direction, calibrated_ts);
    }
  };

  void follow(State& s, TimeNs t_close, const TfBar* one, const TfBar* two) noexcept {
    s.returns.on_close(one, two);
    s.has_before = s.has_z;
    s.z_before = s.z;
    s.has_z = false;
    const bool both = s.levels.on_close(one, two);
    if (!s.started) {
      if (both && s.levels.full()) calibrate(s, t_close);
      return;
    }
    s.filter.predict();
    if (!both) return;
    s.beta = s.filter.beta();
    const KalmanHedge::Innovation i = s.filter.update(s.levels.y(0), s.levels.x(0));
    s.sqrt_s = std::sqrt(i.s);
    s.z = i.z;
    s.has_z = i.z - i.z == 0.0;
    if (t_close - s.calibrated_ts >= static_cast<TimeNs>(param(kRecalibration)) * kHour_ns) calibrate(s, t_close);
  }

  /// First time: state and noise from least squares; later: the noise only. A leg that does not move leaves things as they are.
  void calibrate(State& s, TimeNs t_close) const noexcept {
    const HedgeFit f = s.levels.fit();
    if (!f.valid || !(f.residual_variance > 0)) return;
    const double r = f.residual_variance, m = param(kLookback), variance_x = f.x_squares / (f.n - 1);
    const KalmanHedge::Noise noise{r, r / (m * m), r / (m * m * variance_x)};
    if (s.started) {
      s.filter.set_noise(noise);
    } else {
      s.filter.start(f.alpha, f.beta, r * (1 / f.n + f.x_mean * f.x_mean / f.x_squares), -r * f.x_mean / f.x_squares, r / f.x_squares, noise);
      s.started = true;
    }
    s.calibrated_ts = t_close;
  }

  void manage(const MarketContext& market, const PairClose& c, const State& s, const FeatureValue& rho, StrategyOut& out) noexcept {
    const double extension = -s.entry_direction * s.z;
    if (score::at_least(extension, param(kStop))) return exit_pair(market, c, out, ExitReason::kStopLoss, extension, param(kStop));
    if (!rho.ready() || std::fabs(rho.value) < kCorrelationBroken || (s.beta < 0) != (s.entry_beta < 0)) {
      return exit_pair(market, c, out, ExitReason::kInvalidation, rho.ready() ? std::fabs(rho.value) : 0, kCorrelationBroken);
    }
    if (score::at_least(param(kExit), extension)) exit_pair(market, c, out, ExitReason::kStrategyTarget, extension, param(kExit));
  }

  void evaluate(const MarketContext& market, const PairClose& c, State& s, const FeatureValue& rho, StrategyOut& out) noexcept {
    const auto reject = [&] { s.edge.held = false; };
    funnel_.begin();
    if (!rho.ready() || !both_ready(c)) return reject();
    const double z = std::fabs(s.z);
    const Direction d = s.z > 0 ? kShort : kLong;
    if (!funnel_.pass(0, check::every({check::holds((rho.value < 0) == (s.beta < 0)), check::score_at_least(std::fabs(rho.value), param(kCorrelationMin))}))) return reject();
    if (!funnel_.pass(1, check::every({check::score_at_least(z, param(kEntry)), check::score_above(param(kStop), z), check::holds(s.has_before),
                                       check::score_above(param(kEntry), std::fabs(s.z_before))}))) return reject();
    if (!funnel_.pass(2, check::score_at_most(worse_vpin(c, common().vpin), kVpinMax))) return reject();
    const FeatureFrame& f = c.one.frame;
    const auto scores = pair_scores(d, f.get(common().fz).value, param(kOfi), f.get(common().cvd_n).value, param(kCvd), f.get(common().vpin).value,
                                    param(kVpin), f.get(vmr_).value, s.z);
    const double total = score::sum(scores);
    if (!funnel_.pass(3, check::score_at_least(total, param(kScoreMin)))) return reject();
    const double room = std::max(param(kStop) - z, kRiskFloor);
    const PairOrder order{.direction = d, .direction_2 = static_cast<Direction>(s.beta < 0 ? d : -d),
                          .terms = {std::fabs(s.beta), room * s.sqrt_s / kPercent, (z - param(kExit)) / room}, .stop_fraction = param(kStopPct) / kPercent,
                          .score = total, .quality = total / 5, .level = static_cast<std::uint8_t>(score::at_least(total, 4) ? 3 : 2)};
    Signal* const signal = raise_pair(market, c, s.edge, order, out);
    if (signal == nullptr) return;
    s.entry_beta = s.beta;
    s.entry_direction = d;
    signal[0].criteria = signal[1].criteria = {s.z, s.beta, rho.value, scores[0], scores[1], scores[2], scores[3], scores[4]};
  }

  FeatureHandle vmr_;
  std::vector<State> states_;
};

}  // namespace

const StrategyInfo& s06_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s06(const StrategySetup& s) { return std::make_unique<KalmanPairs>(s); }

}  // namespace omega
