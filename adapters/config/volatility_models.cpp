#include "adapters/config/volatility_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "adapters/config/model_file.hpp"

namespace omega::config {
namespace {

constexpr const char* kHeader = "symbol,stay_low,stay_high,start_low,mean_low,sd_low,mean_high,sd_high";

struct Column {
  const char* name;
  double VolatilityModel::*member;
  double max;  // exclusive, as is the minimum of 0
};
constexpr Column kColumns[] = {
    {"stay_low", &VolatilityModel::stay_low, 1},   {"stay_high", &VolatilityModel::stay_high, 1},
    {"start_low", &VolatilityModel::start_low, 1}, {"mean_low", &VolatilityModel::mean_low, 10},
    {"sd_low", &VolatilityModel::sd_low, 10},      {"mean_high", &VolatilityModel::mean_high, 10},
    {"sd_high", &VolatilityModel::sd_high, 10},
};

/// What is wrong with the line, or nothing.
std::string read_line(const std::vector<std::string>& cells, VolatilityModel& model) {
  if (cells.size() != std::size(kColumns) + 1) return fmt::format("expected {} columns, got {}", std::size(kColumns) + 1, cells.size());
  for (std::size_t i = 0; i < std::size(kColumns); ++i) {
    const Column& column = kColumns[i];
    const std::string& text = cells[i + 1];
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !(value > 0 && value < column.max)) {
      return fmt::format("expected {} above 0 and below {}, got '{}'", column.name, column.max, text);
    }
    model.*column.member = value;
  }
  if (model.mean_low >= model.mean_high) {
    return fmt::format("expected mean_low below mean_high, got {} and {}", model.mean_low, model.mean_high);
  }
  return {};
}

}  // namespace

void read_volatility_models(const std::filesystem::path& file, const std::string& shown_as, EngineConfig& config, Issues& issues) {
  for (const ModelRow& line : read_model_rows(file, shown_as, kHeader, "a volatility model", issues)) {
    const std::vector<std::string>& cells = line.cells;
    const auto row = std::find_if(config.instruments.begin(), config.instruments.end(),
                                  [&](const InstrumentConfig& i) { return i.symbol == cells[0]; });
    if (row == config.instruments.end()) {
      issues.add(line.place, "model", "expected a symbol of instruments.yaml, got '" + cells[0] + "'");
    } else if (row->volatility_model) {
      issues.add(line.place, "model", "expected one line per symbol, got a second one for " + cells[0]);
    } else {
      VolatilityModel model;
      const std::string wrong = read_line(cells, model);
      if (wrong.empty()) {
        row->volatility_model = model;
      } else {
        issues.add(line.place, "model." + cells[0], wrong);
      }
    }
  }
}

}  // namespace omega::config
