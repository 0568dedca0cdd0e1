#include "journal/event_json.hpp"

#include <fmt/format.h>

#include <charconv>

#include "engine/core/civil_time.hpp"
#include "journal/event_fields.hpp"

namespace omega::journal {

namespace {

void put_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<int>(c));
    else out += c;
  }
  out += '"';
}

void put_double(std::string& out, double v) {
  if (v - v != 0.0) {  // NaN and infinities have no JSON spelling
    out += "null";
    return;
  }
  char text[40];
  const auto [end, error] = std::to_chars(text, text + sizeof text, v);  // shortest that reads back the same
  out.append(text, end);
}

/// An exact decimal: 1234500000 at scale 1e9 is 1.2345.
void put_fixed(std::string& out, std::int64_t v, int decimals) {
  const bool negative = v < 0;
  std::string digits = fmt::format("{}", negative ? 0 - static_cast<std::uint64_t>(v) : static_cast<std::uint64_t>(v));
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  std::size_t last = digits.size();
  while (last > digits.size() - places && digits[last - 1] == '0') --last;
  if (negative) out += '-';
  out.append(digits, 0, digits.size() - places);
  if (last == digits.size() - places) return;
  out += '.';
  out.append(digits, digits.size() - places, last - (digits.size() - places));
}

template <class T>
T load(const std::uint8_t* p) noexcept {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

std::int64_t load_integer(FieldKind kind, const std::uint8_t* p) noexcept {
  switch (kind) {
    case FieldKind::kI8: return load<std::int8_t>(p);
    case FieldKind::kU8: return load<std::uint8_t>(p);
    case FieldKind::kU16: return load<std::uint16_t>(p);
    case FieldKind::kU32: return load<std::uint32_t>(p);
    default: return load<std::int64_t>(p);
  }
}

void put_named(std::string& out, const std::vector<std::string>& names, std::int64_t v) {
  if (v >= 0 && static_cast<std::size_t>(v) < names.size() && !names[static_cast<std::size_t>(v)].empty())
    put_text(out, names[static_cast<std::size_t>(v)]);
  else fmt::format_to(std::back_inserter(out), "{}", v);
}

void put_bits(std::string& out, const std::vector<std::string>& names, std::uint64_t v) {
  out += '[';
  bool first = true;
  for (std::size_t bit = 0; bit < 64; ++bit) {
    if ((v >> bit & 1u) == 0) continue;
    if (!first) out += ',';
    first = false;
    put_text(out, bit < names.size() && !names[bit].empty() ? names[bit] : fmt::format("bit{}", bit));
  }
  out += ']';
}

std::string letters_of(std::uint32_t code) {
  std::string text;
  for (; code != 0; code >>= 8) {
    const auto letter = static_cast<char>(code & 0x7fu);
    text += letter >= ' ' && letter != 0x7f && (code & 0x80u) == 0 ? letter : '?';
  }
  return text;
}

void put_value(std::string& out, const FieldInfo& f, const std::uint8_t* p, const NameTables& names) {
  if (f.kind == FieldKind::kF64) return put_double(out, load<double>(p));
  const std::int64_t v = load_integer(f.kind, p);
  switch (f.meaning) {
    case FieldMeaning::kTime: return put_text(out, rfc3339(v));
    case FieldMeaning::kPrice: return put_fixed(out, v, 9);
    case FieldMeaning::kQuantity: case FieldMeaning::kMoney: return put_fixed(out, v, 8);
    case FieldMeaning::kInstrument: return put_named(out, names.instruments, v);
    case FieldMeaning::kStrategy: return put_named(out, names.strategies, v);
    case FieldMeaning::kHash: return put_text(out, fmt::format("{:016x}", static_cast<std::uint64_t>(v)));
    case FieldMeaning::kSide: return v == kLong || v == kShort ? put_text(out, v == kLong ? "long" : "short") : put_fixed(out, v, 0);
    case FieldMeaning::kNames: return put_named(out, f.names, v);
    case FieldMeaning::kBits: return put_bits(out, f.names, static_cast<std::uint64_t>(v));
    case FieldMeaning::kCode: return put_text(out, letters_of(static_cast<std::uint32_t>(v)));
    case FieldMeaning::kPlain: case FieldMeaning::kDuration: break;
  }
  if (f.kind == FieldKind::kU64) fmt::format_to(std::back_inserter(out), "{}", static_cast<std::uint64_t>(v));
  else fmt::format_to(std::back_inserter(out), "{}", v);
}

template <class Put>
void put_array(std::string& out, std::size_t count, Put put) {
  out += '[';
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) out += ',';
    put(i);
  }
  out += ']';
}

}  // namespace

std::string rfc3339(TimeNs ts) {
  const CivilDate d = civil_date(ts);
  const DurationNs t = time_of_day(ts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", d.year, d.month, d.day, t / kHour_ns,
                     t / kMinute_ns % 60, t / kSecond_ns % 60, t % kSecond_ns);
}

std::string_view event_type_name(EventType type) noexcept { return fields_of(type).name; }

EventType event_type_of(std::string_view name) noexcept {
  for (std::size_t i = 1; i < kShapes.size(); ++i)
    if (!name.empty() && event_type_name(static_cast<EventType>(i)) == name) return static_cast<EventType>(i);
  return EventType::kNone;
}

std::string to_json_line(const FrameView& frame, const NameTables& names) {
  const EventFields& event = fields_of(frame.type);
  std::string out;
  out.reserve(512);
  fmt::format_to(std::back_inserter(out), R"({{"lane":"{}","seq":{},"type":"{}")",
                 kLaneName[static_cast<std::size_t>(frame.lane)], frame.seq, event.name);
  for (const FieldInfo& f : event.fields) {
    fmt::format_to(std::back_inserter(out), R"(,"{}":)", f.name);
    const std::uint8_t* p = frame.body + f.offset;
    if (f.count == 1) put_value(out, f, p, names);
    else put_array(out, f.count, [&](std::size_t i) { put_value(out, f, p + i * kind_bytes(f.kind), names); });
  }
  if (event.has_values) {
    out += R"(,"values":)";
    put_array(out, frame.list.size(), [&](std::size_t i) { put_double(out, frame.list[i]); });
  }
  out += '}';
  return out;
}

}  // namespace omega::journal
