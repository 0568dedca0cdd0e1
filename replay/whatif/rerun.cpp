#include "replay/whatif/rerun.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <unordered_map>

#include "engine/pipeline/pipeline.hpp"
#include "engine/pipeline/resolve.hpp"
#include "replay/facts.hpp"
#include "replay/report.hpp"
#include "replay/report_record.hpp"
#include "replay/words.hpp"

namespace omega::replay {
namespace {

/// Everything derived goes into the record of the run, and signals with what follows from them into deals.
class RecordSink final : public LaneSink {
 public:
  RecordSink(Lane lane, RunRecord& record, std::vector<Deal>& deals, std::unordered_map<OrderId, std::size_t>& index)
      : lane_(lane), record_(&record), deals_(&deals), index_(&index) {}
  void append(EventType type, Seq seq, const void* body, std::size_t, std::span<const double>) noexcept override {
    record_->on(lane_, type, seq, body);
    switch (type) {
      case EventType::kSignal: {
        const auto& s = *static_cast<const Signal*>(body);
        index_->emplace(order_id_of(seq, s.index), deals_->size());
        deals_->push_back({.seq = seq, .signal = s, .decision = {}, .trade = {}});
        break;
      }
      case EventType::kRiskDecision: {
        const auto& d = *static_cast<const RiskDecision*>(body);
        if (Deal* deal = find(order_id_of(seq, d.signal_index))) deal->decision = d, deal->outcome = d.code;
        break;
      }
      case EventType::kSignalOutcome: {
        const auto& o = *static_cast<const SignalOutcome*>(body);
        if (Deal* deal = find(o.order_id)) deal->outcome = o.code;
        break;
      }
      case EventType::kTradeClosed: {
        const auto& t = *static_cast<const TradeClosed*>(body);
        if (Deal* deal = find(t.order_id)) deal->trade = t, deal->traded = true;
        break;
      }
      default: break;
    }
  }
  [[nodiscard]] bool ok() const noexcept override { return true; }

 private:
  Deal* find(OrderId id) noexcept {
    const auto at = index_->find(id);
    return at == index_->end() ? nullptr : &(*deals_)[at->second];
  }
  Lane lane_;
  RunRecord* record_;
  std::vector<Deal>* deals_;
  std::unordered_map<OrderId, std::size_t>* index_;
};

Result<Rerun> run_over(JournalFeed& feed, const EngineConfig& config) {
  Rerun result;
  RunRecord record(config);
  std::unordered_map<OrderId, std::size_t> index;
  std::array<std::unique_ptr<RecordSink>, kLaneCount> owned;
  LaneSinks sinks{};
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    owned[l] = std::make_unique<RecordSink>(static_cast<Lane>(l), record, result.deals, index);
    sinks[l] = owned[l].get();
  }
  const auto pipeline = std::make_unique<Pipeline>(config, sinks);
  const auto started = std::chrono::steady_clock::now();
  InputEvent event;
  TimeNs first = 0;
  while (feed.next(event)) {
    if (first == 0) first = event.ts();
    pipeline->on_external(event);
  }
  if (!feed.error().empty()) return Error{ErrorKind::kData, feed.error()};
  record.finish();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
  RunFacts facts = gather_facts(config, *pipeline, first, wall.count());
  facts.feed = feed.description().text;
  facts.inputs_digest = fmt::format("{:016x}", pipeline->sequencer().lane().digest());
  const Stages& stages = pipeline->stages();
  result.lane_digests = {stages.features().digest(), stages.signals().digest(), stages.risk().digest(), stages.orders().digest()};
  for (const TradeClosed& t : record.trades) result.net_pnl += t.net_pnl;
  result.market_days.assign(record.market_days.begin(), record.market_days.end());
  result.days_per_year = words::days_per_year(config);
  result.report = build_report(config, facts, record, feed.reader().dir().string());
  return result;
}

Result<Rerun> rerun_over(Result<std::unique_ptr<JournalFeed>> feed, const EngineConfig& config) {
  if (!feed) return feed.error();
  if (Status s = feed.value()->reader().require_unpruned("a what-if", std::array{Lane::kInputs}); !s) return s.error();
  return run_over(*feed.value(), config);
}

}  // namespace

Result<Rerun> rerun(const std::shared_ptr<const SharedInputs>& inputs, const EngineConfig& config) {
  return rerun_over(JournalFeed::open(inputs, config), config);
}

Result<Rerun> rerun(const std::filesystem::path& journal, const EngineConfig& config) {
  return rerun_over(JournalFeed::open(journal, config, {}), config);
}

Result<Rerun> backtest_in_memory(const std::shared_ptr<const SharedInputs>& inputs, EngineConfig config) {
  config.mode = "backtest";
  auto feed = JournalFeed::open(inputs, config);
  if (!feed) return feed.error();
  const auto resolved = resolve(std::move(config), feed.value()->description());
  if (!resolved) return resolved.error();
  return run_over(*feed.value(), resolved.value());
}

}  // namespace omega::replay
