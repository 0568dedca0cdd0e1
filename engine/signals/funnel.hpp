// What:     Where a strategy's signals are lost: how many evaluations passed each condition, in order; which features were
//           not READY when it wanted to evaluate; what the edge trigger, the cool-down and an open position held back.
//           evaluations = Σ failures per condition + edge + cool-down + position + signals.
// Owner:    the strategy object; part of its state.   Threads: one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/core/assert.hpp"
#include "engine/signals/check.hpp"

namespace omega {

class Funnel {
 public:
  static constexpr std::size_t kConditionsMax = 12;
  static constexpr std::size_t kFeaturesMax = 16;  // that one strategy may need

  void begin() noexcept { ++evaluations_; }
  /// Counts and keeps the condition and returns whether it holds; call in order, stop at the first that does not.
  bool pass(std::size_t condition, const Check& check) noexcept {
    OMEGA_ASSERT(condition < kConditionsMax, condition, kConditionsMax);
    passed_[condition] += check.holds ? 1 : 0;
    last_[condition] = check;
    return check.holds;
  }
  void not_ready() noexcept { ++not_ready_; }
  /// skip_feature_not_ready{feature}; one skipped evaluation may lack several.
  void feature_not_ready(std::size_t feature) noexcept {
    OMEGA_ASSERT(feature < kFeaturesMax, feature, kFeaturesMax);
    ++feature_not_ready_[feature];
  }
  void not_an_edge() noexcept { ++not_an_edge_; }
  void cooling() noexcept { ++cooling_; }
  void position_open() noexcept { ++position_open_; }
  void raised() noexcept { ++signals_; }

  [[nodiscard]] std::uint64_t evaluations() const noexcept { return evaluations_; }
  [[nodiscard]] std::uint64_t passed(std::size_t condition) const noexcept { return passed_[condition]; }
  /// The newest outcome; of this process, not of the saved state: look right after an evaluation.
  [[nodiscard]] const Check& last(std::size_t condition) const noexcept { return last_[condition]; }
  [[nodiscard]] std::uint64_t skipped_not_ready() const noexcept { return not_ready_; }
  [[nodiscard]] std::uint64_t skipped_not_ready(std::size_t feature) const noexcept { return feature_not_ready_[feature]; }
  [[nodiscard]] std::uint64_t suppressed_edge() const noexcept { return not_an_edge_; }
  [[nodiscard]] std::uint64_t suppressed_cooldown() const noexcept { return cooling_; }
  [[nodiscard]] std::uint64_t suppressed_position() const noexcept { return position_open_; }
  [[nodiscard]] std::uint64_t signals() const noexcept { return signals_; }
  void add(const Funnel& o) noexcept {
    evaluations_ += o.evaluations_;
    not_ready_ += o.not_ready_;
    not_an_edge_ += o.not_an_edge_;
    cooling_ += o.cooling_;
    position_open_ += o.position_open_;
    signals_ += o.signals_;
    for (std::size_t i = 0; i < passed_.size(); ++i) passed_[i] += o.passed_[i];
    for (std::size_t i = 0; i < feature_not_ready_.size(); ++i) feature_not_ready_[i] += o.feature_not_ready_[i];
  }
  template <class Archive> void serialize(Archive& ar) {
    ar(evaluations_, not_ready_, not_an_edge_, cooling_, position_open_, signals_, passed_, feature_not_ready_);
  }

 private:
  std::uint64_t evaluations_ = 0, not_ready_ = 0, not_an_edge_ = 0, cooling_ = 0, position_open_ = 0, signals_ = 0;
  std::array<std::uint64_t, kConditionsMax> passed_{};
  std::array<Check, kConditionsMax> last_{};
  std::array<std::uint64_t, kFeaturesMax> feature_not_ready_{};
};

}  // namespace omega
