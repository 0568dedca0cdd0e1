// The journal's helper thread, without the thread: the simulator runs its rounds between two appends, so that a seed
// means one order of events. Links in the place of journal/segment_helper.cpp.
#include "journal/segment_helper.hpp"

#include "journal/lane_store.hpp"
#include "tests/fault/sim/sim_fs.hpp"

namespace omega::journal {

namespace {
std::vector<LaneStore*>& served() {
  static std::vector<LaneStore*> lanes;
  return lanes;
}
}  // namespace

SegmentHelper::SegmentHelper() { served().clear(); }
void SegmentHelper::add(LaneStore& lane) {
  lane.attach(this);
  served().push_back(&lane);
  lane.prepare_spare();
}
void SegmentHelper::wake() noexcept {
  for (LaneStore* lane : served()) lane->prepare_spare();
}
void SegmentHelper::stop() noexcept { served().clear(); }

namespace testing {
void pump_segment_helper(bool retire) {
  for (LaneStore* lane : served()) lane->prepare_spare();
  if (retire)
    for (LaneStore* lane : served()) lane->retire_one();
}
}  // namespace testing

}  // namespace omega::journal
