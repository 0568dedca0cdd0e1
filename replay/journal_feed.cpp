#include "replay/journal_feed.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "journal/manifest.hpp"

namespace omega::replay {
namespace {

template <class T>
T member(const nlohmann::json& object, const char* key, T fallback) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number_integer() ? static_cast<T>(it->template get<std::int64_t>()) : fallback;
}

}  // namespace

std::vector<std::string> recorded_symbols(const journal::Manifest& manifest) {
  std::vector<std::string> symbols;
  const nlohmann::json config = manifest.doc.value("config", nlohmann::json::object());
  if (!config.contains("instruments") || !config["instruments"].is_array()) return symbols;
  for (const nlohmann::json& i : config["instruments"]) {
    const bool good = i.is_object() && i.contains("symbol") && i["symbol"].is_string();
    symbols.push_back(good ? i["symbol"].get<std::string>() : std::string());
  }
  return symbols;
}

Result<std::unique_ptr<JournalFeed>> JournalFeed::open(const std::filesystem::path& dir, const EngineConfig& config,
                                                       const FeedRange& range) {
  auto reader = open_inputs(dir);
  if (!reader) return reader.error();
  const FeedPeriod period = period_of(*reader.value(), range);
  return begin(std::unique_ptr<JournalFeed>(new JournalFeed(reader.value(), inputs_of(*reader.value(), period), period)), config);
}

Result<std::unique_ptr<JournalFeed>> JournalFeed::open(const std::shared_ptr<const SharedInputs>& inputs, const EngineConfig& config) {
  std::unique_ptr<JournalFeed> feed(new JournalFeed(inputs->reader(), inputs->reader()->lane(Lane::kInputs), inputs->period()));
  feed->shared_ = std::make_unique<journal::VerifiedCursor>(inputs->frames());
  return begin(std::move(feed), config);
}

Result<std::unique_ptr<JournalFeed>> JournalFeed::begin(std::unique_ptr<JournalFeed> feed, const EngineConfig& config) {
  if (Status s = feed->describe(config); !s) return s.error();
  if (Status s = feed->place(); !s) return s.error();
  return feed;
}

Status JournalFeed::describe(const EngineConfig& config) {
  const std::string dir = reader_->dir().string();
  const nlohmann::json feed = reader_->manifest().doc.value("feed", nlohmann::json::object());
  description_.text = "journal:" + dir;
  if (feed.contains("text") && feed["text"].is_string()) description_.text += " (" + feed["text"].get<std::string>() + ")";
  for (const std::string& symbol : recorded_symbols(reader_->manifest())) {
    const auto row = std::find_if(config.instruments.begin(), config.instruments.end(),
                                  [&](const InstrumentConfig& i) { return i.symbol == symbol; });
    id_map_.push_back(row == config.instruments.end() ? kNoInstrument
                                                      : static_cast<InstrumentId>(row - config.instruments.begin()));
  }
  if (!feed.contains("instruments") || !feed["instruments"].is_array() || id_map_.empty()) {
    return Error{ErrorKind::kData, dir + "/manifest.json: expected feed.instruments and config.instruments, got none; "
                                         "the journal was not written by omega run, backtest or import"};
  }
  for (const nlohmann::json& i : feed["instruments"]) {
    if (!i.is_object() || !i.contains("symbol") || !i["symbol"].is_string()) continue;
    FeedInstrument f;
    f.symbol = i["symbol"].get<std::string>();
    f.basis = member(i, "basis", PriceBasis::kBidAsk);
    f.volume_kind = member(i, "volume_kind", VolumeKind::kNone);
    f.capabilities = member(i, "capabilities", std::uint32_t{0});
    f.simulated = i.contains("simulated") && i["simulated"].is_boolean() && i["simulated"].get<bool>();
    description_.instruments.push_back(std::move(f));
  }
  return Ok{};
}

/// Reads the first event of the period: there has to be one.
Status JournalFeed::place() {
  InputEvent first;
  if (!next(first)) {
    if (!error_.empty()) return Error{ErrorKind::kData, error_};
    return Error{ErrorKind::kUsage, description_.text + ": no events in the given period; choose another with --from, --to or --days"};
  }
  description_.from_ts = first.ts();
  description_.to_ts = period_.until > 0 ? std::min(period_.until, period_.last) : period_.last;
  pending_ = first;
  return Ok{};
}

bool JournalFeed::next(InputEvent& out) noexcept {
  if (pending_) {
    out = *pending_;
    pending_.reset();
    return true;
  }
  journal::FrameView frame;
  while (next_frame(frame)) {
    if (period_.until > 0 && frame.ts() > period_.until) return false;
    if (!is_external(frame.type)) continue;
    out = {};
    out.type = frame.type;
    std::memcpy(out.body.data(), frame.body, out.body_bytes());
    if (!is_market(out.type)) return true;
    const InstrumentId recorded = instrument_of(out);
    const InstrumentId id = recorded < id_map_.size() ? id_map_[recorded] : kNoInstrument;
    if (id == kNoInstrument) {
      error_ = description_.text + ": input " + std::to_string(frame.seq) +
               " is of an instrument that config/instruments.yaml does not have; add its row there";
      return false;
    }
    set_instrument(out, id);
    return true;
  }
  if (cursor_.error()) error_ = cursor_.error()->message;
  return false;
}

}  // namespace omega::replay
