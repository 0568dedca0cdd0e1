#include "journal/backup_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "journal/lane_store.hpp"
#include "journal/manifest.hpp"

namespace omega::journal {

namespace {

constexpr std::uint64_t kList_bytes_max = 64u << 20;
constexpr std::size_t kChunk_bytes = 256u << 10;
constexpr int kVersion = 1;

/// Only names that a journal has: a backup from anywhere must not write anywhere.
bool belongs_in_a_journal(const std::string& name) {
  if (name == kManifestFile) return true;
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos || name.find('/', slash + 1) != std::string::npos) return false;
  const std::string folder = name.substr(0, slash), file = name.substr(slash + 1);
  if (folder == "snapshots")
    return !file.empty() && file[0] != '.' && std::all_of(file.begin(), file.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
    });
  return std::find(std::begin(kLaneName), std::end(kLaneName), folder) != std::end(kLaneName) &&
         (file == kWatermarkFile || segment_number(file) != 0);
}

}  // namespace

std::string BackupList::text() const {
  nlohmann::json files = nlohmann::json::object();
  for (const auto& [name, item] : items) files[name] = {{"bytes", item.bytes}, {"xxh3", fmt::format("{:016x}", item.digest)}};
  return nlohmann::json{{"format", "omega.backup"}, {"version", kVersion}, {"state", state}, {"files", std::move(files)}}.dump(1) + "\n";
}

Result<BackupList> BackupList::parse(const std::string& text, const std::string& path) {
  const auto bad = [&](const std::string& why) {
    return Error{ErrorKind::kData, fmt::format("{}: {} {}; use another backup", path, kBackupList, why)};
  };
  const nlohmann::json doc = nlohmann::json::parse(text, nullptr, false);
  if (!doc.is_object() || doc.value("format", nlohmann::json()) != "omega.backup") return bad("is damaged");
  const nlohmann::json version = doc.value("version", nlohmann::json());
  if (!version.is_number_integer() || version > kVersion)
    return bad(fmt::format("is of version {}, this program knows {}", version.dump(), kVersion));
  BackupList list;
  if (!doc.contains("state") || !doc["state"].is_string() || !doc.contains("files") || !doc["files"].is_object()) return bad("is damaged");
  list.state = doc["state"];
  for (const auto& [name, item] : doc["files"].items()) {
    if (!item.is_object() || !item.contains("bytes") || !item["bytes"].is_number_unsigned() || !item.contains("xxh3") ||
        !item["xxh3"].is_string() || item["xxh3"].get<std::string>().size() != 16)
      return bad("is damaged");
    const std::string hex = item["xxh3"];
    if (hex.find_first_not_of("0123456789abcdef") != std::string::npos) return bad("is damaged");
    list.items[name] = {item["bytes"], std::stoull(hex, nullptr, 16)};
  }
  return list;
}

std::string BackupList::digest() const {
  std::string all;
  for (const auto& [name, item] : items) all += fmt::format("{} {} {:016x}\n", name, item.bytes, item.digest);
  return fmt::format("{:016x}", XXH3_64bits(all.data(), all.size()));
}

Result<BackupList> read_backup(ArchiveReader& archive, const std::string& path, ArchiveWriter* to) {
  const auto bad = [&](const std::string& why) {
    return Error{ErrorKind::kData, fmt::format("{}: {}; use another backup", path, why)};
  };
  std::map<std::string, BackupItem> found;
  std::string list_text, name;
  std::vector<char> chunk(kChunk_bytes);
  for (std::uint64_t bytes = 0;;) {
    Result<bool> more = archive.next(name, bytes);
    if (!more) return more.error();
    if (!more.value()) break;
    if (name == kBackupList) {
      if (bytes > kList_bytes_max || !list_text.empty()) return bad("not a backup of a journal");
      list_text.resize(bytes);
      for (std::size_t got = 0; got < bytes;) {
        Result<std::size_t> n = archive.read(list_text.data() + got, bytes - got);
        if (!n) return n.error();
        if (n.value() == 0) return bad("cut short");
        got += n.value();
      }
      continue;
    }
    if (!belongs_in_a_journal(name) || found.contains(name)) return bad(fmt::format("'{}' does not belong in a backup of a journal", name));
    XXH3_state_t hash;
    XXH3_64bits_reset(&hash);
    if (to != nullptr)
      if (Status s = to->begin(name, bytes); !s) return s.error();
    for (std::uint64_t left = bytes; left > 0;) {
      Result<std::size_t> n = archive.read(chunk.data(), std::min<std::uint64_t>(left, chunk.size()));
      if (!n) return n.error();
      if (n.value() == 0) return bad(fmt::format("{} is cut short", name));
      XXH3_64bits_update(&hash, chunk.data(), n.value());
      if (to != nullptr)
        if (Status s = to->write(chunk.data(), n.value()); !s) return s.error();
      left -= n.value();
    }
    if (to != nullptr)
      if (Status s = to->end(); !s) return s.error();
    found[name] = {bytes, XXH3_64bits_digest(&hash)};
  }
  if (list_text.empty()) return bad("it has no backup.json at its end, so it is not whole");
  Result<BackupList> list = BackupList::parse(list_text, path);
  if (!list) return list;
  for (const auto& [wanted, item] : list.value().items) {
    const auto it = found.find(wanted);
    if (it == found.end()) return bad(fmt::format("{} is missing", wanted));
    if (!(it->second == item)) return bad(fmt::format("{} differs from its recorded digest", wanted));
  }
  if (found.size() != list.value().items.size()) return bad("it holds files that its list does not name");
  return list;
}

}  // namespace omega::journal
