#include "adapters/feed/feed_json.hpp"

#include <nlohmann/json.hpp>

namespace omega::feed {

using nlohmann::json;

json feed_to_json(const FeedDescription& feed) {
  json instruments = json::array();
  for (const FeedInstrument& i : feed.instruments) {
    instruments.push_back({{"symbol", i.symbol},
                           {"basis", static_cast<int>(i.basis)},
                           {"volume_kind", static_cast<int>(i.volume_kind)},
                           {"capabilities", i.capabilities},
                           {"simulated", i.simulated}});
  }
  return {{"text", feed.text}, {"from_ts", feed.from_ts}, {"to_ts", feed.to_ts}, {"instruments", instruments}};
}

Result<FeedDescription> feed_from_json(const json& doc) {
  FeedDescription feed;
  try {
    doc.at("text").get_to(feed.text);
    doc.at("from_ts").get_to(feed.from_ts);
    doc.at("to_ts").get_to(feed.to_ts);
    for (const json& i : doc.at("instruments")) {
      const int basis = i.at("basis").get<int>(), volume = i.at("volume_kind").get<int>();
      if (basis < 0 || basis > static_cast<int>(PriceBasis::kTrade) || volume < 0 || volume > static_cast<int>(VolumeKind::kProxyRange)) {
        return Error{ErrorKind::kData, "manifest: feed.instruments: unknown basis or volume_kind; the journal is of a newer Omega"};
      }
      feed.instruments.push_back({.symbol = i.at("symbol").get<std::string>(),
                                  .basis = static_cast<PriceBasis>(basis),
                                  .volume_kind = static_cast<VolumeKind>(volume),
                                  .capabilities = i.at("capabilities").get<std::uint32_t>(),
                                  .simulated = i.at("simulated").get<bool>()});
    }
  } catch (const json::exception& e) {
    return Error{ErrorKind::kData, std::string("manifest: feed: ") + e.what()};
  }
  return feed;
}

}  // namespace omega::feed
