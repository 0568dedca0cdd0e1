// omega_sim_session: whole sessions (sequencer, features to orders, paper venue, snapshots, durability `disk`, resume) over
// the simulated disk, with a feed whose clock steps. Every seed continues one base journal through a burst of orders: write,
// fail, lose power, recover, resume, until a last life without faults ends it. The oracle is the same feed run without
// interruption: after every recovery each lane is a prefix of it, no order had left whose cause is not there, and the ended
// journal equals it byte for byte.
//   omega_sim_session [--seed N | --seeds COUNT [--from N]] [--canary]
// --canary believes in a disk that forgets syncs: it must be found out.
// Not here: ENOSPC, of which a session makes an input of its own (JOURNAL_FULL), so that its lanes rightly differ; omega_sim
// has it. Exit: 0 well, 127 crash, 128 no progress after the faults, 129 wrong data.
#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "adapters/config/load.hpp"
#include "adapters/feed/sim_market.hpp"
#include "journal/prune.hpp"
#include "replay/engine_identity.hpp"
#include "replay/same_record.hpp"
#include "replay/session.hpp"
#include "tests/fault/sim/sim_loop.hpp"
#include "tests/fault/sim/sim_threads.hpp"
#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::journal::testing {
namespace {

constexpr int kDays = 40;
constexpr std::size_t kBefore_events = 90, kWindow_events = 600;  // around the first of many orders

/// Recorded events, with the journal's helper at work between two of them; ends when the life does.
class SimFeed final : public ExternalFeed {
 public:
  SimFeed(const FeedDescription& description, const std::vector<InputEvent>& events, std::size_t count)
      : description_(description), events_(events), count_(std::min(count, events.size())) {}
  [[nodiscard]] const FeedDescription& description() const noexcept override { return description_; }
  bool next(InputEvent& out) noexcept override {
    if (next_ == count_ || (disk != nullptr && disk->ended())) return false;
    if (disk != nullptr) pump_segment_helper(next_ % 4 == 0);
    out = events_[next_++];
    return true;
  }
  [[nodiscard]] const std::string& error() const noexcept override { return none_; }

 private:
  const FeedDescription& description_;
  const std::vector<InputEvent>& events_;
  const std::size_t count_;
  std::size_t next_ = 0;
  const std::string none_;
};

struct World {
  EngineConfig config;
  FeedDescription description;
  std::vector<InputEvent> events;
  std::size_t base_events = 0;  // that the base journal holds
  TempDir tmp;
  [[nodiscard]] fs::path base() const { return tmp.path() / "base"; }
};

Result<replay::SessionResult> session(const World& world, const std::vector<InputEvent>& events, std::size_t count, const fs::path& dir,
                                      const replay::ResumePoint* resume) {
  SimFeed feed(world.description, events, count);
  replay::SessionOptions options;
  options.journal_dir = dir;
  options.resume = resume;
  return replay::run_session(world.config, feed, nlohmann::json{{"build", "sim"}}, options);
}

/// Inputs before the order that begins a burst, counted in events of the feed.
std::size_t burst_begins(const fs::path& dir) {
  auto reader = must(JournalReader::open(dir));
  std::map<Seq, std::size_t> external;  // seq of an entry -> events of the feed up to it
  FrameView frame;
  LaneCursor orders = reader->lane(Lane::kOrders);
  while (orders.next(frame))
    if (frame.type == EventType::kOrderCommand && frame.as<OrderCommand>().action == OrderAction::kEnter) external[frame.seq] = 0;
  LaneCursor inputs = reader->lane(Lane::kInputs);
  std::size_t n = 0;
  while (inputs.next(frame)) {
    n += is_external(frame.type) ? 1 : 0;
    if (const auto e = external.find(frame.seq); e != external.end()) e->second = n;
  }
  std::size_t best = 0, most = 0;
  for (auto e = external.begin(); e != external.end(); ++e) {
    const auto in_window = static_cast<std::size_t>(std::count_if(e, external.end(), [&](const auto& o) {
      return o.second < e->second + kWindow_events - kBefore_events;
    }));
    if (in_window > most) most = in_window, best = e->second;
  }
  if (most < 2 || best < kBefore_events) fail(kLiveness, "no burst of orders in this market");
  return best - kBefore_events;
}

std::unique_ptr<World> make_world() {
  auto made = std::make_unique<World>();
  World& w = *made;
  auto loaded = load_config(std::string(OMEGA_SOURCE_DIR) + "/config", "green_only",
                            {"strategies.mean_reversion_statistical.entry_sigma_threshold=2",
                             "strategies.mean_reversion_statistical.min_confirmation_score=2.5",
                             "strategies.mean_reversion_statistical.min_mtf_confluence=0", "strategies.liquidity_sweep.penetration_min=1",
                             "strategies.liquidity_sweep.volume_threshold_multiplier=1.2",
                             "strategies.liquidity_sweep.reversal_velocity_min=0.5", "strategies.liquidity_sweep.min_confirmation_score=3",
                             "strategies.liquidity_sweep.min_mtf_confluence=0", "risk.quality_min=0", "engine.journal.durability=disk",
                             "engine.journal.segment_kib=16", "engine.journal.snapshot_interval_inputs=200"});
  if (!loaded) fail(kLiveness, loaded.error().message);
  w.config = std::move(loaded).value();
  w.config.mode = "paper";
  SimMarketConfig market{.seed = 5, .days = kDays};
  for (const std::string& symbol : market.symbols)
    for (std::size_t i = 0; i < w.config.instruments.size(); ++i)
      if (w.config.instruments[i].symbol == symbol) market.instruments.push_back(static_cast<InstrumentId>(i));
  auto feed = must(SimMarket::create(market));
  w.description = feed->description();
  for (InputEvent e; feed->next(e);) w.events.push_back(e);
  World whole_config;
  whole_config.config = w.config;
  whole_config.config.journal.segment_bytes = 1 << 20;
  whole_config.config.journal.snapshot_interval_inputs = 0;
  whole_config.config.journal.durability = Durability::kProcess;
  whole_config.description = w.description;
  (void)must(session(whole_config, w.events, w.events.size(), w.tmp.path() / "market", nullptr));
  w.base_events = burst_begins(w.tmp.path() / "market");
  fs::remove_all(w.tmp.path() / "market");
  whole_config.config.journal.segment_bytes = w.config.journal.segment_bytes;
  (void)must(session(whole_config, w.events, w.base_events, w.base(), nullptr));
  // The past is pruned, so that a life is short: what is left is the last segments and the state behind them.
  PruneRequest old{.before_seq = must(JournalReader::open(w.base()))->manifest().lane_end(Lane::kInputs)->last_seq + 1, .lanes = {}, .snapshots = false,
                   .engine = replay::engine_identity()};
  old.lanes.fill(true);
  (void)must(prune(w.base(), old, false));
  w.events.resize(std::min(w.events.size(), w.base_events + kWindow_events));
  return made;
}

class Machine {
 public:
  Machine(const World& world, std::uint64_t seed, bool lying) : world_(world), random_(seed * 0x9e3779b97f4a7c15u + 1), canary_(lying) {}

