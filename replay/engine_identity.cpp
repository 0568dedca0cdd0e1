#include "replay/engine_identity.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

#include <cstring>

namespace omega::replay {
namespace {

constexpr std::size_t aligned(std::size_t n) { return (n + 3) / 4 * 4; }

std::string build_id_in(const char* note, std::size_t bytes) {
  while (bytes >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) head;
    std::memcpy(&head, note, sizeof head);
    const std::size_t name = aligned(head.n_namesz), all = sizeof head + name + aligned(head.n_descsz);
    if (all > bytes) break;
    if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 && std::memcmp(note + sizeof head, "GNU", 4) == 0) {
      std::string hex;
      for (std::size_t i = 0; i < head.n_descsz; ++i)
        hex += fmt::format("{:02x}", static_cast<unsigned char>(note[sizeof head + name + i]));
      return hex;
    }
    note += all;
    bytes -= all;
  }
  return {};
}

/// The first object is the program itself.
int first_object(dl_phdr_info* info, std::size_t, void* out) {
  auto& id = *static_cast<std::string*>(out);
  for (int i = 0; i < info->dlpi_phnum && id.empty(); ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type == PT_NOTE)
      id = build_id_in(reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr), segment.p_memsz);
  }
  return 1;
}

std::string find_identity() {
  std::string id;
  dl_iterate_phdr(&first_object, &id);
  return id.empty() ? kUnknownEngine : id;
}

}  // namespace

const std::string& engine_identity() {
  static const std::string id = find_identity();
  return id;
}

}  // namespace omega::replay
