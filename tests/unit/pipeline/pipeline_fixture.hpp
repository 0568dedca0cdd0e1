// What:     Whole pipelines over the simulated market for tests: configuration from config/, every lane recorded in memory.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/config/load.hpp"
#include "adapters/feed/sim_market.hpp"
#include "engine/pipeline/pipeline.hpp"
#include "engine/pipeline/resolve.hpp"

namespace omega::test {

/// Keeps every record of a lane as bytes.
class RecordingSink final : public LaneSink {
 public:
  struct Record {
    EventType type;
    Seq seq;
    std::string bytes;  // body + list
    bool operator==(const Record&) const = default;
  };
  void append(EventType type, Seq seq, const void* body, std::size_t body_bytes, std::span<const double> list) noexcept override {
    Record r{type, seq, std::string(static_cast<const char*>(body), body_bytes)};
    r.bytes.append(reinterpret_cast<const char*>(list.data()), list.size_bytes());
    records.push_back(std::move(r));
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }
  std::vector<Record> records;
};

struct Recorder {
  std::array<RecordingSink, kLaneCount> lanes;
  LaneSinks sinks() {
    LaneSinks s{};
    for (std::size_t l = 0; l < kLaneCount; ++l) s[l] = &lanes[l];
    return s;
  }
};

inline EngineConfig base_config(const std::string& profile = "green_only", const std::vector<std::string>& overrides = {}) {
  auto loaded = load_config(std::string(OMEGA_SOURCE_DIR) + "/config", profile, overrides);
  EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().message);
  EngineConfig config = std::move(loaded).value();
  config.mode = "paper";
  return config;
}

inline std::unique_ptr<SimMarket> market(const EngineConfig& config, std::uint64_t seed, int days,
                                         const std::vector<std::string>& symbols = {"EURUSD", "GBPUSD", "USDJPY"},
                                         const std::vector<std::string>& book = {}) {
  SimMarketConfig c;
  c.book = book;
  c.seed = seed;
  c.days = days;
  c.symbols = symbols;
  for (const std::string& s : symbols) {
    for (std::size_t i = 0; i < config.instruments.size(); ++i) {
      if (config.instruments[i].symbol == s) c.instruments.push_back(static_cast<InstrumentId>(i));
    }
  }
  auto made = SimMarket::create(c);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return std::move(made).value();
}

/// FULL_24 with thresholds so low that the strategies of the book trade within days, on two symbols of which one has a book. VPIN's
/// buckets are given, so that it need not wait for five days.
struct TickRun {
  EngineConfig config;
  std::unique_ptr<SimMarket> feed;
  explicit TickRun(int days)
      : config(base_config("full_24", {"strategies.ofi_refinement.min_mtf_confluence=0", "strategies.ofi_refinement.z_entry_threshold=1",
                                       "risk.quality_min=0", "risk.vpin_global_max=1", "risk.ev_min=-1"})) {
    for (InstrumentConfig& i : config.instruments) i.vpin_bucket_override = i.symbol == "EURUSD" ? 1'000'000 * kQtyScale : 0;
    feed = market(config, 4, days, {"EURUSD", "GBPUSD"}, {"EURUSD"});
  }
};

/// The external events of a market, fetched once so that several pipelines can eat the same.
inline std::vector<InputEvent> events_of(ExternalFeed& feed) {
  std::vector<InputEvent> out;
  InputEvent e;
  while (feed.next(e)) out.push_back(e);
  return out;
}

inline EngineConfig resolved(const EngineConfig& config, const ExternalFeed& feed) {
  auto r = resolve(config, feed.description());
  EXPECT_TRUE(r.ok());
  return std::move(r).value();
}

}  // namespace omega::test