  void run() {
    scratch = tmp_.path();
    gate_trace() = {[this] { return random_() % 3 == 0; },
                    [this](Seq cause) { if (disk != nullptr && !disk->ended()) left_ = std::max(left_, cause); }};
    events_ = world_.events;
    step_clock();
    fs::copy(world_.base(), whole(), fs::copy_options::recursive);
    {
      SimFs calm(whole(), 0);
      calm.end_after(-1, {});
      disk = &calm;
      const auto point = replay::prepare_resume(whole());
      if (!point) fail(kLiveness, point.error().message);
      const auto ended = session(world_, events_, events_.size(), whole(), &point.value());
      disk = nullptr;
      if (!ended) fail(kLiveness, "the uninterrupted run: " + ended.error().message);
    }
    check_time();
    left_ = 0;
    FaultOdds odds = draw_odds(random_);
    odds.no_space = 0;
    const int lives = 1 + static_cast<int>(random_() % (kLivesMax - 1));
    fs::create_directories(life_dir(0));
    fs::copy(world_.base(), life_dir(0) / "j", fs::copy_options::recursive);
    for (int life = 0;; ++life) {
      const bool last = life >= lives;
      SimFs sim(life_dir(life), random_());
      odds.power = random_() % 4 != 0;
      sim.set(last ? FaultOdds{} : odds);
      sim.adopt(canary_);
      sim.end_after(last ? -1 : 1 + static_cast<long>(random_() % (life % 2 == 0 ? 6000 : 400)), life_dir(life + 1));
      disk = &sim;
      file_faults() = &sim;
      ++totals.lives;
      const bool closed = live(life_dir(life) / "j", !last);
      if (!last) sim.end_life();
      file_faults() = nullptr;
      disk = nullptr;
      totals.faults += sim.faults();
      totals.power_losses += !last && odds.power ? 1 : 0;
      fs::remove_all(life > 0 ? life_dir(life - 1) : tmp_.path() / "none");
      if (!last) continue;
      if (!closed) fail(kLiveness, "the journal does not close after the faults are over");
      check_end(life_dir(life) / "j");
      break;
    }
    totals.synced_frames += static_cast<long>(left_ == 0 ? 0 : left_ - base_seq());
  }

 private:
  [[nodiscard]] fs::path life_dir(int life) const { return tmp_.path() / ("life" + std::to_string(life)); }
  [[nodiscard]] fs::path whole() const { return tmp_.path() / "whole"; }
  [[nodiscard]] Seq base_seq() const { return must(JournalReader::open(world_.base()))->manifest().lane_end(Lane::kInputs)->last_seq; }

