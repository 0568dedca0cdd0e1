// S24: three phases around a scheduled high-impact release; τ = minutes since it, at M1 closes.
// PRE −30 <= τ < −1: |fz| >= 2.5, d = sign fz, d·cvd_n > 0, vpin <= .55, conf = min(|fz|/5, 1)·(1 − vpin) >= .60; closed at τ = −1 unless 1R up.
// SPIKE 0 <= τ <= 15: range/mean range lag(29) in [2, 10], g = sign(C − C(2)), g·fz >= 1, vpin >= .60, spread <= 3·median; d = −g
// (absorption) when vr(19) > 5 and ratio < 3, else d = g; exempt from the .55 filter. POST 15 < τ <= 120: P0 = last mid before the
// release, E = extreme of the larger excursion since, W = |E − P0| >= 20 u, g = sign(E − P0), x = retraced share of W; wave 2: .50 <= x <=
// .618, g·fz >= .5, SL at .786, target = retracement's extreme + g·1.272·W; wave 3: an earlier x >= .382, now a close beyond E, g·fz >= 1.5,
// SL at .50, target with 1.618; vpin <= .55; RR >= 1. Warm-up: 50 M1 bars and F06, F08. O(1) per M1 close.
// Exit: PRE, SPIKE: STOP(2 %), STD(2.5); SPIKE, POST: a close on the wrong side of P0; all flat at τ = 120. One entry per phase and event.
// Size: PRE 2, SPIKE and POST 3; one more when d·cvd_n >= .70. q: PRE conf; SPIKE .70 absorption, .75 else; POST .75 wave 2, .80 wave 3.
// Choices: releases of one time are one event; of two whose windows overlap the later one rules from its τ = −30 on. P0 is the close of a bar
// that ends at most 3 minutes before the release or at it; without one, or after a GAP, there is no SPIKE and no POST. x is taken at closes;
// a bar that sets a new E begins the retracement with its close; wave 3 compares with the E before the bar. The wrong side of P0 counts from
// the first close on the right side on: an absorption entry starts on the other one.
// Source: STRATEGIES S24; Andersen, Bollerslev, Diebold, Vega (2003) AER 93(1):38-62; Evans & Lyons (2005) J. Int. Money Fin. 24(2):197-217.
#include "engine/features/rolling.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kTypes, kPreWindow, kPostWindow, kOfi, kCvdBonus, kVpinSpike, kWaves, kStopPct, kTargetR };
constexpr ParamSpec kParams[] = {
    {"event_types", "bits", 63, 1, 63, "NFP 1, FOMC 2, CPI 4, GDP 8, ECB 16, BOE 32"},
    {"pre_window", "min", 30, 0, 120, "before the release"},
    {"post_window", "min", 120, 15, 480, "after the release; everything is flat at its end"},
    {"ofi_threshold", "sd", 2.5, 1, 5, "flow z-score of the PRE phase"},
    {"cvd_divergence_threshold", "-", 0.7, 0.1, 1, "cvd_n that adds one to the size"},
    {"vpin_spike_threshold", "-", 0.60, 0.4, 0.95, "VPIN that a SPIKE entry needs"},
    {"wave_detection_enabled", "0/1", 1, 0, 1, "the POST phase"},
    {"stop_loss_pct", "% of price", 2.0, 0.3, 2.5, "widest stop"},
    {"take_profit_r", "R", 2.5, 1, 6, "final target of STD"},
};
constexpr const char* kConditions[] = {"event_window", "first_in_phase", "trigger", "flow", "toxicity", "confidence"};
constexpr const char* kCriteria[] = {"tau_min", "phase", "move", "retraced", "range_ratio", "volume_ratio", "p0", "extreme"};
constexpr double kPreVpin = .55, kPostVpin = .55, kPreConf = .60, kPreFull_sd = 5;
constexpr double kRatioMin = 2, kRatioMax = 10, kSpikeFz = 1, kSpreadMax = 3, kAbsorbVolume = 5, kAbsorbRatio = 3;
constexpr double kMoveMin_u = 20, kWave2From = .50, kWave2To = .618, kWave2Fz = .5, kWave2Stop = .786, kWave2Target = 1.272;
constexpr double kWave3Retrace = .382, kWave3Fz = 1.5, kWave3Stop = .50, kWave3Target = 1.618, kPostRewardRisk = 1;
constexpr double kQualityAbsorb = .70, kQualitySpike = .75, kQualityWave2 = .75, kQualityWave3 = .80;
constexpr std::int32_t kRange_bars = 29, kVolume_bars = 19, kDirection_bars = 2, kStop_bars = 50;
constexpr DurationNs kSpikeEnd_ns = 15 * kMinute_ns, kPreEnd_ns = -kMinute_ns, kFresh_ns = 3 * kMinute_ns;
constexpr std::uint8_t kPreLevel = 2, kPostLevel = 3;

