// What:     Second stage: runs every enabled strategy on the frames of an event and raises signals and exit requests;
//           keeps the S03 filter, the level books and the strategies' own view of their positions.
// Owner:    Stages.   Threads: one at a time.   Errors: none on the event path.
// Ordering: frames in instrument order, strategies in number order, so signals of one event are in (instrument, strategy)
//           order; those of strategies that look at several instruments (MarketContext) come last. Everything is journaled before the slot is published.
// Choices:  the common fields of a signal (STR among them) are filled after all strategies of the frame have run, so zones and
//           levels are those of the bar that just closed; S03 switched off by the profile means SAFE, multiplier 1; a disabled S05
//           has no zones. A frame of a book event without a closed bar runs only the strategies with StrategyInfo::book_events.
// Source:   STRATEGIES 1.5 (honest degradation), 3.0, 4.3 (STR).
#pragma once

#include "engine/core/lane.hpp"
#include "engine/signals/registry.hpp"
#include "engine/signals/strategies/s03_order_flow_toxicity.hpp"

namespace omega {

class SignalsStage {
 public:
  /// Every feature that the enabled strategies and the common fields of a signal need.
  static void request_features(const EngineConfig& config, FeatureRequests& requests);
  /// requests: as filled by request_features (the same keys give the same handles).
  SignalsStage(const EngineConfig& config, FeatureRequests& requests, LaneSink& lane);

  void process(const InputEvent& input, const FeaturesOut& features, SignalsOut& out) noexcept;

  struct FunnelRow {
    const StrategyInfo* info;
    Funnel funnel;                                 // all instruments together
    std::span<const FeatureHandle> needed_features;  // order of Funnel::skipped_not_ready(i)
  };
  /// One row per built and running strategy, by number.
  [[nodiscard]] std::vector<FunnelRow> funnels() const;
  /// What one running strategy holds on one instrument, for time travel.
  struct RunningView {
    InstrumentId instrument;
    const Strategy* strategy;
    const PositionView *position, *sent;
  };
  /// By instrument, then strategy number.
  [[nodiscard]] std::vector<RunningView> running() const;
  /// Levels of an active instrument; nullptr for others.
  [[nodiscard]] const LevelBook* levels(InstrumentId id) const noexcept;
  /// State of S03 on an active instrument; nullptr for others.
  [[nodiscard]] const ToxicityFilter* toxicity(InstrumentId id) const noexcept;
  /// (strategy, instrument, missing capabilities), as journaled at the start. instrument kNoInstrument: everywhere.
  [[nodiscard]] const std::vector<StrategyDisabled>& disabled() const noexcept { return disabled_; }
  /// Entry fills that no signal of this stage explains: 0 in a sound run.
  [[nodiscard]] std::uint64_t unknown_reports() const noexcept { return unknown_reports_; }
  /// Signals that the pairs of all strategies can raise in one event.
  [[nodiscard]] std::uint32_t pair_legs() const noexcept;
  [[nodiscard]] std::uint64_t signals_raised() const noexcept { return signals_raised_; }
  [[nodiscard]] std::uint64_t digest() const noexcept { return lane_.digest(); }
  [[nodiscard]] const LaneAppender& lane() const noexcept { return lane_; }

  /// What journals and reports call the state: lane digest, announcements, positions, levels, S03, every strategy.
  void save(StateWriter& out) const;
  void load(StateReader& in);

 private:
  struct Runner {
    std::unique_ptr<Strategy> strategy;
    PositionView sent;      // of the last signal: becomes the position if its entry fills
    PositionView position;
  };
  struct Instrument {
    InstrumentId id;
    LevelBook levels;
    ToxicityFilter tox;
    std::vector<Runner> runners;  // in strategy-number order
  };

  /// A strategy that looks at several instruments (StrategyInfo::market).
  struct Market {
    std::unique_ptr<Strategy> strategy;
    std::vector<MarketLeg> legs;  // those it uses, in id order
    std::vector<PairPositions> pairs;
    TimeNs t_close = 0;           // of the step that is being collected, else of the last one
    bool pending = false;
  };

  void add_market(const RegistryEntry& entry, std::span<const double> params, FeatureRequests& requests, bool model);
  void on_closes(const InputEvent& input, const FeaturesOut& features, Market& market, SignalsOut& out) noexcept;
  void step(const InputEvent& input, Market& market, SignalsOut& out) noexcept;
  void disable(StrategyId strategy, InstrumentId instrument, std::uint32_t missing);
  /// The position that the signal becomes if its entry fills.
  [[nodiscard]] static PositionView sent_by(const Signal& signal, Seq cause) noexcept;
  void take_pair_fill(const ExecReport& report, Market& market) noexcept;
  void take_fill(const ExecReport& report, const PositionView& sent, PositionView& position) noexcept;
  void announce(const InputEvent& input) noexcept;
  void on_exec(const ExecReport& report) noexcept;
  void on_frame(const InputEvent& input, const FeatureFrame& frame, SignalsOut& out) noexcept;
  void update_tox(const InputEvent& input, const FeatureFrame& frame, Instrument& instrument) noexcept;
  void journal_tox(const InputEvent& input, const Instrument& instrument, ToxLevel from, double vpin) noexcept;
  void complete(const FeatureFrame& frame, const Instrument& instrument, Signal& s) const noexcept;
  [[nodiscard]] double structure_term(const Instrument& instrument, const Signal& s) const noexcept;
  [[nodiscard]] std::size_t index_of(InstrumentId id) const noexcept;  // kInactive when it is not active

  static constexpr std::size_t kInactive = static_cast<std::size_t>(-1);

  const EngineConfig* config_;
  BusinessCalendar calendar_;
  NewsBook news_;
  LaneAppender lane_;
  CommonHandles common_;
  FeatureHandle volatility_high_ = kNoFeature;  // F26; none without a model
  std::vector<Instrument> instruments_;  // active ones, in id order
  std::vector<Market> markets_;          // in strategy-number order
  std::vector<StrategyDisabled> disabled_;
  std::vector<std::size_t> index_of_;    // by InstrumentId
  bool toxicity_on_ = false;
  bool announced_ = false;
  std::uint64_t signals_raised_ = 0, unknown_reports_ = 0;
};

}  // namespace omega
