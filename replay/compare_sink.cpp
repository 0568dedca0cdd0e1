#include "replay/compare_sink.hpp"

#include <cstring>

#include "journal/event_json.hpp"

namespace omega::replay {
namespace {

journal::FrameView view_of(EventType type, Seq seq, const void* body, std::size_t bytes, std::span<const double> list) {
  journal::FrameView v{};
  v.type = type;
  v.seq = seq;
  v.body = static_cast<const std::uint8_t*>(body);
  v.body_bytes = bytes;
  v.list = list;
  return v;
}

bool equal(const journal::FrameView& a, const journal::FrameView& b) {
  return a.type == b.type && a.seq == b.seq && a.body_bytes == b.body_bytes && a.list.size() == b.list.size() &&
         std::memcmp(a.body, b.body, a.body_bytes) == 0 &&
         (a.list.empty() || std::memcmp(a.list.data(), b.list.data(), a.list.size_bytes()) == 0);
}

}  // namespace

std::string CompareSink::where() const { return std::string("lane ") + kLaneName[static_cast<std::size_t>(lane_)]; }

void CompareSink::append(EventType type, Seq seq, const void* body, std::size_t body_bytes,
                         std::span<const double> list) noexcept {
  if (difference_) return;
  const journal::FrameView derived = view_of(type, seq, body, body_bytes, list);
  journal::FrameView recorded{};
  if (!cursor_.next(recorded)) {
    difference_ = where() + ", seq " + std::to_string(seq) + ": derived " + journal::to_json_line(derived) +
                  "; recorded nothing" + (cursor_.error() ? " (" + cursor_.error()->message + ")" : "");
    return;
  }
  if (!equal(derived, recorded)) {
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
