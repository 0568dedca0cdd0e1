#include <gtest/gtest.h>

#include "adapters/cli/progress_bar.hpp"
#include "engine/core/civil_time.hpp"

namespace omega::cli {
namespace {

TEST(ProgressLine, ShowsShareEventsRateEngineTimeAndEta) {
  EXPECT_EQ(progress_line(0.25, 50'000, 10, utc_time(2024, 1, 23, 8, 5)),
            "[######..................]  25 %  50000 events  5000 events/s  2024-01-23T08:05Z  ETA 30.0 s");
}

TEST(ProgressLine, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(progress_line(-1, 7, 0, 0), "7 events");
  EXPECT_EQ(progress_line(2, 7, 1, 0), "[########################] 100 %  7 events  7 events/s");
}

TEST(ProgressBar, StaysSilentWhenItIsNotATerminal) {
  testing::internal::CaptureStderr();
  {
    ProgressBar bar(false);
    bar.draw(0.5, 10, 0);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace omega::cli
