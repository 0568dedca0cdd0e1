// What:     What a reader knows about one lane before it looks at a frame: its files, its watermark, its recorded end.
// Owner:    shared and immutable; a JournalReader and its cursors hold it.   Threads: any.
// Errors:   kData for gaps, strangers and strays among the segment files, naming the first one.
#pragma once

#include <memory>
#include <optional>

#include "journal/journal_state.hpp"
#include "journal/watermark.hpp"

namespace omega::journal {

struct Manifest;

struct LaneFiles {
  std::filesystem::path dir;
  Lane lane = Lane::kInputs;
  bool at_rest = false;               // closed or recovered: there must be an end mark and nothing behind it
  std::optional<LaneEnd> end;         // from the manifest, at rest only
  std::uint32_t segment_bytes = 0;
  LaneStart start;                    // where the lane begins: elsewhere than at segment 1 when it was pruned
  std::uint32_t segments = 0;         // files start.segment..segments exist; the last may be a spare one when not at rest
  WatermarkState watermark;
};

/// The last of the files first..n of a lane directory without gap or stranger, or the reason. 0 for an empty directory.
/// Files before the first are what an interrupted pruning left, and not looked at.
/// *first_missing, when asked for, is the number of the first absent segment, 0 if the reason is another one.
[[nodiscard]] Result<std::uint32_t> last_segment(const std::filesystem::path& lane_dir, std::uint32_t first = 1,
                                                 std::uint32_t* first_missing = nullptr);
[[nodiscard]] Result<std::shared_ptr<const LaneFiles>> open_lane(const std::filesystem::path& journal_dir,
                                                                 const Manifest& manifest, Lane lane,
                                                                 std::uint32_t* first_missing = nullptr);

}  // namespace omega::journal
