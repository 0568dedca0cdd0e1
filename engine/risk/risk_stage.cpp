#include "engine/risk/risk_stage.hpp"

#include <algorithm>

#include "engine/risk/entry_gates.hpp"
#include "engine/risk/paper_compare.hpp"

namespace omega {
namespace {

constexpr std::int64_t kStopMax_permille = 25;  // |entry − SL|/entry <= 2.5 %
constexpr int kLevelMax = 5;

bool finite(double x) noexcept { return x - x == 0.0; }

bool numbers_finite(const Signal& s) noexcept {
  const auto known = [&](std::uint32_t bit, double x) { return (s.valid_mask & bit) == 0 || finite(x); };
  return finite(s.rr_min) && finite(s.m_tox) && finite(s.m_vol) && finite(s.str) && known(signal_valid::kConf, s.conf) &&
         known(signal_valid::kVpin, s.vpin) && known(signal_valid::kCvd, s.cvd_n) &&
         known(signal_valid::kRegime, s.regime_trend + s.regime_range + s.regime_shock);
}

}  // namespace

RiskStage::RiskStage(const EngineConfig& config, LaneSink& lane)
    : config_(&config),
      lane_(lane),
      account_(config),
      kill_switch_(config.risk, account_.equity()),
      exposure_(config),
      exclusion_(config.instruments.size()) {
  batch_.reserve(kSignalsPerEvent_max);
  for (const InstrumentConfig& i : config.instruments) currencies_.push_back(NewsCurrencies::of(i));
}

void RiskStage::process(const InputEvent& input, const FeaturesOut&, const SignalsOut& signals, RiskOut& out) noexcept {
  out.count = 0;
  out.close_all = ExitReason::kNone;
  events_.clear();
  kill_switch_.on_time(input.ts(), events_);
  switch (input.type) {
    case EventType::kBar:
      if ((input.as<Bar>().flags & bar_flag::kBadMask) == 0) {
        account_.on_market(input.as<Bar>());
        kill_switch_.on_equity(input.ts(), account_.equity(), events_);
      }
      break;
    case EventType::kExecReport: on_exec(input); break;
    case EventType::kTimer:
      if (input.as<Timer>().kind == TimerKind::kDay) {
        kill_switch_.on_day_roll(input.ts(), account_.equity(), events_);
        performance_.on_day_roll();
      }
      break;
    case EventType::kNewsEvent: news_.on_event(input.as<NewsEvent>()); break;
    case EventType::kControl: on_control(input, out); break;
    default: break;
  }
  if (signals.signal_count > 0) decide(input, signals, out);
  for (const KillSwitchEvent& e : events_.view()) lane_.append(input.seq, e);
  if (const ExitReason r = kill_switch_.take_close_all(); r != ExitReason::kNone) out.close_all = r;
  lane_.end_of_input(input.seq, input.ts());
}

void RiskStage::on_exec(const InputEvent& input) noexcept {
  const std::optional<TradeClosed> trade = account_.on_exec(input.as<ExecReport>());
  const Money equity = account_.equity();
  if (trade) {
    performance_.on_trade(trade->strategy, trade->r_multiple);
    kill_switch_.on_trade(input.ts(), trade->strategy, trade->r_multiple, events_);
    const Money before = equity - trade->net_pnl;
    if (trade->net_pnl < 0 && before > 0) {
      exposure_.on_loss(static_cast<double>(-trade->net_pnl) / static_cast<double>(before), input.ts());
    }
  }
  kill_switch_.on_equity(input.ts(), equity, events_);
}

void RiskStage::on_control(const InputEvent& input, RiskOut& out) noexcept {
  const Control& c = input.as<Control>();
  switch (c.code) {
    case ControlCode::kResetL4: kill_switch_.reset_emergency(input.ts(), account_.equity(), events_); break;
    case ControlCode::kEmergencyStop: kill_switch_.emergency_stop(input.ts(), account_.equity(), events_); break;
    case ControlCode::kFlattenAll: out.close_all = ExitReason::kOperator; break;
    case ControlCode::kDisableStrategy:
    case ControlCode::kEnableStrategy:
      if (c.strategy < operator_disabled_.size()) {
        operator_disabled_[c.strategy] = c.code == ControlCode::kDisableStrategy;
      }
      break;
    case ControlCode::kJournalFull: journal_full_ = true; break;
    case ControlCode::kJournalRoom: journal_full_ = false; break;
    case ControlCode::kLate: late_ = true; break;
    case ControlCode::kInTime: late_ = false; break;
  }
}

void RiskStage::collect(const InputEvent& input, std::span<const Signal> raised) noexcept {
  OMEGA_ASSERT(raised.size() <= kSignalsPerEvent_max, raised.size(), kSignalsPerEvent_max);
  batch_.clear();
  const double equity = money_to_double(account_.equity());
  for (const Signal& s : raised) {
    OMEGA_ASSERT(s.instrument < config_->instruments.size() && s.strategy < kStrategiesMax, s.instrument, s.strategy);
    Pending p;
    p.signal = &s;
    p.decision.ts = input.ts();
    p.decision.equity = equity;
    p.decision.signal_index = s.index;
    p.decision.instrument = s.instrument;
    p.decision.strategy = s.strategy;
    p.decision.direction = s.direction;
    p.decision.level = s.level;
    const auto after = [&](const Pending& q) {
      return q.signal->instrument != s.instrument ? q.signal->instrument > s.instrument : q.signal->strategy > s.strategy;
    };
    auto at = batch_.end();  // usually in order already: insert from the back, equal keys keep their order
    while (at != batch_.begin() && after(*(at - 1))) --at;
    batch_.insert(at, p);
  }
}

/// Finds the other leg of each; a leg without one is no sound signal.
void RiskStage::join_legs() noexcept {
  for (Pending& p : batch_) {
    if ((p.signal->flags & signal_flag::kPairFirst) == 0) continue;
    const auto other = std::find_if(batch_.begin(), batch_.end(), [&](const Pending& q) {
      return q.signal->index == p.signal->index + 1 && (q.signal->flags & signal_flag::kPairSecond) != 0 &&
             q.signal->strategy == p.signal->strategy && q.signal->pair == p.signal->pair;
    });
    if (other == batch_.end()) continue;
    p.partner = &*other;
    other->partner = &p;
  }
}

void RiskStage::stop_pairs_together() noexcept {
  for (Pending& p : batch_) {
    if (p.partner != nullptr && !p.alive() && p.partner->alive()) p.partner->stop(p.decision.code, p.decision.gate);
  }
}

void RiskStage::decide(const InputEvent& input, const SignalsOut& signals, RiskOut& out) noexcept {
  collect(input, signals.signal_view());
  join_legs();
  for (Pending& p : batch_) early_gates(*p.signal, p);
  stop_pairs_together();
  for (Pending& p : batch_) quality_gate(p);
  for (std::size_t from = 0; from < batch_.size();) {
    std::size_t to = from + 1;
    while (to < batch_.size() && batch_[to].signal->instrument == batch_[from].signal->instrument) ++to;
    arbitrate_symbol({&batch_[from], to - from});
    from = to;
  }
  stop_pairs_together();
  for (Pending& p : batch_) {
    if (p.alive() && exclusion_.excludes(*p.signal, config_->instruments[p.signal->instrument].u, input.ts())) p.stop(ReasonCode::kArbLost, 7);
    if (p.alive() && p.partner != nullptr) {
      const bool leads = (p.signal->flags & signal_flag::kPairFirst) != 0;
      Pending &first = leads ? p : *p.partner, &second = leads ? *p.partner : p;
      late_gates_of_pair(first, second, input.ts());
      for (Pending* leg : {&first, &second}) {
        if (!leg->alive()) continue;
        leg->decision.code = ReasonCode::kApproved;
        approve(input, *leg->signal, *leg, out);
      }
    } else if (p.alive()) {
      late_gates(*p.signal, p, input.ts());
      if (p.alive()) {
        p.decision.code = ReasonCode::kApproved;
        approve(input, *p.signal, p, out);
      }
    }
    ++counts_[p.signal->strategy][static_cast<std::size_t>(p.decision.code)];
    lane_.append(input.seq, p.decision);
  }
}

bool RiskStage::valid(const Signal& s) const noexcept {
  if (s.direction != kLong && s.direction != kShort) return false;
  if (s.level < 1 || s.level > kLevelMax || !numbers_finite(s)) return false;
  const Price risk = s.direction * (s.entry_ref - s.stop_loss);
  if (risk <= 0 || s.entry_ref <= 0) return false;
  if (i128{risk} * 1000 > i128{s.entry_ref} * kStopMax_permille) return false;
  if (s.pair != 0) {
    const PairTerms t = pair_terms(s);
    return s.tp_count == 0 && t.hedge_ratio > 0 && t.risk > 0 && finite(t.hedge_ratio + t.risk + t.reward_risk) && !below(t.reward_risk, s.rr_min);
  }
  if (s.tp_count == 0 || s.tp_count > 3) return false;
  for (std::uint8_t t = 0; t < s.tp_count; ++t) {
    if (s.direction * (s.take_profit[t] - s.entry_ref) <= 0) return false;
  }
  const Price reward = s.direction * (s.take_profit[s.tp_count - 1] - s.entry_ref);
  return !below(static_cast<double>(reward) / static_cast<double>(risk), s.rr_min);
}

void RiskStage::early_gates(const Signal& s, Pending& p) noexcept {
  const InstrumentConfig& instrument = config_->instruments[s.instrument];
  if (!instrument.tradable || !valid(s) || (s.pair != 0) != (p.partner != nullptr)) return p.stop(ReasonCode::kInvalidSignal, 1);
  if (journal_full_) return p.stop(ReasonCode::kJournalFull, 2);
  if (late_) return p.stop(ReasonCode::kLateData, 2);
  if (operator_disabled_[s.strategy]) return p.stop(ReasonCode::kKsL3, 2);
  if (const ReasonCode code = kill_switch_.check(s.strategy); code != ReasonCode::kNone) {
    return p.stop(code, code == ReasonCode::kStatBreaker ? 3 : 2);
  }
  if (const ReasonCode code = session_gate(config_->risk, instrument, p.decision.ts); code != ReasonCode::kNone) return p.stop(code, 4);
  const ReasonCode spread = spread_gate(config_->risk, instrument, s, account_.bid(s.instrument), account_.ask(s.instrument));
  if (spread != ReasonCode::kNone) return p.stop(spread, 4);
  if (const ReasonCode code = news_gate(news_, currencies_[s.instrument], s.strategy, p.decision.ts); code != ReasonCode::kNone) return p.stop(code, 4);
  const bool exempt = (s.flags & signal_flag::kToxExempt) != 0;
  if (!exempt) {
    if ((s.valid_mask & signal_valid::kVpin) != 0 && s.vpin > config_->risk.vpin_global_max) return p.stop(ReasonCode::kVpinGlobal, 5);
    const bool veto = s.tox == ToxLevel::kVeto || s.tox == ToxLevel::kHardVeto;
    const bool unknown = s.tox == ToxLevel::kUnknown && (s.flags & signal_flag::kUsesVpin) != 0;
    if (veto || unknown) return p.stop(ReasonCode::kToxVeto, 5);
  }
}

void RiskStage::quality_gate(Pending& p) noexcept {
  if (!p.alive()) return;
  const Signal& s = *p.signal;
  const bool first = (s.flags & signal_flag::kPairFirst) != 0;
  const double perf = performance_.perf(s.strategy);
  p.quality = p.partner == nullptr ? quality_of(s, perf) : quality_of_pair(first ? s : *p.partner->signal, first ? *p.partner->signal : s, perf);
  RiskDecision& d = p.decision;
  d.q = p.quality.q;
  d.q_mtf = p.quality.mtf;
  d.q_str = p.quality.str;
  d.q_flow = p.quality.flow;
  d.q_reg = p.quality.reg;
  d.q_perf = p.quality.perf;
  if (below(d.q, config_->risk.quality_min)) return p.stop(ReasonCode::kQualityLow, 6);
}

Price RiskStage::entry_price(const Signal& s) const noexcept {
  const InstrumentConfig& i = config_->instruments[s.instrument];
  const Price touch = s.direction > 0 ? account_.ask(s.instrument) : account_.bid(s.instrument);
  return touch + s.direction * std::llround(config_->venue.slippage_pips * static_cast<double>(i.pip));
}

/// Spread, slippage of entry and stop, commission of a round turn, as a distance of the signal's price.
double RiskStage::cost_of(const Signal& s, TimeNs ts) const noexcept {
  const InstrumentConfig& instrument = config_->instruments[s.instrument];
  const double rate = account_.conversion(s.instrument, ts).value_or(0.0);
  const double commission = rate > 0 ? config_->venue.commission_per_lot_round_turn / (instrument.contract * rate) *
                                           static_cast<double>(kPriceScale)
                                     : 0.0;
  return static_cast<double>(account_.ask(s.instrument) - account_.bid(s.instrument)) +
         2 * config_->venue.slippage_pips * static_cast<double>(instrument.pip) + commission;
}

void RiskStage::arbitrate_symbol(std::span<Pending> batch) noexcept {
  std::array<Candidate, kCandidatesMax> candidates;
  std::size_t n = 0;
  for (Pending& p : batch) {
    if (!p.alive()) continue;
    const Signal& s = *p.signal;
    const auto risk = static_cast<double>(std::abs(s.entry_ref - s.stop_loss));
    OMEGA_ASSERT(n < candidates.size(), n, s.strategy);
    Candidate& c = candidates[n++];
    c = {.strategy = s.strategy,
         .direction = s.direction,
         .level = s.level,
         .quality = p.quality.q,
         .win_probability = performance_.win_probability(s.strategy)};
    if (p.partner == nullptr) {
      c.reward_risk = static_cast<double>(std::abs(s.take_profit[s.tp_count - 1] - s.entry_ref)) / risk;
      c.cost_risk = cost_of(s, p.decision.ts) / risk;
    } else {  // in fractions of leg 1's notional
      const PairTerms terms = pair_terms(s);
      const auto fraction = [&](const Signal& leg) { return cost_of(leg, p.decision.ts) / static_cast<double>(leg.entry_ref); };
      const bool first = (s.flags & signal_flag::kPairFirst) != 0;
      const Signal &one = first ? s : *p.partner->signal, &two = first ? *p.partner->signal : s;
      c.reward_risk = terms.reward_risk;
      c.cost_risk = (fraction(one) + terms.hedge_ratio * fraction(two)) / terms.risk;
    }
  }
  if (n == 0) return;
  const double net = arbitrate({candidates.data(), n}, performance_, config_->risk.net_min, config_->risk.ev_min);
  n = 0;
  for (Pending& p : batch) {
    if (!p.alive()) continue;
    const Candidate& c = candidates[n++];
    p.decision.weight = c.weight;
    p.decision.ev = c.ev;
    p.decision.net = net;
    if (c.code != ReasonCode::kNone) {
      p.stop(c.code, 7);
    } else if (exposure_.hedges(account_, *p.signal)) {
      p.stop(ReasonCode::kNoHedge, 7);
    }
  }
}

double RiskStage::gross_notional() const noexcept {
  double sum = 0;
  for (const OpenPosition& p : account_.positions()) {
    const Qty lots = p.filled ? p.quantity : p.quantity_ordered;
    sum += qty_to_double(lots) * config_->instruments[p.instrument].contract * price_to_double(account_.mid(p.instrument)) *
           account_.last_rate(p.instrument);
  }
  return sum;
}

void RiskStage::late_gates(const Signal& s, Pending& p, TimeNs ts) noexcept {
  RiskDecision& d = p.decision;
  const std::optional<double> rate = account_.conversion(s.instrument, ts);
  if (!rate) return p.stop(ReasonCode::kNoConversionRate, 8);
  d.conversion = *rate;
  const Size size = size_of(config_->risk, config_->instruments[s.instrument], s, p.quality.q, entry_price(s), d.equity, *rate,
                            gross_notional());
  d.m_q = size.m_q;
  d.risk_fraction = size.r;
  d.risk_actual = size.r_actual;
  d.lots = size.lots;
  if (size.code == ReasonCode::kMargin) return p.stop(size.code, 9);
  if (size.code != ReasonCode::kNone) return p.stop(size.code, 8);
  if (above(size.r_actual, config_->risk.l1_risk_max)) {
    kill_switch_.on_l1_block(ts, s.strategy, size.r_actual, events_);
    return p.stop(ReasonCode::kKsL1, 9);
  }
  limits(s, p, ts);
}

void RiskStage::limits(const Signal& s, Pending& p, TimeNs ts) noexcept {
  RiskDecision& d = p.decision;
  ExposureNumbers numbers;
  const ReasonCode code = exposure_.check(account_, s, d.risk_actual, d.equity, ts, numbers);
  d.exposure_total = numbers.total;
  d.exposure_symbol = numbers.symbol;
  d.exposure_strategy = numbers.strategy;
  d.exposure_correlated = numbers.correlated;
  if (code != ReasonCode::kNone) p.stop(code, 9);
}

void RiskStage::late_gates_of_pair(Pending& first, Pending& second, TimeNs ts) noexcept {
  const auto stop = [&](ReasonCode code, std::uint8_t gate) {
    first.stop(code, gate);
    second.stop(code, gate);
  };
  const Signal &one = *first.signal, &two = *second.signal;
  const std::optional<double> rate_1 = account_.conversion(one.instrument, ts), rate_2 = account_.conversion(two.instrument, ts);
  if (!rate_1 || !rate_2) return stop(ReasonCode::kNoConversionRate, 8);
  const PairSize size = size_of_pair(config_->risk, {config_->instruments[one.instrument], one, entry_price(one), *rate_1},
                                     {config_->instruments[two.instrument], two, entry_price(two), *rate_2}, first.quality.q,
                                     first.decision.equity, gross_notional());
  for (Pending* leg : {&first, &second}) {
    RiskDecision& d = leg->decision;
    d.conversion = leg == &first ? *rate_1 : *rate_2;
    d.m_q = size.m_q;
    d.risk_fraction = size.r;
    d.risk_actual = size.r_actual;
    d.lots = size.lots[leg == &first ? 0 : 1];
  }
  if (size.code == ReasonCode::kMargin) return stop(size.code, 9);
  if (size.code != ReasonCode::kNone) return stop(size.code, 8);
  if (above(size.r_actual, config_->risk.l1_risk_max)) {
    kill_switch_.on_l1_block(ts, one.strategy, size.r_actual, events_);
    return stop(ReasonCode::kKsL1, 9);
  }
  limits(one, first, ts);
  limits(two, second, ts);
  if (!first.alive()) return second.stop(first.decision.code, 9);
  if (!second.alive()) first.stop(second.decision.code, 9);
}

void RiskStage::approve(const InputEvent& input, const Signal& s, const Pending& p, RiskOut& out) noexcept {
  OMEGA_ASSERT(out.count < out.capacity, out.count, out.capacity);
  out.approved[out.count++] = {s.index, p.decision.lots};
  exposure_.on_approved(s, input.ts());
  exclusion_.on_approved(s, input.ts());
  OrderCommand c;  // what the orders stage will send, as far as the account needs it
  c.ts = input.ts();
  c.order_id = order_id_of(input.seq, s.index);
  c.signal_seq = input.seq;
  c.quantity = p.decision.lots;
  c.entry_ref = entry_price(s);
  c.stop_loss = s.stop_loss;
  c.take_profit = s.take_profit;
  c.tp_r = s.tp_r;
  c.tp_count = s.tp_count;
  c.instrument = s.instrument;
  c.strategy = s.strategy;
  c.pair = s.pair;
  c.flags = s.flags;
  c.action = OrderAction::kEnter;
  c.direction = s.direction;
  account_.on_order(c);
}

RiskStage::LayerReport RiskStage::layer(KillSwitchLayer layer) const noexcept {
  constexpr std::array<ReasonCode, 6> kCode{ReasonCode::kNone, ReasonCode::kKsL1, ReasonCode::kKsL2,
                                            ReasonCode::kKsL3, ReasonCode::kKsL4, ReasonCode::kStatBreaker};
  const KillSwitch::LayerStatus status = kill_switch_.status(layer);
  LayerReport report{status.activations, 0, status.tripped};
  const auto code = static_cast<std::size_t>(kCode[static_cast<std::size_t>(layer)]);
  for (const auto& of_strategy : counts_) report.blocked += of_strategy[code];
  return report;
}

void RiskStage::save(StateWriter& out) const {
  out(lane_, account_, kill_switch_, performance_, exposure_, exclusion_, news_, operator_disabled_, journal_full_, late_, counts_);
}

void RiskStage::load(StateReader& in) {
  in(lane_, account_, kill_switch_, performance_, exposure_, exclusion_, news_, operator_disabled_, journal_full_, late_, counts_);
}

}  // namespace omega
