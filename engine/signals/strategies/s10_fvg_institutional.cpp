// S10: a three-bar price gap left by a high-volume impulse is re-entered half way and defended by flow.
// Gap at the close of t (bars t−2, t−1, t follow each other): d = +1 if low_t − high_{t−2} >= 15 u and bar t−1 is up with
// vpct(100) >= 82; zone [high_{t−2}, low_t]; mirrored for d = −1. Far edge: that of bar t−2. Dies when older than 100 bars, by a
// close through the far edge, by a 6th newer gap, by one signal. Entry on a later bar: close between the far edge and far edge +
// d·.5·gap; conf(d) >= .55; Sf(3)+Sc(.6)+Sv(.3)+Sw+Sx(vmr(3,47);1,3) >= 3.5; RR >= 1.5.
// Exit: SL far edge − d·8 u; TP entry + d·2·gap; 50 % at 1.5R, rest TP; a close through the far edge.
// Choices: the edge trigger is kept per gap; bars follow each other when each opens 15 min after the one before; a GAP bar ends
// every zone (1.7: no pattern across it). Distances are exact integers. Warm-up: 101 M15 bars. O(gaps) per M15 close.
// Source: STRATEGIES S10 (experimental); Lee & Mykland (2008) RFS 21(6):2535-2563.
#include "engine/signals/strategies/strategies.hpp"

#include "engine/features/window.hpp"

namespace omega {
namespace {

enum : std::size_t { kGapMin, kPercentile, kFill, kAgeMax, kActiveMax, kOfi, kCvd, kVpin, kScoreMin, kStopBuffer, kTargetGaps, kConfMin };
constexpr ParamSpec kParams[] = {
    {"gap_pips_minimum", "u", 15, 3, 60, "least gap"},
    {"volume_percentile", "percent", 82, 50, 99, "vpct(100) of the impulse bar"},
    {"gap_fill_percentage", "of gap", 0.5, 0.2, 0.9, "part of the gap, from the far edge, in which a close enters"},
    {"max_gap_age", "M15 bars", 100, 10, 500, "older gaps die"},
    {"max_active_gaps", "count", 5, 1, 5, "older gaps die"},
    {"ofi_threshold", "sd", 3.0, 1, 4, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.6, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN below which flow counts as clean"},
    {"min_confirmation_score", "of 5", 3.5, 2.5, 5, "sum of the five criteria"},
    {"stop_buffer_pips", "u", 8, 2, 30, "stop beyond the far edge"},
    {"target_gap_multiples", "x", 2.0, 0.5, 5, "target in gaps from the entry"},
    {"min_mtf_confluence", "-", 0.55, 0, 1, "confluence in the direction of the trade"},
};
constexpr const char* kConditions[] = {"inside", "confluence", "score", "reward"};
constexpr const char* kCriteria[] = {"zone_low", "zone_high", "score_flow", "score_cvd", "score_vpin", "score_wick", "score_volume", "gap_u"};
constexpr double kLevel5Gap_u = 22.5, kVolumeFull = 3, kRewardRisk_min = 1.5, kPartialR = 1.5, kPartialShare = 0.5;
constexpr std::int32_t kPercentile_bars = 100, kRecent_bars = 3, kBefore_bars = 47;

constexpr StrategyInfo kInfo{
    .id = 10, .name = "fvg_institutional", .group = "HYBRID", .family = SignalFamily::kMicro, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kVolume,
    .idea = "a three-bar price gap left by a high-volume impulse is re-entered half way and defended by flow",
    .formula = "gap: low(t)-high(t-2)>=15u, bar t-1 up with vpct(100)>=82, zone [high(t-2),low(t)], dies after 100 bars, by a close through the far edge, a 6th newer gap, "
               "one signal; entry on a later bar: close in the far half, conf(d)>=.55, Sf(3)+Sc(.6)+Sv(.3)+Sw+Sx(vmr(3,47);1,3)>=3.5, RR>=1.5; exit: SL far edge-8u, TP 2 "
               "gaps, 50% at 1.5R, close through the far edge; size: 5 if score>=4.5 and gap>=22.5u, 4 if >=4, else 3",
    .literature = "none for fair value gaps; Lee & Mykland (2008) RFS 21(6):2535-2563; Bouchaud, Farmer, Lillo (2009) Handbook of Financial Markets 57-160; experimental",
    .features = "F06 F07 F08 F17 F18 F28", .time_stop_ns = 16 * 15 * kMinute_ns, .cooldown_ns = 30 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class FairValueGap final : public StrategyBase<FairValueGap> {
 public:
  explicit FairValueGap(const StrategySetup& s) : StrategyBase(kInfo, s) {
    vpct_ = s.requests.request({FeatureId::kVolumePercentile, Timeframe::kM15, kPercentile_bars, 0});  // detection only
    vmr_ = need(s.requests.request({FeatureId::kVolumeMeanRatio, Timeframe::kM15, kRecent_bars, kBefore_bars}));
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().confluence}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM15);
    if (c.position.open && c.position.direction * (bar.close - traded_far_) < 0) {
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(bar.close), price_to_double(traded_far_));
    }
    remove_if([](const Gap& g) { return g.traded_ts != 0; });  // by one signal, at an earlier close
    for (std::size_t i = 0; i < count_; ++i) {
      Gap& g = gaps_[i];
      ++g.age;
      g.dead = bar.gap() || g.age > static_cast<std::int32_t>(param(kAgeMax)) || g.direction * (bar.close - g.far()) < 0;
    }
    remove_if([](const Gap& g) { return g.dead; });
    if (count_ > 0) evaluate_all(c, out, bar);
    detect(c, bar);
    const FeatureValue& vpct = c.frame.get(vpct_);
    volume_rank_ = bar.has_volume() ? vpct : FeatureValue::of(0.0);
    bars_.push(bar);
  }

