// What:     The scheduled high-impact releases that are near: what the news blackout and S24 look at.
// Owner:    a stage, one each, filled from the NewsEvents it sees.   Threads: one.   Bounded: kItemsMax, no allocation.
// Rules:    only HIGH impact is kept; an event published again under the same id replaces the first; one whose release lies more than
//           kKeep back goes when room is needed or a new one comes. A full book drops the newcomer and counts it.
// Units:    UTC ns; currencies as currency_code().   Order: by (release, id), so that nothing depends on the order of publication.
// Source:   STRATEGIES 1.2 (NewsEvent), 4.2 (blackout), F29 (τ).
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "engine/core/config.hpp"

namespace omega {

struct NewsItem {
  TimeNs release = 0;
  std::uint64_t id = 0;
  std::uint32_t currency = 0;
  NewsType type = NewsType::kOther;
  template <class Archive> void serialize(Archive& ar) { ar(release, id, currency, type); }
};

/// An instrument is concerned by news of its base and of its quote currency.
struct NewsCurrencies {
  std::uint32_t base = 0, quote = 0;
  static NewsCurrencies of(const InstrumentConfig& i) noexcept { return {currency_code(i.base), currency_code(i.quote)}; }
  [[nodiscard]] bool concern(const NewsItem& n) const noexcept { return n.currency == base || n.currency == quote; }
};

class NewsBook {
 public:
  static constexpr std::size_t kItemsMax = 128;
  static constexpr DurationNs kKeep_ns = kDay_ns;

  void on_event(const NewsEvent& e) noexcept {
    if (e.impact != NewsImpact::kHigh) return;
    remove_if([&](const NewsItem& n) { return n.id == e.event_id || n.release < e.ts - kKeep_ns; });
    if (count_ == items_.size()) {
      ++dropped_;
      return;
    }
    const NewsItem item{e.ts_release, e.event_id, e.currency, e.type};
    std::size_t at = count_++;
    for (; at > 0 && later(items_[at - 1], item); --at) items_[at] = items_[at - 1];
    items_[at] = item;
  }
  /// By release.
  [[nodiscard]] std::span<const NewsItem> items() const noexcept { return {items_.data(), count_}; }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  /// A release of the instrument's currencies with release − before <= ts < release + after.
  [[nodiscard]] bool blackout(const NewsCurrencies& of, TimeNs ts, DurationNs before, DurationNs after) const noexcept {
    return std::any_of(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(count_), [&](const NewsItem& n) {
      return of.concern(n) && ts >= n.release - before && ts < n.release + after;
    });
  }

  template <class Archive> void serialize(Archive& ar) {
    ar(count_, dropped_);
    if constexpr (Archive::kLoading) count_ = std::min<std::uint64_t>(count_, items_.size());  // a damaged checkpoint
    for (std::size_t i = 0; i < count_; ++i) ar(items_[i]);
  }

 private:
  [[nodiscard]] static bool later(const NewsItem& a, const NewsItem& b) noexcept {
    return a.release != b.release ? a.release > b.release : a.id > b.id;
  }
  template <class Gone>
  void remove_if(Gone gone) noexcept {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (!gone(items_[i])) items_[kept++] = items_[i];
    }
    count_ = kept;
  }
  std::array<NewsItem, kItemsMax> items_{};
  std::uint64_t count_ = 0, dropped_ = 0;
};

}  // namespace omega
