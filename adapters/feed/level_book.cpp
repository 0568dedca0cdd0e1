#include "adapters/feed/level_book.hpp"

#include <algorithm>
#include <utility>

#include "engine/market/input_guard.hpp"

namespace omega::feed {
namespace {

constexpr Qty kShown_max = kVolumeLimit / kQtyScale * kQtyScale;  // whole units

}  // namespace

void LevelBook::Side::add(Price price, Qty size) {
  const auto level = levels_.try_emplace(key(price), 0).first;
  level->second += size;
  if (level->second <= 0) levels_.erase(level);
}

void LevelBook::Side::changes(std::vector<LevelChange>& out) {
  now_.clear();
  for (auto l = levels_.begin(); l != levels_.end() && now_.size() < kLevels; ++l) {
    now_.push_back({key(l->first), static_cast<Qty>(std::min<i128>(l->second, kShown_max))});
  }
  level_changes(side_, shown_, now_, [&out](const LevelChange& c) { out.push_back(c); });
  std::swap(shown_, now_);
}

void LevelBook::publish(TickList& out, TimeNs ts, std::uint32_t line) {
  changes_.clear();
  bids_.changes(changes_);
  asks_.changes(changes_);
  writer_.update(out, ts, line, changes_);
}

}  // namespace omega::feed
