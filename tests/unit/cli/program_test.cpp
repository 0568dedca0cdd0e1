// The program as a user meets it: exit codes, one-line errors, help with units and examples, JSON that parses.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace omega::cli {
namespace {

struct Outcome {
  int code = -1;
  std::string out, err;
};

class Program : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::temp_directory_path() / ("omega_cli_" + std::to_string(::getpid()));
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  Outcome omega(const std::string& arguments) const {
    const std::string out = (dir_ / "out").string(), err = (dir_ / "err").string();
    const std::string command = "cd " + dir_.string() + " && OMEGA_CONFIG=" + OMEGA_SOURCE_DIR + "/config " + OMEGA_PROGRAM + " " +
                                arguments + " >" + out + " 2>" + err;
    const int status = std::system(command.c_str());
    const auto read = [](const std::string& file) {
      std::ostringstream text;
      text << std::ifstream(file).rdbuf();
      return text.str();
    };
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(out), read(err)};
  }
  /// Refused with this code, in one line on stderr that holds `what`, and nothing on stdout.
  void refused(const std::string& arguments, int code, const std::string& what) const {
    const Outcome o = omega(arguments);
    EXPECT_EQ(o.code, code) << arguments << "\n" << o.err;
    EXPECT_EQ(o.out, "") << arguments;
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << arguments << "\n" << o.err;
    EXPECT_TRUE(o.err.starts_with("omega: ")) << o.err;
    EXPECT_NE(o.err.find(what), std::string::npos) << arguments << "\n" << o.err;
  }
  std::filesystem::path dir_;
};

TEST_F(Program, RefusesBadUsageInOneLineWithCodeTwo) {
  refused("", 2, "see omega --help");
  refused("rum", 2, "expected a command, got 'rum'; did you mean 'run'?");
  refused("run --profil green_only", 2, "expected an option, got '--profil'; did you mean '--profile'?");
  refused("run", 2, "--profile is required");
  refused("run --profile green_only --mode live", 2, "expected paper, got 'live'");
  refused("run --profile green_only --days 0", 2, "--days");
  refused("run --profile green_only --speed fast", 2, "--speed");
  refused("run --profile green_only --feed csv:x", 2, "--feed: expected sim");
  refused("run --profile green_only --feed sim:symbols=EURUSX", 2, "did you mean 'EURUSD'?");
  refused("run --profile green_only --feed sim:book=EURUSX", 2, "did you mean 'EURUSD'?");
  refused("run --profile green_only --feed sim:news=yes", 2, "on or off");
  refused("run --profile green_olny", 2, "did you mean 'green_only'?");
  refused("run --profile green_only --set risk.l1_risk_max=0.03", 2, "risk.l1_risk_max: expected a number from 0.001 to 0.025");
  refused("backtest --profile green_only --journal x --from tomorrow", 2, "--from");
  refused("backtest --profile green_only --journal x --from 2018-02-01 --to 2018-01-01", 2, "--from: expected a time before --to");
  refused("backtest --profile green_only --journal nowhere", 2, "nowhere");
  refused("verify nowhere", 2, "nowhere");
  refused("journal", 2, "see omega journal --help");
  refused("strategies --describe liquidty_sweep", 2, "did you mean 'liquidity_sweep'?");
  refused("features --describe vpinn", 2, "did you mean 'vpin'?");
  refused("strategies --config nowhere", 2, "--config DIR");
  EXPECT_FALSE(std::filesystem::exists(dir_ / "runs")) << "a refused run leaves nothing behind";
}

TEST_F(Program, RefusesAForeignFolderWithCodeThree) {
  std::filesystem::create_directories(dir_ / "folder");
  refused("verify folder", 3, "not a journal");
  refused("journal info folder", 3, "not a journal");
  std::ofstream(dir_ / "folder/manifest.json") << "{}";
  refused("journal check folder", 3, "manifest");
  refused("backtest --profile green_only --journal folder", 3, "manifest");
}

TEST_F(Program, HelpOfEveryCommandHasUnitsDefaultsAndAnExample) {
  for (const char* command : {"run", "import", "backtest", "verify", "strategies", "features", "journal info", "journal cat", "journal check", "journal state"}) {
    const Outcome o = omega(std::string(command) + " --help");
    EXPECT_EQ(o.code, 0) << command;
    EXPECT_NE(o.out.find("Example: omega "), std::string::npos) << command;
    EXPECT_EQ(o.err, "") << command;
    std::istringstream lines(o.out);
    for (std::string line; std::getline(lines, line);) {  // every option says its default or is required or a positional
      if (!line.starts_with("  --") || line.find("REQUIRED") != std::string::npos) continue;
      std::string described = line;
      while (described.find("default") == std::string::npos && std::getline(lines, line) && line.starts_with("      ")) described += line;
      EXPECT_NE(described.find("default"), std::string::npos) << command << ": " << described;
    }
  }
  EXPECT_EQ(omega("--version").out, "omega 0.1.0\n");
  EXPECT_NE(omega("--help").out.find("Exit codes"), std::string::npos);
}

