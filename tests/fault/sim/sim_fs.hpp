// What:     A simulated disk (SimFs): the journal's files live in a directory of memory (tmpfs), and SimFs remembers what
//           of each a power loss would leave. It injects EINTR, EIO (writing, reading, opening, mapping, renaming), ENOSPC and short
//           transfers, all drawn from one seed.
//           A power loss writes the surviving picture to another directory; the run that was hit goes on, doomed, and
//           is thrown away, so that no code needs to be interrupted from outside.
// Owner:    one simulated machine; put into journal::file_faults() by the simulator.   Threads: one.
// Model:    names survive as a prefix of each directory's changes (as journaling file systems keep them); file data per
//           4 KiB page: old, new, or mixed at 512 B; a page never synced before has zeros for old.
// Source:   RELIABILITY F02.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "journal/file_faults.hpp"

namespace omega::journal::testing {

struct FaultOdds {  // one in n calls; 0 = this fault is off for the seed
  unsigned interrupted = 0, short_transfer = 0, io_error = 0, no_space = 0, read_error = 0, rename_error = 0;
  bool power = true;  // the end of a life is a power loss; else a killed process, whose files stay as they are
};

class SimFs final : public FileFaults {
 public:
  SimFs(std::filesystem::path root, std::uint64_t seed) : root_(std::move(root)), random_(seed) {}
  ~SimFs() override;
  void set(const FaultOdds& odds) noexcept { odds_ = odds; }
  /// The life ends at this many operations from now: what survives then is written to `survivor`.
  void end_after(long operations, const std::filesystem::path& survivor) { left_ = operations; survivor_ = survivor; }
  /// What is in root is on the disk. A forgetful disk then takes every sync of file data for a promise only.
  void adopt(bool forgetful);
  void operation(bool names_may_change);
  /// Writes what survives now to the survivor directory. Only the first call of a life does.
  void end_life();
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] long faults() const noexcept { return faults_; }

  int fail(FileCall call, const std::filesystem::path& path) override;
  std::size_t allow(FileCall call, std::size_t bytes) override;
  void synced(FileCall call, int fd, const std::filesystem::path& path) override;

 private:
  using Bytes = std::vector<std::uint8_t>;
  using Names = std::map<std::string, std::uint64_t>;  // name -> file id
  struct File {
    int fd = -1;  // held, so that the id stays the file's own
    bool directory = false;
    Bytes durable;
  };
  struct Directory {
    std::vector<Names> pictures;  // [0] is durable, the last is the present
  };
  void look(const std::filesystem::path& dir);
  void write_survivor(const std::filesystem::path& from, const std::filesystem::path& to);
  [[nodiscard]] Bytes surviving_bytes(const File& file);
  bool one_in(unsigned n) { return n != 0 && random_() % n == 0; }

  const std::filesystem::path root_;
  std::filesystem::path survivor_;
  std::mt19937_64 random_;
  FaultOdds odds_;
  std::map<std::uint64_t, File> files_;
  std::map<std::filesystem::path, Directory> directories_;
  long left_ = 0, faults_ = 0;
  bool ended_ = false, forgetful_ = false;
};

/// What the journal's helper thread does between two appends, here on the caller's thread; see sim_segment_helper.cpp.
void pump_segment_helper(bool retire);

}  // namespace omega::journal::testing
