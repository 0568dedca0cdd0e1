// What:     Counts every allocation of the test program. Link counting_new.cpp into it.
#pragma once

namespace omega::test {
[[nodiscard]] long allocation_count() noexcept;
}
