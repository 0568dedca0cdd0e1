// S05: after a violent, high-volume displacement, the first return to the last opposite bar before it, if flow confirms.
// Block: M15 bar i with |C−O| >= 40 u and vz(50) >= 3.4; zone = [low, high] of the newest opposite-coloured bar of i−1..i−3
// (else i−1); no GAP inside. Testable after a close >= max(zone width, 10 u) outside; dies by a close > 8 u beyond the far
// edge, 24 h, a 6th newer block, or its first touch. Entry on the first touch: extreme between near edge + 8 u and far
// edge − 8 u, close on the right half, H4 label = d, conf(d) >= .65, Sf(3)+Sc(.6)+Sv(.3)+Sw+Sx(vmr(3,7);1,3) >= 3.5.
// Warm-up: 51 M15 bars. O(blocks) per M15 close. Source: STRATEGIES S05 (experimental: no peer-reviewed test).
#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

enum : std::size_t { kBody, kVolumeSigma, kBuffer, kActiveMax, kExpiry, kOfi, kCvd, kVpin, kScoreMin, kStopPct, kStopBuffer, kTarget1, kTarget2, kConfMin, kRequireH4 };
constexpr ParamSpec kParams[] = {
    {"displacement_pips", "u", 40, 10, 150, "body of the displacement bar"},
    {"volume_sigma_threshold", "sd", 3.4, 1.5, 6, "vz(50) of the displacement bar"},
    {"buffer_pips", "u", 8, 1, 30, "tolerance around the zone"},
    {"max_active_blocks", "count", 5, 1, 5, "older blocks die"},
    {"expiry", "h", 24, 1, 168, "age at which a block dies"},
    {"ofi_threshold", "sd", 3.0, 1, 4, "flow z-score that scores in full"},
    {"cvd_threshold", "-", 0.6, 0.1, 1, "cvd_n that scores in full"},
    {"vpin_threshold", "-", 0.30, 0.2, 0.5, "VPIN below which flow counts as clean"},
    {"min_confirmation_score", "of 5", 3.5, 2.5, 5, "sum of the five criteria"},
    {"stop_loss_pct", "% of price", 1.0, 0.2, 2.5, "widest stop"},
    {"stop_buffer_pips", "u", 10, 2, 30, "stop beyond the far edge"},
    {"take_profit_r_1", "R", 2.8, 1, 10, "first half"},
    {"take_profit_r_2", "R", 5.2, 1, 10, "second half"},
    {"min_mtf_confluence", "-", 0.65, 0, 1, "confluence in the direction of the trade"},
    {"require_h4_order_block", "0/1", 1, 0, 1, "H4 label must agree"},
};
constexpr const char* kConditions[] = {"touch_in_zone", "close_in_half", "h4_label", "confluence", "score"};
constexpr const char* kCriteria[] = {"zone_low", "zone_high", "score_flow", "score_cvd", "score_vpin", "score_wick", "score_volume", "body_u"};
constexpr double kTestable_u = 10, kLevel5Body_u = 60, kLevel4Body_u = 50;

