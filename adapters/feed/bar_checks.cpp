#include "adapters/feed/bar_checks.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "adapters/feed/longest_run.hpp"
#include "adapters/feed/price_path.hpp"
#include "engine/market/input_guard.hpp"

namespace omega::feed {
namespace {

constexpr std::size_t kSpikeLookahead_rows = 3;
constexpr std::size_t kSteps_min = 20;

std::string describe(const Bar& b) {
  std::string text = utc_text(b.t_open).substr(0, 16) + "Z " + path_text(b);
  if (b.basis == PriceBasis::kBidAsk) text += " ask close " + price_text(b.ask_close);
  return text;
}

void flag(PlacedBar& b, RowKind kind, std::uint16_t bits, SourceQuality& quality) {
  b.bar.flags |= bits;
  quality.add(kind, b.line, describe(b.bar));
}

bool same_values(const Bar& a, const Bar& b) noexcept {
  return path_of(a) == path_of(b) && ask_path_of(a) == ask_path_of(b) && a.volume == b.volume;
}

std::vector<std::uint32_t> good_rows(const std::vector<PlacedBar>& bars) {
  std::vector<std::uint32_t> rows;
  rows.reserve(bars.size());
  for (std::uint32_t i = 0; i < bars.size(); ++i) {
    if (is_good(bars[i])) rows.push_back(i);
  }
  return rows;
}

bool strictly_increasing(const std::vector<PlacedBar>& bars, const std::vector<std::uint32_t>& rows) {
  return std::adjacent_find(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
           return bars[b].bar.t_open <= bars[a].bar.t_open;
         }) == rows.end();
}

void flag_duplicates(std::vector<PlacedBar>& bars, std::vector<std::uint32_t> rows, SourceQuality& quality) {
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return bars[a].bar.t_open < bars[b].bar.t_open; });
  std::vector<std::pair<std::uint32_t, RowKind>> found;
  for (std::size_t i = 0, first = 0; i < rows.size(); ++i) {
    const Bar &kept = bars[rows[first]].bar, &bar = bars[rows[i]].bar;
    if (i == first || bar.t_open != kept.t_open) {
      first = i;
      continue;
    }
    found.emplace_back(rows[i], same_values(kept, bar) ? RowKind::kDuplicateExact : RowKind::kDuplicateOtherValues);
  }
  std::sort(found.begin(), found.end());  // report in file order
  for (const auto& [row, kind] : found) flag(bars[row], kind, bar_flag::kBadDuplicate, quality);
}

void flag_out_of_order(std::vector<PlacedBar>& bars, SourceQuality& quality) {
  const std::vector<std::uint32_t> rows = good_rows(bars);
  std::vector<TimeNs> times(rows.size());
  std::transform(rows.begin(), rows.end(), times.begin(), [&](std::uint32_t r) { return bars[r].bar.t_open; });
  const std::vector<bool> in_run = longest_run(times, true);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!in_run[i]) flag(bars[rows[i]], RowKind::kOutOfOrder, bar_flag::kBadOrder, quality);
  }
}

/// More than half of ref away from it.
bool far_from(Price p, Price ref) noexcept { return 2 * p > 3 * ref || 2 * p < ref; }

bool close_far(const Bar& b, const Bar& ref) noexcept {
  return far_from(b.bid_close, ref.bid_close) || (b.basis == PriceBasis::kBidAsk && far_from(b.ask_close, ref.ask_close));
}

bool any_far(const Bar& b, const Bar& ref) noexcept {
  const auto path_far = [](const Path& path, Price close) {
    return std::any_of(path.begin(), path.end(), [close](Price p) { return far_from(p, close); });
  };
  return path_far(path_of(b), ref.bid_close) || (b.basis == PriceBasis::kBidAsk && path_far(ask_path_of(b), ref.ask_close));
}

bool is_spike(const Bar& bar, const Bar* last, std::span<const Bar* const> ahead) noexcept {
  if (last == nullptr) {  // nothing before: it must disagree with everything after
    return !ahead.empty() && std::all_of(ahead.begin(), ahead.end(), [&](const Bar* a) { return any_far(bar, *a); });
  }
  if (!any_far(bar, *last)) return false;
  if (!close_far(bar, *last) || ahead.empty()) return true;
  const bool returns = std::any_of(ahead.begin(), ahead.end(), [&](const Bar* a) { return !close_far(*a, *last); });
  return returns || close_far(*ahead.front(), bar);
}

