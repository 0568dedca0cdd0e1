// Keys of engine.yaml: how the engine is run and what the paper venue charges (STRATEGIES 4.8).
#include "adapters/config/schema.hpp"

#include <algorithm>
#include <cmath>

namespace omega::config {
namespace {

template <std::size_t N>
std::size_t index_of(const std::array<const char*, N>& names, const std::string& name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::vector<std::string> cpu_names() {
  std::vector<std::string> names{"any"};
  for (int i = 0; i < 1024; ++i) names.push_back(std::to_string(i));
  return names;
}

/// What does not fit together is left for check_relations().
void set_groups(ThreadLayout& layout, const std::vector<std::string>& names) {
  layout.count = static_cast<std::uint8_t>(std::min(names.size(), kPipelineStages));
  for (std::size_t t = 0; t < layout.count; ++t) layout.threads[t] = group_of(names[t]).value_or(ThreadSpec{});
}

/// One word for all threads, or one each.
template <class Set>
void for_threads(PipelineConfig& c, const std::vector<std::string>& words, const Set& set) {
  for (std::size_t t = 0; t < kPipelineStages; ++t) set(c.pinned.threads[t], words[std::min(t, words.size() - 1)]);
}

}  // namespace

void add_engine_keys(std::vector<KeySpec>& specs, const std::string& file) {
  const auto add = [&](KeySpec spec) {
    spec.file = file;
    specs.push_back(std::move(spec));
  };
  add({.key = "engine.account_currency", .file = {}, .type = ValueType::kText, .unit = "", .choices = {"USD"},
       .doc = "conversion rules are given for USD accounts",
       .set = [](EngineConfig& c, const Value& v) { c.account_currency = v.text; }});
  add({.key = "engine.pipeline.layout", .file = {}, .type = ValueType::kText, .unit = "",
       .choices = {kLayoutName.begin(), kLayoutName.end()}, .doc = "all stages on one thread, or groups of them on threads of their own",
       .set = [](EngineConfig& c, const Value& v) { c.pipeline.layout = static_cast<LayoutKind>(index_of(kLayoutName, v.text)); }});
  add({.key = "engine.pipeline.threads", .file = {}, .type = ValueType::kTextList, .unit = "", .choices = group_names(),
       .doc = "groups of the pinned layout, every stage once and in order", .set = [](EngineConfig& c, const Value& v) { set_groups(c.pipeline.pinned, v.list); }});
  add({.key = "engine.pipeline.wait", .file = {}, .type = ValueType::kTextList, .unit = "one for all threads, or one each",
       .choices = {kWaitName.begin(), kWaitName.end()}, .repeats = true, .doc = "how a thread waits for work",
       .set = [](EngineConfig& c, const Value& v) {
         c.pipeline.waits = v.list.size();
         for_threads(c.pipeline, v.list, [](ThreadSpec& t, const std::string& word) { t.wait = static_cast<WaitKind>(index_of(kWaitName, word)); });
       }});
  add({.key = "engine.pipeline.cpus", .file = {}, .type = ValueType::kTextList, .unit = "logical CPU of each thread, any lets omega choose for all",
       .choices = cpu_names(), .repeats = true, .doc = "where each thread is pinned",
       .set = [](EngineConfig& c, const Value& v) {
         c.pipeline.cpus = v.list.size();
         for_threads(c.pipeline, v.list, [](ThreadSpec& t, const std::string& word) { t.cpu = word == "any" ? -1 : std::stoi(word); });
       }});
  add({.key = "engine.pipeline.fifo_priority", .file = {}, .type = ValueType::kInteger, .unit = "1 to 99 under SCHED_FIFO, 0 = the normal scheduler",
       .min = 0, .max = 99, .choices = {}, .doc = "scheduling of the pinned threads",
       .set = [](EngineConfig& c, const Value& v) {
         for (ThreadSpec& t : c.pipeline.pinned.threads) t.fifo_priority = static_cast<int>(v.number);
       }});
  add({.key = "engine.pipeline.batch", .file = {}, .type = ValueType::kInteger, .unit = "slots", .min = 1, .max = 4096, .choices = {},
       .doc = "slots that a thread takes before it tells the next one, when so many are ready",
       .set = [](EngineConfig& c, const Value& v) { c.pipeline.pinned.batch = static_cast<std::uint32_t>(v.number); }});
  add({.key = "engine.pipeline.ring_slots", .file = {}, .type = ValueType::kInteger, .unit = "slots, a power of two",
       .min = 2, .max = 65'536, .choices = {}, .doc = "",
       .set = [](EngineConfig& c, const Value& v) { c.pipeline.ring_slots = static_cast<std::uint32_t>(v.number); }});
  add({.key = "engine.pipeline.late_ms_max", .file = {}, .type = ValueType::kNumber, .unit = "milliseconds of the wall", .min = 1, .max = 3'600'000,
       .choices = {}, .doc = "a paced event that comes later than due by more opens no position",
       .set = [](EngineConfig& c, const Value& v) { c.pipeline.late_max_ns = std::llround(v.number * kMilli_ns); }});
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
