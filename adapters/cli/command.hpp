// What:     What all commands share: common options, the way errors and results leave the program.
// Owner:    main; one command runs per process.   Threads: main thread.
// Errors:   every error is one line on stderr, "omega: what, where, what to do"; exit codes 0 1 2 3 4 as in --help.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/core/result.hpp"

namespace omega::cli {

inline constexpr int kDone = 0, kAnswerIsNo = 1;

/// Set by the parsed command's callback; run by main after parsing.
using Action = std::function<int()>;

struct CommonOptions {
  std::string config_dir;              // --config
  std::vector<std::string> overrides;  // --set
  bool json = false, quiet = false;
};

void add_output_options(CLI::App& command, CommonOptions& options);
void add_config_options(CLI::App& command, CommonOptions& options);

/// Prints "omega: ..." for each line of the error; returns its exit code.
int fail(const Error& error);
/// Writes a whole text file. Failed: kEnvironment, "PATH: <otherwise>".
[[nodiscard]] Status write_text(const std::filesystem::path& path, const std::string& text, const char* otherwise);
/// load_config with --config and --set applied.
[[nodiscard]] Result<EngineConfig> configured(const CommonOptions& options, const std::string& profile);
/// Path of the config folder in use.
[[nodiscard]] std::string config_folder(const CommonOptions& options);

// One function per file of the same name.
void add_import(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_backtest(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);
void add_strategies(CLI::App& app, Action& action);
void add_features(CLI::App& app, Action& action);
void add_journal(CLI::App& app, Action& action);
void add_latency(CLI::App& app, Action& action);
void add_diff(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_incident(CLI::App& app, Action& action);
void add_whatif(CLI::App& app, Action& action);
void add_optimize(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_export(CLI::App& app, Action& action);
void add_smoke(CLI::App& app, Action& action);
void add_checklist(CLI::App& app, Action& action);

}  // namespace omega::cli
