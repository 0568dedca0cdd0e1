// The manifest's decoder on any text: an error, or a document that all helpers can use and that survives a round trip.
#include "tests/fuzz/fuzz_target.hpp"

#include "journal/manifest.hpp"

namespace omega::fuzz {

void manifest(const std::uint8_t* data, std::size_t size) {
  using namespace journal;
  if (size < 1) return;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((data[0] & 1) != 0) {  // give it a right check, so that the fuzzer gets past it
    Manifest m;
    m.doc = nlohmann::json::parse(text, nullptr, false);
    if (m.doc.is_object()) text = m.text();
  }
  const Result<Manifest> parsed = Manifest::parse(text, "fuzz");
  if (!parsed.ok()) {
    OMEGA_REQUIRE(!parsed.error().message.empty(), size, 0);
    return;
  }
  const Manifest& m = parsed.value();
  (void)m.state();
  (void)m.segment_bytes();
  (void)m.symbols();
  for (std::size_t i = 0; i < kLaneCount; ++i) (void)m.lane_end(static_cast<Lane>(i));
  const Result<Manifest> again = Manifest::parse(m.text(), "fuzz");
  OMEGA_REQUIRE(again.ok(), size, 0);
}

}  // namespace omega::fuzz
