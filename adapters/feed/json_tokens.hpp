// What:     One JSON text as the list of its tokens, numbers as they are written: a price never passes through floating point.
// Owner:    a reader, for the time of one row or frame; the texts live until the next read().   Threads: one.
// Errors:   read() is false for what is not one JSON value. Depth is bounded by the text alone, nothing recurses.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace omega::feed {

struct JsonToken {
  enum class Kind : std::uint8_t { kBeginObject, kBeginArray, kEnd, kKey, kString, kNumber, kOther };  // kOther: true, false, null
  Kind kind = Kind::kOther;
  std::string_view text = {};  // of a key, string or number

  /// A price or size: a number, or a string that holds one.
  [[nodiscard]] bool is_value() const noexcept { return kind == Kind::kString || kind == Kind::kNumber; }
};

class JsonTokens {
 public:
  [[nodiscard]] bool read(std::string_view text);
  [[nodiscard]] std::span<const JsonToken> all() const noexcept { return tokens_; }
  /// The value of a member of the outermost object that is a string or number; null: not there.
  [[nodiscard]] const JsonToken* member(std::string_view key) const noexcept;

 private:
  std::vector<JsonToken> tokens_;
  std::string texts_;
};

}  // namespace omega::feed
