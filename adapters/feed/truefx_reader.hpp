// What:     TrueFX ticks: PAIR,YYYYMMDD HH:MM:SS.mmm,bid,ask as the vendor sends them, or timestamp,bid,ask with a header.
// Owner:    pure functions.   Threads: any.   Errors: see reader.hpp.
// Names:    of the second layout the symbol is the first part of the file name (usdjpy-ticks.csv) or --symbol.
// Times:    UTC; an offset in the row is the row's own word.   Traps: spreads of 7 pips around holidays are real.
#pragma once

#include "adapters/feed/reader.hpp"

namespace omega::feed {

[[nodiscard]] Status read_truefx(ByteSource& bytes, Reader& reader);

}  // namespace omega::feed
