// S05: after a violent, high-volume displacement, the first return to the last opposite bar before it, if flow confirms.
// Block: M15 bar i with |C−O| >= 40 u and vz(50) >= 3.4; zone = [low, high] of the newest opposite-coloured bar of i−1..i−3
// (else i−1); no GAP inside. Testable after a close >= max(zone width, 10 u) outside; dies by a close > 8 u beyond the far
// edge, 24 h, a 6th newer block, or its first touch. Entry on the first touch: extreme between near edge + 8 u and far
// edge − 8 u, close on the right half, H4 label = d, conf(d) >= .65, Sf(3)+Sc(.6)+Sv(.3)+Sw+Sx(vmr(3,7);1,3) >= 3.5.
// Exit: SL far edge − d·10 u, at most 1 %; 50 % at 2.8R, 50 % at 5.2R, break-even after the first; a close > 8 u beyond the far edge.
// Choices: a touch reaches near edge + d·8 u; one that runs past far edge − d·8 u consumes the block too. The displacement bar's own
// close may make its block testable, from the next bar on. No block, zone or retest across a GAP (1.7). Distances are exact integers.
// Warm-up: 51 M15 bars. O(blocks) per M15 close. Source: STRATEGIES S05 (experimental: no peer-reviewed test).
#include "engine/signals/strategies/strategies.hpp"

