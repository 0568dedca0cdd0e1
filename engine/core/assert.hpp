// What:     Three failures, three macros: REQUIRE blames the caller, ASSERT blames us, both always on.
// Owner:    none.  Threads: any.
// Errors:   prints file:line, the expression and the values, then std::abort(). Never used for bad input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace omega::detail {
[[noreturn]] inline void fail(const char* blame, const char* file, int line, const char* expr,
                              long long a, long long b) noexcept {
  std::fprintf(stderr, "%s:%d: %s: expected %s; values %lld, %lld\n", file, line, blame, expr, a, b);
  std::abort();
}
}  // namespace omega::detail

#define OMEGA_CHECK_IMPL(blame, cond, a, b)                                                   \
  do {                                                                                        \
    if (!(cond)) [[unlikely]]                                                                 \
      ::omega::detail::fail(blame, __FILE__, __LINE__, #cond, static_cast<long long>(a),      \
                            static_cast<long long>(b));                                       \
  } while (false)
/// Our own invariant; a and b are printed when it breaks.
#define OMEGA_ASSERT(cond, a, b) OMEGA_CHECK_IMPL("bug in Omega", cond, a, b)
/// The caller's duty.
#define OMEGA_REQUIRE(cond, a, b) OMEGA_CHECK_IMPL("bug in the caller", cond, a, b)
