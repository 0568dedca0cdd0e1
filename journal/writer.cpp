#include "journal/writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "journal/crash_point.hpp"
#include "journal/journal_lock.hpp"
#include "journal/lane_files.hpp"
#include "journal/lane_writer.hpp"
#include "journal/manifest.hpp"
#include "journal/reader.hpp"
#include "journal/segment_helper.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

namespace {

/// What lane() hands out when the lane could not be begun: takes nothing, is never ok.
class RefusedLane final : public LaneSink {
 public:
  void append(EventType, Seq, const void*, std::size_t, std::span<const double>) noexcept override {}
  [[nodiscard]] bool ok() const noexcept override { return false; }
};

bool is_ours_before_begin(const std::string& name) { return name == kLockFile || name == "manifest.json.tmp"; }

/// Empty when a journal may be made here.
std::optional<Error> refuse_directory(const fs::path& dir) {
  std::error_code ec;
  if (fs::exists(dir / kManifestFile, ec)) {
    Result<Manifest> manifest = Manifest::read(dir);
    return Error{ErrorKind::kUsage, fmt::format("{}: already holds a journal ({}); choose another directory, or continue it",
                                                dir.string(), manifest ? state_name(manifest.value().state()) : "damaged")};
  }
  for (fs::directory_iterator it(dir, ec), last; !ec && it != last; it.increment(ec))
    if (const std::string name = it->path().filename().string(); !is_ours_before_begin(name))
      return Error{ErrorKind::kUsage, fmt::format("{}: not empty ({} is there) and not a journal; choose another directory",
                                                  dir.string(), name)};
  if (ec) return system_error("list", dir, ec.value());
  return std::nullopt;
}

}  // namespace

struct JournalWriter::Impl {
  fs::path dir;
  LaneOptions options;
  JournalLock lock;
  Manifest manifest;
  std::array<std::unique_ptr<LaneStore>, kLaneCount> stores;
  std::array<std::unique_ptr<LaneWriter>, kLaneCount> writers;
  RefusedLane refused;
  std::optional<Error> own_error;  // beginning a lane, closing or the manifest; final like a lane's
  bool closed = false;
  std::unique_ptr<SegmentHelper> helper;  // last: stops before the stores go

  void begin(std::size_t i, std::unique_ptr<LaneStore> store, const LanePosition& at) {
    stores[i] = std::move(store);
    writers[i] = std::make_unique<LaneWriter>(*stores[i], at);
    helper->add(*stores[i]);
  }
  Status begin_new(std::size_t i) {
    // The manifest names the lane first: a directory that it does not name is a stranger.
    manifest.doc["lanes"][kLaneName[i]] = nlohmann::json::object();
    if (Status s = manifest.write(dir, options.durable); !s) return s;
    Result<std::unique_ptr<LaneStore>> store = LaneStore::create(dir, static_cast<Lane>(i), options);
    if (!store) return store.error();
    begin(i, std::move(store).value(), {});
    return Ok{};
  }
  Status reopen_lane(std::size_t i, const LanePosition& at);
};

