// The ring's hand-off between two cores: round trip and throughput, beside the limit (one cache line to and fro) and
// Boost.Lockfree in the same run. Names: subject/what/topology. Every bench checks that each event came once, in order.
#include <boost/lockfree/spsc_queue.hpp>

#include "bench/two_cores.hpp"
#include "engine/ring/event_ring.hpp"

namespace omega::bench {
namespace {

constexpr Seq kTrips = 200'000, kEvents = 4'000'000;
constexpr std::uint32_t kSlots = 4096;

/// With the mark one cache line.
struct Event56 {
  std::uint64_t word[7];
};
struct Event64 {
  std::uint64_t word[8];
};

template <class There, class Back>
void round_trips(benchmark::State& state, There&& there_and_back, Back&& answer) {
  const auto [here, there] = two_cpus();
  for (auto _ : state) {
    auto trip_times = std::make_unique<LatencyHistogram>();
    std::thread other([&, cpu = there] {
      pin_to(cpu);
      for (Seq n = 1; n <= kTrips; ++n) answer(n);
    });
    pin_to(here);
    for (Seq n = 1; n <= kTrips; ++n) {
      const std::uint64_t start = tsc_now();
      if (!there_and_back(n)) state.SkipWithError("an answer was wrong");
      trip_times->add(tsc_since(start, tsc_now()));
    }
    other.join();
    thread_control::release();
    report_quantiles(state, *trip_times);
  }
}

void one_line_round_trip(benchmark::State& state) {
  struct alignas(64) Line {
    std::atomic<Seq> value{0};
  } to, fro;
  round_trips(
      state,
      [&](Seq n) {
        to.value.store(n, std::memory_order_release);  // pairs with the acquire of the other thread
        while (fro.value.load(std::memory_order_acquire) != n) cpu_pause();
        return true;
      },
      [&](Seq n) {
        while (to.value.load(std::memory_order_acquire) != n) cpu_pause();
        fro.value.store(n, std::memory_order_release);  // pairs with the acquire of the first thread
        if (n == kTrips) to.value.store(0, std::memory_order_relaxed), fro.value.store(n, std::memory_order_relaxed);
      });
}

void ring_round_trip(benchmark::State& state) {
  EventRing<Event56> to(kSlots, 1), fro(kSlots, 1);
  Waiter mine(WaitKind::kSpin), others(WaitKind::kSpin);
  Seq base_here = 0, base_there = 0;
  round_trips(
      state,
      [&](Seq n) {
        const Seq s = base_here + n;
        to.claim(s, mine).word[0] = s * 3;
        to.publish(s);
        mine.wait([&] { return fro.is_ready(0, s); });
        const bool right = fro.at(s).word[0] == s * 3 + 1;
        fro.finish(0, s);
        if (n == kTrips) base_here += kTrips;
        return right;
      },
      [&](Seq n) {
        const Seq s = base_there + n;
        others.wait([&] { return to.is_ready(0, s); });
        fro.claim(s, others).word[0] = to.at(s).word[0] + 1;
        to.finish(0, s);
        fro.publish(s);
        if (n == kTrips) base_there += kTrips;
      });
}

void boost_round_trip(benchmark::State& state) {
  using Queue = boost::lockfree::spsc_queue<Event56, boost::lockfree::capacity<kSlots>>;
  auto to = std::make_unique<Queue>(), fro = std::make_unique<Queue>();
  round_trips(
      state,
      [&](Seq n) {
        Event56 e{{n * 3}};
        while (!to->push(e)) cpu_pause();
        while (!fro->pop(e)) cpu_pause();
        return e.word[0] == n * 3 + 1;
      },
      [&](Seq) {
        Event56 e;
        while (!to->pop(e)) cpu_pause();
        ++e.word[0];
        while (!fro->push(e)) cpu_pause();
      });
}

/// consume(expected) -> how many events it took; it checks each.
template <class Produce, class Consume>
void throughput(benchmark::State& state, Produce&& produce, Consume&& consume) {
  const auto [here, there] = two_cpus();
  for (auto _ : state) {
    std::atomic<bool> go{false};
    std::thread other([&, cpu = there] {
      pin_to(cpu);
      while (!go.load(std::memory_order_acquire)) cpu_pause();
      for (Seq n = 1; n <= kEvents; ++n) produce(n);
    });
    pin_to(here);
    const auto start = std::chrono::steady_clock::now();
    go.store(true, std::memory_order_release);  // pairs with the producer's acquire
    Seq taken = 0;
    std::uint64_t wrong = 0;
    while (taken < kEvents) taken += consume(taken + 1, wrong);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    other.join();
    thread_control::release();
    if (wrong != 0 || taken != kEvents) state.SkipWithError("events were lost, repeated or out of order");
    state.SetIterationTime(took.count());
    state.counters["events_per_s"] = static_cast<double>(kEvents) / took.count();
  }
}

void ring_throughput(benchmark::State& state) {
  std::unique_ptr<EventRing<Event64>> ring;
  Waiter waiter(WaitKind::kSpin);
  Seq base = 0, producer_base = 0;
  ring = std::make_unique<EventRing<Event64>>(kSlots, 1);
  throughput(
      state,
      [&](Seq n) {
        const Seq s = producer_base + n;
        Event64& e = ring->claim(s, waiter);
        for (auto& w : e.word) w = s;
        ring->publish(s);
        if (n == kEvents) producer_base += kEvents;
      },
      [&](Seq next, std::uint64_t& wrong) {
        Seq s = base + next, n = 0;
        for (; n < 64 && ring->is_ready(0, s); ++n, ++s) wrong += ring->at(s).word[0] != s || ring->at(s).word[7] != s;
        if (n != 0) ring->finish(0, s - 1);
        if (next + n - 1 == kEvents) base += kEvents;
        return n;
      });
}

using BoostQueue = boost::lockfree::spsc_queue<Event64, boost::lockfree::capacity<kSlots>>;

void boost_push(BoostQueue& queue, Seq n) {
  Event64 e;
  for (auto& w : e.word) w = n;
  while (!queue.push(e)) cpu_pause();
}

void boost_consume_all(benchmark::State& state) {
  auto queue = std::make_unique<BoostQueue>();
  throughput(
      state, [&](Seq n) { boost_push(*queue, n); },
      [&](Seq next, std::uint64_t& wrong) {
        return queue->consume_all([&](const Event64& e) { wrong += e.word[0] != next || e.word[7] != next, ++next; });
      });
}

void boost_push_pop(benchmark::State& state) {
  auto queue = std::make_unique<BoostQueue>();
  throughput(
      state, [&](Seq n) { boost_push(*queue, n); },
      [&](Seq next, std::uint64_t& wrong) -> Seq {
        Event64 e;
        if (!queue->pop(e)) return 0;
        wrong += e.word[0] != next || e.word[7] != next;
        return 1;
      });
}

BENCHMARK(one_line_round_trip)->Name("limit/one_line_round_trip/two_cores")->Iterations(1);
BENCHMARK(ring_round_trip)->Name("ring/round_trip/two_cores")->Iterations(1);
BENCHMARK(boost_round_trip)->Name("boost_spsc/round_trip/two_cores")->Iterations(1);
BENCHMARK(ring_throughput)->Name("ring/throughput_64B/two_cores")->Iterations(1)->UseManualTime();
BENCHMARK(boost_consume_all)->Name("boost_spsc/consume_all_64B/two_cores")->Iterations(1)->UseManualTime();
BENCHMARK(boost_push_pop)->Name("boost_spsc/push_pop_64B/two_cores")->Iterations(1)->UseManualTime();

}  // namespace
}  // namespace omega::bench
