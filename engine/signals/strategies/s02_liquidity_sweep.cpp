// S02: price pierces a watched level by a few u on a volume burst, then closes back inside quickly: stops were triggered
// and absorbed; trade the return. Per level: IDLE -> ARMED (a close within 5 u) -> SWEPT (beyond L; e = extreme since) ->
// first close back at or inside L within 10 bars: evaluated once -> DONE; else EXPIRED.
// Entry: reclaim bar after the bar of e; A: 6 <= d·(L−e)/u <= 22 (mandatory); at least 4 of {A, B volume of the bar of e >= 3.5 ×
// mean lag(50), C velocity from e >= 25 u/min, D flow, E vpin < .30}; L within 10 u of an H4 swing or the previous day's
// high/low; H4 label != −d; conf(d) >= .60. Warm-up: that of F06, F08, F28. O(levels) per M1 close.
// Exit: SL the further of L − d·15 u and e − d·2 u; STD(3); a close beyond e. An evaluation is a reclaim.
// Choices: "within 5 u" is on either side; the sweep bar is bar 0 and the reclaim may be bar 1..10 (a wick that closes back inside
// on bar 0 is evaluated and fails condition 1); a GAP drops armed and swept levels; no volume on the bar of e counts as ratio 0;
// I_5 of criterion D needs L2, which the instrument does not declare here. Penetration and distances compare as exact integers.
// Source: STRATEGIES S02; Osler (2003) J. Finance 58(5):1791-1819.
#include "engine/signals/strategies/strategies.hpp"

#include <algorithm>

#include "engine/features/velocity.hpp"

namespace omega {
namespace {

enum : std::size_t { kPenMin, kPenMax, kProximity, kVolume, kVelocity, kOfi, kCvd, kVpin, kCountMin, kConfMin, kStopBuffer, kTargetR, kBarsMax, kHtfDistance };
constexpr ParamSpec kParams[] = {
    {"penetration_min", "u", 6, 1, 15, "least distance beyond the level"},
    {"penetration_max", "u", 22, 10, 60, "farther is a breakout, not a sweep"},
    {"proximity_threshold", "u", 5, 1, 20, "a close this near arms the level"},
    {"volume_threshold_multiplier", "x", 3.5, 1.2, 6, "volume of the extreme bar over its mean lag(50)"},
    {"reversal_velocity_min", "u/min", 25, 0.5, 60, "speed of the return from the extreme"},
    {"ofi_absorption_threshold", "sd", 3.0, 1, 4, "flow z-score in the direction of the trade"},
    {"cvd_divergence_min", "-", 0.6, 0.1, 1, "or cvd_n in the direction of the trade"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN must be below"},
    {"min_confirmation_score", "of 5", 4, 3, 5, "criteria that must hold, penetration among them"},
    {"min_mtf_confluence", "-", 0.60, 0, 1, "confluence in the direction of the trade"},
    {"stop_buffer_pips", "u", 15, 2, 60, "stop beyond the level"},
    {"take_profit_r_multiple", "R", 3.0, 1, 8, "final target of STD"},
    {"max_bars", "M1 bars", 10, 2, 60, "the return must come within"},
    {"htf_distance", "u", 10, 1, 40, "distance to an H4 swing or the previous day's extremes"},
};
constexpr const char* kConditions[] = {"after_extreme", "penetration", "criteria", "htf_level", "h4_label", "confluence"};
constexpr const char* kCriteria[] = {"level", "extreme", "penetration_u", "volume_ratio", "velocity_u_min", "criteria_met"};

constexpr StrategyInfo kInfo{
    .id = 2, .name = "liquidity_sweep", .group = "GREEN", .family = SignalFamily::kReversal, .timeframe = Timeframe::kM1,
    .needs = capability::kBars | capability::kVolume,
    .idea = "price pierces a watched level by a few u on a volume burst, then closes back inside quickly: trade the return",
    .formula = "per level: armed by a close within 5u, swept when beyond, evaluated once at the first close back inside within 10 bars; entry: reclaim after the bar of "
               "the extreme e, 6<=d(L-e)/u<=22, >=4 of {penetration, V(e)>=3.5 mean lag 50, velocity>=25u/min, flow (fz>=3 or cvd_n>=.6), vpin<.30}, L within 10u of "
               "an H4 swing or previous-day extreme, H4 label!=-d, conf(d)>=.60; exit: SL further of L-15u and e-2u, STD(3), close beyond e; size 4 if 5/5 else 3",
    .literature = "Osler (2003) J. Finance 58(5):1791-1819; Osler (2005) J. Int. Money and Finance 24(2):219-241",
    .features = "F06 F07 F08 F17 F28 F31 F32", .time_stop_ns = 60 * kMinute_ns, .cooldown_ns = 15 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

constexpr double kStopBeyondExtreme_u = 2;
constexpr std::int32_t kVolume_bars = 50;

class LiquiditySweep final : public StrategyBase<LiquiditySweep> {
 public:
  explicit LiquiditySweep(const StrategySetup& s) : StrategyBase(kInfo, s) {
    vr_ = s.requests.request({FeatureId::kVolumeRatio, Timeframe::kM1, kVolume_bars, 0});  // read at the extreme, not now
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().confluence, common().label_h4}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM1);
    if (c.position.open && c.position.direction * (bar.close - traded_extreme_) < 0) {
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(bar.close), price_to_double(traded_extreme_));
    }
    const std::span<const Level> levels = c.levels.levels();
    if (bar.gap() || c.levels.removals() != removals_) forget(levels, bar.gap());
    removals_ = c.levels.removals();
    const Price near = units(param(kProximity), c.instrument);
    std::size_t w = 0;  // both lists are in the order of the ids, and every watched level is in the book
    for (const Level& level : levels) {
      if (w < watch_count_ && watch_[w].level_id == level.id) {
        step(c, out, bar, level, watch_[w++]);
      } else if (watch_count_ < watch_.size() && distance(bar.close, level.price) <= near) {
        arm(w++, level);
      }
    }
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(watch_, watch_count_, traded_extreme_);
    if constexpr (Archive::kLoading) {
      watch_count_ = std::min(watch_count_, watch_.size());  // a damaged checkpoint
      removals_ = kUnseen;
    }
  }

