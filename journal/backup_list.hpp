// What:     The last entry of a backup, backup.json: every other entry with its size and digest. Without it a backup is not
//           whole.
// Owner:    value type.   Threads: any.
// Errors:   kData for a list that is damaged or of a newer kind.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/core/result.hpp"
#include "journal/archive.hpp"

namespace omega::journal {

inline constexpr const char* kBackupList = "backup.json";

struct BackupItem {
  std::uint64_t bytes = 0, digest = 0;  // XXH3, 64 bits
  [[nodiscard]] bool operator==(const BackupItem&) const = default;
};

struct BackupList {
  std::string state;  // of the journal that was copied
  std::map<std::string, BackupItem> items;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] static Result<BackupList> parse(const std::string& text, const std::string& path);
  /// Of all items: equal for equal journals.
  [[nodiscard]] std::string digest() const;
};

/// Reads every byte of a backup (into `to`, unless null) and compares it with its own list.
[[nodiscard]] Result<BackupList> read_backup(ArchiveReader& archive, const std::string& path, ArchiveWriter* to);

}  // namespace omega::journal
