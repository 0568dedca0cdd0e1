// omega_sim: runs the journal over a simulated disk (sim_fs.hpp), seed by seed: write, fail, lose power, recover (failing
// and losing power there too), continue, until a last life without faults ends the journal. The oracle is the plain list
// of events: what sync() acknowledged is there, nothing is there that was not appended, and the ended journal equals, byte
// for byte, one that was never interrupted. omega_sim_session does the same with the whole engine.
//   omega_sim [--seed N | --seeds COUNT [--from N]] [--canary]
// --canary believes in a disk that forgets syncs: it must be found out (the test of the test).
// Exit: 0 well, 127 crash, 128 no progress after the faults, 129 wrong data. The last line of a failure reruns it.
#include "tests/fault/journal/crash_rig.hpp"
#include "tests/fault/sim/sim_loop.hpp"

namespace omega::journal::testing {
namespace {

using Frames = std::array<std::uint64_t, kLaneCount>;

struct Machine {
  Machine(std::uint64_t run_seed, bool lying) : seed(run_seed), random(run_seed * 0x9e3779b97f4a7c15u + 1), canary(lying) {}
  std::uint64_t seed;
  std::mt19937_64 random;
  bool canary;
  TempDir tmp;
  std::vector<ModelEvent> model;
  Frames synced{};  // acknowledged by sync(), before the end of its life
  bool was_made = false;

  [[nodiscard]] fs::path life_dir(int life) const { return tmp.path() / ("life" + std::to_string(life)); }

  /// Frames per lane that are there; each must be the model's.
  Frames checked_frames(const fs::path& dir) {
    const NoFaults calm;
    Frames frames{};
    auto reader = JournalReader::open(dir);
    if (!reader) fail(kCorrectness, reader.error().message);
    for (const Lane lane : kRigLanes) {
      if (!reader.value()->has_lane(lane)) continue;
      LaneCursor cursor = reader.value()->lane(lane);
      FrameView view;
      auto e = model.begin();
      std::uint64_t& n = frames[static_cast<std::size_t>(lane)];
      for (; cursor.next(view); ++n, ++e) {
        while (e != model.end() && e->lane != lane) ++e;
        if (e == model.end() || !same(view, *e)) fail(kCorrectness, "bad frame accepted");
      }
      if (cursor.error()) fail(kCorrectness, cursor.error()->message);
    }
    return frames;
  }

  bool write_some(JournalWriter& writer, bool durable) {
    Frames seen{}, have{};
    for (const Lane lane : kRigLanes) {
      writer.lane(lane);
      if (!writer.ok()) return false;
      have[static_cast<std::size_t>(lane)] = writer.counters(lane).frames;
    }
    for (const ModelEvent& e : model) {
      const auto i = static_cast<std::size_t>(e.lane);
      if (seen[i]++ < have[i]) continue;
      append(writer.lane(e.lane), e);
      pump_segment_helper(random() % 4 == 0);
      if (!writer.ok() || disk->ended()) return false;
      if (durable && random() % 16 == 0) {
        if (!writer.sync() || disk->ended()) return false;
        synced = seen;
        for (std::size_t lane = 0; lane < kLaneCount; ++lane) synced[lane] = std::max(seen[lane], have[lane]);
      }
    }
    return writer.close().ok() && !disk->ended();
  }

  /// One life, from power-on to its end; true when it closed the journal.
  bool live(const fs::path& dir, bool may_fail) {
    std::unique_ptr<JournalWriter> writer;
    const auto stop = [&](const Error& error) {
      if (!may_fail && !disk->ended()) fail(kCorrectness, "no fault, yet: " + error.message);
      ++totals.refused_calls;
      return false;
    };
    if (!fs::exists(dir / kManifestFile)) {
      if (was_made) fail(kCorrectness, "the journal is gone");
      auto made = JournalWriter::create(dir, test_manifest(), small_segments(4096, true));
      if (!made) return stop(made.error());
      writer = std::move(made).value();
      was_made |= !disk->ended();
    } else {
      auto recovered = recover(dir, true);
      if (disk->ended()) ++totals.recoveries_hit;
      if (!recovered) return stop(recovered.error());
      const Frames frames = checked_frames(dir);
      for (std::size_t i = 0; i < kLaneCount; ++i)
        if (frames[i] < synced[i]) fail(kCorrectness, std::string("synced frames lost in lane ") + kLaneName[i]);
      auto opened = JournalWriter::reopen(dir, small_segments(4096, true));
      if (!opened) return stop(opened.error());
      writer = std::move(opened).value();
    }
    return write_some(*writer, true);
  }

  void run() {
    scratch = tmp.path();
    model = pipeline_run(seed, 20 + random() % 60);
    disk = nullptr;
    {
      auto writer = must(JournalWriter::create(tmp / "whole", test_manifest(), small_segments()));
      Machine whole(seed, false);
      SimFs calm(tmp / "whole", 0);
      disk = &calm;
      calm.end_after(-1, {});
      whole.model = model;
      const bool closed = whole.write_some(*writer, false);
      disk = nullptr;
      if (!closed) fail(kLiveness, "the uninterrupted run does not end");
    }
    FaultOdds odds = draw_odds(random);
    const int lives = 1 + static_cast<int>(random() % (kLivesMax - 1));
    fs::create_directories(life_dir(0) / "j");
    for (int life = 0;; ++life) {
      const bool last = life >= lives;
      SimFs sim(life_dir(life), random());
      odds.power = random() % 4 != 0;
      sim.set(last ? FaultOdds{} : odds);
      sim.adopt(canary);
      sim.end_after(last ? -1 : 1 + static_cast<long>(random() % (life % 2 == 0 ? 1500 : 150)), life_dir(life + 1));
      disk = &sim;
      file_faults() = &sim;
      ++totals.lives;
      const bool closed = live(life_dir(life) / "j", !last);
      if (!last) sim.end_life();
      file_faults() = nullptr;
      disk = nullptr;
      totals.faults += sim.faults();
      totals.power_losses += !last && odds.power ? 1 : 0;
      if (!last) continue;
      if (!closed) fail(kLiveness, "the journal does not close after the faults are over");
      const fs::path dir = life_dir(life) / "j";
      if (must(Manifest::read(dir)).state() != JournalState::kClosed) fail(kLiveness, "not closed");
      if (!must(check(dir)).clean()) fail(kCorrectness, "the closed journal does not check");
      for (const Lane lane : kRigLanes)
        for (std::uint32_t n = 1; fs::exists(segment_path(dir, lane, n)) || fs::exists(segment_path(tmp / "whole", lane, n)); ++n)
          if (read_bytes(segment_path(dir, lane, n)) != read_bytes(segment_path(tmp / "whole", lane, n)))
            fail(kCorrectness, std::string("differs from the uninterrupted run: lane ") + kLaneName[static_cast<std::size_t>(lane)]);
      break;
    }
    for (const std::uint64_t n : synced) totals.synced_frames += static_cast<long>(n);
  }
};

}  // namespace
}  // namespace omega::journal::testing

int main(int argc, char** argv) {
  using namespace omega::journal::testing;
  return simulate(argc, argv, "omega_sim", "segment_bytes=4096 lanes=inputs,features,orders",
                  [](std::uint64_t seed, bool canary) { Machine(seed, canary).run(); });
}
