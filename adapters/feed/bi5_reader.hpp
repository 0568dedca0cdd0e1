// What:     Dukascopy's hourly tick files: 20-byte records, big-endian: u32 ms of the hour, u32 ask, u32 bid, f32 ask size, f32 bid
//           size. The container (LZMA without a header) is taken off by the archive reader.
// Owner:    pure functions.   Threads: any.   Errors: see reader.hpp.
// Names:    .../SYMBOL/YYYY/MM/DD/HHh_ticks.bi5 states symbol, day and hour; MM counts from 00 (2012/11/03 is 3 December).
// Traps:    prices are whole points: 1/1000 where the instrument's tick is 0.001 or more (yen, metals, oil), else 1/100000; sizes are
//           millions of base units, kept to the whole unit; an empty file is an hour without ticks; a line number is a record's.
#pragma once

#include <filesystem>

#include "adapters/feed/reader.hpp"

namespace omega::feed {

struct Bi5Name {
  std::string symbol;
  TimeNs hour = 0;  // UTC
};
[[nodiscard]] Result<Bi5Name> parse_bi5_path(const std::filesystem::path& path);
[[nodiscard]] Status read_bi5(ByteSource& bytes, Reader& reader, const std::filesystem::path& path);

}  // namespace omega::feed
