// S13: a stop run (inducement), then 3 to 8 quiet bars with one-sided flow (distribution), then a fast bar the other way (displacement).
// Phase 1, bar 0: opens at or inside level L (M1 swing k = 5, or a round number), pierces it by 5..32 u with vr(50) >= 3.5; bar 0 or
// bar 1 closes back inside. Phase 2, the next n bars, 3 <= n <= 8: mean range <= .7·mean range of the 20 bars before bar 0;
// |C_n − C_1| < 2·mean range; d·Σδ >= .30·ΣV. Phase 3: the first bar with d·(C−O) >= 18 u that closes beyond the phase-2 extreme in d.
// Entry: clip(d·fz of the phase-1 close/3)+clip(d·Σδ/ΣV/.6)+Sv(.3) of the mean vpin+clip(.5+.5·(vel−18)/18)+P >= 4; P from points:
// vr > 4.5 2 else 1; compression < .5 2 else 1; absorption 2; vel > 27 2 else 1; beyond by >= 10 u 2, >= 5 u 1; >= 8 1.0, >= 5 .7, else .3.
// Exit: SL e − d·10 u; STD(4), RR >= 2.5; a close beyond the far side of the phase-2 range.
// Choices: e is the extreme of phase 1 (bars 0 and 1); a close beyond e, a ninth quiet bar, a GAP or a feature that is not READY ends a pattern; one
// pattern per level at a time and one signal per level. Warm-up: F03, F06, F08, 51 M1 bars. O(levels + patterns) per M1 close.
// Source: STRATEGIES S13; Osler (2005) J. Int. Money and Finance 24(2):219-241; Kyle (1985) Econometrica 53(6):1315-1335.
#include "engine/signals/strategies/strategies.hpp"

#include "engine/features/rolling.hpp"
#include "engine/features/velocity.hpp"