 private:
  enum class State : std::uint8_t { kArmed, kSwept, kDone };
  struct Watch {
    std::uint64_t level_id = 0;
    State state = State::kArmed;
    Direction direction = 0;
    Price extreme = 0;
    TimeNs extreme_open = 0;       // t_open of the bar of the extreme
    FeatureValue extreme_volume;   // its vr(50)
    int bars = 0;                  // after the bar that swept
    template <class Archive> void serialize(Archive& ar) {
      ar(level_id, state, direction, extreme, extreme_open, extreme_volume, bars);
    }
  };

  void step(const StrategyContext& c, StrategyOut& out, const TfBar& bar, const Level& level, Watch& w) noexcept {
    if (w.state == State::kDone) return;
    const Direction d = level.type > 0 ? kLong : kShort;
    const Price against = d > 0 ? bar.low : bar.high;
    switch (w.state) {
      case State::kDone: return;
      case State::kArmed:
        if (d * (against - level.price) >= 0) return;
        w.state = State::kSwept;
        w.direction = d;
        set_extreme(c, w, bar, against);
        break;
      case State::kSwept:
        ++w.bars;
        if (d * (against - w.extreme) < 0) set_extreme(c, w, bar, against);
        break;
    }
    if (d * (bar.close - level.price) >= 0) {
      w.state = State::kDone;  // evaluated once, whatever comes of it
      evaluate(c, out, bar, level, w);
    } else if (w.bars >= static_cast<int>(param(kBarsMax))) {
      w.state = State::kDone;  // expired
    }
  }

  void arm(std::size_t at, const Level& level) noexcept {
    std::copy_backward(watch_.begin() + static_cast<std::ptrdiff_t>(at), watch_.begin() + static_cast<std::ptrdiff_t>(watch_count_),
                       watch_.begin() + static_cast<std::ptrdiff_t>(watch_count_ + 1));
    ++watch_count_;
    watch_[at] = {};
    watch_[at].level_id = level.id;
  }
  static Price distance(Price a, Price b) noexcept { return a > b ? a - b : b - a; }

