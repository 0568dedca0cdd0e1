#include "journal/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "journal/backup_list.hpp"
#include "journal/check.hpp"
#include "journal/journal_lock.hpp"
#include "journal/lane_files.hpp"
#include "journal/lane_store.hpp"
#include "journal/manifest.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunk_bytes = 256u << 10;

std::string name_of(Lane lane, const std::string& file) { return std::string(kLaneName[static_cast<std::size_t>(lane)]) + "/" + file; }

/// Puts a journal's files into an archive and keeps the list of what it put there.
class Copier {
 public:
  Copier(fs::path dir, ArchiveWriter& archive) : dir_(std::move(dir)), archive_(archive), chunk_(kChunk_bytes) {}

  /// The first `bytes` bytes of a file of the journal, then `tail`.
  Status file(const std::string& name, std::uint64_t bytes, const std::string& tail = {}) {
    const fs::path path = dir_ / name;
    Result<Fd> fd = open_file(path, O_RDONLY);
    if (!fd) return fd.error();
    if (Status s = begin(name, bytes + tail.size()); !s) return s;
    for (std::uint64_t at = 0; at < bytes;) {
      Result<std::size_t> n = read_some(fd.value(), chunk_.data(), std::min<std::uint64_t>(bytes - at, chunk_.size()), at, path);
      if (!n) return n.error();
      if (n.value() == 0) return Error{ErrorKind::kData, fmt::format("{}: became shorter while it was copied; start again", path.string())};
      if (Status s = put(chunk_.data(), n.value()); !s) return s;
      at += n.value();
    }
    return end(name, bytes, tail);
  }
  Status text(const std::string& name, const std::string& text) {
    if (Status s = begin(name, text.size()); !s) return s;
    return end(name, 0, text);
  }
  Status finish(JournalState state) {
    list_.state = state_name(state);
    const std::string text = list_.text();
    if (Status s = archive_.begin(kBackupList, text.size()); !s) return s;
    if (Status s = archive_.write(text.data(), text.size()); !s) return s;
    if (Status s = archive_.end(); !s) return s;
    return archive_.close();
  }
  [[nodiscard]] const BackupList& list() const { return list_; }

 private:
  Status begin(const std::string& name, std::uint64_t bytes) {
    XXH3_64bits_reset(&hash_);
    return archive_.begin(name, bytes);
  }
  Status put(const void* data, std::size_t bytes) {
    XXH3_64bits_update(&hash_, data, bytes);
    return archive_.write(data, bytes);
  }
  Status end(const std::string& name, std::uint64_t bytes, const std::string& tail) {
    if (Status s = put(tail.data(), tail.size()); !s) return s;
    list_.items[name] = {bytes + tail.size(), XXH3_64bits_digest(&hash_)};
    return archive_.end();
  }
  const fs::path dir_;
  ArchiveWriter& archive_;
  std::vector<char> chunk_;
  XXH3_state_t hash_;
  BackupList list_;
};

