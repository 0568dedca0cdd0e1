#include "engine/features/feature_engine.hpp"

#include "engine/market/session_clock.hpp"

namespace omega {

FeatureEngine::FeatureEngine(InstrumentId id, const InstrumentConfig& instrument, std::span<const FeatureKey> keys)
    : asset_class_(instrument.asset_class),
      builder_(instrument.spread),
      ticks_(TickState::fed(instrument) ? std::make_unique<TickState>(id, instrument) : nullptr),
      nodes_(make_features(instrument, &feed_stale_, ticks_.get(), keys)) {
  for (const FeatureNodes::Entry& entry : nodes_.entries) {
    nodes_by_tf_[static_cast<std::size_t>(entry.tf)].push_back(entry.node.get());
  }
  for (std::size_t h = 0; h < keys.size(); ++h) {
    const bool is_confluence = keys[h].id == FeatureId::kConfluence;
    auto& handles = is_confluence ? confluence_handles_ : handles_by_tf_[static_cast<std::size_t>(keys[h].tf)];
    handles.push_back(static_cast<FeatureHandle>(h));
  }
  frame_.instrument = id;
  refresh(kAllTimeframes);
}

void FeatureEngine::begin_event(TimeNs ts) noexcept {
  frame_.ts = ts;
  frame_.closed_mask = 0;
  frame_.vpin_bucket_count = 0;
  frame_.book.clear();
}

void FeatureEngine::on_closed(Timeframe tf, const TfBar& bar) noexcept {
  const auto i = static_cast<std::size_t>(tf);
  frame_.bars[i] = bar;
  frame_.closed_mask |= static_cast<std::uint8_t>(1u << i);
  for (Feature* node : nodes_by_tf_[i]) node->on_bar(bar);
}

void FeatureEngine::on_bar(const Bar& bar, TimeNs ts) noexcept {
  begin_event(ts);
  if (ticks_) ticks_->before_bar(ts, frame_.book);
  feed_stale_ = false;
  builder_.on_m1(bar, [this](Timeframe tf, const TfBar& closed) { on_closed(tf, closed); });
  if (nodes_.vpin != nullptr) {
    const std::span<const double> buckets = nodes_.vpin->bucket_values();
    std::copy(buckets.begin(), buckets.end(), frame_.vpin_bucket.begin());
    frame_.vpin_bucket_count = static_cast<std::uint8_t>(buckets.size());
  }
  refresh(frame_.closed_mask);
  if (ticks_) ticks_->end_bar();
}

void FeatureEngine::on_quarantined(const InputEvent& event) noexcept {
  if (ticks_) ticks_->on_quarantined(event);
}

bool FeatureEngine::on_tick(const InputEvent& event) noexcept {
  if (!ticks_) return false;
  begin_event(event.ts());
  ticks_->on_event(event, frame_.book);
  return frame_.book.any();
}

bool FeatureEngine::on_timer(TimeNs ts) noexcept {
  begin_event(ts);
  builder_.on_timer(ts, [this](Timeframe tf, const TfBar& closed) { on_closed(tf, closed); });
  if (frame_.closed_mask == 0) return false;
  refresh(frame_.closed_mask);
  return true;
}

bool FeatureEngine::turns_stale(TimeNs ts) const noexcept {
  if (feed_stale_ || !builder_.started() || ts - builder_.last_end() <= kStaleAfter_ns) return false;
  if (!in_trading_hours(asset_class_, ts)) return false;
  // silence before the week opened is not silence of the feed
  return asset_class_ == AssetClass::kCrypto || ts - fx_week_start(ts) > kStaleAfter_ns;
}

void FeatureEngine::mark_stale() noexcept {
  feed_stale_ = true;
  refresh(1u << static_cast<unsigned>(Timeframe::kM1));
}

void FeatureEngine::refresh(unsigned closed_mask) noexcept {
  for (std::size_t tf = 0; tf < kTimeframeCount; ++tf) {
    const bool is_m1 = tf == static_cast<std::size_t>(Timeframe::kM1);
    if (((closed_mask >> tf) & 1u) != 0) refresh(handles_by_tf_[tf], is_m1 && feed_stale_);
  }
  // A key of M1, made of the labels of the higher timeframes.
  const bool labels_closed = (closed_mask & ~(1u << static_cast<unsigned>(Timeframe::kM1))) != 0;
  if (!labels_closed && feed_stale_ == confluence_stale_) return;
  confluence_stale_ = feed_stale_;
  refresh(confluence_handles_, feed_stale_);
}

void FeatureEngine::refresh(std::span<const FeatureHandle> handles, bool stale) noexcept {
  for (const FeatureHandle h : handles) {
    frame_.values[h] = stale ? FeatureValue::invalid() : nodes_.sources[h].value();
  }
}

void FeatureEngine::copy_frame(FeatureFrame& out) const noexcept {
  out.ts = frame_.ts;
  out.instrument = frame_.instrument;
  out.closed_mask = frame_.closed_mask;
  out.vpin_bucket_count = frame_.vpin_bucket_count;
  out.bars = frame_.bars;
  std::copy_n(frame_.values.begin(), nodes_.sources.size(), out.values.begin());
  std::copy_n(frame_.vpin_bucket.begin(), frame_.vpin_bucket_count, out.vpin_bucket.begin());
  out.book.large_count = frame_.book.large_count;
  out.book.broken_count = frame_.book.broken_count;
  std::copy_n(frame_.book.large.begin(), frame_.book.large_count, out.book.large.begin());
  std::copy_n(frame_.book.broken.begin(), frame_.book.broken_count, out.book.broken.begin());
}

void FeatureEngine::save(StateWriter& ar) const {
  ar(builder_, feed_stale_, frame_.bars);
  if (ticks_) ar(*ticks_);
  for (const FeatureNodes::Entry& entry : nodes_.entries) entry.node->save(ar);
}

/// Values are functions of the nodes, so they are not in the checkpoint.
void FeatureEngine::load(StateReader& ar) {
  ar(builder_, feed_stale_, frame_.bars);
  if (ticks_) ar(*ticks_);
  for (const FeatureNodes::Entry& entry : nodes_.entries) entry.node->load(ar);
  refresh(kAllTimeframes);
}

}  // namespace omega
