// What:     The places that a log line goes to, as one spdlog sink that counts what arrived.
// Owner:    the logger.   Threads: log() on the log's thread; the counters from any.
// Errors:   a place that fails loses the line, which is counted.
#pragma once

#include <spdlog/sinks/sink.h>

#include <atomic>
#include <cstdint>
#include <vector>

namespace omega::cli {

class CountingSinks final : public spdlog::sinks::sink {
 public:
  explicit CountingSinks(std::vector<spdlog::sink_ptr> places) : places_(std::move(places)) {}
  void log(const spdlog::details::log_msg& line) override {
    bool lost = false;
    for (const spdlog::sink_ptr& place : places_) {
      if (!place->should_log(line.level)) continue;
      // The library tells of a failed write by throwing.
      try {
        place->log(line);
      } catch (const std::exception&) {
        lost = true;
      }
    }
    lost_.fetch_add(lost ? 1 : 0, std::memory_order_relaxed);  // relaxed because only the count is shared
    done_.fetch_add(1, std::memory_order_relaxed);             // relaxed because only the count is shared
  }
  void flush() override {
    for (const spdlog::sink_ptr& place : places_) place->flush();
  }
  // Each place has its own pattern.
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  /// Lines that went through, lost ones included.
  [[nodiscard]] std::uint64_t done() const noexcept { return done_.load(std::memory_order_relaxed); }  // relaxed because only the count is shared
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }  // relaxed because only the count is shared

 private:
  const std::vector<spdlog::sink_ptr> places_;
  std::atomic<std::uint64_t> done_{0}, lost_{0};
};

}  // namespace omega::cli
