// What:     Counts calls of operator new in a test program that links allocation_counter.cpp.
#pragma once

#include <cstddef>

namespace omega::test {
[[nodiscard]] std::size_t allocations() noexcept;
}
