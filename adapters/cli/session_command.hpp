// What:     The common part of omega run and omega backtest: drive the session, read its journal back, report.
// Owner:    the command.   Threads: main thread.
// Errors:   as run_session's; a report file that cannot be written is kEnvironment, the journal is kept.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "adapters/cli/command.hpp"
#include "engine/core/feed.hpp"
#include "replay/resume.hpp"

namespace omega::cli {

struct SessionRequest {
  std::string command;               // "run", "backtest"
  EngineConfig config;
  std::filesystem::path journal_dir;
  std::optional<replay::ResumePoint> resume = std::nullopt;  // continue journal_dir
  std::string report_file;           // --output; empty: none
  std::string log_dir = "logs";
  bool announce_shutdown = false;    // last line "System shutdown complete"
  CommonOptions common;
};

int run_session_command(SessionRequest request, ExternalFeed& feed);

/// runs/<profile>-<mode>-<n>, n the first free number from 1.
[[nodiscard]] std::filesystem::path free_run_folder(const std::string& profile, const std::string& mode);

}  // namespace omega::cli