TEST_F(Program, CataloguesAreTablesAndJson) {
  const auto strategies = nlohmann::json::parse(omega("strategies --json --profile green_only").out);
  ASSERT_EQ(strategies["strategies"].size(), 24u);
  EXPECT_EQ(strategies["strategies"][1]["name"], "liquidity_sweep");
  EXPECT_TRUE(strategies["strategies"][1]["enabled"].get<bool>());
  EXPECT_GT(strategies["strategies"][1]["parameters"].size(), 10u);
  EXPECT_TRUE(strategies["strategies"][11]["built"].get<bool>());
  EXPECT_FALSE(strategies["strategies"][11]["enabled"].get<bool>());
  EXPECT_NE(omega("strategies --describe S02").out.find("penetration_max"), std::string::npos);
  const auto features = nlohmann::json::parse(omega("features --json").out);
  EXPECT_GT(features["features"].size(), 20u);
  EXPECT_NE(omega("features --describe F08").out.find("formula"), std::string::npos);
}

TEST_F(Program, APaperSessionIsReportedVerifiedAndBacktestedToTheSameBytes) {
  const Outcome run = omega("run --profile green_only --feed sim:seed=3,symbols=EURUSD+GBPUSD,days=9 --journal paper --output paper.json");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_TRUE(run.out.ends_with("System shutdown complete\n"));
  EXPECT_EQ(run.out.find('\r'), std::string::npos) << "no progress bar when piped";
  EXPECT_NE(run.out.find("SIMULATED"), std::string::npos);
  const auto report = nlohmann::json::parse(std::ifstream(dir_ / "paper.json"));
  EXPECT_EQ(report["schema"], "omega.report/1");
  EXPECT_EQ(report["mode"], "paper");
  EXPECT_GT(report["run"]["events"].get<std::uint64_t>(), 10'000u);
  EXPECT_TRUE(report["reasons"]["reconciled"].get<bool>());
  EXPECT_EQ(omega("journal check paper").code, 0);

  const Outcome verified = omega("verify paper --parity --json");
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  const Outcome backtest = omega("backtest --profile green_only --journal paper --out again --json --quiet");
  ASSERT_EQ(backtest.code, 0) << backtest.err;
  EXPECT_EQ(backtest.err, "") << "--quiet";
  const auto again = nlohmann::json::parse(backtest.out);
  EXPECT_EQ(again["journal"]["inputs_digest"], report["journal"]["inputs_digest"]);
  EXPECT_EQ(again["journal"]["derived_digest"], report["journal"]["derived_digest"]);
  EXPECT_EQ(std::system(("cd " + dir_.string() + " && for l in inputs features signals risk orders; do diff -r paper/$l again/$l || exit 1; done").c_str()), 0);

  refused("run --profile green_only --feed sim:days=1 --journal paper --quiet", 2, "paper");
  const Outcome cat = omega("journal cat paper --lane inputs --symbol GBPUSD --limit 3");
  EXPECT_EQ(std::count(cat.out.begin(), cat.out.end(), '\n'), 3);
  EXPECT_NE(cat.out.find("GBPUSD"), std::string::npos);
}

TEST_F(Program, ASignalEndsARunCleanly) {
  // At real time the session would last 90 days; the signal comes once its journal is there.
  const std::string script = "cd " + dir_.string() + "\nexport OMEGA_CONFIG=" + OMEGA_SOURCE_DIR + "/config\n" + OMEGA_PROGRAM +
                             " run --profile green_only --feed sim:days=90 --speed realtime --journal live >out 2>err &\npid=$!\n"
                             "for i in $(seq 300); do [ -e live/manifest.json ] && break; sleep 0.1; done\n"
                             "kill -TERM $pid\nwait $pid\n";
  std::ofstream(dir_ / "stop.sh") << script;
  const int status = std::system(("sh " + (dir_ / "stop.sh").string()).c_str());
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  std::ostringstream out;
  out << std::ifstream(dir_ / "out").rdbuf();
  EXPECT_TRUE(out.str().ends_with("System shutdown complete\n")) << out.str();
  EXPECT_NE(out.str().find("by the user, before the feed ended"), std::string::npos);
  EXPECT_EQ(omega("journal check live").code, 0);
}

}  // namespace
}  // namespace omega::cli
