#include "adapters/feed/series.hpp"

#include <algorithm>
#include <map>

#include "adapters/feed/bar_checks.hpp"
#include "adapters/feed/price_path.hpp"
#include "adapters/feed/tick_bars.hpp"
#include "adapters/feed/trading_week.hpp"

namespace omega::feed {
namespace {

constexpr DurationNs kMaxGap_ns = 2 * kHour_ns;  // max_gap of STRATEGIES 1.7
constexpr DurationNs kStretch_ns = 7 * kDay_ns;

using Bars = std::vector<PlacedBar>;

bool by_time(const PlacedBar& a, const PlacedBar& b) noexcept { return a.bar.t_open < b.bar.t_open; }

/// Bars of the ticks, checked source by source as if they had been read.
Status add_bars_of_ticks(Series& series, const InstrumentConfig& instrument, std::span<SourceQuality> qualities, SymbolSummary& s) {
  if (series.ticks.ticks.empty()) return Ok{};
  if (Status ordered = order_ticks(series.ticks, series.keep_ticks, instrument.symbol, qualities); !ordered) return ordered;
  TickBars made = bars_of_ticks(series.ticks, series.instrument, series.volume);
  if (made.bars.empty()) {
    return Error{ErrorKind::kData, instrument.symbol + ": no bar could be made of its " + std::to_string(series.ticks.ticks.size()) +
                                       " ticks; check --format and the files"};
  }
  std::map<std::uint32_t, Bars> by_source;
  for (const PlacedBar& b : made.bars) by_source[b.source].push_back(b);
  for (auto& [source, own] : by_source) {
    check_bars(own, qualities[source]);
    qualities[source].basis = own.front().bar.basis;
    series.bars.insert(series.bars.end(), own.begin(), own.end());
  }
  if (!series.keep_ticks) {
    series.ticks = TickList{};
    return Ok{};
  }
  s.ticks = summarise_ticks(series.ticks, qualities);
  s.ticks.trades_outside = made.trades_outside;
  return Ok{};
}

void reject_unpaired(const PlacedBar& b, std::span<SourceQuality> qualities) {
  qualities[b.source].add(RowKind::kUnpairedSide, b.line, utc_text(b.bar.t_open).substr(0, 16) + "Z " + path_text(b.bar));
}

/// Files that give bid bars and files that give ask bars: good minutes with both become one bar, the others are rejected;
/// quarantined bars stay as they came.
void pair_sides(Bars& bars, std::span<SourceQuality> qualities) {
  Bars bid, ask, out;
  for (const PlacedBar& b : bars) {
    if (!is_good(b)) out.push_back(b);
    else (b.bar.basis == PriceBasis::kBid ? bid : ask).push_back(b);
  }
  std::stable_sort(bid.begin(), bid.end(), by_time);
  std::stable_sort(ask.begin(), ask.end(), by_time);
  std::size_t i = 0, j = 0;
  while (i < bid.size() || j < ask.size()) {
    if (j == ask.size() || (i < bid.size() && by_time(bid[i], ask[j]))) {
      reject_unpaired(bid[i++], qualities);
    } else if (i == bid.size() || by_time(ask[j], bid[i])) {
      reject_unpaired(ask[j++], qualities);
    } else {
      PlacedBar both = bid[i++];
      const Bar& a = ask[j++].bar;
      both.bar.ask_open = a.bid_open, both.bar.ask_high = a.bid_high, both.bar.ask_low = a.bid_low, both.bar.ask_close = a.bid_close;
      both.bar.basis = PriceBasis::kBidAsk;
      SourceQuality& q = qualities[both.source];
      if (both.bar.bid_close == both.bar.ask_close) ++q.locked;
      if (both.bar.bid_close > both.bar.ask_close) {
        both.bar.flags |= bar_flag::kBadCrossed;
        q.add(RowKind::kCrossed, both.line, utc_text(both.bar.t_open).substr(0, 16) + "Z " + price_text(both.bar.bid_close) + " > " + price_text(both.bar.ask_close));
      }
      out.push_back(both);
    }
  }
  bars = std::move(out);
}

Status unite_basis(Series& series, const InstrumentConfig& instrument, std::span<SourceQuality> qualities, PriceBasis& basis) {
  bool has[5] = {};
  for (const PlacedBar& b : series.bars) has[static_cast<std::size_t>(b.bar.basis)] = true;
  const auto count = std::count(std::begin(has), std::end(has), true);
  const bool bid_and_ask = has[static_cast<std::size_t>(PriceBasis::kBid)] && has[static_cast<std::size_t>(PriceBasis::kAsk)];
  if (count == 2 && bid_and_ask) {
    pair_sides(series.bars, qualities);
    basis = PriceBasis::kBidAsk;
    if (series.bars.empty()) return Error{ErrorKind::kData, instrument.symbol + ": the bid and the ask files have no minute in common"};
    return Ok{};
  }
  basis = series.bars.front().bar.basis;
  for (const PlacedBar& b : series.bars) {
    if (b.bar.basis == basis) continue;
    return Error{ErrorKind::kUsage, instrument.symbol + ": " + qualities[series.bars.front().source].file + " gives " +
                                        name_of(basis) + " prices and " + qualities[b.source].file + " gives " +
                                        name_of(b.bar.basis) + " prices; import files of one kind per symbol"};
  }
  return Ok{};
}

Status check_volume_column(const Series& series, const InstrumentConfig& instrument, std::span<SourceQuality> qualities) {
  const bool quotes_alone = series.volume == VolumeChoice::kColumn && qualities[series.bars.front().source].ticks;
  const bool some = std::any_of(series.bars.begin(), series.bars.end(), [](const PlacedBar& b) { return b.bar.volume > 0; });
  if (some || series.volume != VolumeChoice::kColumn) return Ok{};
  if (quotes_alone) {
    return Error{ErrorKind::kUsage, instrument.symbol + ": quotes have sizes but no traded volume, and there are no trades among the files; "
                                                        "use --volume range-proxy, none or ticks"};
  }
  return Error{ErrorKind::kUsage, qualities[series.bars.front().source].file + ": the volume column of " + instrument.symbol +
                                      " is zero in all " + std::to_string(series.bars.size()) +
                                      " rows; use --volume none or --volume range-proxy"};
}

/// Twice the mid, so that it stays whole.
Path doubled(const Bar& b) noexcept {
  const Path one = path_of(b), two = b.basis == PriceBasis::kBidAsk ? ask_path_of(b) : one;
  return {one[0] + two[0], one[1] + two[1], one[2] + two[2], one[3] + two[3]};
}

void fill_range_proxy(Bars& bars, Price tick) {
  const PlacedBar* last = nullptr;
  for (PlacedBar& b : bars) {
    b.bar.volume_kind = VolumeKind::kProxyRange;
    if (!is_good(b)) continue;
    const Path p = doubled(b.bar);
    Price high = p[kHigh], low = p[kLow];
    if (last != nullptr && b.bar.t_open - last->bar.t_open <= kMaxGap_ns) {
      const Price close = doubled(last->bar)[kClose];
      high = std::max(high, close), low = std::min(low, close);
    }
    b.bar.volume = static_cast<Qty>(i128{high - low} * kQtyScale / (2 * tick)) + kQtyScale;
    last = &b;
  }
}

void count_gaps(const Bars& bars, AssetClass asset_class, int gap_minutes_min, std::span<SourceQuality> qualities, SymbolSummary& s) {
  const PlacedBar* last = nullptr;
  for (const PlacedBar& b : bars) {
    if ((b.bar.flags & bar_flag::kBadOrder) != 0) continue;  // its time is not to be trusted
    if (last != nullptr && b.bar.t_open - last->bar.t_open > kStretch_ns) {
      ++s.stretches;
    } else if (last != nullptr && b.bar.t_open - last->bar.t_open > kMinute_ns) {
      const Break gap = classify_break(last->bar.t_open + kMinute_ns, b.bar.t_open, asset_class);
      SourceQuality& q = qualities[b.source];
      s.missing_minutes += gap.missing_minutes;
      q.missing_minutes += gap.missing_minutes;
      if (gap.weekend) ++s.weekend_breaks, ++q.weekend_breaks;
      else ++s.gaps, ++q.gaps;
      s.gap_minutes_max = std::max(s.gap_minutes_max, gap.missing_minutes);
      if (gap.missing_minutes >= static_cast<std::uint64_t>(gap_minutes_min)) {
        q.add(RowKind::kGap, b.line, std::to_string(gap.missing_minutes) + " minutes missing before " + utc_text(b.bar.t_open).substr(0, 16) + "Z");
      }
    }
    last = &b;
  }
}

void summarise(const Bars& bars, std::span<SourceQuality> qualities, SymbolSummary& s) {
  for (const PlacedBar& b : bars) {
    SourceQuality& q = qualities[b.source];
    ++q.events;
    if (q.first_open == 0 || b.bar.t_open < q.first_open) q.first_open = b.bar.t_open;
    q.last_open = std::max(q.last_open, b.bar.t_open);
    ++s.bars;
    ++(is_good(b) ? s.good : s.quarantined);
    if (b.bar.volume == 0 && b.bar.volume_kind != VolumeKind::kNone && is_good(b)) ++s.zero_volume, ++q.zero_volume;
  }
  s.from_ts = bars.front().bar.t_open;
  s.to_ts = bars.back().bar.ts;
}

/// What the ticks add to the sums of the bars.
void add_ticks(const TickList& list, SymbolSummary& s) {
  s.events = s.bars + s.ticks.events();
  s.quarantined += s.ticks.quarantined;
  s.good += s.ticks.events() - s.ticks.quarantined;
  if (list.ticks.empty()) return;
  s.from_ts = std::min(s.from_ts, list.ticks.front().ts);
  s.to_ts = std::max(s.to_ts, list.ticks.back().ts);
}

}  // namespace

Result<SymbolSummary> finish_series(Series& series, const InstrumentConfig& instrument, int gap_minutes_min,
                                    std::span<SourceQuality> qualities) {
  OMEGA_REQUIRE(!series.empty(), series.instrument, 0);
  SymbolSummary s;
  s.symbol = instrument.symbol;
  s.instrument = series.instrument;
  if (Status made = add_bars_of_ticks(series, instrument, qualities, s); !made) return made.error();
  if (Status united = unite_basis(series, instrument, qualities, s.basis); !united) return united.error();
  if (Status volume = check_volume_column(series, instrument, qualities); !volume) return volume.error();
  std::stable_sort(series.bars.begin(), series.bars.end(), by_time);
  check_overlap(series.bars, qualities);
  if (series.volume == VolumeChoice::kRangeProxy) {
    if (instrument.tick <= 0) return Error{ErrorKind::kUsage, instrument.symbol + ": --volume range-proxy needs the instrument's tick"};
    fill_range_proxy(series.bars, instrument.tick);
  }
  s.volume_kind = series.bars.front().bar.volume_kind;
  for (PlacedBar& b : series.bars) {
    qualities[b.source].volume_kind = s.volume_kind;
    s.modelled_time = s.modelled_time || qualities[b.source].modelled_time;
  }
  count_gaps(series.bars, instrument.asset_class, gap_minutes_min, qualities, s);
  summarise(series.bars, qualities, s);
  add_ticks(series.ticks, s);
  return s;
}

}  // namespace omega::feed