template <class T>
std::string bytes_of(const T& value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Behind the last frame that starts before the watermark and is not later than limit.
Result<LanePosition> acknowledged(const std::shared_ptr<const LaneFiles>& files, Seq limit) {
  LaneCursor cursor(files);
  LanePosition at;
  FrameView view;
  while (cursor.next(view) && files->watermark.at.covers(view.segment, view.offset) && view.seq <= limit) at = cursor.position();
  // Damage behind the watermark is not this copy's affair.
  if (cursor.error() && !(cursor.damage() && cursor.damage()->kind == Damage::Kind::kTornTail)) return *cursor.error();
  return at;
}

/// A lane of a journal that is being written: up to `at`, ended there. Its recorded end goes to the manifest.
Status copy_part(const fs::path& dir, Copier& copier, Manifest& manifest, Lane lane, const LanePosition& at) {
  const std::uint32_t number = std::max(at.segment, 1u), segment_bytes = manifest.segment_bytes();
  SegmentHeader header = empty_lane_header(lane, segment_bytes);
  if (at.segment != 0) {
    const fs::path path = dir / name_of(lane, segment_name(number));
    Result<Fd> fd = open_file(path, O_RDONLY);
    if (!fd) return fd.error();
    Result<std::size_t> n = read_some(fd.value(), &header, sizeof header, 0, path);
    if (!n) return n.error();
  }
  const LaneEndMark mark = lane_end_mark(at.seq, at.frames - (at.segment == 0 ? 0 : header.frames_before), at.crc);
  WatermarkSlot slot;
  slot.generation = 1;
  slot.offset = at.offset;
  slot.seq = at.seq;
  slot.lane = static_cast<std::uint32_t>(lane);
  slot.segment = at.segment;
  slot.chain_crc = at.crc;
  slot.slot_crc = header_crc(slot);
  for (std::uint32_t n = manifest.lane_start(lane).segment; n < number; ++n)
    if (Status s = copier.file(name_of(lane, segment_name(n)), segment_bytes); !s) return s;
  Status s = at.segment == 0 ? copier.text(name_of(lane, segment_name(1)), bytes_of(header) + bytes_of(mark))
                             : copier.file(name_of(lane, segment_name(number)), at.offset, bytes_of(mark));
  if (!s) return s;
  const std::uint64_t offset = at.segment == 0 ? kSegmentHeader_bytes : at.offset;
  manifest.set_lane_end(lane, {number, std::uint64_t{number - 1} * segment_bytes + offset + kEndMark_bytes, at.frames, at.seq, mark.head.crc});
  manifest.doc["recovery"][kLaneName[static_cast<std::size_t>(lane)]] = {
      {"decision", "backup up to the watermark"}, {"frames", at.frames}, {"last_seq", at.seq}, {"frames_cut", 0}, {"bytes_cut", 0}};
  return copier.text(name_of(lane, kWatermarkFile), bytes_of(slot) + bytes_of(slot));
}

/// Answers with the manifest of the copy.
Result<Manifest> copy_running(const fs::path& dir, Copier& copier, Manifest manifest) {
  // The derived lanes are looked at first, so that their causes are there when the inputs are looked at.
  std::array<std::shared_ptr<const LaneFiles>, kLaneCount> lanes;
  for (std::size_t i = kLaneCount; i-- > 0;) {
    if (!manifest.has_lane(static_cast<Lane>(i))) continue;
    Result<std::shared_ptr<const LaneFiles>> files = open_lane(dir, manifest, static_cast<Lane>(i));
    if (!files) return files.error();
    lanes[i] = std::move(files).value();
  }
  Seq last_input = 0;
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    if (lanes[i] == nullptr) continue;
    Result<LanePosition> at = acknowledged(lanes[i], i == 0 ? ~Seq{0} : last_input);
    if (!at) return at.error();
    if (i == 0) last_input = at.value().seq;
    if (Status s = copy_part(dir, copier, manifest, static_cast<Lane>(i), at.value()); !s) return s.error();
  }
  manifest.set_state(JournalState::kRecovered);
  if (Status s = copier.text(kManifestFile, manifest.text()); !s) return s.error();
  return manifest;
}

Result<Manifest> copy_at_rest(const fs::path& dir, Copier& copier, const Manifest& manifest) {
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    const Lane lane = static_cast<Lane>(i);
    if (!manifest.has_lane(lane)) continue;
    const LaneCheck whole = check_lane(dir, manifest, lane, false);
    if (whole.unreadable) return *whole.unreadable;
    if (whole.verdict != Verdict::kClean)
      return Error{ErrorKind::kData, fmt::format("{}: {}; a damaged journal is no backup, mend it first", dir.string(), whole.text())};
    std::vector<std::string> names{kWatermarkFile};
    for (std::uint32_t n = manifest.lane_start(lane).segment; n <= whole.segments; ++n) names.push_back(segment_name(n));
    for (const std::string& file : names) {
      std::error_code ec;
      const std::uint64_t bytes = fs::file_size(dir / name_of(lane, file), ec);
      if (ec) return system_error("look at", dir / name_of(lane, file), ec.value());
      if (Status s = copier.file(name_of(lane, file), bytes); !s) return s.error();
    }
  }
  std::error_code ec;
  std::vector<fs::path> snapshots;
  if (fs::is_directory(dir / "snapshots", ec))
    for (const auto& entry : fs::directory_iterator(dir / "snapshots", ec))
      if (entry.is_regular_file() && !entry.path().filename().string().ends_with(".tmp")) snapshots.push_back(entry.path());
  std::sort(snapshots.begin(), snapshots.end());
  for (const fs::path& path : snapshots)
    if (Status s = copier.file("snapshots/" + path.filename().string(), fs::file_size(path, ec)); !s) return s.error();
  if (Status s = copier.file(kManifestFile, fs::file_size(dir / kManifestFile, ec)); !s) return s.error();
  return manifest;
}

/// Gives a finished working name its place, which must still be free (or an empty folder).
Status give_name(const fs::path& partial, const fs::path& out) {
  const int done = fs::is_directory(partial) ? std::rename(partial.c_str(), out.c_str())
                                             : ::renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, out.c_str(), RENAME_NOREPLACE);
  if (done != 0) return system_error("rename to", out, errno);
  return sync_directory(fs::absolute(out).parent_path());
}

BackupReport report_of(const BackupList& list, const Manifest& manifest) {
  BackupReport report;
  report.files = list.items.size();
  for (const auto& [name, item] : list.items) report.bytes += item.bytes;
  report.digest = list.digest();
  for (std::size_t i = 0; i < kLaneCount; ++i)
    if (const auto end = manifest.lane_end(static_cast<Lane>(i))) report.lanes.push_back({static_cast<Lane>(i), end->frames, end->last_seq});
  return report;
}

std::uint64_t bytes_on_disk(const fs::path& path) {
  std::error_code ec;
  if (!fs::is_directory(path, ec)) return fs::file_size(path, ec);
  std::uint64_t all = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path, ec))
    if (entry.is_regular_file()) all += entry.file_size();
  return all;
}

