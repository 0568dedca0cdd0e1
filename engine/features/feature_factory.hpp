// What:     Makes the nodes of one instrument from the requested keys. Keys that are outputs of one calculator share its node;
//           what a node reads is made before it. This is the one place to touch for a new feature, beside its own file
//           and its line in the catalogue.
// Owner:    used by the FeatureEngine's constructor; the nodes belong to the engine.   Threads: set-up only.
// Errors:   none; keys were checked by FeatureRequests::request().
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/features/catalogue.hpp"
#include "engine/features/composite_features.hpp"
#include "engine/features/tick_state.hpp"

namespace omega {

/// Nodes in the order they were made, each with the timeframe whose bars it takes.
struct FeatureNodes {
  struct Entry {
    Timeframe tf = Timeframe::kM1;
    std::unique_ptr<Feature> node;
  };
  std::vector<Entry> entries;
  std::vector<FeatureSource> sources;   // by handle
  const VpinFeature* vpin = nullptr;    // of the first VPIN key: what FeatureFrame::vpin_bucket shows
};

/// feed_stale is read by nodes of other timeframes that use M1 features; ticks, null for an instrument with bars alone, feeds the
/// nodes of quotes, trades and the book. Both outlive the nodes.
[[nodiscard]] FeatureNodes make_features(const InstrumentConfig& instrument, const bool* feed_stale, TickState* ticks,
                                         std::span<const FeatureKey> keys);

}  // namespace omega
