#include "adapters/host/topology.hpp"

#include <hwloc.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>

#include "engine/ring/thread_control.hpp"

namespace omega::host {
namespace {

struct Close {
  void operator()(hwloc_topology* t) const noexcept { hwloc_topology_destroy(t); }
};
using Handle = std::unique_ptr<hwloc_topology, Close>;

Handle load() {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) return nullptr;
  Handle handle(raw);
  if (hwloc_topology_load(raw) != 0) return nullptr;
  return handle;
}

int number_of(std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : -1;
}

}  // namespace

std::vector<int> parse_cpu_list(const std::string& text) {
  std::vector<int> cpus;
  std::string_view rest(text);
  while (!rest.empty() && (rest.back() == '\n' || rest.back() == ' ')) rest.remove_suffix(1);
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const std::size_t dash = part.find('-');
    const int first = number_of(part.substr(0, dash));
    const int last = dash == std::string_view::npos ? first : number_of(part.substr(dash + 1));
    if (first < 0 || last < first || last > 65'535) return {};
    for (int i = first; i <= last; ++i) cpus.push_back(i);
  }
  return cpus;
}

Topology counted_cpus() {
  Topology out;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(static_cast<std::size_t>(i), &thread_control::process_cores())) out.cpus.push_back({.id = i, .core = i});
  if (out.cpus.empty()) out.cpus.push_back({});
  return out;
}

Topology this_machine() {
  Topology out;
  const Handle handle = load();
  hwloc_topology* const t = handle.get();
  std::string line;
  std::ifstream isolated_file("/sys/devices/system/cpu/isolated");
  std::getline(isolated_file, line);
  const std::vector<int> isolated = parse_cpu_list(line);
  std::set<int> nodes;
  const int count = t != nullptr ? hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU) : 0;
  for (int i = 0; i < count; ++i) {
    const hwloc_obj_t pu = hwloc_get_obj_by_type(t, HWLOC_OBJ_PU, static_cast<unsigned>(i));
    if (pu->os_index >= CPU_SETSIZE || !CPU_ISSET(pu->os_index, &thread_control::process_cores())) continue;
    Cpu cpu{.id = static_cast<int>(pu->os_index), .core = static_cast<int>(pu->os_index)};
    if (const hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(t, HWLOC_OBJ_CORE, pu)) cpu.core = static_cast<int>(core->logical_index);
    if (const int node = pu->nodeset != nullptr ? hwloc_bitmap_first(pu->nodeset) : -1; node >= 0) cpu.node = node;
    cpu.isolated = std::find(isolated.begin(), isolated.end(), cpu.id) != isolated.end();
    nodes.insert(cpu.node);
    out.cpus.push_back(cpu);
  }
  if (out.cpus.empty()) out.cpus.push_back({});
  std::sort(out.cpus.begin(), out.cpus.end(), [](const Cpu& a, const Cpu& b) { return a.id < b.id; });
  out.nodes = std::max<int>(1, static_cast<int>(nodes.size()));
  return out;
}

std::string prefer_memory_of(const Topology& topology, int cpu) {
  if (topology.nodes < 2 || cpu < 0) return {};
  const Handle handle = load();
  if (!handle) return "memory not bound to a node (the machine's shape cannot be read)";
  const std::unique_ptr<hwloc_bitmap_s, void (*)(hwloc_bitmap_t)> set(hwloc_bitmap_alloc(), hwloc_bitmap_free);
  hwloc_bitmap_set(set.get(), static_cast<unsigned>(cpu));
  if (hwloc_set_membind(handle.get(), set.get(), HWLOC_MEMBIND_BIND, HWLOC_MEMBIND_THREAD) == 0) return {};
  return std::string("memory not bound to the node of cpu ") + std::to_string(cpu) + " (" + std::strerror(errno) + ")";
}

}  // namespace omega::host
