// STRATEGIES 5.4-1: run(A·B) equals restore(checkpoint(A))·B to the byte, for every calculator and at random cuts.
#include <gtest/gtest.h>

#include "engine/features/adx.hpp"
#include "engine/features/hurst.hpp"
#include "engine/features/level_book.hpp"
#include "engine/features/regime.hpp"
#include "engine/features/structure_label.hpp"
#include "level_frames.hpp"

namespace omega {
namespace {

using namespace test;

/// Everything at once, so that one cut is a cut of all.
class Calculators {
 public:
  void on_bar(const TfBar& b) {
    adx_.on_bar(b);
    swings_.on_bar(b);
    label_.on_bar(b);
    hurst_.on_bar(b);
    regime_.on_m15(b, {.hurst = hurst_.value(), .adx = adx_.value(), .spread_shock = {}, .vpin = {}, .spread_bp = {}});
  }
  void on_frame(const FeatureFrame& f) {
    on_bar(f.bar(Timeframe::kM1));
    levels_.on_frame(f);
  }
  template <class Archive> void serialize(Archive& ar) { ar(adx_, swings_, label_, hurst_, regime_, levels_); }

 private:
  Adx adx_{14};
  SwingDetector swings_{2, true};
  StructureLabel label_{true};
  Hurst hurst_{100};
  Regime regime_{1.8, 50};
  LevelBook levels_{100'000, 300'000};
};

TEST(Checkpoint, RestoredCalculatorsContinueToTheByte) {
  auto random = seeded(71);
  LevelFrames make;
  std::vector<FeatureFrame> frames;
  for (const TfBar& b : random_walk(random, 1600)) frames.push_back(make.next(b));
  Calculators whole;
  for (const FeatureFrame& f : frames) whole.on_frame(f);
  for (int cut = 0; cut < 50; ++cut) {
    const auto at = static_cast<std::size_t>(below(random, static_cast<std::int64_t>(frames.size())));
    Calculators first, second;
    for (std::size_t i = 0; i < at; ++i) first.on_frame(frames[i]);
    const std::vector<std::uint8_t> state = saved(first);
    StateReader reader(state);
    reader(second);
    ASSERT_TRUE(reader.at_end()) << at;
    ASSERT_EQ(saved(second), state) << at;
    for (std::size_t i = at; i < frames.size(); ++i) second.on_frame(frames[i]);
    ASSERT_EQ(saved(second), saved(whole)) << at;
  }
}

TEST(Checkpoint, ShortStateIsRefused) {
  Calculators calculators;
  std::vector<std::uint8_t> state = saved(calculators);
  state.pop_back();
  StateReader reader(state);
  reader(calculators);
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace omega