  [[nodiscard]] bool in_zone(Price price, Direction d, TimeNs ts) const noexcept override {
    for (std::size_t i = 0; i < count_; ++i) {
      const Gap& g = gaps_[i];
      const bool active = g.traded_ts == 0 || g.traded_ts == ts;  // the one that signals now still counts
      if (active && g.direction == d && price >= g.low && price <= g.high) return true;
    }
    return false;
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(bars_, gaps_, count_, volume_rank_, traded_far_);
    if constexpr (Archive::kLoading) count_ = std::min(count_, gaps_.size());  // a damaged checkpoint
  }

 private:
  struct Gap {
    Direction direction = 0;
    bool dead = false, held = false;  // held: its full condition held at the evaluation before
    std::int32_t age = 0;             // bars since its birth
    Price low = 0, high = 0;
    TimeNs traded_ts = 0;             // 0: no signal yet
    [[nodiscard]] Price far() const noexcept { return direction > 0 ? low : high; }
    [[nodiscard]] Price size() const noexcept { return high - low; }
    template <class Archive> void serialize(Archive& ar) { ar(direction, dead, held, age, low, high, traded_ts); }
  };

  void detect(const StrategyContext& c, const TfBar& bar) noexcept {
    if (!bars_.full()) return;
    const TfBar &impulse = bars_.back(0), &first = bars_.back(1);
    const DurationNs length = duration_ns(Timeframe::kM15);
    const bool joined = impulse.t_open == first.t_open + length && bar.t_open == impulse.t_open + length;
    if (!joined || bar.gap() || impulse.gap() || !volume_rank_.ready() || volume_rank_.value < param(kPercentile)) return;
    const Direction d = impulse.close > impulse.open ? kLong : kShort;
    const Price low = d > 0 ? first.high : bar.high, high = d > 0 ? bar.low : first.low;
    if (impulse.close == impulse.open || high - low < units(param(kGapMin), c.instrument)) return;
    make_room();
    OMEGA_ASSERT(count_ < gaps_.size(), count_, gaps_.size());
    gaps_[count_++] = {.direction = d, .dead = false, .held = false, .age = 0, .low = low, .high = high, .traded_ts = 0};
  }

  /// A 6th newer gap kills the oldest one alive.
  void make_room() noexcept {
    std::size_t alive = 0, oldest = count_;
    for (std::size_t i = 0; i < count_; ++i) {
      if (gaps_[i].traded_ts != 0) continue;
      if (oldest == count_) oldest = i;
      ++alive;
    }
    if (alive < static_cast<std::size_t>(param(kActiveMax))) return;
    gaps_[oldest].dead = true;
    remove_if([](const Gap& g) { return g.dead; });
  }

