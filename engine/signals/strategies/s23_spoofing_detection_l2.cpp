// S23: a pattern of the book: a large order away from the touch stands while price moves away from its side, then is pulled untraded; fade
// the push. The pattern is statistical: it says nothing about anybody's intent.
// Event: a large order of levels 2..5 (>= 10 × the median of the other sizes) has gone that stood <= 5 s, was cancelled to >= .90, had I_5 >= .70
// toward its side all the while, and during whose life the mid moved >= .5 u away from its side (up for a bid).
// Entry at the event's frame, on the 2nd event of the same side in memory: d = −1 for bids, +1 for asks; vpin <= .40. Entry reference: the mid.
// Exit: SL STOP(1 %) on M1; TP 2R, half at 1.5R; an event of the opposite side. Size 2; 1 if d·fz < −1.5. q = .60 + .05·min(events − 2, 4).
// Choices: an event has the time at which its order went; the book tells it a moment later. It is in memory while it is at most 15 min
// old, or at most cancellation_window_bars minutes where that is longer; the newest 16 of each side are kept. Every large order that goes
// is an evaluation; one that is no event leaves the edge alone, and events that follow in the same pattern are no new edge. Events are
// remembered while the features of an entry are not ready. The stop is not moved after the half at 1.5R. Warm-up: F06, F08, 50 M1 bars.
// O(16) per large order.
// Source: STRATEGIES S23; Lee, Eom, Park (2013) J. Financial Markets 16(2):227-252; Cartea, Jaimungal, Wang (2020) Applied Math. Finance 27(1-2):67-98.
#include "engine/features/window.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kLarge, kImbalance, kCancelWindow, kCancelBars, kEventsMin, kMemory, kVpin, kStopPct, kTargetR, kCancelRatio };
constexpr ParamSpec kParams[] = {
    {"large_order_threshold", "x median", 10, 3, 50, "size that counts as large, in medians of the other sizes"},
    {"imbalance_threshold", "-", 0.70, 0.3, 0.95, "book imbalance toward its side while it stood"},
    {"cancel_window", "s", 5, 0.1, 60, "it was gone within"},
    {"cancellation_window_bars", "M1 bars", 5, 1, 30, "events this new count even where the memory is shorter"},
    {"min_events", "count", 2, 2, 10, "events of the same side"},
    {"memory", "min", 15, 1, 120, "age to which an event counts"},
    {"vpin_max", "-", 0.40, 0.2, 0.6, "VPIN at most"},
    {"stop_loss_pct", "% of price", 1.0, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 2.0, 1, 8, "final target; half leaves at 1.5R"},
    {"cancel_ratio_min", "-", 0.90, 0.5, 1, "share of the size gone that did not trade"},
};
constexpr const char* kConditions[] = {"life", "cancelled", "imbalance", "mid_moved", "events", "vpin"};
constexpr const char* kCriteria[] = {"order_price", "order_size", "life_s", "cancel_ratio", "imbalance", "mid_moved_u", "events"};
constexpr std::size_t kOrderConditions = 4;  // the first of them: those of one order
constexpr std::int32_t kStop_bars = 50;
constexpr double kMoved_u = .5, kHalf_r = 1.5, kHalfShare = .5, kAgainst_sd = -1.5;
constexpr double kQualityBase = .60, kQualityPerEvent = .05;
constexpr std::int64_t kQualityEvents = 2, kQualityEventsMore = 4;

constexpr StrategyInfo kInfo{
    .id = 23, .name = "spoofing_detection_l2", .group = "HYBRID", .family = SignalFamily::kMicro, .timeframe = Timeframe::kM1,
    .needs = capability::kL2 | capability::kTrades,
    .idea = "a pattern of the book: a large non-best order stands while price moves away from its side, then is pulled untraded: fade the push",
    .formula = "event: order of levels 2-5 >=10x the median of the other sizes, gone within 5s, cancelled>=.90, I_5>=.70 toward its side, mid moved>=.5u away from its side; "
               "entry on the 2nd event of the same side within 15min: d=-1 for bids, +1 for asks, vpin<=.40; exit: STOP(1%) on M1, TP 2R, 50% at 1.5R, an event of the "
               "opposite side; size: 2, 1 if d*fz<-1.5; q=.60+.05 min(events-2,4); the pattern is statistical and says nothing about intent",
    .literature = "Lee, Eom, Park (2013) J. Financial Markets 16(2):227-252; Cartea, Jaimungal, Wang (2020) Applied Math. Finance 27(1-2):67-98",
    .features = "F06 F08 F09 F33", .time_stop_ns = 15 * kMinute_ns, .cooldown_ns = 15 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .book_events = true, .positions_max = 1};

