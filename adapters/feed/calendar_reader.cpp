#include "adapters/feed/calendar_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <set>
#include <string>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "adapters/feed/timestamp.hpp"
#include "engine/core/civil_time.hpp"

namespace omega::feed {
namespace {

constexpr std::size_t kColumns_max = 16;
constexpr int kWrapFrom_day = 20, kWrapTo_day = 15;  // late December, early January
using Fields = std::array<std::string_view, kColumns_max>;

enum Column : std::size_t { kDate, kTime, kCurrency, kEvent, kImpact, kActual, kForecast, kPrevious, kCombined, kColumnCount };
constexpr std::array<std::string_view, kColumnCount> kNames{"date", "time", "currency", "event", "impact", "actual", "forecast", "previous", "combined datetime"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// "8:30am", "12:00pm"; 12 am is midnight.
std::optional<DurationNs> twelve_hour(std::string_view text) noexcept {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.size() != colon + 5) return std::nullopt;
  const std::string_view half = text.substr(colon + 3);
  int hour = 0, minute = 0;
  const auto number = [](std::string_view digits, int& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return !digits.empty() && error == std::errc{} && end == digits.data() + digits.size();
  };
  if (!number(text.substr(0, colon), hour) || !number(text.substr(colon + 1, 2), minute) || (half != "am" && half != "pm")) return std::nullopt;
  if (hour < 1 || hour > 12 || minute < 0 || minute > 59) return std::nullopt;
  return ((hour % 12) + (half == "pm" ? 12 : 0)) * kHour_ns + minute * kMinute_ns;
}

std::optional<double> figure(std::string_view text) {
  while (!text.empty() && (text.front() == '<' || text.front() == '>' || text.front() == ' ')) text.remove_prefix(1);
  double unit = 1;
  if (!text.empty()) {
    switch (text.back()) {
      case '%': break;
      case 'K': unit = 1e3; break;
      case 'M': unit = 1e6; break;
      case 'B': unit = 1e9; break;
      case 'T': unit = 1e12; break;
      default: unit = 0;
    }
    if (unit != 0) text.remove_suffix(1); else unit = 1;
  }
  const Decimal d = parse_decimal(text, kPriceDigits);
  if (!d.ok()) return std::nullopt;
  return static_cast<double>(d.value) / static_cast<double>(kPriceScale) * unit;
}

std::optional<NewsImpact> impact_of(std::string_view text) noexcept {
  if (text == "High") return NewsImpact::kHigh;
  if (text == "Medium") return NewsImpact::kMedium;
  if (text == "Low" || text == "Non-economic") return NewsImpact::kLow;
  return std::nullopt;
}

struct CalendarLayout {
  std::array<std::size_t, kColumnCount> at{};
  std::size_t columns = 0;
  [[nodiscard]] std::string_view field(const Fields& f, Column c) const noexcept { return at[c] < columns ? f[at[c]] : std::string_view{}; }
};

Result<CalendarLayout> parse_header(std::string_view header, const std::string& where) {
  Fields field;
  CalendarLayout layout;
  layout.columns = split_fields(header, ',', field);
  layout.at.fill(kColumns_max);
  for (std::size_t i = 0; i < std::min(layout.columns, field.size()); ++i) {
    const auto known = std::find(kNames.begin(), kNames.end(), lower(field[i]));
    if (known != kNames.end()) layout.at[static_cast<std::size_t>(known - kNames.begin())] = i;
  }
  std::string missing;
  for (const Column c : {kDate, kTime, kCurrency, kEvent, kImpact}) {
    if (layout.at[c] >= layout.columns) missing += (missing.empty() ? "" : ", ") + std::string(kNames[c]);
  }
  if (missing.empty() && layout.columns <= kColumns_max) return layout;
  return Error{ErrorKind::kUsage, where + ":1: a calendar needs the columns Date, Time, Currency, Event and Impact; missing: " + missing};
}

class CalendarFile {
 public:
  CalendarFile(const CalendarLayout& layout, const LocalClock& clock, SourceQuality& quality, std::vector<PlacedNews>& out)
      : layout_(layout), clock_(clock), quality_(quality), out_(out) {}

