#include "journal/lane_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "journal/bus_guard.hpp"
#include "journal/crash_point.hpp"
#include "journal/segment_helper.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

namespace {
constexpr std::uint32_t kLooksWhileFull = 64;  // the helper's looks between two tries for space
}  // namespace

std::string segment_name(std::uint32_t number) { return fmt::format("{:08}.seg", number); }

std::uint32_t segment_number(const std::string& file_name) {
  if (file_name.size() != 12 || !file_name.ends_with(".seg")) return 0;
  std::uint32_t n = 0;
  const auto [end, error] = std::from_chars(file_name.data(), file_name.data() + 8, n);
  return error == std::errc{} && end == file_name.data() + 8 ? n : 0;
}

fs::path LaneStore::segment_path(std::uint32_t number) const { return dir_ / segment_name(number); }

LaneStore::~LaneStore() {
  for (const Segment& segment : live_) forget_mapping(segment.map.base());
}

Result<std::unique_ptr<LaneStore>> LaneStore::create(const fs::path& journal_dir, Lane lane, const LaneOptions& options) {
  std::unique_ptr<LaneStore> store(new LaneStore(journal_dir / kLaneName[static_cast<std::size_t>(lane)], lane, options));
  std::error_code error;
  fs::create_directory(store->dir_, error);
  if (error) return system_error("create directory", store->dir_, error.value());
  OMEGA_CRASH_POINT("lane.directory");
  // The watermark comes before the first segment, so that a segment without one is always damage.
  Result<WatermarkWriter> watermark = WatermarkWriter::open(store->dir_, lane, options.durable);
  if (!watermark) return watermark.error();
  store->watermark_ = std::move(watermark).value();
  if (Status s = store->watermark_.advance({}); !s) return s.error();
  if (options.durable) {
    if (Status s = sync_directory(store->dir_); !s) return s.error();
    if (Status s = sync_directory(journal_dir); !s) return s.error();
  }
  return store;
}

Result<std::unique_ptr<LaneStore>> LaneStore::reopen(const fs::path& journal_dir, Lane lane, const LaneOptions& options,
                                                     const LanePosition& end) {
  std::unique_ptr<LaneStore> store(new LaneStore(journal_dir / kLaneName[static_cast<std::size_t>(lane)], lane, options));
  Result<WatermarkWriter> watermark = WatermarkWriter::open(store->dir_, lane, options.durable);
  if (!watermark) return watermark.error();
  store->watermark_ = std::move(watermark).value();
  if (end.segment == 0) return store;
  Result<Segment> segment = store->make_segment(end.segment, true);
  if (!segment) return segment.error();
  store->live_.push_back(std::move(segment).value());
  store->next_number_ = end.segment + 1;
  store->covered_ = end;  // a journal at rest is durable to its end
  return store;
}

Result<LaneStore::Segment> LaneStore::make_segment(std::uint32_t number, bool existing, bool* no_space) {
  const fs::path path = segment_path(number);
  // A new segment must not exist: a leftover would be silently taken for ours.
  Result<Fd> fd = open_file(path, existing ? O_RDWR : O_RDWR | O_CREAT | O_EXCL);
  if (!fd) return fd.error();
  OMEGA_CRASH_POINT("segment.created");
  if (Status s = allocate(fd.value(), options_.segment_bytes, path, no_space); !s) {
    if (!existing) ::unlink(path.c_str());  // an unfinished spare is nobody's
    return s.error();
  }
  OMEGA_CRASH_POINT("segment.allocated");
  Result<Mapping> map = Mapping::map(fd.value(), options_.segment_bytes, true, path);
  if (!map) return map.error();
  watch_mapping(map.value().base(), options_.segment_bytes, path);
  // Not all of it: most lanes of most runs end within their first segment.
  std::uint32_t populated = std::min(options_.prefault_bytes, options_.segment_bytes);
  if (populated != 0 && !populate(map.value().base(), populated)) {
    // An old kernel: by stores, which nobody may do once the writer writes here, so all of it now.
    prefault(map.value().base(), populated = options_.segment_bytes);
  }
  // The name must be durable before a frame in the file can be called durable.
  if (options_.durable)
    if (Status s = sync_directory(dir_); !s) return s.error();
  return Segment{number, std::move(fd).value(), std::move(map).value(), populated};
}

