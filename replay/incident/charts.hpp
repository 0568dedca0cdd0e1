// What:     What an incident's charts show, noted while the story is replayed: mid price of the symbols concerned, the features that
//           their strategies need, and equity, each at the minute bars around the story.
// Owner:    the incident's build.   Threads: one.
// Units:    prices, feature units, account currency; times ns UTC.
// Choices:  a story without orders shows the symbol asked about, else every active symbol, and the features of every running
//           strategy. Long stories are thinned to every n-th point; first and last stay.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/incident/rederivation.hpp"
#include "replay/incident/story.hpp"

namespace omega::replay {

inline constexpr std::size_t kChartPoints_max = 1200;
inline constexpr std::size_t kChartFeatures_max = 12;
inline constexpr std::size_t kChartSymbols_max = 4;

class ChartRecorder {
 public:
  ChartRecorder(const Rederivation& r, const Story& story, const Ledger& ledger, DurationNs window_ns);

  /// Call after each input that was run.
  void note(Rederivation& r);
  /// Nothing behind this time is of interest.
  [[nodiscard]] TimeNs to() const noexcept { return to_; }
  /// {"from", "to", "prices": [{"symbol", "points": [[ts, mid]]}], "features": [{"symbol", "name", "unit", "points"}], "equity": points};
  /// a feature that was not ready is null.
  [[nodiscard]] nlohmann::ordered_json json() const;

 private:
  struct Point {
    TimeNs ts;
    double value;
  };
  using Line = std::vector<Point>;
  struct Symbol {
    InstrumentId id;
    std::string name;
    Line price;
    std::vector<Line> features;  // as features_
  };
  struct FeatureChoice {
    FeatureHandle handle;
    std::string name, unit;
  };
  static nlohmann::ordered_json points(const Line& line);

  TimeNs from_ = 0, to_ = 0;
  std::vector<Symbol> symbols_;
  std::vector<FeatureChoice> features_;
  Line equity_;
};

}  // namespace omega::replay
