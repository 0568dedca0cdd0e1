// A lane's append at a market's pace over rolling segments: one frame each 500 ns, latency from the instant it was due, so that
// whoever comes late behind a stall counts as late (no coordinated omission). Target T3: p99 at most 0.02 of that with faults inline.
//   pages_ahead      the journal as it runs: its background thread makes segments and faults their pages in
//   faults_inline    the same, but each page's first store faults on the appending thread
//   all_inline       no background thread: the appending thread also makes, maps and unmaps each segment
// Every frame is read back.
#include <fcntl.h>
#include <sys/resource.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "bench/journal/pairs.hpp"
#include "bench/two_cores.hpp"
#include "engine/ring/wait_strategy.hpp"
#include "journal/file.hpp"
#include "journal/frame.hpp"
#include "journal/manifest.hpp"
#include "journal/reader.hpp"
#include "journal/writer.hpp"

namespace omega::journal {
namespace {

constexpr std::uint64_t kFrames = 1'000'000;
constexpr DurationNs kPeriod_ns = 500;
constexpr std::size_t kFrame_bytes = kFrameHeader_bytes + 8 + sizeof(Bar);
constexpr int kPairs = 5;
static_assert(kFrame_bytes == 136);
static_assert(kFrames * kFrame_bytes > 8 * std::uint64_t{WriterOptions{}.segment_bytes}, "several rolls");

Bar bar_of(std::uint64_t i) { return {.ts = static_cast<TimeNs>(i), .bid_open = 1'000'000'000 + static_cast<Price>(i * 7919 % 65'536)}; }

struct Paced {
  LatencyHistogram latency;  // TSC ticks
  long faults = 0;           // of the appending thread
};

long faults_of_this_thread() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

/// Calls append(i) for each frame when it is due, on the first core.
template <class Append>
void at_pace(Paced& out, Append append) {
  const double period = static_cast<double>(kPeriod_ns) * bench::ticks_per_ns();
  bench::pin_to(bench::two_cpus().first);  // only now: threads made before are free to run on the other one
  out.latency.add(0), out.latency.reset();  // its pages are there
  const long before = faults_of_this_thread();
  const std::uint64_t start = tsc_now();
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    const std::uint64_t due = start + static_cast<std::uint64_t>(static_cast<double>(i) * period);
    while (tsc_now() < due) cpu_pause();
    append(i);
    out.latency.add(tsc_since(due, tsc_now()));
  }
  out.faults = faults_of_this_thread() - before;
  thread_control::release();
}

bool reads_back(const std::filesystem::path& dir) {
  auto reader = JournalReader::open(dir);
  if (!reader) return false;
  LaneCursor cursor = reader.value()->lane(Lane::kInputs);
  FrameView frame;
  std::uint64_t n = 0;
  for (; cursor.next(frame); ++n) {
    const Bar expected = bar_of(n);
    if (frame.type != EventType::kBar || std::memcmp(&frame.as<Bar>(), &expected, sizeof expected) != 0) return false;
  }
  return n == kFrames && cursor.ended();
}

bool journal_at_pace(const std::filesystem::path& dir, const WriterOptions& options, Paced& out) {
  auto made = JournalWriter::create(dir, Manifest::create("bench", "bench", nlohmann::json::object(), nlohmann::json::object()), options);
  if (!made) return false;
  JournalWriter& writer = *made.value();
  LaneSink& lane = writer.lane(Lane::kInputs);
  at_pace(out, [&](std::uint64_t i) {
    const Bar bar = bar_of(i);
    lane.append(EventType::kBar, i + 1, &bar, sizeof bar, {});
  });
  const bool good = writer.close().ok() && reads_back(dir);
  std::filesystem::remove_all(dir);
  return good;
}

