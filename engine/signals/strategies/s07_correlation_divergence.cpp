// S07: two symbols that belong together decouple for a while; when the short correlation turns up again, trade the hedged spread back.
// Entry at H1 closes (d = side of leg 1 = -sign z): rho over 150 returns >= .84; .30 <= rho over 20 <= .52 and above its value one close before;
// z of y - beta·x (beta: F22 over 150) against the mean and sd of the 150 before it at the same beta, |z| >= 1.8; max vpin of the legs <= .50,
// no leg in SHOCK; Sf(2)+Sc(.55)+Sv(.3) on leg 1 (W_f 60) + Sx(vmr(5,15);1,1.4) + clip(|z|/3) >= 3.5.
// Legs: leg 1 side d, leg 2 side -d·sign beta, notional 2 = |beta|·notional 1; risk max(3.5-|z|, .5)·sd percent of notional 1.
// Exit, both legs: 50 % at |z| <= 1.0, 30 % at <= .5, rest at the zero crossing or rho over 20 >= .9·rho over 150; |z| >= 3.5 or a leg loses
// 1.5 %; rho over 20 < .30; 24 H1. Size 4 if |z| > 3 and score >= 4.5, 3 if score >= 4, else 2.
// Choices: z is read on the side of the entry; it is entered below the stop only (|z| < 3.5); a target that is passed at once takes the shares of
// those before it too.
// Warm-up: 151 synchronised H1 closes, F06-F08 and F17 of both legs. O(pairs·20) per H1 close.
// Source: STRATEGIES S07; Gatev, Goetzmann, Rouwenhorst (2006) RFS 19(3):797-827; Vidyamurthy (2004) Pairs Trading, Wiley.
#include "engine/signals/pair_strategy.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kLookback, kHistoricalMin, kShort_bars, kDivergenceMax, kMagnitude, kFloor, kScoreShare, kOfi, kCvd, kVpin, kStop, kHalfAt, kMostAt, kStopPct };
constexpr ParamSpec kParams[] = {
    {"correlation_lookback", "H1 bars", 150, 60, 500, "returns of the long correlation; levels of the hedge ratio and of the spread's moments"},
    {"historical_correlation_min", "-", 0.84, 0.5, 0.99, "least long correlation"},
    {"relative_strength_lookback", "H1 bars", 20, 10, 60, "newest returns, of the short correlation"},
    {"divergence_correlation_threshold", "-", 0.52, 0.2, 0.8, "largest short correlation"},
    {"min_divergence_magnitude", "sd", 1.8, 1, 4, "|z| of the spread to enter"},
    {"broken_relation_floor", "-", 0.30, 0, 0.5, "short correlation below which the relation is gone"},
    {"convergence_confidence_threshold", "of 1", 0.70, 0.5, 1, "sum of the five criteria / 5"},
    {"ofi_threshold", "sd", 2.0, 1, 4, "flow z-score of leg 1 that scores in full"},
    {"cvd_threshold", "-", 0.55, 0.1, 1, "cvd_n of leg 1 that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN of leg 1 below which flow counts as clean"},
    {"stop_z", "sd", 3.5, 2.5, 6, "|z| that stops the pair"},
    {"partial_z_first", "sd", 1.0, 0.1, 1.5, "z at which half is closed"},
    {"partial_z_second", "sd", 0.5, 0, 1, "z at which 30 % more are closed"},
    {"stop_loss_pct", "% of price", 1.5, 0.3, 2.5, "stop of each leg"},
};
constexpr const char* kConditions[] = {"historical_correlation", "relation_broken", "divergence", "rebound", "spread", "vpin", "regime", "score"};
constexpr const char* kCriteria[] = {"z", "beta", "rho_short", "score_flow", "score_cvd", "score_vpin", "score_volume", "score_spread"};
constexpr double kVpinMax = .50, kRiskFloor = .5, kPercent = 100, kNormal = .9, kShockLabel = 2, kBigZ = 3, kBigScore = 4.5, kGoodScore = 4;
constexpr std::int32_t kNear_bars = 5, kBefore_bars = 15, kFlow_bars = 60, kFlowBase_bars = 500;
constexpr PairSymbols kPairs[] = {{"EURUSD", "GBPUSD"}, {"AUDUSD", "NZDUSD"}, {"EURJPY", "GBPJPY"}, {"XAUUSD", "XAGUSD"}, {"USDCAD", "USDJPY"}};

