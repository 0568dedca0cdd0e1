#include "replay/incident/rederivation.hpp"

#include "replay/names.hpp"
#include "replay/report_journal.hpp"
#include "replay/strategy_plugin.hpp"

namespace omega::replay {

Result<std::unique_ptr<Rederivation>> Rederivation::open(const std::filesystem::path& dir) {
  auto reader = journal::JournalReader::open(dir);
  if (!reader) return reader.error();
  auto config = recorded_config(*reader.value());
  if (!config) return config.error();
  if (Status s = load_recorded_plugins(config.value()); !s) return s.error();
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
  stages_ = std::make_unique<StageReplay>(config_, sinks);
}

bool Rederivation::fetch() noexcept {
  journal::FrameView frame;
  if (!inputs_cursor_.next(frame)) {
    error_ = inputs_cursor_.error();
    return false;
  }
  seq_ = frame.seq;
  if (!input_event(frame, slot().input)) {
    error_ = Error{ErrorKind::kData, reader_->dir().string() + ": lane inputs, seq " + std::to_string(frame.seq) +
                                         ": not an input event; run omega journal check"};
    return false;
  }
  ++inputs_;
  return true;
}

void Rederivation::finish() noexcept {
  for (const auto& sink : sinks_) {
    if (sink) sink->finish(seq_);
  }
}

}  // namespace omega::replay
