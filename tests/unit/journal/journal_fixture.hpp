// What:     What every journal test needs: a fresh directory, random events of every type, a model to compare with,
//           and ways to read and damage files.
// Owner:    tests only.   Threads: one.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "journal/check.hpp"
#include "journal/event_shape.hpp"
#include "journal/lane_store.hpp"
#include "journal/manifest.hpp"
#include "journal/reader.hpp"
#include "journal/writer.hpp"

namespace omega::journal::testing {

namespace fs = std::filesystem;

/// A directory that goes away with the object.
class TempDir {
 public:
  TempDir() {
    std::string name = (fs::temp_directory_path() / "omega_journal_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TempDir() {
    std::error_code ec;
    fs::remove_all(path_, ec);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// One event as the model keeps it.
struct ModelEvent {
  Lane lane = Lane::kInputs;
  EventType type = EventType::kNone;
  Seq seq = 0;
  std::vector<std::uint8_t> body;
  std::vector<double> list;
};

/// Random valid streams: any bytes in any field, types that belong to the lane, seq in order. Without ticks the types are those of
/// bars alone, whose sizes the tests of small segments count on.
class EventMaker {
 public:
  explicit EventMaker(std::uint64_t seed, bool ticks = false) : random_(seed), ticks_(ticks) {}
  [[nodiscard]] ModelEvent make(Lane lane) {
    ModelEvent e;
    e.lane = lane;
    do e.type = static_cast<EventType>(random_() % kShapes.size());
    while (!lives_in(shape_of(static_cast<std::uint16_t>(e.type)), lane) || (!ticks_ && of_ticks(e.type)));
    const EventShape& shape = shape_of(static_cast<std::uint16_t>(e.type));
    e.body.resize(shape.body_bytes);
    for (auto& b : e.body) b = static_cast<std::uint8_t>(random_());
    if (shape.has_list) {
      e.list.resize(random_() % 130);
      for (auto& v : e.list) v = static_cast<double>(random_()) / 7.0;
    }
    Seq& last = last_[static_cast<std::size_t>(lane)];
    last += lane == Lane::kInputs ? 1 : random_() % 3;
    e.seq = last;
    return e;
  }
  [[nodiscard]] std::uint64_t operator()() { return random_(); }

 private:
  [[nodiscard]] static bool of_ticks(EventType type) noexcept {
    return (type >= EventType::kQuote && type <= EventType::kBookSnapshot) || type == EventType::kLargeOrder;
  }
  std::mt19937_64 random_;
  bool ticks_;
  std::array<Seq, kLaneCount> last_{};
};

inline void append(LaneSink& sink, const ModelEvent& e) { sink.append(e.type, e.seq, e.body.data(), e.body.size(), e.list); }

inline WriterOptions small_segments(std::uint32_t bytes = 4096, bool durable = false) {
  return {.segment_bytes = bytes, .durable = durable};
}
inline Manifest test_manifest() {
  return Manifest::create("test-journal", "test-build", {{"profile", "test"}},
                          {{"instruments", {{{"symbol", "EURUSD"}}, {{"symbol", "GBPUSD"}}}}});
}
template <class R>
auto must(R result) {
  if (!result.ok()) {
    std::fprintf(stderr, "unexpected error: %s\n", result.error().message.c_str());
    std::abort();
  }
  return std::move(result).value();
}

/// Writes `count` random events over the given lanes; closes it, or leaves it as a crash would.
inline std::vector<ModelEvent> write_journal(const fs::path& dir, std::uint64_t seed, std::size_t count, bool close,
                                             const WriterOptions& options = small_segments(),
                                             std::vector<Lane> lanes = {Lane::kInputs}, bool ticks = false) {
  auto writer = must(JournalWriter::create(dir, test_manifest(), options));
  EventMaker maker(seed, ticks);
  std::vector<ModelEvent> model;
  for (const Lane lane : lanes) writer->lane(lane);
  for (std::size_t i = 0; i < count; ++i) {
    model.push_back(maker.make(lanes[maker() % lanes.size()]));
    append(writer->lane(model.back().lane), model.back());
  }
  EXPECT_TRUE(writer->ok());
  if (close) must(writer->close());
  return model;
}

inline bool same(const FrameView& view, const ModelEvent& e) {
  return view.type == e.type && view.lane == e.lane && view.seq == e.seq && view.body_bytes == e.body.size() &&
         std::memcmp(view.body, e.body.data(), e.body.size()) == 0 && view.list.size() == e.list.size() &&
         (e.list.empty() || std::memcmp(view.list.data(), e.list.data(), view.list.size_bytes()) == 0);
}

inline std::vector<std::uint8_t> read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_bytes(const fs::path& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}
inline fs::path segment_path(const fs::path& dir, Lane lane, std::uint32_t number) {
  return dir / kLaneName[static_cast<std::size_t>(lane)] / segment_name(number);
}

}  // namespace omega::journal::testing
