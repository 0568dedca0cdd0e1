#include "adapters/cli/strategy_scaffold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "adapters/cli/command.hpp"
#include "engine/signals/registry.hpp"

namespace omega::cli {
namespace {

namespace fs = std::filesystem;

// @NAME@, @NUMBER@ and @CLASS@ are put in.
constexpr const char* kStrategy = R"(// @NAME@: fades a close far from the mean of the bars before it. Replace the idea, the formula and the parameters by yours.
// Entry at M5 closes: z = (C - mean lag(n))/sd lag(n); |z| >= entry_sigma_threshold, d = -sign z.
// Exit: SL at most stop_loss_pct from the entry; STD targets; time stop 2 h. Size 3.
// Warm-up: n + 1 M5 bars. O(1) per M5 close.
#include "engine/signals/strategies/added.hpp"

namespace omega {
namespace {

enum : std::size_t { kLookback, kSigma, kStopPct, kTargetR };
constexpr ParamSpec kParams[] = {
    {"lookback_period", "M5 bars", 100, 20, 500, "window of the mean and of the standard deviation"},
    {"entry_sigma_threshold", "sd", 3.0, 1, 6, "least distance from the mean"},
    {"stop_loss_pct", "% of price", 0.5, 0.1, 2.5, "stop"},
    {"take_profit_r_multiple", "R", 2.0, 1, 8, "final target of STD"},
};
constexpr const char* kConditions[] = {"sigma"};
constexpr const char* kCriteria[] = {"z"};

constexpr StrategyInfo kInfo{
    .id = 0, .name = "@NAME@", .group = "ADDED", .family = SignalFamily::kReversal, .timeframe = Timeframe::kM5,
    .needs = capability::kBars,
    .idea = "fade a close far from the mean of the bars before it",
    .formula = "entry: z=(C-mean lag(n))/sd lag(n), |z|>=threshold, d=-sign z; exit: SL stop_loss_pct, STD targets, 2 h; size 3",
    .literature = "name the paper or exchange rule that the idea comes from",
    .features = "F13", .time_stop_ns = 24 * 5 * kMinute_ns, .cooldown_ns = 60 * kMinute_ns,
    .params = kParams, .conditions = kConditions, .criteria = kCriteria};

class @CLASS@ final : public StrategyBase<@CLASS@> {
 public:
  explicit @CLASS@(const StrategySetup& s) : StrategyBase(kInfo, s) {
    const auto n = static_cast<std::int32_t>(param(kLookback));
    mean_ = need(s.requests.request({FeatureId::kCloseMeanLag, Timeframe::kM5, n, 0}));
    sd_ = need(s.requests.request({FeatureId::kCloseSdLag, Timeframe::kM5, n, 0}));
  }

  void on_frame(const StrategyContext& c, StrategyOut& out) noexcept override {
    if (!ready(c.frame)) return;
    funnel_.begin();
    const Price close = c.frame.bar(Timeframe::kM5).close;
    const double z = (static_cast<double>(close) - c.frame.get(mean_).value) / c.frame.get(sd_).value;
    const Direction d = z > 0 ? kShort : kLong;
    if (!funnel_.pass(0, check::score_at_least(std::fabs(z), param(kSigma)))) return reject();
    if (!admit(c)) return;
    const double stop = param(kStopPct) / 100;
    Signal& s = raise(c, out, d, close, close - d * static_cast<Price>(static_cast<double>(close) * stop));
    standard_targets(s, param(kTargetR));
    s.score = std::fabs(z);
    s.quality_raw = score::clip(std::fabs(z) / (2 * param(kSigma)));
    s.level = 3;
    s.criteria = {z};
  }
  /// Everything that lives longer than one call belongs here, or a resumed run differs from an uninterrupted one.
  template <class Archive> void serialize(Archive& ar) { serialize_base(ar); }

 private:
  FeatureHandle mean_ = kNoFeature, sd_ = kNoFeature;
};

}  // namespace
}  // namespace omega

OMEGA_STRATEGY(@NUMBER@, kInfo, @CLASS@)
)";

constexpr const char* kTest = R"(#include "tests/unit/signals/stage_harness.hpp"

namespace omega::test {
namespace {

constexpr auto M5 = Timeframe::kM5;

/// Mean 1.1000, sd 0.0010: a close at 1.0970 is 3 sd below.
struct @CLASS@Test : StageHarness {
  @CLASS@Test() : StageHarness(config_with({find_strategy("@NAME@")->id})) {
    set(1.1000 * 1e9, FeatureId::kCloseMeanLag, M5, 100);
    set(0.0010 * 1e9, FeatureId::kCloseSdLag, M5, 100);
  }
  const SignalsOut& m5(double close) {
    advance(5 * kMinute_ns);
    close_bar(M5, close, close + .0001, close - .0001, close);
    return step();
  }
};

TEST(@CLASS@, FadesACloseFarFromTheMean) {
  @CLASS@Test below, above;
  const SignalsOut& lower = below.m5(1.0970);
  ASSERT_EQ(lower.signal_count, 1u);
  EXPECT_EQ(lower.signals[0].direction, kLong);
  EXPECT_EQ(lower.signals[0].stop_loss, px(1.0970) - static_cast<Price>(static_cast<double>(px(1.0970)) * .005));
  const SignalsOut& upper = above.m5(1.1030);
  ASSERT_EQ(upper.signal_count, 1u);
  EXPECT_EQ(upper.signals[0].direction, kShort);
}

TEST(@CLASS@, StaysOutBelowTheThreshold) {
  @CLASS@Test just_short;
  EXPECT_EQ(just_short.m5(1.09701).signal_count, 0u);
}

}  // namespace
}  // namespace omega::test
)";

