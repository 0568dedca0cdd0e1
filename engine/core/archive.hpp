// What:     Checkpoint archive: every stateful class writes and reads its whole state with one function
//               template <class Archive> void serialize(Archive& ar) { ar(a_, b_, c_); }
//           so that what is saved and what is loaded cannot drift apart.
// Owner:    the caller owns the byte buffer.   Threads: one.
// Format:   little-endian scalars in declaration order, u64 counts before containers. No pointers, no padding.
// Errors:   StateReader::ok() turns false on a short or oversized buffer; values then stay zero. Never throws.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace omega {

template <class T>
concept ArchiveScalar = std::is_arithmetic_v<T> || std::is_enum_v<T>;

class StateWriter {
 public:
  static constexpr bool kLoading = false;
  template <class... Ts>
  void operator()(const Ts&... values) { (put(values), ...); }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }

 private:
  template <class T>
  void put(const T& value) {
    if constexpr (ArchiveScalar<T> || std::is_same_v<T, __int128>) {
      const auto* p = reinterpret_cast<const std::uint8_t*>(&value);
      bytes_.insert(bytes_.end(), p, p + sizeof(T));
    } else {
      // serialize() is shared with the reader, hence not const; writing never changes the value.
      const_cast<T&>(value).serialize(*this);
    }
  }
  void put(const std::string& s) {
    put(static_cast<std::uint64_t>(s.size()));
    bytes_.insert(bytes_.end(), s.begin(), s.end());
  }
  template <class T> void put(const std::vector<T>& v) { put_range(v); }
  void put(const std::vector<bool>& v) {
    put(static_cast<std::uint64_t>(v.size()));
    for (const bool b : v) put(static_cast<std::uint8_t>(b));
  }
  template <class T> void put(const std::deque<T>& v) { put_range(v); }
  template <class T, std::size_t N> void put(const std::array<T, N>& v) { for (const auto& x : v) put(x); }
  template <class A, class B> void put(const std::pair<A, B>& v) { put(v.first); put(v.second); }
  template <class T> void put(const std::optional<T>& v) {
    put(static_cast<std::uint8_t>(v.has_value()));
    if (v) put(*v);
  }
  template <class K, class V> void put(const std::map<K, V>& v) { put_range(v); }
  template <class C> void put_range(const C& c) {
    put(static_cast<std::uint64_t>(c.size()));
    for (const auto& x : c) put(x);
  }
  std::vector<std::uint8_t> bytes_;
};

class StateReader {
 public:
  static constexpr bool kLoading = true;
  explicit StateReader(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}
  template <class... Ts>
  void operator()(Ts&... values) { (get(values), ...); }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool at_end() const noexcept { return ok_ && bytes_.empty(); }

 private:
  template <class T>
  void get(T& value) {
    if constexpr (ArchiveScalar<T> || std::is_same_v<T, __int128>) {
      if (bytes_.size() < sizeof(T)) { ok_ = false; bytes_ = {}; return; }
      std::memcpy(&value, bytes_.data(), sizeof(T));
      bytes_ = bytes_.subspan(sizeof(T));
    } else {
      value.serialize(*this);
    }
  }
  // A count larger than the bytes left cannot be honest: refuse before allocating.
  [[nodiscard]] std::size_t get_count() {
    std::uint64_t n = 0;
    get(n);
    if (n > bytes_.size()) { ok_ = false; bytes_ = {}; return 0; }
    return static_cast<std::size_t>(n);
  }
  void get(std::string& s) {
    const std::size_t n = get_count();
    s.assign(reinterpret_cast<const char*>(bytes_.data()), n);
    bytes_ = bytes_.subspan(n);
  }
  template <class T> void get(std::vector<T>& v) { v.resize(get_count()); for (auto& x : v) get(x); }
  void get(std::vector<bool>& v) {
    v.resize(get_count());
    for (std::size_t i = 0; i < v.size(); ++i) { std::uint8_t b = 0; get(b); v[i] = b != 0; }
  }
  template <class T> void get(std::deque<T>& v) { v.resize(get_count()); for (auto& x : v) get(x); }
  template <class T, std::size_t N> void get(std::array<T, N>& v) { for (auto& x : v) get(x); }
  template <class A, class B> void get(std::pair<A, B>& v) { get(v.first); get(v.second); }
  template <class T> void get(std::optional<T>& v) {
    std::uint8_t has = 0;
    get(has);
    if (has != 0) { v.emplace(); get(*v); } else { v.reset(); }
  }
  template <class K, class V> void get(std::map<K, V>& v) {
    v.clear();
    for (std::size_t n = get_count(); n > 0 && ok_; --n) { std::pair<K, V> kv{}; get(kv); v.insert(std::move(kv)); }
  }
  std::span<const std::uint8_t> bytes_;
  bool ok_ = true;
};

}  // namespace omega
