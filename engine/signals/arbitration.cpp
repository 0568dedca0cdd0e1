#include "engine/signals/arbitration.hpp"

#include <cmath>

#include "engine/core/assert.hpp"

namespace omega {
namespace {

constexpr double kFamilyCap = 0.85, kWeightCorrelation = 0.7;

bool alive(const Candidate& c) noexcept { return c.code == ReasonCode::kNone; }

void silence(std::span<Candidate> candidates) noexcept {
  for (Candidate& c : candidates) {
    if (alive(c)) c.code = ReasonCode::kArbSilence;
  }
}

/// A near copy of a heavier signal that stays has no vote; heaviest first, ties to the lower strategy number.
void cap_families(std::span<Candidate> candidates, const std::array<double, kCandidatesMax>& weight,
                  const StrategyCorrelation& correlation) noexcept {
  std::array<bool, kCandidatesMax> kept{};
  for (std::size_t round = 0; round < candidates.size(); ++round) {
    std::size_t next = candidates.size();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (kept[i] || !alive(candidates[i])) continue;
      if (next == candidates.size() || weight[i] > weight[next] ||
          (weight[i] == weight[next] && candidates[i].strategy < candidates[next].strategy)) {
        next = i;
      }
    }
    if (next == candidates.size()) return;
    kept[next] = true;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (!kept[i] && alive(candidates[i]) &&
          correlation.between(candidates[i].strategy, candidates[next].strategy) > kFamilyCap) {
        candidates[i].code = ReasonCode::kArbLost;
      }
    }
  }
}

}  // namespace

double arbitrate(std::span<Candidate> candidates, const StrategyCorrelation& correlation, double net_min,
                 double ev_min) noexcept {
  OMEGA_REQUIRE(candidates.size() <= kCandidatesMax, candidates.size(), kCandidatesMax);
  std::array<double, kCandidatesMax> initial{};
  for (std::size_t i = 0; i < candidates.size(); ++i) initial[i] = candidates[i].level / 3.0 * candidates[i].quality;

  cap_families(candidates, initial, correlation);
  double sum = 0, signed_sum = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Candidate& c = candidates[i];
    if (!alive(c)) continue;
    double crowd = 0;
    for (std::size_t j = 0; j < candidates.size(); ++j) {
      if (i == j || !alive(candidates[j])) continue;
      const double corr = correlation.between(c.strategy, candidates[j].strategy);
      if (corr > kWeightCorrelation) crowd += corr * initial[j];
    }
    c.weight = initial[i] / (1.0 + crowd);
    sum += c.weight;
    signed_sum += c.direction * c.weight;
  }
  const double net = sum > 0 ? signed_sum / sum : 0.0;
  if (std::fabs(net) < net_min) {
    silence(candidates);
    return net;
  }
  const Direction side = net > 0 ? kLong : kShort;
  Candidate* winner = nullptr;
  for (Candidate& c : candidates) {
    if (!alive(c)) continue;
    c.ev = c.win_probability * c.reward_risk - (1.0 - c.win_probability) - c.cost_risk;
    if (c.direction != side) continue;
    const bool better = winner == nullptr || c.weight * c.ev > winner->weight * winner->ev ||
                        (c.weight * c.ev == winner->weight * winner->ev && c.strategy < winner->strategy);
    if (better) winner = &c;
  }
  if (winner == nullptr || winner->ev < ev_min) {
    silence(candidates);
    return net;
  }
  for (Candidate& c : candidates) {
    if (alive(c) && &c != winner) c.code = ReasonCode::kArbLost;
  }
  return net;
}

}  // namespace omega
