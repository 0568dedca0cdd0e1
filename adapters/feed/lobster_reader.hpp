// What:     LOBSTER days: a message file and an order book file of one symbol and day, row i of the book being the state after message
//           i, to one snapshot, then the changes between rows, and the trades. The two files may come in any order, zipped or not.
// Owner:    the import keeps the halves of a day until both were read.   Threads: one.
// Errors:   usage (2) for a name that is not LOBSTER's or a half whose other half is not among the files; rows are counted.
// Names:    TICKER_YYYY-MM-DD_start_end_message_LEVELS.csv and ..._orderbook_LEVELS.csv.
// Rules:    a level that leaves the window of the file is removed, one that enters it is set: the book is that of the file. Every change
//           of a message but the last carries kMore. Message types 4, 5 (hidden) and 6 (auction) are trades; the direction is the resting
//           order's, so the aggressor is the other one (none in an auction). After a halt (7), or a book row that cannot be read, the
//           next state is a whole book with kGap. A crossed row is counted and journaled, but no snapshot begins with it.
// Traps:    the LEVELS of the file are all there is: with 1 level nothing below the best is known. Many messages name orders entered
//           before the file begins. Empty levels are +-9999999999 with size 0.
// Units:    file prices are dollars x 10000, sizes shares, times seconds after midnight in New York.
#pragma once

#include <map>
#include <span>

#include "adapters/feed/book_writer.hpp"
#include "adapters/feed/reader.hpp"

namespace omega::feed {

inline constexpr std::size_t kLobsterLevels_max = BookLadder::kLevelsMax;

struct LobsterName {
  std::string ticker;
  TimeNs date = 0;         // local midnight
  bool messages = false;   // else the order book
  std::size_t levels = 0;
  std::string day;         // the same for both halves
};
[[nodiscard]] Result<LobsterName> parse_lobster_name(const std::string& member, const std::string& where);

struct LobsterMessage {
  DurationNs time = 0;     // since midnight
  Price price = 0;
  Qty size = 0;
  std::uint32_t line = 0;
  std::uint8_t type = 0;
  Direction direction = 0; // of the resting order
};

struct LobsterRow {
  std::uint32_t changes_end = 0;  // of this and all rows before it, in LobsterDay::changes
  bool readable = false;
};

struct LobsterDay {
  InstrumentId instrument = kNoInstrument;
  TimeNs date = 0;
  bool has_messages = false, has_book = false;
  std::uint32_t message_source = 0, book_source = 0;
  std::vector<LobsterMessage> messages;  // by line
  std::vector<LobsterRow> rows;          // row of line n at n - 1
  std::vector<LevelChange> changes;
};
using LobsterDays = std::map<std::string, LobsterDay>;

/// One half; source: its index in the import's list.
[[nodiscard]] Status read_lobster(ByteSource& bytes, Reader& reader, std::uint32_t source, LobsterDays& days);
/// Both halves are there.
[[nodiscard]] Status check_lobster(const LobsterDay& day, std::span<const SourceQuality> qualities);
[[nodiscard]] TickList join_lobster(const LobsterDay& day, const LocalClock& clock, std::span<SourceQuality> qualities);

}  // namespace omega::feed
