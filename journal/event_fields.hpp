// What:     The fields of every event type, read from the compiled schema: where each lies and what it means.
// Owner:    a table built at first use, then constant.   Threads: any.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/core/events.hpp"

namespace omega::journal {

enum class FieldKind : std::uint8_t { kI8, kI64, kU8, kU16, kU32, kU64, kF64 };
enum class FieldMeaning : std::uint8_t {
  kPlain, kTime, kDuration, kPrice, kQuantity, kMoney, kInstrument, kStrategy, kHash, kSide, kNames, kBits, kCode,
};

struct FieldInfo {
  std::string name;           // snake case, as in the mirror struct; the base name for an array
  std::size_t offset = 0;     // in the body, bytes; of the first element for an array
  std::size_t count = 1;      // > 1: a flattened array
  FieldKind kind = FieldKind::kI64;
  FieldMeaning meaning = FieldMeaning::kPlain;
  std::vector<std::string> names;  // for kNames, kBits
};

struct EventFields {
  std::string name;  // snake case; empty for an unknown type
  std::vector<FieldInfo> fields;
  bool has_values = false;  // a trailing list "values"
};

[[nodiscard]] std::size_t kind_bytes(FieldKind kind) noexcept;
[[nodiscard]] const EventFields& fields_of(EventType type);

}  // namespace omega::journal
