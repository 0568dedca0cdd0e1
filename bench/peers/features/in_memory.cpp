// Two features of the minute bars, F14 adx(14) and F13 mean(20), through Omega's features stage; bars in memory, nothing written.
// Speaks the protocol of passes.py. Writes the bars that the peers are given, with 1 in the last column after a gap, and its values.
//   features_in_memory CONFIG-DIR DAYS BARS.csv VALUES.f64
#include <charconv>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/market.hpp"
#include "bench/peers/watch.hpp"

namespace omega::bench {
namespace {

struct Pass {
  std::vector<double> adx, mean;  // by bar; NaN while warming
  std::vector<TfBar> bars;        // of the first pass only
  nlohmann::json took;
};

Pass one_pass(const Market& m, bool keep_bars) {
  FeatureRequests requests;
  const FeatureHandle adx = requests.request({FeatureId::kAdx, Timeframe::kM1, 14, 0});
  const FeatureHandle mean = requests.request({FeatureId::kCloseMeanLag, Timeframe::kM1, 20, 0});
  NullSink sink;
  FeaturesStage stage(m.config, requests, sink);
  std::vector<FeatureFrame> frames(stage.instrument_count());
  Pass pass;
  pass.adx.reserve(m.events.size());
  pass.mean.reserve(m.events.size());
  if (keep_bars) pass.bars.reserve(m.events.size());
  const Watch watch;
  Seq seq = 0;
  for (const InputEvent& event : m.events) {
    InputEvent e = event;
    e.seq = ++seq;
    FeaturesOut out{frames.data(), static_cast<std::uint32_t>(frames.size()), 0};
    stage.process(e, out);
    for (const FeatureFrame& frame : out.view()) {
      if (!frame.closed(Timeframe::kM1)) continue;
      pass.adx.push_back(frame.get(adx).value);
      pass.mean.push_back(frame.get(mean).value);
      if (keep_bars) pass.bars.push_back(frame.bar(Timeframe::kM1));
    }
  }
  pass.took = watch.stop();
  return pass;
}

void write_values(const Pass& pass, const char* path) {
  std::ofstream file(path, std::ios::binary);
  for (const auto* values : {&pass.adx, &pass.mean})
    file.write(reinterpret_cast<const char*>(values->data()), static_cast<std::streamsize>(values->size() * sizeof(double)));
}

}  // namespace
}  // namespace omega::bench

int main(int argc, char** argv) {
  using namespace omega::bench;
  int days = 0;
  if (argc != 5 || std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), days).ec != std::errc{}) {
    std::cerr << "usage: features_in_memory CONFIG-DIR DAYS BARS.csv VALUES.f64\n";
    return 2;
  }
  const Market m = make_market(argv[1], "green_only", {}, days, {"EURUSD"});
  {
    std::ofstream bars(argv[3]);
    for (const omega::TfBar& b : one_pass(m, true).bars) bars << b.high << ',' << b.low << ',' << b.close << ',' << b.gap() << '\n';
  }
  std::cout << nlohmann::json{{"version", "omega"}} << std::endl;
  for (std::string asked; std::getline(std::cin, asked);) {
    const Pass pass = one_pass(m, false);
    write_values(pass, argv[4]);
    std::cout << pass.took << std::endl;
  }
}
