// What:     A child process that writes a journal and dies at a chosen crash point, and a parent that recovers the
//           journal, continues it and compares it with one that was never interrupted.
// Owner:    tests only.   Threads: one per process, plus the journal's helper.
#pragma once

#include <sys/mman.h>
#include <sys/wait.h>

#include <csignal>
#include <functional>

#include "journal/crash_point.hpp"
#include "journal/recovery.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal::testing {

/// What the child has acknowledged, visible to the parent after its death: frames per lane.
struct Acknowledged {
  std::array<std::atomic<std::uint64_t>, kLaneCount> appended{};  // append() returned
  std::array<std::atomic<std::uint64_t>, kLaneCount> synced{};    // sync() returned after it
  std::atomic<bool> finished{false};
  static Acknowledged* shared() {
    void* p = ::mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) std::abort();
    return new (p) Acknowledged;
  }
};

/// A run of the pipeline: each input, then what it caused in the derived lanes.
inline std::vector<ModelEvent> pipeline_run(std::uint64_t seed, Seq inputs) {
  EventMaker maker(seed);
  std::vector<ModelEvent> model;
  for (Seq s = 1; s <= inputs; ++s) {
    model.push_back(maker.make(Lane::kInputs));
    for (const Lane lane : {Lane::kFeatures, Lane::kOrders})
      for (std::uint64_t n = maker() % 3; n > 0; --n) {
        model.push_back(maker.make(lane));
        model.back().seq = s;
      }
  }
  return model;
}

constexpr Lane kRigLanes[] = {Lane::kInputs, Lane::kFeatures, Lane::kOrders};

/// Appends what the journal does not hold yet, syncing now and then, and closes it.
inline void write_rest(JournalWriter& writer, const std::vector<ModelEvent>& model, Acknowledged* ack) {
  std::array<std::uint64_t, kLaneCount> seen{};
  std::array<std::uint64_t, kLaneCount> have{};
  for (const Lane lane : kRigLanes) {
    writer.lane(lane);
    have[static_cast<std::size_t>(lane)] = writer.counters(lane).frames;
  }
  std::size_t steps = 0;
  for (const ModelEvent& e : model) {
    const auto i = static_cast<std::size_t>(e.lane);
    if (seen[i]++ < have[i]) continue;
    append(writer.lane(e.lane), e);
    if (ack != nullptr) ack->appended[i] = seen[i];
    if (++steps % 50 == 0) {
      must(writer.sync());
      if (ack != nullptr)
        for (std::size_t lane = 0; lane < kLaneCount; ++lane) ack->synced[lane] = ack->appended[lane].load();
    }
  }
  must(writer.close());
  if (ack != nullptr) ack->finished = true;
}

#ifdef OMEGA_CRASH_POINTS
/// Runs body in a child that dies at the n-th pass of any crash point (0: runs through). True when it was killed.
inline bool killed_at(long n, const std::function<void()>& body) {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    crash_plan().any_left = n;
    body();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0) << "child status " << status;
  return WIFSIGNALED(status);
}
#endif

/// The journal holds a prefix of the model in each lane; returns frames per lane.
inline std::array<std::uint64_t, kLaneCount> expect_prefix(const fs::path& dir, const std::vector<ModelEvent>& model) {
  std::array<std::uint64_t, kLaneCount> frames{};
  auto reader = must(JournalReader::open(dir));
  for (const Lane lane : kRigLanes) {
    if (!reader->has_lane(lane)) continue;
    LaneCursor cursor = reader->lane(lane);
    FrameView view;
    auto e = model.begin();
    while (cursor.next(view)) {
      while (e != model.end() && e->lane != lane) ++e;
      EXPECT_TRUE(e != model.end() && same(view, *e)) << "frame " << frames[static_cast<std::size_t>(lane)];
      if (e == model.end()) break;
      ++e;
      ++frames[static_cast<std::size_t>(lane)];
    }
    EXPECT_FALSE(cursor.error()) << cursor.error()->message;
    EXPECT_TRUE(cursor.ended());
  }
  return frames;
}

inline void expect_same_lanes(const fs::path& a, const fs::path& b) {
  for (const Lane lane : kRigLanes)
    for (std::uint32_t n = 1; fs::exists(segment_path(a, lane, n)) || fs::exists(segment_path(b, lane, n)); ++n)
      ASSERT_EQ(read_bytes(segment_path(a, lane, n)), read_bytes(segment_path(b, lane, n)))
          << kLaneName[static_cast<std::size_t>(lane)] << " segment " << n;
}

}  // namespace omega::journal::testing
