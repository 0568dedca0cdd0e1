#include "adapters/cli/command.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

#include "adapters/config/load.hpp"

namespace omega::cli {

void add_output_options(CLI::App& command, CommonOptions& options) {
  command.add_flag("--json", options.json, "print one JSON document instead of text (default: text)");
  command.add_flag("--quiet", options.quiet, "no progress bar, no log lines on stderr (default: off)");
}

void add_config_options(CLI::App& command, CommonOptions& options) {
  command.add_option("--config", options.config_dir,
                     "folder of the configuration files (default: $OMEGA_CONFIG, else ./config, else the source tree's)")
      ->type_name("DIR");
  command.add_option("--set", options.overrides,
                     "override one config key, repeatable and recorded in the manifest (default: none), e.g. --set risk.l4_drawdown_max=0.1")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
}

int fail(const Error& error) {
  std::istringstream lines(error.message);
  for (std::string line; std::getline(lines, line);) std::cerr << "omega: " << line << '\n';
  return error.exit_code();
}

Status write_text(const std::filesystem::path& path, const std::string& text, const char* otherwise) {
  std::ofstream out(path);
  out << text;
  out.close();
  if (out) return Ok{};
  return Error{ErrorKind::kEnvironment, path.string() + ": " + otherwise};
}

std::string config_folder(const CommonOptions& options) { return find_config_dir(options.config_dir).string(); }

Result<EngineConfig> configured(const CommonOptions& options, const std::string& profile) {
  return load_config(find_config_dir(options.config_dir), profile, options.overrides);
}

}  // namespace omega::cli
