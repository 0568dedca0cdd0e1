#include "adapters/feed/book_writer.hpp"

namespace omega::feed {
namespace {

BookDelta delta_of(TimeNs ts, const LevelChange& c, bool more) {
  return {.ts = ts, .price = c.price, .new_size = c.size, .flags = more ? tick_flag::kMore : std::uint16_t{0}, .side = c.side};
}

/// The best levels into a snapshot; returns how many.
template <class Prices, class Sizes>
std::uint8_t fill(std::span<const BookLevel> levels, Prices& prices, Sizes& sizes) {
  const std::size_t n = std::min(levels.size(), kBookLevels);
  for (std::size_t i = 0; i < n; ++i) prices[i] = levels[i].price, sizes[i] = levels[i].size;
  return static_cast<std::uint8_t>(n);
}

}  // namespace

void BookWriter::update(TickList& out, TimeNs ts, std::uint32_t line, std::span<const LevelChange> changes, bool may_begin) {
  for (const LevelChange& c : changes) (c.side == BookSide::kBid ? bids_ : asks_).set(c.price, c.size);
  if (whole_wanted_) {
    const bool crossed = !bids_.empty() && !asks_.empty() && bids_.best().price > asks_.best().price;
    if (may_begin && !crossed && (!begun_ || ts > last_ts_)) snapshot(out, ts, line);
    return;
  }
  for (std::size_t i = 0; i < changes.size(); ++i) out.add(delta_of(ts, changes[i], i + 1 < changes.size()), line);
  if (!changes.empty()) last_ts_ = ts;
}

void BookWriter::snapshot(TickList& out, TimeNs ts, std::uint32_t line) {
  std::vector<LevelChange> deeper;
  for (const BookSide side : {BookSide::kBid, BookSide::kAsk}) {
    const std::span<const BookLevel> levels = (side == BookSide::kBid ? bids_ : asks_).levels();
    for (std::size_t i = kBookLevels; i < levels.size(); ++i) deeper.push_back({levels[i].price, levels[i].size, side});
  }
  BookSnapshot s{.ts = ts};
  s.bid_levels = fill(bids_.levels(), s.bid_price, s.bid_size);
  s.ask_levels = fill(asks_.levels(), s.ask_price, s.ask_size);
  s.flags = static_cast<std::uint16_t>((begun_ ? tick_flag::kGap : 0) | (deeper.empty() ? 0 : tick_flag::kMore));
  out.add(s, line);
  for (std::size_t i = 0; i < deeper.size(); ++i) out.add(delta_of(ts, deeper[i], i + 1 < deeper.size()), line);
  begun_ = true;
  whole_wanted_ = false;
  last_ts_ = ts;
}

}  // namespace omega::feed