void flag_spikes(std::vector<PlacedBar>& bars, SourceQuality& quality) {
  const std::vector<std::uint32_t> rows = good_rows(bars);
  const Bar* last = nullptr;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::array<const Bar*, kSpikeLookahead_rows> ahead{};
    std::size_t n = 0;
    while (n < ahead.size() && i + 1 + n < rows.size()) {
      ahead[n] = &bars[rows[i + 1 + n]].bar;
      ++n;
    }
    PlacedBar& b = bars[rows[i]];
    if (is_spike(b.bar, last, {ahead.data(), n})) flag(b, RowKind::kSpike, bar_flag::kBadJump, quality);
    else last = &b.bar;
  }
}

RowKind path_fault(const Path& p) noexcept {
  if (p[kHigh] < p[kLow]) return RowKind::kHighBelowLow;
  return p[kOpen] > p[kHigh] || p[kOpen] < p[kLow] ? RowKind::kOpenOutsideRange : RowKind::kCloseOutsideRange;
}

bool path_ok(const Path& p) noexcept {
  return p[kHigh] >= std::max(p[kOpen], p[kClose]) && p[kLow] <= std::min(p[kOpen], p[kClose]);
}

}  // namespace

std::optional<BarFault> judge_bar(const Bar& bar) noexcept {
  const bool both = bar.basis == PriceBasis::kBidAsk;
  const Path bid = path_of(bar), ask = both ? ask_path_of(bar) : bid;
  const Price lowest = std::min(*std::min_element(bid.begin(), bid.end()), *std::min_element(ask.begin(), ask.end()));
  const Price highest = std::max(*std::max_element(bid.begin(), bid.end()), *std::max_element(ask.begin(), ask.end()));
  std::optional<BarFault> fault;
  const auto add = [&](RowKind kind, std::uint16_t bit) {
    if (!fault) fault = BarFault{kind, 0};
    fault->flags |= bit;
  };
  if (lowest < 0) add(RowKind::kNegativePrice, bar_flag::kBadPrice);
  if (lowest == 0) add(RowKind::kZeroPrice, bar_flag::kBadPrice);
  if (highest > kPriceLimit) add(RowKind::kPriceTooLarge, bar_flag::kBadPrice);
  if (!path_ok(bid)) add(path_fault(bid), bar_flag::kBadRange);
  else if (!path_ok(ask)) add(path_fault(ask), bar_flag::kBadRange);
  if (both && bar.bid_close > bar.ask_close) add(RowKind::kCrossed, bar_flag::kBadCrossed);
  if (bar.volume < 0 || bar.volume > kVolumeLimit) add(RowKind::kBadVolumeSize, bar_flag::kBadPrice);
  if (floor_div(bar.t_open, kMinute_ns) * kMinute_ns != bar.t_open) add(RowKind::kOffMinute, bar_flag::kBadOrder);
  return fault;
}

void check_bars(std::vector<PlacedBar>& bars, SourceQuality& quality) {
  for (PlacedBar& b : bars) {
    if (!is_good(b)) continue;
    if (b.bar.basis == PriceBasis::kBidAsk && b.bar.bid_close == b.bar.ask_close && !quality.ticks) ++quality.locked;
    if (const auto fault = judge_bar(b.bar)) flag(b, fault->kind, fault->flags, quality);
  }
  std::vector<std::uint32_t> rows = good_rows(bars);
  if (!strictly_increasing(bars, rows)) {
    flag_duplicates(bars, std::move(rows), quality);
    flag_out_of_order(bars, quality);
  }
  flag_spikes(bars, quality);
}

void check_overlap(std::vector<PlacedBar>& sorted, std::span<SourceQuality> qualities) {
  const PlacedBar* kept = nullptr;
  for (PlacedBar& b : sorted) {
    if (!is_good(b)) continue;
    if (kept != nullptr && kept->bar.t_open == b.bar.t_open) {
      flag(b, same_values(kept->bar, b.bar) ? RowKind::kDuplicateExact : RowKind::kDuplicateOtherValues,
           bar_flag::kBadDuplicate, qualities[b.source]);
    } else {
      kept = &b;
    }
  }
}

DurationNs usual_step(const std::vector<PlacedBar>& bars) {
  std::map<DurationNs, std::size_t> steps;
  const PlacedBar* last = nullptr;
  std::size_t count = 0;
  for (const PlacedBar& b : bars) {
    if (last != nullptr) {
      const DurationNs step = b.bar.t_open - last->bar.t_open;
      if (step > 0) ++steps[step], ++count;
    }
    last = &b;
  }
  if (count < kSteps_min) return 0;
  return std::max_element(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
}

}  // namespace omega::feed
