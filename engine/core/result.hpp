// What:     Expected outcomes: a value or one Error that says what, where and what to do.
// Owner:    value type.   Threads: any.
// Errors:   ErrorKind maps to the exit codes of the command line (2 usage/config, 3 data, 4 environment).
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "engine/core/assert.hpp"

namespace omega {

enum class ErrorKind : int { kUsage = 2, kData = 3, kEnvironment = 4 };

struct [[nodiscard]] Error {
  ErrorKind kind = ErrorKind::kData;
  std::string message;  // one line: what, where (file:line, lane/segment/offset/seq, key), what to do
  [[nodiscard]] int exit_code() const noexcept { return static_cast<int>(kind); }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}          // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}      // NOLINT
  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  [[nodiscard]] T& value() & { OMEGA_REQUIRE(ok(), 0, 0); return std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { OMEGA_REQUIRE(ok(), 0, 0); return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { OMEGA_REQUIRE(ok(), 0, 0); return std::get<0>(std::move(state_)); }
  [[nodiscard]] const Error& error() const { OMEGA_REQUIRE(!ok(), 0, 0); return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

struct Ok {};
using Status = Result<Ok>;

}  // namespace omega
