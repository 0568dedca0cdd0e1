#include "engine/features/catalogue.hpp"

#include "engine/core/assert.hpp"
#include "engine/features/catalogue_bars.hpp"
#include "engine/features/catalogue_calculators.hpp"
#include "engine/features/catalogue_ticks.hpp"

namespace omega {

namespace {

/// The features that have a key, those of bars first.
constexpr auto joined() {
  std::array<FeatureInfo, std::size(catalogue::kOfBars) + std::size(catalogue::kOfTicks)> all{};
  std::size_t i = 0;
  for (const FeatureInfo& info : catalogue::kOfBars) all[i++] = info;
  for (const FeatureInfo& info : catalogue::kOfTicks) all[i++] = info;
  return all;
}
constexpr auto kCatalogue = joined();
static_assert(kCatalogue.size() == static_cast<std::size_t>(FeatureId::kCount));

constexpr bool catalogue_is_in_order() {
  for (std::size_t i = 0; i < kCatalogue.size(); ++i) {
    if (kCatalogue[i].id != static_cast<FeatureId>(i)) return false;
  }
  return true;
}
static_assert(catalogue_is_in_order(), "feature_info() indexes by id");

/// Fills defaults and refuses what the feature does not offer: a mistake in set-up code.
FeatureKey checked(FeatureKey key) {
  OMEGA_REQUIRE(key.id < FeatureId::kCount && key.tf < Timeframe::kCount, static_cast<int>(key.id), static_cast<int>(key.tf));
  const FeatureInfo& info = feature_info(key.id);
  if (key.p0 == 0) key.p0 = info.p0.value;
  if (key.p1 == 0) key.p1 = info.p1.value;
  OMEGA_REQUIRE(info.timeframe == catalogue::kAny || info.timeframe == key.tf, static_cast<int>(key.id), static_cast<int>(key.tf));
  OMEGA_REQUIRE(key.p0 >= info.p0.min && key.p0 <= info.p0.max, static_cast<int>(key.id), key.p0);
  OMEGA_REQUIRE(key.p1 >= info.p1.min && key.p1 <= info.p1.max, static_cast<int>(key.id), key.p1);
  return key;
}

}  // namespace

std::span<const FeatureInfo> feature_catalogue() noexcept { return kCatalogue; }
std::span<const FeatureInfo> calculator_catalogue() noexcept { return catalogue::kCalculators; }

const FeatureInfo& feature_info(FeatureId id) noexcept {
  OMEGA_REQUIRE(id < FeatureId::kCount, static_cast<int>(id), 0);
  return kCatalogue[static_cast<std::size_t>(id)];
}

std::string feature_name(const FeatureKey& key) {
  const FeatureInfo& info = feature_info(key.id);
  std::string name = info.name;
  if (key.p0 != 0) {
    name += "(" + std::to_string(key.p0);
    if (key.p1 != 0 && key.p1 != info.p1.value) name += "," + std::to_string(key.p1);
    name += ")";
  }
  return name + "@" + kTimeframeName[static_cast<std::size_t>(key.tf)];
}

FeatureHandle FeatureRequests::request(const FeatureKey& key) {
  const FeatureKey wanted = checked(key);
  for (std::size_t h = 0; h < count_; ++h) {
    if (keys_[h] == wanted) return static_cast<FeatureHandle>(h);
  }
  OMEGA_REQUIRE(count_ < kFeaturesMax, count_, kFeaturesMax);
  keys_[count_] = wanted;
  return static_cast<FeatureHandle>(count_++);
}

}  // namespace omega
