#include "journal/manifest.hpp"

#include <fcntl.h>
#include <fmt/format.h>


#include "journal/crash_point.hpp"
#include "journal/file.hpp"
#include "journal/format.hpp"

namespace omega::journal {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kFormatName = "omega.journal";
constexpr std::uint64_t kManifest_bytes_max = 64u << 20;
constexpr std::array<const char*, 4> kStateNames{"open", "closed", "recovered", "quarantined"};

/// CRC of the document without its "check" key, in the one spelling nlohmann gives (sorted keys, no blanks).
std::string check_of(json doc) {
  doc.erase("check");
  std::string canonical = doc.dump(-1, ' ', true, json::error_handler_t::replace);
  canonical.resize((canonical.size() + 3) / 4 * 4, ' ');
  return fmt::format("crc32c:{:08x}", crc32c(0, canonical.data(), canonical.size()));
}

Error damaged(const std::string& path, const std::string& why) {
  return {ErrorKind::kData, fmt::format("{}: manifest damaged: {}; restore it from a backup", path, why)};
}

/// Deeper than any honest manifest: nlohmann spells documents recursively, and a stack has an end.
bool nested_too_deep(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > 200) return true;
  }
  return false;
}

template <class T>
bool unsigned_at(const json& j, const char* key, T& out) {
  const auto it = j.find(key);
  if (it == j.end() || !it->is_number_unsigned()) return false;
  const auto v = it->get<std::uint64_t>();
  out = static_cast<T>(v);
  return static_cast<std::uint64_t>(out) == v;
}

/// Empty when "pruned" is absent or says of each of its lanes where it begins.
std::string pruned_error(const json& doc) {
  const auto pruned = doc.find("pruned");
  if (pruned == doc.end()) return {};
  if (!pruned->is_object()) return "pruned is no object";
  for (const auto& [name, lane] : pruned->items()) {
    LaneStart s;
    if (!doc["lanes"].contains(name) || !lane.is_object() || !unsigned_at(lane, "first_segment", s.segment) || s.segment < 2 ||
        !unsigned_at(lane, "frames", s.frames) || !unsigned_at(lane, "last_seq", s.seq) || !unsigned_at(lane, "crc", s.crc) ||
        !unsigned_at(lane, "previous_bytes", s.previous_bytes) || !unsigned_at(lane, "external_inputs", s.external_inputs))
      return fmt::format("start of lane {} is incomplete", name);
  }
  return {};
}

/// Empty when every key the journal itself relies on is there with its type.
std::string shape_error(const json& doc) {
  std::uint64_t n = 0;
  const auto state = doc.find("state");
  if (state == doc.end() || !state->is_string()) return "no state";
  bool known = false;
  for (const char* name : kStateNames) known |= *state == name;
  if (!known) return fmt::format("unknown state {}", state->dump());
  if (!unsigned_at(doc, "segment_bytes", n) || n < kSegment_bytes_min || n > kSegment_bytes_max || n % 4096 != 0)
    return "no segment_bytes";
  for (const char* key : {"config", "feed", "lanes"})
    if (!doc.contains(key) || !doc[key].is_object()) return fmt::format("no {}", key);
  for (const auto& [name, lane] : doc["lanes"].items()) {
    bool lane_known = false;
    for (const char* known_name : kLaneName) lane_known |= name == known_name;
    if (!lane_known) return fmt::format("unknown lane {}", name);
    if (!lane.is_object()) return fmt::format("lane {} is no object", name);
    if (lane.empty()) continue;
    LaneEnd e;
    std::uint64_t crc = 0;
    if (!unsigned_at(lane, "segments", e.segments) || !unsigned_at(lane, "bytes", e.bytes) ||
        !unsigned_at(lane, "frames", e.frames) || !unsigned_at(lane, "last_seq", e.last_seq) || !unsigned_at(lane, "crc", crc))
      return fmt::format("end of lane {} is incomplete", name);
  }
  return pruned_error(doc);
}

}  // namespace

const char* state_name(JournalState state) noexcept { return kStateNames[static_cast<std::size_t>(state)]; }

Manifest Manifest::create(std::string journal_id, std::string build, json config, json feed) {
  Manifest m;
  m.doc = {{"format", kFormatName}, {"format_version", kFormatVersion}, {"schema_version", kSchemaVersion},
           {"journal_id", std::move(journal_id)}, {"build", std::move(build)}, {"segment_bytes", 16u << 20},
           {"state", "open"}, {"config", std::move(config)}, {"feed", std::move(feed)},
           {"overrides", json::array()}, {"operator_log", json::array()}, {"lanes", json::object()}};
  return m;
}

Result<Manifest> Manifest::parse(std::string_view text, const std::string& path) {
  if (nested_too_deep(text)) return damaged(path, "nested too deep");
  Manifest m;
  m.doc = json::parse(text, nullptr, false);
  if (m.doc.is_discarded() || !m.doc.is_object()) return damaged(path, "not a JSON object");
  if (!m.doc.contains("format") || m.doc["format"] != kFormatName)
    return Error{ErrorKind::kData, fmt::format("{}: not the manifest of an Omega journal; give a journal directory", path)};
  std::uint64_t format = 0, schema = 0;
  if (!unsigned_at(m.doc, "format_version", format) || !unsigned_at(m.doc, "schema_version", schema))
    return damaged(path, "no format_version or schema_version");
  // Versions come before the check: a newer program may well spell the check differently.
  if (format > kFormatVersion || schema > kSchemaVersion)
    return Error{ErrorKind::kData,
                 fmt::format("{}: journal has format {} and schema {}, this program knows format {} and schema {}; use "
                             "the newer program", path, format, schema, kFormatVersion, kSchemaVersion)};
  const auto check = m.doc.find("check");
  if (check == m.doc.end() || !check->is_string() || *check != check_of(m.doc))
    return damaged(path, "its check does not match its content");
  if (std::string why = shape_error(m.doc); !why.empty()) return damaged(path, why);
  return m;
}

