#include "adapters/cli/progress_bar.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "replay/report_time.hpp"

namespace omega::cli {

ProgressBar::ProgressBar(bool quiet)
    : on_(!quiet && ::isatty(STDERR_FILENO) == 1), started_(std::chrono::steady_clock::now()), last_(started_) {}

std::string progress_line(double share, std::uint64_t events, double seconds, TimeNs engine_ts) {
  constexpr int kWidth = 24;
  std::string line;
  if (share >= 0) {
    const int full = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth);
    line = "[" + std::string(static_cast<std::size_t>(full), '#') + std::string(static_cast<std::size_t>(kWidth - full), '.') +
           fmt::format("] {:3.0f} %  ", std::clamp(share, 0.0, 1.0) * 100);
  }
  line += fmt::format("{} events", events);
  if (seconds > 0) line += fmt::format("  {:.0f} events/s", static_cast<double>(events) / seconds);
  if (engine_ts != 0) line += "  " + replay::format_time(engine_ts).substr(0, 16) + "Z";
  if (share > 0.001 && share < 1) {
    line += "  ETA " + replay::format_duration(static_cast<DurationNs>(seconds * (1 - share) / share * 1e9));
  }
  return line;
}

void ProgressBar::draw(double share, std::uint64_t events, TimeNs engine_ts) {
  if (!on_) return;
  const auto now = std::chrono::steady_clock::now();
  if (drawn_ && now - last_ < std::chrono::milliseconds(100)) return;
  // A terminal that was stopped (Ctrl+S) takes nothing; the engine's thread, which is here, does not wait for it.
  if (pollfd terminal{STDERR_FILENO, POLLOUT, 0}; ::poll(&terminal, 1, 0) != 1 || (terminal.revents & POLLOUT) == 0) return;
  last_ = now;
  drawn_ = true;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  std::fputs(("\r\033[K" + progress_line(share, events, seconds, engine_ts)).c_str(), stderr);
  std::fflush(stderr);
}

void ProgressBar::clear() {
  if (!drawn_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace omega::cli