constexpr StrategyInfo kInfo{
    .id = 7, .name = "correlation_divergence", .group = "HYBRID", .family = SignalFamily::kStatArb, .timeframe = Timeframe::kH1,
    .needs = capability::kBars | capability::kMulti,
    .idea = "two structurally correlated symbols decouple for a while; when the short correlation turns up again, trade the hedged spread back",
    .formula = "entry: rho(150)>=.84, .30<=rho(20)<=.52 and rising, z of y-beta*x against lag(150) with |z|>=1.8, max vpin<=.50, regime not SHOCK, "
               "Sf(2)+Sc(.55)+Sv(.3) on leg 1 + Sx(vmr(5,15);1,1.4)+clip(|z|/3)>=3.5; d=-sign z; leg 2 side -d*sign beta, notional |beta|; exit: 50% at "
               "z<=1.0, 30% at <=.5, rest at 0 or rho(20)>=.9*rho(150); z>=3.5 or a leg loses 1.5%; rho(20)<.30; size 4 if |z|>3 and score>=4.5, 3 if >=4, else 2",
    .literature = "Gatev, Goetzmann, Rouwenhorst (2006) RFS 19(3):797-827; Vidyamurthy (2004); Elliott, van der Hoek, Malcolm (2005) Quant. Finance 5(3):271-276",
    .features = "F06 F07 F08 F13 F17 F21 F22 F30", .time_stop_ns = 24 * kHour_ns, .cooldown_ns = 4 * kHour_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .market = true, .positions_max = 2};

class CorrelationDivergence final : public PairStrategy {
 public:
  explicit CorrelationDivergence(const StrategySetup& s) : PairStrategy(kInfo, s, kPairs) {
    vmr_ = need(s.requests.request({FeatureId::kVolumeMeanRatio, Timeframe::kH1, kNear_bars, kBefore_bars}));
    fz_ = need(s.requests.request({FeatureId::kFlowZ, Timeframe::kM1, kFlow_bars, kFlowBase_bars}));
    cvd_ = need(s.requests.request({FeatureId::kCvdN, Timeframe::kM1, kFlow_bars, 0}));
    label_ = need(s.requests.request({FeatureId::kRegimeLabel, Timeframe::kM15, 0, 0}));
    need(common().vpin);
    for (std::size_t i = 0; i < pairs().size(); ++i) states_.emplace_back(static_cast<std::size_t>(param(kLookback)));
  }
  void on_close(const MarketContext& market, StrategyOut& out) noexcept override {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const MarketLeg *one = market.closed(pairs()[i][0]), *two = market.closed(pairs()[i][1]);
      if (one == nullptr && two == nullptr) continue;
      State& s = states_[i];
      const View v = follow(s, bar(one), bar(two));
      if (!v.known) continue;
      const PairClose c{i, *one, *two, market.pairs[i]};
      if (c.held.open()) manage(market, c, s, v, out);
      else s.steps = 0;
      evaluate(market, c, s, v, out);
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
    EntryEdge edge;
    bool has_short = false;
    double rho_short = 0;  // of the last close that had one
    Direction entry_direction = 0;
    std::uint8_t steps = 0;
    template <class Archive> void serialize(Archive& ar) { ar(returns, levels, edge, has_short, rho_short, entry_direction, steps); }
  };
  struct View {  // of one close
    bool known = false, has_before = false;
    double rho_long = 0, rho_short = 0, rho_before = 0, beta = 0, sd = 0, z = 0;
  };

  [[nodiscard]] View follow(State& s, const TfBar* one, const TfBar* two) const noexcept {
    View v;
    s.returns.on_close(one, two);
    const bool was_full = s.levels.full();
    const bool both = s.levels.on_close(one, two);
    v.has_before = s.has_short;
    v.rho_before = s.rho_short;
    s.has_short = false;
    if (!both || !was_full || !s.returns.valid()) return v;
    const FeatureValue longer = correlation(s.returns.sums()), shorter = correlation(s.returns.sums(0, static_cast<std::size_t>(param(kShort_bars))));
    const FeatureValue slope = slope_of_y_on_x(s.levels.sums());
    if (!longer.ready() || !shorter.ready() || !slope.ready()) return v;
    s.has_short = true;
    s.rho_short = v.rho_short = shorter.value;
    v.rho_long = longer.value;
    v.beta = slope.value;
    const SpreadMoments m = spread_moments(s.levels.sums_before(), v.beta);
    if (!(m.sd > 0)) return v;
    v.sd = m.sd;
    v.z = (s.levels.y(0) - v.beta * s.levels.x(0) - m.mean) / m.sd;
    v.known = true;
    return v;
  }

