// What:     Symbol texts of files and options to instruments of the configuration.
// Owner:    the import.   Threads: one.
// Rule:     letters are compared in upper case, without / - _ ("eur/usd" is EURUSD).
// Errors:   an unknown symbol is a usage error that names the nearest one of the table.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/config.hpp"
#include "engine/core/result.hpp"

namespace omega::feed {

class SymbolTable {
 public:
  explicit SymbolTable(const EngineConfig& config) : config_(&config) {}
  /// kNoInstrument when there is none.
  [[nodiscard]] InstrumentId find(std::string_view symbol) const;
  /// where: what the symbol was read from, for the message.
  [[nodiscard]] Result<InstrumentId> require(std::string_view symbol, const std::string& where) const;
  [[nodiscard]] const InstrumentConfig& at(InstrumentId id) const { return config_->instruments[id]; }
  [[nodiscard]] std::size_t size() const noexcept { return config_->instruments.size(); }

 private:
  const EngineConfig* config_;
};

[[nodiscard]] std::string normal_symbol(std::string_view symbol);

}  // namespace omega::feed