/// TARGET.partial, empty of what a killed run left there.
Result<fs::path> working_name(fs::path target) {
  if (!target.has_filename()) target = target.parent_path();  // a trailing slash
  std::error_code ec;
  const fs::path partial = target.string() + ".partial";
  fs::remove_all(partial, ec);
  if (ec) return system_error("remove", partial, ec.value());
  return partial;
}

Result<std::unique_ptr<ArchiveReader>> open_archive(const fs::path& path) {
  std::error_code ec;
  if (!fs::exists(path, ec)) return Error{ErrorKind::kUsage, fmt::format("{}: no such backup; give a .tar.zst file or a folder", path.string())};
  return fs::is_directory(path, ec) ? open_archive_folder(path) : open_archive_file(path);
}

}  // namespace

Result<BackupReport> backup(const fs::path& dir, const fs::path& out) {
  Result<Manifest> manifest = Manifest::read(dir);
  if (!manifest) return manifest.error();
  std::error_code ec;
  if (fs::exists(out, ec)) return Error{ErrorKind::kUsage, fmt::format("{}: is there already; choose another name", out.string())};
  if (manifest.value().state() == JournalState::kQuarantined)
    return Error{ErrorKind::kData, fmt::format("{}: journal is quarantined; a damaged journal is no backup, mend it first", dir.string())};
  // At rest it must stay so while it is copied.
  std::optional<JournalLock> lock;
  if (manifest.value().at_rest()) {
    Result<JournalLock> taken = JournalLock::take(dir);
    if (!taken) return taken.error();
    lock = std::move(taken).value();
    manifest = Manifest::read(dir);
    if (!manifest) return manifest.error();
  }
  Result<fs::path> partial = working_name(out);
  if (!partial) return partial.error();
  Result<std::unique_ptr<ArchiveWriter>> archive =
      is_archive_file(out) ? create_archive_file(partial.value()) : create_archive_folder(partial.value());
  if (!archive) return archive.error();
  Copier copier(dir, *archive.value());
  const auto made = [&]() -> Result<BackupReport> {
    Result<Manifest> copied = manifest.value().at_rest() ? copy_at_rest(dir, copier, manifest.value())
                                                         : copy_running(dir, copier, manifest.value());
    if (!copied) return copied.error();
    if (Status s = copier.finish(manifest.value().state()); !s) return s.error();
    // Read back from the file system and held against what was read from the journal.
    Result<std::unique_ptr<ArchiveReader>> again =
        is_archive_file(out) ? open_archive_file(partial.value()) : open_archive_folder(partial.value());
    if (!again) return again.error();
    Result<BackupList> list = read_backup(*again.value(), partial.value().string(), nullptr);
    if (!list) return list.error();
    if (list.value().items != copier.list().items)
      return Error{ErrorKind::kData, fmt::format("{}: what was read back is not what was written; do not trust the device", partial.value().string())};
    if (Status s = give_name(partial.value(), out); !s) return s.error();
    BackupReport report = report_of(copier.list(), copied.value());
    report.state = manifest.value().state();
    report.backup_bytes = bytes_on_disk(out);
    return report;
  }();
  if (!made) fs::remove_all(partial.value(), ec);
  return made;
}

Result<BackupReport> restore(const fs::path& from, const fs::path& dir) {
  std::error_code ec;
  if (fs::exists(dir, ec) && (!fs::is_directory(dir, ec) || !fs::is_empty(dir, ec)))
    return Error{ErrorKind::kUsage, fmt::format("{}: is there and not empty; restore into a new folder", dir.string())};
  Result<std::unique_ptr<ArchiveReader>> archive = open_archive(from);
  if (!archive) return archive.error();
  Result<fs::path> partial = working_name(dir);
  if (!partial) return partial.error();
  Result<std::unique_ptr<ArchiveWriter>> folder = create_archive_folder(partial.value());
  if (!folder) return folder.error();
  const auto made = [&]() -> Result<BackupReport> {
    Result<BackupList> list = read_backup(*archive.value(), from.string(), folder.value().get());
    if (!list) return list.error();
    if (Status s = folder.value()->close(); !s) return s.error();
    Result<CheckReport> whole = check(partial.value());
    if (!whole) return whole.error();
    for (const LaneCheck& lane : whole.value().lanes)
      if (lane.verdict != Verdict::kClean)
        return Error{ErrorKind::kData, fmt::format("{}: {}; use another backup", from.string(), lane.text())};
    Result<Manifest> manifest = Manifest::read(partial.value());
    if (!manifest) return manifest.error();
    if (Status s = give_name(partial.value(), dir); !s) return s.error();
    BackupReport report = report_of(list.value(), manifest.value());
    report.state = manifest.value().state();
    report.backup_bytes = bytes_on_disk(from);
    return report;
  }();
  if (!made) fs::remove_all(partial.value(), ec);
  return made;
}

}  // namespace omega::journal
