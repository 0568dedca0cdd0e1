// What each group of risk gates costs per signal, or per event where it is asked at every event, and the whole stage. The groups are
// called as the stage calls them. Every bench checks answers that were worked out on paper (STRATEGIES 4.3-4.7).
#include "engine/risk/risk_stage.hpp"

#include <cmath>
#include <memory>

#include "bench/journal/pairs.hpp"
#include "bench/market.hpp"
#include "engine/core/civil_time.hpp"

namespace omega::bench {
namespace {

constexpr TimeNs kNow = utc_time(2024, 1, 9, 10);  // a Tuesday, London is open
constexpr std::size_t kCalls = 400'000, kKinds = 1024;
constexpr InstrumentId kEurUsd = 0, kGbpUsd = 1, kUsdCad = 5, kUsdChf = 6;

Price px(double v) { return std::llround(v * 1e9); }
Money money(double v) { return std::llround(v * 1e8); }

const EngineConfig& config() {
  static const EngineConfig c = [] {
    EngineConfig made = or_end(load_config(std::string(OMEGA_SOURCE_DIR) + "/config", "green_only", {}));
    for (InstrumentConfig& i : made.instruments) i.active = true;
    return made;
  }();
  return c;
}

Bar quote(InstrumentId id, TimeNs ts, double bid, double ask) {
  Bar b;
  b.ts = ts;
  b.t_open = ts - kMinute_ns;
  b.instrument = id;
  b.bid_open = b.bid_high = b.bid_low = b.bid_close = px(bid);
  b.ask_open = b.ask_high = b.ask_low = b.ask_close = px(ask);
  return b;
}

/// The signal of the worked checks: quality .7298, a quarter of a lot at quality .80 and 10,000.
Signal worked(StrategyId strategy = 1) {
  Signal s;
  s.ts = kNow;
  s.entry_ref = px(1.1);
  s.stop_loss = px(1.1 - 0.0026);
  s.take_profit[0] = px(1.1 + 2.5 * 0.0026);
  s.tp_fraction[0] = 1;
  s.tp_r[0] = 2.5;
  s.tp_count = 1;
  s.rr_min = 1.5;
  s.conf = .75;
  s.str = .8;
  s.vpin = .25;
  s.cvd_n = .3;
  s.regime_range = 2.0 / 3.0;
  s.regime_shock = 1.0 / 3.0;
  s.valid_mask = signal_valid::kFz | signal_valid::kCvd | signal_valid::kVpin | signal_valid::kConf | signal_valid::kRegime;
  s.instrument = kEurUsd;
  s.strategy = strategy;
  s.family = SignalFamily::kReversal;
  s.direction = kLong;
  s.level = 3;
  s.tox = ToxLevel::kSafe;
  return s;
}

/// The worked signal with everything moved about, so that no branch is always the same.
std::vector<Signal> varied() {
  std::vector<Signal> all(kKinds, worked());
  for (std::size_t i = 0; i < kKinds; ++i) {
    Signal& s = all[i];
    const double x = static_cast<double>(i * 7919 % kKinds) / kKinds;
    s.conf = x;
    s.vpin = 1 - x;
    s.cvd_n = 2 * x - 1;
    s.level = static_cast<std::uint8_t>(1 + i % 5);
    s.stop_loss = s.entry_ref - px(0.0005 + 0.002 * x);
  }
  return all;
}

/// ns per call; call(n) gets the number of the call.
template <class Call>
void time(benchmark::State& state, const char* counter, Call&& call) {
  state.counters[counter] = time_ns([&] {
                              for (std::size_t n = 0; n < kCalls; ++n) call(n);
                            }) / kCalls;
}

void quality(benchmark::State& state) {
  const std::vector<Signal> signals = varied();
  for (auto _ : state) {
    if (std::abs(quality_of(worked(), .65).q - .729833333333) > 1e-9) state.SkipWithError("the worked check gives another quality");
    double low = 1, high = 0;
    time(state, "signal_ns", [&](std::size_t n) {
      const double q = quality_of(signals[n % kKinds], .65).q;
      low = std::min(low, q);
      high = std::max(high, q);
    });
    // Terms known for every kind: STR .8, REG .8, PERF .65. The rest runs from nothing (CONF 0, VPIN 1, CVD -1) to nearly everything.
    const double fixed = .25 * .8 + .10 * .8 + .05 * .65;
    if (std::abs(low - fixed) > 1e-9 || high < fixed + .59 || high > fixed + .60) state.SkipWithError("the qualities are outside their bounds");
  }
}

void sizing(benchmark::State& state) {
  const std::vector<Signal> signals = varied();
  const InstrumentConfig& eurusd = config().instruments[kEurUsd];
  const auto size = [&](const Signal& s, double q) { return size_of(config().risk, eurusd, s, q, s.entry_ref, 10'000, 1, 0); };
  const auto quality_at = [](std::size_t n) { return .6 + .4 * static_cast<double>(n % kKinds) / kKinds; };
  for (auto _ : state) {
    if (size(worked(), .80).lots != 25'000'000) state.SkipWithError("the worked check is no quarter of a lot");
    Qty whole = 0;
    for (std::size_t i = 0; i < kKinds; ++i) {  // one more step would be too much risk, notional or size
      const Size made = size(signals[i], quality_at(i));
      const double one_more = qty_to_double(made.lots + eurusd.lot_step), loss = price_to_double(signals[i].entry_ref - signals[i].stop_loss);
      const bool most = one_more * loss * eurusd.contract > 10'000 * made.r * (1 - 1e-9) || one_more * 1.1 * eurusd.contract > config().risk.leverage_max * 10'000;
      if (made.code != ReasonCode::kNone || !most || made.r_actual > made.r * (1 + 1e-9)) state.SkipWithError("a size is not the largest allowed");
      whole += made.lots;
    }
    Qty sum = 0;
    time(state, "signal_ns", [&](std::size_t n) { sum += n < kCalls / kKinds * kKinds ? size(signals[n % kKinds], quality_at(n)).lots : 0; });
    if (sum != whole * static_cast<Qty>(kCalls / kKinds)) state.SkipWithError("the sizes are others than those checked");
  }
}

/// Three open positions of one percent each, none of them correlated with a new one in XAUUSD or of its strategy.
Account with_positions() {
  Account account(config());
  const std::array<std::pair<InstrumentId, double>, 3> held{{{kEurUsd, 1.1}, {kGbpUsd, 1.27}, {kUsdCad, 1.35}}};
  std::uint64_t exec = 0;
  for (const auto& [id, price] : held) {
    account.on_market(quote(id, kNow, price, price));
    OrderCommand c;
    c.ts = kNow;
    c.order_id = (id + 1ull) << 8;
    c.quantity = money(1);  // one lot; the scale of Qty is that of Money
    c.instrument = id;
    c.strategy = static_cast<StrategyId>(2 + exec);
    c.direction = kLong;
    c.entry_ref = px(price);
    c.stop_loss = px(price - 100.0 / (config().instruments[id].contract * account.last_rate(id)));
    c.take_profit[0] = px(price * 1.1);
    c.tp_count = 1;
    account.on_order(c);
    ExecReport r{.ts = kNow, .fill_ts = kNow, .order_id = c.order_id, .exec_id = ++exec, .instrument = id, .strategy = c.strategy, .kind = ExecKind::kFilled,
                 .leg = OrderLeg::kEntry, .direction = kLong};
    r.price = c.entry_ref;
    r.quantity = r.remaining = c.quantity;
    account.on_exec(r);
  }
  return account;
}

EngineConfig roomy() {
  EngineConfig c = config();
  c.risk.positions_max = 8;
  return c;
}

void exposure(benchmark::State& state) {
  const EngineConfig room = roomy();
  const Account account = with_positions();
  Exposure exposure(room);
  Signal s = worked();
  s.instrument = kUsdChf;
  s.direction = kShort;  // against the dollar, like the others: correlated with both
  for (auto _ : state) {
    std::size_t allowed = 0, wrong = 0;
    ExposureNumbers numbers;
    time(state, "signal_ns", [&](std::size_t n) {
      const double risk = static_cast<double>(n % 400) * 1e-4 + 5e-5;  // up to 4 %: two are left on the symbol
      const ReasonCode code = exposure.check(account, s, risk, 10'000, kNow, numbers);
      allowed += code == ReasonCode::kNone;
      wrong += std::abs(numbers.total - .03 - risk) > 1e-7;
    });
    if (wrong != 0) state.SkipWithError("the exposure is not three percent and the new risk");
    if (allowed != kCalls / 2) state.SkipWithError("not half of the risks are allowed");
  }
}

void kill_switch(benchmark::State& state) {
  for (auto _ : state) {
    KillSwitch k(config().risk, money(10'000));
    auto events = std::make_unique<KillSwitchEvents>();
    std::size_t refused = 0;
    time(state, "event_ns", [&](std::size_t n) {  // to and fro, at most 2 % below the peak: no layer trips
      const TimeNs ts = kNow + static_cast<TimeNs>(n) * kMinute_ns;
      k.on_time(ts, *events);
      k.on_equity(ts, money(9'900 + static_cast<double>(n % 200)), *events);
      refused += k.check(static_cast<StrategyId>(1 + n % 24)) != ReasonCode::kNone;
    });
    if (refused != 0 || !events->view().empty() || k.peak() != money(10'099)) state.SkipWithError("a layer tripped within its limits");
    k.on_equity(kNow, money(10'099 * .88) + 1, *events);
    if (k.emergency()) state.SkipWithError("the emergency stop came above its limit");
    k.on_equity(kNow, money(10'099 * .88), *events);
    if (!k.emergency() || k.check(1) == ReasonCode::kNone) state.SkipWithError("12 % below the peak is no emergency stop");
  }
}

/// Four candidates: weights .8 .6 .5 long against .2 short, net 1.7/2.1. EV 1, 1.5, .5: the second wins with .9 against .8 and .25.
void arbitration(benchmark::State& state) {
  const auto candidate = [](StrategyId id, Direction d, double weight, double reward_risk) {
    Candidate c;
    c.strategy = id;
    c.direction = d;
    c.level = 3;
    c.quality = weight;
    c.win_probability = .5;
    c.reward_risk = reward_risk;
    return c;
  };
  const std::array four{candidate(1, kLong, .8, 3), candidate(2, kLong, .6, 4), candidate(3, kShort, .2, 3), candidate(4, kLong, .5, 2)};
  const Performance no_history;
  for (auto _ : state) {
    std::size_t wrong = 0;
    time(state, "four_signals_ns", [&](std::size_t) {
      std::array c = four;
      const double net = arbitrate(c, no_history, .30, .05);
      wrong += std::abs(net - 1.7 / 2.1) > 1e-12 || c[1].code != ReasonCode::kNone || c[0].code == ReasonCode::kNone || c[2].code == ReasonCode::kNone || c[3].code == ReasonCode::kNone;
    });
    if (wrong != 0) state.SkipWithError("another candidate won");
  }
}

/// What every bar costs: marks, equity of three open positions, the kill switch's limits.
void account_mark(benchmark::State& state) {
  Account account = with_positions();
  for (auto _ : state) {
    Money sum = 0;
    time(state, "event_ns", [&](std::size_t n) {
      const double bid = n % 2 == 0 ? 1.1 : 1.1001;  // a pip of one lot is ten dollars
      account.on_market(quote(kEurUsd, kNow + static_cast<TimeNs>(n), bid, bid + .0001));
      sum += account.equity() - money(10'000);
    });
    if (std::abs(sum - money(10) * static_cast<Money>(kCalls / 2)) > static_cast<Money>(kCalls)) state.SkipWithError("a pip of a lot is not ten dollars");
  }
}

enum class Way { kNoSignal, kQualityLow, kAllGates, kFourOnOneSymbol };

/// The whole stage. kAllGates: the signal gets to gate 9 and is stopped there by its own position, which was approved before.
void stage(benchmark::State& state, Way way) {
  NullSink sink;
  std::vector<ApprovedOrder> room(16);
  for (auto _ : state) {
    RiskStage stage(config(), sink);
    RiskOut out{room.data(), 16, 0, ExitReason::kNone};
    std::vector<Signal> signals;
    Seq seq = 0;
    const auto send = [&](const InputEvent& event) {
      InputEvent e = event;
      e.seq = ++seq;
      const auto n = static_cast<std::uint32_t>(signals.size());
      stage.process(e, FeaturesOut{}, {signals.data(), nullptr, n, 0, n, 0}, out);
    };
    const InputEvent bar = InputEvent::of(quote(kEurUsd, kNow, 1.09995, 1.10005));
    send(bar);
    std::uint64_t approved = 0;
    if (way == Way::kAllGates) {
      signals = {worked()};
      send(bar);
      approved = 1;
    }
    if (way == Way::kQualityLow) {
      signals = {worked()};
      signals[0].conf = signals[0].str = 0;
    }
    if (way == Way::kFourOnOneSymbol) {
      for (const StrategyId id : {1, 2, 4, 5}) signals.push_back(worked(id));
      for (std::uint32_t i = 0; i < 4; ++i) signals[i].index = i;
      send(bar);
      approved = 1;
    }
    time(state, "event_ns", [&](std::size_t) { send(bar); });
    std::array<std::uint64_t, static_cast<std::size_t>(ReasonCode::kCount)> by_code{};
    for (const auto& of : stage.counts())
      for (std::size_t code = 0; code < by_code.size(); ++code) by_code[code] += of[code];
    const auto count = [&](ReasonCode code) { return by_code[static_cast<std::size_t>(code)]; };
    const std::uint64_t lost = way == Way::kFourOnOneSymbol ? 3 * (kCalls + 1) : 0;
    const bool right = way == Way::kQualityLow ? count(ReasonCode::kQualityLow) == kCalls
                       : way == Way::kNoSignal ? true : count(ReasonCode::kMaxPos) == kCalls;
    if (!right || count(ReasonCode::kApproved) != approved || count(ReasonCode::kArbLost) != lost) state.SkipWithError("the signals ended elsewhere");
  }
}

void no_signal(benchmark::State& s) { stage(s, Way::kNoSignal); }
void quality_low(benchmark::State& s) { stage(s, Way::kQualityLow); }
void all_gates(benchmark::State& s) { stage(s, Way::kAllGates); }
void four_signals(benchmark::State& s) { stage(s, Way::kFourOnOneSymbol); }

BENCHMARK(quality)->Name("risk/quality/one_thread")->Iterations(1);
BENCHMARK(sizing)->Name("risk/sizing/one_thread")->Iterations(1);
BENCHMARK(exposure)->Name("risk/exposure_three_positions/one_thread")->Iterations(1);
BENCHMARK(kill_switch)->Name("risk/kill_switch/one_thread")->Iterations(1);
BENCHMARK(arbitration)->Name("risk/arbitration/one_thread")->Iterations(1);
BENCHMARK(account_mark)->Name("risk/account_three_positions/one_thread")->Iterations(1);
BENCHMARK(no_signal)->Name("risk/stage_bar_without_signal/one_thread")->Iterations(1);
BENCHMARK(quality_low)->Name("risk/stage_one_signal_gates_1_to_6/one_thread")->Iterations(1);
BENCHMARK(all_gates)->Name("risk/stage_one_signal_gates_1_to_9/one_thread")->Iterations(1);
BENCHMARK(four_signals)->Name("risk/stage_four_signals_gates_1_to_9/one_thread")->Iterations(1);

}  // namespace
}  // namespace omega::bench
