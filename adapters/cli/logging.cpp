#include "adapters/cli/logging.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

namespace omega::cli {
namespace {

constexpr std::size_t kQueue_lines = 8192;
constexpr std::size_t kFile_bytes = 16u << 20;
constexpr std::size_t kFiles = 5;

std::shared_ptr<spdlog::logger> logger;
bool quiet_run = false;

}  // namespace

void start_logging(const std::string& log_dir, bool quiet) {
  quiet_run = quiet;
  std::vector<spdlog::sink_ptr> sinks;
  if (!quiet) sinks.push_back(std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  try {
    std::filesystem::create_directories(log_dir);
    sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(log_dir + "/omega.log", kFile_bytes, kFiles));
  } catch (const std::exception&) {
    std::fprintf(stderr, "omega: %s: cannot write the log file there; going on without it\n", log_dir.c_str());
  }
  spdlog::init_thread_pool(kQueue_lines, 1);
  logger = std::make_shared<spdlog::async_logger>("omega", sinks.begin(), sinks.end(), spdlog::thread_pool(),
                                                  spdlog::async_overflow_policy::overrun_oldest);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %l %v", spdlog::pattern_time_type::utc);
}

void log_info(const std::string& text) {
  if (logger) logger->info("{}", text);
}

void log_warning(const std::string& text) {
  if (logger) logger->warn("{}", text);
  if (quiet_run) std::fprintf(stderr, "omega: warning: %s\n", text.c_str());
}

void stop_logging() {
  if (!logger) return;
  logger.reset();
  spdlog::shutdown();  // drains the queue
}

}  // namespace omega::cli
