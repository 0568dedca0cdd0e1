// S21: in option-expiry, quarter-end and month-end windows follow a volume burst if flow agrees.
// Window (priority quarter > opex > month): the last 3 business days of March, June, September, December; 0 to 2 business days before the
// expiry day, itself included; the last 2 business days of a month. Only 07:00 to 20:00 UTC. Entry at M15 closes: no earlier signal in the
// window; vr(20) >= 1.8; d = sign fz = sign cvd_n; Sf(2.5)+Sc(.55)+Sv(.3)+Sx(vmr(5,15);1,1.5)+clip(d·(C/C(4) − 1)/.002) >= 3.5.
// Warm-up: that of F06, F08; 21 M15 bars. O(1) per M15 close.
// Exit: STOP(1 %); STD(2.2); the window's end at 22:00 UTC of its last day or 32 M15 bars, whichever is first; d·fz <= −2.5.
// Size: month-end 2; else 3 if score >= 4, 2 otherwise.
// Choices: a window is counted on business days only; the day is that of the close; outside the years of the holiday list no evaluation.
// Source: STRATEGIES S21; Etula, Rinne, Suominen, Vaittinen (2020) RFS 33(1):75-111. FX has no expiry of its own: a hypothesis there.
#include "engine/market/business_calendar.hpp"
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kOpexDays, kQuarterDays, kMonthDays, kVolume, kOfi, kCvd, kVpin, kScoreMin, kStopPct, kTargetR };
constexpr ParamSpec kParams[] = {
    {"opex_anticipation_days", "count", 2, 0, 5, "business days before the expiry day"},
    {"quarter_end_window_days", "count", 3, 1, 10, "last business days of a quarter"},
    {"month_end_window_days", "count", 2, 1, 5, "last business days of a month"},
    {"flow_volume_threshold", "x", 1.8, 1, 5, "vr(20) that is a burst"},
    {"ofi_threshold", "sd", 2.5, 1, 5, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.55, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.6, "VPIN below which flow counts as clean"},
    {"min_confirmation_score", "of 5", 3.5, 2.5, 5, "sum of the five criteria"},
    {"stop_loss_pct", "% of price", 1.0, 0.2, 2.5, "widest stop"},
    {"take_profit_r", "R", 2.2, 1, 5, "final target of STD"},
};
constexpr const char* kConditions[] = {"window", "first_in_window", "volume", "direction", "score"};
constexpr const char* kCriteria[] = {"window", "volume_ratio", "score_flow", "score_cvd", "score_vpin", "score_volume", "score_move", "business_days_left"};
constexpr double kVolumeFull = 1.5, kMoveFull = .002, kInvalidFz = 2.5;
constexpr std::int32_t kVolume_bars = 20, kRecent_bars = 5, kBefore_bars = 15, kMove_bars = 4, kStop_bars = 50;
constexpr DurationNs kFrom_ns = 7 * kHour_ns, kTo_ns = 20 * kHour_ns, kWindowEnd_ns = 22 * kHour_ns;

constexpr StrategyInfo kInfo{
    .id = 21, .name = "calendar_arbitrage_flows", .group = "HYBRID", .family = SignalFamily::kEvent, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kVolume | capability::kCalendarHolidays,
    .idea = "in option-expiry, quarter-end and month-end windows follow a volume burst if flow agrees",
    .formula = "window (quarter > opex > month): last 3 business days of a quarter, 0..2 business days before expiry, last 2 of a month, 07:00-20:00 UTC; entry: first in the "
               "window, vr(20)>=1.8, d=sign fz=sign cvd_n, Sf(2.5)+Sc(.55)+Sv(.3)+Sx(vmr(5,15);1,1.5)+clip(d(C/C(4)-1)/.002)>=3.5; exit: STOP(1%), STD(2.2), window end 22:00 "
               "UTC or 32 M15, d*fz<=-2.5; size: month-end 2, else 3 if score>=4, 2 otherwise",
    .literature = "Ni, Pearson, Poteshman (2005) JFE 78(1):49-87; Melvin & Prins (2015) J. Financial Markets 22:50-72; Etula, Rinne, Suominen, Vaittinen (2020) RFS "
                  "33(1):75-111; Lou (2012) RFS 25(12):3457-3489; Ben-David, Franzoni, Moussawi (2018) J. Finance 73(6):2471-2535",
    .features = "F06 F07 F08 F17 F29", .time_stop_ns = 32 * 15 * kMinute_ns, .cooldown_ns = 0,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria, .positions_max = 2};

enum class WindowKind : std::uint8_t { kNone = 0, kQuarterEnd = 1, kOpex = 2, kMonthEnd = 3 };
struct FlowWindow {
  WindowKind kind = WindowKind::kNone;
  std::int64_t last_day = 0, days_left = 0;
};

