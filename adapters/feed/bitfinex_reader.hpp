// What:     Recordings of Bitfinex's raw books (channel "book", precision R0: single orders) to books: one JSON array of websocket frames.
// Owner:    the reader.   Threads: one.   Errors: see reader.hpp; usage (2) without --start and --frame-step, data (3) for a book of another
//           precision, whose rows have other columns.
// Source:   Bitfinex websocket API v2: [channel, [order, price, amount]], price 0: gone, amount below 0: an ask; a frame of many rows is the
//           whole book; "hb" is a sign of life.
// Times:    the frames carry none, and none is guessed: frame n of the file, counted from 0, is at --start + n x --frame-step, whatever it
//           holds. That is order, not time: rates, durations and bars made of it mean no more than the two options; the import's table
//           and the feed's line in every report of a run say MODELLED_TIME.
// Rules:    of the book see level_book.hpp; every frame is one update. A second whole book of a channel is a gap. A crossed state is counted and
//           journaled. The subscription names the symbol; --symbol names another. A line number is a frame's, counted from 1.
// Traps:    the venue sends the best 25 (or 100, or 250) orders of a side: what lies behind is not known. The book has no trades.
//           What a rejected frame would have changed is lost: the book is off by it until the order's next change or a whole book.
// Memory:   the orders that are there, and one frame.
#pragma once

#include "adapters/feed/order_table.hpp"
#include "adapters/feed/reader.hpp"

namespace omega::feed {

[[nodiscard]] Status read_bitfinex(ByteSource& bytes, Reader& reader);

}  // namespace omega::feed
