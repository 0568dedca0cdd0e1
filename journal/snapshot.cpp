#include "journal/snapshot.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "journal/crash_point.hpp"
#include "journal/manifest.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMagic = 0x50414e5341474d4fULL;  // "OMGASNAP" in memory order
constexpr std::uint64_t kSnapshot_bytes_max = 1ull << 32;

struct Head {
  std::uint64_t magic = kMagic;
  std::uint32_t version = kSnapshotVersion;
  std::uint32_t schema_version = kSchemaVersion;
  std::uint64_t body_bytes = 0;
  std::uint64_t digest = 0;  // XXH3-64 of the body, seeded with that of the 24 bytes before
};
static_assert(sizeof(Head) == 32 && offsetof(Head, digest) == 24);

std::uint64_t digest_of(const Head& head, std::string_view body) {
  return XXH3_64bits_withSeed(body.data(), body.size(), XXH3_64bits(&head, offsetof(Head, digest)));
}

Error reason(std::string why) { return {ErrorKind::kData, std::move(why)}; }

std::string file_name(Seq seq) { return fmt::format("{:020}.snap", seq); }

Result<std::string> read_file(const fs::path& path) {
  Result<Fd> fd = open_file(path, O_RDONLY);
  if (!fd) return fd.error();
  Result<std::uint64_t> size = file_bytes(fd.value(), path);
  if (!size) return size.error();
  if (size.value() > kSnapshot_bytes_max) return reason("far too large");
  std::string bytes(size.value(), '\0');
  Result<std::size_t> n = read_some(fd.value(), bytes.data(), bytes.size(), 0, path);
  if (!n) return n.error();
  bytes.resize(n.value());
  return bytes;
}

/// Ok when the lanes prove the snapshot.
Status proved(const JournalReader& reader, std::string_view engine, const SnapshotFile& file, const Snapshot& s) {
  if (s.seq == 0) return reason("of no input");
  if (s.seq != file.seq) return reason(fmt::format("its name says seq {}, its content {}", file.seq, s.seq));
  if (s.journal_id != reader.manifest().doc.value("journal_id", "")) return reason("of another journal");
  if (s.engine != engine) return reason("written by another build of the engine");
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    const LanePosition& at = s.lanes[l];
    const auto lane = static_cast<Lane>(l);
    if (at.frames == 0) continue;
    if (!reader.has_lane(lane)) return reason(fmt::format("lane {} is not there", kLaneName[l]));
    // What was pruned from a derived lane follows from the inputs, which are proved.
    const LaneStart& start = reader.start(lane);
    if (lane != Lane::kInputs && at.segment != 0 && at.segment < start.segment && at.frames <= start.frames) continue;
    LaneCursor cursor = reader.lane(lane);
    if (Status there = seek_position(cursor, at); !there) return there.error();
  }
  return Ok{};
}

}  // namespace

std::string encode_snapshot(const Snapshot& snapshot) {
  StateWriter body;
  body(snapshot);
  Head head;
  head.body_bytes = body.bytes().size();
  const std::string_view view(reinterpret_cast<const char*>(body.bytes().data()), body.bytes().size());
  head.digest = digest_of(head, view);
  std::string out(sizeof head, '\0');
  std::memcpy(out.data(), &head, sizeof head);
  return out.append(view);
}

