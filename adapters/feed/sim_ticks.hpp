// What:     The ticks inside a simulated minute, for a symbol with an order book: trades with their aggressor, book deltas, now and then a
//           snapshot. They follow the minute's bar: the best prices start at its open, touch its high and low, end at its close on both sides;
//           the sizes of the trades sum to its volume.
// Model:    16 slots of 3.75 s and a jitter below 0.2 s, so that something happens at least every 4 s. The best prices move in at most five of
//           them (the extreme against the bar's direction comes first in 3 of 4 minutes); in the others something trades, or a level changes its
//           size. A trade comes first, what it takes from the best level 1 ms later; it may be larger than what showed, then an eighth stays.
//           Levels show 0.4 minutes of usual volume (half of it the day's, half the hour's) times 0.5..1.5, ten a side, 0.3-1.6 u apart.
//           Trades: a tenth of the bar's ticks, 5 to 24 of them; each a purchase with p = 0.5 + 0.3 (close - open)/(high - low), 0.48 when the
//           minute has more than three times its usual volume. A tick of the bars without a book is kUnitsPerTick units here.
// Snapshot: in the first minute, after every pause, and at every full hour; with it the book is whole again.
// Patterns: sim_book_pattern.hpp says what; here is how.
// Owner:    SimMarket, one per book symbol.   Threads: one.   Ordering: (ts, rank) inside the symbol.   No allocation after construction.
#pragma once

#include <vector>

#include "adapters/feed/sim_book_pattern.hpp"
#include "adapters/feed/sim_ladder.hpp"

namespace omega::sim {

inline constexpr std::int64_t kUnitsPerTick = 2'000, kQuanta_per_tick = 20;
inline constexpr Qty kQuantum = kUnitsPerTick / kQuanta_per_tick * kQtyScale;   // 100 units

class SimTicks {
 public:
  SimTicks(InstrumentId id, Price tick, double ticks_per_minute, const Random& random);

  /// bar.n_ticks: the tick count of the minute, as in a bar without a book; becomes the number of best-quote changes, volume what was traded.
  void make(Bar& bar, const TickPlan& plan) noexcept;

  [[nodiscard]] bool empty() const noexcept { return next_ == ticks_.size(); }
  [[nodiscard]] TimeNs next_ts() const noexcept { return ticks_[next_].ts; }
  [[nodiscard]] EventType next_type() const noexcept { return ticks_[next_].type; }
  [[nodiscard]] InstrumentId id() const noexcept { return id_; }
  [[nodiscard]] InputEvent take() noexcept;

 private:
  struct Tick {
    TimeNs ts = 0;
    Price price = 0;
    std::int64_t size = 0;      // quanta
    EventType type = EventType::kNone;
    BookSide side = BookSide::kBid;
    Direction aggressor = 0;
    bool more = false;          // the update goes on
  };
  static constexpr std::size_t kSlots = 16, kTrades_max = 24, kTicks_max = 1024;

  void draw_path(const Bar& bar, const TickPlan& plan) noexcept;
  void draw_trades(Bar& bar, const TickPlan& plan) noexcept;
  [[nodiscard]] double buy_share(const Bar& bar, const TickPlan& plan) const noexcept;
  void make_slot(std::size_t slot, TimeNs ts, const TickPlan& plan, bool snapshot) noexcept;
  void move(Price bid, TimeNs ts, bool snapshot) noexcept;
  void move_side(Ladder& side, Price best, TimeNs ts) noexcept;
  void push_snapshot(TimeNs ts) noexcept;
  void set_level(Ladder& side, std::size_t level, std::int64_t size, TimeNs ts) noexcept;
  void trade(Direction aggressor, std::int64_t size, TimeNs ts) noexcept;
  void quiet(const TickPlan& plan, TimeNs ts) noexcept;
  void hit(const TickPlan& plan, std::int64_t size, TimeNs ts) noexcept;
  void place_spoof(Ladder& side, const Ladder& other, TimeNs ts) noexcept;
  void end_update() noexcept;
  [[nodiscard]] std::int64_t draw_size() noexcept;
  [[nodiscard]] Ladder& side_of(int d) noexcept { return d > 0 ? bids_ : asks_; }
  [[nodiscard]] double draw() noexcept { return random_.uniform(minute_, slot_++); }

  InstrumentId id_;
  Price tick_;
  double usual_ticks_;
  Random random_;
  Ladder bids_, asks_;
  LadderLevel best_bid_, best_ask_;         // at the end of the last update
  BookSnapshot snapshot_;
  std::vector<Tick> ticks_;                 // of the minute
  std::size_t next_ = 0, update_ = 0;       // update_: first tick of the update in the making
  std::int64_t minute_ = -1, base_ = 1;      // base_: usual size of a level now
  std::uint32_t slot_ = 0, changes_ = 0;

  // of the minute in the making
  Price wide_ = 0;                                // spread
  std::array<Price, kSlots> path_{};              // best bid from the slot on
  std::array<std::uint8_t, kSlots> trades_{};     // how many in the slot
  std::array<std::int64_t, kSlots> hits_{};       // what each takes from the iceberg, 0: no hit
  std::array<std::int64_t, kTrades_max> sizes_{};
  std::size_t traded_ = 0;                        // of sizes_
  double buy_share_ = 0.5;
  Price iceberg_level_ = 0;
  std::int64_t iceberg_ = 0;                      // what it shows
};

}  // namespace omega::sim
