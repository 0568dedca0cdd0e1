// A cursor over any bytes as the only segment of a lane: it must end or report damage, and give out frames in order.
// First byte: bit 0 at rest, bit 1 make the header's CRC right.
#include "tests/fuzz/fuzz_target.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "journal/lane_files.hpp"
#include "journal/reader.hpp"

namespace omega::fuzz {

namespace {

namespace fs = std::filesystem;

/// One directory per process, in memory where there is such a thing.
struct Scratch {
  fs::path dir;
  Scratch() {
    std::error_code ec;
    std::string name = ((fs::exists("/dev/shm", ec) ? fs::path("/dev/shm") : fs::temp_directory_path()) / "omega_fuzz_XXXXXX").string();
    OMEGA_REQUIRE(::mkdtemp(name.data()) != nullptr, 0, 0);
    dir = name;
  }
  ~Scratch() {
    std::error_code ec;
    fs::remove_all(dir, ec);
  }
};

}  // namespace

void segment(const std::uint8_t* data, std::size_t size) {
  using namespace journal;
  static const Scratch scratch;
  if (size < 1) return;
  std::vector<std::uint8_t> bytes(data + 1, data + size);
  if ((data[0] & 2) != 0 && bytes.size() >= sizeof(SegmentHeader)) {
    SegmentHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    header.header_crc = header_crc(header);
    std::memcpy(bytes.data(), &header, sizeof header);
  }
  const fs::path path = scratch.dir / "00000001.seg";
  {
    Result<Fd> fd = open_file(path, O_RDWR | O_CREAT | O_TRUNC);
    OMEGA_REQUIRE(fd.ok() && write_all(fd.value(), bytes.data(), bytes.size(), 0, path).ok(), bytes.size(), 0);
  }
  auto files = std::make_shared<LaneFiles>();
  files->dir = scratch.dir;
  files->lane = Lane::kInputs;
  files->at_rest = (data[0] & 1) != 0;
  files->segment_bytes = 4096;
  files->segments = 1;
  files->end = LaneEnd{1, bytes.size(), 1, 1, 0};
  LaneCursor cursor(files);
  FrameView view;
  Seq last = 0;
  while (cursor.next(view)) {
    OMEGA_REQUIRE(view.seq == last + 1, view.seq, last);
    last = view.seq;
  }
  OMEGA_REQUIRE(!files->at_rest || cursor.ended() || cursor.error().has_value(), last, bytes.size());
  OMEGA_REQUIRE(cursor.error().has_value() == cursor.damage().has_value(), last, 0);
  if (cursor.seek(last)) OMEGA_REQUIRE(cursor.next(view) && view.seq == last, view.seq, last);
}

}  // namespace omega::fuzz
