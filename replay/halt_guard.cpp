#include "replay/halt_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/pipeline/halt_context.hpp"
#include "journal/event_json.hpp"
#include "journal/signal_text.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kUnderSanitizer = true;
#elif defined(__clang__)
constexpr bool kUnderSanitizer = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kUnderSanitizer = false;
#endif

namespace omega::replay {
namespace {

char dump_path[512] = {};
char reason[160] = {};  // of an escaped exception
std::atomic_flag halted = ATOMIC_FLAG_INIT;
constinit thread_local bool halting = false;
std::terminate_handler terminate_before = nullptr;
alignas(16) char fault_stack[64 * 1024];  // a stage that ran out of stack has none left for the handler

const char* name_of(int signal) noexcept {
  switch (signal) {
    case SIGABRT: return "SIGABRT";
    case SIGSEGV: return "SIGSEGV";
    case SIGFPE: return "SIGFPE";
    case SIGILL: return "SIGILL";
    case SIGBUS: return "SIGBUS";
    default: return "a signal";
  }
}

bool write_dump(const HaltContext& at, int signal) noexcept {
  if (dump_path[0] == '\0') return false;
  const int fd = ::open(dump_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  journal::SignalText text;
  text << R"({"schema":"omega.halt/1","seq":)" << at.seq << R"(,"stage":")" << at.stage << R"(","signal":")" << name_of(signal)
       << R"(","reason":")";
  text.quoted(reason) << R"(","type":")" << journal::event_type_name(at.input->type) << R"(","event":")";
  text.hex(at.input->body.data(), at.input->body_bytes()) << "\"}\n";
  const bool written = text.write_to(fd);
  return ::close(fd) == 0 && written;
}

void on_fault(int signal, siginfo_t* info, void*) noexcept {
  std::atomic_signal_fence(std::memory_order_acquire);  // pairs with the release fences in enter_stage() and leave_stages()
  const HaltContext at = halt_context;
  const bool again = halting;  // the handler itself
  const bool sent_by_others = info->si_code <= 0 && (signal != SIGABRT || info->si_pid != ::getpid());
  if (at.input == nullptr || sent_by_others || again) {
    std::signal(signal, SIG_DFL);
    ::raise(signal);  // delivered when this handler returns
    return;
  }
  // relaxed because nothing is published: a second thread that dies only waits for the end
  while (halted.test_and_set(std::memory_order_relaxed)) ::pause();
  halting = true;
  const bool dumped = write_dump(at, signal);
  journal::SignalText line;
  line << "omega: halted in stage " << at.stage << " at input seq " << at.seq << ": " << name_of(signal);
  if (reason[0] != '\0') line << ", " << reason;
  line << "; no later input was taken and no order leaves; ";
  if (dumped) line << "the input is in " << dump_path;
  else line << "the input could not be dumped, it is in lane inputs";
  line << "; keep the journal, mend the engine, then go on with --resume\n";
  static_cast<void>(line.write_to(STDERR_FILENO));  // nothing more can be done
  ::_exit(kHaltedExitCode);
}

/// An exception that escapes the noexcept event path: its text is kept for the line.
[[noreturn]] void on_terminate() {
  if (halt_context.input == nullptr) terminate_before();
  try {
    if (std::current_exception()) throw;
  } catch (const std::exception& e) {
    std::strncpy(reason, e.what(), sizeof reason - 1);
  } catch (...) {
    std::strncpy(reason, "an exception without a text", sizeof reason - 1);
  }
  std::replace(reason, reason + std::strlen(reason), '\n', ' ');
  std::abort();
}

}  // namespace

void halt_on_stage_fault() {
  if (kUnderSanitizer) return;
  static_cast<void>(journal::event_type_name(EventType::kBar));  // its table is made now, not in the handler
  terminate_before = std::set_terminate(on_terminate);
  const stack_t stack{.ss_sp = fault_stack, .ss_flags = 0, .ss_size = sizeof fault_stack};
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) ::sigaction(signal, &action, nullptr);
}

void dump_halts_to(const std::filesystem::path& journal_dir) {
  const std::string path = (journal_dir / kHaltFile).string();
  if (path.size() >= sizeof dump_path) return;
  std::memcpy(dump_path, path.c_str(), path.size() + 1);
}

std::string recorded_halt(const std::filesystem::path& journal_dir) {
  std::ifstream in(journal_dir / kHaltFile);
  const nlohmann::json halt = nlohmann::json::parse(in, nullptr, false);
  if (!halt.is_object()) return {};
  return fmt::format("halted earlier in stage {} at input seq {}: {}", halt.value("stage", "?"), halt.value("seq", std::uint64_t{0}),
                     halt.value("signal", "?"));
}

}  // namespace omega::replay
