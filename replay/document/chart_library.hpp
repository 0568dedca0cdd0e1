// What:     The chart library (Chart.js, Debian's libjs-chart.js), as it was when omega was built: pages that hold it need no network.
// Owner:    the program's image.   Threads: any.
#pragma once

#include <string_view>

namespace omega::replay {

[[nodiscard]] std::string_view chart_library() noexcept;

}  // namespace omega::replay
