// What:     What the features stage hands to the later stages for one instrument in one input event.
// Owner:    the ring slot; written by the features stage only, read by signals, risk and orders.
// Threads:  published with the slot.
// Units:    bar prices are mids (Price); feature values as their catalogue entry says.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "engine/market/tf_bar.hpp"

namespace omega {

enum class FeatureState : std::uint8_t { kWarming = 0, kReady = 1, kInvalid = 2 };

struct FeatureValue {
  double value = std::numeric_limits<double>::quiet_NaN();
  FeatureState state = FeatureState::kWarming;
  [[nodiscard]] bool ready() const noexcept { return state == FeatureState::kReady; }
  static FeatureValue of(double v) noexcept {  // NaN and Inf never pass as a value (STRATEGIES 1.3-7)
    const bool finite = v - v == 0.0;
    return finite ? FeatureValue{v, FeatureState::kReady}
                  : FeatureValue{std::numeric_limits<double>::quiet_NaN(), FeatureState::kInvalid};
  }
  static FeatureValue warming() noexcept { return {}; }
  static FeatureValue invalid() noexcept { return {std::numeric_limits<double>::quiet_NaN(), FeatureState::kInvalid}; }
  template <class Archive> void serialize(Archive& ar) { ar(value, state); }
};

/// Index of a feature in FeatureFrame::values, given out by the feature engine at set-up.
using FeatureHandle = std::uint16_t;
inline constexpr FeatureHandle kNoFeature = 0xffff;
inline constexpr std::size_t kFeaturesMax = 128;
inline constexpr std::size_t kVpinBucketsMax = 50;  // F08 bounds the buckets one event may complete

/// A price level with a refilling order (F33) that the best price of its side has gone through.
struct LevelBreak {
  BookSide side = BookSide::kBid;
  Price price = 0;
};
/// What ended in the book in this event (F33). Such an event gives a frame even when no bar closes in it.
struct BookEvents {
  static constexpr std::size_t kMax = 4;  // of each kind; more in one event are left out
  std::array<LargeOrder, kMax> large{};
  std::array<LevelBreak, kMax> broken{};
  std::uint8_t large_count = 0, broken_count = 0;
  [[nodiscard]] bool any() const noexcept { return large_count + broken_count > 0; }
  void clear() noexcept { large_count = broken_count = 0; }
};

struct FeatureFrame {
  TimeNs ts = 0;                     // engine time of the input event
  InstrumentId instrument = kNoInstrument;
  std::uint8_t closed_mask = 0;      // bit tf set: bars[tf] closed in this event
  std::uint8_t vpin_bucket_count = 0;
  std::array<TfBar, kTimeframeCount> bars{};            // last closed bar per timeframe (valid once t_close > 0)
  std::array<FeatureValue, kFeaturesMax> values{};      // current value of every requested feature
  std::array<double, kVpinBucketsMax> vpin_bucket{};    // vpin after each bucket completed in this event
  BookEvents book;
  [[nodiscard]] bool closed(Timeframe tf) const noexcept { return ((closed_mask >> static_cast<unsigned>(tf)) & 1u) != 0; }
  [[nodiscard]] const TfBar& bar(Timeframe tf) const noexcept { return bars[static_cast<std::size_t>(tf)]; }
  [[nodiscard]] const FeatureValue& get(FeatureHandle h) const noexcept { return values[h]; }
};

}  // namespace omega
