#include "engine/signals/signals_stage.hpp"

#include <algorithm>

#include "engine/signals/strategies/strategies.hpp"

namespace omega {
namespace {

constexpr double kStrBase = .5, kStrNear = .3, kStrFar = .15, kStrZone = .2, kStrEvent = .7;  // 4.3
constexpr double kStrNear_u = 6, kStrFar_u = 14;
constexpr double kHighVolatilityRisk = .7;  // 4.4
constexpr FeatureKey kVolatilityState{FeatureId::kHmmHigh, Timeframe::kM15, 20, 0};
constexpr std::size_t kPenetrationMaxParam = 1;  // of S02: how far a close may go beyond a level of F32

std::vector<double> params_or_defaults(const EngineConfig& config, const StrategyInfo& info) {
  for (const StrategyConfig& s : config.strategies) {
    if (s.id == info.id && !s.params.empty()) return s.params;
  }
  std::vector<double> out;
  for (const ParamSpec& p : info.params) out.push_back(p.value);
  return out;
}

/// F26 is asked for only when the run has a model, so that runs without one stay as they were.
bool has_volatility_model(const EngineConfig& config) noexcept {
  return std::any_of(config.instruments.begin(), config.instruments.end(),
                     [](const InstrumentConfig& i) { return i.active && i.volatility_model.has_value(); });
}

const StrategyConfig* config_of(const EngineConfig& config, StrategyId id) noexcept {
  for (const StrategyConfig& s : config.strategies) {
    if (s.id == id) return &s;
  }
  return nullptr;
}

}  // namespace

void SignalsStage::request_features(const EngineConfig& config, FeatureRequests& requests) {
  CommonHandles::request(requests);
  const bool model = has_volatility_model(config);
  if (model) requests.request(kVolatilityState);
  if (config.instruments.empty()) return;
  const BusinessCalendar calendar(config.holidays);
  for (const RegistryEntry& entry : strategy_registry()) {
    const StrategyConfig* const chosen = config_of(config, entry.id);
    if (entry.make == nullptr || chosen == nullptr || !chosen->enabled || !chosen->built) continue;
    const std::vector<double> params = params_or_defaults(config, *entry.info);
    entry.make({config.instruments.front(), params, requests, &calendar, model, config.instruments, entry.info});  // asks for its features when it is made
  }
}

SignalsStage::SignalsStage(const EngineConfig& config, FeatureRequests& requests, LaneSink& lane)
    : config_(&config), calendar_(config.holidays), lane_(lane), common_(CommonHandles::request(requests)), index_of_(config.instruments.size(), kInactive) {
  const bool model = has_volatility_model(config);
  if (model) volatility_high_ = requests.request(kVolatilityState);
  const std::vector<double> tox_params = params_or_defaults(config, s03_info());
  const double penetration_max = params_or_defaults(config, s02_info())[kPenetrationMaxParam];
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    const InstrumentConfig& instrument = config.instruments[i];
    if (!instrument.active) continue;
    index_of_[i] = instruments_.size();
    instruments_.push_back({static_cast<InstrumentId>(i), LevelBook(instrument.u, units(penetration_max, instrument)),
                            ToxicityFilter(tox_params), {}});
  }
  const std::size_t keys = requests.keys().size();
  for (const RegistryEntry& entry : strategy_registry()) {
    const StrategyConfig* const chosen = config_of(config, entry.id);
    if (chosen == nullptr || !chosen->enabled) continue;
    toxicity_on_ = toxicity_on_ || entry.id == s03_info().id;
    if (entry.info == nullptr || !chosen->built) {  // the second: a journal from before it was built
      disable(entry.id, kNoInstrument, capability::kNotBuilt);
      continue;
    }
    const std::vector<double> params = params_or_defaults(config, *entry.info);
    if (entry.info->market) {
      add_market(entry, params, requests, model);
      continue;
    }
    for (Instrument& i : instruments_) {
      const InstrumentConfig& row = config.instruments[i.id];
      const std::uint32_t missing = entry.info->needs & ~row.capabilities;
      if (missing != 0) {
        disable(entry.id, i.id, missing);
      } else if (entry.make != nullptr) {
        i.runners.push_back({entry.make({row, params, requests, &calendar_, model, config.instruments, entry.info}), {}, {}});
      }
    }
  }
  OMEGA_REQUIRE(requests.keys().size() == keys, requests.keys().size(), keys);  // else the features stage misses some
}

