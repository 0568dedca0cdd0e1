// What a reader refuses at the door, and what it says: one line with what, where and what to do.
#include "journal/file.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal {
namespace {

using namespace testing;

std::string refusal(const fs::path& dir) {
  const auto reader = JournalReader::open(dir);
  if (reader.ok()) return "opened";
  EXPECT_EQ(reader.error().message.find('\n'), std::string::npos) << "one line";
  return reader.error().message;
}

std::string first_error(const fs::path& dir, Lane lane) {
  auto reader = must(JournalReader::open(dir));
  LaneCursor cursor = reader->lane(lane);
  FrameView view;
  while (cursor.next(view)) {}
  return cursor.error() ? cursor.error()->message : "";
}

/// Changes one field of the manifest behind the journal's back, with a correct check.
template <class Change>
void change_manifest(const fs::path& dir, Change change) {
  Manifest m = must(Manifest::read(dir));
  change(m.doc);
  must(m.write(dir, false));
}

TEST(Reader, RefusesWhatIsNoJournal) {
  TempDir tmp;
  EXPECT_NE(refusal(tmp / "nowhere").find("no such directory"), std::string::npos);
  fs::create_directory(tmp / "empty");
  EXPECT_NE(refusal(tmp / "empty").find("not a journal"), std::string::npos);
  write_bytes(tmp / "file", {1, 2, 3});
  EXPECT_NE(refusal(tmp / "file").find("not a directory"), std::string::npos);
  fs::create_directory(tmp / "foreign");
  for (const std::string text : {"", "{}", "[1,2]", "not json", "{\"format\":\"other\"}"}) {
    write_bytes(tmp / "foreign" / "manifest.json", {text.begin(), text.end()});
    EXPECT_NE(refusal(tmp / "foreign").find("manifest"), std::string::npos) << text;
  }
}

TEST(Reader, RefusesANewerJournalNamingBothVersions) {
  for (const char* key : {"schema_version", "format_version"}) {
    TempDir tmp;
    write_journal(tmp / "j", 1, 5, true);
    change_manifest(tmp / "j", [key](nlohmann::json& doc) { doc[key] = 7; });
    const std::string message = refusal(tmp / "j");
    EXPECT_NE(message.find(" 7"), std::string::npos) << message;
    EXPECT_NE(message.find("this program knows format 1 and schema 2"), std::string::npos) << message;
  }
}

TEST(Reader, ATextEditedManifestIsNoticed) {
  TempDir tmp;
  write_journal(tmp / "j", 1, 5, true);
  auto bytes = read_bytes(tmp / "j" / "manifest.json");
  std::string text(bytes.begin(), bytes.end());
  const auto at = text.find("\"frames\": 5");
  ASSERT_NE(at, std::string::npos);
  text[at + 10] = '4';
  write_bytes(tmp / "j" / "manifest.json", {text.begin(), text.end()});
  EXPECT_NE(refusal(tmp / "j").find("check does not match"), std::string::npos);
}

TEST(Reader, EveryBitFlipOfTheManifestIsRefusedOrChangesNothing) {
  TempDir tmp;
  const Manifest good = test_manifest();
  const std::string text = good.text();
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto parsed = Manifest::parse(flipped, "m");
    if (!parsed.ok()) continue;
    nlohmann::json doc = parsed.value().doc;
    doc.erase("check");
    ASSERT_EQ(doc, good.doc) << "bit " << bit;
  }
}

/// Rewrites a segment header field and its CRC, as a foreign or newer writer would have.
template <class Change>
void change_header(const fs::path& dir, std::uint32_t number, Change change, bool fix_crc = true) {
  const fs::path path = segment_path(dir, Lane::kInputs, number);
  auto bytes = read_bytes(path);
  SegmentHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  change(header);
  if (fix_crc) header.header_crc = header_crc(header);
  std::memcpy(bytes.data(), &header, sizeof header);
  write_bytes(path, bytes);
}

TEST(Reader, RefusesForeignSegmentsByTheirHeader) {
  const auto refused = [](auto change, const char* says, bool fix_crc = true) {
    TempDir tmp;
    write_journal(tmp / "j", 1, 5, true);
    change_header(tmp / "j", 1, change, fix_crc);
    const std::string message = first_error(tmp / "j", Lane::kInputs);
    EXPECT_NE(message.find(says), std::string::npos) << message;
    EXPECT_NE(message.find("lane inputs, segment 00000001.seg, offset 0"), std::string::npos) << message;
    EXPECT_EQ(must(check(tmp / "j")).worst(), Verdict::kCorrupt);
  };
  refused([](SegmentHeader& h) { h.magic = 0x0a1a0a0d474e5089; }, "wrong magic");
  refused([](SegmentHeader& h) { h.endian_mark = kEndianMark_swapped; }, "big-endian");
  refused([](SegmentHeader& h) { h.endian_mark = 5; }, "byte-order mark");
  refused([](SegmentHeader& h) { h.format_version = 9; }, "format version 9 is newer than this program's 1");
  refused([](SegmentHeader& h) { h.schema_version = 9; }, "schema version 9 is newer than this program's 2");
  refused([](SegmentHeader& h) { h.schema_version = 9; }, "CRC mismatch", false);
  refused([](SegmentHeader& h) { h.lane = 3; }, "segment of lane risk");
  refused([](SegmentHeader& h) { h.lane = 77; }, "unknown lane");
  refused([](SegmentHeader& h) { h.number = 2; }, "segment number 2 inside");
  refused([](SegmentHeader& h) { h.segment_bytes = 4097; }, "impossible segment size");
  refused([](SegmentHeader& h) { h.segment_bytes = 8192; }, "8192 in its header and 4096 in the manifest");
  refused([](SegmentHeader& h) { h.reserved[1] = 1; }, "reserved");
  refused([](SegmentHeader& h) { h.chain_crc = 1; }, "does not continue");
  refused([](SegmentHeader& h) { h.frames_before = 1; }, "does not continue");
}

