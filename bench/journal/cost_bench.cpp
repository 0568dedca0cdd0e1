// What the journal costs over the least a machine can do: appending a bar (header, CRC chain, commit, watermark of the live
// reader) against a memcpy of a frame's bytes into a mapping of the same kind; scanning with every check against adding up
// every word of the same bytes. Targets T3 (at most 1.0) and T4 (0.95 of the limit, so at most 1.05).
#include <fcntl.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "bench/journal/pairs.hpp"
#include "journal/file.hpp"
#include "journal/manifest.hpp"
#include "journal/reader.hpp"
#include "journal/writer.hpp"

namespace omega::journal {
namespace {

constexpr std::uint64_t kEvents = 400'000;
constexpr std::size_t kFrame_bytes = kFrameHeader_bytes + 8 + sizeof(Bar);
constexpr std::uint32_t kSegment_bytes = 64u << 20;
static_assert(kEvents * kFrame_bytes + 4096 < kSegment_bytes, "no roll is measured");

std::vector<Bar> some_bars() {
  std::vector<Bar> bars(256);
  for (std::size_t i = 0; i < bars.size(); ++i) bars[i] = {.ts = static_cast<TimeNs>(i), .bid_open = 1'000'000'000 + static_cast<Price>(i * 7919)};
  return bars;
}

std::unique_ptr<JournalWriter> new_journal(const std::filesystem::path& dir) {
  Manifest manifest = Manifest::create("bench", "bench", nlohmann::json::object(), nlohmann::json::object());
  auto made = JournalWriter::create(dir, std::move(manifest), {.segment_bytes = kSegment_bytes, .prefault_bytes = kSegment_bytes, .durable = false});
  if (!made) std::abort();
  return std::move(made).value();
}

void append_against_memcpy(benchmark::State& state) {
  const std::vector<Bar> bars = some_bars();
  const bench::Scratch scratch(true);
  // The limit writes to a file of the same file system, allocated and faulted in as a segment is.
  const auto plain = scratch.path() / "plain";
  auto fd = open_file(plain, O_RDWR | O_CREAT);
  if (!fd || !allocate(fd.value(), kSegment_bytes, plain)) return state.SkipWithError("no room");
  auto map = Mapping::map(fd.value(), kSegment_bytes, true, plain);
  if (!map) return state.SkipWithError("cannot map");
  prefault(map.value().base(), kSegment_bytes);
  int pass = 0;
  bench::compare(
      state, kEvents,
      [&] {
        std::uint8_t frame[kFrame_bytes] = {};
        return bench::time_ns([&] {
          std::uint8_t* to = map.value().base();
          for (std::uint64_t i = 0; i < kEvents; ++i, to += kFrame_bytes) {
            std::memcpy(frame + kFrameHeader_bytes + 8, &bars[i % bars.size()], sizeof(Bar));
            std::memcpy(to, frame, kFrame_bytes);
          }
          benchmark::ClobberMemory();
        });
      },
      [&] {
        const auto dir = scratch.path() / std::to_string(pass++);
        auto writer = new_journal(dir);
        LaneSink& lane = writer->lane(Lane::kInputs);
        const double ns = bench::time_ns([&] {
          for (std::uint64_t i = 0; i < kEvents; ++i) lane.append(EventType::kBar, i + 1, &bars[i % bars.size()], sizeof(Bar), {});
        });
        const auto counters = writer->counters(Lane::kInputs);
        if (!writer->close() || counters.frames != kEvents || counters.dropped != 0) state.SkipWithError("an append was lost");
        std::filesystem::remove_all(dir);
        return ns;
      });
}

enum class Mapped { kLimitOnly, kBoth, kNeither };

std::uint64_t sum_of_words(const std::uint8_t* p, std::size_t bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 8 <= bytes; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, p + i, 8);
    sum += word;
  }
  benchmark::DoNotOptimize(sum);
  return sum;
}

/// Scans one segment. kLimitOnly: a cursor maps it anew each time, while the limit adds up bytes that are mapped already; kBoth,
/// kNeither: like with like, from a segment that the cursor has mapped and read before, and against a mapping made for the sum.
void scan(benchmark::State& state, Mapped mapped) {
  const std::vector<Bar> bars = some_bars();
  const bench::Scratch scratch(true);
  Price expected = 0;
  {
    auto writer = new_journal(scratch.path() / "j");
    LaneSink& lane = writer->lane(Lane::kInputs);
    for (std::uint64_t i = 0; i < kEvents; ++i) {
      lane.append(EventType::kBar, i + 1, &bars[i % bars.size()], sizeof(Bar), {});
      expected += bars[i % bars.size()].bid_open;
    }
    if (!writer->close()) return state.SkipWithError("cannot write");
  }
  const auto segment = scratch.path() / "j" / "inputs" / "00000001.seg";
  auto fd = open_file(segment, O_RDONLY);
  const auto bytes = file_bytes(fd.value(), segment).value();
  auto map = Mapping::map(fd.value(), bytes, false, segment);
  auto reader = JournalReader::open(scratch.path() / "j");
  if (!map || !reader) return state.SkipWithError("cannot read");
  const std::uint64_t words = sum_of_words(map.value().base(), bytes);
  LaneCursor kept = reader.value()->lane(Lane::kInputs);
  FrameView frame;
  while (kept.next(frame)) {}
  bench::compare(
      state, kEvents,
      [&] {
        Mapping anew;
        std::uint64_t sum = 0;
        const double ns = bench::time_ns([&] {
          if (mapped == Mapped::kNeither) anew = Mapping::map(fd.value(), bytes, false, segment).value();
          sum = sum_of_words(mapped == Mapped::kNeither ? anew.base() : map.value().base(), bytes);
        });
        if (sum != words) state.SkipWithError("the sum is another one");
        return ns;
      },
      [&] {
        LaneCursor anew = reader.value()->lane(Lane::kInputs);
        if (!kept.seek(1)) state.SkipWithError("cannot go back");
        LaneCursor& cursor = mapped == Mapped::kBoth ? kept : anew;
        Price sum = 0;
        TimeNs other = 0;
        std::uint64_t frames = 0;
        const double ns = bench::time_ns([&] {
          for (; cursor.next(frame); ++frames) {
            const Bar& b = frame.as<Bar>();
            sum += b.bid_open;
            other += b.ts + b.t_open + b.bid_high + b.bid_low + b.bid_close + b.ask_open + b.ask_high + b.ask_low + b.ask_close + b.volume +
                     b.n_ticks + b.instrument + b.flags;
          }
          benchmark::DoNotOptimize(other);
        });
        if (sum != expected || frames != kEvents || !cursor.ended()) state.SkipWithError("a frame was not read");
        return ns;
      });
}

void scan_against_sum(benchmark::State& state) { scan(state, Mapped::kLimitOnly); }
void scan_mapped_against_sum(benchmark::State& state) { scan(state, Mapped::kBoth); }
void scan_against_sum_mapped_anew(benchmark::State& state) { scan(state, Mapped::kNeither); }

BENCHMARK(append_against_memcpy)->UseManualTime()->Iterations(11)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_against_sum)->UseManualTime()->Iterations(21)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_mapped_against_sum)->UseManualTime()->Iterations(21)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_against_sum_mapped_anew)->UseManualTime()->Iterations(21)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace omega::journal
