// What:     trials.jsonl of a parameter search: the search's identity in the first line, then one finished trial a line.
// Owner:    the command.   Threads: one at a time.
// Errors:   kUsage when the folder holds another search; kEnvironment when it cannot be written. A torn last line, left by an
//           interruption, is cut.
#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/core/result.hpp"
#include "replay/optimize/trial.hpp"

namespace omega::cli {

class TrialFile {
 public:
  /// Trials with an index of `count` and more are left out, and stay in the file.
  [[nodiscard]] static Result<TrialFile> open(const std::filesystem::path& dir, const nlohmann::ordered_json& identity, std::uint64_t count);
  [[nodiscard]] bool has(std::uint64_t index) const noexcept;
  [[nodiscard]] Status add(replay::Trial trial);
  /// By index.
  [[nodiscard]] const std::vector<replay::Trial>& trials() const noexcept { return trials_; }

 private:
  std::filesystem::path path_;
  std::ofstream out_;
  std::vector<replay::Trial> trials_;
};

}  // namespace omega::cli
