#include "engine/core/lane.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace omega {

std::uint64_t digest_step(std::uint64_t digest, EventType type, Seq seq, const void* body, std::size_t body_bytes,
                          std::span<const double> list) noexcept {
  const std::uint64_t head = seq * 0x9e3779b97f4a7c15ULL ^ static_cast<std::uint64_t>(type);
  std::uint64_t d = XXH3_64bits_withSeed(body, body_bytes, digest ^ head);
  if (!list.empty()) d = XXH3_64bits_withSeed(list.data(), list.size_bytes(), d);
  return d;
}

}  // namespace omega
