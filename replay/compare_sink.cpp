#include "replay/compare_sink.hpp"

#include "journal/event_json.hpp"
#include "replay/same_record.hpp"

namespace omega::replay {
std::string CompareSink::where() const { return std::string("lane ") + kLaneName[static_cast<std::size_t>(lane_)]; }

void CompareSink::append(EventType type, Seq seq, const void* body, std::size_t body_bytes,
                         std::span<const double> list) noexcept {
  if (difference_) return;
  const journal::FrameView derived = record_view(lane_, type, seq, body, body_bytes, list);
  journal::FrameView recorded{};
  if (!cursor_.next(recorded)) {
    difference_ = where() + ", seq " + std::to_string(seq) + ": derived " + journal::to_json_line(derived) +
                  "; recorded nothing" + (cursor_.error() ? " (" + cursor_.error()->message + ")" : "");
    return;
  }
  if (!same_record(derived, recorded)) {
    difference_ = where() + ", seq " + std::to_string(recorded.seq) + ": recorded " + journal::to_json_line(recorded) +
                  "; derived " + journal::to_json_line(derived);
    return;
  }
  ++compared_;
}

void CompareSink::finish() noexcept {
  if (difference_) return;
  journal::FrameView recorded{};
  if (cursor_.next(recorded)) {
    difference_ = where() + ", seq " + std::to_string(recorded.seq) + ": recorded " + journal::to_json_line(recorded) +
                  "; derived nothing";
  } else if (cursor_.error()) {
    difference_ = where() + ": " + cursor_.error()->message;
  }
}

}  // namespace omega::replay
