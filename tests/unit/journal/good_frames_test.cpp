// The quick half of a scan against the careful one: over random segments, whole and damaged in every way, GoodFrames goes
// exactly as far as decode_frame() and the order of seq allow, whatever mix of its two steps is taken.
#include "journal/good_frames.hpp"

#include "journal/frame.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

/// A segment in memory, 8-byte aligned as in a mapping.
struct Segment {
  std::vector<std::uint64_t> words;
  std::size_t size = 0;  // bytes that count
  [[nodiscard]] std::uint8_t* base() { return reinterpret_cast<std::uint8_t*>(words.data()); }
};

Segment load(const fs::path& path) {
  const auto bytes = read_bytes(path);
  Segment s;
  s.size = bytes.size() / 8 * 8;
  s.words.resize(bytes.size() / 8 + 1);
  std::memcpy(s.base(), bytes.data(), bytes.size());
  return s;
}

/// Of lane inputs 1, 2, 3 ...; else rising, and a leap over half of all numbers is left to the careful half.
bool in_order(Lane lane, Seq before, Seq seq) {
  return lane == Lane::kInputs ? seq == before + 1 : seq >= before && seq - before <= static_cast<Seq>(std::numeric_limits<std::int64_t>::max());
}

/// Where the careful decoder stops, and how many frames it took.
std::pair<GoodFrames::Place, std::size_t> careful(Segment& s, GoodFrames::Place at, Lane lane) {
  std::size_t frames = 0;
  for (FrameView view;; ++frames) {
    const FrameResult r = decode_frame(s.base(), s.size, at.offset, at.chain, lane, view);
    if (r.what != Decoded::kFrame || !in_order(lane, at.seq, r.seq)) return {at, frames};
    at = {at.offset + r.bytes, r.crc, r.seq};
  }
}

/// The first frame, and the place behind it: where a scan begins to be quick.
GoodFrames::Place behind_first(Segment& s, Lane lane) {
  FrameView view;
  const FrameResult r = decode_frame(s.base(), s.size, kSegmentHeader_bytes, 0, lane, view);
  EXPECT_EQ(r.what, Decoded::kFrame) << r.why;
  return {kSegmentHeader_bytes + r.bytes, r.crc, r.seq};
}

void expect_same(Segment& s, Lane lane, std::mt19937_64& random, const std::string& what) {
  const GoodFrames::Place start = behind_first(s, lane);
  const auto [end, frames] = careful(s, start, lane);
  GoodFrames quick(s.base(), s.size, start, lane, number_at<std::uint64_t>(s.base() + kSegmentHeader_bytes));
  std::size_t went = 0;
  for (;;) {
    const std::size_t before = quick.offset();
    std::size_t step = 0;
    if (random() % 3 != 0 && quick.three()) step = 3;
    else if (quick.one()) step = 1;
    else break;
    went += step;
    ASSERT_EQ(quick.offset() - before, step * quick.kind().bytes) << what;
    ASSERT_EQ(quick.kind().word, number_at<std::uint64_t>(s.base() + before)) << what;
  }
  ASSERT_EQ(quick.offset(), end.offset) << what;
  ASSERT_EQ(went, frames) << what;
  ASSERT_FALSE(quick.three()) << what;
  ASSERT_EQ(quick.offset(), end.offset) << what << ": a refused step moved";
}

/// Random events, in stretches of one type and one length, so that both steps have work.
void write_stretches(const fs::path& dir, std::uint64_t seed, Lane lane) {
  auto writer = must(JournalWriter::create(dir, test_manifest(), small_segments(1 << 20)));
  EventMaker maker(seed, true);
  for (int i = 0; i < 60; ++i) {
    ModelEvent e = maker.make(lane);
    for (std::uint64_t n = maker() % 9 + 1; n > 0; --n) {
      append(writer->lane(lane), e);
      if (n > 1) e.seq = maker.make(lane).seq;
    }
  }
  must(writer->close());
}

TEST(GoodFrames, GoesExactlyAsFarAsTheCarefulDecoder) {
  const std::uint64_t seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937_64 random(seed);
  std::size_t stopped_early = 0;
  for (const Lane lane : kAllLanes) {
    TempDir tmp;
    write_stretches(tmp / "j", random(), lane);
    const Segment whole = load(segment_path(tmp / "j", lane, 1));
    {
      Segment s = whole;
      expect_same(s, lane, random, "whole, seed " + std::to_string(seed));
      ASSERT_GT(careful(s, behind_first(s, lane), lane).second, 100u);
    }
    std::vector<std::size_t> starts;  // of the frames
    {
      Segment s = whole;
      for (std::size_t at = kSegmentHeader_bytes; at < s.size; at += kFrameHeader_bytes + number_at<std::uint32_t>(s.base() + at)) starts.push_back(at);
    }
    for (int i = 0; i < 1500; ++i) {
      Segment s = whole;
      const std::size_t which = 1 + random() % (starts.size() - 1);
      std::uint8_t* frame = s.base() + starts[which];
      const std::string what = "lane " + std::to_string(static_cast<int>(lane)) + ", case " + std::to_string(i) + ", seed " + std::to_string(seed);
      FrameHeader header;
      std::memcpy(&header, frame, sizeof header);
      switch (random() % 5) {
        case 0:  // any bit of the frame
          frame[random() % (kFrameHeader_bytes + header.length)] ^= static_cast<std::uint8_t>(1u << random() % 8);
          break;
        case 1:  // a bit of the header or the pointers, and a CRC that is right again
          frame[random() % (kFrameHeader_bytes + 8)] ^= static_cast<std::uint8_t>(1u << random() % 8);
          std::memcpy(&header, frame, sizeof header);
          if (header.length > s.size - starts[which] - kFrameHeader_bytes) break;
          header.crc = frame_crc(number_at<std::uint32_t>(s.base() + starts[which - 1] + 8), header, frame + kFrameHeader_bytes);
          std::memcpy(frame + 8, &header.crc, 4);
          break;
        case 2:  // another seq, with the right CRC
          header.seq += random() % 5 - 2;
          header.crc = frame_crc(number_at<std::uint32_t>(s.base() + starts[which - 1] + 8), header, frame + kFrameHeader_bytes);
          std::memcpy(frame, &header, sizeof header);
          break;
        case 3:  // not committed
          std::memset(frame, 0, 4);
          break;
        default:  // cut off inside
          s.size = starts[which] + random() % (kFrameHeader_bytes + header.length) / 8 * 8;
      }
      expect_same(s, lane, random, what);
      if (::testing::Test::HasFatalFailure()) return;
      stopped_early += careful(s, behind_first(s, lane), lane).first.offset < starts.back();
    }
  }
  EXPECT_GT(stopped_early, 5000u) << "the damage was found";
}

}  // namespace
}  // namespace omega::journal
