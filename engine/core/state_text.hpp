// What:     An archive that writes a state as nested JSON lists: every value of every serialize(), in the order of its ar(...)
//           calls, without names. What time travel shows of objects whose insides have no accessors.
// Owner:    the caller takes the text.   Threads: one.   Never on the event path.
// Errors:   none; NaN and infinities are null.
#pragma once

#include <array>
#include <charconv>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/archive.hpp"

namespace omega {

class StateText {
 public:
  static constexpr bool kLoading = false;
  template <class... Ts>
  void operator()(const Ts&... values) { (element(values), ...); }
  [[nodiscard]] std::string text() const { return "[" + text_ + "]"; }

 private:
  template <class T>
  void element(const T& value) {
    if (!text_.empty() && text_.back() != '[') text_ += ',';
    put(value);
  }
  template <class T>
  void put(const T& value) {
    if constexpr (std::is_same_v<T, bool>) text_ += value ? "true" : "false";
    else if constexpr (std::is_enum_v<T>) put(static_cast<std::int64_t>(value));
    else if constexpr (std::is_same_v<T, __int128>) put(static_cast<double>(value));
    else if constexpr (std::is_arithmetic_v<T>) number(value);
    else list([&] { const_cast<T&>(value).serialize(*this); });  // shared with the reader, hence not const; writing changes nothing
  }
  void put(const std::string& s) {
    text_ += '"';
    for (const char c : s) text_ += c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    text_ += '"';
  }
  template <class T> void put(const std::vector<T>& v) { range(v); }
  void put(const std::vector<bool>& v) {
    list([&] { for (const bool b : v) element(b); });
  }
  template <class T> void put(const std::deque<T>& v) { range(v); }
  template <class T, std::size_t N> void put(const std::array<T, N>& v) { range(v); }
  template <class A, class B> void put(const std::pair<A, B>& v) { list([&] { (*this)(v.first, v.second); }); }
  template <class T> void put(const std::optional<T>& v) {
    if (v) put(*v);
    else text_ += "null";
  }
  template <class K, class V> void put(const std::map<K, V>& v) { range(v); }

  template <class C> void range(const C& c) {
    list([&] { for (const auto& x : c) element(x); });
  }
  template <class F> void list(F&& inside) {
    text_ += '[';
    inside();
    text_ += ']';
  }
  template <class T> void number(T value) {
    if constexpr (std::is_floating_point_v<T>) {
      if (value - value != 0) {
        text_ += "null";
        return;
      }
    }
    char digits[40];
    if constexpr (sizeof(T) == 1) text_.append(digits, std::to_chars(digits, digits + sizeof digits, static_cast<int>(value)).ptr);
    else text_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }

  std::string text_;
};

}  // namespace omega