class PulledOrders final : public StrategyBase<PulledOrders> {
 public:
  explicit PulledOrders(const StrategySetup& s) : StrategyBase(kInfo, s) {
    s.requests.request({FeatureId::kLargeOrders, Timeframe::kM1, static_cast<std::int32_t>(param(kLarge)), 0});  // makes FeatureFrame::book.large
    highest_ = need(s.requests.request({FeatureId::kHighest, Timeframe::kM1, kStop_bars, 0}));
    lowest_ = need(s.requests.request({FeatureId::kLowest, Timeframe::kM1, kStop_bars, 0}));
    for (const FeatureHandle h : {common().fz, common().vpin, common().spread}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    bool leaving = false;
    for (std::size_t i = 0; i < c.frame.book.large_count; ++i) {
      const Judged j = judge(c, c.frame.book.large[i]);
      if (j.event) {
        events(j.d).push(j.order->ts);
        if (c.position.open && !leaving && j.d != c.position.direction) {
          leaving = true;
          request_exit(c, out, ExitReason::kInvalidation, j.d, c.position.direction);
        }
      }
      evaluate(c, out, j);
    }
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(bids_, asks_);
  }

 private:
  struct Judged {
    const LargeOrder* order = nullptr;
    Direction d = 0;             // of the trade: against the order's side
    double life_s = 0, moved_u = 0;
    std::array<Check, kOrderConditions> checks{};
    bool event = false;
  };

  [[nodiscard]] Judged judge(const StrategyContext& c, const LargeOrder& o) const noexcept {
    Judged j;
    j.order = &o;
    j.d = o.side == BookSide::kBid ? kShort : kLong;
    j.life_s = static_cast<double>(o.ts - o.opened_ts) / static_cast<double>(kSecond_ns);
    j.moved_u = static_cast<double>(-j.d * (o.mid_closed - o.mid_opened)) / (2.0 * static_cast<double>(c.instrument.u));
    j.checks = {check::at_most(j.life_s, param(kCancelWindow)), check::score_at_least(o.cancel_ratio, param(kCancelRatio)),
                check::score_at_least(o.imbalance, param(kImbalance)), check::at_least(j.moved_u, kMoved_u)};
    j.event = check::every({j.checks[0], j.checks[1], j.checks[2], j.checks[3]}).holds;
    return j;
  }

  [[nodiscard]] Window<TimeNs>& events(Direction d) noexcept { return d < 0 ? bids_ : asks_; }
  /// At the time of an event, itself included.
  [[nodiscard]] std::int64_t remembered(const Window<TimeNs>& times, TimeNs ts) const noexcept {
    const double minutes = std::max(param(kMemory), param(kCancelBars));
    const auto span = static_cast<DurationNs>(minutes * static_cast<double>(kMinute_ns));
    std::int64_t n = 0;
    for (std::size_t age = 0; age < times.size(); ++age) n += ts - times.back(age) <= span ? 1 : 0;
    return n;
  }

  void evaluate(const StrategyContext& c, StrategyOut& out, const Judged& j) noexcept {
    const FeatureFrame& f = c.frame;
    if (!ready(f)) return;
    funnel_.begin();
    for (std::size_t i = 0; i < j.checks.size(); ++i) {
      if (!funnel_.pass(i, j.checks[i])) return;  // no event: nothing about the pattern
    }
    const std::int64_t count = remembered(events(j.d), j.order->ts);
    if (!funnel_.pass(4, check::at_least(static_cast<double>(count), param(kEventsMin)))) return reject();
    if (!funnel_.pass(5, check::at_most(f.get(common().vpin).value, param(kVpin)))) return reject();
    if (!admit(c)) return;
    const Direction d = j.d;
    const LargeOrder& o = *j.order;
    const Price entry = o.mid_closed / 2, extreme = std::llround(f.get(d > 0 ? lowest_ : highest_).value);
    Signal& s = raise(c, out, d, entry, structural_stop(c.instrument, d, entry, extreme, std::llround(f.get(common().spread).value), param(kStopPct) / 100));
    if (param(kTargetR) > kHalf_r) targets_in_r(s, std::array<TargetStep, 2>{{{kHalf_r, kHalfShare}, {param(kTargetR), 1 - kHalfShare}}});
    else targets_in_r(s, std::array<TargetStep, 1>{{{param(kTargetR), 1}}});
    s.flags |= signal_flag::kUsesVpin;
    s.quality_raw = kQualityBase + kQualityPerEvent * static_cast<double>(std::min(count - kQualityEvents, kQualityEventsMore));
    s.score = s.quality_raw;
    s.level = d * f.get(common().fz).value < kAgainst_sd ? 1 : 2;
    s.criteria = {price_to_double(o.price), qty_to_double(o.size), j.life_s, o.cancel_ratio, o.imbalance, j.moved_u, static_cast<double>(count), 0};
  }

  static constexpr std::size_t kEventsMax = 16;
  FeatureHandle highest_, lowest_;
  Window<TimeNs> bids_{kEventsMax}, asks_{kEventsMax};  // when the orders of the newest events went
};

}  // namespace

const StrategyInfo& s23_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s23(const StrategySetup& s) { return std::make_unique<PulledOrders>(s); }

}  // namespace omega
