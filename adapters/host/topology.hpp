// What:     The cores that this process may use: which logical CPUs share a core, which memory node they belong to, which
//           the kernel keeps free of other work.
// Owner:    the command that starts an engine.   Threads: any.
// Errors:   a machine that tells nothing counts as one core without a memory node.
// Source:   hwloc; /sys/devices/system/cpu/isolated (kernel parameter isolcpus).
#pragma once

#include <string>
#include <vector>

namespace omega::host {

struct Cpu {
  int id = 0;              // logical, as the kernel counts
  int core = 0;            // physical core; logical CPUs of one core share it
  int node = 0;            // NUMA node
  bool isolated = false;   // the scheduler puts nothing there by itself
};

struct Topology {
  std::vector<Cpu> cpus;   // usable ones, ascending id
  int nodes = 1;           // NUMA nodes with usable cores
};

[[nodiscard]] Topology this_machine();
/// The process's CPUs by count alone, each taken for a core of its own. For a layout that places no thread: hwloc does not
/// survive a machine without memory, and a start that does not need it must.
[[nodiscard]] Topology counted_cpus();
/// "0-3,8" as the kernel writes lists of CPUs; what is no list counts as empty.
[[nodiscard]] std::vector<int> parse_cpu_list(const std::string& text);
/// From now on this thread's new pages come from the node of that CPU where there are several. Empty, or why not.
[[nodiscard]] std::string prefer_memory_of(const Topology& topology, int cpu);

}  // namespace omega::host
