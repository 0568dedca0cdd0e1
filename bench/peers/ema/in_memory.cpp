// The EMA cross on Omega's pipeline as the other engines run it: bars in memory, nothing written. Speaks the protocol of peer.py.
//   ema_cross_in_memory CONFIG-DIR EMA-CROSS.so DAYS
#include <charconv>
#include <cstring>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/market.hpp"

namespace omega::bench {
namespace {

double seconds_of(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

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

Market market(const std::string& config_dir, const std::string& plugin, int days) {
  Market m;
  m.config = or_end(load_config(config_dir, "green_only", {"profile.strategies=[{plugin: " + plugin + "}]"}));
  m.config.mode = "paper";
  SimMarketConfig c;
  c.seed = 1;
  c.days = days;
  c.symbols = {"EURUSD"};
  for (std::size_t i = 0; i < m.config.instruments.size(); ++i)
    if (m.config.instruments[i].symbol == "EURUSD") c.instruments.push_back(static_cast<InstrumentId>(i));
  const auto feed = or_end(SimMarket::create(c));
  m.config = or_end(resolve(std::move(m.config), feed->description()));
  for (InputEvent e; feed->next(e);) m.events.push_back(e);
  return m;
}

nlohmann::json one_pass(const Market& m) {
  Entries entries(m.events.size());
  NullSink null;
  const LaneSinks sinks{&null, &null, &entries, &null, &null};
  const auto pipeline = std::make_unique<Pipeline>(m.config, sinks);
  const double wall = seconds_of(CLOCK_MONOTONIC), processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  for (const InputEvent& e : m.events) pipeline->on_external(e);
  return {{"processor_seconds", seconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor}, {"seconds", seconds_of(CLOCK_MONOTONIC) - wall}, {"entries", entries.times()}};
}

}  // namespace
}  // namespace omega::bench

int main(int argc, char** argv) {
  int days = 0;
  if (argc != 4 || std::from_chars(argv[3], argv[3] + std::strlen(argv[3]), days).ec != std::errc{}) {
    std::cerr << "usage: ema_cross_in_memory CONFIG-DIR EMA-CROSS.so DAYS\n";
    return 2;
  }
  const omega::bench::Market m = omega::bench::market(argv[1], argv[2], days);
  std::cout << nlohmann::json{{"version", "omega"}} << std::endl;
  for (std::string asked; std::getline(std::cin, asked);) std::cout << omega::bench::one_pass(m) << std::endl;
}
