// What:     "--feed SPEC" to a feed, "--speed PACE" to a number, and an end after N days.
// Owner:    the command.   Threads: the engine's.
// Errors:   a wrong spec names the option, what was expected and the nearest known name (kUsage).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/core/config.hpp"
#include "engine/core/feed.hpp"
#include "engine/core/result.hpp"

namespace omega::cli {

struct SimSpec {
  std::uint64_t seed = 1;
  std::vector<std::string> symbols{"EURUSD", "GBPUSD", "USDJPY"};
  int days = 90;
  int spread_percent = 100;        // of the usual spreads
  std::vector<std::string> book;   // some of symbols
  bool news = false;
  bool crises = false;
};
[[nodiscard]] Result<SimSpec> parse_sim_spec(const std::string& parameters);

/// sim[:seed=N,symbols=A+B,days=N,spread=PERCENT,book=A,news=on,crises=on] or journal:DIR. days > 0 limits the feed's length.
[[nodiscard]] Result<std::unique_ptr<ExternalFeed>> open_feed(const std::string& spec, const EngineConfig& config, int days);

/// realtime, max or xN: engine seconds per second of the wall; 0 = as fast as possible.
[[nodiscard]] Result<double> parse_speed(const std::string& text);

/// Ends `days` times 24 h after the first event.
class LimitedFeed final : public ExternalFeed {
 public:
  LimitedFeed(std::unique_ptr<ExternalFeed> feed, int days);
  [[nodiscard]] const FeedDescription& description() const noexcept override { return description_; }
  bool next(InputEvent& out) noexcept override;
  [[nodiscard]] const std::string& error() const noexcept override { return feed_->error(); }

 private:
  std::unique_ptr<ExternalFeed> feed_;
  FeedDescription description_;
  DurationNs length_ = 0;
  TimeNs end_ = 0;  // 0: no event yet
};

}  // namespace omega::cli