namespace omega {
namespace {

enum : std::size_t { kPenMin, kPenMax, kVolume, kBarsMin, kBarsMax, kCompression, kDeltaShare, kVelocity, kOfi, kCvd, kVpin, kScoreMin, kTargetR, kRrMin, kStopBuffer };
constexpr ParamSpec kParams[] = {
    {"penetration_pips_min", "u", 5, 1, 60, "least distance beyond the level"},
    {"penetration_pips_max", "u", 32, 1, 60, "farther is a breakout"},
    {"volume_multiplier", "x", 3.5, 1.5, 8, "vr(50) of the bar that pierces"},
    {"distribution_range_bars_min", "M1 bars", 3, 2, 30, "least quiet bars"},
    {"distribution_range_bars_max", "M1 bars", 8, 2, 30, "more of them end the pattern"},
    {"compression_max", "x", 0.7, 0.1, 1, "their mean range over that of the 20 bars before"},
    {"delta_share_min", "-", 0.30, 0.05, 0.9, "their signed volume over their volume"},
    {"displacement_velocity", "u/min", 18, 3, 60, "body of the bar that leaves"},
    {"ofi_threshold", "sd", 3.0, 1, 4, "flow z-score at the end of phase 1 that scores in full"},
    {"cvd_threshold", "-", 0.6, 0.1, 1, "delta share that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "mean VPIN below which flow counts as clean"},
    {"min_confirmation_score", "of 5", 4.0, 3, 5, "sum of the five criteria"},
    {"take_profit_r_multiple", "R", 4.0, 1, 8, "final target of STD"},
    {"rr_min", "R", 2.5, 1, 5, "least reward over risk"},
    {"stop_buffer_pips", "u", 10, 1, 60, "stop beyond the extreme"},
};
constexpr const char* kConditions[] = {"score"};
constexpr const char* kCriteria[] = {"level", "extreme", "score_flow", "score_delta", "score_vpin", "score_velocity", "points", "quiet_bars"};
constexpr std::int32_t kVolume_bars = 50;
constexpr std::size_t kBaseRange_bars = 20;
constexpr double kDrift_ranges = 2;                                                         // phase 2 may drift by less
constexpr double kVolumeHigh = 4.5, kCompressionHigh = 0.5, kVelocityFactor = 1.5, kFar_u = 10, kNear_u = 5;  // of the points
constexpr int kAbsorption = 2, kPointsHigh = 8, kPointsMiddle = 5;

constexpr StrategyInfo kInfo{
    .id = 13, .name = "idp_inducement_distribution", .group = "HYBRID", .family = SignalFamily::kReversal, .timeframe = Timeframe::kM1,
    .needs = capability::kBars | capability::kVolume,
    .idea = "a stop run, then 3 to 8 quiet bars with one-sided flow, then a fast bar the other way",
    .formula = "phase 1: bar 0 pierces a level by 5-32u, vr(50)>=3.5, bar 0 or 1 closes back inside; phase 2: 3-8 bars, mean range<=.7 of the 20 before, drift<2 ranges, "
               "d sum(delta)>=.30 sum(V); phase 3: first bar with body>=18u closing beyond them; entry: clip(d fz/3)+clip(share/.6)+Sv(.3)+clip(.5+.5(vel-18)/18)+P>=4; "
               "exit: SL e-10u, STD(4), RR>=2.5, close beyond the far side of phase 2; size: 5 if score>=4.5 else 4",
    .literature = "Osler (2005) J. Int. Money and Finance 24(2):219-241; Kyle (1985) Econometrica 53(6):1315-1335; Wyckoff (1931) as practice lore",
    .features = "F03 F06 F07 F08 F17 F31 F32", .time_stop_ns = 360 * kMinute_ns, .cooldown_ns = 60 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .positions_max = 2};

class Inducement final : public StrategyBase<Inducement> {
 public:
  explicit Inducement(const StrategySetup& s)
      : StrategyBase(kInfo, s), book_(s.instrument.u, units(s.params[kPenMax], s.instrument), 5, false) {
    vr_ = s.requests.request({FeatureId::kVolumeRatio, Timeframe::kM1, kVolume_bars, 0});  // read at bar 0, not at the entry
    delta_ = s.requests.request({FeatureId::kBarDelta, Timeframe::kM1, 0, 0});
    for (const FeatureHandle h : {common().fz, common().vpin}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM1);
    const Price far = c.position.direction > 0 ? traded_low_ : traded_high_;
    if (c.position.open && c.position.direction * (bar.close - far) < 0) {
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(bar.close), price_to_double(far));
    }
    if (bar.gap()) count_ = 0;
    for (std::size_t i = 0; i < count_; ++i) follow(c, out, bar, patterns_[i]);
    remove_ended();
    if (!bar.gap()) begin(c, bar);  // on levels that were there before this bar
    book_.on_frame(c.frame);
    ranges_.push(bar.high - bar.low);
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(book_, ranges_, patterns_, count_, traded_levels_, traded_high_, traded_low_);
    if constexpr (Archive::kLoading) count_ = std::min(count_, patterns_.size());  // a damaged checkpoint
  }

 private:
  enum class Phase : std::uint8_t { kPierced, kQuiet, kEnded };
  struct Pattern {
    std::uint64_t level_id = 0;
    Phase phase = Phase::kPierced;
    Direction direction = 0;
    bool last_chance = false;          // pierced and not back: only bar 1 may close inside
    Price level = 0, extreme = 0;
    double volume_ratio = 0, base_range = 0, fz = 0;   // of bar 0; mean of the 20 bars before it; at the phase-1 close
    std::int32_t bars = 0;             // of phase 2
    Price first_close = 0, high = 0, low = 0, range_sum = 0, last_close = 0;
    double delta = 0, volume = 0, vpin_sum = 0;
    template <class Archive> void serialize(Archive& ar) {
      ar(level_id, phase, direction, last_chance, level, extreme, volume_ratio, base_range, fz, bars, first_close, high, low, range_sum, last_close,
         delta, volume, vpin_sum);
    }
    [[nodiscard]] double mean_range() const noexcept { return static_cast<double>(range_sum) / bars; }
    [[nodiscard]] double compression() const noexcept { return mean_range() / base_range; }
    [[nodiscard]] double delta_share() const noexcept { return delta / volume; }
  };

  void begin(const StrategyContext& c, const TfBar& bar) noexcept {
    const FeatureValue& vr = c.frame.get(vr_);
    if (!ranges_.full() || ranges_.sums().x == 0 || !bar.has_volume() || !vr.ready() || vr.value < param(kVolume)) return;
    for (const Level& l : book_.levels()) {
      const Direction d = l.type > 0 ? kLong : kShort;
      const Price against = d > 0 ? bar.low : bar.high, beyond = d * (l.price - against);
      if (d * (bar.open - l.price) < 0 || beyond < units(param(kPenMin), c.instrument) || beyond > units(param(kPenMax), c.instrument)) continue;
      if (count_ == patterns_.size() || running_or_traded(l.id)) continue;
      Pattern& p = patterns_[count_];
      p = {};
      p.level_id = l.id;
      p.direction = d;
      p.level = l.price;
      p.extreme = against;
      p.volume_ratio = vr.value;
      p.base_range = ranges_.mean();
      if (back_inside(c, bar, p)) ++count_;
    }
  }
  [[nodiscard]] bool running_or_traded(std::uint64_t id) const noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (patterns_[i].level_id == id) return true;
    }
    for (std::size_t age = 0; age < traded_levels_.size(); ++age) {
      if (traded_levels_.back(age) == id) return true;
    }
    return false;
  }

