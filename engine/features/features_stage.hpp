// What:     First stage of the pipeline: bars and timers in, feature frames out, every closed bar with its values journaled.
// Owner:    the pipeline.   Threads: one.   Allocation: constructor only.
// Ordering: frames of one event are in instrument order. A good M1 bar gives one frame; a timer gives one per instrument of
//           which a quiet higher-timeframe bar closes; a book event gives one when something ended in the book (FeatureFrame::book).
//           Quarantined bars and bars of inactive instruments give none.
// Journal:  per frame and closed timeframe, smallest first: FeatureVectorHead + the values of that timeframe's keys in handle
//           order, as they stand at the end of the event; before them a LargeOrder per large order that ended; what is not READY is the quiet NaN 0x7ff8000000000000.
// Errors:   none; bars were judged by the input guard (their kBad* bits), counters say what came.
#pragma once

#include <memory>

#include "engine/core/lane.hpp"
#include "engine/features/feature_engine.hpp"

namespace omega {

struct FeaturesCounters {
  static constexpr std::size_t kReasons = 8;  // bits of bar_flag::kBadMask
  std::uint64_t bars_good = 0, bars_quarantined = 0, bars_ignored = 0;  // ignored: instrument not active
  std::array<std::uint64_t, kReasons> quarantined_by_reason{};          // a bar with two bits counts in both
  std::uint64_t gaps = 0, stale_entries = 0, stale_exits = 0, frames = 0;
  std::uint64_t ticks_good = 0, ticks_quarantined = 0;                  // quotes, trades, book events
  template <class Archive>
  void serialize(Archive& ar) {
    ar(bars_good, bars_quarantined, bars_ignored, quarantined_by_reason, gaps, stale_entries, stale_exits, frames, ticks_good,
       ticks_quarantined);
  }
};

class FeaturesStage {
 public:
  /// All requests must have been made.
  FeaturesStage(const EngineConfig& config, const FeatureRequests& requests, LaneSink& sink);

  /// out.capacity >= number of active instruments.
  void process(const InputEvent& event, FeaturesOut& out) noexcept;

  [[nodiscard]] std::uint64_t digest() const noexcept { return lane_.digest(); }
  [[nodiscard]] const LaneAppender& lane() const noexcept { return lane_; }
  [[nodiscard]] const FeaturesCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::size_t instrument_count() const noexcept { return engines_.size(); }
  [[nodiscard]] bool feed_stale(InstrumentId id) const noexcept;
  /// Last frame of an active instrument; nullptr for others.
  [[nodiscard]] const FeatureFrame* frame(InstrumentId id) const noexcept;

  void save(StateWriter& ar) const;
  void load(StateReader& ar);
  template <class Archive>
  void serialize(Archive& ar) {
    if constexpr (Archive::kLoading) load(ar); else save(ar);
  }

 private:
  static constexpr std::uint16_t kInactive = 0xffff;

  void on_bar(const InputEvent& event, FeaturesOut& out) noexcept;
  void on_tick(const InputEvent& event, FeaturesOut& out) noexcept;
  void on_timer(const InputEvent& event, FeaturesOut& out) noexcept;
  void publish(Seq seq, const FeatureEngine& engine, FeaturesOut& out) noexcept;
  [[nodiscard]] const FeatureEngine* engine(InstrumentId id) const noexcept;

  LaneAppender lane_;
  std::vector<std::uint16_t> engine_of_;                  // by instrument id
  std::vector<std::unique_ptr<FeatureEngine>> engines_;   // active instruments, in order
  std::array<std::vector<FeatureHandle>, kTimeframeCount> handles_by_tf_;
  std::array<double, kFeaturesMax> journal_values_{};
  FeaturesCounters counters_;
};

}  // namespace omega
