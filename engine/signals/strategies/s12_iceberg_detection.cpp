// S12: a price level of the book that keeps refilling while it is hit hides a large passive order: trade away from it, in its direction.
// Entry at M1 close, bid side d = +1: 1. the side's level has n_r >= 3 refills and rho = executed/shown >= 5.2. 2. the side's best price has
// stayed within 2 u of it for >= 10 bars and was not traded through. 3. d·(C − level) >= 1 u. 4. confidence HIGH if n_r >= 6 and rho >= 8,
// else MEDIUM; vpin > .35 takes one step off; LOW is none. 5. d·fz > −2. Then the level must not have been traded in the last 24 h.
// Exit: SL level − d·10 u, at most 1.2 %; STD(3.6), RR >= 2; the best price trades 1 tick through the level. Size 3 HIGH and d·fz > 0 and
// vpin < .25; 2 d·fz > 0; else 1. q .9 HIGH, .7 MEDIUM. Warm-up: F06, F08. O(1) per frame.
// Choices: both sides are looked at, and the one that passes more conditions is the evaluation (ties: bid). A side without such a
// level has zeros, which fail the first condition. A level that was traded through is dropped by the tracker, so it is not there to be
// traded. HIGH with vpin in [.25, .35] is sized as MEDIUM. max_active_blocks levels are remembered as traded, the newest of them, each for
// expiry hours. A break between signal and fill closes the position at the next M1 close. mode has one value, full: without L2 and sided
// trades it is disabled. Refill time 500 ms and share 80 % are constants of the tracker (F33).
// Source: STRATEGIES S12; Frey & Sandås (2017) Quarterly J. Finance 7(3):1750007.
#include "engine/features/window.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kRatio, kStall, kRefills, kVpin, kStopBuffer, kStopPct, kTargetR, kActiveMax, kExpiry, kRrMin };
constexpr ParamSpec kParams[] = {
    {"volume_advancement_ratio_threshold", "x", 5.2, 2, 20, "executed at the level over the most that it showed"},
    {"stall_duration_bars", "M1 bars", 10, 2, 60, "the side's best price stayed within 2 u of the level"},
    {"min_refills", "count", 3, 2, 20, "returns to 80 % of the most shown within 500 ms of losing half (both fixed)"},
    {"vpin_caution", "-", 0.35, 0.2, 0.6, "VPIN above takes one step off the confidence"},
    {"stop_buffer_pips", "u", 10, 1, 60, "stop beyond the level"},
    {"stop_loss_pct", "% of price", 1.2, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 3.6, 1, 8, "final target of STD"},
    {"max_active_blocks", "count", 5, 1, 20, "traded levels remembered; older ones may trade again"},
    {"expiry", "h", 24, 1, 168, "age at which a traded level is forgotten"},
    {"rr_min", "R", 2.0, 1, 4, "least reward over risk"},
};
constexpr const char* kConditions[] = {"refills", "ratio", "held", "distance", "confidence", "flow", "level_once"};
constexpr const char* kCriteria[] = {"level", "refills", "ratio_x", "held_bars", "distance_u", "confidence"};
constexpr std::size_t kConditionCount = std::size(kConditions);
constexpr double kDistance_u = 1, kFlowMin_sd = -2, kHighRefills = 6, kHighRatio = 8, kCleanVpin = .25;
constexpr int kHigh = 2, kMedium = 1;
constexpr double kQualityHigh = .9, kQualityMedium = .7;

constexpr StrategyInfo kInfo{
    .id = 12, .name = "iceberg_detection", .group = "HYBRID", .family = SignalFamily::kMicro, .timeframe = Timeframe::kM1,
    .needs = capability::kL2 | capability::kTradesSided,
    .idea = "a price level that keeps refilling while being hit hides a large passive order: trade away from it in its direction",
    .formula = "M1 close, bid d=+1, ask d=-1: level with >=3 refills (back to 80% within 500ms) and executed/shown>=5.2; best price within 2u of it for >=10 bars and not "
               "traded through; d(C-level)>=1u; confidence HIGH if refills>=6 and ratio>=8 else MEDIUM, vpin>.35 one step lower, LOW none; d*fz>-2; each level once in 24h; "
               "exit: SL level-10u (<=1.2%), STD(3.6), RR>=2, best price trades 1 tick through the level; size: 3 HIGH and d*fz>0 and vpin<.25, 2 if d*fz>0, else 1",
    .literature = "Bessembinder, Panayides, Venkataraman (2009) JFE 94(3):361-383; Frey & Sandås (2017) Quarterly J. Finance 7(3):1750007; Hautsch & Huang (2012) JEDC "
                  "36(4):501-522",
    .features = "F06 F08 F33", .time_stop_ns = 60 * kMinute_ns, .cooldown_ns = 10 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .book_events = true, .positions_max = 2};