bool LaneStore::prepare_spare() {
  // acquire: pairs with release in publish(); the header of that segment is whole.
  round_segment_ = static_cast<std::uint32_t>(last_frame_.load(std::memory_order_acquire) >> 32);
  // relaxed because: only this thread fills the slot; a stale non-null only delays the next look.
  if (failed() || spare_.load(std::memory_order_relaxed) != nullptr) return false;
  // acquire: pairs with release in take_spare(), so that the attempt begins after the stage began to wait.
  const bool urgent = urgent_.load(std::memory_order_acquire);
  if (full() && !urgent && ++looks_while_full_ % kLooksWhileFull != 0) return false;
  bool no_space = false;
  Result<Segment> segment = make_segment(next_number_, false, &no_space);
  if (!segment && no_space && !urgent && next_number_ > 1) {
    {
      const std::lock_guard lock(wait_mutex_);
      full_.store(true, std::memory_order_relaxed);  // relaxed because it is only a flag
    }
    spare_ready_.notify_all();
    return false;
  }
  if (!segment) {
    fail(segment.error());
    return true;
  }
  std::uint8_t* base = segment.value().map.base();
  {
    const std::lock_guard lock(files_mutex_);
    live_.push_back(std::move(segment).value());
  }
  ++next_number_;
  {
    const std::lock_guard lock(wait_mutex_);
    // release: the prepared pages are visible to the taker; pairs with acquire in take_spare().
    spare_.store(base, std::memory_order_release);
    full_.store(false, std::memory_order_relaxed);    // relaxed because it is only a flag
    urgent_.store(false, std::memory_order_relaxed);  // relaxed because the stage sees the spare first
  }
  spare_ready_.notify_all();
  return true;
}

std::uint8_t* LaneStore::take_spare() noexcept {
  // acquire: pairs with release in prepare_spare(). The helper sees null at its next look and prepares another.
  if (std::uint8_t* base = spare_.exchange(nullptr, std::memory_order_acquire)) return base;
  ++waits_;
  urgent_.store(true, std::memory_order_release);  // pairs with acquire in prepare_spare()
  helper_->wake();
  std::unique_lock lock(wait_mutex_);
  std::uint8_t* base = nullptr;
  spare_ready_.wait(lock, [&] {
    // acquire: pairs with release in prepare_spare(), as above.
    base = spare_.exchange(nullptr, std::memory_order_acquire);
    return base != nullptr || failed();
  });
  return base;
}

void LaneStore::settle_spare() noexcept {
  // relaxed because nothing of the spare is read yet
  if (spare_.load(std::memory_order_relaxed) != nullptr || full() || failed()) return;
  helper_->wake();
  wait_spare();
}

void LaneStore::wait_spare() noexcept {
  std::unique_lock lock(wait_mutex_);
  // acquire: pairs with release in prepare_spare().
  spare_ready_.wait(lock, [&] { return spare_.load(std::memory_order_acquire) != nullptr || failed() || full(); });
}

Status LaneStore::sync_segment(const Segment& segment) {
  if (!options_.durable) return Ok{};
  return sync_data(segment.fd, segment_path(segment.number));
}

Status LaneStore::advance_watermark(const LanePosition& at) {
  // A segment may be retired after sync() went beyond it.
  if (covered_.covers(at.segment, at.offset)) return Ok{};
  if (Status s = watermark_.advance(at); !s) return s;
  covered_ = at;
  return Ok{};
}

void LaneStore::look_for_truncation() noexcept {
  const std::lock_guard lock(files_mutex_);
  for (const Segment& segment : live_) {
    const Result<std::uint64_t> bytes = file_bytes(segment.fd, segment_path(segment.number));
    if (bytes && bytes.value() < options_.segment_bytes) stop_truncated(segment_path(segment.number).c_str(), bytes.value());
  }
}

bool LaneStore::populate_ahead() noexcept {
  if (options_.prefault_bytes == 0 || failed()) return false;
  // acquire: pairs with release in publish(), as in prepare_spare().
  const std::uint64_t last = last_frame_.load(std::memory_order_acquire);
  const std::uint64_t offset = last & 0xffffffffu;
  const auto current = static_cast<std::uint32_t>(last >> 32);
  // Without the lock: only this thread changes live_.
  // The sync of a full segment can outlast the next one, and nothing is faulted in meanwhile: before it, all there is, the spare too.
  const bool sync_is_due = options_.durable && !live_.empty() && live_.front().number < current;
  for (Segment& segment : live_) {
    if (segment.number < current) continue;
    const std::uint64_t wanted = sync_is_due ? options_.segment_bytes : segment.number == current ? offset + options_.prefault_bytes : 0;
    if (segment.populated >= std::min<std::uint64_t>(options_.segment_bytes, wanted)) continue;
    const std::uint32_t bytes = std::min(options_.prefault_bytes, options_.segment_bytes - segment.populated);
    // What cannot be populated (the file was cut) is faulted in by use; look_for_truncation() is who judges.
    (void)populate(segment.map.base() + segment.populated, bytes);
    segment.populated += bytes;
    return true;
  }
  return false;
}