constexpr StrategyInfo kInfo{
    .id = 24, .name = "nfp_news_event_handler", .group = "HYBRID", .family = SignalFamily::kEvent, .timeframe = Timeframe::kM1,
    .needs = capability::kBars | capability::kVolume | capability::kCalendarNews,
    .idea = "three phases around a scheduled release: flow before it, confirmed spike, then retracement or extension of the release move",
    .formula = "PRE -30<=t<-1: |fz|>=2.5, d=sign fz, d*cvd_n>0, vpin<=.55, min(|fz|/5,1)(1-vpin)>=.60; SPIKE 0..15: range ratio(29) in [2,10], g=sign(C-C(2)), g*fz>=1, "
               "vpin>=.60, spread<=3 median, d=-g if vr(19)>5 and ratio<3 else g; POST 15..120: W=|E-P0|>=20u, wave 2 (.50<=x<=.618, g*fz>=.5, SL .786, TP 1.272W) or wave 3 "
               "(earlier x>=.382, close beyond E, g*fz>=1.5, SL .50, TP 1.618W), vpin<=.55, RR>=1; exit: STOP(2%)+STD(2.5) for PRE and SPIKE, wrong side of P0, flat at t=120",
    .literature = "Andersen, Bollerslev, Diebold, Vega (2003) AER 93(1):38-62; Evans & Lyons (2002) JPE 110(1):170-180, (2005) J. Int. Money and Finance 24(2):197-217; "
                  "Pasquariello & Vega (2007) RFS 20(6):1975-2019; Cont & de Larrard (2013) SIAM J. Financial Math. 4(1):1-25",
    .features = "F06 F07 F08 F10 F17 F29", .time_stop_ns = 120 * kMinute_ns, .cooldown_ns = 0,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .positions_max = 2};

enum class Phase : std::uint8_t { kNone = 0, kPre = 1, kSpike = 2, kPost = 3 };

