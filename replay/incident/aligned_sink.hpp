// What:     A lane sink that writes nothing: holds every derived record against the journal's, record by record, and goes
//           on after a difference (CompareSink stops at the first). An incident shows differences, it does not end in one.
// Owner:    Rederivation.   Threads: one.
// Ordering: records are matched by seq; what only one side has is a difference of its own.
// Errors:   damage in the recorded lane is kept in error().
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/lane.hpp"
#include "journal/event_json.hpp"
#include "journal/reader.hpp"

namespace omega::replay {

struct Difference {
  Seq seq = 0;
  std::string recorded, derived;  // as lines of JSON; empty: this side has no such record
};

class AlignedSink final : public LaneSink {
 public:
  static constexpr std::size_t kKept_differences = 20;

  AlignedSink(Lane lane, journal::LaneCursor cursor, const journal::NameTables& names)
      : lane_(lane), cursor_(std::move(cursor)), names_(&names) {}

  void append(EventType type, Seq seq, const void* body, std::size_t body_bytes, std::span<const double> list) noexcept override;
  [[nodiscard]] bool ok() const noexcept override { return true; }
  /// Call after the last input: recorded events up to `last` that were not derived are differences.
  void finish(Seq last) noexcept;

  [[nodiscard]] const std::map<EventType, std::uint64_t>& equal() const noexcept { return equal_; }  // equal to the byte
  [[nodiscard]] std::uint64_t difference_count() const noexcept { return difference_count_; }
  [[nodiscard]] const std::vector<Difference>& differences() const noexcept { return differences_; }  // the first ones
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return cursor_.error(); }

 private:
  bool peek() noexcept;
  void differ(Seq seq, std::string recorded, std::string derived);
  [[nodiscard]] std::string line(const journal::FrameView& frame) const { return journal::to_json_line(frame, *names_); }

  Lane lane_;
  journal::LaneCursor cursor_;
  const journal::NameTables* names_;
  std::optional<journal::FrameView> next_;  // the recorded one not yet matched
  std::map<EventType, std::uint64_t> equal_;
  std::uint64_t difference_count_ = 0;
  std::vector<Difference> differences_;
};

}  // namespace omega::replay
