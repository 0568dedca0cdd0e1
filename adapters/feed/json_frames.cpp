#include "adapters/feed/json_frames.hpp"

namespace omega::feed {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

bool JsonFrames::take(char& c) {
  if (next_ == end_) {
    auto got = bytes_->read(block_.data(), block_.size());
    if (!got) status_ = got.error();
    if (!got || got.value() == 0) return false;
    next_ = 0, end_ = got.value();
  }
  c = block_[next_++];
  return true;
}

void JsonFrames::keep(char c) {
  if (text_.size() < kFrame_bytes_max) text_ += c;
  else too_long_ = true;
}

bool JsonFrames::next(JsonFrame& frame) {
  char c = 0;
  while (state_ == State::kBefore && take(c)) {
    if (!is_space(c)) state_ = c == '[' ? State::kInside : State::kBroken;
  }
  if (state_ != State::kInside) return false;
  text_.clear();
  too_long_ = false;
  std::uint64_t depth = 0;
  bool in_text = false, escaped = false, any = false, ended = false;
  while (!ended && take(c)) {
    if (in_text) {
      if (escaped) escaped = false;
      else if (c == '\\') escaped = true;
      else if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (depth == 0 && (c == ',' || c == ']')) {
      ended = true;
      if (c == ']') state_ = State::kClosed;
    } else if (c == ']' || c == '}') {
      if (depth > 0) --depth;  // a '}' that nothing opened stays in its element, which no parser takes
    } else if (!any && is_space(c)) {
      continue;
    }
    if (!ended) keep(c), any = true;
  }
  if (state_ == State::kClosed) {
    for (char behind = 0; take(behind);) {
      if (!is_space(behind)) state_ = State::kBroken;
    }
  }
  if (!status_) return false;
  const bool only_end = !any && (state_ != State::kInside || !ended);  // [] or the space behind a last comma
  if (!ended) state_ = State::kBroken;
  if (only_end) return false;
  frame = {.text = text_, .number = ++number_, .whole = ended, .too_long = too_long_};
  return true;
}

}  // namespace omega::feed
