// What:     omega.optimize/1: the verdict of a parameter search, as JSON and as a document with the out-of-sample curves.
// Owner:    pure functions.   Threads: any.   Units: as in walk_forward.hpp; undefined is null.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "replay/document/document.hpp"
#include "replay/optimize/walk_forward.hpp"

namespace omega::replay {

inline constexpr std::size_t kBestShown = 10;

struct OptimizeFacts {
  std::string journal, profile, strategy, objective, currency;
  std::uint64_t seed = 0;
  std::size_t resumed = 0;  // trials taken from the search's file
};

[[nodiscard]] nlohmann::ordered_json optimize_json(const OptimizeFacts& facts, const SearchSpace& space, const std::vector<Trial>& trials,
                                                   const SearchRules& rules, const Verdict& verdict);
[[nodiscard]] Document optimize_document(const nlohmann::ordered_json& doc);
/// The accepted candidate as a block of strategies.yaml: only what changes.
[[nodiscard]] std::string patch_yaml(const nlohmann::ordered_json& doc);

}  // namespace omega::replay
