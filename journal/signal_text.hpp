// What:     A line put together without allocation, lock or locale, for signal handlers; written with one write().
// Owner:    the handler's stack.   Threads: one. Async-signal-safe.
// Errors:   what does not fit is left out.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace omega::journal {

class SignalText {
 public:
  SignalText& operator<<(std::string_view text) noexcept {
    for (const char c : text)
      if (used_ < text_.size()) text_[used_++] = c;
    return *this;
  }
  SignalText& operator<<(std::uint64_t n) noexcept {
    char digits[20];
    std::size_t first = sizeof digits;
    do digits[--first] = static_cast<char>('0' + n % 10);
    while ((n /= 10) != 0);
    return *this << std::string_view(digits + first, sizeof digits - first);
  }
  SignalText& hex(const std::uint8_t* bytes, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) *this << kHex.substr(bytes[i] >> 4, 1) << kHex.substr(bytes[i] & 15, 1);
    return *this;
  }
  /// The text as it may stand between the quotes of a JSON string.
  SignalText& quoted(std::string_view text) noexcept {
    for (const char c : text) *this << (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' ? "'" : std::string_view(&c, 1));
    return *this;
  }
  [[nodiscard]] bool write_to(int fd) const noexcept {
    std::size_t done = 0;
    while (done < used_) {
      const ssize_t n = ::write(fd, text_.data() + done, used_ - done);
      if (n <= 0) return false;
      done += static_cast<std::size_t>(n);
    }
    return true;
  }

 private:
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::array<char, 2048> text_;
  std::size_t used_ = 0;
};

}  // namespace omega::journal
