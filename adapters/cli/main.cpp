// The program omega: one subcommand per file of this folder.
#include <atomic>
#include <iostream>
#include <new>

#include "adapters/cli/command.hpp"
#include "adapters/cli/version.hpp"
#include "adapters/config/issues.hpp"
#include "journal/signal_text.hpp"
#include "replay/halt_guard.hpp"

namespace omega::cli {
namespace {

/// The deepest subcommand that was named, for its --help.
const CLI::App* chosen(const CLI::App* app) {
  for (const CLI::App* sub = app; sub != nullptr; app = sub) {
    const auto subs = app->get_subcommands();
    if (subs.empty()) break;
    sub = subs.front();
  }
  return app;
}

std::string full_name(const CLI::App* app) {
  return app->get_parent() == nullptr ? "omega" : full_name(app->get_parent()) + " " + app->get_name();
}

/// What was not understood, with the nearest option or command; empty when every word was.
std::string unknown_word(const CLI::App* app) {
  const auto extras = app->remaining();
  if (extras.empty()) return "";
  const std::string& word = extras.front();
  const bool option = word.starts_with("-");
  std::vector<std::string> names;
  if (option) {
    for (const CLI::Option* o : app->get_options()) {
      for (const std::string& name : o->get_lnames()) names.push_back("--" + name);
    }
  } else {
    for (const CLI::App* sub : app->get_subcommands([](const CLI::App*) { return true; })) names.push_back(sub->get_name());
  }
  const std::string nearest = config::nearest_name(word, names);
  const char* kind = option ? "an option" : names.empty() ? "nothing more" : "a command";
  return std::string("expected ") + kind + ", got '" + word + "'" + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* where = chosen(&app);
  std::string text = unknown_word(where);
  if (text.empty()) text = error.what();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  const std::string command = where->get_parent() == nullptr ? "" : full_name(where).substr(6) + ": ";
  return fail({ErrorKind::kUsage, command + text + "; see " + full_name(where) + " --help"});
}

int run_program(int argc, char** argv) {
  CLI::App app{"Omega: a low-latency, event-sourced trading engine", "omega"};
  app.set_version_flag("--version", std::string("omega ") + kVersion, "print the version");
  app.require_subcommand(1);
  app.footer("Exit codes: 0 done; 1 done, and the answer is no; 2 bad usage or configuration; 3 bad data or corrupt journal; "
             "4 the environment failed; 5 another program cut a journal file in use; 6 a stage failed on an input (halt.json).\nExample: omega run --profile green_only --feed sim:seed=1,days=90");
  Action action;
  for (const auto add : {add_run, add_import, add_backtest, add_verify, add_journal, add_latency, add_diff, add_inspect, add_incident, add_whatif, add_optimize, add_report,
                         add_export, add_smoke, add_checklist, add_strategies, add_features}) {
    add(app, action);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  return action();
}

/// Ends the program where an allocation fails, as a kill would: a journal survives that, and unwinding would need memory.
[[noreturn]] void out_of_memory() {
  static std::atomic_flag said = ATOMIC_FLAG_INIT;
  // relaxed because nothing is published: a second thread only waits for the end
  while (said.test_and_set(std::memory_order_relaxed)) ::pause();
  journal::SignalText line;
  line << "omega: out of memory (or of threads); free some and start again, a journal in use goes on with --resume\n";
  static_cast<void>(line.write_to(STDERR_FILENO));  // nothing more can be done
  ::_exit(Error{ErrorKind::kEnvironment, {}}.exit_code());
}

int unexpected(const std::exception& e) {
  return fail({ErrorKind::kEnvironment, std::string("unexpected failure: ") + e.what() + "; please report it"});
}

}  // namespace
}  // namespace omega::cli

int main(int argc, char** argv) {
  std::set_new_handler(omega::cli::out_of_memory);
  omega::replay::halt_on_stage_fault();
  // The only catch of the program: what reaches it is a defect or a machine that ran out of memory.
  try {
    return omega::cli::run_program(argc, argv);
  } catch (const std::bad_alloc&) {
    omega::cli::out_of_memory();  // a size that no machine has: the handler was not asked
  } catch (const std::system_error& e) {
    if (e.code() == std::errc::resource_unavailable_try_again) omega::cli::out_of_memory();  // for a thread
    return omega::cli::unexpected(e);
  } catch (const std::exception& e) {
    return omega::cli::unexpected(e);
  }
}
