#include "replay/strategy_plugin.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>
#include <link.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "engine/signals/plugin.hpp"

namespace omega::replay {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 52> kForbidden{
    "time", "clock", "clock_gettime", "gettimeofday", "nanosleep", "usleep", "sleep", "rand", "srand", "random", "drand48", "getrandom", "getenv",
    "secure_getenv", "open", "open64", "openat", "fopen", "fopen64", "read", "write", "pread", "pwrite", "fread", "fwrite", "mmap", "socket", "connect",
    "send", "recv", "ioctl", "pthread_create", "pthread_mutex_lock", "fork", "system", "exp", "log", "log2", "log10", "log1p", "expm1", "exp2", "pow",
    "sin", "cos", "tan", "tanh", "atanh", "erf", "erfc", "lgamma", "cbrt"};
constexpr std::array<std::string_view, 4> kForbiddenParts{"system_clock", "steady_clock", "random_device", "basic_fstream"};

bool forbidden(std::string_view symbol) {
  const auto part = [&](std::string_view p) { return symbol.find(p) != std::string_view::npos; };
  return std::find(kForbidden.begin(), kForbidden.end(), symbol) != kForbidden.end() ||
         std::any_of(kForbiddenParts.begin(), kForbiddenParts.end(), part);
}

struct Object {
  const ElfW(Sym)* symbols = nullptr;
  const char* names = nullptr;
  std::size_t imports = 0;  // symbols below the first hashed one; the hash lists what an object defines
};

Object object_of(void* handle) {
  link_map* map = nullptr;
  Object o;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) return o;
  for (const ElfW(Dyn)* d = map->l_ld; d->d_tag != DT_NULL; ++d) {
    const void* const at = reinterpret_cast<const void*>(d->d_un.d_ptr);
    if (d->d_tag == DT_SYMTAB) o.symbols = static_cast<const ElfW(Sym)*>(at);
    if (d->d_tag == DT_STRTAB) o.names = static_cast<const char*>(at);
    if (d->d_tag == DT_GNU_HASH) o.imports = static_cast<const std::uint32_t*>(at)[1];
  }
  return o;
}

/// The first import that the deterministic core may not have; empty for none.
std::string forbidden_import(void* handle) {
  const Object o = object_of(handle);
  if (o.symbols == nullptr || o.names == nullptr) return {};
  for (std::size_t i = 1; i < o.imports; ++i) {
    const char* const name = o.names + o.symbols[i].st_name;
    if (o.symbols[i].st_shndx == SHN_UNDEF && forbidden(name)) return name;
  }
  return {};
}

/// Objects stay loaded: the registry points into them.
std::vector<LoadedPlugin>& known_plugins() {
  static std::vector<LoadedPlugin> all;
  return all;
}

Error refused(const fs::path& path, const std::string& why) { return {ErrorKind::kUsage, "plugin " + path.string() + ": " + why}; }

}  // namespace

Result<LoadedPlugin> load_strategy_plugin(const fs::path& given) {
  std::error_code ec;
  const fs::path path = fs::canonical(given, ec);
  std::ifstream file(ec ? given : path, std::ios::binary);
  if (ec || !file) return refused(given, "expected a shared object, got no readable file; build it as README.md shows");
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::string hash = fmt::format("{:016x}", XXH3_64bits(bytes.data(), bytes.size()));
  for (const LoadedPlugin& known : known_plugins()) {
    if (known.ref.hash == hash) return known;
  }
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return refused(path, fmt::format("expected a shared object for this program, got: {}", dlerror()));
  const auto refuse = [&](const std::string& why) {
    dlclose(handle);
    return refused(path, why);
  };
  const auto* const table = static_cast<const StrategyPlugin*>(dlsym(handle, kPluginSymbol));
  if (table == nullptr) return refuse(fmt::format("expected the symbol {}, got none; end the file with OMEGA_STRATEGY(...)", kPluginSymbol));
  if (table->layout != plugin_layout()) return refuse("it was built against another Omega; build it again with the headers of this one");
  if (const std::string import = forbidden_import(handle); !import.empty()) {
    return refuse(fmt::format("it uses {}, which no strategy may: two runs would differ (use event time, or omega::detmath)", import));
  }
  const RegistryEntry* const entry = add_strategy(*table->info, table->make);
  if (entry == nullptr) return refuse(fmt::format("expected a new strategy name and a free number up to {}, got '{}'", kStrategyIdMax, table->info->name));
  return known_plugins().emplace_back(LoadedPlugin{entry, {path.string(), hash}});
}

Status load_recorded_plugins(const EngineConfig& config) {
  for (const StrategyConfig& s : config.strategies) {
    if (!s.enabled || !s.plugin) continue;
    const Result<LoadedPlugin> loaded = load_strategy_plugin(s.plugin->path);
    const auto error = [&](const std::string& why) { return Error{ErrorKind::kData, "the journal was made with strategy " + s.name + ": " + why}; };
    if (!loaded) return error(loaded.error().message);
    if (loaded.value().ref.hash != s.plugin->hash)
      return error(fmt::format("{} has changed since (content {}, then {}); put the recorded build back", s.plugin->path, loaded.value().ref.hash, s.plugin->hash));
    if (loaded.value().entry->id != s.id)
      return error(fmt::format("it was number {} and would be {} here; look at one journal at a time", s.id, loaded.value().entry->id));
  }
  return Ok{};
}

}  // namespace omega::replay
