// What:     Two runs over the same inputs, deal by deal: signals and trades lost, gained and changed, the P&L difference of each, and
//           the first decision at which the runs part.
// Owner:    pure functions.   Threads: any.
// Choices:  deals are matched by time, strategy and symbol of their signal: seqs shift as soon as the venue answers otherwise.
// Units:    Money, so that the sum over the list is the difference of the two totals to the last digit.
#pragma once

#include "replay/whatif/rerun.hpp"

namespace omega::replay {

struct DealDifference {
  enum class Kind : std::uint8_t { kLost, kGained, kChanged };
  Kind kind = Kind::kChanged;
  const Deal* before = nullptr;  // null when gained
  const Deal* after = nullptr;   // null when lost
  [[nodiscard]] Money pnl() const noexcept {
    const auto of = [](const Deal* d) { return d != nullptr && d->traded ? d->trade.net_pnl : 0; };
    return of(after) - of(before);
  }
  /// A trade is part of it on either side; otherwise only a signal or its fate differs.
  [[nodiscard]] bool about_trades() const noexcept { return (before != nullptr && before->traded) || (after != nullptr && after->traded); }
};

/// In time order; points into the two runs. The first is the first divergent decision.
[[nodiscard]] std::vector<DealDifference> differences(const Rerun& before, const Rerun& after);

/// omega.whatif/1: the variants beside the recorded configuration.
struct Variant {
  std::vector<std::string> settings;     // as given
  const Rerun* run = nullptr;
};
struct WhatIf {
  std::string journal;
  const EngineConfig* config = nullptr;  // recorded
  const Rerun* base = nullptr;
  bool base_is_recorded = false;         // the re-run of the recorded configuration traded as the journal says
  std::vector<Variant> variants;
};
[[nodiscard]] nlohmann::ordered_json whatif_json(const WhatIf& whatif);
[[nodiscard]] std::string whatif_markdown(const nlohmann::ordered_json& doc);

}  // namespace omega::replay