  void manage(const MarketContext& market, const PairClose& c, State& s, const View& v, StrategyOut& out) noexcept {
    const double extension = -s.entry_direction * v.z;
    if (score::at_least(extension, param(kStop))) return exit_pair(market, c, out, ExitReason::kStopLoss, extension, param(kStop));
    if (score::above(param(kFloor), v.rho_short)) return exit_pair(market, c, out, ExitReason::kInvalidation, v.rho_short, param(kFloor));
    if (score::at_least(v.rho_short, kNormal * v.rho_long)) return exit_pair(market, c, out, ExitReason::kStrategyTarget, v.rho_short, kNormal * v.rho_long);
    const std::uint8_t share = pair_ladder(extension, param(kHalfAt), param(kMostAt), s.steps);
    if (share == 0) return;
    exit_pair(market, c, out, ExitReason::kStrategyTarget, extension, share == 100 ? 0 : param(kHalfAt), share == 100 ? std::uint8_t{0} : share);
  }

  void evaluate(const MarketContext& market, const PairClose& c, State& s, const View& v, StrategyOut& out) noexcept {
    const auto reject = [&] { s.edge.held = false; };
    funnel_.begin();
    if (!both_ready(c)) return reject();
    const double z = std::fabs(v.z);
    const Direction d = v.z > 0 ? kShort : kLong;
    if (!funnel_.pass(0, check::score_at_least(v.rho_long, param(kHistoricalMin)))) return reject();
    if (!funnel_.pass(1, check::score_at_least(v.rho_short, param(kFloor)))) return reject();
    if (!funnel_.pass(2, check::score_at_most(v.rho_short, param(kDivergenceMax)))) return reject();
    if (!funnel_.pass(3, check::every({check::holds(v.has_before), check::above(v.rho_short, v.rho_before)}))) return reject();
    if (!funnel_.pass(4, check::every({check::score_at_least(z, param(kMagnitude)), check::score_above(param(kStop), z)}))) return reject();
    if (!funnel_.pass(5, check::score_at_most(worse_vpin(c, common().vpin), kVpinMax))) return reject();
    const FeatureFrame& f = c.one.frame;
    if (!funnel_.pass(6, check::every({check::is_not(f.get(label_).value, kShockLabel), check::is_not(c.two.frame.get(label_).value, kShockLabel)}))) return reject();
    const auto scores = pair_scores(d, f.get(fz_).value, param(kOfi), f.get(cvd_).value, param(kCvd), f.get(common().vpin).value, param(kVpin), f.get(vmr_).value, v.z);
    const double total = score::sum(scores);
    if (!funnel_.pass(7, check::score_at_least(total / 5, param(kScoreShare)))) return reject();
    const double room = std::max(param(kStop) - z, kRiskFloor);
    const std::uint8_t level = score::above(z, kBigZ) && score::at_least(total, kBigScore) ? 4 : score::at_least(total, kGoodScore) ? 3 : 2;
    const PairOrder order{.direction = d, .direction_2 = static_cast<Direction>(v.beta < 0 ? d : -d),
                          .terms = {std::fabs(v.beta), room * v.sd / kPercent, z / room}, .stop_fraction = param(kStopPct) / kPercent,
                          .score = total, .quality = total / 5, .level = level};
    Signal* const signal = raise_pair(market, c, s.edge, order, out);
    if (signal == nullptr) return;
    s.entry_direction = d;
    signal[0].criteria = signal[1].criteria = {v.z, v.beta, v.rho_short, scores[0], scores[1], scores[2], scores[3], scores[4]};
  }

  FeatureHandle vmr_, fz_, cvd_, label_;
  std::vector<State> states_;
};

}  // namespace

const StrategyInfo& s07_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s07(const StrategySetup& s) { return std::make_unique<CorrelationDivergence>(s); }

}  // namespace omega
