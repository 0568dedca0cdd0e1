// Random markets, signals and operators through the risk stage and the paper venue: the books balance at every event, every
// signal ends with one code, no approval breaks a limit, nothing is approved while L4 is on, and a stage restored from a
// checkpoint at any event goes on byte for byte (STRATEGIES 5.4-1, 5.4-7). Prints its seed.
#include <cstdlib>
#include <map>
#include <random>

#include "engine/orders/paper_venue.hpp"
#include "engine/risk/paper_compare.hpp"
#include "engine/risk/risk_stage.hpp"
#include "tests/unit/risk/risk_fixture.hpp"

namespace omega::test {
namespace {

constexpr std::array<InstrumentId, 5> kTraded{kEurUsd, kGbpUsd, kUsdJpy, kEurGbp, kBtcUsd};
constexpr std::array<double, kRows> kStart{1.1, 1.27, 150, .85, 1.35, .88, .66, .61, 165, 190, 2000, 45'000};

std::uint64_t seed_of_run() {
  const char* given = std::getenv("OMEGA_TEST_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20'240'109;
}

/// Keeps the books a second time, straight from the reports, with nothing of Account but the rounding rule of 1.6.
class Ledger {
 public:
  explicit Ledger(const EngineConfig& config) : config_(&config), bid_(kRows), ask_(kRows) {}
  void on_bar(const Bar& b) { bid_[b.instrument] = b.bid_close; ask_[b.instrument] = b.ask_close; }
  void on_report(const ExecReport& r) {
    if (r.kind != ExecKind::kFilled) return;
    cash_ -= r.commission;
    Open& o = open_[r.order_id];
    if (r.leg == OrderLeg::kEntry) {
      o = {r.instrument, r.direction, r.price, r.quantity};
      return;
    }
    cash_ += value(o, r.price, r.quantity);
    o.quantity -= r.quantity;
    if (o.quantity == 0) open_.erase(r.order_id);
  }
  [[nodiscard]] Money equity() const {
    Money sum = money(config_->risk.initial_capital) + cash_;
    for (const auto& [id, o] : open_) sum += value(o, o.direction > 0 ? bid_[o.instrument] : ask_[o.instrument], o.quantity);
    return sum;
  }
  [[nodiscard]] std::size_t open() const { return open_.size(); }

 private:
  struct Open {
    InstrumentId instrument = 0;
    Direction direction = 0;
    Price entry = 0;
    Qty quantity = 0;
  };
  [[nodiscard]] double rate(InstrumentId i) const {
    const auto mid = [&](InstrumentId x) { return static_cast<double>(bid_[x] + ask_[x]) / 2e9; };
    if (i == kUsdJpy) return 1 / mid(kUsdJpy);
    return i == kEurGbp ? mid(kGbpUsd) : 1.0;
  }
  [[nodiscard]] Money value(const Open& o, Price exit, Qty quantity) const {
    const double unit = config_->instruments[o.instrument].contract * rate(o.instrument) / (1e9 * 1e8);
    return std::llround(static_cast<double>(o.direction * (exit - o.entry)) * static_cast<double>(quantity) * unit * 1e8);
  }
  const EngineConfig* config_;
  std::vector<Price> bid_, ask_;
  Money cash_ = 0;
  std::map<OrderId, Open> open_;
};

class Session {
 public:
  Session(std::uint64_t seed, const EngineConfig& config)
      : config_(&config), random_(seed), stage_(std::in_place, config, sink_), twin_(std::in_place, config, twin_sink_),
        venue_(config), ledger_(config), mid_(kStart) {}

  void run(int minutes) {
    for (int m = 0; m < minutes && !::testing::Test::HasFatalFailure(); ++m) {
      now_ += kMinute_ns;
      ReportSink expired;
      venue_.on_timer(now_, expired);
      deliver_reports(expired);
      deliver(Timer{.ts = now_, .kind = now_ % kDay_ns == 0 ? TimerKind::kDay : TimerKind::kMinute});
      for (const InstrumentId id : kTraded) {
        if (id != kGbpUsd && chance(60)) continue;  // a missing minute now and then; GBPUSD gaps by hours below
        if (id == kGbpUsd && m % 500 > 490) continue;
        const Bar b = next_bar(id);
        ReportSink fills;
        venue_.on_bar(b, fills);
        deliver_reports(fills);
        ledger_.on_bar(b);
        if (chance(4)) raise_signals();
        deliver(b);
      }
      if (chance(600)) {
        const auto code = static_cast<ControlCode>(pick(1, 5));
        deliver(Control{.ts = now_, .code = code, .strategy = static_cast<StrategyId>(pick(1, 5))});
      }
      if (stage_->kill_switch().emergency() && chance(200)) deliver(Control{.ts = now_, .code = ControlCode::kResetL4});
    }
  }
  void expect_sums() const {
    std::uint64_t decided = 0;
    for (const auto& row : stage_->counts()) for (const std::uint64_t n : row) decided += n;
    EXPECT_EQ(decided, raised_);
    EXPECT_EQ(sink_.decisions.size(), raised_);
    EXPECT_EQ(sink_.bytes, twin_sink_.bytes);
    EXPECT_EQ(stage_->digest(), twin_->digest());
  }
  std::uint64_t raised_ = 0, approved_ = 0, trades_ = 0, restores_ = 0;
  std::map<ReasonCode, std::uint64_t> codes_;
  std::uint64_t digest() const { return stage_->digest(); }
  std::uint64_t switches() const { return sink_.switches.size(); }

 private:
  std::int64_t pick(std::int64_t lo, std::int64_t hi) { return std::uniform_int_distribution<std::int64_t>(lo, hi)(random_); }
  bool chance(int one_in) { return pick(1, one_in) == 1; }

  Bar next_bar(InstrumentId id) {
    const InstrumentConfig& row = config_->instruments[id];
    const double pip = price_to_double(row.pip) * (id == kBtcUsd ? 6 : 1);
    mid_[id] += static_cast<double>(pick(-8, 8)) * pip;
    if (chance(300)) mid_[id] += static_cast<double>(pick(-60, 60)) * pip;
    mid_[id] = std::max(mid_[id], kStart[id] / 2);
    const double spread = static_cast<double>(pick(0, 3)) * pip;
    Bar b = quote_bar(id, now_, mid_[id], mid_[id] + spread);
    const Price reach = px(static_cast<double>(pick(0, 12)) * pip);
    b.bid_high += reach;
    b.ask_high += reach;
    b.bid_low -= reach;
    b.ask_low -= reach;
    return b;
  }
  void raise_signals() {
    for (auto n = pick(1, 6); n > 0; --n) {
      const InstrumentId id = kTraded[static_cast<std::size_t>(pick(0, 4))];
      const auto strategy = static_cast<StrategyId>(pick(1, 5));
      bool twice = false;  // a strategy raises at most one signal per symbol and event
      for (const Signal& s : signals_) twice = twice || (s.instrument == id && s.strategy == strategy);
      if (twice || stage_->account().mid(id) == 0) continue;
      const double pip = price_to_double(config_->instruments[id].pip) * (id == kBtcUsd ? 6 : 1);
      // one draw per statement: the order of arguments is the compiler's, and a seed must mean the same everywhere
      const Direction d = chance(2) ? kLong : kShort;
      const double stop = static_cast<double>(pick(10, 80)) * pip;
      const std::int64_t least_level = chance(50) ? 0 : 1;
      Signal s = good_signal(id, strategy, d, price_to_double(stage_->account().mid(id)), stop);
      s.level = static_cast<std::uint8_t>(pick(least_level, 5));
      s.conf = .5 + .01 * static_cast<double>(pick(0, 50));
      s.vpin = .01 * static_cast<double>(pick(10, 58));
      s.tox = static_cast<ToxLevel>(pick(0, 5));
      s.flags = chance(3) ? signal_flag::kToxExempt : signal_flag::kUsesVpin;
      s.index = static_cast<std::uint32_t>(signals_.size());
      signals_.push_back(s);
    }
    raised_ += signals_.size();
  }
  void deliver_reports(const ReportSink& reports) {
    for (const ExecReport& r : reports.view()) {
      if (::testing::Test::HasFatalFailure()) return;
      if (r.kind == ExecKind::kFilled) {
        ASSERT_NE(stage_->account().find(r.order_id), nullptr) << "a fill without an order";
      }
      ledger_.on_report(r);
      trades_ += r.kind == ExecKind::kFilled && r.leg != OrderLeg::kEntry && r.remaining == 0 ? 1 : 0;
      deliver(r);
    }
  }
  template <class T>
  void deliver(const T& event) {
    if (::testing::Test::HasFatalFailure()) return;
    InputEvent e = InputEvent::of(event);
    e.seq = ++seq_;
    SignalsOut in{signals_.data(), nullptr, static_cast<std::uint32_t>(signals_.size()), 0, static_cast<std::uint32_t>(signals_.size()), 0};
    stage_->process(e, FeaturesOut{}, in, out_);
    RiskOut twin_out{twin_room_.data(), static_cast<std::uint32_t>(twin_room_.size()), 0, ExitReason::kNone};
    twin_->process(e, FeaturesOut{}, in, twin_out);
    ASSERT_EQ(out_.count, twin_out.count);
    ASSERT_EQ(out_.close_all, twin_out.close_all);
    check_books();
    check_decisions();
    send_commands();
    signals_.clear();
    if (chance(400)) restore_twin();
  }
  void check_books() {
    ASSERT_EQ(stage_->equity(), ledger_.equity()) << "seq " << seq_;
    std::size_t filled = 0;
    for (const OpenPosition& p : stage_->account().positions()) filled += p.filled ? 1 : 0;
    ASSERT_EQ(filled, ledger_.open());
  }
  void check_decisions() {
    const RiskConfig& r = config_->risk;
    ASSERT_EQ(sink_.decisions.size() - seen_, signals_.size());
    for (; seen_ < sink_.decisions.size(); ++seen_) {
      const RiskDecision& d = sink_.decisions[seen_];
      ++codes_[d.code];
      ASSERT_NE(d.code, ReasonCode::kNone);
      if (d.code != ReasonCode::kApproved) {
        ASSERT_GE(d.gate, 1);
        ASSERT_LE(d.gate, 9);
        continue;
      }
      ++approved_;
      ASSERT_FALSE(stage_->kill_switch().emergency());
      ASSERT_FALSE(above(d.risk_actual, r.l1_risk_max));
      ASSERT_FALSE(above(d.exposure_total, r.exposure_total_max));
      ASSERT_FALSE(above(d.exposure_symbol, r.exposure_symbol_max));
      ASSERT_FALSE(above(d.exposure_strategy, r.exposure_strategy_max));
      ASSERT_FALSE(above(d.exposure_correlated, r.exposure_correlated_max));
      ASSERT_GT(d.lots, 0);
      ASSERT_EQ(d.lots % config_->instruments[d.instrument].lot_step, 0);
    }
    const auto positions = stage_->account().positions();
    ASSERT_LE(positions.size(), static_cast<std::size_t>(r.positions_max));
    for (const OpenPosition& p : positions) {
      int on_symbol = 0;
      for (const OpenPosition& q : positions) {
        on_symbol += p.instrument == q.instrument ? 1 : 0;
        ASSERT_FALSE(p.instrument == q.instrument && p.direction != q.direction) << "a hedge";
        ASSERT_TRUE(&p == &q || p.instrument != q.instrument || p.strategy != q.strategy);
      }
      ASSERT_LE(on_symbol, r.positions_symbol_max);
    }
  }
  void send_commands() {
    for (const ApprovedOrder& a : out_.view()) {
      const Signal& s = signals_[a.signal_index];
      OrderCommand c;
      c.ts = now_;
      c.active_ts = now_ + config_->venue.latency_ns;
      c.order_id = order_id_of(seq_, s.index);
      c.signal_seq = seq_;
      c.quantity = a.lots;
      c.entry_ref = s.entry_ref;
      c.stop_loss = s.stop_loss;
      c.take_profit = s.take_profit;
      c.tp_count = 1;
      c.tp_quantity[0] = a.lots;
      if (a.lots >= 2 * config_->instruments[s.instrument].lot_step) {  // a partial at half way
        c.tp_count = 2;
        c.take_profit = {(s.entry_ref + s.take_profit[0]) / 2, s.take_profit[0], 0};
        c.tp_quantity[0] = a.lots / 2 / lots(.01) * lots(.01);
        c.tp_quantity[1] = a.lots - c.tp_quantity[0];
      }
      c.expiry_ts = now_ + 2 * kMinute_ns;
      c.instrument = s.instrument;
      c.strategy = s.strategy;
      c.direction = s.direction;
      venue_.accept(c);
    }
    for (const OpenPosition& p : stage_->account().positions()) {
      const bool all = out_.close_all != ExitReason::kNone;
      if (!all && !(p.filled && chance(800))) continue;
      OrderCommand c;
      c.ts = now_;
      c.active_ts = now_ + config_->venue.latency_ns;
      c.order_id = p.order_id;
      c.instrument = p.instrument;
      c.strategy = p.strategy;
      c.direction = p.direction;
      c.action = !all ? OrderAction::kModifyStop : p.filled ? OrderAction::kClose : OrderAction::kCancel;
      c.stop_loss = p.entry_price;
      venue_.accept(c);
    }
  }
  void restore_twin() {
    StateWriter w;
    twin_->save(w);
    twin_.emplace(*config_, twin_sink_);
    StateReader r(w.bytes());
    twin_->load(r);
    ASSERT_TRUE(r.at_end());
    ++restores_;
  }

  const EngineConfig* config_;
  std::mt19937_64 random_;
  RecordingSink sink_, twin_sink_;
  std::optional<RiskStage> stage_, twin_;  // twin: same inputs, saved and restored at random
  PaperVenue venue_;
  Ledger ledger_;
  std::array<double, kRows> mid_;
  std::array<ApprovedOrder, 64> room_{}, twin_room_{};
  RiskOut out_{room_.data(), static_cast<std::uint32_t>(room_.size()), 0, ExitReason::kNone};
  std::vector<Signal> signals_;
  std::size_t seen_ = 0;
  Seq seq_ = 0;
  TimeNs now_ = utc_time(2024, 1, 8);
};

TEST(RiskProperty, TheBooksBalanceLimitsHoldAndRestoredStagesAgree) {
  const std::uint64_t seed = seed_of_run();
  std::printf("SEED=%llu (rerun: OMEGA_TEST_SEED=%llu)\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(seed));
  std::map<ReasonCode, std::uint64_t> codes;
  std::uint64_t approved = 0, trades = 0, restores = 0, switches = 0, digest = 0;
  for (std::uint64_t round = 0; round < 6; ++round) {
    EngineConfig config = risk_config();
    if (round % 2 == 1) {  // FULL_24
      config.risk.initial_capital = 50'000;
      config.risk.positions_max = 10;
      config.risk.risk_per_trade_max = .02;
      config.risk.trades_day_max = 50;
      config.risk.trades_hour_max = 10;
      config.risk.session_open_hour_utc = 0;
    }
    Session session(seed + round, config);
    session.run(3'000);
    ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "seed " << seed + round;
    session.expect_sums();
    for (const auto& [code, n] : session.codes_) codes[code] += n;
    approved += session.approved_;
    trades += session.trades_;
    restores += session.restores_;
    switches += session.switches();
    digest = digest * 31 + session.digest();
  }
  std::printf("approved %llu, trades %llu, restores %llu, transitions %llu\n", static_cast<unsigned long long>(approved),
              static_cast<unsigned long long>(trades), static_cast<unsigned long long>(restores), static_cast<unsigned long long>(switches));
  std::printf("risk lanes digest %016llx (the same for every compiler)\n", static_cast<unsigned long long>(digest));
  for (const auto& [code, n] : codes) std::printf("  %-18s %llu\n", std::string(reason_name(code)).c_str(), static_cast<unsigned long long>(n));
  EXPECT_GT(approved, 50u);
  EXPECT_GE(restores, 50u);
  EXPECT_GT(switches, 0u);
  EXPECT_GT(codes.size(), 12u) << "the walk visits most gates";
}

}  // namespace
}  // namespace omega::test
