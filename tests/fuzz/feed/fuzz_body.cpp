#include "tests/fuzz/feed/fuzz_body.hpp"

#include "adapters/feed/bar_checks.hpp"
#include "adapters/feed/bi5_reader.hpp"
#include "adapters/feed/bitfinex_reader.hpp"
#include "adapters/feed/bitstamp_reader.hpp"
#include "adapters/feed/csv_reader.hpp"
#include "adapters/feed/histdata_reader.hpp"
#include "adapters/feed/itch_reader.hpp"
#include "adapters/feed/lean_reader.hpp"
#include "adapters/feed/lobster_reader.hpp"
#include "adapters/feed/tick_bars.hpp"
#include "adapters/feed/tick_checks.hpp"
#include "adapters/feed/tick_series.hpp"
#include "adapters/feed/truefx_reader.hpp"
#include "engine/core/assert.hpp"
#include "engine/market/input_guard.hpp"

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
    InstrumentConfig share;
    share.symbol = "IBM";
    share.asset_class = AssetClass::kEquity;
    c.instruments.push_back(share);
    return c;
  }();
  return config;
}

/// What is passed on as good is good, in order, and makes sound bars; returns how many ticks there are.
std::uint64_t check_ticks(TickList& list, bool keep, SourceQuality& quality) {
  check_tick_order(list, keep, quality);
  OMEGA_REQUIRE(order_ticks(list, keep, "EURUSD", {&quality, 1}).ok(), list.ticks.size(), 0);
  OrderBook book;
  TimeNs last = 0;
  for (const PlacedTick& t : list.ticks) {
    const InputEvent e = list.event(t, 0);
    OMEGA_REQUIRE(keep || t.good(), t.line, t.flags);
    OMEGA_REQUIRE(!t.good() || judge_tick(e) == 0, t.line, t.type);
    OMEGA_REQUIRE(t.ts >= last, t.ts, last);
    last = t.ts;
    if (!t.good()) continue;
    if (t.is(EventType::kBookSnapshot)) book.on_snapshot(e.as<BookSnapshot>());
    if (t.is(EventType::kBookDelta)) OMEGA_REQUIRE(book.on_delta(e.as<BookDelta>()), t.line, t.ts);
  }
  for (const PlacedBar& b : bars_of_ticks(list, 0, VolumeChoice::kTicks).bars) {
    Bar bar = b.bar;
    OMEGA_REQUIRE(!judge_bar(bar), b.line, b.bar.flags);
  }
  return summarise_ticks(list, {&quality, 1}).events();
}

using ReadFunction = Status (*)(ByteSource&, Reader&);

void run(const std::uint8_t* data, std::size_t size, const ImportOptions& options, const std::string& member, ReadFunction read) {
  const SymbolTable symbols(table());
  const LocalClock clock(TimeZone::new_york(), options.on_ambiguous);
  const std::string folder = "eurusd";
  SourceQuality quality;
  quality.file = member;
  std::vector<PlacedBar> bars;
  std::map<InstrumentId, TickList> ticks;
  Reader reader{options, symbols, options.tz.empty() ? nullptr : &clock, folder, member, quality, bars, ticks};
  MemorySource bytes({reinterpret_cast<const char*>(data), size});
  if (!read(bytes, reader).ok()) return;
  if (quality.ticks) {
    std::uint64_t n = 0;
    for (auto& [id, list] : ticks) n += check_ticks(list, options.keep_ticks(), quality);
    OMEGA_REQUIRE(n <= quality.rows, n, quality.rows);
    OMEGA_REQUIRE(bars.empty() && quality.quarantined <= n, quality.quarantined, n);
    return;
  }
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
  OMEGA_REQUIRE(good + quality.quarantined == bars.size(), good, bars.size());
  OMEGA_REQUIRE(bars.size() + quality.rejected + quality.count(RowKind::kEmptyLine) == quality.rows, bars.size(), quality.rows);
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
                                             "20180502_eurusd_tick_quote.csv", "20181104_ibm_Quote_Tick.csv", "20131007_ibm_Trade_Tick.csv"};
  const std::size_t pick = (data[0] & 0x7f) % 5;
  if (pick >= 2) o.ticks = (data[0] & 0x80) != 0 ? TickChoice::kKeep : TickChoice::kBars;
  run(data + 1, size - 1, o, kMembers[pick], read_lean);
}

