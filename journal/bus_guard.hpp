// What:     Stops the program when somebody else cuts a journal file that is mapped: a store or load behind the new end is SIGBUS,
//           and no order may leave after it.
// Owner:    the process. Only a program that called stop_on_bus_error() is stopped; elsewhere SIGBUS stays what it is.
// Threads:  any; the table of mappings is read by the signal handler without a lock.
// Errors:   exit code kTruncatedExitCode, and one line on stderr with the file and the offset; nothing is flushed or retried.
// Source:   RELIABILITY F07.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace omega::journal {

inline constexpr int kTruncatedExitCode = 5;

/// Installs the handler.
void stop_on_bus_error();
[[nodiscard]] bool stops_on_bus_error() noexcept;

enum class MappedFor : std::uint8_t { kWriting, kReading };

/// A mapping of a journal file in use. One of more than the table holds (1,024) is not: SIGBUS there stays what it is.
void watch_mapping(const std::uint8_t* base, std::size_t bytes, const std::filesystem::path& path, MappedFor use = MappedFor::kWriting) noexcept;
void forget_mapping(const std::uint8_t* base) noexcept;

/// Says it and ends the process at once. Async-signal-safe.
[[noreturn]] void stop_truncated(const char* path, std::uint64_t offset, MappedFor use = MappedFor::kWriting) noexcept;

}  // namespace omega::journal
