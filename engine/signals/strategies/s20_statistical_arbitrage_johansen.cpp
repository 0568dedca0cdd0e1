// S20: trade the stationary combination of two cointegrated symbols at 2.5 sd, with two legs.
// Test, every 20 H1 closes of a pair over its last 200 levels: F25 finds rank exactly one; s = y + b·x with its mean and sd frozen; half-life F24 in
// [2, 50]; |rho| of returns over 200 >= .75. A test that fails makes the pair invalid until one passes.
// Entry (d = side of leg 1 = -sign z): pair valid; 2.5 <= |z| < 4 and |z| < 2.5 one close before, both at the frozen moments; d·fz of leg 1 (W_f 60)
// > -1.5; max vpin of the legs <= .40; no leg in SHOCK.
// Legs: leg 1 side d, leg 2 side d·sign b, notional 2 = |b|·notional 1; risk (4-|z|)·sd percent of notional 1.
// Exit, both legs, at the moments of the entry: 50 % at |z| <= 1, 30 % at <= .5, rest at the zero crossing; |z| >= 4; gain of 2.5R; a test that
// fails; min(ceil(3·HL), 150) H1. Size 4 if |z| > 3, HL < 48, d·fz > 0, vpin < .25; 3 if |z| > 2.8 and d·fz > 0; else 2.
// q = .6·min(|z|/3, 1) + .4·max(0, 1 - HL/120), also the score.
// Choices: rho is that of the returns between the 200 levels; half of exit_zscore x2 is the first target and exit_zscore the second (1 and .5); z is read on the side of the entry; the legs' own
// stops at the venue lie 2.5 % away, the widest that a signal may have: the pair's stop is the spread's.
// Warm-up: 200 synchronised H1 closes, F06, F08, F30 of both legs. O(pairs) per H1 close, O(pairs·200) every 20.
// Source: STRATEGIES S20; Johansen (1991) Econometrica 59(6):1551-1580; Vidyamurthy (2004); Avellaneda & Lee (2010) Quant. Finance 10(7):761-782.
#include "engine/features/cointegration.hpp"
#include "engine/signals/pair_strategy.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kLookback, kConfidence, kRetest, kEntry, kExit, kHalfLifeMax, kCorrelationMin, kStop, kTargetR, kVpin, kOfiMin };
constexpr ParamSpec kParams[] = {
    {"cointegration_lookback", "H1 bars", 200, 100, 1000, "levels of a test, returns of the correlation"},
    {"johansen_confidence", "-", 0.95, 0.90, 0.99, "of the trace test: below .95 counts as .90, below .99 as .95"},
    {"retest_interval", "H1 bars", 20, 5, 100, "closes between two tests"},
    {"entry_zscore", "sd", 2.5, 1.5, 4, "|z| of the spread to enter"},
    {"exit_zscore", "sd", 0.5, 0, 1, "z at which 80 % are closed; half of all at twice that"},
    {"half_life_max", "H1 bars", 50, 5, 200, "longest half-life of the spread"},
    {"correlation_min", "-", 0.75, 0, 0.99, "least |rho| of the legs' returns"},
    {"stop_loss_zscore", "sd", 4.0, 3, 6, "|z| that stops the pair"},
    {"take_profit_r", "R", 2.5, 1, 5, "gain at which all is closed"},
    {"vpin_threshold_max", "-", 0.40, 0.2, 0.6, "largest VPIN of the legs"},
    {"ofi_alignment_min", "sd", 1.5, 0, 3, "flow z-score of leg 1 against the trade that forbids it"},
};
constexpr const char* kConditions[] = {"rank_one", "half_life", "correlation", "spread", "flow", "vpin", "regime"};
constexpr const char* kCriteria[] = {"z", "b", "half_life", "trace_0", "trace_1", "rho", "flow", "vpin"};
constexpr double kHalfLifeMin = 2, kPercent = 100, kShockLabel = 2, kHoldHalfLives = 3, kHoldMax_bars = 150, kStopPct = 2.5;
constexpr double kBigZ = 3, kGoodZ = 2.8, kQuickHalfLife = 48, kCleanVpin = .25, kQualityZ = 3, kQualityHalfLife = 120;
constexpr std::int32_t kFlow_bars = 60, kFlowBase_bars = 500;
constexpr PairSymbols kPairs[] = {{"EURUSD", "GBPUSD"}, {"EURUSD", "USDCHF"}, {"AUDUSD", "NZDUSD"}, {"EURJPY", "GBPJPY"}, {"EURJPY", "USDJPY"},
                                  {"AUDJPY", "NZDJPY"}, {"EURCAD", "USDCAD"}, {"EURGBP", "GBPUSD"}, {"EURAUD", "AUDUSD"}, {"XAUUSD", "XAGUSD"}};