  [[nodiscard]] std::optional<RowKind> read_row(const Row& row) {
    Fields field;
    const std::size_t n = split_fields(row.text, ',', field);
    if (const auto fault = field_count_fault(row.text, ',', n, layout_.columns)) return fault;
    auto date = parse_date(layout_.field(field, kDate));
    if (!date) {  // "Wed Feb 29"
      const auto combined = parse_timestamp(layout_.field(field, kCombined));
      if (!combined) return RowKind::kBadTimestamp;
      date = utc_day_start(combined->local);
    }
    const auto impact = impact_of(layout_.field(field, kImpact));
    const std::string_view currency = layout_.field(field, kCurrency), name = layout_.field(field, kEvent);
    if (!impact || currency.empty() || currency.size() > 4 || name.empty()) return RowKind::kMissingField;
    bool wrapped = false;
    const TimeNs day = in_its_year(*date, wrapped);
    const auto time = twelve_hour(layout_.field(field, kTime));
    if (!time) {
      quality_.add(RowKind::kNoTimeOfDay, row.line, row.text);
      return std::nullopt;
    }
    const Resolved when = clock_.to_utc(day + *time);
    if (!when.ok) return RowKind::kBadTimestamp;
    if (when.finding) {
      quality_.add(*when.finding, when.quarantine ? RowFate::kRejected : RowFate::kRepaired, row.line, row.text);
      if (when.quarantine) return std::nullopt;
    }
    const std::string key = std::to_string(when.utc) + "/" + std::string(currency) + "/" + std::string(name);
    if (!seen_.insert(key).second) {
      quality_.add(RowKind::kDuplicateExact, RowFate::kRejected, row.line, row.text);
      return std::nullopt;
    }
    if (wrapped) quality_.add(RowKind::kNextYear, row.line, row.text);
    place(field, when.utc, *impact, key, row);
    return std::nullopt;
  }

 private:
  TimeNs in_its_year(TimeNs day, bool& wrapped) noexcept {
    const CivilDate d = civil_date(day);
    if (d.month == 12 && d.day >= kWrapFrom_day) late_year_ = d.year;
    if (d.month != 1 || d.day > kWrapTo_day || d.year != late_year_) return day;
    wrapped = true;
    return utc_time(d.year + 1, d.month, d.day);
  }

  void place(const Fields& field, TimeNs release, NewsImpact impact, const std::string& key, const Row& row) {
    const std::string_view currency = layout_.field(field, kCurrency);
    PlacedNews p;
    p.line = static_cast<std::uint32_t>(row.line);
    p.event = {.ts = release - kNewsLead_ns, .ts_release = release, .event_id = XXH3_64bits(key.data(), key.size()), .consensus = 0, .previous = 0,
               .currency = currency_code(currency), .type = news_type_of(currency, layout_.field(field, kEvent)), .impact = impact, .has = 0};
    if (const auto v = figure(layout_.field(field, kForecast))) p.event.consensus = *v, p.event.has |= news_has::kConsensus;
    if (const auto v = figure(layout_.field(field, kPrevious))) p.event.previous = *v, p.event.has |= news_has::kPrevious;
    p.actual = figure(layout_.field(field, kActual));
    ++quality_.events;
    if (quality_.first_open == 0 || release < quality_.first_open) quality_.first_open = release;
    quality_.last_open = std::max(quality_.last_open, release);
    out_.push_back(p);
  }

  const CalendarLayout& layout_;
  const LocalClock& clock_;
  SourceQuality& quality_;
  std::vector<PlacedNews>& out_;
  std::set<std::string> seen_;
  int late_year_ = 0;  // the last year of which a late December row was seen
};

}  // namespace

NewsType news_type_of(std::string_view currency, std::string_view name) noexcept {
  const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  if (currency == "USD" && name == "Non-Farm Employment Change") return NewsType::kNfp;
  if (currency == "USD" && (has("FOMC Statement") || has("FOMC Press Conference") || has("FOMC Economic Projections") || has("FOMC Meeting Minutes") ||
                            name == "Federal Funds Rate")) {
    return NewsType::kFomc;
  }
  if (currency == "EUR" && (has("ECB Press Conference") || has("Minimum Bid Rate") || has("Main Refinancing Rate") || has("Monetary Policy Statement"))) {
    return NewsType::kEcb;
  }
  if (currency == "GBP" && (has("Official Bank Rate") || has("MPC") || has("Monetary Policy Summary") || has("BOE Inflation Report"))) return NewsType::kBoe;
  if (has("CPI")) return NewsType::kCpi;
  if (has("GDP")) return NewsType::kGdp;
  return NewsType::kOther;
}

Status read_calendar(ByteSource& bytes, const LocalClock& clock, SourceQuality& quality, std::vector<PlacedNews>& out) {
  RowSource rows(bytes, quality);
  Row row;
  if (!rows.next(row)) {
    if (!rows.status()) return rows.status();
    return Error{ErrorKind::kData, quality.file + ": is empty; expected a header and rows"};
  }
  rows.forget_header();
  const auto layout = parse_header(row.text, quality.file);
  if (!layout) return layout.error();
  CalendarFile file(layout.value(), clock, quality, out);
  while (rows.next(row)) {
    if (const auto fault = file.read_row(row)) rows.reject(row, *fault);
    else if (!row.terminated) quality.add(RowKind::kUnterminatedLastLine, row.line, row.text);
  }
  return rows.status();
}

}  // namespace omega::feed
