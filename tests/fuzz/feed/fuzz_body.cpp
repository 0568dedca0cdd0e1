#include "tests/fuzz/feed/fuzz_body.hpp"

#include "adapters/feed/bar_checks.hpp"
#include "adapters/feed/csv_reader.hpp"
#include "adapters/feed/histdata_reader.hpp"
#include "adapters/feed/lean_reader.hpp"
#include "engine/core/assert.hpp"

namespace omega::feed::fuzz {
namespace {

const EngineConfig& table() {
  static const EngineConfig config = [] {
    EngineConfig c;
    for (const char* s : {"EURUSD", "GBPUSD"}) {
      InstrumentConfig i;
      i.symbol = s;
      c.instruments.push_back(i);
    }
    return c;
  }();
  return config;
}

using ReadFunction = Status (*)(ByteSource&, Reader&);

void run(const std::uint8_t* data, std::size_t size, const ImportOptions& options, const std::string& member, ReadFunction read) {
  const SymbolTable symbols(table());
  const LocalClock clock(TimeZone::new_york(), options.on_ambiguous);
  const std::string folder = "eurusd";
  SourceQuality quality;
  quality.file = member;
  std::vector<PlacedBar> bars;
  Reader reader{options, symbols, options.tz.empty() ? nullptr : &clock, folder, member, quality, bars};
  MemorySource bytes({reinterpret_cast<const char*>(data), size});
  if (!read(bytes, reader).ok()) return;
  const std::uint64_t quarantined_before = quality.quarantined;
  check_bars(bars, quality);
  // every row is accounted for, and what is passed on as good is good
  std::uint64_t good = 0;
  TimeNs last = 0;
  for (const PlacedBar& b : bars) {
    if (!is_good(b)) continue;
    ++good;
    OMEGA_REQUIRE(!judge_bar(b.bar), b.line, b.bar.flags);
    OMEGA_REQUIRE(b.bar.t_open > last || last == 0 || b.bar.instrument != bars.front().bar.instrument, b.bar.t_open, last);
    if (b.bar.instrument == bars.front().bar.instrument) last = b.bar.t_open;
    OMEGA_REQUIRE(b.bar.ts == b.bar.t_open + kMinute_ns, b.bar.ts, b.bar.t_open);
  }
  OMEGA_REQUIRE(quality.quarantined >= quarantined_before, quality.quarantined, quarantined_before);
  OMEGA_REQUIRE(good <= quality.rows, good, quality.rows);
  if (!quality.ticks) {
    OMEGA_REQUIRE(good + quality.quarantined == bars.size(), good, bars.size());
    OMEGA_REQUIRE(bars.size() + quality.rejected + quality.count(RowKind::kEmptyLine) == quality.rows, bars.size(), quality.rows);
  }
}

}  // namespace

void histdata(const std::uint8_t* data, std::size_t size) {
  ImportOptions o;
  o.format = Format::kHistdata;
  o.tz = "NewYork";
  o.basis = PriceBasis::kBid;
  o.volume = VolumeChoice::kColumn;
  run(data, size, o, "DAT_ASCII_EURUSD_M1_2018.csv", read_histdata);
}

void csv(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return;
  const std::uint8_t pick = data[0];
  ImportOptions o;
  o.format = Format::kCsv;
  if ((pick & 1) != 0) o.tz = "NewYork";
  if ((pick & 2) != 0) o.basis = PriceBasis::kMid;
  if ((pick & 4) != 0) o.symbol = "EURUSD";
  o.volume = static_cast<VolumeChoice>((pick >> 3) & 3);
  o.on_ambiguous = OnAmbiguous::kSecond;
  run(data + 1, size - 1, o, "bars.csv", read_csv);
}

void lean(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return;
  ImportOptions o;
  o.format = Format::kLean;
  o.tz = "NewYork";
  o.volume = VolumeChoice::kNone;
  static constexpr const char* kMembers[] = {"20180311_eurusd_minute_quote.csv", "20181104_eurusd_minute_trade.csv",
                                             "20180502_eurusd_tick_quote.csv"};
  run(data + 1, size - 1, o, kMembers[data[0] % 3], read_lean);
}

}  // namespace omega::feed::fuzz
