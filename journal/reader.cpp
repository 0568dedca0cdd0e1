#include "journal/reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "journal/lane_files.hpp"
#include "journal/lane_store.hpp"
#include "journal/manifest.hpp"

namespace omega::journal {

namespace {

constexpr std::size_t kPopulate_bytes = 1u << 20;     // faulted in at once
constexpr std::size_t kPopulateEarly_bytes = 4096;    // before the last of them; a longer frame goes the slow way

bool all_zero(const std::uint8_t* p, std::size_t bytes) noexcept {
  return std::all_of(p, p + bytes, [](std::uint8_t b) { return b == 0; });
}

}  // namespace

LaneCursor::LaneCursor(std::shared_ptr<const LaneFiles> files) noexcept : files_(std::move(files)), lane_(files_->lane) {}

LanePosition LaneCursor::position() const noexcept {
  return {segment_, offset_, seq_, chain_, header_.frames_before + frames_here_};
}

std::filesystem::path LaneCursor::segment_path() const { return files_->dir / segment_name(segment_); }

/// Faults in the pages of the next stretch at once: one by one they cost more. False when there is none.
bool LaneCursor::populate() noexcept {
  if (populated_ == size_) return false;
  const std::size_t from = std::max(populated_, offset_ / kPopulate_bytes * kPopulate_bytes);
  populated_ = std::min(size_, from + kPopulate_bytes);
  populate_for_reading(base_ + from, populated_ - from);
  return true;
}

/// Where no checked frame is left: checks on.
bool LaneCursor::check_on(FrameView& out) noexcept {
  if (!ahead_.three() && !check_one()) return next_frame(out);
  checked_ = ahead_.offset();
  give(out);
  return true;
}

/// One frame of any kind, with the next pages if it may reach there.
bool LaneCursor::check_one() noexcept {
  if (ahead_.one()) return true;
  if (ahead_.offset() == 0 || ahead_.offset() + kPopulateEarly_bytes < populated_ || !populate()) return false;
  ahead_.extend(populated_);
  return ahead_.one();
}

/// What comes next when it is not plainly a good frame like those before: another kind, the end, or damage.
bool LaneCursor::next_frame(FrameView& out) noexcept {
  if (error_ || ended_) return false;
  if (segment_ == 0 && !open_segment(files_->start.segment, true)) return false;
  for (;;) {
    const FrameResult r = decode_frame(base_, size_, offset_, chain_, files_->lane, out);
    switch (r.what) {
      case Decoded::kFrame:
        if (!accept(r)) return false;
        out.segment = segment_;
        offset_ += r.bytes;
        checked_ = offset_;
        chain_ = r.crc;
        seq_ = r.seq;
        ++frames_here_;
        if (populated_ < offset_) populate();
        ahead_ = GoodFrames(base_, populated_, {offset_, chain_, seq_}, lane_, number_at<std::uint64_t>(base_ + out.offset));
        return true;
      case Decoded::kSegmentEnd:
        if (!at_segment_end(r)) return false;
        break;
      case Decoded::kLaneEnd:
        at_lane_end(r);
        return false;
      case Decoded::kNothing:
        // The end of a lane is never "what looks like nothing": only behind the watermark of a journal not at rest.
        if (files_->at_rest) damaged(offset_, "the lane's end mark is missing");
        else if (files_->watermark.at.covers(segment_, offset_)) damaged(offset_, "a frame below the watermark is gone");
        return false;
      case Decoded::kBad:
        damaged(offset_, r.why);
        return false;
    }
  }
}

/// What a good frame must also obey: the order of seq, and what the segment's header promised.
bool LaneCursor::accept(const FrameResult& frame) noexcept {
  const bool inputs = files_->lane == Lane::kInputs;  // 1, 2, 3 ... without a gap: a frame's seq is its rank
  if (inputs ? frame.seq != header_.frames_before + frames_here_ + 1 : frame.seq < seq_) {
    damaged(offset_, fmt::format("seq {} follows seq {}", frame.seq, seq_), Damage::Kind::kCorrupt);
    return false;
  }
  if (frames_here_ == 0 && frame.seq != header_.first_seq) {
    damaged(offset_, fmt::format("first seq is {}, the segment's header says {}", frame.seq, header_.first_seq),
            Damage::Kind::kCorrupt);
    return false;
  }
  return true;
}

bool LaneCursor::at_segment_end(const FrameResult& mark) noexcept {
  const std::size_t rest = offset_ + mark.bytes;
  if (mark.mark_frames != frames_here_) {
    damaged(offset_, fmt::format("{} frames counted, the end mark says {}", frames_here_, mark.mark_frames));
    return false;
  }
  if (file_bytes_ != header_.segment_bytes) {
    damaged(rest, fmt::format("a full segment has {} bytes, this one {}", header_.segment_bytes, file_bytes_));
    return false;
  }
  if (!all_zero(base_ + rest, size_ - rest)) {
    damaged(rest, "bytes behind the segment's end mark are not zero");
    return false;
  }
  const std::uint32_t chain_before = chain_;
  chain_ = mark.crc;
  const std::uint32_t number = segment_ + 1;
  if (open_segment(number, true)) return true;
  // Not begun yet (a writer is between the mark and the first frame): look again at the mark next time.
  chain_ = chain_before;
  return false;
}

void LaneCursor::at_lane_end(const FrameResult& mark) noexcept {
  const LaneEnd found{segment_, std::uint64_t{segment_ - 1} * header_.segment_bytes + offset_ + mark.bytes,
                      header_.frames_before + frames_here_, seq_, mark.crc};
  if (mark.mark_frames != frames_here_)
    return damaged(offset_, fmt::format("{} frames counted, the end mark says {}", frames_here_, mark.mark_frames));
  if (files_->watermark.at.covers(segment_, offset_)) return damaged(offset_, "the lane ends below its watermark");
  if (files_->at_rest && file_bytes_ != offset_ + mark.bytes) return damaged(offset_ + mark.bytes, "bytes behind the lane's end mark");
  if (files_->at_rest && !(*files_->end == found))
    return damaged(offset_, fmt::format("the lane ends with seq {}, {} frames, crc {:08x}; the manifest says seq {}, {} "
                                        "frames, crc {:08x}", found.last_seq, found.frames, found.crc,
                                        files_->end->last_seq, files_->end->frames, files_->end->crc));
  ahead_ = {};
  ended_ = true;
}

/// Maps segment `number`. linked: it must continue the chain read so far; else (seek) its header starts the chain.
bool LaneCursor::open_segment(std::uint32_t number, bool linked) noexcept {
  const auto fail_at = [&](std::uint64_t offset, std::string why, std::optional<Damage::Kind> kind = {}) {
    segment_ = number;
    base_ = nullptr;
    file_bytes_ = size_ = offset_ = checked_ = populated_ = 0;
    damaged(offset, std::move(why), kind);
    return false;
  };
  const auto path = files_->dir / segment_name(number);
  std::error_code ec;
  const bool there = std::filesystem::exists(path, ec);
  if (ec) { error_ = system_error("look at", path, ec.value()); return false; }
  if (!there) {
    const bool unborn = number == files_->start.segment && !files_->at_rest && files_->watermark.at.segment == 0;
    if (unborn) return false;
    return fail_at(0, "segment file is missing", Damage::Kind::kMissing);
  }
  // A file that cannot be looked at says nothing about its bytes: an error, never damage.
  Result<Fd> fd = open_file(path, O_RDONLY);
  if (!fd) { error_ = fd.error(); return false; }
  Result<std::uint64_t> size = file_bytes(fd.value(), path);
  Result<Mapping> map = size ? Mapping::map(fd.value(), size.value(), false, path) : Result<Mapping>(size.error());
  if (!map) { error_ = map.error(); return false; }
  const std::size_t bytes = map.value().bytes();
  const bool may_be_unborn = !files_->at_rest && !files_->watermark.at.covers(number, 0);
  if (bytes == 0 && may_be_unborn) return false;
  if (bytes < kSegmentHeader_bytes) return fail_at(0, fmt::format("file of {} bytes is too short for a segment header", bytes));
  SegmentHeader header;
  // A live writer completes the header before it commits what leads readers here: the end mark of the segment before,
  // or the first frame. Until the first length is seen, a bad header may be one that is being written.
  bool begun = true;
  if (bytes >= kSegmentHeader_bytes + 8) {
    auto* first = reinterpret_cast<std::uint32_t*>(map.value().base() + kSegmentHeader_bytes);
    // acquire: pairs with release in commit() (journal/lane_writer.cpp).
    begun = std::atomic_ref<std::uint32_t>(*first).load(std::memory_order_acquire) != 0;
  }
  std::memcpy(&header, map.value().base(), sizeof header);
  if (std::string why = check_segment_header(header, files_->lane, number); !why.empty()) {
    if (!begun && may_be_unborn) return false;
    // A header whose own CRC is right was written so: never the work of a torn write.
    const bool intact = header.header_crc == header_crc(header);
    return fail_at(0, std::move(why), intact ? std::optional(Damage::Kind::kCorrupt) : std::nullopt);
  }
  if (header.segment_bytes != files_->segment_bytes || bytes > header.segment_bytes)
    return fail_at(0, fmt::format("file of {} bytes, segment size {} in its header and {} in the manifest", bytes,
                                  header.segment_bytes, files_->segment_bytes), Damage::Kind::kCorrupt);
  if (linked) {
    const bool first = segment_ == 0;  // continues what was pruned, or nothing
    const std::uint64_t frames = first ? files_->start.frames : header_.frames_before + frames_here_;
    const std::uint64_t used = first ? files_->start.previous_bytes : offset_ + kEndMark_bytes;
    if (first) seq_ = files_->start.seq;
    if (header.chain_crc != (first ? files_->start.crc : chain_) || header.frames_before != frames || header.previous_bytes != used)
      return fail_at(0, "does not continue the segment before (chain, frames or size differ)", Damage::Kind::kCorrupt);
  }
  map_ = std::make_shared<const Mapping>(std::move(map).value());
  base_ = map_->base();
  file_bytes_ = bytes;
  size_ = bytes / 8 * 8;
  header_ = header;
  offset_ = checked_ = kSegmentHeader_bytes;
  populated_ = 0;
  ahead_ = {};
  chain_ = header.chain_crc;
  segment_ = number;
  frames_here_ = 0;
  return true;
}

void LaneCursor::damaged(std::uint64_t offset, std::string why, std::optional<Damage::Kind> kind) noexcept {
  ahead_ = {};
  const bool acknowledged = files_->at_rest || files_->watermark.at.covers(segment_, offset);
  damage_ = Damage{kind.value_or(acknowledged ? Damage::Kind::kCorrupt : Damage::Kind::kTornTail), segment_, offset, seq_,
                   std::move(why)};
  const char* advice = damage_->kind == Damage::Kind::kTornTail ? "unacknowledged tail, run omega journal repair"
                       : damage_->kind == Damage::Kind::kMissing ? "restore the segment from a backup or a replica"
                                                                 : "corrupt, do not trade; run omega journal check";
  error_ = Error{ErrorKind::kData, fmt::format("lane {}, segment {}, offset {}, after seq {}: {} ({})",
                                               kLaneName[static_cast<std::size_t>(files_->lane)], segment_name(segment_),
                                               offset, seq_, damage_->why, advice)};
}

bool LaneCursor::seek_segment(std::uint32_t segment) {
  damage_.reset();
  error_.reset();
  ended_ = false;
  ahead_ = {};
  const bool mapped = files_->at_rest && base_ != nullptr && segment == segment_;  // at rest a segment stays as it was looked at
  if (!mapped) header_ = {};
  offset_ = checked_ = mapped ? kSegmentHeader_bytes : 0;
  seq_ = mapped && segment == files_->start.segment ? files_->start.seq : 0;
  chain_ = header_.chain_crc;
  frames_here_ = 0;
  if (mapped) return true;
  segment_ = 0;
  return open_segment(segment, segment == files_->start.segment);
}

/// Reads on from a segment's start until reached(frame), and stands before that frame.
template <class Reached>
bool LaneCursor::seek_from(std::uint32_t segment, Reached reached) {
  if (!seek_segment(segment)) return false;
  FrameView view;
  for (;;) {
    const LanePosition before = position();
    if (!next(view)) return false;
    if (!reached(view)) continue;
    const bool first_here = view.segment != before.segment;
    offset_ = view.offset;
    chain_ = first_here ? header_.chain_crc : before.crc;
    seq_ = before.seq;
    --frames_here_;
    return true;
  }
}

/// The last segment of which before(first seq, first ts) holds, by bisection over the segments' first bytes; else the first.
template <class Before>
std::uint32_t LaneCursor::seek_where(Before before) {
  struct Start {
    SegmentHeader header;
    FrameHeader frame;
    std::uint64_t root;
    TimeNs ts;
  };
  static_assert(sizeof(Start) == kSegmentHeader_bytes + kFrameHeader_bytes + 16);
  std::uint32_t low = files_->start.segment, high = std::max(files_->segments, low);
  // On a live journal there may be more segments by now.
  std::error_code ec;
  while (!files_->at_rest && std::filesystem::exists(files_->dir / segment_name(high + 1), ec)) ++high;
  while (low < high) {
    const std::uint32_t middle = low + (high - low + 1) / 2;
    const auto path = files_->dir / segment_name(middle);
    Start start{};
    bool earlier = false;
    if (Result<Fd> fd = open_file(path, O_RDONLY))
      if (Result<std::size_t> n = read_some(fd.value(), &start, sizeof start, 0, path); n && n.value() == sizeof start)
        earlier = start.frame.length != 0 && start.frame.type != kLaneEnd &&
                  check_segment_header(start.header, files_->lane, middle).empty() && before(start.header.first_seq, start.ts);
    if (earlier) low = middle;
    else high = middle - 1;
  }
  return low;
}

bool LaneCursor::seek(Seq seq) {
  const std::uint32_t start = seek_where([seq](Seq first, TimeNs) { return first < seq; });
  return seek_from(start, [seq](const FrameView& v) { return v.seq >= seq; });
}

bool LaneCursor::seek_time(TimeNs ts) {
  const std::uint32_t start = seek_where([ts](Seq, TimeNs first) { return first < ts; });
  return seek_from(start, [ts](const FrameView& v) { return v.ts() >= ts; });
}

JournalReader::~JournalReader() = default;

Result<std::unique_ptr<JournalReader>> JournalReader::open(const std::filesystem::path& dir) {
  Result<Manifest> manifest = Manifest::read(dir);
  if (!manifest) return manifest.error();
  std::unique_ptr<JournalReader> reader(new JournalReader());
  reader->dir_ = dir;
  for (std::size_t i = 0; i < kLaneCount; ++i) {
    const auto lane = static_cast<Lane>(i);
    if (!manifest.value().has_lane(lane)) continue;
    Result<std::shared_ptr<const LaneFiles>> files = open_lane(dir, manifest.value(), lane);
    if (!files) return files.error();
    reader->lanes_[i] = std::move(files).value();
  }
  reader->manifest_ = std::make_unique<const Manifest>(std::move(manifest).value());
  return reader;
}

const LaneStart& JournalReader::start(Lane lane) const {
  OMEGA_REQUIRE(has_lane(lane), lane, 0);
  return lanes_[static_cast<std::size_t>(lane)]->start;
}

Status JournalReader::require_unpruned(std::string_view what, std::span<const Lane> lanes) const {
  for (const Lane l : lanes)
    if (has_lane(l) && start(l).frames != 0)
      return Error{ErrorKind::kData,
                   fmt::format("{}: {} needs the whole {} lane, which was pruned up to seq {}; {}", dir_.string(), what,
                               kLaneName[static_cast<std::size_t>(l)], start(l).seq,
                               l == Lane::kInputs ? "use a backup that was made before" : "omega journal rebuild makes it again")};
  return Ok{};
}

LaneCursor JournalReader::lane(Lane lane) const {
  OMEGA_REQUIRE(has_lane(lane), lane, 0);
  return LaneCursor(lanes_[static_cast<std::size_t>(lane)]);
}

}  // namespace omega::journal
