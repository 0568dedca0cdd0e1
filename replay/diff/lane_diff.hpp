// What:     The first record in which one lane of two journals differs. Bisection over the places where both lanes carry a
//           digest of all before - the CRC chain when the segments have one size, and the DigestCheckpoint of derived lanes -
//           then record by record over at most one interval.
// Owner:    pure function over two readers.   Threads: one. The journals may be in use.
// Errors:   damage in front of the first difference; a torn tail counts as the lane's end.
// Cost:     O(log n) probes, each of which reads at most one segment; lanes without a common digest are read whole.
#pragma once

#include <optional>

#include "engine/core/result.hpp"
#include "journal/event_json.hpp"
#include "journal/reader.hpp"

namespace omega::replay {

struct Parting {
  Lane lane = Lane::kInputs;
  Seq seq = 0;                 // of the earlier of the two records
  std::uint64_t position = 0;  // in the lane, from 1
  std::string a, b;            // as lines of JSON; empty: this journal has no such record
  std::string before;          // the last record that both have; empty: none
};

struct LaneDiff {
  Lane lane = Lane::kInputs;
  std::optional<Parting> parting;
  Seq compared_from = 0;      // > 0: the beginning of one side was pruned
  std::uint64_t probes = 0;   // digests held against each other
  std::uint64_t records = 0;  // read one by one
};

struct JournalSide {
  const journal::JournalReader& reader;
  const journal::NameTables& names;
};

/// REQUIRES that both journals have the lane.
[[nodiscard]] Result<LaneDiff> diff_lane(Lane lane, const JournalSide& a, const JournalSide& b);

}  // namespace omega::replay
