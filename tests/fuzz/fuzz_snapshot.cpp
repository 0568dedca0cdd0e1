// The snapshot decoder on any bytes: a reason, or a snapshot that is written again as the same bytes.
#include "tests/fuzz/fuzz_target.hpp"

#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "journal/snapshot.hpp"

namespace omega::fuzz {

void snapshot(const std::uint8_t* data, std::size_t size) {
  using namespace journal;
  if (size < 1) return;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((data[0] & 1) != 0) {  // a right head around any body, so that the fuzzer gets past it
    std::string whole = encode_snapshot({});
    const std::uint64_t body_bytes = bytes.size();
    std::memcpy(whole.data() + 16, &body_bytes, 8);
    const std::uint64_t digest = XXH3_64bits_withSeed(bytes.data(), bytes.size(), XXH3_64bits(whole.data(), 24));
    std::memcpy(whole.data() + 24, &digest, 8);
    bytes = whole.substr(0, 32) + bytes;
  }
  const Result<Snapshot> read = decode_snapshot(bytes);
  if (!read.ok()) {
    OMEGA_REQUIRE(!read.error().message.empty(), size, 0);
    return;
  }
  OMEGA_REQUIRE(encode_snapshot(read.value()) == bytes, size, 0);
}

}  // namespace omega::fuzz
