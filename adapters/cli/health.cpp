#include "adapters/cli/health.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "adapters/cli/feed_spec.hpp"
#include "adapters/config/load.hpp"
#include "journal/check.hpp"
#include "replay/incident/incident.hpp"
#include "replay/journal_feed.hpp"
#include "replay/reports/book.hpp"
#include "replay/session.hpp"

namespace omega::cli {
namespace {

constexpr const char* kProfile = "green_only";
constexpr const char* kFeed = "sim:seed=1,days=30";

class Health {
 public:
  explicit Health(const CommonOptions& options) : options_(options) {
    std::string name = (std::filesystem::temp_directory_path() / "omega-smoke-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~Health() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;

  std::vector<HealthStep> run() {
    const std::array<std::pair<const char*, Result<std::string> (Health::*)()>, 7> steps{
        {{"configuration", &Health::configuration}, {"paper session", &Health::paper}, {"journal is whole", &Health::whole},
         {"replay derives the same", &Health::replayed}, {"backtest equals paper", &Health::backtest},
         {"report reconciles", &Health::report}, {"incident re-derives", &Health::incident}}};
    std::vector<HealthStep> done;
    for (const auto& [name, step] : steps) {
      const auto started = std::chrono::steady_clock::now();
      const Result<std::string> said = (this->*step)();
      const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
      done.push_back({name, said ? said.value() : said.error().message, said.ok(), wall.count()});
      if (!said) break;
    }
    return done;
  }

 private:
  static Error wrong(std::string what) { return {ErrorKind::kData, std::move(what)}; }

  Result<std::string> configuration() {
    if (folder_.empty()) return Error{ErrorKind::kEnvironment, "no temporary folder can be made; set TMPDIR to one that can be written"};
    const auto folder = find_config_dir(options_.config_dir);
    std::string names;
    for (const std::string& profile : profile_names(folder)) {
      const auto config = load_config(folder, profile, options_.overrides);
      if (!config) return config.error();
      names += (names.empty() ? "" : ", ") + profile;
    }
    if (names.empty()) return wrong(folder.string() + ": holds no profile");
    return "profiles " + names + " load";
  }

  Result<replay::SessionResult> session(const char* mode, const char* name, ExternalFeed& feed) {
    auto config = configured(options_, kProfile);
    if (!config) return config.error();
    config.value().mode = mode;
    replay::SessionOptions options;
    options.journal_dir = folder_ / name;
    return replay::run_session(std::move(config).value(), feed, nlohmann::json{{"command", "smoke"}, {"overrides", options_.overrides}}, options);
  }

  Result<std::string> paper() {
    const auto config = configured(options_, kProfile);
    if (!config) return config.error();
    auto feed = open_feed(kFeed, config.value(), 0);
    if (!feed) return feed.error();
    auto done = session("paper", "paper", *feed.value());
    if (!done) return done.error();
    paper_ = std::move(done).value();
    return fmt::format("{} inputs of {}", paper_.facts.events, kFeed);
  }

  Result<std::string> whole() {
    const auto report = journal::check(folder_ / "paper");
    if (!report) return report.error();
    if (!report.value().clean()) return wrong("the journal just written is damaged; check the disk and the memory of this machine");
    return std::string("every byte of five lanes");
  }

  Result<std::string> replayed() {
    const auto verified = replay::verify_journal(folder_ / "paper", true);
    if (!verified) return verified.error();
    if (!verified.value().identical) return wrong(verified.value().detail);
    return fmt::format("{} derived events, timers and venue too", verified.value().derived_events);
  }

  Result<std::string> backtest() {
    const auto config = configured(options_, kProfile);
    if (!config) return config.error();
    auto feed = replay::JournalFeed::open(folder_ / "paper", config.value(), {});
    if (!feed) return feed.error();
    const auto done = session("backtest", "backtest", *feed.value());
    if (!done) return done.error();
    if (done.value().derived_digest != paper_.derived_digest || done.value().inputs_digest != paper_.inputs_digest) {
      return wrong(fmt::format("digests {} {} of the backtest are not {} {}", done.value().inputs_digest, done.value().derived_digest,
                               paper_.inputs_digest, paper_.derived_digest));
    }
    return "digests " + paper_.inputs_digest + " " + paper_.derived_digest;
  }

  Result<std::string> report() {
    const auto book = replay::Book::read(folder_ / "paper");
    if (!book) return book.error();
    const replay::Book& b = book.value();
    Money net = b.initial;
    for (const TradeClosed& t : b.trades) net += t.net_pnl;
    if (b.final_equity != paper_.facts.final_equity) return wrong("equity read back from the journal is not that of the session");
    if (paper_.facts.open_positions == 0 && net != b.final_equity) return wrong("trades do not add up to the equity");
    return fmt::format("{} signals, {} trades, equity {:.2f}", b.signals.size(), b.trades.size(), money_to_double(b.final_equity));
  }

  Result<std::string> incident() {
    replay::IncidentQuestion question;
    question.journal = (folder_ / "paper").string();
    question.seq = paper_.facts.events;
    const auto doc = replay::build_incident(question);
    if (!doc) return doc.error();
    const auto& r = doc.value()["rederived"];
    if (r["mismatches"] != 0) return wrong("mismatches with the journal: " + r["mismatches"].dump());
    return r["decisions"].dump() + " decisions, 0 mismatches";
  }

  const CommonOptions& options_;
  std::filesystem::path folder_;
  replay::SessionResult paper_;
};

}  // namespace

std::vector<HealthStep> check_health(const CommonOptions& options) { return Health(options).run(); }

}  // namespace omega::cli
