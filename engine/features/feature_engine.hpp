// What:     All features of one instrument: builds its bars, runs its nodes, keeps the current frame.
// Owner:    FeaturesStage.   Threads: the stage's.   Allocation: constructor only.
// Ordering: inside one event bars close smallest timeframe first; the nodes of a bar run in creation order; the frame is
//           refreshed once after the last of them, so all its values belong to the end of the event.
// Stale:    while the feed is stale every value of an M1 key is INVALID; the next bar ends it.
#pragma once

#include "engine/features/feature_factory.hpp"
#include "engine/market/bar_builder.hpp"

namespace omega {

class FeatureEngine {
 public:
  FeatureEngine(InstrumentId id, const InstrumentConfig& instrument, std::span<const FeatureKey> keys);
  FeatureEngine(const FeatureEngine&) = delete;  // nodes hold the address of feed_stale_
  FeatureEngine& operator=(const FeatureEngine&) = delete;

  /// A good bar.
  void on_bar(const Bar& bar, TimeNs ts) noexcept;
  /// A good quote, trade or book event. True when something ended in the book that a strategy asked for, hence a frame is due.
  bool on_tick(const InputEvent& event) noexcept;
  /// A quarantined one: it may have cost the book.
  void on_quarantined(const InputEvent& event) noexcept;
  /// True when quiet bars closed, hence a frame is due.
  bool on_timer(TimeNs ts) noexcept;
  /// Silent for more than kStaleAfter inside trading hours at ts, and not marked yet.
  [[nodiscard]] bool turns_stale(TimeNs ts) const noexcept;
  void mark_stale() noexcept;
  [[nodiscard]] bool feed_stale() const noexcept { return feed_stale_; }

  /// Values of the frame beyond the requested keys are never written.
  [[nodiscard]] const FeatureFrame& frame() const noexcept { return frame_; }
  void copy_frame(FeatureFrame& out) const noexcept;

  void save(StateWriter& ar) const;
  void load(StateReader& ar);

 private:
  static constexpr DurationNs kStaleAfter_ns = 3 * kMinute_ns;
  static constexpr unsigned kAllTimeframes = (1u << kTimeframeCount) - 1;

  void begin_event(TimeNs ts) noexcept;
  void on_closed(Timeframe tf, const TfBar& bar) noexcept;
  void refresh(unsigned closed_mask) noexcept;
  void refresh(std::span<const FeatureHandle> handles, bool stale) noexcept;

  AssetClass asset_class_;
  BarBuilder builder_;
  bool feed_stale_ = false;
  std::unique_ptr<TickState> ticks_;  // null: the instrument has bars alone
  FeatureNodes nodes_;
  std::array<std::vector<Feature*>, kTimeframeCount> nodes_by_tf_;
  /// Handles whose value may change when a bar of the timeframe closes; confluence follows the labels of all of them.
  std::array<std::vector<FeatureHandle>, kTimeframeCount> handles_by_tf_;
  std::vector<FeatureHandle> confluence_handles_;
  bool confluence_stale_ = false;  // whether their values in the frame are those of a stale feed
  FeatureFrame frame_;
};

}  // namespace omega
