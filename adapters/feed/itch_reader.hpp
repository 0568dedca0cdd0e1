// What:     NASDAQ TotalView-ITCH 5.0 files (2-byte big-endian length before each message) to books and trades: orders are followed from
//           entry to end and summed up by price level.
// Owner:    the reader.   Threads: one.   Errors: see reader.hpp.
// Source:   NASDAQ TotalView-ITCH 5.0 specification: message layouts; prices are dollars x 10000, times ns since midnight in New York.
// Names:    the file name states the day, YYYYMMDD or, as NASDAQ names its own, MMDDYYYY.
// Rules:    of the instruments in the table, or of --symbol alone. The best kItchLevels levels of a side are journaled: a level that leaves them
//           is removed, one that enters them is set. Every message is one update. Executions (E, C that print) are trades against the
//           resting order's side; P (hidden orders) and Q (auctions) are trades without an aggressor, since the file hides it. A halt
//           (H, not in state T) makes the next state a whole book with kGap.
// Traps:    a file that starts in mid-session names orders it never entered: they are counted, and the book is that of the orders entered
//           since; an execution of such an order has no price and is no trade.
#pragma once

#include "adapters/feed/level_book.hpp"
#include "adapters/feed/reader.hpp"

namespace omega::feed {

inline constexpr std::size_t kItchLevels = LevelBook::kLevels;

[[nodiscard]] std::optional<TimeNs> itch_date(std::string_view member) noexcept;
[[nodiscard]] Status read_itch(ByteSource& bytes, Reader& reader);

}  // namespace omega::feed
