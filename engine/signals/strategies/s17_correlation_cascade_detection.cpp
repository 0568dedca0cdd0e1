// S17: when one symbol (the hub) decouples from several partners at once, and less than 60 % of the links are broken yet, follow
// the hub's own move. One object over all instruments, at M15 closes.
// Links: 12 pairs; rho_h over the 80 synchronised returns before the last 20, rho_r over the last 20. Eligible: |rho_h| >= .80. Broken:
// eligible, rho_r·sign rho_h <= .40 and |z_F| >= 2.5, z_F = (atanh rho_r − atanh rho_h)/sqrt(1/17 + 1/77).
// Entry: E eligible links >= 6; B links broke within the last 5 closes and still are, 3 <= B, B/E <= .60; hub = symbol in most of them (>= 3;
// tie: the lowest id); u = mean over its broken links of the sum of 20 residuals r_h − beta·r_partner, beta from the older 80;
// |u|/(sd·sqrt 20) >= 2.5 with sd that of the mean residual over the older 80; d = sign u; on the hub: vr(20) >= 1.4 and
// Sf(2.5)+Sc(.6)+Sv(.3)+Sx(vmr(5,15);1,1.5)+Sx(mean range 5/15;1,1.4) >= 3.6.
// Exit: SL STOP(1.5 %); STD(2.8); broken links/E < .2. Size 3 if score >= 4, else 2. Cool-down 4 h and one position, over all symbols.
// Choices: residuals of several links are averaged by age (a close that one link skipped shifts it by one); a link that another close
// finds whole starts anew; windows that leave fewer than 10 older returns make no link eligible; with fewer than 6 links in the run the strategy is DISABLED (MULTI). Warm-up: 100 closes per link, F06-F08
// of the hub. O(links · 100) per M15 close.
// Source: STRATEGIES S17; Billio, Getmansky, Lo, Pelizzon (2012) JFE 104(3):535-559; Forbes & Rigobon (2002) J. Finance 57(5):2223-2261.
#include "engine/core/detmath.hpp"
#include "engine/features/pair_returns.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kLookback, kRecent, kHistoricalMin, kBreakdownMax, kSigma, kCascade, kBreakBars, kCompletionMax, kVolumeMin, kOfi, kCvd, kVpin, kStopPct, kTargetR, kScoreMin };
constexpr ParamSpec kParams[] = {
    {"correlation_lookback", "M15 bars", 100, 60, 500, "returns of a link, the recent ones included"},
    {"recent_correlation_window", "M15 bars", 20, 10, 60, "newest returns"},
    {"historical_correlation_min", "-", 0.80, 0.5, 0.99, "|rho| of the older returns of an eligible link"},
    {"breakdown_correlation_max", "-", 0.40, 0, 0.7, "rho of the newest, with the sign of the older, of a broken link"},
    {"divergence_sigma", "sd", 2.5, 1.5, 5, "of the change of rho (Fisher z), and of the hub's own move"},
    {"cascade_threshold", "count", 3, 2, 10, "links that broke, all and of the hub"},
    {"second_order_window", "M15 bars", 5, 1, 20, "closes within which they broke"},
    {"cascade_completion_max", "share", 0.60, 0.3, 1, "of the eligible links"},
    {"volume_threshold", "x", 1.4, 1, 4, "vr(20) of the hub"},
    {"ofi_threshold", "sd", 2.5, 1, 4, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.6, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN below which flow counts as clean"},
    {"stop_loss_pct", "% of price", 1.5, 0.2, 2.5, "widest stop"},
    {"take_profit_r_multiple", "R", 2.8, 1, 8, "final target of STD"},
    {"min_confirmation_score", "of 5", 3.6, 2.5, 5, "sum of the five criteria"},
};
constexpr const char* kConditions[] = {"eligible_links", "broken_links", "completion", "hub_links", "hub_move", "volume", "score"};
constexpr const char* kCriteria[] = {"eligible", "broken", "hub_move_sd", "score_flow", "score_cvd", "score_vpin", "score_volume", "score_range"};
constexpr std::size_t kEligible_min = 6, kOlder_min = 10;
constexpr double kRatioFloor = .2, kVolumeFull = 1.5, kRangeFull = 1.4;
constexpr std::int32_t kVolume_bars = 20, kNear_bars = 5, kBefore_bars = 15, kStructure_bars = 50;
constexpr std::array<std::array<std::string_view, 2>, 12> kLinks{{{"EURUSD", "GBPUSD"}, {"EURUSD", "EURJPY"}, {"EURUSD", "EURGBP"}, {"GBPUSD", "GBPJPY"},
    {"GBPUSD", "EURGBP"}, {"AUDUSD", "NZDUSD"}, {"AUDUSD", "AUDJPY"}, {"USDCAD", "USDCHF"}, {"USDJPY", "EURJPY"}, {"USDJPY", "GBPJPY"},
    {"XAUUSD", "XAGUSD"}, {"XAUUSD", "EURUSD"}}};

constexpr StrategyInfo kInfo{
    .id = 17, .name = "correlation_cascade_detection", .group = "HYBRID", .family = SignalFamily::kStatArb, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kMulti,
    .idea = "when one symbol decouples from several partners at once, and less than 60% of the links are broken yet, follow its own move",
    .formula = "12 links; rho_h over 80 returns before the last 20, rho_r over those; eligible |rho_h|>=.80; broken rho_r*sign rho_h<=.40 and |z_F|>=2.5; entry: E>=6, "
               "B broke within 5 closes, 3<=B, B/E<=.60, hub in >=3 of them, |mean of 20-sum of r_h-beta*r_partner|>=2.5 sd*sqrt(20), d its sign, vr(20)>=1.4, "
               "Sf(2.5)+Sc(.6)+Sv(.3)+Sx(vmr(5,15);1,1.5)+Sx(range 5/15;1,1.4)>=3.6; exit: SL STOP(1.5%), STD(2.8), broken/E<.2; size 3 if score>=4 else 2",
    .literature = "Billio, Getmansky, Lo, Pelizzon (2012) JFE 104(3):535-559; Forbes & Rigobon (2002) J. Finance 57(5):2223-2261",
    .features = "F06 F07 F08 F11 F17 F21", .time_stop_ns = 16 * 15 * kMinute_ns, .cooldown_ns = 4 * kHour_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .market = true, .positions_max = 1};

class CorrelationCascade final : public StrategyBase<CorrelationCascade> {
 public:
  explicit CorrelationCascade(const StrategySetup& s) : StrategyBase(kInfo, s), instruments_(s.instruments) {
    const auto m15 = [&](FeatureId id, std::int32_t p0, std::int32_t p1 = 0) { return s.requests.request({id, Timeframe::kM15, p0, p1}); };
    vr_ = need(m15(FeatureId::kVolumeRatio, kVolume_bars));
    vmr_ = need(m15(FeatureId::kVolumeMeanRatio, kNear_bars, kBefore_bars));
    range_ = need(m15(FeatureId::kRangeMeanRatio, kNear_bars, kBefore_bars));
    lowest_ = need(m15(FeatureId::kLowest, kStructure_bars));
    highest_ = need(m15(FeatureId::kHighest, kStructure_bars));
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().spread}) need(h);
    const auto id_of = [&](std::string_view symbol) {
      for (std::size_t i = 0; i < s.instruments.size(); ++i)
        if (s.instruments[i].active && s.instruments[i].symbol == symbol) return static_cast<InstrumentId>(i);
      return kNoInstrument;
    };
    for (const auto& names : kLinks) {
      const InstrumentId a = id_of(names[0]), b = id_of(names[1]);
      if (a != kNoInstrument && b != kNoInstrument) links_.emplace_back(a, b, lookback());
    }
  }

  [[nodiscard]] bool fed() const noexcept override { return links_.size() >= kEligible_min; }
  [[nodiscard]] bool uses(InstrumentId id) const noexcept override {
    return std::any_of(links_.begin(), links_.end(), [&](const Link& l) { return l.a == id || l.b == id; });
  }
  void on_frame(const StrategyContext&, StrategyOut&) noexcept override {}

  void on_close(const MarketContext& market, StrategyOut& out) noexcept override {
    std::size_t eligible = 0, broken = 0, fresh = 0;
    for (Link& l : links_) {
      follow(market, l);
      eligible += l.eligible ? 1 : 0;
      broken += l.broken_bars > 0 ? 1 : 0;
      fresh += fresh_break(l) ? 1 : 0;
    }
    manage(market, out, eligible, broken);
    funnel_.begin();
    const double share = eligible > 0 ? static_cast<double>(fresh) / static_cast<double>(eligible) : 0;
    if (!funnel_.pass(0, check::at_least(static_cast<double>(eligible), static_cast<double>(kEligible_min)))) return reject();
    if (!funnel_.pass(1, check::at_least(static_cast<double>(fresh), param(kCascade)))) return reject();
    if (!funnel_.pass(2, check::score_at_most(share, param(kCompletionMax)))) return reject();
    const auto [hub, links_of_hub] = find_hub(market);
    if (!funnel_.pass(3, check::at_least(static_cast<double>(links_of_hub), param(kCascade)))) return reject();
    evaluate(market, out, *hub, eligible, fresh);
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    for (Link& l : links_) ar(l);
  }

 private:
  struct Link {
    Link(InstrumentId x, InstrumentId y, std::size_t w) : a(x), b(y), returns(w) {}
    InstrumentId a, b;          // configuration
    PairReturns returns;        // x: a, y: b
    bool eligible = false;
    std::int64_t broken_bars = 0;  // closes since it broke, that one included; 0: whole
    template <class Archive> void serialize(Archive& ar) { ar(returns, eligible, broken_bars); }
  };

  [[nodiscard]] std::size_t lookback() const noexcept { return static_cast<std::size_t>(param(kLookback)); }
  [[nodiscard]] std::size_t recent() const noexcept { return static_cast<std::size_t>(param(kRecent)); }
  [[nodiscard]] std::size_t older() const noexcept { return lookback() - recent(); }
  [[nodiscard]] bool fresh_break(const Link& l) const noexcept { return l.broken_bars > 0 && l.broken_bars <= static_cast<std::int64_t>(param(kBreakBars)); }

  [[nodiscard]] static const MarketLeg* leg_of(const MarketContext& market, InstrumentId id) noexcept {
    for (const MarketLeg& leg : market.legs)
      if (leg.id == id && leg.closed) return &leg;
    return nullptr;
  }

  void follow(const MarketContext& market, Link& l) noexcept {
    const MarketLeg *a = leg_of(market, l.a), *b = leg_of(market, l.b);
    if (a == nullptr && b == nullptr) return;
    l.returns.on_close(a != nullptr ? &a->frame.bar(Timeframe::kM15) : nullptr, b != nullptr ? &b->frame.bar(Timeframe::kM15) : nullptr);
    const bool broken = judge(l);
    l.broken_bars = broken ? l.broken_bars + 1 : 0;
  }

  /// Sets eligible; true when the link is broken.
  [[nodiscard]] bool judge(Link& l) const noexcept {
    l.eligible = false;
    if (!l.returns.valid() || older() < kOlder_min) return false;
    const FeatureValue then = correlation(l.returns.sums(recent(), older())), now = correlation(l.returns.sums(0, recent()));
    if (!then.ready() || !now.ready()) return false;
    l.eligible = score::at_least(std::fabs(then.value), param(kHistoricalMin));
    const double sign = then.value < 0 ? -1 : 1;
    if (!l.eligible || !score::at_least(param(kBreakdownMax), now.value * sign)) return false;
    const double se = std::sqrt(1 / (static_cast<double>(recent()) - 3) + 1 / (static_cast<double>(older()) - 3));
    const double z = (detmath::atanh(now.value) - detmath::atanh(then.value)) / se;
    return score::at_least(std::fabs(z), param(kSigma));
  }

  /// The symbol in most of the links that just broke; the lowest id on a tie. nullptr when it has no bar at this close.
  [[nodiscard]] std::pair<const MarketLeg*, std::size_t> find_hub(const MarketContext& market) const noexcept {
    const MarketLeg* hub = nullptr;
    std::size_t most = 0;
    for (const MarketLeg& leg : market.legs) {  // in id order
      if (!leg.closed) continue;
      const auto n = static_cast<std::size_t>(std::count_if(links_.begin(), links_.end(), [&](const Link& l) { return fresh_break(l) && (l.a == leg.id || l.b == leg.id); }));
      if (n > most) most = n, hub = &leg;
    }
    return {hub, most};
  }

  /// u/(sd·sqrt(recent)): the hub's own move in sd; 0 when nothing moves.
  [[nodiscard]] double own_move(InstrumentId hub) const noexcept {
    double sum = 0, mean = 0, squares = 0;
    std::array<double, kLinks.size()> beta{};
    std::array<const Link*, kLinks.size()> of{};
    std::size_t n = 0;
    for (const Link& l : links_) {
      if (!fresh_break(l) || (l.a != hub && l.b != hub)) continue;
      PairReturns::Sums s = l.returns.sums(recent(), older());
      if (l.a == hub) std::swap(s.x, s.y), std::swap(s.xx, s.yy);  // x: the partner
      const FeatureValue slope = slope_of_y_on_x(s);
      if (!slope.ready()) return 0;
      beta[n] = slope.value;
      of[n++] = &l;
    }
    const auto residual = [&](std::size_t age) {
      double total = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const PairReturns::Return& r = of[i]->returns.returns().back(age);
        const double own = static_cast<double>(of[i]->a == hub ? r.x : r.y), partner = static_cast<double>(of[i]->a == hub ? r.y : r.x);
        total += own - beta[i] * partner;
      }
      return total / static_cast<double>(n);
    };
    for (std::size_t age = 0; age < recent(); ++age) sum += residual(age);
    std::size_t count = 0;
    for (std::size_t age = recent(); age < lookback(); ++age) {  // Welford (1962) Technometrics 4(3):419-420
      const double x = residual(age), delta = x - mean;
      mean += delta / static_cast<double>(++count);
      squares += delta * (x - mean);
    }
    const double sd = std::sqrt(squares / static_cast<double>(count - 1));
    return sd > 0 ? sum / (sd * std::sqrt(static_cast<double>(recent()))) : 0;
  }

  void manage(const MarketContext& market, StrategyOut& out, std::size_t eligible, std::size_t broken) noexcept {
    const double share = eligible > 0 ? static_cast<double>(broken) / static_cast<double>(eligible) : 0;
    if (score::at_least(share, kRatioFloor)) return;
    for (const MarketLeg& leg : market.legs) {
      if (leg.position.open) request_exit(leg.id, market.ts, out, ExitReason::kInvalidation, share, kRatioFloor);
    }
  }

  void evaluate(const MarketContext& market, StrategyOut& out, const MarketLeg& hub, std::size_t eligible, std::size_t fresh) noexcept {
    const FeatureFrame& f = hub.frame;
    const double move = own_move(hub.id);
    const Direction d = move < 0 ? kShort : kLong;
    if (!funnel_.pass(4, check::score_at_least(std::fabs(move), param(kSigma)))) return reject();
    if (!ready(f)) return reject();
    const TfBar& bar = f.bar(Timeframe::kM15);
    if (!funnel_.pass(5, check::every({check::holds(bar.has_volume()), check::score_at_least(f.get(vr_).value, param(kVolumeMin))}))) return reject();
    const std::array<double, 5> scores{score::sf(d, f.get(common().fz).value, param(kOfi)), score::sc(d, f.get(common().cvd_n).value, param(kCvd)),
                                       score::sv(f.get(common().vpin).value, param(kVpin)), score::sx(f.get(vmr_).value, 1, kVolumeFull),
                                       score::sx(f.get(range_).value, 1, kRangeFull)};
    const double total = score::sum(scores);
    if (!funnel_.pass(6, check::score_at_least(total, param(kScoreMin)))) return reject();
    const auto open = std::find_if(market.legs.begin(), market.legs.end(), [](const MarketLeg& l) { return l.position.open; });
    if (!admit(market.ts, open != market.legs.end())) return;
    const InstrumentConfig& row = instruments_[hub.id];
    const Price extreme = std::llround(f.get(d > 0 ? lowest_ : highest_).value);
    const Price stop = structural_stop(row, d, bar.close, extreme, std::llround(f.get(common().spread).value), param(kStopPct) / 100);
    Signal& s = raise(hub.id, market.ts, out, d, bar.close, stop);
    standard_targets(s, param(kTargetR));
    s.flags |= signal_flag::kUsesVpin;
    s.score = total;
    s.quality_raw = total / 5;
    s.level = score::at_least(total, 4) ? 3 : 2;
    s.criteria = {static_cast<double>(eligible), static_cast<double>(fresh), move, scores[0], scores[1], scores[2], scores[3], scores[4]};
  }

  std::span<const InstrumentConfig> instruments_;
  FeatureHandle vr_, vmr_, range_, lowest_, highest_;
  std::vector<Link> links_;
};

}  // namespace

const StrategyInfo& s17_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s17(const StrategySetup& s) { return std::make_unique<CorrelationCascade>(s); }

}  // namespace omega
