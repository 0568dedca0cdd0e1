// What:     manifest.json: the only file of a journal that may hold facts of one run (build, config, feed, how it ended).
// Owner:    value type. The writer of a journal writes it; readers take a copy.
// Threads:  any, one at a time per object.
// Errors:   read: kData when it is damaged, foreign or newer (both versions named); kUsage when there is no journal.
//           A CRC32C over the document ("check") makes a flipped digit in the config as visible as one in a segment.
// Source:   FORMAT.md section 5 lists every key.
#pragma once

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "engine/core/lane.hpp"
#include "engine/core/result.hpp"
#include "journal/journal_state.hpp"

namespace omega::journal {

inline constexpr const char* kManifestFile = "manifest.json";

struct Manifest {
  nlohmann::json doc;

  /// A fresh one in state open. Nothing secret may be inside config or feed.
  [[nodiscard]] static Manifest create(std::string journal_id, std::string build, nlohmann::json config,
                                       nlohmann::json feed);
  [[nodiscard]] static Result<Manifest> read(const std::filesystem::path& journal_dir);
  /// Pure decoder of the file's text.
  [[nodiscard]] static Result<Manifest> parse(std::string_view text, const std::string& path);
  /// Atomic: a reader sees the old file or the new one. Made durable when asked.
  [[nodiscard]] Status write(const std::filesystem::path& journal_dir, bool durable = true) const;
  [[nodiscard]] std::string text() const;

  [[nodiscard]] JournalState state() const;
  void set_state(JournalState state);
  [[nodiscard]] bool at_rest() const { return state() == JournalState::kClosed || state() == JournalState::kRecovered; }
  [[nodiscard]] std::uint32_t segment_bytes() const;
  [[nodiscard]] std::optional<LaneEnd> lane_end(Lane lane) const;
  void set_lane_end(Lane lane, const LaneEnd& end);
  /// From "pruned"; the default of a lane that has its beginning.
  [[nodiscard]] LaneStart lane_start(Lane lane) const;
  void set_lane_start(Lane lane, const LaneStart& start);
  /// Lanes that were begun, by their entry under "lanes".
  [[nodiscard]] bool has_lane(Lane lane) const;
  /// {"at": RFC 3339 or "", "operator": who, "text": what}; kept in order under "operator_log".
  void add_operator_text(std::string at, std::string who, std::string text);
  /// Symbols by InstrumentId, from feed.instruments[].symbol.
  [[nodiscard]] std::vector<std::string> symbols() const;
};

}  // namespace omega::journal
