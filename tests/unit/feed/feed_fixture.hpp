// What:     What the feed tests share: an instrument table, temporary files, one-call imports, and the real data's place.
// Owner:    each test.   Threads: one.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <tuple>
#include <vector>

#include "adapters/feed/import.hpp"

namespace omega::feed::testing {

inline EngineConfig instrument_table() {
  EngineConfig config;
  const auto add = [&](const char* symbol, AssetClass asset_class, Price tick) {
    InstrumentConfig i;
    i.symbol = symbol;
    i.asset_class = asset_class;
    i.tick = tick;
    config.instruments.push_back(i);
  };
  for (const char* s : {"EURUSD", "GBPUSD"}) add(s, AssetClass::kFxMajor, 10'000);
  add("USDJPY", AssetClass::kFxMajor, 1'000'000);
  for (const char* s : {"AUDUSD", "NZDUSD", "USDCAD", "USDCHF"}) add(s, AssetClass::kFxMajor, 10'000);
  add("XAUUSD", AssetClass::kMetal, 10'000'000);
  add("BTCUSD", AssetClass::kCrypto, 10'000'000);
  add("AUDJPY", AssetClass::kFxCross, 1'000'000);
  add("GBPJPY", AssetClass::kFxCross, 1'000'000);
  for (const char* s : {"AAPL", "GOOG", "SPY", "IBM"}) add(s, AssetClass::kEquity, 10'000'000);
  return config;
}

/// A directory that goes away with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "omega_feed_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const std::filesystem::path p = path_ / name;
    std::filesystem::create_directories(p.parent_path());
    std::ofstream(p, std::ios::binary) << bytes;
    return p;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Imported {
  ImportReport report;
  std::vector<Bar> bars;   // in event order
  std::vector<InputEvent> events;  // of every kind, in order; left empty by run_import
};

/// Every event of an import of any kind, its order checked.
inline Result<Imported> run_tick_import(std::vector<ImportOptions> sets) {
  Imported out;
  auto report = import_files(sets, instrument_table(), [&](const InputEvent& e) -> Status {
    EXPECT_EQ(e.seq, out.events.size() + 1);
    if (!out.events.empty()) {
      const InputEvent& last = out.events.back();
      const auto key = [](const InputEvent& x) { return std::tuple(x.ts(), event_rank(x.type), instrument_of(x)); };
      EXPECT_LE(key(last), key(e)) << e.seq;
    }
    if (e.type == EventType::kBar) out.bars.push_back(e.as<Bar>());
    out.events.push_back(e);
    return Ok{};
  });
  if (!report) return report.error();
  out.report = std::move(report).value();
  EXPECT_EQ(out.report.events + out.report.news, out.events.size());
  return out;
}

inline Result<Imported> run_import(std::vector<ImportOptions> sets) {
  Imported out;
  auto report = import_files(sets, instrument_table(), [&](const InputEvent& e) -> Status {
    EXPECT_EQ(e.type, EventType::kBar);
    EXPECT_EQ(e.seq, out.bars.size() + 1);
    out.bars.push_back(e.as<Bar>());
    return Ok{};
  });
  if (!report) return report.error();
  out.report = std::move(report).value();
  return out;
}

inline ImportOptions histdata_options(std::vector<std::filesystem::path> files) {
  return {.format = Format::kHistdata, .tz = "NewYork", .basis = PriceBasis::kBid, .volume = VolumeChoice::kNone, .files = std::move(files)};
}
inline ImportOptions lean_options(std::vector<std::filesystem::path> files, const char* tz, VolumeChoice volume = VolumeChoice::kNone) {
  return {.format = Format::kLean, .tz = tz, .volume = volume, .files = std::move(files)};
}
inline ImportOptions csv_options(std::vector<std::filesystem::path> files, std::optional<PriceBasis> basis = {}) {
  return {.format = Format::kCsv, .symbol = "EURUSD", .basis = basis, .volume = VolumeChoice::kNone, .files = std::move(files)};
}

/// A set of a format of ticks, kept.
inline ImportOptions tick_options(Format format, std::vector<std::filesystem::path> files, VolumeChoice volume = VolumeChoice::kTicks) {
  return {.format = format, .volume = volume, .ticks = TickChoice::kKeep, .files = std::move(files)};
}

inline std::filesystem::path data_folder() {
  const char* shared = std::getenv("OMEGA_SHARED");
  return (shared != nullptr ? std::filesystem::path(shared) : std::filesystem::path(OMEGA_SOURCE_DIR) / ".." / "shared") / "data";
}

/// Every file of a folder, by name.
inline std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder, const std::string& ending) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().string().ends_with(ending)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

#define OMEGA_NEEDS_DATA()                                            \
  do {                                                                \
    if (!std::filesystem::exists(::omega::feed::testing::data_folder())) { \
      std::cout << "SKIPPED: no ../shared/data\n";                    \
      GTEST_SKIP() << "no ../shared/data";                            \
    }                                                                 \
  } while (false)

}  // namespace omega::feed::testing
