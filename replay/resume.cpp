#include "replay/resume.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "journal/check.hpp"
#include "journal/manifest.hpp"
#include "replay/stage_replay.hpp"

namespace omega::replay {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// First place where two documents differ, as a dotted path with both values; empty when they are equal.
std::string first_difference(const json& recorded, const json& now, const std::string& path) {
  if (recorded == now) return {};
  if (recorded.is_structured() && recorded.type() == now.type()) {
    const json a = recorded.flatten(), b = now.flatten();
    for (const auto& [key, value] : a.items()) {
      const auto other = b.find(key);
      if (other == b.end()) return fmt::format("{}{} was {}, now absent", path, key, value.dump());
      if (*other != value) return fmt::format("{}{} was {}, now {}", path, key, value.dump(), other->dump());
    }
    for (const auto& [key, value] : b.items())
      if (!a.contains(key)) return fmt::format("{}{} was absent, now {}", path, key, value.dump());
  }
  return fmt::format("{} was {}, now {}", path, recorded.dump(), now.dump());
}

/// What must be the same for the lanes to be the same. How the journal is kept and the ring is sized is not part of it.
json deriving(json config) {
  config.erase("journal");
  config.erase("pipeline");
  return config;
}

Error another_run(const fs::path& dir, const std::string& difference) {
  return {ErrorKind::kUsage, fmt::format("{}: recorded with another configuration or feed: {}; resume it with the same, or give "
                                         "another --journal folder", dir.string(), difference)};
}

}  // namespace

bool nothing_to_resume(const fs::path& dir) {
  std::error_code ec;
  if (!fs::exists(dir, ec)) return true;
  if (!fs::is_directory(dir, ec)) return false;
  for (fs::directory_iterator it(dir, ec), last; !ec && it != last; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    if (name != "lock" && name != std::string(journal::kManifestFile) + ".tmp") return false;
  }
  return !ec;
}

Result<ResumePoint> prepare_resume(const fs::path& dir) {
  auto recovered = journal::recover(dir);
  if (!recovered) return recovered.error();
  ResumePoint point;
  point.recovery = std::move(recovered).value();
  auto reader = journal::JournalReader::open(dir);
  if (!reader) return reader.error();
  if (!reader.value()->has_lane(Lane::kInputs)) return point;
  journal::LaneCursor inputs = reader.value()->lane(Lane::kInputs);
  point.external_inputs = reader.value()->start(Lane::kInputs).external_inputs;
  journal::FrameView frame;
  while (inputs.next(frame)) {
    InputEvent event;
    if (frame.type != EventType::kControl) point.external_inputs += is_external(frame.type) ? 1 : 0;
    else if (input_event(frame, event)) point.controls.push_back(event);
  }
  if (inputs.error()) return *inputs.error();
  return point;
}

ResumeSink::ResumeSink(Lane lane, std::optional<journal::LaneCursor> recorded, std::uint64_t frames, LaneSink& writer)
    : left_(frames), writer_(writer) {
  if (recorded) compare_.emplace(lane, std::move(*recorded));
}

void ResumeSink::start_at(Lane lane, journal::LaneCursor recorded, std::uint64_t frames) {
  compare_.emplace(lane, std::move(recorded));
  left_ = frames;
}

void ResumeSink::append(EventType type, Seq seq, const void* body, std::size_t body_bytes,
                        std::span<const double> list) noexcept {
  if (left_ == 0) {
    ++appended_;
    writer_.append(type, seq, body, body_bytes, list);
    return;
  }
  --left_;
  compare_->append(type, seq, body, body_bytes, list);
}

std::string ResumeSink::difference() const { return compare_ok() ? std::string() : *compare_->difference(); }

