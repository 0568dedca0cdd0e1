// What:     A recorded life of every order of Bitstamp, to books and trades: the venue's own stream (lines `local_ms event {json}`) or the csv
//           of orders made of it (id,timestamp,exchange.timestamp,price,volume,action,direction). The first row tells which.
// Owner:    the reader.   Threads: one.   Errors: see reader.hpp; usage (2) without --symbol, which neither file states.
// Source:   Bitstamp's live_orders, live_trades and order_book channels as recorded in 2015; ob-analytics' orders.csv.
// Times:    the recorder's milliseconds, UTC. The venue's own have whole seconds and, after an entry, name the order's beginning.
// Rules:    of the book see level_book.hpp; every row about an order is one update. A changed order may have another price: so it is with
//           market orders, which eat their way through the book. A crossed state is counted and journaled: the venue tells of an entry
//           before it tells of the trades.
// Trades:   the stream records them, without a side: fill_matcher.hpp finds it. The csv has none: each pair of fills that match is one.
// Traps:    orders entered before the file begins are not in the book, and what becomes of them is counted (older_order); an end may come
//           before its entry (late_order) and may come twice (ended_order). The stream's order_book lines, 20 levels whole, are another channel
//           with another delay: they are passed over. The csv's volumes are up to 1e-8 too small (4,066 of 50,414 in the one that is known). A stream and the csv of it are one book: import one of them.
// Memory:   the orders that are there, and the numbers of those that ended.
#pragma once

#include "adapters/feed/order_table.hpp"
#include "adapters/feed/reader.hpp"

namespace omega::feed {

struct BitstampRow {
  enum class Kind : std::uint8_t { kCreated, kChanged, kDeleted, kTrade, kNothing };
  Kind kind = Kind::kNothing;
  TimeNs ts = 0;
  std::uint64_t number = 0;  // of the order; of a trade its own
  RestingOrder order;        // of a trade only price and size
};

/// One line of the stream or row of the csv; nullopt when it was read. rounded counts numbers finer than the scale.
[[nodiscard]] std::optional<RowKind> parse_bitstamp_line(std::string_view text, BitstampRow& out, std::uint64_t& rounded);
[[nodiscard]] std::optional<RowKind> parse_bitstamp_csv(std::string_view text, BitstampRow& out, std::uint64_t& rounded);
inline constexpr std::string_view kBitstampCsvHeader = "id,timestamp,exchange.timestamp,price,volume,action,direction";

[[nodiscard]] Status read_bitstamp(ByteSource& bytes, Reader& reader);

}  // namespace omega::feed
