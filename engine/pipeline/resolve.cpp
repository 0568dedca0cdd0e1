#include "engine/pipeline/resolve.hpp"

#include <algorithm>

namespace omega {

Result<EngineConfig> resolve(EngineConfig config, const FeedDescription& feed) {
  if (feed.instruments.empty()) {
    return Error{ErrorKind::kData, feed.text + ": the feed names no instrument; nothing to run"};
  }
  const std::uint32_t multi = feed.instruments.size() > 1 ? capability::kMulti : 0;
  const std::uint32_t holidays = config.holidays.empty() ? 0 : capability::kCalendarHolidays;
  for (const FeedInstrument& f : feed.instruments) {
    const auto row = std::find_if(config.instruments.begin(), config.instruments.end(),
                                  [&](const InstrumentConfig& i) { return i.symbol == f.symbol; });
    if (row == config.instruments.end()) {
      return Error{ErrorKind::kData, feed.text + ": symbol " + f.symbol +
                                         " is not in config/instruments.yaml; add its row there"};
    }
    config.news_calendar = config.news_calendar || (f.capabilities & capability::kCalendarNews) != 0;
    row->active = true;
    const std::uint32_t model = row->volatility_model ? capability::kModel : 0;
    row->capabilities = f.capabilities | multi | holidays | model;
    row->volume_kind = f.volume_kind;
    row->basis = f.basis;
    row->simulated = f.simulated;
  }
  return config;
}

}  // namespace omega