  void evaluate_all(const StrategyContext& c, StrategyOut& out, const TfBar& bar) noexcept {
    if (!ready(c.frame)) return;
    for (std::size_t i = 0; i < count_; ++i) {
      funnel_.begin();
      Scores scores;
      const bool holds = conditions(c, bar, gaps_[i], scores);
      const bool edge = holds && !gaps_[i].held;
      gaps_[i].held = holds;
      if (holds && !edge) funnel_.not_an_edge();
      reject();  // the gap's own state is the edge
      if (edge && admit(c)) signal(c, out, bar, gaps_[i], scores);
    }
  }

  using Scores = std::array<double, 5>;
  [[nodiscard]] Price stop_of(const StrategyContext& c, const Gap& g) const noexcept {
    return g.far() - g.direction * units(param(kStopBuffer), c.instrument);
  }
  [[nodiscard]] Price reward_of(const Gap& g) const noexcept { return std::llround(param(kTargetGaps) * static_cast<double>(g.size())); }

  bool conditions(const StrategyContext& c, const TfBar& bar, const Gap& g, Scores& scores) noexcept {
    const FeatureFrame& f = c.frame;
    const Direction d = g.direction;
    const Price inside = d * (bar.close - g.far());  // >= 0, else the gap is dead
    if (!funnel_.pass(0, check::as_price(check::at_most(static_cast<double>(inside), param(kFill) * static_cast<double>(g.size()))))) return false;
    if (!funnel_.pass(1, check::score_at_least(for_direction(f.get(common().confluence).value, d), param(kConfMin)))) return false;
    scores = {score::sf(d, f.get(common().fz).value, param(kOfi)), score::sc(d, f.get(common().cvd_n).value, param(kCvd)),
              score::sv(f.get(common().vpin).value, param(kVpin)), score::sw(bar, d, c.instrument.tick),
              score::sx(f.get(vmr_).value, 1, kVolumeFull)};
    if (!funnel_.pass(2, check::score_at_least(score::sum(scores), param(kScoreMin)))) return false;
    const auto risk = static_cast<double>(d * (bar.close - stop_of(c, g)));
    return funnel_.pass(3, check::as_price(check::at_least(static_cast<double>(reward_of(g)), kRewardRisk_min * risk)));
  }

  void signal(const StrategyContext& c, StrategyOut& out, const TfBar& bar, Gap& g, const Scores& scores) noexcept {
    const Direction d = g.direction;
    const Price stop = stop_of(c, g), target = bar.close + d * reward_of(g);
    Signal& s = raise(c, out, d, bar.close, stop);
    const Price partial = bar.close + d * std::llround(kPartialR * static_cast<double>(d * (bar.close - stop)));
    if (d * (target - partial) > 0) {
      s.tp_count = 2;
      s.take_profit = {partial, target, 0};
      s.tp_fraction = {kPartialShare, 1 - kPartialShare, 0};
    } else {
      s.tp_count = 1;
      s.take_profit[0] = target;
      s.tp_fraction[0] = 1;
    }
    s.rr_min = kRewardRisk_min;
    s.flags |= signal_flag::kUsesVpin;
    s.score = score::sum(scores);
    s.quality_raw = s.score / 5;
    const bool large = g.size() >= units(kLevel5Gap_u, c.instrument);
    s.level = score::at_least(s.score, 4.5) && large ? 5 : score::at_least(s.score, 4) ? 4 : 3;
    s.criteria = {price_to_double(g.low), price_to_double(g.high), scores[0], scores[1], scores[2], scores[3], scores[4],
                  static_cast<double>(g.size()) / static_cast<double>(c.instrument.u)};
    g.traded_ts = c.ts;
    traded_far_ = g.far();
  }

  template <class Gone>
  void remove_if(Gone gone) noexcept {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (!gone(gaps_[i])) gaps_[kept++] = gaps_[i];
    }
    count_ = kept;
  }

  static constexpr std::size_t kGapsMax = 8;  // 5 alive, one traded at this very close, one new
  FeatureHandle vpct_, vmr_;
  Window<TfBar> bars_{2};       // the two bars before the current
  FeatureValue volume_rank_;    // vpct of the bar before
  std::array<Gap, kGapsMax> gaps_{};
  std::size_t count_ = 0;
  Price traded_far_ = 0;        // far edge of the last signal
};

}  // namespace

const StrategyInfo& s10_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s10(const StrategySetup& s) { return std::make_unique<FairValueGap>(s); }

}  // namespace omega