void SignalsStage::disable(StrategyId strategy, InstrumentId instrument, std::uint32_t missing) {
  StrategyDisabled d;
  d.missing = missing;
  d.instrument = instrument;
  d.strategy = strategy;
  disabled_.push_back(d);
}

PositionView SignalsStage::sent_by(const Signal& s, Seq cause) noexcept {
  return {.open = false, .direction = s.direction, .order_id = order_id_of(cause, s.index), .entry_price = 0,
          .entry_ref = s.entry_ref, .stop_loss = s.stop_loss, .quantity = 0};
}

void SignalsStage::announce(const InputEvent& input) noexcept {
  announced_ = true;
  for (StrategyDisabled d : disabled_) {
    d.ts = input.ts();
    lane_.append(input.seq, d);
  }
}

void SignalsStage::process(const InputEvent& input, const FeaturesOut& features, SignalsOut& out) noexcept {
  out.signal_count = out.exit_count = 0;
  if (!announced_) announce(input);
  if (input.type == EventType::kExecReport) on_exec(input.as<ExecReport>());
  if (input.type == EventType::kNewsEvent) news_.on_event(input.as<NewsEvent>());
  for (const FeatureFrame& frame : features.view()) on_frame(input, frame, out);
  for (Market& m : markets_) on_closes(input, features, m, out);
  lane_.end_of_input(input.seq, input.ts());
}

std::size_t SignalsStage::index_of(InstrumentId id) const noexcept { return id < index_of_.size() ? index_of_[id] : kInactive; }

const LevelBook* SignalsStage::levels(InstrumentId id) const noexcept {
  const std::size_t at = index_of(id);
  return at == kInactive ? nullptr : &instruments_[at].levels;
}

const ToxicityFilter* SignalsStage::toxicity(InstrumentId id) const noexcept {
  const std::size_t at = index_of(id);
  return at == kInactive ? nullptr : &instruments_[at].tox;
}

void SignalsStage::on_exec(const ExecReport& r) noexcept {
  if (r.kind != ExecKind::kFilled) return;  // what did not fill never became a position
  const std::size_t at = index_of(r.instrument);
  if (at == kInactive) return;
  for (Runner& runner : instruments_[at].runners) {
    if (runner.strategy->info().id == r.strategy) return take_fill(r, runner.sent, runner.position);
  }
  for (Market& m : markets_) {
    if (m.strategy->info().id != r.strategy) continue;
    if (!m.pairs.empty()) return take_pair_fill(r, m);
    for (MarketLeg& leg : m.legs) {
      if (leg.id == r.instrument) return take_fill(r, leg.sent, leg.position);
    }
  }
}

void SignalsStage::take_pair_fill(const ExecReport& r, Market& m) noexcept {
  for (PairPositions& pair : m.pairs) {
    for (std::size_t leg = 0; leg < 2; ++leg) {
      const PositionView &sent = pair.sent[leg], &position = pair.position[leg];
      if (r.leg == OrderLeg::kEntry ? r.order_id == sent.order_id : r.order_id == position.order_id) return take_fill(r, sent, pair.position[leg]);
    }
  }
  ++unknown_reports_;
}

void SignalsStage::take_fill(const ExecReport& r, const PositionView& sent, PositionView& p) noexcept {
  if (r.leg == OrderLeg::kEntry && r.order_id == sent.order_id) {
    p = sent;
    p.open = true;
    p.entry_price = r.price;
    p.quantity = r.quantity;
  } else if (r.leg != OrderLeg::kEntry && r.order_id == p.order_id) {
    p.quantity = r.remaining;
    p.open = r.remaining > 0;
  } else {
    ++unknown_reports_;
  }
}

void SignalsStage::update_tox(const InputEvent& input, const FeatureFrame& frame, Instrument& i) noexcept {
  const ToxLevel before = i.tox.level();
  if (frame.closed(Timeframe::kM1)) {
    i.tox.on_m1_bar();
    if (!frame.get(common_.vpin).ready() && i.tox.on_not_ready()) journal_tox(input, i, before, 0.0);
  }
  for (std::size_t b = 0; b < frame.vpin_bucket_count; ++b) {
    const ToxLevel from = i.tox.level();
    if (i.tox.on_bucket(frame.vpin_bucket[b])) journal_tox(input, i, from, frame.vpin_bucket[b]);
  }
}