/// Frames without a checksum into files of a segment's size: less work than the journal's, all of it on this thread.
bool inline_at_pace(const std::filesystem::path& dir, Paced& out) {
  constexpr std::uint32_t kSegment_bytes = WriterOptions{}.segment_bytes;
  std::filesystem::create_directory(dir);
  std::vector<Fd> files;
  Mapping map;
  std::uint64_t at = kSegment_bytes;
  bool good = true;
  at_pace(out, [&](std::uint64_t i) {
    if (at + kFrame_bytes > kSegment_bytes) {
      const auto path = dir / std::to_string(files.size());
      auto fd = open_file(path, O_RDWR | O_CREAT);
      if (!(good = good && fd && allocate(fd.value(), kSegment_bytes, path))) return;
      auto next = Mapping::map(fd.value(), kSegment_bytes, true, path);
      if (!(good = good && next.ok())) return;
      map = std::move(next).value();
      files.push_back(std::move(fd).value());
      at = 0;
    }
    const Bar bar = bar_of(i);
    std::memcpy(map.base() + at, &i, sizeof i);
    std::memcpy(map.base() + at + kFrame_bytes - sizeof bar, &bar, sizeof bar);
    at += kFrame_bytes;
  });
  std::uint64_t n = 0;
  for (std::size_t f = 0; good && f < files.size(); ++f) {
    const auto again = Mapping::map(files[f], kSegment_bytes, false, dir);
    for (at = 0; good && n < kFrames && at + kFrame_bytes <= kSegment_bytes; at += kFrame_bytes, ++n) {
      const Bar expected = bar_of(n);
      good = again && std::memcmp(again.value().base() + at, &n, sizeof n) == 0 &&
             std::memcmp(again.value().base() + at + kFrame_bytes - sizeof expected, &expected, sizeof expected) == 0;
    }
  }
  map = {};
  std::filesystem::remove_all(dir);
  return good && n == kFrames;
}

void report(benchmark::State& state, const std::string& name, const Paced& p) {
  for (const auto& [text, q] : {std::pair{"p50", 0.5}, {"p99", 0.99}, {"p999", 0.999}})
    state.counters[name + "_" + text + "_ns"] = static_cast<double>(p.latency.quantile(q)) / bench::ticks_per_ns();
  state.counters[name + "_faults"] = static_cast<double>(p.faults);
}

/// On the disk, where journals are: a page of a file there costs more to fault in than one of memory.
void paced_append(benchmark::State& state) {
  const bench::Scratch scratch(false);
  const auto dir = scratch.path() / "j";
  auto total = std::make_unique<std::array<Paced, 3>>(), now = std::make_unique<std::array<Paced, 3>>();
  std::vector<double> ratios, all_ratios;
  for (auto _ : state) {
    const bool good = journal_at_pace(dir, {}, (*now)[0]) && journal_at_pace(dir, {.prefault_bytes = 0}, (*now)[1]) && inline_at_pace(dir, (*now)[2]);
    if (!good) return state.SkipWithError("a frame was lost");
    const auto p99 = [&](std::size_t i) { return static_cast<double>((*now)[i].latency.quantile(0.99)); };
    ratios.push_back(p99(0) / p99(1));
    all_ratios.push_back(p99(0) / p99(2));
    for (std::size_t i = 0; i < now->size(); ++i) {
      (*total)[i].latency.merge((*now)[i].latency);
      (*total)[i].faults = (*now)[i].faults;
    }
  }
  const char* const names[] = {"pages_ahead", "faults_inline", "all_inline"};
  for (std::size_t i = 0; i < total->size(); ++i) report(state, names[i], (*total)[i]);
  std::sort(ratios.begin(), ratios.end()), std::sort(all_ratios.begin(), all_ratios.end());
  state.counters["p99_ratio"] = ratios[ratios.size() / 2];
  state.counters["p99_ratio_min"] = ratios.front();
  state.counters["p99_ratio_all_inline"] = all_ratios[all_ratios.size() / 2];
}

BENCHMARK(paced_append)->Iterations(kPairs)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace omega::journal
