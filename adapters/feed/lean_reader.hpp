// What:     QuantConnect LEAN minute and tick files: one zip (or csv) per symbol and day.
//           minute quote: ms,bidO,bidH,bidL,bidC,bidSz,askO,askH,askL,askC,askSz · minute trade: ms,O,H,L,C,V · tick quote: ms,bid,ask
//           of shares, prices x 10000: Quote_Tick: ms,bid,size,ask,size,exchange,condition,suspicious, one side a row and the other 0 ·
//           Trade_Tick: ms,price,size,exchange,condition,suspicious
// Owner:    pure functions.   Threads: any.   Errors: see reader.hpp.
// Names:    the member YYYYMMDD_symbol_resolution_kind.csv states date, symbol and layout; the symbol may also come from the
//           folder or --symbol. ms counts from the file zone's midnight and may have a fraction.
// Traps:    FXCM files are UTC-5 the whole year, OANDA and Coinbase files are UTC, shares are New York's; quote sizes are not traded
//           volume; the sides of a share's quote come from different exchanges (the consolidated best), a row states one: the other keeps
//           its last value, and a bid row with the ask row of the same millisecond behind it is one quote.
#pragma once

#include "adapters/feed/reader.hpp"

namespace omega::feed {

struct LeanName {
  enum class Layout : std::uint8_t { kMinuteQuote, kMinuteTrade, kTickQuote, kEquityTickQuote, kEquityTickTrade };
  TimeNs date = 0;  // local midnight
  std::string symbol;
  Layout layout = Layout::kMinuteQuote;
};

[[nodiscard]] Result<LeanName> parse_lean_name(const Reader& reader);
[[nodiscard]] Status read_lean(ByteSource& bytes, Reader& reader);

}  // namespace omega::feed
