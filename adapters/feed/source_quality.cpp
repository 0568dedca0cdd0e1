#include "adapters/feed/source_quality.hpp"

namespace omega::feed {
namespace {

constexpr std::size_t kExcerpt_bytes = 96;

}  // namespace

std::string excerpt(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text.substr(0, kExcerpt_bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  if (text.size() > kExcerpt_bytes) out += "...";
  return out;
}

void SourceQuality::add(RowKind kind, RowFate fate, std::uint64_t line, std::string_view text) {
  const std::uint64_t nth = ++by_kind[static_cast<std::size_t>(kind)];
  switch (fate) {
    case RowFate::kNote: break;
    case RowFate::kRepaired: ++repaired; break;
    case RowFate::kQuarantined: ++quarantined; break;
    case RowFate::kRejected: ++rejected; break;
  }
  switch (kind) {
    case RowKind::kDuplicateExact:
    case RowKind::kDuplicateOtherValues:
    case RowKind::kDuplicateTick: ++duplicates; break;
    case RowKind::kOutOfOrder:
    case RowKind::kTickOutOfOrder: ++out_of_order; break;
    case RowKind::kCrossed:
    case RowKind::kCrossedTick:
    case RowKind::kCrossedBook: ++crossed; break;
    case RowKind::kAmbiguousTime: ++ambiguous_times; break;
    case RowKind::kSkippedTime: ++skipped_times; break;
    default: break;
  }
  if (nth <= kListedPerKind) listed.push_back({line, kind, fate, excerpt(text)});
}

}  // namespace omega::feed
