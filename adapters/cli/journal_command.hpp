// What:     omega journal ...: options shared by its commands.
// Owner:    the command.   Threads: main thread.
#pragma once

#include <string>
#include <vector>

#include "adapters/cli/command.hpp"

namespace omega::cli {

struct JournalOptions {
  std::string dir;
  std::string lane, from, to;                  // cat
  std::vector<std::string> types, symbols, strategies;
  std::uint64_t from_seq = 0, to_seq = 0, limit = 0;  // 0: none
  bool no_snapshots = false;                   // state
  bool follow = false;                         // cat
  bool yes = false;                            // repair, prune
  std::vector<std::string> lanes;              // prune
  std::string before;
  std::uint64_t before_seq = 0, keep_days = 0;  // 0: not given
  std::string backup;                          // backup, restore
  CommonOptions common;
};

int journal_info(const JournalOptions& options);
int journal_check(const JournalOptions& options);
int journal_cat(const JournalOptions& options);
int journal_state(const JournalOptions& options);
int journal_repair(const JournalOptions& options);
int journal_prune(const JournalOptions& options);
int journal_rebuild(const JournalOptions& options);
int journal_backup(const JournalOptions& options);
int journal_restore(const JournalOptions& options);

}  // namespace omega::cli
