// What:     One body, two uses: the committed corpus is replayed by every test run, and -DOMEGA_FUZZ=ON (clang) makes
//           a libFuzzer program of the same body.
// Owner:    each fuzz_*.cpp defines fuzz_one() for its decoder.
// Errors:   a body aborts when the decoder breaks a promise; the sanitizers find the rest.
#pragma once

#include <cstddef>
#include <cstdint>

namespace omega::fuzz {
void frame(const std::uint8_t* data, std::size_t size);
void segment(const std::uint8_t* data, std::size_t size);
void manifest(const std::uint8_t* data, std::size_t size);
void watermark(const std::uint8_t* data, std::size_t size);
void snapshot(const std::uint8_t* data, std::size_t size);
}  // namespace omega::fuzz

#ifdef OMEGA_FUZZ_TARGET
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  omega::fuzz::OMEGA_FUZZ_TARGET(data, size);
  return 0;
}
#endif