bool LaneStore::retire_one() {
  if (failed()) return false;
  const std::uint32_t current = round_segment_;  // a roll since then has not been prepared for
  Segment done;
  {
    const std::lock_guard lock(files_mutex_);
    if (failed()) return false;  // by the thread that held the lock: the first failure is final
    if (live_.size() < 2 || live_.front().number >= current) return false;
    OMEGA_ASSERT(live_[1].number == live_[0].number + 1, live_[0].number, live_[1].number);
    Segment& full = live_.front();
    SegmentHeader next;
    std::memcpy(&next, live_[1].map.base(), sizeof next);
    FrameHeader mark;
    std::memcpy(&mark, full.map.base() + next.previous_bytes - kEndMark_bytes, sizeof mark);
    OMEGA_ASSERT(mark.type == kSegmentEnd && mark.crc == next.chain_crc, mark.crc, next.chain_crc);
    // Unmapped before it is synced: writing back mapped pages interrupts every thread of the process, page by page.
    forget_mapping(full.map.base());
    full.map = Mapping{};
    if (Status s = sync_segment(full); !s) {
      fail(s.error());
      return true;
    }
    OMEGA_CRASH_POINT("retire.synced");
    if (Status s = advance_watermark({full.number, next.previous_bytes, mark.seq, mark.crc, 0}); !s) {
      fail(s.error());
      return true;
    }
    done = std::move(live_.front());
    live_.erase(live_.begin());
  }
  return true;  // the file is closed here, outside the lock
}

Result<Seq> LaneStore::sync() {
  if (failed()) return *error();
  const std::lock_guard lock(files_mutex_);
  if (failed()) return *error();  // by the thread that held the lock: the first failure is final
  // acquire: pairs with release in publish(); every byte up to that frame's end is written.
  const std::uint64_t last = last_frame_.load(std::memory_order_acquire);
  if (last == synced_) return covered_.seq;
  const auto number = static_cast<std::uint32_t>(last >> 32);
  const Segment* current = nullptr;
  for (const Segment& segment : live_) {
    if (segment.number > number) break;
    if (Status s = sync_segment(segment); !s) {
      fail(s.error());
      return s.error();
    }
    current = &segment;
  }
  OMEGA_ASSERT(current != nullptr && current->number == number, number, live_.size());
  OMEGA_CRASH_POINT("sync.data");
  const std::uint64_t offset = last & 0xffffffffu;
  FrameHeader frame;
  std::memcpy(&frame, current->map.base() + offset, sizeof frame);
  Status s = advance_watermark({number, offset + kFrameHeader_bytes + frame.length, frame.seq, frame.crc, 0});
  if (!s) {
    fail(s.error());
    return s.error();
  }
  synced_ = last;
  return covered_.seq;
}

void LaneStore::fail(Error error) noexcept {
  {
    const std::lock_guard lock(wait_mutex_);
    if (!error_) error_ = std::move(error);
    // release: error_ is set; pairs with acquire in failed().
    failed_.store(true, std::memory_order_release);
  }
  spare_ready_.notify_all();
  if (helper_ != nullptr) helper_->wake();
}

std::optional<Error> LaneStore::error() const {
  const std::lock_guard lock(wait_mutex_);
  return error_;
}

Status LaneStore::finish(const LanePosition& end, std::uint32_t last_segment, std::uint64_t used_bytes) {
  const std::lock_guard lock(files_mutex_);
  for (Segment& segment : live_) {
    const fs::path path = segment_path(segment.number);
    forget_mapping(segment.map.base());
    segment.map = Mapping{};
    if (segment.number > last_segment) {
      if (::unlink(path.c_str()) != 0) return system_error("remove spare segment", path, errno);
      OMEGA_CRASH_POINT("finish.spare_removed");
      continue;
    }
    if (segment.number == last_segment)
      if (Status s = truncate_file(segment.fd, used_bytes, path); !s) return s;
    OMEGA_CRASH_POINT("finish.truncated");
    if (Status s = sync_segment(segment); !s) return s;
  }
  live_.clear();
  if (options_.durable)
    if (Status s = sync_directory(dir_); !s) return s;
  return advance_watermark(end);
}

}  // namespace omega::journal
