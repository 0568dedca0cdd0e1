// Runs each hot path over the same events and marks it for callgrind, so that bench/instructions can count the machine
// instructions of an event: a figure that a busy machine does not change. Without valgrind it only prints the digest.
#include <valgrind/callgrind.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/features_alone.hpp"
#include "bench/market.hpp"
#include "journal/config_json.hpp"
#include "journal/manifest.hpp"
#include "journal/reader.hpp"
#include "journal/writer.hpp"

namespace omega::bench {
namespace {

constexpr std::size_t kCounted = 6000;  // events, after all the others have warmed the features

template <class Work>
void counted(const char* name, std::size_t events, Work&& work) {
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  work();
  CALLGRIND_DUMP_STATS_AT(name);
  CALLGRIND_STOP_INSTRUMENTATION;
  std::printf("%s %zu\n", name, events);
}

struct Event64 {
  std::uint64_t word[8];
};

void ring_hand_off() {
  EventRing<Event64> ring(4096, 1);
  Waiter waiter(WaitKind::kSpin);
  std::uint64_t sum = 0;
  counted("ring_hand_off", 100'000, [&] {
    for (Seq s = 1; s <= 100'000; ++s) {
      ring.claim(s, waiter).word[0] = s;
      ring.publish(s);
      if (ring.is_ready(0, s)) sum += ring.at(s).word[0];
      ring.finish(0, s);
    }
  });
  OMEGA_REQUIRE(sum == 100'000ull * 100'001 / 2, static_cast<long long>(sum), 0);
}

void journal_paths(const Market& m, const std::filesystem::path& dir) {
  auto writer = or_end(journal::JournalWriter::create(dir, journal::Manifest::create("bench", "", journal::config_to_json(m.config), {{"text", "bench"}, {"instruments", nlohmann::json::array()}}), {.durable = false}));
  LaneSink& lane = writer->lane(Lane::kInputs);
  Seq seq = 0;
  const std::size_t n = std::min<std::size_t>(m.events.size(), 50'000);
  counted("journal_append", n, [&] {
    for (std::size_t i = 0; i < n; ++i) lane.append(m.events[i].type, ++seq, m.events[i].body.data(), m.events[i].body_bytes(), {});
  });
  if (const Status closed = writer->close(); !closed) (void)or_end(Result<int>(closed.error()));
  writer.reset();
  const auto reader = or_end(journal::JournalReader::open(dir));
  auto cursor = reader->lane(Lane::kInputs);
  std::size_t frames = 0;
  counted("journal_scan", n, [&] {
    journal::FrameView frame;
    while (cursor.next(frame)) frames += frame.seq == frames + 1 ? 1 : 0;
  });
  OMEGA_REQUIRE(frames == n, static_cast<long long>(frames), static_cast<long long>(n));
}

void pipeline_paths(const char* name, const Market& m) {
  NoLanes lanes;
  Pipeline pipeline(m.config, lanes.sinks);
  const std::size_t warm = m.events.size() - kCounted;
  for (std::size_t i = 0; i < warm; ++i) pipeline.on_external(m.events[i]);
  const Seq before = pipeline.sequencer().last_seq();
  // Stage by stage over a copy of the state would count the copies; the whole way is what a user pays.
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  for (std::size_t i = warm; i < m.events.size(); ++i) pipeline.on_external(m.events[i]);
  CALLGRIND_DUMP_STATS_AT(name);
  CALLGRIND_STOP_INSTRUMENTATION;
  std::printf("%s %llu\n", name, static_cast<unsigned long long>(pipeline.sequencer().last_seq() - before));
  std::printf("digest %016llx\n", static_cast<unsigned long long>(digest_of(pipeline)));
}

void features_path(const Market& m) {
  FeatureRequests requests;
  SignalsStage::request_features(m.config, requests);
  OrdersStage::request_features(requests);
  FeaturesAlone features(m.config, requests);
  const std::size_t warm = m.events.size() - kCounted;
  for (std::size_t i = 0; i < warm; ++i) features.step(m.events[i]);
  counted("features_event", kCounted, [&] {
    for (std::size_t i = warm; i < m.events.size(); ++i) features.step(m.events[i]);
  });
}

}  // namespace
}  // namespace omega::bench

int main() {
  using namespace omega::bench;
  const Market m = make_market("green_only", 32);
  const auto dir = std::filesystem::temp_directory_path() / ("omega-hot-paths-" + std::to_string(getpid()));
  ring_hand_off();
  journal_paths(m, dir);
  std::filesystem::remove_all(dir);
  features_path(m);
  pipeline_paths("fused_event", m);
  pipeline_paths("fused_event_full_24", make_market("full_24", 32));
}
