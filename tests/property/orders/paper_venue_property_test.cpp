// Random brackets, changes and cancels over random bars: what must hold whatever happens. Prints its seed.
#include <cstdlib>
#include <map>
#include <random>

#include "tests/unit/orders/venue_fixture.hpp"

namespace omega::test {
namespace {

struct Ledger {               // what the reports say about one order
  OrderCommand entry;
  bool answered = false, filled = false;
  Qty open = 0, closed = 0;
  std::uint32_t modifications = 0, replaced = 0;
};

class RandomSession {
 public:
  explicit RandomSession(std::uint64_t seed) : random_(seed) {}

  std::int64_t between(std::int64_t lo, std::int64_t hi) { return std::uniform_int_distribution<std::int64_t>(lo, hi)(random_); }

  Bar next_bar(int minute, InstrumentId id) {
    Bar b = bar_at(minute, 1, 1, 1, 1, 0, id);
    Price& mid = mid_[id];
    const Price open = mid + (between(0, 20) == 0 ? between(-300, 300) : between(-5, 5)) * 10'000;
    mid = std::max<Price>(open + between(-60, 60) * 10'000, 500'000'000);
    const Price spread = between(1, 30) * 10'000;
    b.bid_open = open;
    b.bid_close = mid;
    b.bid_high = std::max(open, mid) + between(0, 60) * 10'000;
    b.bid_low = std::min(open, mid) - between(0, 60) * 10'000;
    b.ask_open = b.bid_open + spread;
    b.ask_close = b.bid_close + spread;
    b.ask_high = b.bid_high + spread;
    b.ask_low = b.bid_low + spread;
    if (between(0, 50) == 0) b.flags = bar_flag::kBadRange;
    return b;
  }

  OrderCommand next_entry(TimeNs ts, OrderId id) {
    OrderCommand c = long_entry(id);
    c.instrument = static_cast<InstrumentId>(between(0, 1));
    c.ts = ts;
    c.active_ts = ts + between(1, 200) * kMilli_ns;
    c.expiry_ts = ts + between(1, 3) * kMinute_ns;
    c.direction = between(0, 1) == 0 ? kLong : kShort;
    const Price mid = mid_[c.instrument];
    c.entry_ref = mid;
    c.stop_loss = mid - c.direction * between(5, 120) * 10'000;
    c.tp_count = static_cast<std::uint8_t>(between(0, 3));
    c.quantity = between(1, 100) * lots(0.01);
    Qty left = c.quantity;
    Price target = mid;
    for (std::size_t i = 0; i < 3; ++i) c.take_profit[i] = 0, c.tp_quantity[i] = 0, c.tp_r[i] = 0;
    for (std::size_t i = 0; i < c.tp_count; ++i) {
      target += c.direction * between(5, 100) * 10'000;
      c.take_profit[i] = target;
      c.tp_r[i] = static_cast<double>(i + 1);
      c.tp_quantity[i] = i + 1u == c.tp_count ? left : left / 2 / lots(0.01) * lots(0.01);
      left -= c.tp_quantity[i];
    }
    c.flags = between(0, 1) == 0 ? 0 : signal_flag::kTargetsInR;
    return c;
  }

 private:
  std::mt19937_64 random_;
  std::array<Price, 2> mid_{px(1.1), px(1.1)};
};

std::uint64_t seed_of_run() {
  const char* given = std::getenv("OMEGA_TEST_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20'240'101;
}

TEST(PaperVenueProperty, QuantitiesConserveAndNothingFillsWithoutAnOrderOrAfterFlat) {
  const std::uint64_t seed = seed_of_run();
  std::printf("SEED=%llu (rerun: OMEGA_TEST_SEED=%llu)\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(seed));
  for (std::uint64_t round = 0; round < 40; ++round) {
    RandomSession session(seed + round);
    const EngineConfig config = two_symbols();
    PaperVenue venue(config), shadow(config);  // shadow: same commands, saved and restored at random
    std::map<OrderId, Ledger> book;
    std::uint64_t last_exec_id = 0, fills = 0, next_id = 1;
    const auto handle = [&](const ExecReport& r, TimeNs now, const Bar* bar) {
      ASSERT_EQ(r.exec_id, last_exec_id + 1);
      last_exec_id = r.exec_id;
      ASSERT_EQ(r.ts, now);
      const auto it = book.find(r.order_id);
      ASSERT_TRUE(it != book.end()) << "report without an order";
      Ledger& l = it->second;
      if (r.leg == OrderLeg::kEntry) {
        ASSERT_FALSE(l.answered) << "an entry is answered once";
        l.answered = true;
      }
      if (r.kind == ExecKind::kReplaced) ++l.replaced;
      if (r.kind != ExecKind::kFilled) return;
      ++fills;
      ASSERT_TRUE(bar != nullptr && bar->instrument == r.instrument && bar->flags == 0);
      ASSERT_TRUE(r.fill_ts >= bar->t_open && r.fill_ts <= bar->ts);
      ASSERT_GE(r.slippage, 0);
      ASSERT_EQ(r.commission, std::llround(3.5 * static_cast<double>(r.quantity)));
      if (r.leg == OrderLeg::kEntry) {
        ASSERT_EQ(r.quantity, l.entry.quantity);
        ASSERT_GT(r.fill_ts, l.entry.ts);
        ASSERT_LT(r.fill_ts, l.entry.expiry_ts);
        ASSERT_GT(l.entry.direction * (r.price - l.entry.stop_loss), 0);
        l.filled = true;
        l.open = r.quantity;
      } else {
        ASSERT_TRUE(l.filled) << "exit before entry";
        ASSERT_GT(l.open, 0) << "fill after flat";
        l.open -= r.quantity;
        l.closed += r.quantity;
        ASSERT_EQ(l.open, r.remaining);
        // what was paid: inside the closing side's range widened by the slippage
        const bool is_long = l.entry.direction == kLong;
        ASSERT_GE(r.price, (is_long ? bar->bid_low : bar->ask_low) - r.slippage);
        ASSERT_LE(r.price, (is_long ? bar->bid_high : bar->ask_high) + r.slippage);
      }
    };
    for (int minute = 1; minute < 600; ++minute) {
      const TimeNs now = kT0 + minute * kMinute_ns;
      const auto send = [&](const OrderCommand& c) {
        venue.accept(c);
        shadow.accept(c);
      };
      for (auto n = session.between(0, 2); n > 0 && book.size() < 400; --n) {
        const OrderCommand c = session.next_entry(now, next_id++ << 8);
        book[c.order_id].entry = c;
        send(c);
      }
      for (auto& [id, l] : book) {
        if (l.closed == l.entry.quantity && session.between(0, 200) != 0) continue;  // late commands now and then
        const auto what = session.between(0, 40);
        if (what == 0) send(change(l.entry, OrderAction::kClose, now));
        if (what == 1) send(change(l.entry, OrderAction::kCancel, now));
        if (what == 2) {
          ++l.modifications;
          send(change(l.entry, OrderAction::kModifyStop, now, l.entry.entry_ref + session.between(-40, 10) * l.entry.direction * 10'000));
        }
      }
      if (session.between(0, 9) == 0) {
        StateWriter w;
        shadow.save(w);
        shadow = PaperVenue(config);
        StateReader r(w.bytes());
        shadow.load(r);
        ASSERT_TRUE(r.at_end());
      }
      const TimeNs stamp = now + kMinute_ns;
      const auto both = [&](auto&& act, const Bar* bar) {
        ReportSink a, b;
        act(venue, a);
        act(shadow, b);
        ASSERT_EQ(a.view().size(), b.view().size());
        for (std::size_t i = 0; i < a.view().size(); ++i) {
          ASSERT_EQ(std::memcmp(&a.view()[i], &b.view()[i], sizeof(ExecReport)), 0);
          handle(a.view()[i], stamp, bar);
          if (::testing::Test::HasFatalFailure()) return;
        }
      };
      both([&](PaperVenue& v, ReportSink& s) { v.on_timer(stamp, s); }, nullptr);
      for (InstrumentId id = 0; id < 2; ++id) {
        if (session.between(0, 30) == 0) continue;  // a missing minute
        const Bar b = session.next_bar(minute, id);
        both([&](PaperVenue& v, ReportSink& s) { v.on_bar(b, s); }, &b);
        if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed + round << " minute " << minute;
      }
    }
    std::size_t open = 0;
    for (const auto& [id, l] : book) {
      ASSERT_EQ(l.open + l.closed, l.filled ? l.entry.quantity : 0);
      ASSERT_LE(l.replaced, l.modifications);
      open += l.open > 0 ? 1u : 0u;
    }
    EXPECT_EQ(open, venue.open_orders());
    EXPECT_GT(fills, 100u);
  }
}

}  // namespace
}  // namespace omega::test
