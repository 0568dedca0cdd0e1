// In a file of its own, so that the compiler does not see through the replaced operators.
#include "tests/unit/orders/allocation_counter.hpp"

#include <cstdlib>
#include <new>

namespace {
std::size_t count = 0;
}
std::size_t omega::test::allocations() noexcept { return count; }

void* operator new(std::size_t n) {
  ++count;
  if (void* p = std::malloc(n)) return p;
  std::abort();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
