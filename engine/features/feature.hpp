// What:     What the feature engine runs: a node that takes the closed bars of one timeframe and offers one or more outputs.
//           A calculator (BVC, ADX, swings ...) knows nothing of this; the adapters below make nodes of calculators.
// Owner:    the FeatureEngine of one instrument.   Threads: one.   Allocation: constructors only.
// Ordering: nodes run in creation order and a node is created after those it reads, so it sees their values of this bar.
#pragma once

#include <array>

#include "engine/core/archive.hpp"
#include "engine/features/bvc.hpp"
#include "engine/features/frame.hpp"
#include "engine/features/volume_gate.hpp"

namespace omega {

class Feature {
 public:
  virtual ~Feature() = default;
  virtual void on_bar(const TfBar& bar) noexcept = 0;
  /// output: which of the node's outputs; the factory gives it out with the node.
  [[nodiscard]] virtual FeatureValue value(unsigned output) const noexcept = 0;
  virtual void save(StateWriter& ar) const = 0;
  virtual void load(StateReader& ar) = 0;
};

/// What every node around one calculator shares; its outputs are const member functions of the calculator.
template <class Calculator, FeatureValue (Calculator::*... kOutputs)() const>
class CalculatorFeature : public Feature {
 public:
  template <class... Args>
  explicit CalculatorFeature(Args... args) : calculator_(args...) {}
  [[nodiscard]] const Calculator& calculator() const noexcept { return calculator_; }

  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    if constexpr (sizeof...(kOutputs) == 0) {
      return FeatureValue::invalid();  // an inner node: read through calculator() only
    } else {
      return pick<kOutputs...>(output);
    }
  }
  void save(StateWriter& ar) const override { ar(calculator_); }
  void load(StateReader& ar) override { ar(calculator_); }

 protected:
  Calculator calculator_;

 private:
  /// Compared one by one, the last unasked: each output is then a call that the compiler sees through.
  template <FeatureValue (Calculator::*kFirst)() const, FeatureValue (Calculator::*... kRest)() const>
  [[nodiscard]] FeatureValue pick(unsigned output) const noexcept {
    if constexpr (sizeof...(kRest) == 0) return (calculator_.*kFirst)();
    else return output == 0 ? (calculator_.*kFirst)() : pick<kRest...>(output - 1);
  }
};

/// A calculator over all bars.
template <class Calculator, FeatureValue (Calculator::*... kOutputs)() const>
class BarFeature final : public CalculatorFeature<Calculator, kOutputs...> {
 public:
  using CalculatorFeature<Calculator, kOutputs...>::CalculatorFeature;
  void on_bar(const TfBar& bar) noexcept override { this->calculator_.on_bar(bar); }
};

using VolumeGateFeature = BarFeature<VolumeGate>;

/// What the instrument's feed cannot give.
class MissingFeature final : public Feature {
 public:
  void on_bar(const TfBar&) noexcept override {}
  [[nodiscard]] FeatureValue value(unsigned) const noexcept override { return FeatureValue::invalid(); }
  void save(StateWriter&) const override {}
  void load(StateReader&) override {}
};

/// What of each M1 bar's volume was bought: the one source that every flow feature of an instrument reads.
class FlowNode : public Feature {
 public:
  /// Of the last bar.
  [[nodiscard]] virtual const Flow& flow() const noexcept = 0;
  [[nodiscard]] FeatureValue value(unsigned) const noexcept override { return FeatureValue::invalid(); }  // an inner node
};

/// F03: guessed from the bars.
class BvcFeature final : public FlowNode {
 public:
  void on_bar(const TfBar& bar) noexcept override { bvc_.on_bar(bar); }
  [[nodiscard]] const Flow& flow() const noexcept override { return bvc_.flow(); }
  void save(StateWriter& ar) const override { ar(bvc_); }
  void load(StateReader& ar) override { ar(bvc_); }

 private:
  Bvc bvc_;
};

/// A calculator over volume: skips bars without, and is INVALID while its timeframe has too little volume (1.7).
template <class Calculator, FeatureValue (Calculator::*... kOutputs)() const>
class VolumeFeature final : public CalculatorFeature<Calculator, kOutputs...> {
  using Base = CalculatorFeature<Calculator, kOutputs...>;

 public:
  template <class... Args>
  explicit VolumeFeature(const VolumeGateFeature* gate, Args... args) : Base(args...), gate_(gate) {}
  void on_bar(const TfBar& bar) noexcept override {
    if (bar.has_volume()) this->calculator_.on_bar(bar);
  }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    return gate_->calculator().closed() ? FeatureValue::invalid() : Base::value(output);
  }

 private:
  const VolumeGateFeature* gate_;
};

/// A calculator over all bars, with a rule of its own for those without volume; INVALID while there is too little of it.
template <class Calculator, FeatureValue (Calculator::*... kOutputs)() const>
class VolumeGatedFeature final : public CalculatorFeature<Calculator, kOutputs...> {
  using Base = CalculatorFeature<Calculator, kOutputs...>;

 public:
  template <class... Args>
  explicit VolumeGatedFeature(const VolumeGateFeature* gate, Args... args) : Base(args...), gate_(gate) {}
  void on_bar(const TfBar& bar) noexcept override { this->calculator_.on_bar(bar); }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    return gate_->calculator().closed() ? FeatureValue::invalid() : Base::value(output);
  }

 private:
  const VolumeGateFeature* gate_;
};

/// A calculator over the flow of the M1 bars; the same volume rule.
template <class Calculator, FeatureValue (Calculator::*... kOutputs)() const>
class FlowFeature final : public CalculatorFeature<Calculator, kOutputs...> {
  using Base = CalculatorFeature<Calculator, kOutputs...>;

 public:
  template <class... Args>
  explicit FlowFeature(const VolumeGateFeature* gate, const FlowNode* flow, Args... args)
      : Base(args...), gate_(gate), flow_(flow) {}
  void on_bar(const TfBar& bar) noexcept override { this->calculator_.on_flow(bar, flow_->flow()); }
  [[nodiscard]] FeatureValue value(unsigned output) const noexcept override {
    return gate_->calculator().closed() ? FeatureValue::invalid() : Base::value(output);
  }

 private:
  const VolumeGateFeature* gate_;
  const FlowNode* flow_;
};

}  // namespace omega
