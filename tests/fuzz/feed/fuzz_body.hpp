// What:     The fuzz bodies of the data file decoders: any bytes in, no crash, and what is let through is sound.
// Use:      csv_rows_fuzz.cpp makes libFuzzer programs of them; csv_replay_test.cpp runs them over generated inputs.
// Threads:  one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace omega::feed::fuzz {

/// Bytes as a HistData file.
void histdata(const std::uint8_t* data, std::size_t size);
/// Bytes as a csv file; the first byte picks the options.
void csv(const std::uint8_t* data, std::size_t size);
/// Bytes as LEAN minute quote, minute trade and tick rows; the first byte picks which, its top bit whether ticks are kept.
void lean(const std::uint8_t* data, std::size_t size);

/// Bytes as TrueFX rows.
void truefx(const std::uint8_t* data, std::size_t size);
/// Bytes as the records of a Dukascopy hour.
void bi5(const std::uint8_t* data, std::size_t size);
/// Bytes as a file of ITCH messages.
void itch(const std::uint8_t* data, std::size_t size);
/// Bytes as Bitstamp's stream or csv: the first row tells which.
void bitstamp(const std::uint8_t* data, std::size_t size);
/// Bytes as an array of Bitfinex frames.
void bitfinex(const std::uint8_t* data, std::size_t size);
/// Bytes as a LOBSTER day: the message file up to the first 0x1e, the order book behind it; the first byte is the number of levels.
void lobster(const std::uint8_t* data, std::size_t size);

}  // namespace omega::feed::fuzz
