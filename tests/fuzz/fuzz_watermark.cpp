// The watermark's decoder on any bytes: an error, or a state that follows from at least one whole copy.
#include "tests/fuzz/fuzz_target.hpp"

#include <vector>

#include "journal/watermark.hpp"

namespace omega::fuzz {

void watermark(const std::uint8_t* data, std::size_t size) {
  using namespace journal;
  if (size < 1) return;
  std::vector<std::uint8_t> bytes(data + 1, data + size);
  for (std::size_t slot = 0; slot < 2; ++slot) {
    const std::size_t at = slot * sizeof(WatermarkSlot);
    if ((data[0] >> slot & 1) == 0 || bytes.size() < at + sizeof(WatermarkSlot)) continue;
    WatermarkSlot s;
    std::memcpy(&s, bytes.data() + at, sizeof s);
    s.slot_crc = header_crc(s);
    std::memcpy(bytes.data() + at, &s, sizeof s);
  }
  const Result<WatermarkState> state = decode_watermark(bytes.data(), bytes.size(), Lane::kRisk, "fuzz");
  if (!state.ok()) return;
  OMEGA_REQUIRE(bytes.size() >= sizeof(WatermarkSlot), bytes.size(), 0);
  OMEGA_REQUIRE(state.value().damaged_copies <= 1, state.value().damaged_copies, 0);
  OMEGA_REQUIRE((state.value().damaged_copies == 1) == !state.value().why.empty(), 0, 0);
}

}  // namespace omega::fuzz
