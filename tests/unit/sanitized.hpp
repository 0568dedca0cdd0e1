// OMEGA_SANITIZED is defined in a build with AddressSanitizer or ThreadSanitizer, whose own locks, allocations and page faults
// would be counted with those of the code under test.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OMEGA_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OMEGA_SANITIZED 1
#endif
#endif
