#include "journal/watermark.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "journal/crash_point.hpp"

namespace omega::journal {

Result<WatermarkState> decode_watermark(const std::uint8_t* bytes, std::size_t size, Lane lane, const std::string& path) {
  WatermarkState state;
  std::array<WatermarkSlot, 2> slots;
  std::array<std::string, 2> why;
  for (int i = 0; i < 2; ++i) {
    const std::size_t at = static_cast<std::size_t>(i) * sizeof(WatermarkSlot);
    if (at + sizeof(WatermarkSlot) > size) {
      why[static_cast<std::size_t>(i)] = "cut short";
      continue;
    }
    std::memcpy(&slots[static_cast<std::size_t>(i)], bytes + at, sizeof(WatermarkSlot));
    why[static_cast<std::size_t>(i)] = check_watermark_slot(slots[static_cast<std::size_t>(i)], lane);
  }
  if (!why[0].empty() && !why[1].empty())
    return Error{ErrorKind::kData, fmt::format("{}: both copies of the watermark are bad ({}; {}); run omega journal check",
                                               path, why[0], why[1])};
  state.damaged_copies = (why[0].empty() ? 0 : 1) + (why[1].empty() ? 0 : 1);
  std::size_t best = why[0].empty() ? 0 : 1;
  if (why[0].empty() && why[1].empty() && slots[1].generation > slots[0].generation) best = 1;
  if (state.damaged_copies == 1) state.why = fmt::format("copy {}: {}", 1 - best, why[1 - best]);
  const WatermarkSlot& s = slots[best];
  state.at = {s.segment, s.offset, s.seq, s.chain_crc, 0};
  state.generation = s.generation;
  // The copy that is not the newest good one is overwritten first.
  state.next_slot = 1 - static_cast<int>(best);
  return state;
}

Result<bool> watermark_begun(const std::filesystem::path& lane_dir) {
  const auto path = lane_dir / kWatermarkFile;
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) {
    if (ec) return system_error("look at", path, ec.value());
    return false;
  }
  std::array<std::uint8_t, kWatermark_bytes> bytes{};
  // A failed read is no answer: to take it for "begun" would make damage of a file that a second read finds empty.
  Result<Fd> fd = open_file(path, O_RDONLY);
  if (!fd) return fd.error();
  Result<std::size_t> n = read_some(fd.value(), bytes.data(), bytes.size(), 0, path);
  if (!n) return n.error();
  return n.value() >= sizeof(WatermarkSlot) && std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; });
}

Result<WatermarkState> read_watermark(const std::filesystem::path& lane_dir, Lane lane) {
  const auto path = lane_dir / kWatermarkFile;
  Result<Fd> fd = open_file(path, O_RDONLY);
  if (!fd) {
    if (!std::filesystem::exists(path))
      return Error{ErrorKind::kData, fmt::format("{}: the lane's watermark is missing; run omega journal check", path.string())};
    return fd.error();
  }
  std::array<std::uint8_t, kWatermark_bytes> bytes{};
  Result<std::size_t> n = read_some(fd.value(), bytes.data(), bytes.size(), 0, path);
  if (!n) return n.error();
  return decode_watermark(bytes.data(), n.value(), lane, path.string());
}

Result<WatermarkWriter> WatermarkWriter::open(const std::filesystem::path& lane_dir, Lane lane, bool durable) {
  WatermarkWriter w;
  w.path_ = lane_dir / kWatermarkFile;
  w.lane_ = lane;
  w.durable_ = durable;
  const Result<bool> begun = watermark_begun(lane_dir);
  if (!begun) return begun.error();
  if (begun.value()) {
    Result<WatermarkState> state = read_watermark(lane_dir, lane);
    if (!state) return state.error();
    w.generation_ = state.value().generation;
    w.next_slot_ = state.value().next_slot;
  }
  Result<Fd> fd = open_file(w.path_, O_RDWR | O_CREAT);
  if (!fd) return fd.error();
  w.fd_ = std::move(fd).value();
  return w;
}

Status WatermarkWriter::advance(const LanePosition& at) {
  WatermarkSlot slot;
  slot.generation = ++generation_;
  slot.offset = at.offset;
  slot.seq = at.seq;
  slot.lane = static_cast<std::uint32_t>(lane_);
  slot.segment = at.segment;
  slot.chain_crc = at.crc;
  slot.slot_crc = header_crc(slot);
  for (int written = 0; written < 2; ++written) {
    const int which = written == 0 ? next_slot_ : 1 - next_slot_;
    if (Status s = write_all(fd_, &slot, sizeof slot, static_cast<std::uint64_t>(which) * sizeof slot, path_); !s) return s;
    OMEGA_CRASH_POINT(written == 0 ? "watermark.first_copy" : "watermark.second_copy");
    if (written == 0 && durable_)
      if (Status s = sync_data(fd_, path_); !s) return s;
  }
  next_slot_ = 1 - next_slot_;
  return Ok{};
}

}  // namespace omega::journal