void SignalsStage::journal_tox(const InputEvent& input, const Instrument& i, ToxLevel from, double vpin) noexcept {
  ToxStateChange change;
  change.ts = input.ts();
  change.vpin = vpin;
  change.multiplier = i.tox.multiplier();
  change.toxic_streak = i.tox.toxic_streak();
  change.instrument = i.id;
  change.from = from;
  change.to = i.tox.level();
  lane_.append(input.seq, change);
}

void SignalsStage::on_frame(const InputEvent& input, const FeatureFrame& frame, SignalsOut& out) noexcept {
  const std::size_t at = index_of(frame.instrument);
  OMEGA_ASSERT(at != kInactive, frame.instrument, instruments_.size());
  Instrument& instrument = instruments_[at];
  if (toxicity_on_) update_tox(input, frame, instrument);
  instrument.levels.on_frame(frame);
  StrategyOut sink(out);
  const std::uint32_t first_signal = out.signal_count, first_exit = out.exit_count;
  for (Runner& runner : instrument.runners) {
    const StrategyInfo& info = runner.strategy->info();
    if (!frame.closed(info.timeframe) && !(info.book_events && frame.book.any())) continue;
    const StrategyContext context{config_->instruments[frame.instrument], frame.instrument, input.ts(), frame,
                                  instrument.levels, runner.position, news_};
    const std::uint32_t before = out.signal_count;
    runner.strategy->on_frame(context, sink);
    OMEGA_ASSERT(out.signal_count - before <= 1, out.signal_count, before);  // the slot is sized for one
    if (out.signal_count == before) continue;
    const Signal& s = out.signals[before];
    runner.sent = sent_by(s, input.seq);
  }
  for (std::uint32_t i = first_signal; i < out.signal_count; ++i) {
    complete(frame, instrument, out.signals[i]);
    lane_.append(input.seq, out.signals[i]);
    ++signals_raised_;
  }
  for (std::uint32_t i = first_exit; i < out.exit_count; ++i) lane_.append(input.seq, out.exits[i]);
}

void SignalsStage::complete(const FeatureFrame& f, const Instrument& i, Signal& s) const noexcept {
  const auto take = [&](FeatureHandle h, std::uint32_t bit, double& value) {
    const FeatureValue& v = f.get(h);
    if (v.ready()) {
      value = v.value;
      s.valid_mask |= bit;
    }
  };
  take(common_.fz, signal_valid::kFz, s.fz);
  take(common_.cvd_n, signal_valid::kCvd, s.cvd_n);
  take(common_.vpin, signal_valid::kVpin, s.vpin);
  take(common_.confluence, signal_valid::kConf, s.conf);
  if ((s.valid_mask & signal_valid::kConf) != 0) s.conf = for_direction(s.conf, s.direction);
  const FeatureValue &trend = f.get(common_.regime_trend), &range = f.get(common_.regime_range), &shock = f.get(common_.regime_shock);
  if (trend.ready() && range.ready() && shock.ready()) {
    s.regime_trend = trend.value;
    s.regime_range = range.value;
    s.regime_shock = shock.value;
    s.valid_mask |= signal_valid::kRegime;
  }
  const FeatureValue &spread = f.get(common_.spread), &median = f.get(common_.spread_median);
  if (spread.ready()) s.spread = std::llround(spread.value);
  if (spread.ready() && median.ready()) {
    s.spread_median = std::llround(median.value);
    s.valid_mask |= signal_valid::kSpread;
  }
  const InstrumentConfig& row = config_->instruments[i.id];
  s.flow_source = flow_source_of(row.capabilities);
  s.volume_kind = row.volume_kind;
  s.tox = toxicity_on_ ? i.tox.level() : ToxLevel::kSafe;
  s.m_tox = toxicity_on_ ? i.tox.multiplier() : 1.0;  // .50 while vetoed: only the exempt get that far
  s.str = structure_term(i, s);
  if (volatility_high_ == kNoFeature || s.strategy == s08_info().id) return;  // S08 has set its own
  const FeatureValue& high = f.get(volatility_high_);
  const bool sensitive = s.family == SignalFamily::kReversal || s.family == SignalFamily::kMomentum;
  if (!sensitive || !high.ready() || !score::at_least(high.value, 0.5)) return;
  s.m_vol = kHighVolatilityRisk;
  s.flags |= signal_flag::kHighVolatility;
}