class Iceberg final : public StrategyBase<Iceberg> {
 public:
  explicit Iceberg(const StrategySetup& s) : StrategyBase(kInfo, s), traded_(static_cast<std::size_t>(param(kActiveMax))) {
    const auto least = static_cast<std::int32_t>(param(kRefills));
    const auto request = [&](FeatureId id, Direction d) { return need(s.requests.request({id, Timeframe::kM1, d * least, 0})); };
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      const Direction d = i == 0 ? kLong : kShort;
      sides_[i] = {d, request(FeatureId::kRefillRatio, d), request(FeatureId::kRefillCount, d), request(FeatureId::kRefillPrice, d),
                   request(FeatureId::kRefillHold, d)};
    }
    for (const FeatureHandle h : {common().fz, common().vpin}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const bool broke = take_breaks(c.frame.book), m1 = c.frame.closed(Timeframe::kM1);
    if (c.position.open && broken_ && (broke || m1)) {
      const Price through = held_.level - held_.d * c.instrument.tick;
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(through), price_to_double(held_.level));
    }
    if (!m1 || !ready(c.frame)) return;
    funnel_.begin();
    const Judged bid = judge(c, sides_[0]), ask = judge(c, sides_[1]);
    evaluate(c, out, ask.passed > bid.passed ? ask : bid);
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(traded_, held_, broken_);
  }

 private:
  struct Side {
    Direction d = 0;
    FeatureHandle ratio = kNoFeature, count = kNoFeature, price = kNoFeature, hold = kNoFeature;
  };
  struct Traded {
    Direction d = 0;
    Price level = 0;
    TimeNs ts = 0;
    template <class Archive> void serialize(Archive& ar) { ar(d, level, ts); }
  };
  struct Judged {
    Direction d = 0;
    Price level = 0, distance = 0;
    double count = 0, ratio = 0, hold = 0;
    int confidence = 0;
    std::array<Check, kConditionCount> checks{};
    std::size_t passed = 0;  // conditions before the first that fails
  };

  /// True when the level of the last signal is among what broke.
  bool take_breaks(const BookEvents& book) noexcept {
    bool now = false;
    for (std::size_t i = 0; i < book.broken_count; ++i) {
      const Direction d = book.broken[i].side == BookSide::kBid ? kLong : kShort;
      now = now || (held_.d == d && held_.level == book.broken[i].price);
    }
    broken_ = broken_ || now;
    return now;
  }

  [[nodiscard]] Judged judge(const StrategyContext& c, const Side& side) const noexcept {
    const FeatureFrame& f = c.frame;
    const double vpin = f.get(common().vpin).value;
    Judged j;
    j.d = side.d;
    j.count = f.get(side.count).value;
    j.ratio = f.get(side.ratio).value;
    j.hold = f.get(side.hold).value;
    j.level = std::llround(f.get(side.price).value);
    j.distance = j.d * (f.bar(Timeframe::kM1).close - j.level);
    j.confidence = (j.count >= kHighRefills && j.ratio >= kHighRatio ? kHigh : kMedium) - (vpin > param(kVpin) ? 1 : 0);
    j.checks = {check::at_least(j.count, param(kRefills)),
                check::at_least(j.ratio, param(kRatio)),
                check::at_least(j.hold, param(kStall)),
                check::price_at_least(j.distance, units(kDistance_u, c.instrument)),
                check::at_least(j.confidence, kMedium),
                check::above(j.d * f.get(common().fz).value, kFlowMin_sd),
                check::holds(!traded(j.d, j.level, c.ts))};
    while (j.passed < j.checks.size() && j.checks[j.passed].holds) ++j.passed;
    return j;
  }
  [[nodiscard]] bool traded(Direction d, Price level, TimeNs now) const noexcept {
    for (std::size_t age = 0; age < traded_.size(); ++age) {
      const Traded& t = traded_.back(age);
      if (t.d == d && t.level == level && now - t.ts < static_cast<DurationNs>(param(kExpiry) * static_cast<double>(kHour_ns))) return true;
    }
    return false;
  }

  void evaluate(const StrategyContext& c, StrategyOut& out, const Judged& j) noexcept {
    for (std::size_t i = 0; i < j.checks.size(); ++i) {
      if (!funnel_.pass(i, j.checks[i])) return reject();
    }
    if (!admit(c)) return;
    const double vpin = c.frame.get(common().vpin).value;
    const bool flow = j.d * c.frame.get(common().fz).value > 0;
    const Price close = c.frame.bar(Timeframe::kM1).close, beyond = j.level - j.d * units(param(kStopBuffer), c.instrument);
    Signal& s = raise(c, out, j.d, close, capped_stop(j.d, close, beyond, param(kStopPct) / 100));
    standard_targets(s, param(kTargetR));
    s.rr_min = param(kRrMin);
    s.flags |= signal_flag::kUsesVpin;
    s.quality_raw = j.confidence == kHigh ? kQualityHigh : kQualityMedium;
    s.score = s.quality_raw;
    s.level = flow && j.confidence == kHigh && vpin < kCleanVpin ? 3 : flow ? 2 : 1;
    s.criteria = {price_to_double(j.level), j.count, j.ratio, j.hold,
                  static_cast<double>(j.distance) / static_cast<double>(c.instrument.u), static_cast<double>(j.confidence), 0, 0};
    held_ = {j.d, j.level, c.ts};
    broken_ = false;
    traded_.push(held_);
  }

  std::array<Side, 2> sides_;   // bid, ask
  Window<Traded> traded_;
  Traded held_;                 // of the last signal
  bool broken_ = false;         // its level
};

}  // namespace

const StrategyInfo& s12_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s12(const StrategySetup& s) { return std::make_unique<Iceberg>(s); }

}  // namespace omega
