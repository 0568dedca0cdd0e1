// What:     Cuts one JSON array into its elements, so that a recording of any length is read one element at a time and a damaged one costs
//           itself alone. What an element holds is for a JSON parser to judge.
// Owner:    one reader; text views its buffer and lives until the next call.   Threads: one.
// Errors:   a failed read ends the elements and is kept in status(). complete(): the array was closed and nothing but space is behind it.
// Bounds:   kFrame_bytes_max an element; the excess of a longer one is dropped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/feed/byte_source.hpp"

namespace omega::feed {

struct JsonFrame {
  std::string_view text;
  std::uint64_t number = 0;   // 1, 2, 3 ...
  bool whole = true;          // false: the file ends inside it
  bool too_long = false;      // text is its beginning
};

class JsonFrames {
 public:
  static constexpr std::size_t kFrame_bytes_max = 1024 * 1024;  // a snapshot of 250 orders a side has 20 KiB

  explicit JsonFrames(ByteSource& bytes) : bytes_(&bytes), block_(kBlock_bytes) {}
  bool next(JsonFrame& frame);
  [[nodiscard]] const Status& status() const noexcept { return status_; }
  /// False before the end as well.
  [[nodiscard]] bool complete() const noexcept { return state_ == State::kClosed; }

 private:
  enum class State : std::uint8_t { kBefore, kInside, kClosed, kBroken };
  static constexpr std::size_t kBlock_bytes = 256 * 1024;
  bool take(char& c);
  void keep(char c);

  ByteSource* bytes_;
  std::vector<char> block_;
  std::size_t next_ = 0, end_ = 0;
  std::string text_;
  std::uint64_t number_ = 0;
  bool too_long_ = false;
  State state_ = State::kBefore;
  Status status_ = Ok{};
};

}  // namespace omega::feed
