#include "replay/snapshot_keeper.hpp"

#include "engine/ring/thread_control.hpp"

#include "replay/engine_identity.hpp"

namespace omega::replay {
namespace {

std::string text_of(const StateWriter& state) {
  return {reinterpret_cast<const char*>(state.bytes().data()), state.bytes().size()};
}
std::span<const std::uint8_t> bytes_of(const std::string& state) {
  return {reinterpret_cast<const std::uint8_t*>(state.data()), state.size()};
}

#ifdef OMEGA_CRASH_POINTS  // the simulator has one thread: written when the next one is due
constexpr auto kWriting = std::launch::deferred;
#else
constexpr auto kWriting = std::launch::async;
#endif

}  // namespace

SnapshotKeeper::SnapshotKeeper(std::filesystem::path journal_dir, std::string journal_id, std::uint64_t interval_inputs,
                               Seq last_snapshot)
    : dir_(std::move(journal_dir)), journal_id_(std::move(journal_id)), interval_(interval_inputs), last_(last_snapshot) {}

SnapshotKeeper::~SnapshotKeeper() { wait(); }

void SnapshotKeeper::take(Pipeline& pipeline, const journal::JournalWriter& writer, const FeedPosition& feed) {
  const Seq seq = pipeline.sequencer().last_seq();
  if (seq == last_) return;
  wait();
  pipeline.quiesce();
  StateWriter sequencer, stages;
  pipeline.save_sequencer(sequencer);
  if (pipeline.sequencer().halted()) return;
  pipeline.save_stages(stages);
  journal::Snapshot snapshot{.journal_id = journal_id_, .engine = engine_identity(), .seq = seq,
                             .ts = pipeline.sequencer().last_ts(), .external_inputs = feed.events, .feed_digest = feed.digest,
                             .sequencer = text_of(sequencer), .stages = text_of(stages)};
  for (std::size_t l = 0; l < kLaneCount; ++l) snapshot.lanes[l] = writer.position(static_cast<Lane>(l));
  last_ = seq;
  writing_ = std::async(kWriting, [this, s = std::move(snapshot)] {
    thread_control::release();  // what the driver's thread was given is not for this one
    bool sync_failed = false;
    Status written = journal::write_snapshot(dir_, s, true, &sync_failed);
    if (sync_failed) sync_failed_.store(true, std::memory_order_relaxed);  // relaxed because it is only a flag
    return written;
  });
}

void SnapshotKeeper::wait() {
  if (!writing_.valid()) return;
  if (const Status written = writing_.get(); !written && !problem_) problem_ = written.error().message;
}

std::optional<std::string> SnapshotKeeper::finish() {
  wait();
  return problem_;
}

bool load_snapshot(const journal::Snapshot& snapshot, Pipeline& pipeline) {
  StateReader sequencer(bytes_of(snapshot.sequencer)), stages(bytes_of(snapshot.stages));
  pipeline.load_sequencer(sequencer);
  pipeline.load_stages(stages);
  return sequencer.at_end() && stages.at_end() && pipeline.sequencer().last_seq() == snapshot.seq &&
         pipeline.sequencer().last_ts() == snapshot.ts;
}

}  // namespace omega::replay
