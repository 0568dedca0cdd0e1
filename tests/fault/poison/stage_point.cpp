// The poison: OMEGA_POISON=stage:seq:kind lets that stage die at that input, in one of the ways a stage can.
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "engine/pipeline/stages.hpp"

namespace omega {
namespace {

struct Poison {
  std::string stage, kind;
  Seq seq = 0;
  Poison() {
    const char* text = std::getenv("OMEGA_POISON");
    if (text == nullptr) return;
    const std::string all = text;
    const auto first = all.find(':'), second = all.find(':', first + 1);
    stage = all.substr(0, first);
    seq = std::stoull(all.substr(first + 1, second - first - 1));
    kind = all.substr(second + 1);
  }
};

/// Not optimised into a loop: every level keeps its frame.
[[gnu::noinline]] int endless(int depth) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(depth);
  if (depth < 0) return 0;
  return endless(depth + 1) + frame[0];
}

[[gnu::noinline]] void words() { throw std::runtime_error("the stage's own words"); }

}  // namespace

void stage_point(StageId stage, Seq seq) noexcept {
  static const Poison poison;
  if (poison.seq != seq || poison.stage != kLaneName[static_cast<std::size_t>(stage) + 1]) return;
  if (poison.kind == "assert") OMEGA_ASSERT(seq == 0, seq, 0);
  if (poison.kind == "throw") words();
  volatile int zero = 0;
  if (poison.kind == "fpe") zero = static_cast<int>(seq) / zero;
  if (poison.kind == "stack") zero = endless(zero);
  volatile int* volatile nowhere = nullptr;
  if (poison.kind == "segv") *nowhere = 1;
}

}  // namespace omega
