// S11: rejection of a fresh H4 or D1 swing level seen on M5, with flow defending it.
// Zone L: confirmed swing low (d = +1) or high of H4 or D1 (k = 3), the last 20 per side and timeframe, merged within 1 u, at most 168 h
// old since its confirmation. Entry on an M5 bar: extreme against d reaches L + d·2 u or beyond and d·(C − L) >= −2 u; at least 1 of
// {w_d >= .60; vr(50) >= 3; fz changed sign to d within 3 bars}; Sf(3)+Sc(.6)+Sv(.3)+clip(.5+(w_d−.6)/.8)+Z >= 3.5 with
// Z = ½(max(0,1−age_h/168) + {1,.8,.6,.3}[touches before]).
// Exit: SL L − d·15 u, at most .8 %; TP min(3R, 1.8 %), partials of STD; an M5 close beyond L by more than 15 u.
// Choices: a touch is a run of M5 bars that reach the zone, counted when it ends; of two zones within 1 u the older stays; the edge trigger is
// kept per zone, a zone rests 4 h after its signal; fz changed sign when one of the 3 closes before had not d's sign; a zone whose close is
// seen late (a quiet feed) is taken at the next M5 bar. Warm-up: D1 needs 7 days. O(zones) per M5 close, at most 80.
// Source: STRATEGIES S11; Osler (2000) FRBNY Econ. Policy Review 6(2):53-68; (2003) J. Finance 58(5):1791-1819.
#include "engine/signals/strategies/strategies.hpp"

#include "engine/features/swing.hpp"

