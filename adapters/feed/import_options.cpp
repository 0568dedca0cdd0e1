#include "adapters/feed/import_options.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "adapters/feed/decimal.hpp"
#include "adapters/feed/time_zone.hpp"

namespace omega::feed {
namespace {

template <class E>
struct Choice {
  std::string_view name;
  E value;
};

template <class E>
Result<E> choose(std::string_view option, std::string_view text, std::span<const Choice<E>> choices) {
  std::string allowed;
  for (const auto& c : choices) {
    if (c.name == text) return c.value;
    allowed += (allowed.empty() ? "" : ", ") + std::string(c.name);
  }
  return Error{ErrorKind::kUsage, std::string(option) + " '" + std::string(text) + "' is not known; use one of: " + allowed};
}

constexpr std::array<Choice<Format>, 10> kFormats{{{"histdata", Format::kHistdata}, {"lean", Format::kLean}, {"csv", Format::kCsv}, {"calendar", Format::kCalendar},
                                           {"lobster", Format::kLobster}, {"bi5", Format::kBi5}, {"truefx", Format::kTruefx}, {"itch", Format::kItch},
                                           {"bitstamp", Format::kBitstamp}, {"bitfinex", Format::kBitfinex}}};
constexpr std::array<Choice<TickChoice>, 2> kTicks{{{"keep", TickChoice::kKeep}, {"bars", TickChoice::kBars}}};
constexpr std::array<Choice<PriceBasis>, 4> kBases{
    {{"bid", PriceBasis::kBid}, {"ask", PriceBasis::kAsk}, {"mid", PriceBasis::kMid}, {"trade", PriceBasis::kTrade}}};
constexpr std::array<Choice<VolumeChoice>, 4> kVolumes{{{"column", VolumeChoice::kColumn},
                                                        {"ticks", VolumeChoice::kTicks},
                                                        {"range-proxy", VolumeChoice::kRangeProxy},
                                                        {"none", VolumeChoice::kNone}}};
constexpr std::array<Choice<OnAmbiguous>, 3> kAmbiguous{
    {{"first", OnAmbiguous::kFirst}, {"second", OnAmbiguous::kSecond}, {"quarantine", OnAmbiguous::kQuarantine}}};
constexpr std::array<Choice<StampOf>, 2> kStamps{{{"open", StampOf::kOpen}, {"close", StampOf::kClose}}};
constexpr std::array<Choice<EpochUnit>, 4> kEpochs{
    {{"s", EpochUnit::kSeconds}, {"ms", EpochUnit::kMillis}, {"us", EpochUnit::kMicros}, {"ns", EpochUnit::kNanos}}};

Error usage(std::string what) { return {ErrorKind::kUsage, std::move(what)}; }

}  // namespace

Result<Format> parse_format(std::string_view text) { return choose<Format>("--format", text, kFormats); }
Result<PriceBasis> parse_basis(std::string_view text) { return choose<PriceBasis>("--price-basis", text, kBases); }
Result<VolumeChoice> parse_volume(std::string_view text) { return choose<VolumeChoice>("--volume", text, kVolumes); }
Result<TickChoice> parse_ticks(std::string_view text) { return choose<TickChoice>("--ticks", text, kTicks); }
Result<OnAmbiguous> parse_on_ambiguous(std::string_view text) { return choose<OnAmbiguous>("--on-ambiguous", text, kAmbiguous); }
Result<StampOf> parse_stamp(std::string_view text) { return choose<StampOf>("--stamp", text, kStamps); }
Result<EpochUnit> parse_epoch_unit(std::string_view text) { return choose<EpochUnit>("--epoch", text, kEpochs); }

Result<TimeNs> parse_start(std::string_view text) {
  const auto wall = parse_timestamp(text);
  if (wall && wall->offset) return wall->local - *wall->offset;
  return usage("--start '" + std::string(text) + "' is not a time that states its zone; use e.g. 2017-01-01T00:00:00Z");
}

Result<DurationNs> parse_frame_step(std::string_view text) {
  static constexpr std::array<Choice<DurationNs>, 4> kUnits{{{"ns", 1}, {"us", kMicro_ns}, {"ms", kMilli_ns}, {"s", kSecond_ns}}};
  const std::size_t unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto n = parse_whole(text.substr(0, unit_at));
  for (const auto& unit : kUnits) {
    if (unit.name != text.substr(unit_at) || !n || *n == 0 || *n > static_cast<std::uint64_t>(kDay_ns / unit.value)) continue;
    return static_cast<DurationNs>(*n) * unit.value;
  }
  return usage("--frame-step '" + std::string(text) + "' is not a duration; use a whole number of ns, us, ms or s, up to a day, e.g. 1ms");
}

const char* name_of(Format f) noexcept {
  switch (f) {
    case Format::kHistdata: return "histdata";
    case Format::kLean: return "lean";
    case Format::kCsv: return "csv";
    case Format::kCalendar: return "calendar";
    case Format::kLobster: return "lobster";
    case Format::kBi5: return "bi5";
    case Format::kTruefx: return "truefx";
    case Format::kItch: return "itch";
    case Format::kBitstamp: return "bitstamp";
    case Format::kBitfinex: return "bitfinex";
  }
  return "?";
}

const char* name_of(PriceBasis b) noexcept {
  switch (b) {
    case PriceBasis::kBidAsk: return "bid+ask";
    case PriceBasis::kBid: return "bid";
    case PriceBasis::kAsk: return "ask";
    case PriceBasis::kMid: return "mid";
    case PriceBasis::kTrade: return "trade";
  }
  return "?";
}

const char* name_of(VolumeKind k) noexcept {
  switch (k) {
    case VolumeKind::kNone: return "NONE";
    case VolumeKind::kTraded: return "TRADED";
    case VolumeKind::kTicks: return "TICKS";
    case VolumeKind::kProxyRange: return "PROXY_RANGE";
  }
  return "?";
}

const char* zone_of(Format f) noexcept {
  switch (f) {
    case Format::kLobster:
    case Format::kItch: return "NewYork";
    case Format::kBi5:
    case Format::kBitstamp:
    case Format::kBitfinex:
    case Format::kTruefx: return "UTC";
    default: return nullptr;
  }
}

bool is_tick_format(Format f) noexcept { return f >= Format::kLobster; }

bool ImportOptions::keep_ticks() const noexcept { return ticks ? *ticks == TickChoice::kKeep : is_tick_format(format); }

Status check_options(const ImportOptions& o) {
  const std::string format = std::string("--format ") + name_of(o.format);
  if (o.files.empty()) return usage(format + ": no files given; name at least one");
  const char* const own_zone = zone_of(o.format);
  if (!o.tz.empty()) {
    if (auto zone = TimeZone::parse(o.tz); !zone) return zone.error();
    if (own_zone != nullptr && o.tz != own_zone) {
      return usage(format + ": the times of these files are " + own_zone + ", and --tz says " + o.tz + "; leave --tz out");
    }
  } else if (own_zone == nullptr && o.format != Format::kCsv) {  // csv may state its zone in the column name or in every row
    return usage(format + " needs " + o.tz_option + ": the files do not state their zone; use one of: " + kTimeZoneNames);
  }
  if (o.format == Format::kCalendar) return Ok{};  // no prices, no volume
  if (o.format == Format::kHistdata && !o.basis) {
    return usage(format + " needs --price-basis: the files do not state their side; use bid, ask or mid");
  }
  if (!o.volume) {
    return usage(format + " needs --volume; use column, ticks, range-proxy or none (none disables what needs volume)");
  }
  if (o.format == Format::kHistdata && *o.volume == VolumeChoice::kTicks) {
    return usage(format + ": --volume ticks needs tick data, these are minute bars; use column, range-proxy or none");
  }
  if (o.format == Format::kBitfinex && (!o.start_ts || !o.frame_step_ns)) {
    return usage(format + " needs --start and --frame-step: the frames carry no times; e.g. --start 2017-01-01T00:00:00Z --frame-step 1ms");
  }
  if (o.format != Format::kBitfinex && (o.start_ts || o.frame_step_ns)) {
    return usage(format + ": the files state their times; leave --start and --frame-step out");
  }
  if (o.format == Format::kBitstamp && o.symbol.empty()) return usage(format + " needs --symbol: the files do not name their instrument");
  if (is_tick_format(o.format) && o.basis) return usage(format + ": the files hold bid and ask prices; leave --price-basis out");
  if (o.format == Format::kBitfinex && *o.volume == VolumeChoice::kColumn) {
    return usage(format + ": the book holds no trades, so no traded volume; use --volume ticks, range-proxy or none");
  }
  if ((o.format == Format::kBi5 || o.format == Format::kTruefx) && *o.volume == VolumeChoice::kColumn) {
    return usage(format + ": quotes have no traded volume; use --volume ticks, range-proxy or none");
  }
  if (o.ticks == TickChoice::kKeep && o.format == Format::kHistdata) {
    return usage(format + ": --ticks keep needs tick data, these are minute bars; leave --ticks out");
  }
  if (o.gap_minutes_min < 1) return usage("the smallest listed gap must be at least 1 minute");
  return Ok{};
}

}  // namespace omega::feed
