#include "journal/lane_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "journal/lane_store.hpp"
#include "journal/manifest.hpp"

namespace omega::journal {

namespace fs = std::filesystem;

Result<std::uint32_t> last_segment(const fs::path& lane_dir, std::uint32_t first, std::uint32_t* first_missing) {
  std::vector<std::uint32_t> numbers;
  std::error_code ec;
  for (fs::directory_iterator it(lane_dir, ec), last; !ec && it != last; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    if (name == kWatermarkFile) continue;
    const std::uint32_t number = segment_number(name);
    if (number == 0)
      return Error{ErrorKind::kData, fmt::format("{}: {} is no file of a lane; move it away", lane_dir.string(), name)};
    if (number >= first) numbers.push_back(number);
  }
  if (ec) return system_error("list", lane_dir, ec.value());
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (const auto wanted = static_cast<std::uint32_t>(first + i); numbers[i] != wanted) {
      if (first_missing != nullptr) *first_missing = wanted;
      return Error{ErrorKind::kData, fmt::format("{}: segment {} is missing; restore it from a backup or a replica",
                                                 lane_dir.string(), segment_name(wanted))};
    }
  return numbers.empty() ? 0 : numbers.back();
}

Result<std::shared_ptr<const LaneFiles>> open_lane(const fs::path& journal_dir, const Manifest& manifest, Lane lane,
                                                   std::uint32_t* first_missing) {
  auto files = std::make_shared<LaneFiles>();
  files->dir = journal_dir / kLaneName[static_cast<std::size_t>(lane)];
  files->lane = lane;
  files->at_rest = manifest.at_rest();
  files->segment_bytes = manifest.segment_bytes();
  files->end = manifest.lane_end(lane);
  files->start = manifest.lane_start(lane);
  std::error_code ec;
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorKind::kData, fmt::format("{}: {}", files->dir.string(), why)};
  };
  if (!fs::is_directory(files->dir, ec)) {
    // A lane named in the manifest whose directory was never made: the run died at its very start.
    if (files->at_rest) return refuse("the lane's directory is missing; restore it, or rebuild derived lanes");
    return std::shared_ptr<const LaneFiles>(std::move(files));
  }
  Result<std::uint32_t> segments = last_segment(files->dir, files->start.segment, first_missing);
  if (!segments) return segments.error();
  files->segments = segments.value();
  if (files->segments == 0 && !files->at_rest) {
    const Result<bool> begun = watermark_begun(files->dir);
    if (!begun) return begun.error();
    if (!begun.value()) return std::shared_ptr<const LaneFiles>(std::move(files));  // died between mkdir and the first watermark
  }
  Result<WatermarkState> watermark = read_watermark(files->dir, lane);
  if (!watermark) return watermark.error();
  files->watermark = watermark.value();
  const auto missing = [&](const std::string& why) {
    if (first_missing != nullptr) *first_missing = std::max(files->segments + 1, files->start.segment);
    return refuse(why);
  };
  if (files->watermark.at.segment > files->segments)
    return missing(fmt::format("segment {} is missing (the watermark is in segment {}); restore it from a backup or a replica",
                              segment_name(std::max(files->segments + 1, files->start.segment)), files->watermark.at.segment));
  if (files->at_rest && !files->end) return refuse("the manifest does not say how the lane ends");
  if (files->at_rest && files->segments < files->end->segments)
    return missing(fmt::format("segment {} is missing ({} of {} are there); restore it from a backup or a replica",
                              segment_name(std::max(files->segments + 1, files->start.segment)), files->segments, files->end->segments));
  if (files->at_rest && files->segments > files->end->segments)
    return refuse(fmt::format("{} does not belong here (the lane ended with segment {}); move it away",
                              segment_name(files->segments), files->end->segments));
  return std::shared_ptr<const LaneFiles>(std::move(files));
}

}  // namespace omega::journal