/// Rewrites the only frame of a journal and its CRC, then the lane's end is whatever it is: the frame comes first.
template <class Change>
std::string with_frame(Change change) {
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments()));
  const FeatureVectorHead head{.ts = 5};
  const std::vector<double> values{1, 2, 3};
  writer->lane(Lane::kFeatures).append(EventType::kFeatureVector, 9, &head, sizeof head, values);
  must(writer->close());
  const fs::path path = segment_path(tmp / "j", Lane::kFeatures, 1);
  auto bytes = read_bytes(path);
  FrameHeader frame;
  std::uint8_t* p = bytes.data() + kSegmentHeader_bytes;
  std::memcpy(&frame, p, sizeof frame);
  change(frame, p + sizeof frame);
  frame.crc = frame_crc(0, frame, p + sizeof frame);
  std::memcpy(p, &frame, sizeof frame);
  write_bytes(path, bytes);
  return first_error(tmp / "j", Lane::kFeatures);
}

TEST(Reader, BelievesNoFrameThatOnlyItsCrcVouchesFor) {
  const auto says = [](auto change, const char* text) {
    const std::string message = with_frame(change);
    EXPECT_NE(message.find(text), std::string::npos) << message;
    EXPECT_NE(message.find("offset 64"), std::string::npos) << message;
  };
  says([](FrameHeader& h, std::uint8_t*) { h.type = 47; }, "unknown event type");
  says([](FrameHeader& h, std::uint8_t*) { h.type = 1; }, "does not belong to this lane");
  says([](FrameHeader& h, std::uint8_t*) { h.type = 96; }, "root pointer");
  says([](FrameHeader& h, std::uint8_t*) { h.schema_version = 3; }, "schema version");
  says([](FrameHeader& h, std::uint8_t*) { h.schema_version = 0; }, "schema version");
  says([](FrameHeader& h, std::uint8_t*) { h.flags = 1; }, "unknown flags");
  says([](FrameHeader& h, std::uint8_t*) { h.seq = 8; }, "the segment's header says 9");
  says([](FrameHeader& h, std::uint8_t*) { h.type = kLaneEnd; }, "end mark of a wrong size");
  says([](FrameHeader& h, std::uint8_t*) { h.length -= 8; }, "list pointer does not match");
  says([](FrameHeader& h, std::uint8_t*) { h.length = 80; }, "length is not that of the type");
  says([](FrameHeader&, std::uint8_t* body) { body[0] = 4; }, "root pointer");
  says([](FrameHeader&, std::uint8_t* body) { body[4] = 8; }, "root pointer");
  says([](FrameHeader&, std::uint8_t* body) { body[80] = 5; }, "list pointer");
  says([](FrameHeader&, std::uint8_t* body) { body[84] += 8; }, "list pointer");
}

TEST(Reader, CountsAndPeriodAreInTheInfo) {
  TempDir tmp;
  auto writer = must(JournalWriter::create(tmp / "j", test_manifest(), small_segments(1 << 20)));
  LaneAppender inputs(writer->lane(Lane::kInputs));
  LaneAppender risk(writer->lane(Lane::kRisk));
  for (Seq s = 1; s <= 2 * kDigestInterval_inputs; ++s) {
    inputs.append(s, Timer{.ts = static_cast<TimeNs>(s) * 10});
    if (s % 1000 == 0) risk.append(s, KillSwitchEvent{.ts = static_cast<TimeNs>(s) * 10});
    risk.end_of_input(s, static_cast<TimeNs>(s) * 10);
  }
  must(writer->close());
  const InfoReport report = must(info(tmp / "j"));
  EXPECT_FALSE(report.damage);
  ASSERT_EQ(report.lanes.size(), 2u);
  EXPECT_EQ(report.from_ts, 10);
  EXPECT_EQ(report.to_ts, static_cast<TimeNs>(2 * kDigestInterval_inputs) * 10);
  EXPECT_EQ(report.inputs_digest, inputs.digest());
  const LaneInfo& lane = report.lanes[1];
  EXPECT_EQ(lane.count_by_type.at(EventType::kKillSwitch), 2 * kDigestInterval_inputs / 1000);
  EXPECT_EQ(lane.checkpoints, 2u);
  EXPECT_EQ(lane.checkpoints_wrong, 0u);
  EXPECT_EQ(lane.digest, risk.digest());
  const LaneCheck clean = *must(check(tmp / "j")).lane(Lane::kRisk);
  EXPECT_EQ(lane.bytes, must(Manifest::read(tmp / "j")).lane_end(Lane::kRisk)->bytes);
  EXPECT_EQ(clean.frames, lane.frames);
}

}  // namespace
}  // namespace omega::journal