Result<Manifest> Manifest::read(const fs::path& journal_dir) {
  std::error_code ec;
  if (!fs::exists(journal_dir, ec))
    return Error{ErrorKind::kUsage, fmt::format("{}: no such directory; give a journal directory", journal_dir.string())};
  if (!fs::is_directory(journal_dir, ec))
    return Error{ErrorKind::kUsage, fmt::format("{}: not a directory; give a journal directory", journal_dir.string())};
  const fs::path path = journal_dir / kManifestFile;
  if (!fs::exists(path, ec))
    return Error{ErrorKind::kData, fmt::format("{}: no manifest.json inside, so not a journal; give a journal directory",
                                               journal_dir.string())};
  Result<Fd> fd = open_file(path, O_RDONLY);
  if (!fd) return fd.error();
  Result<std::uint64_t> size = file_bytes(fd.value(), path);
  if (!size) return size.error();
  if (size.value() > kManifest_bytes_max) return damaged(path.string(), "far too large");
  std::string text(size.value(), '\0');
  Result<std::size_t> n = read_some(fd.value(), text.data(), text.size(), 0, path);
  if (!n) return n.error();
  text.resize(n.value());
  return parse(text, path.string());
}

std::string Manifest::text() const {
  json out = doc;
  out["check"] = check_of(doc);
  return out.dump(2, ' ', true, json::error_handler_t::replace) + "\n";
}

Status Manifest::write(const fs::path& journal_dir, bool durable) const {
  const fs::path path = journal_dir / kManifestFile;
  const fs::path temporary = journal_dir / "manifest.json.tmp";
  {
    Result<Fd> fd = open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!fd) return fd.error();
    const std::string bytes = text();
    if (Status s = write_all(fd.value(), bytes.data(), bytes.size(), 0, temporary); !s) return s;
    OMEGA_CRASH_POINT("manifest.written");
    if (durable)
      if (Status s = sync_data(fd.value(), temporary); !s) return s;
  }
  if (Status s = rename_file(temporary, path); !s) return s;
  OMEGA_CRASH_POINT("manifest.renamed");
  return durable ? sync_directory(journal_dir) : Status{Ok{}};
}

JournalState Manifest::state() const {
  for (std::size_t i = 0; i < kStateNames.size(); ++i)
    if (doc.at("state") == kStateNames[i]) return static_cast<JournalState>(i);
  return JournalState::kQuarantined;
}

void Manifest::set_state(JournalState state) { doc["state"] = state_name(state); }

std::uint32_t Manifest::segment_bytes() const { return doc.at("segment_bytes").get<std::uint32_t>(); }

bool Manifest::has_lane(Lane lane) const { return doc.at("lanes").contains(kLaneName[static_cast<std::size_t>(lane)]); }

std::optional<LaneEnd> Manifest::lane_end(Lane lane) const {
  if (!has_lane(lane)) return std::nullopt;
  const json& l = doc.at("lanes").at(kLaneName[static_cast<std::size_t>(lane)]);
  if (l.empty()) return std::nullopt;
  return LaneEnd{l.at("segments"), l.at("bytes"), l.at("frames"), l.at("last_seq"), l.at("crc")};
}

void Manifest::set_lane_end(Lane lane, const LaneEnd& end) {
  doc["lanes"][kLaneName[static_cast<std::size_t>(lane)]] = {
      {"segments", end.segments}, {"bytes", end.bytes}, {"frames", end.frames}, {"last_seq", end.last_seq}, {"crc", end.crc}};
}

LaneStart Manifest::lane_start(Lane lane) const {
  const auto pruned = doc.find("pruned");
  const auto l = pruned == doc.end() ? json() : pruned->value(kLaneName[static_cast<std::size_t>(lane)], json());
  if (l.is_null()) return {};
  return {l.at("first_segment"), l.at("frames"), l.at("last_seq"), l.at("crc"), l.at("previous_bytes"), l.at("external_inputs")};
}

void Manifest::set_lane_start(Lane lane, const LaneStart& s) {
  const char* name = kLaneName[static_cast<std::size_t>(lane)];
  if (s == LaneStart{}) {
    if (!doc.contains("pruned")) return;
    doc["pruned"].erase(name);
    if (doc["pruned"].empty()) doc.erase("pruned");
    return;
  }
  doc["pruned"][name] = {{"first_segment", s.segment}, {"frames", s.frames}, {"last_seq", s.seq}, {"crc", s.crc},
                         {"previous_bytes", s.previous_bytes}, {"external_inputs", s.external_inputs}};
}

void Manifest::add_operator_text(std::string at, std::string who, std::string text) {
  doc["operator_log"].push_back({{"at", std::move(at)}, {"operator", std::move(who)}, {"text", std::move(text)}});
}

std::vector<std::string> Manifest::symbols() const {
  std::vector<std::string> out;
  const json& feed = doc.at("feed");
  const auto instruments = feed.find("instruments");
  if (instruments == feed.end() || !instruments->is_array()) return out;
  for (const json& i : *instruments)
    out.push_back(i.is_object() && i.contains("symbol") && i["symbol"].is_string() ? i["symbol"].get<std::string>() : "");
  return out;
}

}  // namespace omega::journal