void truefx(const std::uint8_t* data, std::size_t size) {
  ImportOptions o;
  o.format = Format::kTruefx;
  o.volume = VolumeChoice::kTicks;
  run(data, size, o, "eurusd.csv", read_truefx);
}

void bi5(const std::uint8_t* data, std::size_t size) {
  ImportOptions o;
  o.format = Format::kBi5;
  o.volume = VolumeChoice::kTicks;
  run(data, size, o, "05h_ticks.bi5", [](ByteSource& bytes, Reader& reader) { return read_bi5(bytes, reader, "/EURUSD/2012/11/03/05h_ticks.bi5"); });
}

namespace {

/// A file of orders, whose books are sound whatever the file holds: what is not readable makes no event.
void orders(const std::uint8_t* data, std::size_t size, const ImportOptions& options, const std::string& member, ReadFunction read) {
  const SymbolTable symbols(table());
  const LocalClock clock(TimeZone::new_york(), OnAmbiguous::kQuarantine);
  SourceQuality quality;
  std::vector<PlacedBar> bars;
  std::map<InstrumentId, TickList> ticks;
  const std::string folder;
  Reader reader{options, symbols, &clock, folder, member, quality, bars, ticks};
  MemorySource bytes({reinterpret_cast<const char*>(data), size});
  static_cast<void>(read(bytes, reader));  // what came before the file was lost must be sound too
  for (auto& [id, list] : ticks) {
    const std::size_t made = list.ticks.size();
    OMEGA_REQUIRE(check_ticks(list, true, quality) == made, made, list.ticks.size());
    for (const PlacedTick& t : list.ticks) OMEGA_REQUIRE(t.good(), t.line, t.flags);
  }
}

}  // namespace

void itch(const std::uint8_t* data, std::size_t size) {
  ImportOptions o;
  o.format = Format::kItch;
  orders(data, size, o, "IBM_20191230.itch50", read_itch);
}

void bitstamp(const std::uint8_t* data, std::size_t size) {
  ImportOptions o;
  o.format = Format::kBitstamp;
  o.symbol = "EURUSD";
  orders(data, size, o, "orders.csv", read_bitstamp);
}

void bitfinex(const std::uint8_t* data, std::size_t size) {
  ImportOptions o;
  o.format = Format::kBitfinex;
  o.start_ts = 1'640'995'200 * kSecond_ns;
  o.frame_step_ns = kMilli_ns;
  orders(data, size, o, "feed.json", read_bitfinex);
}

void lobster(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return;
  const std::string levels = std::to_string(1 + data[0] % kLobsterLevels_max);
  const std::string_view all(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t cut = std::min(all.find('\x1e'), all.size());
  const SymbolTable symbols(table());
  const LocalClock clock(TimeZone::new_york(), OnAmbiguous::kQuarantine);
  ImportOptions options;
  options.format = Format::kLobster;
  std::vector<SourceQuality> qualities(2);
  std::vector<PlacedBar> bars;
  std::map<InstrumentId, TickList> ticks;
  LobsterDays days;
  for (std::uint32_t half = 0; half < 2; ++half) {
    const std::string folder, member = std::string("IBM_2018-11-04_0_0_") + (half == 0 ? "message_" : "orderbook_") + levels + ".csv";
    Reader reader{options, symbols, &clock, folder, member, qualities[half], bars, ticks};
    MemorySource bytes(half == 0 ? all.substr(0, cut) : all.substr(std::min(cut + 1, all.size())));
    if (!read_lobster(bytes, reader, half, days).ok()) return;
  }
  TickList list = join_lobster(days.begin()->second, clock, qualities);
  const std::size_t made = list.ticks.size();
  OMEGA_REQUIRE(check_ticks(list, true, qualities[0]) == made, made, list.ticks.size());
  for (const PlacedTick& t : list.ticks) OMEGA_REQUIRE(t.good(), t.line, t.flags);  // what is not readable makes no event
}

}  // namespace omega::feed::fuzz
