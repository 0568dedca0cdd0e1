#include "adapters/feed/longest_run.hpp"

#include <algorithm>

namespace omega::feed {

std::vector<bool> longest_run(const std::vector<TimeNs>& times, bool strict) {
  const auto breaks = [strict](TimeNs a, TimeNs b) { return strict ? b <= a : b < a; };
  if (std::adjacent_find(times.begin(), times.end(), breaks) == times.end()) return std::vector<bool>(times.size(), true);

  constexpr std::uint32_t kNobody = 0xffffffff;
  std::vector<std::uint32_t> tail;                              // tail[k]: last item of the best run of length k + 1
  std::vector<std::uint32_t> before(times.size(), kNobody);     // the item before i in its run
  for (std::uint32_t i = 0; i < times.size(); ++i) {
    const auto place = strict ? std::lower_bound(tail.begin(), tail.end(), times[i],
                                                 [&](std::uint32_t a, TimeNs t) { return times[a] < t; })
                              : std::upper_bound(tail.begin(), tail.end(), times[i],
                                                 [&](TimeNs t, std::uint32_t a) { return t < times[a]; });
    if (place != tail.begin()) before[i] = *(place - 1);
    if (place == tail.end()) tail.push_back(i);
    else *place = i;
  }
  std::vector<bool> in_run(times.size(), false);
  for (std::uint32_t i = tail.back(); i != kNobody; i = before[i]) in_run[i] = true;
  return in_run;
}

}  // namespace omega::feed
