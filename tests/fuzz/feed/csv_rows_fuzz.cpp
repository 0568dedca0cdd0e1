// libFuzzer entry (configure with OMEGA_FUZZ and clang): the first byte picks the decoder.
#include "tests/fuzz/feed/fuzz_body.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  switch (data[0] % 9) {
    case 0: omega::feed::fuzz::histdata(data + 1, size - 1); break;
    case 1: omega::feed::fuzz::csv(data + 1, size - 1); break;
    case 2: omega::feed::fuzz::lean(data + 1, size - 1); break;
    case 3: omega::feed::fuzz::truefx(data + 1, size - 1); break;
    case 4: omega::feed::fuzz::bi5(data + 1, size - 1); break;
    case 5: omega::feed::fuzz::itch(data + 1, size - 1); break;
    case 7: omega::feed::fuzz::bitstamp(data + 1, size - 1); break;
    case 8: omega::feed::fuzz::bitfinex(data + 1, size - 1); break;
    default: omega::feed::fuzz::lobster(data + 1, size - 1); break;
  }
  return 0;
}
