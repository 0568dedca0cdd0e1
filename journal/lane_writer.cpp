#include "journal/lane_writer.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstring>

#include "journal/crash_point.hpp"

namespace omega::journal {

namespace {

// How far ahead of the store position the cache line is fetched for writing (PERFORMANCE.md section 3: 30 %).
constexpr std::size_t kPrefetch_bytes = 2048;

inline void prefetch_for_write(const std::uint8_t* p) noexcept {
  // The builtin turns into a read prefetch below x86-64-v3; the instruction itself is a no-op where unsupported.
  asm volatile("prefetchw %0" : : "m"(*p));
}

/// All of the header but its first word.
inline void put_header(std::uint8_t* frame, std::uint32_t crc, Seq seq) noexcept {
  const std::uint64_t crc_flags = crc;  // flags 0
  std::memcpy(frame + 8, &crc_flags, 8);
  std::memcpy(frame + 16, &seq, 8);
}

/// Length, type and schema version.
inline void commit(std::uint8_t* frame, std::uint64_t word) noexcept {
  // release: the whole frame is visible before its length; pairs with acquire in decode_frame() (journal/frame.hpp) and
  // first_word() (journal/good_frames.hpp).
  std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(frame)).store(word, std::memory_order_release);
}

}  // namespace

LaneWriter::LaneWriter(LaneStore& store, const LanePosition& end) noexcept
    : seq_(end.seq), frames_(end.frames), crc_(end.crc), segment_(end.segment),
      inputs_(store.lane() == Lane::kInputs), store_(store) {
  if (end.segment == 0) return;
  base_ = store.reopened_base();
  offset_ = end.offset;
  limit_ = store.options().segment_bytes - kEndMark_bytes;
  SegmentHeader header;
  std::memcpy(&header, base_, sizeof header);
  frames_before_ = header.frames_before;
  OMEGA_ASSERT(header.number == end.segment && frames_ > frames_before_, header.number, end.segment);
}

void LaneWriter::append(EventType type, Seq seq, const void* body, std::size_t body_bytes,
                        std::span<const double> list) noexcept {
  const EventShape& shape = shape_of(static_cast<std::uint16_t>(type));
  const bool in_order = inputs_ ? seq == seq_ + 1 : seq >= seq_;
  // relaxed because this thread alone sets it
  if (refused_.load(std::memory_order_relaxed) || shape.body_bytes != body_bytes || !in_order || (!list.empty() && !shape.has_list) ||
      !lives_in(shape, store_.lane())) [[unlikely]] {
    if (!admit(shape, type, seq, body_bytes, list.size())) return;
  }
  const std::size_t length = 8 + body_bytes + (shape.has_list ? 8 + list.size_bytes() : 0);
  if (offset_ + kFrameHeader_bytes + length > limit_) [[unlikely]] {
    if (!roll(seq, kFrameHeader_bytes + length)) return;
  }
  std::uint8_t* frame = base_ + offset_;
  prefetch_for_write(frame + kPrefetch_bytes);
  if (length > kCacheLine_bytes) prefetch_for_write(frame + kPrefetch_bytes + kCacheLine_bytes);

  // Built in registers: a header put together on the stack and read back in other sizes stalls the stores.
  const std::uint64_t word = frame_word(static_cast<std::uint32_t>(length), static_cast<std::uint16_t>(type), kSchemaVersion);
  FrameCrc crc(word, 0, seq);
  std::uint8_t* to = frame + kFrameHeader_bytes;
  crc.copy(to, &shape.root, 8);
  OMEGA_CRASH_POINT("append.inside_body");
  crc.copy(to + 8, body, body_bytes);
  if (shape.has_list) {
    const std::uint64_t pointer = list_pointer(list.size());
    crc.copy(to + 8 + body_bytes, &pointer, 8);
    crc.copy(to + 16 + body_bytes, list.data(), list.size_bytes());
  }
  crc_ = crc.finish(crc_);
  OMEGA_CRASH_POINT("append.after_body");
  put_header(frame, crc_, seq);
  OMEGA_CRASH_POINT("append.before_commit");
  commit(frame, word);
  OMEGA_CRASH_POINT("append.after_commit");
  store_.publish(segment_, offset_);
  offset_ += kFrameHeader_bytes + length;
  seq_ = seq;
  ++frames_;
}

