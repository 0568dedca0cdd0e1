// What:     CRC32C (Castagnoli) by the SSE4.2 instruction, over 8-byte words.
// Owner:    pure functions.   Threads: any.
// Units:    lengths in bytes, multiples of 4; every structure of the journal is.
// Source:   RFC 3720 appendix B.4 (polynomial 0x1EDC6F41, initial value and final xor 0xffffffff).
#pragma once

#include <nmmintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/core/assert.hpp"

namespace omega::journal {

/// CRC of the bytes so far, continued: crc32c(crc32c(0, a), b) == crc32c(0, ab).
[[nodiscard]] inline std::uint32_t crc32c(std::uint32_t crc, const void* data, std::size_t bytes) noexcept {
  OMEGA_ASSERT(bytes % 4 == 0, bytes, 0);
  const auto* p = static_cast<const std::uint8_t*>(data);
  std::uint64_t state = ~crc;
  for (; bytes >= 8; bytes -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    state = _mm_crc32_u64(state, word);
  }
  if (bytes == 4) {
    std::uint32_t half;
    std::memcpy(&half, p, 4);
    state = _mm_crc32_u32(static_cast<std::uint32_t>(state), half);
  }
  return ~static_cast<std::uint32_t>(state);
}

}  // namespace omega::journal
