// The EMA cross on Omega's pipeline as the other engines run it: bars in memory, nothing written. Speaks the protocol of passes.py.
//   ema_in_memory CONFIG-DIR EMA-CROSS.so DAYS
#include <charconv>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/market.hpp"
#include "bench/peers/watch.hpp"

namespace omega::bench {
namespace {

/// Keeps the times of the signals.
class Entries final : public LaneSink {
 public:
  explicit Entries(std::size_t most) { times_.reserve(most); }
  void append(EventType type, Seq, const void* body, std::size_t, std::span<const double>) noexcept override {
    if (type != EventType::kSignal || times_.size() == times_.capacity()) return;
    Signal signal;
    std::memcpy(&signal, body, sizeof signal);
    times_.push_back(signal.ts);
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }
  [[nodiscard]] const std::vector<TimeNs>& times() const noexcept { return times_; }

 private:
  std::vector<TimeNs> times_;
};

nlohmann::json one_pass(const Market& m) {
  Entries entries(m.events.size());
  NullSink null;
  const LaneSinks sinks{&null, &null, &entries, &null, &null};
  const auto pipeline = std::make_unique<Pipeline>(m.config, sinks);
  const Watch watch;
  for (const InputEvent& e : m.events) pipeline->on_external(e);
  nlohmann::json out = watch.stop();
  out["entries"] = entries.times();
  return out;
}

}  // namespace
}  // namespace omega::bench

int main(int argc, char** argv) {
  int days = 0;
  if (argc != 4 || std::from_chars(argv[3], argv[3] + std::strlen(argv[3]), days).ec != std::errc{}) {
    std::cerr << "usage: ema_in_memory CONFIG-DIR EMA-CROSS.so DAYS\n";
    return 2;
  }
  const omega::bench::Market m = omega::bench::make_market(argv[1], "green_only", {"profile.strategies=[{plugin: " + std::string(argv[2]) + "}]"}, days, {"EURUSD"});
  std::cout << nlohmann::json{{"version", "omega"}} << std::endl;
  for (std::string asked; std::getline(std::cin, asked);) std::cout << omega::bench::one_pass(m) << std::endl;
}