constexpr StrategyInfo kInfo{
    .id = 5, .name = "order_block_institutional", .group = "GREEN", .family = SignalFamily::kMicro, .timeframe = Timeframe::kM15,
    .needs = capability::kBars | capability::kVolume,
    .idea = "after a violent, high-volume displacement, the first return to the last opposite bar before it is bought (sold) if flow confirms",
    .formula = "block: |C-O|>=40u and vz(50)>=3.4, zone = newest opposite bar of the 3 before; testable after a close max(width,10u) outside; entry on the first touch: "
               "extreme within 8u of the zone, d(C-mid)>0, H4 label=d, conf(d)>=.65, Sf(3)+Sc(.6)+Sv(.3)+Sw+Sx(vmr(3,7);1,3)>=3.5; exit: SL far edge-10u (<=1%), 50% at "
               "2.8R, 50% at 5.2R, SL to entry after the first, close >8u beyond the far edge; size: 5 if score>=4.5 and body>=60u, 4 if >=4 and >=50u, else 3",
    .literature = "Bouchaud, Farmer, Lillo (2009) Handbook of Financial Markets 57-160; Osler (2000) FRBNY Econ. Policy Review 6(2):53-68; experimental",
    .features = "F06 F07 F08 F13 F17 F18 F28", .time_stop_ns = 16 * 15 * kMinute_ns, .cooldown_ns = 30 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class OrderBlock final : public StrategyBase<OrderBlock> {
 public:
  explicit OrderBlock(const StrategySetup& s) : StrategyBase(kInfo, s) {
    vz_ = s.requests.request({FeatureId::kVolumeZ, Timeframe::kM15, 50, 0});
    vmr_ = s.requests.request({FeatureId::kVolumeMeanRatio, Timeframe::kM15, 3, 7});
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    if (!c.frame.closed(Timeframe::kM15)) return;
    const TfBar& bar = c.frame.bar(Timeframe::kM15);
    const Price buffer = units(param(kBuffer), c.instrument);
    if (c.position.open && c.position.direction * (bar.close - (traded_far_ - c.position.direction * buffer)) < 0) {
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(bar.close), price_to_double(traded_far_ - c.position.direction * buffer));
    }
    for (std::size_t i = 0; i < count_; ++i) test(c, out, bar, blocks_[i], buffer);
    forget_dead(c.ts);
    detect(c, bar);
    bars_.push(bar);
  }

  [[nodiscard]] bool in_zone(Price price, Direction d, TimeNs ts) const noexcept override {
    for (std::size_t i = 0; i < count_; ++i) {
      const Block& b = blocks_[i];
      const bool active = b.died == 0 || b.died == ts;  // the block whose touch is being judged still counts
      if (active && b.direction == d && price >= b.low && price <= b.high) return true;
    }
    return false;
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(bars_, blocks_, count_, traded_far_);
  }

 private:
  struct Block {
    Direction direction = 0;
    Price low = 0, high = 0;
    double body_u = 0;
    TimeNs born = 0, died = 0;
    bool testable = false;
    template <class Archive> void serialize(Archive& ar) { ar(direction, low, high, body_u, born, died, testable); }
  };

  void detect(const StrategyContext& c, const TfBar& bar) noexcept {
    const FeatureValue& vz = c.frame.get(vz_);
    const Price body = bar.close > bar.open ? bar.close - bar.open : bar.open - bar.close;
    const double body_u = static_cast<double>(body) / static_cast<double>(c.instrument.u);
    if (!vz.ready() || bar.gap() || !score::at_least(body_u, param(kBody)) || !score::at_least(vz.value, param(kVolumeSigma)) || bars_.size() == 0) return;
    const Direction d = bar.close > bar.open ? kLong : kShort;
    const TfBar* zone = &bars_.back(0);
    for (std::size_t age = 0; age < bars_.size(); ++age) {
      const TfBar& b = bars_.back(age);
      if (d * (b.close - b.open) < 0) {
        zone = &b;
        break;
      }
      if (b.gap()) break;  // the pattern may not span a gap
    }
    if (count_ == static_cast<std::size_t>(param(kActiveMax))) {  // the oldest makes room
      for (std::size_t i = 1; i < count_; ++i) blocks_[i - 1] = blocks_[i];
      --count_;
    }
    Block b{d, zone->low, zone->high, body_u, c.ts, 0, false};
    b.testable = outside(b, bar.close, c.instrument);
    blocks_[count_++] = b;
  }

  bool outside(const Block& b, Price close, const InstrumentConfig& i) const noexcept {
    const Price need = std::max(b.high - b.low, units(kTestable_u, i));
    return b.direction > 0 ? close >= b.high + need : close <= b.low - need;
  }

  void test(const StrategyContext& c, StrategyOut& out, const TfBar& bar, Block& b, Price buffer) noexcept {
    const Direction d = b.direction;
    const Price near = d > 0 ? b.high : b.low, far = d > 0 ? b.low : b.high;
    const bool too_old = c.ts - b.born >= static_cast<DurationNs>(param(kExpiry)) * kHour_ns;
    const Price against = d > 0 ? bar.low : bar.high;
    const bool touched = b.testable && d * (against - (near + d * buffer)) <= 0;
    if (touched && !too_old) {
      b.died = c.ts;  // consumed by its first touch, traded or not
      evaluate(c, out, bar, b, near, far, buffer);
    } else if (too_old || d * (bar.close - (far - d * buffer)) < 0) {
      b.died = c.ts;
    } else if (!b.testable) {
      b.testable = outside(b, bar.close, c.instrument);
    }
  }

  void evaluate(const StrategyContext& c, StrategyOut& out, const TfBar& bar, const Block& b, Price near, Price far, Price buffer) noexcept {
    const FeatureFrame& f = c.frame;
    for (const FeatureHandle h : {vmr_, c.common.fz, c.common.cvd_n, c.common.vpin, c.common.confluence, c.common.label_h4}) {
      if (!f.get(h).ready()) return funnel_.not_ready();
    }
    funnel_.begin();
    reject();  // each block is its own edge
    const Direction d = b.direction;
    const Price against = d > 0 ? bar.low : bar.high;
    if (!funnel_.pass(0, d * (against - (near + d * buffer)) <= 0 && d * (against - (far - d * buffer)) >= 0)) return;
    if (!funnel_.pass(1, d * (2 * bar.close - (b.low + b.high)) > 0)) return;
    if (!funnel_.pass(2, param(kRequireH4) == 0 || f.get(c.common.label_h4).value == d)) return;
    if (!funnel_.pass(3, for_direction(f.get(c.common.confluence).value, d) >= param(kConfMin))) return;
    const double scores[] = {score::sf(d, f.get(c.common.fz).value, param(kOfi)), score::sc(d, f.get(c.common.cvd_n).value, param(kCvd)),
                             score::sv(f.get(c.common.vpin).value, param(kVpin)), score::sw(bar, d, c.instrument.tick), score::sx(f.get(vmr_).value, 1, 3)};
    double total = 0;
    for (const double x : scores) total += x;
    if (!funnel_.pass(4, score::at_least(total, param(kScoreMin)))) return;
    if (!admit(c.ts)) return;
    const Price wide = std::llround(param(kStopPct) / 100 * static_cast<double>(bar.close));
    const Price stop = bar.close - d * std::min(d * (bar.close - (far - d * units(param(kStopBuffer), c.instrument))), wide);
    Signal& s = raise(c, out, d, bar.close, stop);
    const std::pair<double, double> targets[] = {{param(kTarget1), .5}, {param(kTarget2), .5}};
    targets_in_r(s, targets);
    s.flags |= signal_flag::kBreakEven | signal_flag::kUsesVpin;
    s.score = total;
    s.quality_raw = total / 5;
    s.level = score::at_least(total, 4.5) && b.body_u >= kLevel5Body_u ? 5 : score::at_least(total, 4) && b.body_u >= kLevel4Body_u ? 4 : 3;
    s.criteria = {price_to_double(b.low), price_to_double(b.high), scores[0], scores[1], scores[2], scores[3], scores[4], b.body_u};
    traded_far_ = far;
  }

  void forget_dead(TimeNs now) noexcept {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (blocks_[i].died == 0 || blocks_[i].died == now) blocks_[kept++] = blocks_[i];
    }
    count_ = kept;
    // A block that died at this very close stays until the next one, so that in_zone() can answer for its signal;
    // test() never sees it alive again.
    for (std::size_t i = 0; i < count_; ++i) {
      if (blocks_[i].died != 0) blocks_[i].testable = false;
    }
  }

  static constexpr std::size_t kBlocksMax = 16;
  FeatureHandle vz_, vmr_;
  Window<TfBar> bars_{3};  // the three bars before the current
  std::array<Block, kBlocksMax> blocks_{};
  std::size_t count_ = 0;
  Price traded_far_ = 0;
};

}  // namespace

const StrategyInfo& s05_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s05(const StrategySetup& s) { return std::make_unique<OrderBlock>(s); }

}  // namespace omega
