// What:     omega.inspect/1: the whole state of the engine after one input - marks, bars, features, levels, strategies with
//           their insides, positions, orders, exposure, limits, kill switch - as JSON and as text.
// Owner:    pure functions of a state.   Threads: one.
// Units:    prices, lots, account currency; ratios are fractions in JSON, percent in text; times RFC 3339 UTC.
// Choices:  a strategy's `internals` are its state in the order in which it saves it, without names; the first element is the
//           funnel, the flags of the edge trigger and the time of the last signal, which are also shown by name. Bars carry no
//           order book: the book is the last bid and ask of each instrument.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/state_at.hpp"

namespace omega::replay {

[[nodiscard]] nlohmann::ordered_json state_document(const std::string& journal, const StateAt& state);
[[nodiscard]] std::string state_text(const nlohmann::ordered_json& document);
[[nodiscard]] const char* feature_state_name(FeatureState state) noexcept;

}  // namespace omega::replay
