// What:     A lane sink that writes nothing: it holds what the engine derives against what a journal recorded.
// Owner:    verify.   Threads: one.
// Errors:   the first difference is kept with both versions; everything after it is ignored (one cause, many effects).
#pragma once

#include <optional>
#include <string>

#include "engine/core/lane.hpp"
#include "journal/reader.hpp"

namespace omega::replay {

class CompareSink final : public LaneSink {
 public:
  CompareSink(Lane lane, journal::LaneCursor cursor) : lane_(lane), cursor_(std::move(cursor)) {}

  void append(EventType type, Seq seq, const void* body, std::size_t body_bytes,
              std::span<const double> list) noexcept override;
  [[nodiscard]] bool ok() const noexcept override { return !difference_; }

  /// Call after the last input: reports recorded events that the engine did not derive.
  void finish() noexcept;
  [[nodiscard]] const std::optional<std::string>& difference() const noexcept { return difference_; }
  [[nodiscard]] std::uint64_t compared() const noexcept { return compared_; }

 private:
  [[nodiscard]] std::string where() const;
  Lane lane_;
  journal::LaneCursor cursor_;
  std::optional<std::string> difference_;
  std::uint64_t compared_ = 0;
};

}  // namespace omega::replay