double SignalsStage::structure_term(const Instrument& i, const Signal& s) const noexcept {
  if (s.family == SignalFamily::kEvent || s.pair != 0) return kStrEvent;  // S21, S24, pairs: levels say nothing about them
  const InstrumentConfig& row = config_->instruments[i.id];
  double str = kStrBase;
  const Price behind = i.levels.distance_behind(s.entry_ref, s.direction);
  if (behind >= 0 && behind <= units(kStrNear_u, row)) {
    str += kStrNear;
  } else if (behind >= 0 && behind <= units(kStrFar_u, row)) {
    str += kStrFar;
  }
  for (const Runner& r : i.runners) {
    if (r.strategy->in_zone(s.entry_ref, s.direction, s.ts)) {
      str += kStrZone;
      break;
    }
  }
  return std::min(str, 1.0);
}

std::vector<SignalsStage::FunnelRow> SignalsStage::funnels() const {
  std::vector<FunnelRow> rows;
  for (const RegistryEntry& entry : strategy_registry()) {
    if (entry.make == nullptr) continue;
    FunnelRow row{entry.info, {}, {}};
    bool runs = false;
    for (const Instrument& i : instruments_) {
      for (const Runner& r : i.runners) {
        if (r.strategy->info().id != entry.id) continue;
        row.funnel.add(r.strategy->funnel());
        row.needed_features = r.strategy->needed();
        runs = true;
      }
    }
    for (const Market& m : markets_) {
      if (m.strategy->info().id != entry.id) continue;
      row.funnel.add(m.strategy->funnel());
      row.needed_features = m.strategy->needed();
      runs = true;
    }
    if (runs) rows.push_back(row);
  }
  return rows;
}

std::vector<SignalsStage::RunningView> SignalsStage::running() const {
  std::vector<RunningView> views;
  for (const Instrument& i : instruments_)
    for (const Runner& r : i.runners) views.push_back({i.id, r.strategy.get(), &r.position, &r.sent});
  for (const Market& m : markets_) {  // once per pair, else once, on the instrument that it holds or its first
    for (std::size_t p = 0; p < m.pairs.size(); ++p) {
      const std::size_t leg = !m.pairs[p].position[0].open && m.pairs[p].position[1].open ? 1 : 0;
      views.push_back({m.strategy->pairs()[p][leg], m.strategy.get(), &m.pairs[p].position[leg], &m.pairs[p].sent[leg]});
    }
    if (!m.pairs.empty()) continue;
    const auto held = std::find_if(m.legs.begin(), m.legs.end(), [](const MarketLeg& l) { return l.position.open; });
    const MarketLeg& leg = held != m.legs.end() ? *held : m.legs.front();
    views.push_back({leg.id, m.strategy.get(), &leg.position, &leg.sent});
  }
  return views;
}

void SignalsStage::save(StateWriter& out) const {
  out(lane_, announced_, signals_raised_, unknown_reports_, news_);
  for (const Instrument& i : instruments_) {
    out(i.levels, i.tox);
    for (const Runner& r : i.runners) {
      out(r.sent, r.position);
      r.strategy->save(out);
    }
  }
  for (const Market& m : markets_) {
    out(m.pending, m.t_close);
    for (const MarketLeg& leg : m.legs) out(leg);
    for (const PairPositions& pair : m.pairs) out(pair);
    m.strategy->save(out);
  }
}

void SignalsStage::load(StateReader& in) {
  in(lane_, announced_, signals_raised_, unknown_reports_, news_);
  for (Instrument& i : instruments_) {
    in(i.levels, i.tox);
    for (Runner& r : i.runners) {
      in(r.sent, r.position);
      r.strategy->load(in);
    }
  }
  for (Market& m : markets_) {
    in(m.pending, m.t_close);
    for (MarketLeg& leg : m.legs) in(leg);
    for (PairPositions& pair : m.pairs) in(pair);
    m.strategy->load(in);
  }
}

}  // namespace omega