constexpr StrategyInfo kInfo{
    .id = 20, .name = "statistical_arbitrage_johansen", .group = "HYBRID", .family = SignalFamily::kStatArb, .timeframe = Timeframe::kH1,
    .needs = capability::kBars | capability::kMulti,
    .idea = "trade the stationary combination of two cointegrated symbols at 2.5 sd, with two legs",
    .formula = "every 20 H1 closes: Johansen trace test over 200 finds rank one, s=y+b*x frozen, half-life 2..50, |rho(200)|>=.75; entry: 2.5<=|z|<4 and "
               "|z|<2.5 one close before, d=-sign z, d*fz>-1.5, max vpin<=.40, regime not SHOCK; leg 2 side d*sign b, notional |b|; exit: 50% at z<=1, 30% "
               "at <=.5, rest at 0; z>=4; +2.5R; failed retest; min(3*HL,150) H1; size 4 if |z|>3, HL<48, d*fz>0, vpin<.25; 3 if |z|>2.8 and d*fz>0; else 2",
    .literature = "Johansen (1988) JEDC 12(2-3):231-254, (1991) Econometrica 59(6):1551-1580; Vidyamurthy (2004); Avellaneda & Lee (2010) Quant. Finance 10(7):761-782",
    .features = "F06 F08 F21 F24 F25 F30", .time_stop_ns = 150 * kHour_ns, .cooldown_ns = 20 * kHour_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .market = true, .positions_max = 3};

/// What one test froze.
struct Relation {
  double b = 0, mean = 0, sd = 0, half_life = 0;
  [[nodiscard]] double z(double y, double x) const noexcept { return (y + b * x - mean) / sd; }
  template <class Archive> void serialize(Archive& ar) { ar(b, mean, sd, half_life); }
};

class JohansenPairs final : public PairStrategy {
 public:
  explicit JohansenPairs(const StrategySetup& s) : PairStrategy(kInfo, s, kPairs), y_(window()), x_(window()), s_(window()) {
    fz_ = need(s.requests.request({FeatureId::kFlowZ, Timeframe::kM1, kFlow_bars, kFlowBase_bars}));
    label_ = need(s.requests.request({FeatureId::kRegimeLabel, Timeframe::kM15, 0, 0}));
    need(common().vpin);
    const double confidence = param(kConfidence);
    critical_0_ = confidence < .95 ? kJohansenTrace0_90 : confidence < .99 ? kJohansenTrace0_95 : kJohansenTrace0_99;
    critical_1_ = confidence < .95 ? kJohansenTrace1_90 : confidence < .99 ? kJohansenTrace1_95 : kJohansenTrace1_99;
    for (std::size_t i = 0; i < pairs().size(); ++i) states_.emplace_back(window());
  }
  void on_close(const MarketContext& market, StrategyOut& out) noexcept override {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const MarketLeg *one = market.closed(pairs()[i][0]), *two = market.closed(pairs()[i][1]);
      if (one == nullptr && two == nullptr) continue;
      State& s = states_[i];
      s.returns.on_close(bar(one), bar(two));
      if (!s.levels.on_close(bar(one), bar(two)) || !s.levels.full()) continue;
      const bool tested = s.closes % static_cast<std::int64_t>(param(kRetest)) == 0;
      if (tested) test(s);
      ++s.closes;
      const PairClose c{i, *one, *two, market.pairs[i]};
      if (c.held.open()) manage(market, c, s, tested, out);
      else s.steps = 0;
      evaluate(market, c, s, out);
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
    explicit State(std::size_t w) : returns(w - 1), levels(w) {}
    PairReturns returns;
    PairLevels levels;
    EntryEdge edge;
    Relation now, at_entry;
    double trace_0 = 0, trace_1 = 0, rho = 0;  // of the last test
    bool rank_one = false;
    std::int64_t closes = 0;                   // with a full window
    Direction entry_direction = 0;
    double entry_z = 0;                        // |z| of the signal
    std::uint8_t steps = 0;
    template <class Archive> void serialize(Archive& ar) {
      ar(returns, levels, edge, now, at_entry, trace_0, trace_1, rho, rank_one, closes, entry_direction, entry_z, steps);
    }
  };

  [[nodiscard]] std::size_t window() const noexcept { return static_cast<std::size_t>(param(kLookback)); }
  [[nodiscard]] bool valid(const State& s) const noexcept {
    return s.rank_one && score::at_least(s.now.half_life, kHalfLifeMin) && score::at_least(param(kHalfLifeMax), s.now.half_life) &&
           score::at_least(std::fabs(s.rho), param(kCorrelationMin));
  }

