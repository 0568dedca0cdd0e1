// What:     Which items of a series of times are in order: the longest increasing run (strict or not), so that one row
//           stamped far ahead counts as one fault instead of making every row after it late.
// Owner:    pure function.   Threads: any.
// Source:   patience sorting (Schensted 1961), O(n log n); a series already in order is answered in one pass.
// Ties:     of two swapped neighbours the earlier row is the one left out.
#pragma once

#include <vector>

#include "engine/core/types.hpp"

namespace omega::feed {

/// true at i: item i belongs to the run.
[[nodiscard]] std::vector<bool> longest_run(const std::vector<TimeNs>& times, bool strict);

}  // namespace omega::feed
