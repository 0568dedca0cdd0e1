// Guards against an allocation on the path of a tick.
#include "../features_flow/counting_new.hpp"
#include "engine/features/book_imbalance.hpp"
#include "engine/features/footprint.hpp"
#include "engine/features/large_order_tracker.hpp"
#include "engine/features/mlofi.hpp"
#include "engine/features/refill_tracker.hpp"
#include "engine/features/trade_sign.hpp"
#include "ticks.hpp"

namespace omega {
namespace {

TEST(TickAllocation, FiftyThousandTicksThroughAllCalculatorsAllocateNothing) {
  test::Random random(31);
  test::TickMarket market(random);
  std::vector<test::Tick> ticks;
  for (int i = 0; i < 50'000; ++i) ticks.push_back(market.next());
  OrderBook book;
  TradeSign sign;
  Ofi ofi;
  OfiZ ofi_z;
  Mlofi mlofi;
  Footprint footprint(test::kU);
  RefillTracker refills(test::kTick, test::kU);
  LargeOrderTracker large(1, 10.0);
  book.on_snapshot(test::TickMarket::first());
  double seen = 0;
  TimeNs next_bar = kMinute_ns;
  int bars = 0;
  const long before = test::allocation_count();
  for (const test::Tick& t : ticks) {
    for (; t.ts() >= next_bar; next_bar += kMinute_ns, ++bars) {
      ofi.end_bar(next_bar);
      ofi_z.sample(ofi);
      mlofi.end_bar();
      footprint.end_bar(book.mid2() / 2, book.mid2() / 2);
      refills.on_bar();
      const auto cluster = footprint.strongest(book.mid2() / 2, kLong, 15 * test::kU, 10);
      seen += cluster ? cluster->ratio : 0;
      seen += footprint.value_area_low().ready() ? footprint.value_area_low().value : 0;
    }
    if (t.is_trade) {
      const Direction s = sign.on_trade(t.trade, book.mid2());
      footprint.on_trade(t.trade.price, t.trade.size, s);
      refills.on_trade(t.trade, s);
      large.on_trade(t.trade);
      continue;
    }
    book.on_delta(t.delta);
    ofi.on_quote(BestQuote::of(book, t.ts()));
    mlofi.on_book(book);
    refills.on_book(book, t.ts());
    large.on_book(book, t.ts());
    seen += book_imbalance(book).value + static_cast<double>(large.closed().size());
  }
  EXPECT_EQ(test::allocation_count() - before, 0);
  EXPECT_GT(bars, 50);
  EXPECT_NE(seen, 0);
  EXPECT_TRUE(ofi.normalised().ready());
  ::operator delete(::operator new(1));
  EXPECT_GT(test::allocation_count(), before) << "the counter counts";
}

}  // namespace
}  // namespace omega
