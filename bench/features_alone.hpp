// What:     The features stage without the other stages, with the features of some requests.
// Owner:    each bench.   Threads: one.
#pragma once

#include "engine/pipeline/pipeline.hpp"

namespace omega::bench {

class FeaturesAlone {
 public:
  FeaturesAlone(const EngineConfig& config, const FeatureRequests& requests) : stage_(config, requests, sink_) {}
  void step(InputEvent e) {
    e.seq = ++seq_;
    stage_.process(e, out_);
  }
  [[nodiscard]] std::uint64_t digest() const noexcept { return stage_.digest(); }

 private:
  NullSink sink_;
  FeaturesStage stage_;
  std::vector<FeatureFrame> frames_{16};  // an instrument each
  FeaturesOut out_{frames_.data(), 16, 0};
  Seq seq_ = 0;
};

}  // namespace omega::bench