  /// Ends phase 1 when the bar closed back inside; false when the pattern is over.
  bool back_inside(const StrategyContext& c, const TfBar& bar, Pattern& p) noexcept {
    if (p.direction * (bar.close - p.level) < 0) {
      const bool is_bar_0 = !p.last_chance;
      p.last_chance = true;
      return is_bar_0;
    }
    const FeatureValue& fz = c.frame.get(common().fz);
    p.phase = Phase::kQuiet;
    p.fz = fz.ready() ? fz.value : 0;
    return fz.ready();
  }

  void follow(const StrategyContext& c, StrategyOut& out, const TfBar& bar, Pattern& p) noexcept {
    const Direction d = p.direction;
    if (p.phase == Phase::kPierced) {
      const Price against = d > 0 ? bar.low : bar.high;
      if (d * (against - p.extreme) < 0) p.extreme = against;
      if (!back_inside(c, bar, p)) p.phase = Phase::kEnded;
      return;
    }
    const FeatureValue &vpin = c.frame.get(common().vpin), &delta = c.frame.get(delta_);
    if (d * (bar.close - p.extreme) < 0) {
      p.phase = Phase::kEnded;
    } else if (displaces(c, bar, p)) {
      p.phase = Phase::kEnded;  // judged once
      evaluate(c, out, bar, p);
    } else if (p.bars == static_cast<std::int32_t>(param(kBarsMax)) || !vpin.ready() || !delta.ready()) {
      p.phase = Phase::kEnded;
    } else {
      add_quiet(bar, p, vpin.value, bar.has_volume() ? delta.value : 0.0);
    }
  }

  static void add_quiet(const TfBar& bar, Pattern& p, double vpin, double delta) noexcept {
    if (p.bars == 0) {
      p.first_close = bar.close;
      p.high = bar.high;
      p.low = bar.low;
    }
    ++p.bars;
    p.high = std::max(p.high, bar.high);
    p.low = std::min(p.low, bar.low);
    p.range_sum += bar.high - bar.low;
    p.last_close = bar.close;
    p.delta += delta;
    p.volume += bar.has_volume() ? qty_to_double(bar.volume) : 0.0;
    p.vpin_sum += vpin;
  }