Result<Snapshot> decode_snapshot(std::string_view bytes) {
  Head head;
  if (bytes.size() < sizeof head) return reason(fmt::format("file of {} bytes is too short", bytes.size()));
  std::memcpy(&head, bytes.data(), sizeof head);
  if (head.magic != kMagic) return reason("not a snapshot");
  if (head.version != kSnapshotVersion || head.schema_version != kSchemaVersion)
    return reason(fmt::format("snapshot version {} and schema {}, this program knows {} and {}", head.version, head.schema_version,
                              kSnapshotVersion, kSchemaVersion));
  const std::string_view body = bytes.substr(sizeof head);
  if (head.body_bytes != body.size()) return reason(fmt::format("{} bytes instead of {}", body.size(), head.body_bytes));
  if (head.digest != digest_of(head, body)) return reason("damaged: its checksum does not match its content");
  Snapshot snapshot;
  StateReader in({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
  in(snapshot);
  if (!in.at_end()) return reason("damaged: its parts do not fill it");
  return snapshot;
}

Status write_snapshot(const fs::path& journal_dir, const Snapshot& snapshot, bool durable, bool* sync_failed) {
  const auto synced = [&](Status s) {
    if (!s && sync_failed != nullptr) *sync_failed = true;
    return s;
  };
  const fs::path dir = journal_dir / kSnapshotDir;
  std::error_code ec;
  const bool made = fs::create_directory(dir, ec);
  if (ec) return system_error("create directory", dir, ec.value());
  if (made && durable)
    if (Status s = synced(sync_directory(journal_dir)); !s) return s;
  const fs::path path = snapshot_path(journal_dir, snapshot.seq);
  const fs::path temporary = dir / "snapshot.tmp";
  {
    const std::string bytes = encode_snapshot(snapshot);
    Result<Fd> fd = open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!fd) return fd.error();
    if (Status s = write_all(fd.value(), bytes.data(), bytes.size(), 0, temporary); !s) return s;
    OMEGA_CRASH_POINT("snapshot.written");
    if (durable)
      if (Status s = synced(sync_data(fd.value(), temporary)); !s) return s;
  }
  if (Status s = rename_file(temporary, path); !s) return s;
  OMEGA_CRASH_POINT("snapshot.renamed");
  return durable ? synced(sync_directory(dir)) : Status{Ok{}};
}

fs::path snapshot_path(const fs::path& journal_dir, Seq seq) { return journal_dir / kSnapshotDir / file_name(seq); }

std::vector<SnapshotFile> list_snapshots(const fs::path& journal_dir) {
  std::vector<SnapshotFile> files;
  std::error_code ec;
  for (fs::directory_iterator it(journal_dir / kSnapshotDir, ec), last; !ec && it != last; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    SnapshotFile file{0, it->path()};
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), file.seq);
    if (error == std::errc() && name == file_name(file.seq)) files.push_back(std::move(file));
    (void)end;
  }
  std::sort(files.begin(), files.end(), [](const SnapshotFile& a, const SnapshotFile& b) { return a.seq > b.seq; });
  return files;
}

SnapshotSearch find_snapshot(const JournalReader& reader, std::string_view engine, Seq latest, const SnapshotTrial& accepts) {
  SnapshotSearch search;
  for (const SnapshotFile& file : list_snapshots(reader.dir())) {
    if (file.seq > latest) continue;
    const auto ignored = [&](const Error& why) {
      search.ignored.push_back(file.path.filename().string() + ": " + why.message);
      if (why.kind == ErrorKind::kEnvironment && !search.unreadable) search.unreadable = why;
    };
    Result<std::string> bytes = read_file(file.path);
    Result<Snapshot> snapshot = bytes ? decode_snapshot(bytes.value()) : Result<Snapshot>(bytes.error());
    Status usable = snapshot ? proved(reader, engine, file, snapshot.value()) : Status(snapshot.error());
    if (usable && accepts) usable = accepts(snapshot.value());
    if (usable) {
      search.found = std::move(snapshot).value();
      return search;
    }
    ignored(usable.error());
  }
  return search;
}

Status seek_position(LaneCursor& cursor, const LanePosition& at) {
  const auto none = [&]() -> Status {
    if (cursor.error() && cursor.error()->kind == ErrorKind::kEnvironment) return *cursor.error();
    return reason(fmt::format("lane {} has no such place (segment {}, offset {}, seq {}): older than the journal's start, newer than "
                              "its end, or another history", kLaneName[static_cast<std::size_t>(cursor.lane())], at.segment, at.offset, at.seq));
  };
  if (at.frames == 0) return cursor.position().frames == 0 ? Status(Ok{}) : none();
  if (!cursor.seek_segment(at.segment)) return none();
  FrameView view;
  for (;;) {
    const LanePosition here = cursor.position();
    if (here.segment != at.segment || here.offset > at.offset) return none();
    if (here.offset == at.offset) return here.crc == at.crc && here.frames == at.frames && here.seq == at.seq ? Status(Ok{}) : none();
    if (!cursor.next(view)) return none();
  }
}

}  // namespace omega::journal
