// What:     The event ring: a preallocated power-of-two array of slots, one writer (the sequencer) and a chain of
//           consumer groups. Group g may touch slot n once group g-1 (the writer for g = 0) has finished n.
//           Disruptor pattern with the publication marks inside the slot, so that the line that says "ready" is
//           fetched together with the data it guards.
// Owner:    the pipeline; outlives every thread that uses it.
// Threads:  claim()/publish(): the writer only. wait_for()/finish(): the thread of that group only.
// Ordering: marks are stored with release and loaded with acquire; each operation names its partner.
//           Litmus: tests/unit/ring/event_ring_litmus_test.cpp. Model of the protocol: event_ring.pml, beside this file.
// Errors:   none. A full ring makes the writer wait (back-pressure, counted), an event is never dropped.
// Source:   Thompson, Farley, Barker, Gee, Stewart (2011), "Disruptor" technical paper (LMAX).
#pragma once

#include <atomic>
#include <bit>
#include <memory>

#include "engine/core/assert.hpp"
#include "engine/core/types.hpp"
#include "engine/ring/wait_strategy.hpp"

namespace omega {

inline constexpr std::uint32_t kRingGroupsMax = 6;

template <class T>
class EventRing {
 public:
  /// slots: power of two >= 2. groups: 1..kRingGroupsMax consumer groups in chain order.
  EventRing(std::uint32_t slots, std::uint32_t groups)
      : mask_(slots - 1),
        groups_(groups),
        slots_(std::make_unique<Slot[]>(slots)),
        later_(std::make_unique<Mark[]>(groups < 2 ? 0 : std::size_t{slots} * (groups - 1))) {
    OMEGA_REQUIRE(std::has_single_bit(slots) && slots >= 2, slots, 0);
    OMEGA_REQUIRE(groups >= 1 && groups <= kRingGroupsMax, groups, 0);
  }
  EventRing(const EventRing&) = delete;
  EventRing& operator=(const EventRing&) = delete;

  [[nodiscard]] std::uint32_t slots() const noexcept { return mask_ + 1; }
  [[nodiscard]] std::uint32_t groups() const noexcept { return groups_; }
  [[nodiscard]] T& at(Seq seq) noexcept { return slots_[seq & mask_].data; }
  [[nodiscard]] const T& at(Seq seq) const noexcept { return slots_[seq & mask_].data; }

  /// True when the writer may claim seq: the last group has finished seq - slots().
  [[nodiscard]] bool can_claim(Seq seq) noexcept {
    if (seq <= gate_cached_ + slots()) return true;
    // acquire: the last group's work on the old slot content is done before we overwrite it;
    // pairs with the release in finish(groups - 1).
    gate_cached_ = gate_.seq.load(std::memory_order_acquire);
    return seq <= gate_cached_ + slots();
  }
  /// Claims the next slot (seq = last published + 1), waiting while the ring is full.
  T& claim(Seq seq, Waiter& waiter) noexcept {
    OMEGA_ASSERT(seq == published_ + 1, seq, published_);  // single writer, no gaps
    if (!can_claim(seq)) [[unlikely]] {
      ++full_waits_;
      waiter.wait([&] { return can_claim(seq); });
    }
    return at(seq);
  }
  /// Publishes a claimed slot to group 0.
  void publish(Seq seq) noexcept {
    OMEGA_ASSERT(seq == published_ + 1, seq, published_);
    published_ = seq;
    // release: everything written into the slot; pairs with the acquire in is_ready(0, seq).
    slots_[seq & mask_].mark.store(seq, std::memory_order_release);
  }

  /// After a restore: the next claim is seq + 1. Only while no other thread uses the ring.
  void resume_at(Seq seq) noexcept {
    published_ = gate_cached_ = seq;
    gate_.seq.store(seq, std::memory_order_relaxed);  // relaxed because no other thread runs yet
  }

  /// True once group may process seq.
  [[nodiscard]] bool is_ready(std::uint32_t group, Seq seq) const noexcept {
    // acquire: see all that the stage before wrote; pairs with publish() (group 0) or finish(group - 1).
    return mark(group, seq).load(std::memory_order_acquire) == seq;
  }
  /// Group is done with seq: the next group may read it, or, for the last group, the writer may reuse the slot.
  void finish(std::uint32_t group, Seq seq) noexcept {
    if (group + 1 < groups_) {
      // release: our part of the slot; pairs with the acquire in is_ready(group + 1, seq).
      mark(group + 1, seq).store(seq, std::memory_order_release);
    } else {
      // release: our reads and writes of the slot come before its reuse; pairs with the acquire in can_claim()
      // and in finished().
      gate_.seq.store(seq, std::memory_order_release);
    }
  }
  /// Highest seq that the last group has finished.
  [[nodiscard]] Seq finished() const noexcept {
    // acquire: the last group's output for that seq; pairs with the release in finish().
    return gate_.seq.load(std::memory_order_acquire);
  }
  /// How often the writer found the ring full. Written by the writer only.
  [[nodiscard]] std::uint64_t full_waits() const noexcept { return full_waits_; }

 private:
  struct alignas(kCacheLine_bytes) Mark {
    std::atomic<Seq> seq{0};  // 0 = never published; written by one thread only
  };
  /// The writer's mark shares the line of the data's first bytes: a small event costs the hand-off of one line.
  struct alignas(kCacheLine_bytes) Slot {
    std::atomic<Seq> mark{0};  // published for group 0; written by the writer only
    T data{};
  };
  static_assert(sizeof(Mark) == kCacheLine_bytes);

  [[nodiscard]] std::atomic<Seq>& mark(std::uint32_t group, Seq seq) const noexcept {
    return group == 0 ? slots_[seq & mask_].mark : later_[std::size_t{group - 1} * slots() + (seq & mask_)].seq;
  }

  std::uint32_t mask_;
  std::uint32_t groups_;
  std::unique_ptr<Slot[]> slots_;
  std::unique_ptr<Mark[]> later_;                  // of groups 1, 2 ...: a line per slot, written by the group before
  Mark gate_;                                      // line of its own: written by the last group only
  alignas(kCacheLine_bytes) Seq published_ = 0;    // line of the writer: never read by others
  Seq gate_cached_ = 0;
  std::uint64_t full_waits_ = 0;
};

}  // namespace omega