Result<std::unique_ptr<ResumedJournal>> ResumedJournal::open(const fs::path& dir, const json& config, const json& feed,
                                                             const journal::WriterOptions& options) {
  auto found = journal::Manifest::read(dir);
  if (!found) return found.error();
  const json& doc = found.value().doc;
  if (std::string d = first_difference(deriving(doc.value("config", json::object())), deriving(config), "config"); !d.empty())
    return another_run(dir, d);
  if (std::string d = first_difference(doc.value("feed", json::object()).value("instruments", json::array()),
                                       feed.value("instruments", json::array()), "feed/instruments"); !d.empty())
    return another_run(dir, d);

  auto writer = journal::JournalWriter::reopen(dir, options);
  if (!writer) return writer.error();
  std::unique_ptr<ResumedJournal> journal(new ResumedJournal());
  journal->dir_ = dir;
  journal->writer_ = std::move(writer).value();
  for (const char* how : {"journal", "pipeline"}) journal->writer_->manifest().doc["config"][how] = config.at(how);
  auto reader = journal::JournalReader::open(dir);
  if (!reader) return reader.error();
  journal->reader_ = std::move(reader).value();
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    const auto lane = static_cast<Lane>(l);
    const bool recorded = journal->reader_->has_lane(lane);
    LaneSink& out = journal->writer_->lane(lane);
    std::optional<journal::LaneCursor> cursor;
    if (recorded) cursor = journal->reader_->lane(lane);
    journal->writer_frames_[l] = journal->writer_->counters(lane).frames;
    journal->sinks_[l] = std::make_unique<ResumeSink>(lane, std::move(cursor), journal->writer_frames_[l], out);
  }
  journal->recorded_inputs_ = journal->writer_frames_[0];
  return journal;
}

Status ResumedJournal::start_at(const journal::Snapshot& snapshot) {
  std::array<std::optional<journal::LaneCursor>, kLaneCount> cursors;
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    const auto lane = static_cast<Lane>(l);
    if (reader_->has_lane(lane) && snapshot.lanes[l].frames < reader_->start(lane).frames)
      return Error{ErrorKind::kData, fmt::format("lane {} was pruned behind it", kLaneName[l])};
    if (snapshot.lanes[l].frames == 0) continue;  // compares from its start
    if (!reader_->has_lane(lane)) return Error{ErrorKind::kData, fmt::format("lane {} is not there", kLaneName[l])};
    cursors[l] = reader_->lane(lane);
    if (Status there = journal::seek_position(*cursors[l], snapshot.lanes[l]); !there) return there.error();
  }
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    const auto lane = static_cast<Lane>(l);
    if (cursors[l]) sinks_[l]->start_at(lane, std::move(*cursors[l]), writer_frames_[l] - snapshot.lanes[l].frames);
  }
  return Ok{};
}

LaneSinks ResumedJournal::sinks() noexcept {
  LaneSinks sinks{};
  for (std::size_t l = 0; l < kLaneCount; ++l) sinks[l] = sinks_[l].get();
  return sinks;
}

bool ResumedJournal::caught_up() const noexcept {
  for (const auto& sink : sinks_)
    if (!sink->caught_up()) return false;
  return true;
}

bool ResumedJournal::ok() const noexcept {
  for (const auto& sink : sinks_)
    if (!sink->compare_ok()) return false;
  return true;
}

std::optional<Error> ResumedJournal::error() const {
  for (const auto& sink : sinks_)
    if (!sink->compare_ok())
      return Error{ErrorKind::kData, fmt::format("{}: cannot be resumed: {}; the feed, the configuration or the engine is another "
                                                 "one than recorded", dir_.string(), sink->difference())};
  if (!caught_up())
    return Error{ErrorKind::kUsage, fmt::format("{}: the feed ended before the {} inputs that are recorded; resume it with the feed "
                                                "it was recorded from", dir_.string(), recorded_inputs_)};
  return std::nullopt;
}

ResumeFacts ResumedJournal::facts() const {
  ResumeFacts facts;
  facts.recorded_inputs = recorded_inputs_;
  for (std::size_t l = 0; l < kLaneCount; ++l)
    (l == 0 ? facts.appended_inputs : facts.appended_derived) += sinks_[l]->appended();
  return facts;
}

}  // namespace omega::replay
