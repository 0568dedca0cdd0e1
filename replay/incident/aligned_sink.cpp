#include "replay/incident/aligned_sink.hpp"

#include <cstring>

namespace omega::replay {
namespace {

bool equal_bytes(const journal::FrameView& a, const journal::FrameView& b) noexcept {
  return a.type == b.type && a.body_bytes == b.body_bytes && a.list.size() == b.list.size() &&
         std::memcmp(a.body, b.body, a.body_bytes) == 0 &&
         (a.list.empty() || std::memcmp(a.list.data(), b.list.data(), a.list.size_bytes()) == 0);
}

}  // namespace

bool AlignedSink::peek() noexcept {
  if (next_) return true;
  journal::FrameView frame;
  if (!cursor_.next(frame)) return false;
  next_ = frame;
  return true;
}

void AlignedSink::differ(Seq seq, std::string recorded, std::string derived) {
  ++difference_count_;
  if (differences_.size() < kKept_differences) differences_.push_back({seq, std::move(recorded), std::move(derived)});
}

void AlignedSink::append(EventType type, Seq seq, const void* body, std::size_t body_bytes,
                         std::span<const double> list) noexcept {
  journal::FrameView derived;
  derived.type = type;
  derived.lane = lane_;
  derived.seq = seq;
  derived.body = static_cast<const std::uint8_t*>(body);
  derived.body_bytes = body_bytes;
  derived.list = list;
  while (peek() && next_->seq < seq) {
    differ(next_->seq, line(*next_), "");
    next_.reset();
  }
  if (!next_ || next_->seq > seq) return differ(seq, "", line(derived));
  if (equal_bytes(*next_, derived)) ++equal_[type];
  else differ(seq, line(*next_), line(derived));
  next_.reset();
}

void AlignedSink::finish(Seq last) noexcept {
  while (peek() && next_->seq <= last) {
    differ(next_->seq, line(*next_), "");
    next_.reset();
  }
}

}  // namespace omega::replay