JournalWriter::JournalWriter(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

JournalWriter::~JournalWriter() {
  // Without close() the files stay as a crash would leave them, for recovery to judge.
  if (impl_ && impl_->helper) impl_->helper->stop();
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::create(const fs::path& dir, Manifest manifest,
                                                             const WriterOptions& options) {
  if (options.segment_bytes < kSegment_bytes_min || options.segment_bytes > kSegment_bytes_max ||
      options.segment_bytes % 4096 != 0)
    return Error{ErrorKind::kUsage, fmt::format("journal.segment_bytes is {}; give a multiple of 4096 from {} to {}",
                                                options.segment_bytes, kSegment_bytes_min, kSegment_bytes_max)};
  std::error_code ec;
  if (fs::exists(dir, ec) && !fs::is_directory(dir, ec))
    return Error{ErrorKind::kUsage, fmt::format("{}: not a directory; choose another path", dir.string())};
  if (Status s = make_directories(dir, options.durable); !s) return s.error();
  // A directory of strangers gets no lock file; one that a writer holds is answered with its pid.
  std::optional<Error> refusal = refuse_directory(dir);
  if (refusal && JournalLock::holder(dir) == 0) return *refusal;
  Result<JournalLock> lock = JournalLock::take(dir);
  if (!lock) return lock.error();
  if (refusal = refuse_directory(dir); refusal) return *refusal;

  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  impl->options = {options.segment_bytes, options.prefault_bytes, options.durable};
  impl->lock = std::move(lock).value();
  impl->manifest = std::move(manifest);
  impl->manifest.doc["segment_bytes"] = options.segment_bytes;
  impl->manifest.set_state(JournalState::kOpen);
  impl->manifest.doc["lanes"] = nlohmann::json::object();
  if (Status s = impl->manifest.write(dir, options.durable); !s) return s.error();
  OMEGA_CRASH_POINT("create.manifest");
  impl->helper = std::make_unique<SegmentHelper>();
  return std::unique_ptr<JournalWriter>(new JournalWriter(std::move(impl)));
}

LaneSink& JournalWriter::lane(Lane lane) {
  const auto i = static_cast<std::size_t>(lane);
  OMEGA_REQUIRE(i < kLaneCount && !impl_->closed, i, impl_->closed);
  if (!impl_->writers[i]) {
    if (error()) return impl_->refused;  // after a first failure no other lane is begun
    if (Status s = impl_->begin_new(i); !s) {
      impl_->own_error = s.error();
      return impl_->refused;
    }
  }
  return *impl_->writers[i];
}

bool JournalWriter::ok() const noexcept {
  if (impl_->own_error) return false;
  for (const auto& writer : impl_->writers)
    if (writer && !writer->ok()) return false;
  return true;
}

bool JournalWriter::full() const noexcept {
  for (const auto& store : impl_->stores)
    if (store && store->full()) return true;
  return false;
}

std::optional<Error> JournalWriter::error() const {
  if (impl_->own_error) return impl_->own_error;
  for (const auto& store : impl_->stores)
    if (store && store->failed()) return store->error();
  return std::nullopt;
}

Status JournalWriter::sync() {
  // Inputs first: after a power loss no derived lane should reach beyond its cause (recovery cuts it if it does).
  for (std::size_t i = 0; i < kLaneCount; ++i)
    if (impl_->stores[i])
      if (Result<Seq> s = sync(static_cast<Lane>(i)); !s) return s.error();
  return Ok{};
}

Result<Seq> JournalWriter::sync(Lane lane) {
  if (auto e = error()) return *e;
  LaneStore* store = impl_->stores[static_cast<std::size_t>(lane)].get();
  OMEGA_REQUIRE(store != nullptr, static_cast<int>(lane), 0);
  Result<Seq> covered = store->sync();
  if (auto e = error()) return *e;  // another lane may have failed meanwhile
  return covered;
}

/// Takes the end mark away and stands where it was.
Status JournalWriter::Impl::reopen_lane(std::size_t i, const LanePosition& at) {
  const fs::path lane_dir = dir / kLaneName[i];
  const fs::path last = lane_dir / segment_name(std::max(at.segment, 1u));
  if (at.frames == 0) {
    std::error_code ec;
    fs::remove(last, ec);
    if (ec) return system_error("remove", last, ec.value());
  } else {
    Result<Fd> fd = open_file(last, O_RDWR);
    if (!fd) return fd.error();
    if (Status s = truncate_file(fd.value(), at.offset, last); !s) return s;
  }
  OMEGA_CRASH_POINT("reopen.mark_removed");
  const LanePosition from = at.frames == 0 ? LanePosition{} : at;
  Result<std::unique_ptr<LaneStore>> store = LaneStore::reopen(dir, static_cast<Lane>(i), options, from);
  if (!store) return store.error();
  begin(i, std::move(store).value(), from);
  return Ok{};
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::reopen(const fs::path& dir, const WriterOptions& options) {
  // Looked at before the lock, so that a stranger's directory gets no lock file of ours.
  if (Result<Manifest> seen = Manifest::read(dir); !seen) return seen.error();
  Result<JournalLock> lock = JournalLock::take(dir);
  if (!lock) return lock.error();
  Result<std::unique_ptr<JournalReader>> reader = JournalReader::open(dir);
  if (!reader) return reader.error();
  const Manifest& found = reader.value()->manifest();
  if (!found.at_rest())
    return Error{ErrorKind::kData, fmt::format("{}: journal is {}; recover it before it can be continued", dir.string(),
                                               state_name(found.state()))};
  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  impl->options = {found.segment_bytes(), options.prefault_bytes, options.durable};
  impl->lock = std::move(lock).value();
  impl->manifest = found;
  std::array<std::optional<LanePosition>, kLaneCount> ends;
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    const auto lane = static_cast<Lane>(i);
    if (!found.has_lane(lane)) continue;
    LaneCursor cursor = reader.value()->lane(lane);
    FrameView view;
    if (cursor.seek_segment(found.lane_end(lane)->segments))
      while (cursor.next(view)) {}
    if (cursor.error()) return *cursor.error();
    ends[i] = cursor.position();
    impl->manifest.doc["lanes"][kLaneName[i]] = nlohmann::json::object();
  }
  impl->manifest.set_state(JournalState::kOpen);
  if (Status s = impl->manifest.write(dir, options.durable); !s) return s.error();
  OMEGA_CRASH_POINT("reopen.manifest");
  impl->helper = std::make_unique<SegmentHelper>();
  for (std::size_t i = 0; i < kLaneCount; ++i)
    if (ends[i])
      if (Status s = impl->reopen_lane(i, *ends[i]); !s) return s.error();
  return std::unique_ptr<JournalWriter>(new JournalWriter(std::move(impl)));
}

Status JournalWriter::close() {
  if (impl_->closed) return Ok{};
  if (auto e = error()) return *e;
  std::array<LanePosition, kLaneCount> covered;
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    if (!impl_->writers[i]) continue;
    // The watermark covers frames, not the end mark: a reopened journal takes the mark away again.
    covered[i] = impl_->writers[i]->position();
    if (Status s = impl_->writers[i]->end_lane(); !s) return s;
  }
  impl_->helper.reset();
  for (const auto& store : impl_->stores)
    if (store) store->attach(nullptr);
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    if (!impl_->writers[i]) continue;
    const LanePosition end = impl_->writers[i]->position();
    if (Status s = impl_->stores[i]->finish(covered[i], end.segment, end.offset); !s) return *(impl_->own_error = s.error());
    const std::uint64_t full = std::uint64_t{end.segment - 1} * impl_->options.segment_bytes;
    impl_->manifest.set_lane_end(static_cast<Lane>(i), {end.segment, full + end.offset, end.frames, end.seq, end.crc});
  }
  OMEGA_CRASH_POINT("close.lanes_ended");
  impl_->manifest.set_state(JournalState::kClosed);
  if (Status s = save_manifest(); !s) return s;
  impl_->closed = true;
  impl_->lock = JournalLock{};
  return Ok{};
}

Manifest& JournalWriter::manifest() noexcept { return impl_->manifest; }

Status JournalWriter::save_manifest() {
  if (auto e = error()) return *e;
  if (Status s = impl_->manifest.write(impl_->dir, impl_->options.durable); !s) return *(impl_->own_error = s.error());
  return Ok{};
}

LanePosition JournalWriter::position(Lane lane) const noexcept {
  const auto& writer = impl_->writers[static_cast<std::size_t>(lane)];
  return writer ? writer->position() : LanePosition{};
}

LaneCounters JournalWriter::counters(Lane lane) const noexcept {
  const auto i = static_cast<std::size_t>(lane);
  if (!impl_->writers[i]) return {};
  const LanePosition at = impl_->writers[i]->position();
  const std::uint64_t full = at.segment == 0 ? 0 : std::uint64_t{at.segment - 1} * impl_->options.segment_bytes;
  return {at.frames, full + at.offset, at.segment, impl_->stores[i]->waits(), impl_->writers[i]->dropped(), at.seq};
}

}  // namespace omega::journal
