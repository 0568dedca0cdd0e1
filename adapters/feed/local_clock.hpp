// What:     Local times of one file to UTC: the zone's rule plus the user's decision about times it repeats or skips.
// Owner:    one per set of options.   Threads: any (immutable).
// Errors:   a year before the zone's rule has no UTC time (ok = false).
#pragma once

#include <optional>

#include "adapters/feed/import_options.hpp"
#include "adapters/feed/row_kind.hpp"
#include "adapters/feed/time_zone.hpp"

namespace omega::feed {

struct Resolved {
  TimeNs utc = 0;
  bool ok = true;
  std::optional<RowKind> finding;  // kAmbiguousTime or kSkippedTime
  bool quarantine = false;
};

class LocalClock {
 public:
  LocalClock(TimeZone zone, OnAmbiguous rule) : zone_(std::move(zone)), rule_(rule) {}

  [[nodiscard]] Resolved to_utc(TimeNs local) const noexcept {
    const LocalTime t = zone_.to_utc(local);
    switch (t.kind) {
      case LocalTime::Kind::kUnique: return {.utc = t.first, .finding = {}};
      case LocalTime::Kind::kUnknown: return {.ok = false, .finding = {}};
      case LocalTime::Kind::kRepeated:
      case LocalTime::Kind::kSkipped: break;
    }
    return {.utc = rule_ == OnAmbiguous::kSecond ? t.second : t.first,
            .finding = t.kind == LocalTime::Kind::kRepeated ? RowKind::kAmbiguousTime : RowKind::kSkippedTime,
            .quarantine = rule_ == OnAmbiguous::kQuarantine};
  }
  [[nodiscard]] const TimeZone& zone() const noexcept { return zone_; }

 private:
  TimeZone zone_;
  OnAmbiguous rule_;
};

}  // namespace omega::feed
