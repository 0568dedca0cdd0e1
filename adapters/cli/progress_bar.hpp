// What:     One line that is redrawn on the terminal while work goes on: share done, events, rate, engine time, ETA.
// Owner:    the command.   Threads: the thread that works.
// Errors:   none; draws nothing when stderr is not a terminal or --quiet was given.
#pragma once

#include <chrono>
#include <string>

#include "engine/core/types.hpp"

namespace omega::cli {

class ProgressBar {
 public:
  explicit ProgressBar(bool quiet);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  [[nodiscard]] bool shown() const noexcept { return on_; }
  /// share in 0..1, negative when unknown; engine_ts 0 when there is none.
  void draw(double share, std::uint64_t events, TimeNs engine_ts);
  void clear();

 private:
  bool on_ = false, drawn_ = false;
  std::chrono::steady_clock::time_point started_, last_;
};

/// The text of the line, without control characters.
[[nodiscard]] std::string progress_line(double share, std::uint64_t events, double seconds, TimeNs engine_ts);

}  // namespace omega::cli
