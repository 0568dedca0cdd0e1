// Guards against a container that grows, a temporary string or a std::function on the event path.
#include "counting_new.hpp"
#include "tick_market.hpp"

namespace omega {
namespace {

TEST(features_stage_allocation, processing_a_hundred_thousand_events_allocates_nothing) {
  const std::vector<InputEvent> events = test::random_inputs(7, 3, 34'000);
  ASSERT_GT(events.size(), 100'000u);
  const EngineConfig config = test::config_of(3);
  const FeatureRequests requests = test::requests_of_all();
  NullSink sink;
  FeaturesStage stage(config, requests, sink);
  std::vector<FeatureFrame> frames(3);
  FeaturesOut out{frames.data(), 3, 0};
  const long before = test::allocation_count();
  for (const InputEvent& e : events) stage.process(e, out);
  EXPECT_EQ(test::allocation_count() - before, 0);
  EXPECT_GT(stage.counters().frames, 60'000u);
  ::operator delete(::operator new(1));
  EXPECT_GT(test::allocation_count(), before) << "the counter counts";
}

TEST(features_stage_allocation, nor_does_a_book_of_a_thousand_minutes) {
  const std::vector<InputEvent> events = test::TickMarket(7).minutes(1'000);
  ASSERT_GT(events.size(), 20'000u);
  const EngineConfig config = test::tick_config();
  const FeatureRequests requests = test::requests_of_ticks();
  NullSink sink;
  FeaturesStage stage(config, requests, sink);
  std::vector<FeatureFrame> frames(1);
  FeaturesOut out{frames.data(), 1, 0};
  const long before = test::allocation_count();
  for (const InputEvent& e : events) stage.process(e, out);
  EXPECT_EQ(test::allocation_count() - before, 0);
  EXPECT_GT(stage.counters().ticks_good, 20'000u);
}

}  // namespace
}  // namespace omega