  void set_extreme(const StrategyContext& c, Watch& w, const TfBar& bar, Price extreme) const noexcept {
    w.extreme = extreme;
    w.extreme_open = bar.t_open;
    w.extreme_volume = bar.has_volume() ? c.frame.get(vr_) : FeatureValue::of(0.0);
  }

  void evaluate(const StrategyContext& c, StrategyOut& out, const TfBar& bar, const Level& level, const Watch& w) noexcept {
    const FeatureFrame& f = c.frame;
    if (!ready(f)) return;
    if (!w.extreme_volume.ready()) return funnel_.not_ready();
    const Direction d = w.direction;
    funnel_.begin();
    reject();  // the level's own state is the edge: each level is evaluated once
    if (!funnel_.pass(0, check::holds(bar.t_open > w.extreme_open))) return;
    const Price penetration = d * (level.price - w.extreme);
    if (!funnel_.pass(1, check::every({check::price_at_least(penetration, units(param(kPenMin), c.instrument)),
                                       check::price_at_most(penetration, units(param(kPenMax), c.instrument))}))) return;
    const double velocity = velocity_u_per_min(d, w.extreme, bar.close, w.extreme_open, bar.t_open, c.instrument.u);
    const bool flow = d * f.get(common().fz).value >= param(kOfi) || d * f.get(common().cvd_n).value >= param(kCvd);
    const int met = 1 + (w.extreme_volume.value >= param(kVolume) ? 1 : 0) + (score::at_least(velocity, param(kVelocity)) ? 1 : 0) +
                    (flow ? 1 : 0) + (f.get(common().vpin).value < param(kVpin) ? 1 : 0);
    if (!funnel_.pass(2, check::at_least(met, static_cast<int>(param(kCountMin))))) return;
    if (!funnel_.pass(3, check::holds(c.levels.near_higher_timeframe(level.price, units(param(kHtfDistance), c.instrument))))) return;
    if (!funnel_.pass(4, check::is_not(f.get(common().label_h4).value, -d))) return;
    if (!funnel_.pass(5, check::score_at_least(for_direction(f.get(common().confluence).value, d), param(kConfMin)))) return;
    if (!admit(c)) return;
    const Price at_level = level.price - d * units(param(kStopBuffer), c.instrument);
    const Price at_extreme = w.extreme - d * units(kStopBeyondExtreme_u, c.instrument);
    const Price stop = d * (at_level - at_extreme) < 0 ? at_level : at_extreme;  // the further one
    Signal& s = raise(c, out, d, bar.close, stop);
    standard_targets(s, param(kTargetR));
    s.flags |= signal_flag::kUsesVpin;
    s.score = met;
    s.quality_raw = met / 5.0;
    s.level = met == 5 ? 4 : 3;
    s.criteria = {price_to_double(level.price), price_to_double(w.extreme),
                  static_cast<double>(penetration) / static_cast<double>(c.instrument.u), w.extreme_volume.value, velocity,
                  static_cast<double>(met), 0, 0};
    traded_extreme_ = w.extreme;
    reject();
  }

  /// Levels that left the book; after a gap also those not done: a sweep may not span one.
  void forget(std::span<const Level> levels, bool gap) noexcept {
    std::size_t kept = 0, at = 0;
    for (std::size_t i = 0; i < watch_count_; ++i) {
      if (gap && watch_[i].state == State::kSwept) watch_[i].state = State::kDone;
      while (at < levels.size() && levels[at].id < watch_[i].level_id) ++at;
      const bool there = at < levels.size() && levels[at].id == watch_[i].level_id;
      const bool armed_before_gap = gap && watch_[i].state == State::kArmed;
      if (!there || armed_before_gap) continue;
      if (kept != i) watch_[kept] = watch_[i];
      ++kept;
    }
    watch_count_ = kept;
  }

  static constexpr std::uint64_t kUnseen = ~std::uint64_t{0};

  FeatureHandle vr_;
  std::uint64_t removals_ = kUnseen;  // of the level book, when forget() last looked
  std::array<Watch, LevelBook::kLevelsMax> watch_{};  // in the order of the levels' ids
  std::size_t watch_count_ = 0;
  Price traded_extreme_ = 0;     // e of the last signal
};

}  // namespace

const StrategyInfo& s02_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s02(const StrategySetup& s) { return std::make_unique<LiquiditySweep>(s); }

}  // namespace omega
