#include "adapters/cli/logging.hpp"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "adapters/cli/log_sinks.hpp"

namespace omega::cli {
namespace {

constexpr std::size_t kQueue_lines = 8192;
constexpr std::size_t kFile_bytes = 16u << 20;
constexpr std::size_t kFiles = 5;
constexpr std::chrono::milliseconds kDrain{1000}, kLook{1};
constexpr const char* kLine = "%Y-%m-%dT%H:%M:%S.%fZ %l %v";

std::shared_ptr<spdlog::logger> logger;
std::shared_ptr<CountingSinks> places;
std::atomic<std::uint64_t> submitted{0};

std::unique_ptr<spdlog::formatter> line_format(const char* pattern) {
  return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc);
}

spdlog::sink_ptr stderr_sink(bool quiet) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  if (quiet) {
    sink->set_level(spdlog::level::warn);
    sink->set_formatter(line_format("omega: warning: %v"));
  } else {
    sink->set_formatter(line_format(kLine));
  }
  return sink;
}

spdlog::sink_ptr file_sink(const std::string& log_dir) {
  std::filesystem::create_directories(log_dir);
  spdlog::file_event_handlers handlers;
  // Unbuffered, so that a full disk is noticed at the line that it loses.
  handlers.after_open = [](const spdlog::filename_t&, std::FILE* file) { std::setvbuf(file, nullptr, _IONBF, 0); };
  auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(log_dir + "/omega.log", kFile_bytes, kFiles, false, handlers);
  sink->set_formatter(line_format(kLine));
  return sink;
}

void log(spdlog::level::level_enum level, const std::string& text) {
  if (!logger) return;
  submitted.fetch_add(1, std::memory_order_relaxed);  // relaxed because only the count is shared
  logger->log(level, "{}", text);
}

/// Lines that are neither through nor dropped for want of room in the queue.
bool lines_under_way() {
  return submitted.load(std::memory_order_relaxed) - places->done() > spdlog::thread_pool()->overrun_counter();  // relaxed because only the count is shared
}

}  // namespace

void start_logging(const std::string& log_dir, bool quiet) {
  std::vector<spdlog::sink_ptr> sinks{stderr_sink(quiet)};
  try {
    sinks.push_back(file_sink(log_dir));
  } catch (const std::exception&) {
    std::fprintf(stderr, "omega: %s: cannot write the log file there; going on without it\n", log_dir.c_str());
  }
  places = std::make_shared<CountingSinks>(std::move(sinks));
  spdlog::init_thread_pool(kQueue_lines, 1);
  // A line that finds the queue full takes the place of the oldest: the caller never waits.
  logger = std::make_shared<spdlog::async_logger>("omega", places, spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
}

void log_info(const std::string& text) { log(spdlog::level::info, text); }
void log_warning(const std::string& text) { log(spdlog::level::warn, text); }

std::uint64_t drain_logging() {
  if (!logger) return 0;
  const auto end = std::chrono::steady_clock::now() + kDrain;
  while (lines_under_way() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(kLook);
  return submitted.load(std::memory_order_relaxed) - places->done() + places->lost();  // relaxed because only the count is shared
}

bool stop_logging() {
  if (!logger) return true;
  (void)drain_logging();
  const bool stuck = lines_under_way();
  // Ending the thread would wait for the stuck write: one reference too many keeps it until the process ends.
  if (stuck) static_cast<void>(new std::shared_ptr<spdlog::details::thread_pool>(spdlog::thread_pool()));
  logger.reset();
  if (!stuck) spdlog::shutdown();
  return !stuck;
}

}  // namespace omega::cli