/// The slow look at a frame that failed the quick one: says why, once.
bool LaneWriter::admit(const EventShape& shape, EventType type, Seq seq, std::size_t body_bytes,
                       std::size_t list_count) noexcept {
  if (!refused_.load(std::memory_order_relaxed)) {  // relaxed because this thread alone sets it
    const auto code = static_cast<unsigned>(type);
    if (shape.root == 0) refuse(fmt::format("unknown event type {}", code));
    else if (!lives_in(shape, store_.lane())) refuse(fmt::format("event type {} does not belong here", code));
    else if (shape.body_bytes != body_bytes)
      refuse(fmt::format("event type {} with {} bytes, its struct has {}", code, body_bytes, shape.body_bytes));
    else if (list_count != 0 && !shape.has_list) refuse(fmt::format("event type {} takes no list", code));
    else refuse(fmt::format("seq {} after {}", seq, seq_));
  }
  ++dropped_;
  return false;
}

void LaneWriter::refuse(std::string why) noexcept {
  refused_.store(true, std::memory_order_relaxed);  // relaxed because it is only a flag
  store_.fail({ErrorKind::kData, fmt::format("lane {}: frame refused at seq {}: {} (bug in the caller)",
                                             kLaneName[static_cast<std::size_t>(store_.lane())], seq_, why)});
}

FrameHeader LaneWriter::make_mark(std::uint16_t type, std::uint64_t body) const noexcept {
  FrameHeader mark{.length = 8, .type = type, .schema_version = kSchemaVersion, .crc = 0, .flags = 0, .seq = seq_};
  mark.crc = frame_crc(crc_, mark, &body);
  return mark;
}

void LaneWriter::put_mark(std::uint8_t* at, FrameHeader mark, std::uint64_t body) noexcept {
  put_header(at, mark.crc, mark.seq);
  std::memcpy(at + kFrameHeader_bytes, &body, 8);
  OMEGA_CRASH_POINT("mark.before_commit");
  commit(at, frame_word(mark.length, mark.type, mark.schema_version));
  OMEGA_CRASH_POINT("mark.after_commit");
}

bool LaneWriter::roll(Seq seq, std::size_t frame_bytes) noexcept {
  if (frame_bytes > store_.options().segment_bytes - kSegmentHeader_bytes - kEndMark_bytes) {
    refuse(fmt::format("a frame of {} bytes does not fit a segment of {}; raise journal.segment_bytes", frame_bytes,
                       store_.options().segment_bytes));
    ++dropped_;
    return false;
  }
  const std::uint64_t end = store_.options().segment_bytes - kEndMark_bytes;
  if (segment_ != 0 && limit_ < end) {  // half way
    store_.settle_spare();
    limit_ = end;
    if (offset_ + frame_bytes <= limit_) return true;
  }
  std::uint8_t* next = store_.take_spare();
  if (next == nullptr) {  // the store says why
    refused_.store(true, std::memory_order_relaxed);  // relaxed because it is only a flag
    ++dropped_;
    return false;
  }
  const std::uint64_t frames_here = frames_ - frames_before_;
  SegmentHeader header;
  header.lane = static_cast<std::uint32_t>(store_.lane());
  header.number = segment_ + 1;
  header.first_seq = seq;
  header.frames_before = frames_;
  header.segment_bytes = store_.options().segment_bytes;
  FrameHeader mark;
  if (segment_ != 0) {
    mark = make_mark(kSegmentEnd, frames_here);
    header.chain_crc = mark.crc;
    header.previous_bytes = static_cast<std::uint32_t>(offset_ + kEndMark_bytes);
  }
  header.header_crc = header_crc(header);
  std::memcpy(next, &header, sizeof header);
  OMEGA_CRASH_POINT("roll.header_written");
  if (segment_ != 0) {
    put_mark(base_ + offset_, mark, frames_here);
    crc_ = mark.crc;
  }
  base_ = next;
  offset_ = kSegmentHeader_bytes;
  limit_ = end / 2;
  frames_before_ = frames_;
  ++segment_;
  return true;
}

Status LaneWriter::end_lane() {
  if (!ok()) return store_.error().value_or(Error{ErrorKind::kData, "lane refused frames"});
  if (segment_ == 0 && !roll(0, 0)) return store_.error().value();
  const std::uint64_t frames_here = frames_ - frames_before_;
  const FrameHeader mark = make_mark(kLaneEnd, frames_here);
  put_mark(base_ + offset_, mark, frames_here);
  crc_ = mark.crc;
  offset_ += kEndMark_bytes;
  return Ok{};
}

}  // namespace omega::journal