#include "engine/features/window.hpp"

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
constexpr double kTestable_u = 10, kLevel5Body_u = 60, kLevel4Body_u = 50, kVolumeFull = 3;
constexpr std::int32_t kVolume_bars = 50, kRecent_bars = 3, kBefore_bars = 7;

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
    vz_ = s.requests.request({FeatureId::kVolumeZ, Timeframe::kM15, kVolume_bars, 0});  // detection only
    vmr_ = need(s.requests.request({FeatureId::kVolumeMeanRatio, Timeframe::kM15, kRecent_bars, kBefore_bars}));
    for (const FeatureHandle h : {common().fz, common().cvd_n, common().vpin, common().confluence, common().label_h4}) need(h);
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    const TfBar& bar = c.frame.bar(Timeframe::kM15);
    const Price buffer = units(param(kBuffer), c.instrument);
    const Price limit = traded_far_ - c.position.direction * buffer;
    if (c.position.open && c.position.direction * (bar.close - limit) < 0) {
      request_exit(c, out, ExitReason::kInvalidation, price_to_double(bar.close), price_to_double(limit));
    }
    remove_if([](const Block& b) { return b.state == State::kTouched; });  // touched at an earlier close
    for (std::size_t i = 0; i < count_; ++i) test(c, out, bar, blocks_[i], buffer);
    remove_if([](const Block& b) { return b.state == State::kDead; });
    detect(c, bar);
    bars_.push(bar);
  }

  [[nodiscard]] bool in_zone(Price price, Direction d, TimeNs ts) const noexcept override {
    for (std::size_t i = 0; i < count_; ++i) {
      const Block& b = blocks_[i];
      const bool active = b.state != State::kTouched || b.touched_ts == ts;  // the touch being judged still counts
      if (active && b.direction == d && price >= b.low && price <= b.high) return true;
    }
    return false;
  }
  template <class Archive> void serialize(Archive& ar) {
    serialize_base(ar);
    ar(bars_, blocks_, count_, traded_far_);
    if constexpr (Archive::kLoading) count_ = std::min(count_, blocks_.size());  // a damaged checkpoint
  }

 private:
  enum class State : std::uint8_t { kNew, kTestable, kTouched, kDead };
  struct Block {
    Direction direction = 0;
    State state = State::kNew;
    Price low = 0, high = 0, body = 0;
    TimeNs born = 0, touched_ts = 0;
    template <class Archive> void serialize(Archive& ar) { ar(direction, state, low, high, body, born, touched_ts); }
  };

  void detect(const StrategyContext& c, const TfBar& bar) noexcept {
    const FeatureValue& vz = c.frame.get(vz_);
    const Price body = bar.close > bar.open ? bar.close - bar.open : bar.open - bar.close;
    if (body < units(param(kBody), c.instrument) || bar.gap() || bars_.size() == 0) return;
    if (!bar.has_volume() || !vz.ready() || vz.value < param(kVolumeSigma)) return;
    const Direction d = bar.close > bar.open ? kLong : kShort;
    const TfBar* zone = &bars_.back(0);
    for (std::size_t age = 0; age < bars_.size(); ++age) {
      const TfBar& b = bars_.back(age);
      if (d * (b.close - b.open) < 0) {
        zone = &b;
        break;
      }
      if (b.gap()) break;  // what is older lies beyond a gap
    }
    make_room();
    Block b{.direction = d, .state = State::kNew, .low = zone->low, .high = zone->high, .body = body, .born = c.ts, .touched_ts = 0};
    if (outside(b, bar.close, c.instrument)) b.state = State::kTestable;
    OMEGA_ASSERT(count_ < blocks_.size(), count_, blocks_.size());
    blocks_[count_++] = b;
  }

  /// A 6th newer block kills the oldest one alive.
  void make_room() noexcept {
    std::size_t alive = 0, oldest = count_;
    for (std::size_t i = 0; i < count_; ++i) {
      if (blocks_[i].state == State::kTouched) continue;
      if (oldest == count_) oldest = i;
      ++alive;
    }
    if (alive < static_cast<std::size_t>(param(kActiveMax))) return;
    blocks_[oldest].state = State::kDead;
    remove_if([](const Block& b) { return b.state == State::kDead; });
  }

  [[nodiscard]] static bool outside(const Block& b, Price close, const InstrumentConfig& i) noexcept {
    const Price need = std::max(b.high - b.low, units(kTestable_u, i));
    return b.direction > 0 ? close >= b.high + need : close <= b.low - need;
  }

  void test(const StrategyContext& c, StrategyOut& out, const TfBar& bar, Block& b, Price buffer) noexcept {
    const Direction d = b.direction;
    const Price near = d > 0 ? b.high : b.low, far = d > 0 ? b.low : b.high;
    const Price against = d > 0 ? bar.low : bar.high;
    const bool too_old = c.ts - b.born >= static_cast<DurationNs>(param(kExpiry) * static_cast<double>(kHour_ns));
    if (too_old || bar.gap()) {  // the pattern may not span a gap
      b.state = State::kDead;
      return;
    }
    if (b.state == State::kTestable && d * (against - (near + d * buffer)) <= 0) {
      b.state = State::kTouched;  // consumed by its first touch, traded or not
      b.touched_ts = c.ts;
      evaluate(c, out, bar, b, near, far, buffer);
    } else if (d * (bar.close - (far - d * buffer)) < 0) {
      b.state = State::kDead;
    } else if (b.state == State::kNew && outside(b, bar.close, c.instrument)) {
      b.state = State::kTestable;
    }
  }

  void evaluate(const StrategyContext& c, StrategyOut& out, const TfBar& bar, const Block& b, Price near, Price far, Price buffer) noexcept {
    const FeatureFrame& f = c.frame;
    if (!ready(f)) return;
    funnel_.begin();
    reject();  // the block's own state is the edge: each block is evaluated once
    const Direction d = b.direction;
    const Price against = d > 0 ? bar.low : bar.high;
    if (!funnel_.pass(0, check::every({check::price_at_most(d * (against - (near + d * buffer)), 0), check::price_at_least(d * (against - (far - d * buffer)), 0)}))) return;
    if (!funnel_.pass(1, check::price_above(d * (2 * bar.close - (b.low + b.high)), 0))) return;
    if (!funnel_.pass(2, check::any({check::is(param(kRequireH4), 0), check::is(f.get(common().label_h4).value, d)}))) return;
    if (!funnel_.pass(3, check::score_at_least(for_direction(f.get(common().confluence).value, d), param(kConfMin)))) return;
    const std::array<double, 5> scores{
        score::sf(d, f.get(common().fz).value, param(kOfi)), score::sc(d, f.get(common().cvd_n).value, param(kCvd)),
        score::sv(f.get(common().vpin).value, param(kVpin)), score::sw(bar, d, c.instrument.tick),
        score::sx(f.get(vmr_).value, 1, kVolumeFull)};
    const double total = score::sum(scores);
    if (!funnel_.pass(4, check::score_at_least(total, param(kScoreMin)))) return;
    if (!admit(c)) return;
    const Price widest = std::llround(param(kStopPct) / 100 * static_cast<double>(bar.close));
    const Price stop = bar.close - d * std::min(d * (bar.close - (far - d * units(param(kStopBuffer), c.instrument))), widest);
    Signal& s = raise(c, out, d, bar.close, stop);
    targets_in_r(s, std::array<TargetStep, 2>{{{param(kTarget1), .5}, {param(kTarget2), .5}}});
    s.flags |= signal_flag::kBreakEven | signal_flag::kUsesVpin;
    s.score = total;
    s.quality_raw = total / 5;
    s.level = score::at_least(total, 4.5) && b.body >= units(kLevel5Body_u, c.instrument) ? 5
              : score::at_least(total, 4) && b.body >= units(kLevel4Body_u, c.instrument) ? 4 : 3;
    s.criteria = {price_to_double(b.low), price_to_double(b.high), scores[0], scores[1], scores[2], scores[3], scores[4],
                  static_cast<double>(b.body) / static_cast<double>(c.instrument.u)};
    traded_far_ = far;
    reject();
  }

  template <class Gone>
  void remove_if(Gone gone) noexcept {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (!gone(blocks_[i])) blocks_[kept++] = blocks_[i];
    }
    count_ = kept;
  }

  static constexpr std::size_t kBlocksMax = 16;  // 5 alive, the others touched at this very close
  FeatureHandle vz_, vmr_;
  Window<TfBar> bars_{3};  // the three bars before the current
  std::array<Block, kBlocksMax> blocks_{};
  std::size_t count_ = 0;
  Price traded_far_ = 0;   // far edge of the last signal
};

}  // namespace

const StrategyInfo& s05_info() noexcept { return kInfo; }
std::unique_ptr<Strategy> make_s05(const StrategySetup& s) { return std::make_unique<OrderBlock>(s); }

}  // namespace omega
