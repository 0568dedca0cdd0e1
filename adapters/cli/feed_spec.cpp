#include "adapters/cli/feed_spec.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "adapters/config/issues.hpp"
#include "replay/journal_feed.hpp"

namespace omega::cli {
namespace {

constexpr int kDays_max = 3660;

template <class T>
bool parse_whole(const std::string& text, T min, T max, T& out) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc{} && stop == end && out >= min && out <= max;
}

Error usage(const std::string& option, const std::string& expected, const std::string& got) {
  return Error{ErrorKind::kUsage, option + ": expected " + expected + ", got '" + got + "'"};
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(separator, start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

}  // namespace

Result<SimSpec> parse_sim_spec(const std::string& parameters) {
  SimSpec spec;
  if (parameters.empty()) return spec;
  for (const std::string& pair : split(parameters, ',')) {
    const std::size_t equals = pair.find('=');
    const std::string name = pair.substr(0, equals), value = equals == std::string::npos ? "" : pair.substr(equals + 1);
    if (name == "seed") {
      if (!parse_whole<std::uint64_t>(value, 0, ~std::uint64_t{0}, spec.seed)) return usage("--feed sim:seed", "a whole number from 0", value);
    } else if (name == "days") {
      if (!parse_whole(value, 1, kDays_max, spec.days)) return usage("--feed sim:days", "a whole number from 1 to 3660", value);
    } else if (name == "spread") {
      if (!parse_whole(value, 1, 100, spec.spread_percent)) return usage("--feed sim:spread", "a whole number of percent from 1 to 100", value);
    } else if (name == "symbols" || name == "book") {
      std::vector<std::string>& list = name == "book" ? spec.book : spec.symbols;
      list = split(value, '+');
      for (const std::string& s : list) {
        if (s.empty()) return usage("--feed sim:" + name, "symbols joined by +, such as EURUSD+GBPUSD", value);
      }
    } else if (name == "news" || name == "crises") {
      if (value != "on" && value != "off") return usage("--feed sim:" + name, "on or off", value);
      (name == "news" ? spec.news : spec.crises) = value == "on";
    } else {
      return Error{ErrorKind::kUsage, "--feed sim: expected seed, symbols, days, spread, book, news or crises, got '" + name + "'; did you mean '" +
                                          config::nearest_name(name, {"seed", "symbols", "days", "spread", "book", "news", "crises"}) + "'?"};
    }
  }
  for (const std::string& s : spec.book) {
    if (std::find(spec.symbols.begin(), spec.symbols.end(), s) == spec.symbols.end()) {
      return Error{ErrorKind::kUsage, "--feed sim:book: expected some of the feed's symbols, got '" + s + "'; did you mean '" +
                                          config::nearest_name(s, spec.symbols) + "'?"};
    }
    if (std::count(spec.book.begin(), spec.book.end(), s) > 1) return usage("--feed sim:book", "each symbol once", s);
  }
  return spec;
}

Result<double> parse_speed(const std::string& text) {
  if (text == "max") return 0.0;
  if (text == "realtime") return 1.0;
  double factor = 0;
  if (text.size() > 1 && text[0] == 'x') {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 1, end, factor);
    if (error == std::errc{} && stop == end && factor >= 0.01 && factor <= 1e9) return factor;
  }
  return usage("--speed", "realtime, max or xN with N from 0.01 to 1e9, such as x60", text);
}

LimitedFeed::LimitedFeed(std::unique_ptr<ExternalFeed> feed, int days)
    : feed_(std::move(feed)), description_(feed_->description()), length_(days * kDay_ns) {
  if (description_.from_ts > 0) description_.to_ts = std::min(description_.to_ts, description_.from_ts + length_);
}

bool LimitedFeed::next(InputEvent& out) noexcept {
  if (!feed_->next(out)) return false;
  if (end_ == 0) end_ = out.ts() + length_;
  return out.ts() < end_;
}

}  // namespace omega::cli
