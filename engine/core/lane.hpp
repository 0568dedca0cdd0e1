// What:     Where a stage puts what it produced. The engine knows lanes only by this interface; the journal's
//           writer, verify's comparer and the tests' recorder implement it.
// Owner:    the driver (run, backtest, verify) owns sinks and outlives the engine.
// Threads:  one lane is written by exactly one stage, hence one thread.
// Ordering: append() returns before the stage publishes the slot, so the next stage never sees an unjournaled event.
// Errors:   append() must not throw; a sink that cannot take more records it and reports through ok().
#pragma once

#include <cstddef>
#include <span>

#include "engine/core/archive.hpp"
#include "engine/core/assert.hpp"
#include "engine/core/events.hpp"

namespace omega {

enum class Lane : std::uint8_t { kInputs = 0, kFeatures = 1, kSignals = 2, kRisk = 3, kOrders = 4, kCount = 5 };
inline constexpr std::size_t kLaneCount = static_cast<std::size_t>(Lane::kCount);
inline constexpr std::array<const char*, kLaneCount> kLaneName{"inputs", "features", "signals", "risk", "orders"};
inline constexpr std::uint64_t kDigestInterval_inputs = 65'536;

class LaneSink {
 public:
  virtual ~LaneSink() = default;
  /// body: the event struct, a multiple of 8 bytes. list: values of a trailing List(Float64), empty for most types.
  virtual void append(EventType type, Seq seq, const void* body, std::size_t body_bytes,
                      std::span<const double> list) noexcept = 0;
  /// False once the sink refused anything (disk full, mismatch in strict verify ...).
  [[nodiscard]] virtual bool ok() const noexcept = 0;
};

/// Running 64-bit digest of a lane: XXH3-64 of each record, seeded with the digest before it.
[[nodiscard]] std::uint64_t digest_step(std::uint64_t digest, EventType type, Seq seq, const void* body,
                                        std::size_t body_bytes, std::span<const double> list) noexcept;

/// What a stage holds: a sink plus the running digest, with a DigestCheckpoint every kDigestInterval_inputs.
class LaneAppender {
 public:
  explicit LaneAppender(LaneSink& sink) noexcept : sink_(&sink) {}

  template <class T>
  void append(Seq seq, const T& event, std::span<const double> list = {}) noexcept {
    put(EventTypeOf<T>::value, seq, &event, sizeof(T), list);
  }
  void append_raw(const InputEvent& e) noexcept { put(e.type, e.seq, e.body.data(), e.body_bytes(), {}); }
  /// Called once per input, after the stage's own output for it.
  void end_of_input(Seq seq, TimeNs ts) noexcept {
    if (seq % kDigestInterval_inputs != 0) return;
    const DigestCheckpoint c{.ts = ts, .digest = digest_, .events = events_};
    sink_->append(EventType::kDigest, seq, &c, sizeof c, {});
  }
  [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }
  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  [[nodiscard]] bool ok() const noexcept { return sink_->ok(); }
  template <class Archive> void serialize(Archive& ar) { ar(digest_, events_); }

 private:
  void put(EventType type, Seq seq, const void* body, std::size_t bytes, std::span<const double> list) noexcept {
    digest_ = digest_step(digest_, type, seq, body, bytes, list);
    ++events_;
    sink_->append(type, seq, body, bytes, list);
  }
  LaneSink* sink_;
  std::uint64_t digest_ = 0;
  std::uint64_t events_ = 0;
};

/// Swallows everything (benchmarks, dry runs).
class NullSink final : public LaneSink {
 public:
  void append(EventType, Seq, const void*, std::size_t, std::span<const double>) noexcept override {}
  [[nodiscard]] bool ok() const noexcept override { return true; }
};

}  // namespace omega
