// What:     A throw-away copy of the repository's config folder that a test may damage.
// Owner:    the test.   Threads: one.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace omega::test {

class ConfigCopy {
 public:
  ConfigCopy() : dir_(std::filesystem::temp_directory_path() / ("omega_config_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    std::filesystem::create_directories(dir_ / "profiles");
    const std::filesystem::path source = std::filesystem::path(OMEGA_SOURCE_DIR) / "config";
    for (const char* file : {"engine.yaml", "instruments.yaml", "risk.yaml", "strategies.yaml", "profiles/green_only.yaml",
                             "profiles/full_24.yaml"}) {
      std::filesystem::copy_file(source / file, dir_ / file);
    }
  }
  ~ConfigCopy() {
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& dir() const { return dir_; }
  [[nodiscard]] std::string read(const std::string& file) const {
    std::ostringstream text;
    text << std::ifstream(dir_ / file).rdbuf();
    return text.str();
  }
  void write(const std::string& file, const std::string& text) const { std::ofstream(dir_ / file) << text; }
  /// Replaces the first occurrence; false when there is none.
  bool replace(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = read(file);
    const std::size_t at = text.find(from);
    if (at == std::string::npos) return false;
    write(file, text.replace(at, from.size(), to));
    return true;
  }
  /// "dir/risk.yaml:12", where `what` stands.
  [[nodiscard]] std::string place(const std::string& file, const std::string& what) const {
    const std::string text = read(file);
    const std::size_t at = text.find(what);
    long line = 1;
    for (std::size_t i = 0; i < at && i < text.size(); ++i) line += text[i] == '\n';
    return (dir_ / file).string() + ":" + std::to_string(line);
  }

 private:
  std::filesystem::path dir_;
};

}  // namespace omega::test
