// F01.
#include "ticks.hpp"

namespace omega {
namespace {

constexpr Price p(double x) { return static_cast<Price>(x * 1e5 + 0.5) * test::kTick; }

TEST(BestQuote, MidIsKeptDoubledAndSpreadInBasisPoints) {
  const BestQuote q{1, p(1.1000), p(1.1002), 10, 8};
  EXPECT_EQ(q.mid2(), 2'200'200'000);
  EXPECT_EQ(q.spread(), 200'000);
  EXPECT_DOUBLE_EQ(spread_bp(q).value, 1e4 * 0.0002 / 1.1001);
}
TEST(BestQuote, OfTheBookIsItsBestLevels) {
  const OrderBook book = test::book_of({{99, 5}, {98, 7}}, {{101, 6}, {102, 1}});
  const BestQuote q = BestQuote::of(book, 77);
  EXPECT_EQ(q.ts, 77);
  EXPECT_EQ(q.bid, 99);
  EXPECT_EQ(q.bid_size, 5);
  EXPECT_EQ(q.ask, 101);
  EXPECT_EQ(q.ask_size, 6);
}
TEST(WeightedMid, LeansTowardTheThinSide) {
  const BestQuote q{1, 1'000, 1'010, 30, 10};
  EXPECT_DOUBLE_EQ(weighted_mid(q).value, (1'010.0 * 30 + 1'000.0 * 10) / 40);
}
TEST(WeightedMid, IsInvalidWithoutSizesUnlessTheFeedDeclaresThem) {
  EXPECT_EQ(weighted_mid({1, 1'000, 1'010, 0, 0}).state, FeatureState::kInvalid);
  EXPECT_EQ(weighted_mid({1, 1'000, 1'010, 5, 0}).state, FeatureState::kInvalid);
  EXPECT_EQ(weighted_mid({1, 1'000, 1'010, 5, 0}, true).value, 1'010.0);
  EXPECT_EQ(weighted_mid({1, 1'000, 1'010, 0, 0}, true).state, FeatureState::kInvalid);
}
TEST(WeightedMid, StaysBetweenBidAndAskAtTheLimits) {
  const BestQuote q{1, (Price{1} << 54) - 2, Price{1} << 54, Qty{1} << 52, (Qty{1} << 52) - 1};
  const double w = weighted_mid(q).value;
  EXPECT_GE(w, static_cast<double>(q.bid));
  EXPECT_LE(w, static_cast<double>(q.ask));
}

MicroPriceTable antisymmetric() {
  MicroPriceTable t;
  for (std::size_t bin = 0; bin < 10; ++bin) {
    for (std::size_t s = 0; s < 3; ++s) {
      const double lean = static_cast<double>(2 * static_cast<int>(bin) - 9) / 16;  // exact in double
      t.adjustment_ticks[bin][s] = lean * static_cast<double>(s + 1);
    }
  }
  return t;
}

TEST(MicroPrice, AddsTheCellOfImbalanceAndSpread) {
  const MicroPriceTable t = antisymmetric();
  const BestQuote q{1, p(1.1), p(1.1) + 2 * test::kTick, 75, 25};  // I = .75: bin 7; two ticks: column 1
  EXPECT_DOUBLE_EQ(micro_price(q, test::kTick, &t).value, static_cast<double>(p(1.1) + test::kTick) + 5.0 / 16 * 2 * test::kTick);
}
TEST(MicroPrice, IsInvalidWithoutTableOrSizesOrOutsideItsSpreads) {
  const MicroPriceTable t = antisymmetric();
  const auto state = [&](Price spread, Qty size, const MicroPriceTable* table) {
    return micro_price({1, p(1.1), p(1.1) + spread, size, 5}, test::kTick, table).state;
  };
  EXPECT_EQ(state(test::kTick, 5, &t), FeatureState::kReady);
  EXPECT_EQ(state(3 * test::kTick, 5, &t), FeatureState::kReady);
  EXPECT_EQ(state(test::kTick, 5, nullptr), FeatureState::kInvalid);
  EXPECT_EQ(state(test::kTick, 0, &t), FeatureState::kInvalid);
  EXPECT_EQ(state(0, 5, &t), FeatureState::kInvalid);
  EXPECT_EQ(state(4 * test::kTick, 5, &t), FeatureState::kInvalid);
  EXPECT_EQ(state(test::kTick + 1, 5, &t), FeatureState::kInvalid);
}
TEST(MicroPrice, EveryImbalanceReadsTheBinThatHoldsIt) {
  MicroPriceTable t;
  for (std::size_t bin = 0; bin < 10; ++bin) t.adjustment_ticks[bin][0] = static_cast<double>(bin);
  for (Qty b = 0; b <= 1'000; ++b) {
    // a border between two bins reads the bin nearer to one half
    const double expected = b == 500 ? 4.5 : b % 100 == 0 && b > 500 ? static_cast<double>(b / 100 - 1) : static_cast<double>(b / 100);
    ASSERT_EQ(micro_price_adjustment(t, b, 1'000 - b, 1), expected) << b;
  }
}
TEST(MicroPrice, AMirroredQuoteHasTheMirroredPrice) {
  const MicroPriceTable t = antisymmetric();
  test::Random random(11);
  const test::Mirror mirror;
  for (int i = 0; i < 5'000; ++i) {
    const Price bid = test::kPar + (random.below(400) - 200) * test::kTick;
    const BestQuote q{1, bid, bid + (1 + random.below(3)) * test::kTick, 1 + random.below(30), 1 + random.below(30)};
    const BestQuote m = mirror.quote(q);
    ASSERT_EQ(micro_price(m, test::kTick, &t).value, static_cast<double>(mirror.centre2) - micro_price(q, test::kTick, &t).value);
    ASSERT_NEAR(weighted_mid(m).value, static_cast<double>(mirror.centre2) - weighted_mid(q).value, 1e-6);
    ASSERT_GE(weighted_mid(q).value, static_cast<double>(q.bid));
    ASSERT_LE(weighted_mid(q).value, static_cast<double>(q.ask));
  }
}

}  // namespace
}  // namespace omega