namespace omega {
namespace {

enum : std::size_t { kSwings, kTolerance, kWick, kTriggersMin, kOfi, kCvd, kVpin, kScoreMin, kStopBuffer, kStopPct, kTargetR, kTargetPct, kAgeMax, kTouchesMin };
constexpr ParamSpec kParams[] = {
    {"swing_lookback", "count", 20, 1, 20, "swings per side of H4 and of D1"},
    {"zone_tolerance_pips", "u", 2, 1, 10, "reach of a zone, and how far a close may lie beyond it"},
    {"rejection_wick_min_pct", "of range", 0.60, 0.3, 0.9, "wick in the direction of the trade"},
    {"min_triggers_required", "count", 1, 1, 3, "of wick, volume and turn of the flow"},
    {"ofi_threshold", "sd", 3.0, 1, 4, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.6, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN below which flow counts as clean"},
    {"min_confirmation_score", "of 5", 3.5, 2.5, 5, "sum of the five criteria"},
    {"stop_buffer_pips", "u", 15, 2, 60, "stop beyond the zone; a close beyond it invalidates"},
    {"stop_loss_pct", "% of price", 0.8, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 3.0, 1, 8, "final target of STD"},
    {"take_profit_pct", "% of price", 1.8, 0.3, 5, "farthest final target"},
    {"zone_max_age", "h", 168, 24, 720, "older zones die"},
    {"min_zone_touches", "count", 1, 1, 5, "touches of the zone, the current one included"},
};
constexpr const char* kConditions[] = {"at_zone", "touches", "trigger", "score"};
constexpr const char* kCriteria[] = {"zone", "touches_before", "score_flow", "score_cvd", "score_vpin", "score_wick", "score_zone", "triggers"};
constexpr double kVolumeTrigger = 3, kMerge_u = 1, kWickBase = .5, kWickSpan = .8;
constexpr std::array<double, 4> kFreshness{1, .8, .6, .3};  // by touches before
constexpr DurationNs kZoneRest_ns = 4 * kHour_ns;
constexpr std::int32_t kVolume_bars = 50;
constexpr std::size_t kTurn_bars = 3;
constexpr int kSwingStrength = 3;

constexpr StrategyInfo kInfo{
    .id = 11, .name = "htf_ltf_liquidity", .group = "HYBRID", .family = SignalFamily::kReversal, .timeframe = Timeframe::kM5,
    .needs = capability::kBars | capability::kVolume,
    .idea = "rejection of a fresh H4 or D1 swing level seen on M5, with flow defending it",
    .formula = "zone: H4 or D1 swing (k=3), <=168h; entry on M5: extreme within 2u of L or beyond, d(C-L)>=-2u, >=1 of {wick share>=.60, vr(50)>=3, fz turned to d within 3 "
               "bars}, Sf(3)+Sc(.6)+Sv(.3)+clip(.5+(w-.6)/.8)+Z>=3.5, Z=1/2(max(0,1-age/168h)+{1,.8,.6,.3}[touches]); exit: SL L-15u (<=.8%), TP min(3R,1.8%), partials of "
               "STD, M5 close beyond L by >15u; size: 5 if untouched and score>=4.5, 4 if <=1 touch and >=4, else 3",
    .literature = "Osler (2000) FRBNY Econ. Policy Review 6(2):53-68; Osler (2003) J. Finance 58(5):1791-1819; Mueller et al. (1997) J. Empirical Finance 4(2-3):213-239",
    .features = "F06 F07 F08 F15 F17 F18 F28", .time_stop_ns = 48 * 5 * kMinute_ns, .cooldown_ns = 30 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class HigherLiquidity final : public StrategyBase<HigherLiquidity> {
 public:
  explicit HigherLiquidity(const StrategySetup& s) : StrategyBase(kInfo, s) {
    vr_ = need(s.requests.request({FeatureId::kVolumeRatio, Timeframe::kM5, kVolume_bars, 0}));
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM5);
    const Price limit = traded_level_ - c.position.direction * units(param(kStopBuffer), c.instrument);
    if (c.position.open && c.position.direction * (bar.close - limit) < 0) {
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(bar.close), price_to_double(limit));
    }
    for (Side& side : sides_) learn(c, side);
    forget(c.ts);
    const bool can_evaluate = count_ > 0 && ready(c.frame);
    for (std::size_t i = 0; i < count_; ++i) visit(c, out, bar, zones_[i], can_evaluate);
    const FeatureValue& fz = c.frame.get(common().fz);
    flow_.push(fz.ready() ? fz.value : 0.0);
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(sides_, zones_, count_, flow_, traded_level_);
    if constexpr (Archive::kLoading) count_ = std::min(count_, zones_.size());  // a damaged checkpoint
  }

 private:
  struct Zone {
    Price price = 0;
    Direction direction = 0;
    Timeframe timeframe = Timeframe::kH4;
    TimeNs confirmed = 0, rests_until = 0;
    std::uint32_t touches = 0;        // visits that ended
    bool visited = false, held = false;
    template <class Archive> void serialize(Archive& ar) { ar(price, direction, timeframe, confirmed, rests_until, touches, visited, held); }
  };
  struct Side {  // the higher timeframe, followed from its last bar in the frame
    Timeframe timeframe;
    SwingDetector swings{kSwingStrength, false};
    TimeNs last_open = -1;
    explicit Side(Timeframe tf) : timeframe(tf) {}
    template <class Archive> void serialize(Archive& ar) { ar(swings, last_open); }
  };

  void learn(const StrategyContext& c, Side& side) noexcept {
    const TfBar& bar = c.frame.bar(side.timeframe);
    if (bar.t_close == 0 || bar.t_open == side.last_open) return;
    side.last_open = bar.t_open;
    side.swings.on_bar(bar);
    if (side.swings.new_high()) add(c, side.timeframe, kShort, *side.swings.last_high());
    if (side.swings.new_low()) add(c, side.timeframe, kLong, *side.swings.last_low());
  }

  void add(const StrategyContext& c, Timeframe tf, Direction d, const Swing& swing) noexcept {
    const Price merge = units(kMerge_u, c.instrument);
    std::size_t of_side = 0, oldest = count_;
    for (std::size_t i = 0; i < count_; ++i) {
      const Zone& z = zones_[i];
      if (z.direction != d) continue;
      if (std::max(z.price, swing.price) - std::min(z.price, swing.price) <= merge) return;  // the older stays
      if (z.timeframe != tf) continue;
      if (oldest == count_) oldest = i;
      ++of_side;
    }
    if (of_side >= static_cast<std::size_t>(param(kSwings))) remove(oldest);
    OMEGA_ASSERT(count_ < zones_.size(), count_, zones_.size());
    zones_[count_++] = {.price = swing.price, .direction = d, .timeframe = tf, .confirmed = swing.confirmed, .rests_until = 0, .touches = 0, .visited = false, .held = false};
  }

  void remove(std::size_t at) noexcept {
    for (std::size_t i = at + 1; i < count_; ++i) zones_[i - 1] = zones_[i];
    --count_;
  }
  void forget(TimeNs now) noexcept {
    const auto oldest = static_cast<DurationNs>(param(kAgeMax) * static_cast<double>(kHour_ns));
    for (std::size_t i = count_; i-- > 0;) {
      if (now - zones_[i].confirmed > oldest) remove(i);
    }
  }

  void visit(const StrategyContext& c, StrategyOut& out, const TfBar& bar, Zone& z, bool can_evaluate) noexcept {
    const Direction d = z.direction;
    const Price tolerance = units(param(kTolerance), c.instrument), against = d > 0 ? bar.low : bar.high;
    const bool reached = d * (against - (z.price + d * tolerance)) <= 0;
    if (z.visited && !reached) ++z.touches;
    z.visited = reached;
    if (!reached || !can_evaluate) {
      z.held = z.held && reached;
      return;
    }
    funnel_.begin();
    Scores scores;
    int triggers = 0;
    const bool holds = conditions(c, bar, z, tolerance, scores, triggers);
    const bool edge = holds && !z.held;
    z.held = holds;
    reject();  // the zone's own state is the edge
    if (holds && !edge) return funnel_.not_an_edge();
    if (!edge) return;
    if (c.ts < z.rests_until) return funnel_.cooling();
    if (admit(c)) signal(c, out, bar, z, scores, triggers);
  }

  using Scores = std::array<double, 5>;
  bool conditions(const StrategyContext& c, const TfBar& bar, const Zone& z, Price tolerance, Scores& scores, int& triggers) noexcept {
    const FeatureFrame& f = c.frame;
    const Direction d = z.direction;
    if (!funnel_.pass(0, check::price_at_least(d * (bar.close - z.price), -tolerance))) return false;
    if (!funnel_.pass(1, check::at_least(z.touches + 1, static_cast<std::uint32_t>(param(kTouchesMin))))) return false;
    const double wick = wick_share(bar, d), fz = f.get(common().fz).value;
    const bool volume = bar.has_volume() && f.get(vr_).value >= kVolumeTrigger;
    triggers = (score::at_least(wick, param(kWick)) ? 1 : 0) + (volume ? 1 : 0) + (turned_to(d, fz) ? 1 : 0);
    if (!funnel_.pass(2, check::at_least(triggers, static_cast<int>(param(kTriggersMin))))) return false;
    const double age_h = static_cast<double>(c.ts - z.confirmed) / static_cast<double>(kHour_ns);
    const double fresh = std::max(0.0, 1 - age_h / param(kAgeMax)) + kFreshness[std::min<std::size_t>(z.touches, kFreshness.size() - 1)];
    scores = {score::sf(d, fz, param(kOfi)), score::sc(d, f.get(common().cvd_n).value, param(kCvd)),
              score::sv(f.get(common().vpin).value, param(kVpin)), score::clip(kWickBase + (wick - param(kWick)) / kWickSpan), .5 * fresh};
    return funnel_.pass(3, check::score_at_least(score::sum(scores), param(kScoreMin)));
  }
  [[nodiscard]] bool turned_to(Direction d, double fz) const noexcept {
    if (d * fz <= 0) return false;
    for (std::size_t age = 0; age < flow_.size(); ++age) {
      if (d * flow_.back(age) <= 0) return true;
    }
    return false;
  }

  void signal(const StrategyContext& c, StrategyOut& out, const TfBar& bar, Zone& z, const Scores& scores, int triggers) noexcept {
    const Direction d = z.direction;
    const Price stop = capped_stop(d, bar.close, z.price - d * units(param(kStopBuffer), c.instrument), param(kStopPct) / 100);
    Signal& s = raise(c, out, d, bar.close, stop);
    const double farthest_r = param(kTargetPct) / 100 * static_cast<double>(bar.close) / static_cast<double>(d * (bar.close - stop));
    standard_targets(s, std::min(param(kTargetR), farthest_r));
    s.flags |= signal_flag::kUsesVpin;
    s.score = score::sum(scores);
    s.quality_raw = s.score / 5;
    s.level = z.touches == 0 && score::at_least(s.score, 4.5) ? 5 : z.touches <= 1 && score::at_least(s.score, 4) ? 4 : 3;
    s.criteria = {price_to_double(z.price), static_cast<double>(z.touches), scores[0], scores[1], scores[2], scores[3], scores[4],
                  static_cast<double>(triggers)};
    z.rests_until = c.ts + kZoneRest_ns;
    traded_level_ = z.price;
  }

  static constexpr std::size_t kZonesMax = 80;  // 20 per side of two timeframes
  FeatureHandle vr_;
  std::array<Side, 2> sides_{Side(Timeframe::kH4), Side(Timeframe::kD1)};
  std::array<Zone, kZonesMax> zones_{};         // in the order they became known
  std::size_t count_ = 0;
  Window<double> flow_{kTurn_bars};             // fz at the M5 closes before; 0 where it was not READY
  Price traded_level_ = 0;                      // L of the last signal
};

}  // namespace

const StrategyInfo& s11_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s11(const StrategySetup& s) { return std::make_unique<HigherLiquidity>(s); }

}  // namespace omega
