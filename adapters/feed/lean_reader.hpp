// What:     QuantConnect LEAN minute and tick files: one zip (or csv) per symbol and day.
//           minute quote: ms,bidO,bidH,bidL,bidC,bidSz,askO,askH,askL,askC,askSz · minute trade: ms,O,H,L,C,V · tick quote: ms,bid,ask
// Owner:    pure functions.   Threads: any.   Errors: see reader.hpp.
// Names:    the member YYYYMMDD_symbol_resolution_kind.csv states date, symbol and layout; the symbol may also come from the
//           folder or --symbol. ms counts from the file zone's midnight and may have a fraction.
// Traps:    FXCM files are UTC-5 the whole year, OANDA and Coinbase files are UTC; quote sizes are not traded volume.
#pragma once

#include "adapters/feed/reader.hpp"

namespace omega::feed {

struct LeanName {
  enum class Layout : std::uint8_t { kMinuteQuote, kMinuteTrade, kTickQuote };
  TimeNs date = 0;  // local midnight
  std::string symbol;
  Layout layout = Layout::kMinuteQuote;
};

[[nodiscard]] Result<LeanName> parse_lean_name(const Reader& reader);
[[nodiscard]] Status read_lean(ByteSource& bytes, Reader& reader);

}  // namespace omega::feed