class CalendarFlows final : public StrategyBase<CalendarFlows> {
 public:
  explicit CalendarFlows(const StrategySetup& s) : StrategyBase(kInfo, s), calendar_(s.calendar) {
    const auto m15 = [&](FeatureId id, std::int32_t p0, std::int32_t p1 = 0) { return need(s.requests.request({id, Timeframe::kM15, p0, p1})); };
    vr_ = m15(FeatureId::kVolumeRatio, kVolume_bars);
    vmr_ = m15(FeatureId::kVolumeMeanRatio, kRecent_bars, kBefore_bars);
    before_ = m15(FeatureId::kCloseLag, kMove_bars);
    highest_ = m15(FeatureId::kHighest, kStop_bars);
    lowest_ = m15(FeatureId::kLowest, kStop_bars);
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().spread}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const FeatureFrame& f = c.frame;
    const FeatureValue& fz = f.get(common().fz);
    if (c.position.open && fz.ready() && c.position.direction * fz.value <= -kInvalidFz) {
      request_exit(c, out, ExitReason::kInvalidation, fz.value, -kInvalidFz * c.position.direction);
    }
    if (!calendar_->covers(utc_day(c.ts)) || !ready(f)) return;
    funnel_.begin();
    const FlowWindow w = window(c.ts);
    if (!funnel_.pass(0, check::holds(w.kind != WindowKind::kNone))) return reject();
    if (!funnel_.pass(1, check::holds(w.kind != used_kind_ || w.last_day != used_last_day_))) return reject();
    const TfBar& bar = f.bar(Timeframe::kM15);
    const double vr = f.get(vr_).value, cvd = f.get(common().cvd_n).value;
    if (!funnel_.pass(2, check::every({check::holds(bar.has_volume()), check::at_least(vr, param(kVolume))}))) return reject();
    if (!funnel_.pass(3, check::above(fz.value * cvd, 0))) return reject();
    const Direction d = fz.value > 0 ? kLong : kShort;
    const double before = f.get(before_).value, move = (static_cast<double>(bar.close) - before) / before;
    const std::array<double, 5> scores{score::sf(d, fz.value, param(kOfi)), score::sc(d, cvd, param(kCvd)),
                                       score::sv(f.get(common().vpin).value, param(kVpin)),
                                       score::sx(f.get(vmr_).value, 1, kVolumeFull), score::clip(d * move / kMoveFull)};
    const double total = score::sum(scores);
    if (!funnel_.pass(4, check::score_at_least(total, param(kScoreMin)))) return reject();
    if (!admit(c)) return;
    const Price extreme = std::llround(f.get(d > 0 ? lowest_ : highest_).value);
    const Price stop = structural_stop(c.instrument, d, bar.close, extreme, std::llround(f.get(common().spread).value), param(kStopPct) / 100);
    Signal& s = raise(c, out, d, bar.close, stop);
    standard_targets(s, param(kTargetR));
    s.time_stop_ns = std::min(kInfo.time_stop_ns, w.last_day * kDay_ns + kWindowEnd_ns - c.ts);
    s.flags |= signal_flag::kUsesVpin;
    s.score = total;
    s.quality_raw = total / 5;
    s.level = w.kind != WindowKind::kMonthEnd && score::at_least(total, 4) ? 3 : 2;
    s.criteria = {static_cast<double>(w.kind), vr, scores[0], scores[1], scores[2], scores[3], scores[4], static_cast<double>(w.days_left)};
    used_kind_ = w.kind;
    used_last_day_ = w.last_day;
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(used_kind_, used_last_day_);
  }

 private:
  [[nodiscard]] FlowWindow window(TimeNs ts) const noexcept {
    const std::int64_t day = utc_day(ts);
    const DurationNs at = time_of_day(ts);
    if (at < kFrom_ns || at >= kTo_ns || !calendar_->is_business_day(day)) return {};
    const CivilDate date = civil_from_days(day);
    const std::int64_t left = calendar_->left_in_month(day);
    if (date.month % 3 == 0 && left <= static_cast<std::int64_t>(param(kQuarterDays))) {
      return {WindowKind::kQuarterEnd, calendar_->last_of_month(day), left - 1};
    }
    const std::int64_t expiry = calendar_->expiry_day(date.year, date.month), to_expiry = calendar_->between(day, expiry);
    if (day <= expiry && to_expiry <= static_cast<std::int64_t>(param(kOpexDays))) return {WindowKind::kOpex, expiry, to_expiry};
    if (left <= static_cast<std::int64_t>(param(kMonthDays))) return {WindowKind::kMonthEnd, calendar_->last_of_month(day), left - 1};
    return {};
  }

  const BusinessCalendar* calendar_;
  FeatureHandle vr_, vmr_, before_, highest_, lowest_;
  WindowKind used_kind_ = WindowKind::kNone;  // of the last signal
  std::int64_t used_last_day_ = 0;
};

}  // namespace

const StrategyInfo& s21_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s21(const StrategySetup& s) { return std::make_unique<CalendarFlows>(s); }

}  // namespace omega
