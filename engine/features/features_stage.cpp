#include "engine/features/features_stage.hpp"

#include <bit>

namespace omega {

namespace {
constexpr double kNotReady = std::bit_cast<double>(std::uint64_t{0x7ff8'0000'0000'0000});
}

FeaturesStage::FeaturesStage(const EngineConfig& config, const FeatureRequests& requests, LaneSink& sink)
    : lane_(sink), engine_of_(config.instruments.size(), kInactive) {
  const std::span<const FeatureKey> keys = requests.keys();
  for (std::size_t h = 0; h < keys.size(); ++h) {
    handles_by_tf_[static_cast<std::size_t>(keys[h].tf)].push_back(static_cast<FeatureHandle>(h));
  }
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    if (!config.instruments[i].active) continue;
    engine_of_[i] = static_cast<std::uint16_t>(engines_.size());
    engines_.push_back(std::make_unique<FeatureEngine>(static_cast<InstrumentId>(i), config.instruments[i], keys));
  }
}

void FeaturesStage::process(const InputEvent& event, FeaturesOut& out) noexcept {
  out.count = 0;
  if (event.type == EventType::kBar) on_bar(event, out);
  else if (is_market(event.type)) on_tick(event, out);
  if (event.type == EventType::kTimer) on_timer(event, out);
  lane_.end_of_input(event.seq, event.ts());
}

void FeaturesStage::on_bar(const InputEvent& event, FeaturesOut& out) noexcept {
  const Bar& bar = event.as<Bar>();
  if (const unsigned bad = bar.flags & bar_flag::kBadMask; bad != 0) {
    ++counters_.bars_quarantined;
    for (std::size_t bit = 0; bit < FeaturesCounters::kReasons; ++bit) {
      counters_.quarantined_by_reason[bit] += (bad >> bit) & 1u;
    }
    return;
  }
  OMEGA_REQUIRE(bar.instrument < engine_of_.size(), bar.instrument, engine_of_.size());
  if (engine_of_[bar.instrument] == kInactive) {
    ++counters_.bars_ignored;
    return;
  }
  FeatureEngine& engine = *engines_[engine_of_[bar.instrument]];
  ++counters_.bars_good;
  counters_.stale_exits += engine.feed_stale() ? 1 : 0;
  engine.on_bar(bar, event.ts());
  counters_.gaps += engine.frame().bar(Timeframe::kM1).gap() ? 1 : 0;
  publish(event.seq, engine, out);
}

void FeaturesStage::on_tick(const InputEvent& event, FeaturesOut& out) noexcept {
  const bool bad = is_quarantined(event);
  counters_.ticks_quarantined += bad ? 1 : 0;
  const InstrumentId id = instrument_of(event);
  OMEGA_REQUIRE(id < engine_of_.size(), id, engine_of_.size());
  if (engine_of_[id] == kInactive) return;
  if (bad) return engines_[engine_of_[id]]->on_quarantined(event);
  ++counters_.ticks_good;
  FeatureEngine& engine = *engines_[engine_of_[id]];
  if (engine.on_tick(event)) publish(event.seq, engine, out);
}

void FeaturesStage::on_timer(const InputEvent& event, FeaturesOut& out) noexcept {
  for (const auto& engine : engines_) {
    if (engine->turns_stale(event.ts())) {  // before the bars: what they trigger must see it
      engine->mark_stale();
      ++counters_.stale_entries;
    }
    if (engine->on_timer(event.ts())) publish(event.seq, *engine, out);
  }
}

void FeaturesStage::publish(Seq seq, const FeatureEngine& engine, FeaturesOut& out) noexcept {
  OMEGA_REQUIRE(out.count < out.capacity, out.count, out.capacity);
  engine.copy_frame(out.frames[out.count++]);
  ++counters_.frames;
  const FeatureFrame& frame = engine.frame();
  for (std::size_t i = 0; i < frame.book.large_count; ++i) lane_.append(seq, frame.book.large[i]);
  for (unsigned left = frame.closed_mask; left != 0; left &= left - 1) {  // smallest first
    const auto tf = static_cast<std::size_t>(std::countr_zero(left));
    const TfBar& bar = frame.bars[tf];
    std::size_t count = 0;
    for (const FeatureHandle h : handles_by_tf_[tf]) {
      const FeatureValue& v = frame.values[h];
      journal_values_[count++] = v.ready() ? v.value : kNotReady;
    }
    const FeatureVectorHead head{.ts = frame.ts, .t_open = bar.t_open, .open = bar.open, .high = bar.high,
                                 .low = bar.low, .close = bar.close, .volume = bar.volume, .n_m1 = bar.n_m1,
                                 .instrument = frame.instrument, .flags = bar.flags,
                                 .timeframe = static_cast<Timeframe>(tf)};
    lane_.append(seq, head, {journal_values_.data(), count});
  }
}

const FeatureEngine* FeaturesStage::engine(InstrumentId id) const noexcept {
  if (id >= engine_of_.size() || engine_of_[id] == kInactive) return nullptr;
  return engines_[engine_of_[id]].get();
}

bool FeaturesStage::feed_stale(InstrumentId id) const noexcept {
  const FeatureEngine* const e = engine(id);
  return e != nullptr && e->feed_stale();
}

const FeatureFrame* FeaturesStage::frame(InstrumentId id) const noexcept {
  const FeatureEngine* const e = engine(id);
  return e != nullptr ? &e->frame() : nullptr;
}

void FeaturesStage::save(StateWriter& ar) const {
  ar(lane_, counters_);
  for (const auto& engine : engines_) engine->save(ar);
}

void FeaturesStage::load(StateReader& ar) {
  ar(lane_, counters_);
  for (const auto& engine : engines_) engine->load(ar);
}

}  // namespace omega
