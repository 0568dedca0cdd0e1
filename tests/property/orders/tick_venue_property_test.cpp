// Random quotes, trades, books and brackets: the venue against the plain model of its rules, against its own mirror image, against
// itself restored from checkpoints, and what must hold whatever happens. Prints its seed.
#include <cstdlib>
#include <random>

#include "tests/property/orders/model_tick_venue.hpp"

namespace omega::test {
namespace {

class RandomTicks {
 public:
  explicit RandomTicks(std::uint64_t seed) : random_(seed) {}

  std::int64_t between(std::int64_t lo, std::int64_t hi) { return std::uniform_int_distribution<std::int64_t>(lo, hi)(random_); }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }

  /// Every other trade at a shown price is followed by its change of the book, so that drops have their reasons as in a real feed.
  InputEvent next(TimeNs ts, const ModelTickVenue& model) {
    if (printed_.size > 0) {
      const BookSide side = printed_.aggressor == kLong ? BookSide::kAsk : BookSide::kBid;
      const Qty left = std::max<Qty>(model.shown(side, printed_.price) - printed_.size - (one_in(3) ? k_units(7) : 0), 0);
      BookDelta d;
      d.price = printed_.price;
      d.new_size = left;
      d.side = side;
      d.ts = ts;
      printed_ = {};
      return InputEvent::of(d);
    }
    if (one_in(12)) mid_ += between(-2, 2) * kTick + (px(1.1) - mid_) / 40 / kTick * kTick;
    InputEvent e = draw();
    e.set_ts(ts);
    if (e.type == EventType::kTrade && one_in(2)) {
      const Trade& t = e.as<Trade>();
      if (t.instrument == kBookPair && model.shown(t.aggressor == kLong ? BookSide::kAsk : BookSide::kBid, t.price) > 0) printed_ = t;
    }
    if (one_in(60)) add_market_flags(e, one_in(2) ? tick_flag::kBadDuplicate : tick_flag::kBadPrice);
    if (e.type != EventType::kBar && one_in(120)) add_market_flags(e, tick_flag::kGap);
    return e;
  }

  OrderCommand entry(TimeNs ts, OrderId id) {
    OrderCommand c = tick_entry(one_in(3) ? kQuotePair : kBookPair, id);
    c.ts = ts;
    c.active_ts = ts + between(1, 200) * kMilli_ns;
    c.expiry_ts = one_in(4) ? 0 : ts + between(100, 5000) * kMilli_ns;
    c.direction = one_in(2) ? kLong : kShort;
    c.entry_ref = mid_;
    c.stop_loss = mid_ - c.direction * between(2, 12) * kTick;
    c.quantity = between(1, 300) * lots(0.01);
    c.tp_count = static_cast<std::uint8_t>(between(0, 3));
    c.take_profit = {};
    c.tp_quantity = {};
    Qty left = c.quantity;
    Price target = mid_;
    for (std::size_t i = 0; i < c.tp_count; ++i) {
      target += c.direction * (between(1, 4) * kTick + (one_in(3) ? between(0, kTick) : 0));
      c.take_profit[i] = target;
      c.tp_r[i] = 0.37 * static_cast<double>(i + 1);
      c.tp_quantity[i] = i + 1u == c.tp_count ? left : left / 2;
      left -= c.tp_quantity[i];
    }
    c.flags = one_in(2) ? 0 : signal_flag::kTargetsInR;
    return c;
  }
  OrderCommand change(const OrderCommand& entry, TimeNs ts) {
    static constexpr std::array kActions{OrderAction::kClose, OrderAction::kCancel, OrderAction::kModifyStop};
    OrderCommand c = omega::test::change(entry, kActions[static_cast<std::size_t>(between(0, 2))], ts);
    if (c.action == OrderAction::kModifyStop) c.stop_loss = mid_ - c.direction * between(-2, 8) * kTick;
    if (c.action == OrderAction::kClose && one_in(2)) c.quantity = between(1, 100) * lots(0.01);
    return c;
  }