  [[nodiscard]] bool distributed(const Pattern& p) const noexcept {
    if (p.bars < static_cast<std::int32_t>(param(kBarsMin)) || p.volume <= 0) return false;
    const auto drift = static_cast<double>(std::max(p.last_close, p.first_close) - std::min(p.last_close, p.first_close));
    return score::at_least(param(kCompression), p.compression()) && drift < kDrift_ranges * p.mean_range() &&
           score::at_least(p.direction * p.delta_share(), param(kDeltaShare));
  }
  [[nodiscard]] bool displaces(const StrategyContext& c, const TfBar& bar, const Pattern& p) const noexcept {
    const Direction d = p.direction;
    if (!distributed(p) || d * (bar.close - bar.open) < units(param(kVelocity), c.instrument)) return false;
    return d * (bar.close - (d > 0 ? p.high : p.low)) > 0;
  }

  [[nodiscard]] double points_score(const StrategyContext& c, const TfBar& bar, const Pattern& p, double velocity) const noexcept {
    const Price beyond = p.direction * (bar.close - (p.direction > 0 ? p.high : p.low));
    const int points = (p.volume_ratio > kVolumeHigh ? 2 : 1) + (score::above(kCompressionHigh, p.compression()) ? 2 : 1) + kAbsorption +
                       (score::above(velocity, kVelocityFactor * param(kVelocity)) ? 2 : 1) +
                       (beyond >= units(kFar_u, c.instrument) ? 2 : beyond >= units(kNear_u, c.instrument) ? 1 : 0);
    return points >= kPointsHigh ? 1.0 : points >= kPointsMiddle ? .7 : .3;
  }

  void evaluate(const StrategyContext& c, StrategyOut& out, const TfBar& bar, const Pattern& p) noexcept {
    if (!ready(c.frame)) return;
    funnel_.begin();
    reject();  // the pattern's own state is the edge
    const Direction d = p.direction;
    const double velocity = velocity_u_per_min(d, bar.open, bar.close, bar.t_open, bar.t_close, c.instrument.u);
    const std::array<double, 5> scores{
        score::sf(d, p.fz, param(kOfi)), score::clip(d * p.delta_share() / param(kCvd)), score::sv(p.vpin_sum / p.bars, param(kVpin)),
        score::clip(.5 + .5 * (velocity - param(kVelocity)) / param(kVelocity)), points_score(c, bar, p, velocity)};
    const double total = score::sum(scores);
    if (!funnel_.pass(0, check::score_at_least(total, param(kScoreMin)))) return;
    if (!admit(c)) return;
    Signal& s = raise(c, out, d, bar.close, p.extreme - d * units(param(kStopBuffer), c.instrument));
    standard_targets(s, param(kTargetR));
    s.rr_min = param(kRrMin);
    s.flags |= signal_flag::kUsesVpin;
    s.score = total;
    s.quality_raw = total / 5;
    s.level = score::at_least(total, 4.5) ? 5 : 4;
    s.criteria = {price_to_double(p.level), price_to_double(p.extreme), scores[0], scores[1], scores[2], scores[3], scores[4],
                  static_cast<double>(p.bars)};
    traded_levels_.push(p.level_id);
    traded_high_ = p.high;
    traded_low_ = p.low;
  }

  void remove_ended() noexcept {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (patterns_[i].phase != Phase::kEnded) patterns_[kept++] = patterns_[i];
    }
    count_ = kept;
  }

  static constexpr std::size_t kPatternsMax = 16, kTradedLevels = LevelBook::kLevelsMax;
  FeatureHandle vr_, delta_;
  LevelBook book_;
  RollingMoments ranges_{kBaseRange_bars};  // of the bars before the current
  std::array<Pattern, kPatternsMax> patterns_{};
  std::size_t count_ = 0;
  Window<std::uint64_t> traded_levels_{kTradedLevels};  // their ids are never given out again
  Price traded_high_ = 0, traded_low_ = 0;  // phase-2 range of the last signal
};

}  // namespace

const StrategyInfo& s13_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s13(const StrategySetup& s) { return std::make_unique<Inducement>(s); }

}  // namespace omega
