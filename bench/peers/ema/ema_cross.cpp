// ema_cross: long from the close at which the fast mean of M1 closes crosses above the slow one, until it crosses below. The strategy
// of the comparison with other engines, small enough to be the same everywhere; not one to trade.
// Formula: ema = close/(n+1)*2 + ema*(1 - 2/(n+1)), seeded with the first close; nothing before 100 closes. O(1) per M1 close.
#include "engine/signals/strategies/added.hpp"

namespace omega {
namespace {

enum : std::size_t { kFast, kSlow, kWarmup, kStopPct };
constexpr ParamSpec kParams[] = {
    {"fast_period", "M1 bars", 12, 2, 500, "period of the fast mean"},
    {"slow_period", "M1 bars", 26, 3, 1000, "period of the slow mean"},
    {"warmup", "M1 bars", 100, 1, 5000, "closes before the first entry"},
    {"stop_loss_pct", "% of price", 2.5, 0.1, 2.5, "stop, far enough not to be met"},
};
constexpr const char* kConditions[] = {"warm", "crossed_above"};
constexpr const char* kCriteria[] = {"fast", "slow"};

constexpr StrategyInfo kInfo{
    .id = 0, .name = "ema_cross", .group = "BENCH", .family = SignalFamily::kMomentum, .timeframe = Timeframe::kM1, .needs = capability::kBars,
    .idea = "long while the fast mean is above the slow one", .formula = "entry: fast crosses above slow; exit: crosses below; SL 2.5%",
    .literature = "none: a yardstick", .features = "", .time_stop_ns = 30 * kDay_ns, .cooldown_ns = 0,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class EmaCross final : public StrategyBase<EmaCross> {
 public:
  explicit EmaCross(const StrategySetup& s) : StrategyBase(kInfo, s), a_fast_(2 / (param(kFast) + 1)), a_slow_(2 / (param(kSlow) + 1)) {}

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM1);
    const auto close = static_cast<double>(bar.close);
    const double fast_before = fast_, slow_before = slow_;
    fast_ = closes_ == 0 ? close : a_fast_ * close + (1 - a_fast_) * fast_;
    slow_ = closes_ == 0 ? close : a_slow_ * close + (1 - a_slow_) * slow_;
    ++closes_;
    funnel_.begin();
    if (c.position.open && fast_ < slow_) request_exit(c, out, ExitReason::kStrategyTarget, fast_, slow_);
    if (!funnel_.pass(0, check::holds(closes_ > static_cast<std::int64_t>(param(kWarmup))))) return reject();
    if (!funnel_.pass(1, check::holds(fast_ > slow_ && fast_before <= slow_before))) return reject();
    if (!admit(c)) return;
    Signal& s = raise(c, out, kLong, bar.close, bar.close - static_cast<Price>(close * param(kStopPct) / 100));
    standard_targets(s, 8);
    s.score = s.quality_raw = 1;
    s.level = 1;
    s.criteria = {fast_, slow_};
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(fast_, slow_, closes_);
  }

 private:
  double a_fast_, a_slow_;  // configuration
  double fast_ = 0, slow_ = 0;
  std::int64_t closes_ = 0;
};

}  // namespace
}  // namespace omega

OMEGA_STRATEGY(25, kInfo, EmaCross)
