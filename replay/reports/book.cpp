#include "replay/reports/book.hpp"

#include <cmath>
#include <unordered_map>

#include "engine/core/civil_time.hpp"
#include "engine/risk/account.hpp"
#include "engine/signals/signals_out.hpp"
#include "replay/report_journal.hpp"

namespace omega::replay {
namespace {

using Index = std::unordered_map<OrderId, std::size_t>;

/// Frames of one lane, one ahead.
class Ahead {
 public:
  explicit Ahead(journal::LaneCursor cursor) : cursor_(std::move(cursor)) { advance(); }
  void advance() { good_ = cursor_.next(frame_); }
  [[nodiscard]] bool at(Seq seq) const noexcept { return good_ && frame_.seq == seq; }
  [[nodiscard]] const journal::FrameView& frame() const noexcept { return frame_; }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return cursor_.error(); }

 private:
  journal::LaneCursor cursor_;
  journal::FrameView frame_;
  bool good_ = false;
};

class Reader {
 public:
  Reader(Book& book, const journal::JournalReader& reader) : book_(book), reader_(reader), account_(book.config) {}

  Status run() {
    if (Status s = lane(Lane::kSignals); !s) return s;
    if (Status s = lane(Lane::kRisk); !s) return s;
    return equity();
  }

 private:
  Status lane(Lane l) {
    journal::LaneCursor cursor = reader_.lane(l);
    journal::FrameView f;
    while (cursor.next(f)) derived(f);
    if (cursor.error()) return *cursor.error();
    return Ok{};
  }

  void derived(const journal::FrameView& f) {
    if (f.type == EventType::kSignal) {
      const auto& s = f.as<Signal>();
      index_.emplace(order_id_of(f.seq, s.index), book_.signals.size());
      book_.signals.push_back({s.ts, s.strategy, s.instrument, ReasonCode::kNone, false});
    } else if (f.type == EventType::kRiskDecision) {
      const auto& d = f.as<RiskDecision>();
      if (SignalFate* fate = find(order_id_of(f.seq, d.signal_index))) fate->code = d.code;
    } else if (f.type == EventType::kKillSwitch && f.as<KillSwitchEvent>().action == KillSwitchAction::kTrip) {
      book_.trips.push_back(f.as<KillSwitchEvent>());
    } else if (f.type == EventType::kOrderCommand) {
      const auto& c = f.as<OrderCommand>();
      account_.on_order(c);
      if (SignalFate* fate = find(c.order_id); fate != nullptr && c.action == OrderAction::kEnter) fate->ordered = true;
    } else if (f.type == EventType::kSignalOutcome) {
      if (SignalFate* fate = find(f.as<SignalOutcome>().order_id)) fate->code = f.as<SignalOutcome>().code;
    } else if (f.type == EventType::kTradeClosed) {
      book_.trades.push_back(f.as<TradeClosed>());
    } else if (f.type == EventType::kEquityMark && f.as<EquityMark>().kind == MarkKind::kDayRoll) {
      book_.days.push_back({utc_day(f.ts() - 1), money_to_double(f.as<EquityMark>().equity)});
    }
  }

  /// Inputs in order, and after each the orders stage's records of it.
  Status equity() {
    Ahead orders(reader_.lane(Lane::kOrders));
    journal::LaneCursor inputs = reader_.lane(Lane::kInputs);
    journal::FrameView f;
    while (inputs.next(f)) {
      if (book_.first_ts == 0) book_.first_ts = f.ts();
      book_.last_ts = f.ts();
      if (f.type == EventType::kExecReport) account_.on_exec(f.as<ExecReport>());
      if (f.type == EventType::kBar && (f.as<Bar>().flags & bar_flag::kBadMask) == 0) on_bar(f.as<Bar>());
      for (; orders.at(f.seq); orders.advance()) derived(orders.frame());
    }
    if (inputs.error()) return *inputs.error();
    if (orders.error()) return *orders.error();
    if (repeated_.ts != 0) book_.marks.push_back(repeated_);
    book_.final_equity = account_.equity();
    const std::int64_t last = book_.last_ts > 0 ? utc_day(book_.last_ts - 1) : 0;
    if (book_.last_ts > 0 && (book_.days.empty() || book_.days.back().day < last)) {
      book_.days.push_back({last, money_to_double(book_.final_equity)});
    }
    return Ok{};
  }

  void on_bar(const Bar& bar) {
    account_.on_market(bar);
    const std::int64_t day = utc_day(bar.t_open);
    if (book_.market_days.empty() || book_.market_days.back() < day) book_.market_days.push_back(day);
    const EquityPoint point{bar.ts, account_.equity()};
    if (!book_.marks.empty() && book_.marks.back().equity == point.equity) {
      repeated_ = point;
      return;
    }
    if (repeated_.ts != 0) book_.marks.push_back(repeated_);
    repeated_ = {};
    book_.marks.push_back(point);
  }

  SignalFate* find(OrderId id) {
    const auto at = index_.find(id);
    return at == index_.end() ? nullptr : &book_.signals[at->second];
  }

  Book& book_;
  const journal::JournalReader& reader_;
  Account account_;
  Index index_;
  EquityPoint repeated_;  // the newest mark that repeats the one kept
};

}  // namespace

Result<Book> Book::read(const std::filesystem::path& journal) {
  auto reader = journal::JournalReader::open(journal);
  if (!reader) return reader.error();
  auto config = recorded_config(*reader.value());
  if (!config) return config.error();
  for (std::size_t l = 0; l < kLaneCount; ++l) {
    if (l == static_cast<std::size_t>(Lane::kFeatures) || reader.value()->has_lane(static_cast<Lane>(l))) continue;
    return Error{ErrorKind::kData, journal.string() + ": a report needs lane " + kLaneName[l] +
                                       ", which is not there; only journals of omega run and omega backtest have it"};
  }
  if (Status s = reader.value()->require_unpruned("a report", std::array{Lane::kInputs, Lane::kSignals, Lane::kRisk, Lane::kOrders}); !s)
    return s.error();
  Book book;
  book.config = std::move(config).value();
  book.journal = journal.string();
  book.initial = std::llround(book.config.risk.initial_capital * static_cast<double>(kMoneyScale));
  if (Status s = Reader(book, *reader.value()).run(); !s) return s.error();
  return book;
}

}  // namespace omega::replay
