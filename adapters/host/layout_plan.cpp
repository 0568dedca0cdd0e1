#include "adapters/host/layout_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace omega::host {
namespace {

/// One logical CPU per physical core, the best first: isolated, then on the node with the most cores, then by id.
std::vector<Cpu> ranked_cores(const Topology& topology) {
  std::map<int, int> cores_of_node;
  std::vector<Cpu> first_of_core;
  for (const Cpu& cpu : topology.cpus) {
    if (std::any_of(first_of_core.begin(), first_of_core.end(), [&](const Cpu& c) { return c.core == cpu.core; })) continue;
    first_of_core.push_back(cpu);
    ++cores_of_node[cpu.node];
  }
  std::stable_sort(first_of_core.begin(), first_of_core.end(), [&](const Cpu& a, const Cpu& b) {
    if (a.isolated != b.isolated) return a.isolated;
    if (cores_of_node[a.node] != cores_of_node[b.node]) return cores_of_node[a.node] > cores_of_node[b.node];
    return a.node < b.node;
  });
  return first_of_core;
}

const Cpu* find_cpu(const Topology& topology, int id) {
  const auto at = std::find_if(topology.cpus.begin(), topology.cpus.end(), [&](const Cpu& c) { return c.id == id; });
  return at == topology.cpus.end() ? nullptr : &*at;
}

std::string id_list(const Topology& topology) {
  std::string all;
  for (const Cpu& c : topology.cpus) all += (all.empty() ? "" : ", ") + std::to_string(c.id);
  return all;
}

/// Every spinning thread needs a core that no other thread of the layout is on.
std::optional<Error> oversubscribed(const ThreadLayout& layout, const Topology& topology, std::size_t cores) {
  const auto refuse = [&](const std::string& what) {
    return Error{ErrorKind::kUsage, fmt::format("engine.pipeline: {}; give engine.pipeline.wait yield or park, fewer threads, or layout fused", what)};
  };
  for (std::size_t t = 0; t < layout.count; ++t) {
    const ThreadSpec& a = layout.threads[t];
    if (a.wait != WaitKind::kSpin || layout.fused()) continue;
    if (layout.count > cores) return refuse(fmt::format("{} threads of which {} spins on {} usable core{}", layout.count, group_name(a), cores, cores == 1 ? "" : "s"));
    for (std::size_t u = 0; u < layout.count; ++u) {
      if (u == t || a.cpu < 0 || layout.threads[u].cpu < 0) continue;
      if (find_cpu(topology, a.cpu)->core == find_cpu(topology, layout.threads[u].cpu)->core)
        return refuse(fmt::format("{} spins on the core of {} (cpu {} and {})", group_name(a), group_name(layout.threads[u]), a.cpu, layout.threads[u].cpu));
    }
  }
  return std::nullopt;
}

}  // namespace

bool stays_fused(const PipelineConfig& config, std::size_t cpus) noexcept {
  return config.layout == LayoutKind::kFused || (config.layout == LayoutKind::kAuto && cpus <= config.pinned.count);
}

Result<LayoutPlan> plan_layout(const PipelineConfig& config, const Topology& topology) {
  LayoutPlan plan;
  const std::vector<Cpu> cores = ranked_cores(topology);
  const bool room = cores.size() > config.pinned.count;  // and one core for helpers, I/O and the operator
  if (stays_fused(config, cores.size())) {
    plan.layout.batch = config.pinned.batch;
    if (config.layout == LayoutKind::kAuto)
      plan.notes.push_back(fmt::format("layout auto: fused, as {} usable core{} cannot carry {} threads and the helpers", cores.size(),
                                       cores.size() == 1 ? "" : "s", config.pinned.count));
    return plan;
  }
  plan.layout = config.pinned;
  for (std::size_t t = 0; t < plan.layout.count; ++t)
    if (const int cpu = plan.layout.threads[t].cpu; cpu >= 0 && find_cpu(topology, cpu) == nullptr)
      return Error{ErrorKind::kUsage, fmt::format("engine.pipeline.cpus: cpu {} is not one that this process may use ({}); choose one of these, or any", cpu, id_list(topology))};
  if (auto error = oversubscribed(plan.layout, topology, cores.size())) return *error;
  const bool chosen = std::any_of(plan.layout.threads.begin(), plan.layout.threads.begin() + plan.layout.count, [](const ThreadSpec& t) { return t.cpu >= 0; });
  if (!chosen && plan.layout.count <= cores.size())
    for (std::size_t t = 0; t < plan.layout.count; ++t) plan.layout.threads[t].cpu = cores[t].id;
  if (plan.layout.count > cores.size())
    plan.notes.push_back(fmt::format("{} threads share {} usable core{}: not pinned unless engine.pipeline.cpus says so, slower than fused", plan.layout.count,
                                     cores.size(), cores.size() == 1 ? "" : "s"));
  else if (!room && !plan.layout.fused())
    plan.notes.push_back("no core is left for the helper threads");
  return plan;
}

}  // namespace omega::host