  void test(State& s) noexcept {
    for (std::size_t i = 0; i < y_.size(); ++i) {  // oldest first
      y_[i] = s.levels.y(y_.size() - 1 - i);
      x_[i] = s.levels.x(y_.size() - 1 - i);
    }
    const JohansenTest j = johansen(y_, x_);
    s.trace_0 = j.trace_0;
    s.trace_1 = j.trace_1;
    s.rank_one = j.rank_is_one(critical_0_, critical_1_);
    const FeatureValue rho = s.returns.valid() ? correlation(s.returns.sums()) : FeatureValue::warming();
    s.rho = rho.ready() ? rho.value : 0;
    s.now = {};
    if (!s.rank_one) return;
    s.now.b = j.b;
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < s_.size(); ++i) sum += s_[i] = y_[i] + j.b * x_[i];
    s.now.mean = sum / static_cast<double>(s_.size());
    for (const double v : s_) squares += (v - s.now.mean) * (v - s.now.mean);
    s.now.sd = std::sqrt(squares / static_cast<double>(s_.size() - 1));
    const MeanReversion m = mean_reversion(s_);
    s.now.half_life = m.valid ? m.half_life : 0;
    if (!(s.now.sd > 0) || !(s.now.b != 0)) s.rank_one = false;
  }

  void manage(const MarketContext& market, const PairClose& c, State& s, bool tested, StrategyOut& out) noexcept {
    const double extension = -s.entry_direction * s.at_entry.z(s.levels.y(0), s.levels.x(0));
    if (score::at_least(extension, param(kStop))) return exit_pair(market, c, out, ExitReason::kStopLoss, extension, param(kStop));
    if (tested && !valid(s)) return exit_pair(market, c, out, ExitReason::kInvalidation, s.trace_0, critical_0_);
    const double gain_r = (s.entry_z - extension) / (param(kStop) - s.entry_z);
    if (score::at_least(gain_r, param(kTargetR))) return exit_pair(market, c, out, ExitReason::kStrategyTarget, gain_r, param(kTargetR));
    const std::uint8_t share = pair_ladder(extension, 2 * param(kExit), param(kExit), s.steps);
    if (share == 0) return;
    exit_pair(market, c, out, ExitReason::kStrategyTarget, extension, share == 100 ? 0 : 2 * param(kExit), share == 100 ? std::uint8_t{0} : share);
  }

  void evaluate(const MarketContext& market, const PairClose& c, State& s, StrategyOut& out) noexcept {
    const auto reject = [&] { s.edge.held = false; };
    funnel_.begin();
    if (!both_ready(c)) return reject();
    if (!funnel_.pass(0, check::every({check::above(s.trace_0, critical_0_), check::at_most(s.trace_1, critical_1_), check::holds(s.rank_one)}))) return reject();
    if (!funnel_.pass(1, check::every({check::score_at_least(s.now.half_life, kHalfLifeMin), check::score_at_most(s.now.half_life, param(kHalfLifeMax))}))) return reject();
    if (!funnel_.pass(2, check::score_at_least(std::fabs(s.rho), param(kCorrelationMin)))) return reject();
    const double signed_z = s.now.z(s.levels.y(0), s.levels.x(0)), z = std::fabs(signed_z);
    const double before = std::fabs(s.now.z(s.levels.y(1), s.levels.x(1)));
    const Direction d = signed_z > 0 ? kShort : kLong;
    if (!funnel_.pass(3, check::every({check::score_at_least(z, param(kEntry)), check::score_above(param(kStop), z), check::score_above(param(kEntry), before)}))) return reject();
    const double flow = d * c.one.frame.get(fz_).value, vpin = worse_vpin(c, common().vpin);
    if (!funnel_.pass(4, check::score_above(flow, -param(kOfiMin)))) return reject();
    if (!funnel_.pass(5, check::score_at_most(vpin, param(kVpin)))) return reject();
    if (!funnel_.pass(6, check::every({check::is_not(c.one.frame.get(label_).value, kShockLabel), check::is_not(c.two.frame.get(label_).value, kShockLabel)}))) return reject();
    const bool with_flow = score::above(flow, 0);
    const std::uint8_t level = score::above(z, kBigZ) && score::above(kQuickHalfLife, s.now.half_life) && with_flow && score::above(kCleanVpin, vpin) ? 4
                               : score::above(z, kGoodZ) && with_flow                                                                                ? 3
                                                                                                                                                     : 2;
    const double quality = .6 * std::min(z / kQualityZ, 1.0) + .4 * std::max(0.0, 1 - s.now.half_life / kQualityHalfLife);
    const double room = param(kStop) - z;
    const PairOrder order{.direction = d, .direction_2 = static_cast<Direction>(s.now.b < 0 ? -d : d),
                          .terms = {std::fabs(s.now.b), room * s.now.sd / kPercent, std::min(z / room, param(kTargetR))},
                          .stop_fraction = kStopPct / kPercent, .score = quality, .quality = quality, .level = level};
    Signal* const signal = raise_pair(market, c, s.edge, order, out);
    if (signal == nullptr) return;
    s.at_entry = s.now;
    s.entry_direction = d;
    s.entry_z = z;
    const double hold = std::min(std::ceil(kHoldHalfLives * s.now.half_life), kHoldMax_bars);
    signal[0].time_stop_ns = signal[1].time_stop_ns = static_cast<DurationNs>(hold) * kHour_ns;
    signal[0].criteria = signal[1].criteria = {signed_z, s.now.b, s.now.half_life, s.trace_0, s.trace_1, s.rho, flow, vpin};
  }

  FeatureHandle fz_, label_;
  double critical_0_ = 0, critical_1_ = 0;
  std::vector<double> y_, x_, s_;  // scratch of a test
  std::vector<State> states_;
};

}  // namespace

const StrategyInfo& s20_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s20(const StrategySetup& s) { return std::make_unique<JohansenPairs>(s); }

}  // namespace omega
