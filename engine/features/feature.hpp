// What:     The interface of one feature family instance ("group"): updated when a bar of its timeframe closes, answers for
//           each of its outputs. Families with several outputs compute once.
// Owner:    the feature engine of one instrument.   Threads: the features stage's.
// Cost:     stated per family; one virtual call per group and bar close (not per tick).
#pragma once

#include <memory>

#include "engine/core/archive.hpp"
#include "engine/core/config.hpp"
#include "engine/features/bvc.hpp"
#include "engine/features/catalogue.hpp"
#include "engine/features/vpin.hpp"

namespace omega {

/// What a group may look at besides its own bar: the flow of the current M1 bar, the volume health of the instrument,
/// and the values of features evaluated before it.
struct FeatureContext {
  const BarFlow& flow;            // of the M1 bar that is closing
  bool volume_ok = false;         // false: more than half of the last 200 bars had no volume
  const FeatureFrame& frame;      // values of dependencies (see FeatureGroup::dependencies)
};

class FeatureGroup {
 public:
  virtual ~FeatureGroup() = default;
  virtual void on_bar(const TfBar& bar, const FeatureContext& context) noexcept = 0;
  [[nodiscard]] virtual FeatureValue value(FeatureId id) const noexcept = 0;
  virtual void save(StateWriter& out) const = 0;
  virtual void load(StateReader& in) = 0;
};

/// Gives a class with serialize() its save() and load().
template <class Derived>
class FeatureGroupBase : public FeatureGroup {
 public:
  void save(StateWriter& out) const override { out(static_cast<const Derived&>(*this)); }
  void load(StateReader& in) override { in(static_cast<Derived&>(*this)); }
};

/// Volume in quanta of 1e-4 units: squares of 500-bar sums stay inside 127 bits up to 2.6e12 units a bar.
[[nodiscard]] constexpr std::int64_t volume_quanta(Qty volume) noexcept { return volume / 10'000; }

}  // namespace omega
