// Keys of engine.yaml: how the engine is run and what the paper venue charges (STRATEGIES 4.8).
#include "adapters/config/schema.hpp"

#include <cmath>

namespace omega::config {

void add_engine_keys(std::vector<KeySpec>& specs, const std::string& file) {
  const auto add = [&](KeySpec spec) {
    spec.file = file;
    specs.push_back(std::move(spec));
  };
  add({.key = "engine.account_currency", .file = {}, .type = ValueType::kText, .unit = "", .choices = {"USD"},
       .doc = "conversion rules are given for USD accounts",
       .set = [](EngineConfig& c, const Value& v) { c.account_currency = v.text; }});
  add({.key = "engine.pipeline.layout", .file = {}, .type = ValueType::kText, .unit = "",
       .choices = {"fused"}, .doc = "all stages on one thread", .set = [](EngineConfig&, const Value&) {}});
  add({.key = "engine.pipeline.ring_slots", .file = {}, .type = ValueType::kInteger, .unit = "slots, a power of two",
       .min = 2, .max = 65'536, .choices = {}, .doc = "",
       .set = [](EngineConfig& c, const Value& v) { c.pipeline.ring_slots = static_cast<std::uint32_t>(v.number); }});
  add({.key = "engine.venue.latency_ms", .file = {}, .type = ValueType::kNumber, .unit = "milliseconds",
       .min = 0.001, .max = 60'000, .choices = {}, .doc = "L: decision to effect at the venue; also the look-ahead",
       .set = [](EngineConfig& c, const Value& v) { c.venue.latency_ns = std::llround(v.number * kMilli_ns); }});
  add({.key = "engine.venue.slippage_pips", .file = {}, .type = ValueType::kNumber, .unit = "pips",
       .min = 0, .max = 100, .choices = {}, .doc = "adverse, market and stop orders",
       .set = [](EngineConfig& c, const Value& v) { c.venue.slippage_pips = v.number; }});
  add({.key = "engine.venue.commission_per_lot", .file = {}, .type = ValueType::kNumber,
       .unit = "account currency per lot, round turn", .min = 0, .max = 1000, .choices = {}, .doc = "half at each fill",
       .set = [](EngineConfig& c, const Value& v) { c.venue.commission_per_lot_round_turn = v.number; }});
  add({.key = "engine.journal.segment_kib", .file = {}, .type = ValueType::kInteger, .unit = "KiB, a multiple of 4",
       .min = 4, .max = 1'048'576, .choices = {}, .doc = "size of one lane segment",
       .set = [](EngineConfig& c, const Value& v) { c.journal.segment_bytes = static_cast<std::uint32_t>(v.number) * 1024u; }});
  add({.key = "engine.journal.durability", .file = {}, .type = ValueType::kText, .unit = "",
       .choices = {"process", "disk", "replicated"}, .doc = "what an order waits for before it leaves",
       .set = [](EngineConfig& c, const Value& v) {
         c.journal.durability = v.text == "disk"      ? Durability::kDisk
                                : v.text == "process" ? Durability::kProcess
                                                      : Durability::kReplicated;
       }});
  add({.key = "engine.journal.snapshot_interval_inputs", .file = {}, .type = ValueType::kInteger, .unit = "inputs; 0 = at a clean end only",
       .min = 0, .max = 1e12, .choices = {}, .doc = "how often the engine's state is kept, to start a recovery near the end",
       .set = [](EngineConfig& c, const Value& v) { c.journal.snapshot_interval_inputs = static_cast<std::uint64_t>(v.number); }});
}

}  // namespace omega::config