 private:
  InputEvent draw() {
    const auto what = between(1, 100);
    if (what <= 2) return InputEvent::of(bar_at(1, 1.1, 1.2, 1.0, 1.1, 0.0001, static_cast<InstrumentId>(between(0, 1))));
    if (what <= 22) {
      Quote q;
      q.instrument = one_in(20) ? kBookPair : kQuotePair;
      q.bid = mid_ - between(0, 3) * kTick;
      q.ask = mid_ + between(0, 3) * kTick;
      return InputEvent::of(q);
    }
    if (what <= 52) {
      Trade t;
      t.instrument = one_in(20) ? kQuotePair : kBookPair;
      t.price = mid_ + between(-4, 4) * kTick;
      t.size = between(1, 100'000) * k_units(1) / (one_in(2) ? 250 : 2500);  // many leave a queue standing
      t.aggressor = static_cast<Direction>(between(-1, 1));
      return InputEvent::of(t);
    }
    if (what <= 96) {
      BookDelta d;
      d.side = one_in(2) ? BookSide::kBid : BookSide::kAsk;
      d.price = mid_ + (d.side == BookSide::kBid ? -between(0, 5) : between(1, 6)) * kTick;
      d.new_size = one_in(3) ? 0 : between(1, 200'000) * k_units(1) / 500;
      d.flags = one_in(12) ? tick_flag::kMore : std::uint16_t{0};
      return InputEvent::of(d);
    }
    BookSnapshot s;
    s.bid_levels = static_cast<std::uint8_t>(between(0, 14) == 0 ? 0 : between(1, 10));
    s.ask_levels = static_cast<std::uint8_t>(between(1, 10));
    Price bid = mid_, ask = mid_ + kTick;
    for (std::size_t i = 0; i < s.bid_levels; ++i, bid -= between(1, 2) * kTick) s.bid_price[i] = bid, s.bid_size[i] = between(1, 300) * k_units(0.5);
    for (std::size_t i = 0; i < s.ask_levels; ++i, ask += between(1, 2) * kTick) s.ask_price[i] = ask, s.ask_size[i] = between(1, 300) * k_units(0.5);
    return InputEvent::of(s);
  }

  std::mt19937_64 random_;
  Trade printed_;             // its drop in the book comes next; size 0: none
  Price mid_ = px(1.1);
};

InputEvent mirrored(const InputEvent& e) {
  switch (e.type) {
    case EventType::kBar: return InputEvent::of(omega::test::mirrored(e.as<Bar>()));
    case EventType::kQuote: return InputEvent::of(omega::test::mirrored(e.as<Quote>()));
    case EventType::kTrade: return InputEvent::of(omega::test::mirrored(e.as<Trade>()));
    case EventType::kBookDelta: return InputEvent::of(omega::test::mirrored(e.as<BookDelta>()));
    default: return InputEvent::of(omega::test::mirrored(e.as<BookSnapshot>()));
  }
}

std::uint64_t seed_of_run() {
  const char* given = std::getenv("OMEGA_TEST_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20'240'303;
}

struct Line {                 // what the reports say about one order
  OrderCommand entry;
  bool answered = false;
  Qty open = 0, closed = 0;
};

struct Tally {
  std::uint64_t entries = 0, stops = 0, targets = 0, parts = 0, closes = 0, beyond = 0, refused = 0;
};

class Session {
 public:
  explicit Session(std::uint64_t seed) : ticks_(seed) {}

  void run(Tally& tally) {
    TimeNs now = at(0);
    OrderId next_id = 1;
    for (int step = 0; step < 4000 && !::testing::Test::HasFatalFailure(); ++step) {
      if (!ticks_.one_in(3)) now += ticks_.between(1, 120) * kMilli_ns;  // a third share the moment of the event before
      if (ticks_.one_in(8) && alive() < 40) {
        const OrderCommand c = ticks_.entry(now, next_id++ << 8);
        lines_[c.order_id].entry = c;
        send(c);
      }
      for (const auto& [id, l] : lines_)
        if ((l.open > 0 || !l.answered || ticks_.one_in(100)) && ticks_.one_in(100)) send(ticks_.change(l.entry, now));
      if (ticks_.one_in(30)) checkpoint();
      if (ticks_.one_in(100)) both(now, [&](PaperVenue& v, ReportSink& s, bool) { v.on_timer(now, s); }, model_.timer(now), nullptr, tally);
      const InputEvent e = ticks_.next(now, model_);
      const auto expected = model_.market(e);
      both(now, [&](PaperVenue& v, ReportSink& s, bool mirror) { v.on_market(mirror ? mirrored(e) : e, s); }, expected, &e, tally);
    }
    std::size_t open = 0;
    for (const auto& [id, l] : lines_) open += l.open > 0 ? 1u : 0u;
    EXPECT_EQ(open, venue_.open_orders());
  }

 private:
  [[nodiscard]] std::size_t alive() const {
    std::size_t n = 0;
    for (const auto& [id, l] : lines_) n += !l.answered || l.open > 0 ? 1u : 0u;
    return n;
  }
  void send(const OrderCommand& c) {
    venue_.accept(c);
    restored_.accept(c);
    model_.accept(c);
    OrderCommand m = omega::test::mirrored(c);
    if (c.action == OrderAction::kModifyStop) m.stop_loss = omega::test::mirrored(c.stop_loss);
    mirror_.accept(m);
  }
  void checkpoint() {
    StateWriter w;
    restored_.save(w);
    restored_ = PaperVenue(config_);
    StateReader r(w.bytes());
    restored_.load(r);
    ASSERT_TRUE(r.at_end());
  }

  template <class Act>
  void both(TimeNs now, Act&& act, const std::vector<ExecReport>& expected, const InputEvent* cause, Tally& tally) {
    ReportSink a, b, m;
    act(venue_, a, false);
    act(restored_, b, false);
    act(mirror_, m, true);
    ASSERT_EQ(a.view().size(), expected.size());
    ASSERT_EQ(a.view().size(), b.view().size());
    ASSERT_EQ(a.view().size(), m.view().size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const ExecReport& r = a.view()[i];
      const ExecReport& e = expected[i];
      ASSERT_EQ(r.order_id, e.order_id);
      ASSERT_EQ(static_cast<int>(r.kind), static_cast<int>(e.kind));
      ASSERT_EQ(static_cast<int>(r.leg), static_cast<int>(e.leg));
      ASSERT_EQ(r.quantity, e.quantity);
      ASSERT_EQ(r.price, e.price);
      ASSERT_EQ(std::memcmp(&r, &e, sizeof(ExecReport)), 0) << "the model";
      ASSERT_EQ(std::memcmp(&r, &b.view()[i], sizeof(ExecReport)), 0) << "the restored venue";
      ExecReport turned = m.view()[i];
      turned.price = turned.price != 0 ? omega::test::mirrored(turned.price) : 0;
      turned.direction = static_cast<Direction>(-turned.direction);
      ASSERT_EQ(std::memcmp(&r, &turned, sizeof(ExecReport)), 0) << "the mirror";
      check(r, now, cause, tally);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }

  void check(const ExecReport& r, TimeNs now, const InputEvent* cause, Tally& tally) {
    ASSERT_EQ(r.ts, now);
    const auto it = lines_.find(r.order_id);
    ASSERT_TRUE(it != lines_.end()) << "report without an order";
    Line& l = it->second;
    if (r.leg == OrderLeg::kEntry) {
      ASSERT_FALSE(l.answered) << "an entry is answered once";
      l.answered = true;
    }
    if (r.kind != ExecKind::kFilled) {
      ++tally.refused;
      return;
    }
    ASSERT_TRUE(cause != nullptr && !is_quarantined(*cause) && cause->type != EventType::kBar);
    ASSERT_EQ(instrument_of(*cause), r.instrument);
    const bool on_book = r.instrument == kBookPair;
    ASSERT_TRUE(on_book ? cause->type != EventType::kQuote && model_.usable() : cause->type == EventType::kQuote) << "no fill on a stale book";
    const Direction d = l.entry.direction;
    const Price bid = on_book ? model_.best(true) : cause->as<Quote>().bid, ask = on_book ? model_.best(false) : cause->as<Quote>().ask;
    const bool target = r.leg != OrderLeg::kEntry && r.leg != OrderLeg::kStopLoss && r.leg != OrderLeg::kClose;
    if (!target) {
      const Direction side = r.leg == OrderLeg::kEntry ? d : static_cast<Direction>(-d);
      ASSERT_EQ(r.price - side * r.slippage, side > 0 ? ask : bid) << "slippage is all that is worse than the best price";
      ASSERT_GE(r.slippage, kSlip);
    }
    tally.beyond += r.flags != 0 ? 1u : 0u;
    if (r.leg == OrderLeg::kEntry) {
      ++tally.entries;
      ASSERT_EQ(r.quantity, l.entry.quantity);
      ASSERT_GE(r.fill_ts, l.entry.active_ts);
      ASSERT_TRUE(l.entry.expiry_ts == 0 || r.fill_ts < l.entry.expiry_ts);
      ASSERT_GT(d * ((d == kLong ? bid : ask) - l.entry.stop_loss), 0);
      l.open = r.quantity;
      return;
    }
    ASSERT_GT(r.quantity, 0);
    ASSERT_GE(l.open, r.quantity) << "fill without an entry, or after flat";
    l.open -= r.quantity;
    l.closed += r.quantity;
    ASSERT_EQ(l.open, r.remaining);
    ASSERT_EQ(l.open + l.closed, l.entry.quantity);
    if (r.leg == OrderLeg::kStopLoss) {
      ASSERT_EQ(r.remaining, 0);
      ++tally.stops;
    } else if (target) {
      ASSERT_EQ(r.slippage, 0);
      ++tally.targets;
      const bool passed = d * ((d == kLong ? bid : ask) - r.price) > 0;
      if (on_book && !passed && cause->type == EventType::kTrade && cause->as<Trade>().price == r.price) {
        ++tally.parts;
        ASSERT_LE(i128{r.quantity - 1} * 100'000, i128{cause->as<Trade>().size}) << "no more than traded";
      }
    } else {
      ++tally.closes;
    }
  }

  RandomTicks ticks_;
  const EngineConfig config_ = tick_symbols();
  PaperVenue venue_{config_}, restored_{config_}, mirror_{config_};
  ModelTickVenue model_;
  std::map<OrderId, Line> lines_;
};

TEST(TickVenueProperty, ItDoesWhatThePlainModelDoesAndItsMirrorTheMirrorOfIt) {
  const std::uint64_t seed = seed_of_run();
  std::printf("SEED=%llu (rerun: OMEGA_TEST_SEED=%llu)\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seed));
  Tally tally;
  for (std::uint64_t round = 0; round < 40; ++round) {
    Session(seed + round).run(tally);
    if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed + round;
  }
  std::printf("entries %llu stops %llu targets %llu (parts by trades %llu) closes %llu beyond the book %llu refused %llu\n",
              static_cast<unsigned long long>(tally.entries), static_cast<unsigned long long>(tally.stops),
              static_cast<unsigned long long>(tally.targets), static_cast<unsigned long long>(tally.parts),
              static_cast<unsigned long long>(tally.closes), static_cast<unsigned long long>(tally.beyond),
              static_cast<unsigned long long>(tally.refused));
  for (const std::uint64_t n : {tally.entries, tally.stops, tally.targets, tally.parts, tally.closes, tally.beyond, tally.refused})
    EXPECT_GT(n, 300u) << "the session is too tame to prove anything";
}

}  // namespace
}  // namespace omega::test