constexpr const char* kConfig = R"(
@NAME@:  # S@NUMBER@
  lookback_period: 100           # M5 bars: window of the mean and of the standard deviation; 20 to 500
  entry_sigma_threshold: 3       # sd: least distance from the mean; 1 to 6
  stop_loss_pct: 0.5             # % of price: stop; 0.1 to 2.5
  take_profit_r_multiple: 2      # R: final target of STD; 1 to 8
)";

constexpr const char* kCMake = R"(# Builds the strategy @NAME@ as a shared object for one build of omega: cmake -S . -B build -DOMEGA_SOURCE=DIR && cmake --build build
cmake_minimum_required(VERSION 3.25)
project(@NAME@ CXX)
set(OMEGA_SOURCE "" CACHE PATH "folder of omega's source")
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_EXTENSIONS ON)
add_library(@NAME@ MODULE @NAME@.cpp)
set_target_properties(@NAME@ PROPERTIES PREFIX "")
target_include_directories(@NAME@ PRIVATE ${OMEGA_SOURCE})
target_compile_definitions(@NAME@ PRIVATE OMEGA_PLUGIN)
# As omega itself: one rounding everywhere.
target_compile_options(@NAME@ PRIVATE -O2 -Wall -Wextra -ffp-contract=off -fno-fast-math -march=x86-64-v2)
)";

std::string filled(std::string text, const std::string& name, std::size_t number) {
  std::string type;
  bool upper = true;
  for (const char c : name) {
    if (c == '_') { upper = true; continue; }
    type += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  const std::pair<std::string, std::string> words[] = {{"@NAME@", name}, {"@NUMBER@", std::to_string(number)}, {"@CLASS@", type}};
  for (const auto& [word, value] : words) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size())) text.replace(at, word.size(), value);
  }
  return text;
}

Status check_name(const std::string& name) {
  const bool good = name.size() >= 3 && name.size() <= 40 && name[0] >= 'a' && name[0] <= 'z' &&
                    std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  if (!good) return Error{ErrorKind::kUsage, "strategies: --new: expected a name of 3 to 40 characters a-z, 0-9 and _, a letter first, got '" + name + "'"};
  if (find_strategy(name) != nullptr) return Error{ErrorKind::kUsage, "strategies: --new: there is already a strategy '" + name + "'"};
  return Ok{};
}

Status write_new(const fs::path& path, const std::string& text) {
  std::error_code ec;
  if (fs::exists(path, ec)) return Error{ErrorKind::kUsage, path.string() + ": exists already; nothing was changed in it"};
  fs::create_directories(path.parent_path(), ec);
  return write_text(path, text, "cannot write here; give a writable folder with --in DIR");
}

/// s25 and up, by file name, as CMake lists them.
std::size_t next_number(const fs::path& folder) {
  std::size_t number = kOwnStrategies + 1;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    const std::string file = it->path().filename().string();
    if (file.size() > 4 && file[0] == 's' && file[3] == '_' && file.ends_with(".cpp"))
      number = std::max(number, static_cast<std::size_t>(std::atoi(file.substr(1, 2).c_str())) + 1);
  }
  return number;
}

}  // namespace

Result<std::vector<fs::path>> scaffold_in_tree(const std::string& name, const fs::path& tree) {
  if (Status s = check_name(name); !s) return s.error();
  const fs::path strategies = tree / "engine/signals/strategies", tests = tree / "tests/unit/signals", config = tree / "config/strategies.yaml";
  std::error_code ec;
  if (!fs::is_directory(strategies, ec) || !fs::is_directory(tests, ec) || !fs::is_regular_file(config, ec))
    return Error{ErrorKind::kUsage, fmt::format("strategies: --new: expected omega's source tree in '{}' (engine/, tests/, config/), got none; give it with "
                                                "--in DIR, or make a shared object with --plugin", tree.string())};
  const std::size_t number = next_number(strategies);
  if (number > kStrategyIdMax) return Error{ErrorKind::kUsage, fmt::format("strategies: --new: the numbers up to {} are taken", kStrategyIdMax)};
  const std::string stem = fmt::format("s{}_{}", number, name);
  const fs::path code = strategies / (stem + ".cpp"), test = tests / (stem + "_test.cpp");
  if (Status s = write_new(code, filled(kStrategy, name, number)); !s) return s.error();
  if (Status s = write_new(test, filled(kTest, name, number)); !s) return s.error();
  std::ofstream yaml(config, std::ios::app);
  yaml << filled(kConfig, name, number);
  yaml.close();
  if (!yaml) return Error{ErrorKind::kEnvironment, config.string() + ": cannot append the parameters of " + name};
  return std::vector<fs::path>{code, test, config};
}

Result<std::vector<fs::path>> scaffold_plugin(const std::string& name, const fs::path& parent) {
  if (Status s = check_name(name); !s) return s.error();
  const fs::path code = parent / name / (name + ".cpp"), cmake = parent / name / "CMakeLists.txt";
  if (Status s = write_new(code, filled(kStrategy, name, kOwnStrategies + 1)); !s) return s.error();
  if (Status s = write_new(cmake, filled(kCMake, name, 0)); !s) return s.error();
  return std::vector<fs::path>{code, cmake};
}

}  // namespace omega::cli
