#include "replay/incident/rederivation.hpp"

#include <cstring>

#include "replay/report_journal.hpp"

namespace omega::replay {

journal::NameTables names_of(const EngineConfig& config) {
  journal::NameTables names{.instruments = {}, .strategies = {""}};
  for (const InstrumentConfig& i : config.instruments) names.instruments.push_back(i.symbol);
  for (const StrategyConfig& s : config.strategies) names.strategies.push_back(s.name);
  return names;
}

Result<std::unique_ptr<Rederivation>> Rederivation::open(const std::filesystem::path& dir) {
  auto reader = journal::JournalReader::open(dir);
  if (!reader) return reader.error();
  auto config = recorded_config(*reader.value());
  if (!config) return config.error();
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    if (reader.value()->has_lane(static_cast<Lane>(l))) continue;
    return Error{ErrorKind::kData, dir.string() + ": needs all five lanes, but lane " + kLaneName[l] +
                                       " is not there; only journals of omega run and omega backtest have them"};
  }
  if (Status s = reader.value()->require_unpruned("an incident", journal::kAllLanes); !s) return s.error();
  return std::unique_ptr<Rederivation>(new Rederivation(std::move(reader).value(), std::move(config).value()));
}

Rederivation::Rederivation(std::unique_ptr<journal::JournalReader> reader, EngineConfig config)
    : reader_(std::move(reader)),
      config_(std::move(config)),
      names_(names_of(config_)),
      inputs_cursor_(reader_->lane(Lane::kInputs)) {
  LaneSinks sinks{};
  sinks[0] = &null_;
  for (std::size_t l = 1; l < kLaneCount; ++l) {
    const Lane lane = static_cast<Lane>(l);
    sinks_[l] = std::make_unique<AlignedSink>(lane, reader_->lane(lane), names_);
    sinks[l] = sinks_[l].get();
  }
  stages_ = std::make_unique<Stages>(config_, sinks);
  ring_ = std::make_unique<EventRing<EventSlot>>(2, 1);
  pools_ = std::make_unique<SlotPools>(*ring_, stages_->shape(config_));
}

bool Rederivation::fetch() noexcept {
  journal::FrameView frame;
  if (!inputs_cursor_.next(frame)) {
    error_ = inputs_cursor_.error();
    return false;
  }
  seq_ = frame.seq;
  InputEvent& event = slot().input;
  event.type = frame.type;
  event.seq = frame.seq;
  if (frame.body_bytes > event.body.size()) {
    error_ = Error{ErrorKind::kData, reader_->dir().string() + ": lane inputs, seq " + std::to_string(frame.seq) +
                                         ": not an input event; run omega journal check"};
    return false;
  }
  std::memcpy(event.body.data(), frame.body, frame.body_bytes);
  ++inputs_;
  return true;
}

void Rederivation::finish() noexcept {
  for (const auto& sink : sinks_) {
    if (sink) sink->finish(seq_);
  }
}

}  // namespace omega::replay
