#include "replay/incident/aligned_sink.hpp"

#include "replay/same_record.hpp"

namespace omega::replay {
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
  const journal::FrameView derived = record_view(lane_, type, seq, body, body_bytes, list);
  while (peek() && next_->seq < seq) {
    differ(next_->seq, line(*next_), "");
    next_.reset();
  }
  if (!next_ || next_->seq > seq) return differ(seq, "", line(derived));
  if (same_record(*next_, derived)) ++equal_[type];
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