  /// The feed's clock: steps back and forward, for one event or from then on, of its stamps or of its bars as a whole; or frozen.
  void step_clock() {
    for (std::uint64_t steps = random_() % 4; steps > 0; --steps) {
      const std::size_t at = world_.base_events + random_() % kWindow_events;
      const std::size_t until = random_() % 2 == 0 ? at + 1 + random_() % 20 : events_.size();
      const auto kind = random_() % 4;
      const DurationNs by = (kind == 0 ? -1 : 1) * static_cast<DurationNs>(1 + random_() % 180) * (kind == 2 ? kDay_ns : kMinute_ns);
      const bool whole_bars = random_() % 2 == 0;
      const TimeNs frozen = at < events_.size() ? events_[at].ts() : 0;
      for (std::size_t i = at; i < std::min(until, events_.size()); ++i) {
        InputEvent& e = events_[i];
        e.set_ts(kind == 3 ? frozen : e.ts() + by);
        if (whole_bars && kind != 3 && e.type == EventType::kBar) e.as<Bar>().t_open += by;
      }
      ++totals.clock_steps;
    }
  }

  /// Engine time never decreases and no timer fires twice, whatever the feed's clock did.
  void check_time() {
    auto reader = must(JournalReader::open(whole()));
    LaneCursor inputs = reader->lane(Lane::kInputs);
    TimeNs last = 0, last_timer = 0;
    for (FrameView frame; inputs.next(frame);) {
      if (frame.ts() < last) fail(kCorrectness, "engine time decreases at seq " + std::to_string(frame.seq));
      last = frame.ts();
      if (frame.type != EventType::kTimer) continue;
      if (last_timer != 0 && frame.ts() <= last_timer) fail(kCorrectness, "a timer fires twice at seq " + std::to_string(frame.seq));
      last_timer = frame.ts();
    }
  }

  /// Each lane is a prefix of the uninterrupted run's, and no order had left that the inputs do not know.
  void check_prefix(const fs::path& dir) {
    const NoFaults calm;
    auto mine = JournalReader::open(dir);
    if (!mine) fail(kCorrectness, mine.error().message);
    auto theirs = must(JournalReader::open(whole()));
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      const auto lane = static_cast<Lane>(l);
      if (!mine.value()->has_lane(lane)) fail(kCorrectness, std::string("no lane ") + kLaneName[l]);
      LaneCursor a = mine.value()->lane(lane), b = theirs->lane(lane);
      FrameView frame, other;
      while (a.next(frame))
        if (!b.next(other) || !replay::same_record(frame, other)) fail(kCorrectness, std::string("bad frame accepted in lane ") + kLaneName[l]);
      if (a.error()) fail(kCorrectness, a.error()->message);
      if (lane == Lane::kInputs && a.position().seq < left_) fail(kCorrectness, "an order had left whose cause is lost");
    }
  }

  /// One life, from power-on to its end; true when it closed the journal.
  bool live(const fs::path& dir, bool may_fail) {
    const auto stop = [&](const Error& error) {
      if (!may_fail && !disk->ended()) fail(kCorrectness, "no fault, yet: " + error.message);
      if (!disk->ended() && error.kind != ErrorKind::kEnvironment) fail(kCorrectness, "a device's error taken for damage: " + error.message);
      ++totals.refused_calls;
      return false;
    };
    const auto point = replay::prepare_resume(dir);
    if (disk->ended()) ++totals.recoveries_hit;
    if (!point) return stop(point.error());
    if (!disk->ended()) check_prefix(dir);
    const auto result = session(world_, events_, events_.size(), dir, &point.value());
    if (!result) return stop(result.error());
    return !disk->ended();
  }

  void check_end(const fs::path& dir) {
    if (must(Manifest::read(dir)).state() != JournalState::kClosed) fail(kLiveness, "not closed");
    if (!must(check(dir)).clean()) fail(kCorrectness, "the closed journal does not check");
    for (std::size_t l = 0; l < kLaneCount; ++l) {
      const auto lane = static_cast<Lane>(l);
      const std::uint32_t first = must(JournalReader::open(whole()))->start(lane).segment;
      for (std::uint32_t n = first; fs::exists(segment_path(dir, lane, n)) || fs::exists(segment_path(whole(), lane, n)); ++n)
        if (read_bytes(segment_path(dir, lane, n)) != read_bytes(segment_path(whole(), lane, n)))
          fail(kCorrectness, std::string("differs from the uninterrupted run: lane ") + kLaneName[l]);
    }
  }

  const World& world_;
  std::mt19937_64 random_;
  const bool canary_;
  TempDir tmp_;
  std::vector<InputEvent> events_;
  Seq left_ = 0;  // the last cause of an order that left
};

}  // namespace
}  // namespace omega::journal::testing

int main(int argc, char** argv) {
  using namespace omega::journal::testing;
  std::unique_ptr<World> world;
  return simulate(argc, argv, "omega_sim_session", "segment_kib=16 durability=disk lanes=all", [&](std::uint64_t seed, bool canary) {
    if (!world) world = make_world();
    Machine(*world, seed, canary).run();
  });
}