class NewsHandler final : public StrategyBase<NewsHandler> {
 public:
  explicit NewsHandler(const StrategySetup& s) : StrategyBase(kInfo, s), currencies_(NewsCurrencies::of(s.instrument)) {
    const auto m1 = [&](FeatureId id, std::int32_t p0) { return need(s.requests.request({id, Timeframe::kM1, p0, 0})); };
    vr_ = m1(FeatureId::kVolumeRatio, kVolume_bars);
    before_ = m1(FeatureId::kCloseLag, kDirection_bars);
    highest_ = m1(FeatureId::kHighest, kStop_bars);
    lowest_ = m1(FeatureId::kLowest, kStop_bars);
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().spread, common().spread_median}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM1);
    if (c.position.open) manage(c, out, bar);
    const double mean_range = ranges_.full() ? ranges_.mean() : 0;
    ranges_.push(bar.high - bar.low);
    choose_event(c);
    const Event before = event_;
    if (event_.release != 0) follow(bar);
    last_close_ = bar.close;
    last_end_ = bar.t_close;
    if (!ready(c.frame)) return;
    funnel_.begin();
    const Phase phase = phase_at(c.ts);
    if (!funnel_.pass(0, check::holds(phase != Phase::kNone))) return reject();
    if (!funnel_.pass(1, check::holds((event_.used & bit(phase)) == 0))) return reject();
    switch (phase) {
      case Phase::kPre: return pre(c, out, bar);
      case Phase::kSpike: return spike(c, out, bar, mean_range);
      case Phase::kPost: return post(c, out, bar, before);
      case Phase::kNone: return;
    }
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(ranges_, event_, last_close_, last_end_, traded_p0_, traded_phase_, traded_release_, judged_at_release_, was_on_side_);
  }

 private:
  struct Event {
    TimeNs release = 0;         // 0: none
    std::uint8_t used = 0;      // bit per phase
    Price p0 = 0;               // 0: not known
    Price high = 0, low = 0;    // since the release
    Price extreme = 0;          // E
    Price retracement = 0;      // extreme of the way back from E
    double retraced_most = 0;   // largest x at a close since E
    template <class Archive> void serialize(Archive& ar) { ar(release, used, p0, high, low, extreme, retracement, retraced_most); }
  };
  [[nodiscard]] static std::uint8_t bit(Phase p) noexcept { return static_cast<std::uint8_t>(1u << static_cast<unsigned>(p)); }
  [[nodiscard]] DurationNs window(std::size_t p) const noexcept { return static_cast<DurationNs>(param(p)) * kMinute_ns; }

  /// The newest release whose window is open.
  void choose_event(const StrategyContext& c) noexcept {
    TimeNs newest = 0;
    for (const NewsItem& n : c.news.items()) {
      const bool wanted = n.type != NewsType::kOther && ((static_cast<unsigned>(param(kTypes)) >> (static_cast<unsigned>(n.type) - 1)) & 1u) != 0;
      const bool open = c.ts >= n.release - window(kPreWindow) && c.ts <= n.release + window(kPostWindow);
      if (wanted && open && currencies_.concern(n)) newest = std::max(newest, n.release);
    }
    if (newest == event_.release) return;
    event_ = {};
    event_.release = newest;
    if (newest != 0 && last_end_ != 0 && last_end_ <= newest && newest - last_end_ <= kFresh_ns) event_.p0 = last_close_;
  }

  /// The bar before the release gives P0; those after it the excursion, its extreme and the way back.
  void follow(const TfBar& bar) noexcept {
    Event& e = event_;
    if (bar.gap()) e.p0 = 0;
    if (bar.t_close <= e.release) {
      e.p0 = e.release - bar.t_close <= kFresh_ns ? bar.close : 0;
    } else if (e.p0 != 0) {
      e.high = e.high == 0 ? std::max(bar.high, e.p0) : std::max(e.high, bar.high);
      e.low = e.low == 0 ? std::min(bar.low, e.p0) : std::min(e.low, bar.low);
      const Price now = e.high - e.p0 >= e.p0 - e.low ? e.high : e.low;
      if (now != e.extreme) {
        e.extreme = now;
        e.retracement = bar.close;
        e.retraced_most = 0;
      } else {
        e.retracement = side() > 0 ? std::min(e.retracement, bar.low) : std::max(e.retracement, bar.high);
      }
      e.retraced_most = std::max(e.retraced_most, retraced(bar.close, e.extreme));
    }
  }
  [[nodiscard]] Direction side() const noexcept { return event_.extreme >= event_.p0 ? kLong : kShort; }
  [[nodiscard]] double retraced(Price close, Price extreme) const noexcept {
    const auto move = static_cast<double>(extreme - event_.p0);
    return move == 0 ? 0 : static_cast<double>(extreme - close) / move;
  }

  [[nodiscard]] Phase phase_at(TimeNs ts) const noexcept {
    if (event_.release == 0) return Phase::kNone;
    const DurationNs tau = ts - event_.release;
    if (tau >= -window(kPreWindow) && tau < kPreEnd_ns) return Phase::kPre;
    if (event_.p0 == 0) return Phase::kNone;
    if (tau >= 0 && tau <= kSpikeEnd_ns) return Phase::kSpike;
    return tau > kSpikeEnd_ns && tau <= window(kPostWindow) && param(kWaves) != 0 ? Phase::kPost : Phase::kNone;
  }

  void pre(const StrategyContext& c, StrategyOut& out, const TfBar& bar) noexcept {
    const FeatureFrame& f = c.frame;
    const double fz = f.get(common().fz).value, vpin = f.get(common().vpin).value;
    if (!funnel_.pass(2, check::at_least(std::fabs(fz), param(kOfi)))) return reject();
    const Direction d = fz > 0 ? kLong : kShort;
    if (!funnel_.pass(3, check::above(d * f.get(common().cvd_n).value, 0))) return reject();
    if (!funnel_.pass(4, check::at_most(vpin, kPreVpin))) return reject();
    const double conf = std::min(std::fabs(fz) / kPreFull_sd, 1.0) * (1 - vpin);
    if (!funnel_.pass(5, check::score_at_least(conf, kPreConf))) return reject();
    if (!admit(c)) return;
    Signal& s = raise_with_stop(c, out, bar, d);
    s.flags |= signal_flag::kUsesVpin;
    finish(c, s, Phase::kPre, conf, kPreLevel, 0);
  }

  void spike(const StrategyContext& c, StrategyOut& out, const TfBar& bar, double mean_range) noexcept {
    const FeatureFrame& f = c.frame;
    const double ratio = mean_range > 0 ? static_cast<double>(bar.high - bar.low) / mean_range : 0;
    if (!funnel_.pass(2, check::every({check::score_at_least(ratio, kRatioMin), check::score_at_most(ratio, kRatioMax)}))) return reject();
    const double move = static_cast<double>(bar.close) - f.get(before_).value;
    const Direction g = move > 0 ? kLong : kShort;
    if (!funnel_.pass(3, check::every({check::as_price(check::is_not(static_cast<double>(move), 0)), check::at_least(g * f.get(common().fz).value, kSpikeFz)}))) return reject();
    if (!funnel_.pass(4, check::at_least(f.get(common().vpin).value, param(kVpinSpike)))) return reject();
    if (!funnel_.pass(5, check::as_price(check::at_most(f.get(common().spread).value, kSpreadMax * f.get(common().spread_median).value)))) return reject();
    if (!admit(c)) return;
    const bool absorbed = bar.has_volume() && f.get(vr_).value > kAbsorbVolume && ratio < kAbsorbRatio;
    Signal& s = raise_with_stop(c, out, bar, static_cast<Direction>(absorbed ? -g : g));
    s.flags |= signal_flag::kToxExempt;
    finish(c, s, Phase::kSpike, absorbed ? kQualityAbsorb : kQualitySpike, kPostLevel, ratio);
  }

  void post(const StrategyContext& c, StrategyOut& out, const TfBar& bar, const Event& before) noexcept {
    const FeatureFrame& f = c.frame;
    const Price p0 = event_.p0;
    const Direction g_before = before.extreme >= p0 ? kLong : kShort;
    const bool beyond = before.extreme != 0 && g_before * (bar.close - before.extreme) > 0;
    const Price extreme = beyond ? before.extreme : event_.extreme, w = std::abs(extreme - p0);
    const Direction g = beyond ? g_before : side();
    const double x = retraced(bar.close, extreme);
    const bool wave3 = beyond && score::at_least(before.retraced_most, kWave3Retrace);
    const bool wave2 = !beyond && score::at_least(x, kWave2From) && score::at_least(kWave2To, x);
    if (!funnel_.pass(2, check::every({check::price_at_least(w, units(kMoveMin_u, c.instrument)), check::holds(wave2 || wave3)}))) return reject();
    if (!funnel_.pass(3, check::at_least(g * f.get(common().fz).value, (wave3 ? kWave3Fz : kWave2Fz)))) return reject();
    if (!funnel_.pass(4, check::at_most(f.get(common().vpin).value, kPostVpin))) return reject();
    const auto along = [&](Price from, double share) { return from + g * std::llround(share * static_cast<double>(w)); };
    const Price stop = along(extreme, wave3 ? -kWave3Stop : -kWave2Stop);
    const Price target = along(wave3 ? before.retracement : event_.retracement, wave3 ? kWave3Target : kWave2Target);
    const Price risk = g * (bar.close - stop), reward = g * (target - bar.close);
    if (!funnel_.pass(5, check::every({check::price_above(risk, 0), check::score_at_least(risk > 0 ? static_cast<double>(reward) / static_cast<double>(risk) : 0, kPostRewardRisk)}))) return reject();
    if (!admit(c)) return;
    Signal& s = raise(c, out, g, bar.close, stop);
    s.take_profit = {target, 0, 0};
    s.tp_fraction = {1, 0, 0};
    s.tp_count = 1;
    s.rr_min = kPostRewardRisk;
    s.flags |= signal_flag::kUsesVpin;
    finish(c, s, Phase::kPost, wave3 ? kQualityWave3 : kQualityWave2, kPostLevel, 0);
    s.criteria[2] = static_cast<double>(w) / static_cast<double>(c.instrument.u);
    s.criteria[3] = x;
    s.criteria[7] = price_to_double(extreme);
  }

  Signal& raise_with_stop(const StrategyContext& c, StrategyOut& out, const TfBar& bar, Direction d) noexcept {
    const Price extreme = std::llround(c.frame.get(d > 0 ? lowest_ : highest_).value);
    const Price spread = std::llround(c.frame.get(common().spread).value);
    Signal& s = raise(c, out, d, bar.close, structural_stop(c.instrument, d, bar.close, extreme, spread, param(kStopPct) / 100));
    standard_targets(s, param(kTargetR));
    return s;
  }

  void finish(const StrategyContext& c, Signal& s, Phase phase, double quality, std::uint8_t level, double ratio) noexcept {
    const FeatureFrame& f = c.frame;
    const bool bonus = s.direction * f.get(common().cvd_n).value >= param(kCvdBonus);
    s.quality_raw = s.score = quality;
    s.level = static_cast<std::uint8_t>(level + (bonus ? 1 : 0));
    s.time_stop_ns = event_.release + window(kPostWindow) - c.ts;
    s.criteria = {static_cast<double>((c.ts - event_.release) / kMinute_ns), static_cast<double>(phase), 0, 0, ratio, f.get(vr_).value,
                  price_to_double(event_.p0), price_to_double(event_.extreme)};
    event_.used = static_cast<std::uint8_t>(event_.used | bit(phase));
    traded_phase_ = phase;
    traded_p0_ = event_.p0;
    traded_release_ = event_.release;
    judged_at_release_ = false;
    was_on_side_ = s.direction * (s.entry_ref - traded_p0_) >= 0;
  }

  void manage(const StrategyContext& c, StrategyOut& out, const TfBar& bar) noexcept {
    const PositionView& p = c.position;
    const double close = price_to_double(bar.close);
    if (traded_phase_ == Phase::kPre) {
      const Price risk = p.direction * (p.entry_price - p.stop_loss), gain = p.direction * (bar.close - p.entry_price);
      if (judged_at_release_ || c.ts < traded_release_ + kPreEnd_ns) return;
      judged_at_release_ = true;
      if (gain < risk) request_exit(c, out, ExitReason::kTimeStop, close, price_to_double(p.entry_price + p.direction * risk));
    } else if (p.direction * (bar.close - traded_p0_) >= 0) {
      was_on_side_ = true;
    } else if (was_on_side_) {
      request_exit(c, out, ExitReason::kInvalidation, close, price_to_double(traded_p0_));
    }
  }

  NewsCurrencies currencies_;
  FeatureHandle vr_, before_, highest_, lowest_;
  RollingMoments ranges_{kRange_bars};
  Event event_;
  Price last_close_ = 0;
  TimeNs last_end_ = 0;
  Price traded_p0_ = 0;            // of the last signal
  Phase traded_phase_ = Phase::kNone;
  TimeNs traded_release_ = 0;
  bool judged_at_release_ = false; // the PRE position was looked at once, at tau = -1
  bool was_on_side_ = false;       // a close since the entry, or the entry, was on the right side of P0
};

}  // namespace

const StrategyInfo& s24_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s24(const StrategySetup& s) { return std::make_unique<NewsHandler>(s); }

}  // namespace omega
