// Guards the path of quotes, trades and the book through the features stage: every feature becomes READY on an L2 instrument and
// INVALID on bars alone, what ends in the book gives a frame and a record, a checkpoint changes nothing.
#include <random>

#include "tick_market.hpp"

namespace omega {
namespace {

MicroPriceTable leaning_table() {
  MicroPriceTable table;
  for (std::size_t bin = 0; bin < MicroPriceTable::kBins; ++bin) {
    for (std::size_t s = 0; s < MicroPriceTable::kSpreads; ++s) {
      table.adjustment_ticks[bin][s] = (2 * static_cast<double>(bin) - 9) * static_cast<double>(s + 1) / 32;
    }
  }
  return table;
}

TEST(tick_stage, every_feature_of_ticks_becomes_ready_but_the_micro_price_without_a_table) {
  for (const bool table : {false, true}) {
    EngineConfig config = test::tick_config();
    if (table) config.instruments[0].micro_price = leaning_table();
    test::StageUnderTest s(config, test::requests_of_ticks());
    std::vector<bool> was_ready(s.requests.keys().size());
    for (const InputEvent& e : test::TickMarket(3).minutes(900)) {
      for (const FeatureFrame& f : s.feed(e)) {
        for (std::size_t h = 0; h < was_ready.size(); ++h) was_ready[h] = was_ready[h] || f.values[h].ready();
      }
    }
    for (std::size_t h = 0; h < was_ready.size(); ++h) {
      EXPECT_EQ(was_ready[h], table || s.requests.keys()[h].id != FeatureId::kMicroPrice) << feature_name(s.requests.keys()[h]);
    }
  }
}

TEST(tick_stage, the_micro_price_is_the_mid_and_the_tables_cell_of_the_best_quote) {
  EngineConfig config = test::tick_config();
  const MicroPriceTable table = leaning_table();
  config.instruments[0].micro_price = table;
  FeatureRequests requests;
  const FeatureHandle micro = requests.request({FeatureId::kMicroPrice, Timeframe::kM1, 0, 0});
  test::StageUnderTest s(config, requests);
  int minute = 0;
  const auto at_the_close = [&](Price spread, Qty bid_size, Qty ask_size) {
    const TimeNs open = test::kMonday + minute++ * kMinute_ns;
    BookSnapshot book{.ts = open + 57 * kSecond_ns, .bid_levels = 1, .ask_levels = 1};
    book.bid_price[0] = 1'100'000'000, book.bid_size[0] = bid_size;
    book.ask_price[0] = 1'100'000'000 + spread, book.ask_size[0] = ask_size;
    s.feed(InputEvent::of(book));
    return s.feed(InputEvent::of(test::input_bar(0, open, 1'100'000'000, 1'100'000'000, kQtyScale)))[0].values[micro];
  };
  constexpr Price kTick = 10'000;
  for (int spread = 1; spread <= 3; ++spread) {
    for (int bid_size = 1; bid_size <= 39; bid_size += 2) {  // of 40: inside a bin, never on a border
      const FeatureValue v = at_the_close(spread * kTick, bid_size * kQtyScale, (40 - bid_size) * kQtyScale);
      ASSERT_TRUE(v.ready());
      const double g = table.adjustment_ticks[static_cast<std::size_t>(bid_size / 4)][static_cast<std::size_t>(spread - 1)];
      EXPECT_EQ(v.value, 1'100'000'000 + spread * kTick / 2.0 + g * kTick) << spread << ' ' << bid_size;
    }
  }
  EXPECT_EQ(at_the_close(kTick, 20 * kQtyScale, 20 * kQtyScale).value, 1'100'005'000) << "equal sizes: the mean of the two middle cells";
  EXPECT_EQ(at_the_close(4 * kTick, kQtyScale, kQtyScale).state, FeatureState::kInvalid);
  EXPECT_EQ(at_the_close(kTick * 3 / 2, kQtyScale, kQtyScale).state, FeatureState::kInvalid);
}

TEST(tick_stage, on_bars_alone_they_are_invalid_and_the_flow_features_are_not) {
  EngineConfig config = test::tick_config();
  config.instruments[0].capabilities = capability::kBars | capability::kVolume;
  test::StageUnderTest s(config, test::requests_of_ticks());
  const FeatureFrame* last = nullptr;
  for (const InputEvent& e : test::TickMarket(3).minutes(600)) {
    const auto frames = s.feed(e);
    if (!frames.empty()) last = &frames.back();
  }
  ASSERT_NE(last, nullptr);
  for (std::size_t h = 0; h < s.requests.keys().size(); ++h) {
    const FeatureKey& key = s.requests.keys()[h];
    if (key.id == FeatureId::kVpin) continue;
    const bool of_bars = key.id == FeatureId::kFlowZ || key.id == FeatureId::kCvdN;
    EXPECT_EQ(last->values[h].ready(), of_bars) << feature_name(key);
    EXPECT_EQ(last->values[h].state == FeatureState::kInvalid, !of_bars) << feature_name(key);
  }
}

TEST(tick_stage, a_large_order_that_ends_gives_a_frame_without_a_bar_and_a_record) {
  test::StageUnderTest s(test::tick_config(), test::requests_of_ticks());
  std::size_t ended = 0, frames_without_bar = 0;
  for (const InputEvent& e : test::TickMarket(5).minutes(400)) {
    for (const FeatureFrame& f : s.feed(e)) {
      ended += f.book.large_count;
      if (f.closed_mask == 0) {
        ++frames_without_bar;
        EXPECT_TRUE(f.book.any());
        EXPECT_EQ(f.ts, e.ts());
      }
      for (std::size_t i = 0; i < f.book.large_count; ++i) {
        EXPECT_GE(f.book.large[i].imbalance, -1.0);
        EXPECT_LE(f.book.large[i].opened_ts, f.book.large[i].ts);
      }
    }
  }
  EXPECT_GT(ended, 10u);
  EXPECT_GT(frames_without_bar, 10u);
  const auto records = static_cast<std::size_t>(std::count_if(s.sink.records.begin(), s.sink.records.end(),
                                                              [](const test::Record& r) { return r.type == EventType::kLargeOrder; }));
  EXPECT_EQ(records, ended);
}

TEST(tick_stage, a_checkpoint_anywhere_changes_nothing) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("SEED %llu\n", static_cast<unsigned long long>(seed));
  test::Random random(seed);
  EngineConfig config = test::tick_config();
  config.instruments[0].micro_price = leaning_table();
  const std::vector<InputEvent> events = test::TickMarket(seed).minutes(450);
  test::StageUnderTest whole(config, test::requests_of_ticks());
  for (const InputEvent& e : events) whole.feed(e);
  for (int round = 0; round < 10; ++round) {
    const auto cut = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(events.size())));
    test::StageUnderTest first(config, test::requests_of_ticks()), second(config, test::requests_of_ticks());
    for (std::size_t i = 0; i < cut; ++i) first.feed(events[i]);
    StateWriter out;
    first.stage.save(out);
    StateReader in(out.bytes());
    second.stage.load(in);
    ASSERT_TRUE(in.at_end()) << cut;
    for (std::size_t i = cut; i < events.size(); ++i) second.feed(events[i]);
    std::vector<test::Record> records = first.sink.records;
    records.insert(records.end(), second.sink.records.begin(), second.sink.records.end());
    ASSERT_EQ(records.size(), whole.sink.records.size()) << cut;
    ASSERT_TRUE(records == whole.sink.records) << cut;
  }
}

TEST(tick_stage, the_flow_of_best_quotes_is_used_where_sizes_are_known_and_signed_trades_else) {
  using test::kAllTicks;
  const auto fz = [](std::uint32_t capabilities) {
    EngineConfig config = test::tick_config();
    config.instruments[0].capabilities = capabilities;
    FeatureRequests requests;
    const FeatureHandle h = requests.request({FeatureId::kFlowZ, Timeframe::kM1, 5, 200});
    test::StageUnderTest s(config, requests);
    double last = 0;
    for (const InputEvent& e : test::TickMarket(9).minutes(500)) {
      for (const FeatureFrame& f : s.feed(e)) last = f.values[h].ready() ? f.values[h].value : last;
    }
    return last;
  };
  const std::uint32_t no_sizes = kAllTicks & ~capability::kQuoteSizes;
  const double ofi = fz(kAllTicks), trades = fz(no_sizes), bars = fz(capability::kBars | capability::kVolume);
  EXPECT_NE(ofi, trades);
  EXPECT_NE(trades, bars);
  EXPECT_EQ(flow_source_of(kAllTicks), FlowSource::kOfiL1);
  EXPECT_EQ(flow_source_of(no_sizes), FlowSource::kTradeSigned);
  EXPECT_EQ(flow_source_of(capability::kBars | capability::kVolume), FlowSource::kBvcBar);
}

TEST(tick_stage, quarantined_ticks_reach_no_feature) {
  test::StageUnderTest s(test::tick_config(), test::requests_of_ticks());
  InputEvent bad = InputEvent::of(BookDelta{.ts = test::kMonday, .price = 0, .new_size = 1, .flags = tick_flag::kBadPrice});
  EXPECT_TRUE(s.feed(bad).empty());
  EXPECT_EQ(s.stage.counters().ticks_quarantined, 1u);
  EXPECT_EQ(s.stage.counters().ticks_good, 0u);
}

TEST(tick_stage, a_quarantined_change_makes_the_book_stale_until_the_next_snapshot) {
  FeatureRequests requests;
  const FeatureHandle h = requests.request({FeatureId::kBookImbalance, Timeframe::kM1, 5, 0});
  test::StageUnderTest s(test::tick_config(), requests);
  BookSnapshot book{.ts = test::kMonday + 57 * kSecond_ns, .bid_levels = 1, .ask_levels = 1};
  book.bid_price[0] = 1'100'000'000, book.bid_size[0] = 3;
  book.ask_price[0] = 1'100'010'000, book.ask_size[0] = 1;
  const auto imbalance_after = [&](const InputEvent& last, int minute) {
    BookSnapshot now = book;
    now.ts += minute * kMinute_ns;
    s.feed(InputEvent::of(now));
    InputEvent e = last;
    e.set_ts(now.ts + kSecond_ns);
    s.feed(e);
    return s.feed(InputEvent::of(test::input_bar(0, test::kMonday + minute * kMinute_ns, 1'100'000'000, 1'100'000'000, kQtyScale)))[0].values[h];
  };
  const BookDelta good{.price = 1'099'990'000, .new_size = 4};
  EXPECT_EQ(imbalance_after(InputEvent::of(good), 0).value, 0.75);
  BookDelta bad = good;
  bad.flags = tick_flag::kBadPrice;
  EXPECT_EQ(imbalance_after(InputEvent::of(bad), 1).state, FeatureState::kInvalid);
  bad.flags = tick_flag::kBadDuplicate;
  EXPECT_TRUE(imbalance_after(InputEvent::of(bad), 2).ready()) << "what is only repeated is known";
  EXPECT_EQ(imbalance_after(InputEvent::of(Trade{.price = 1'100'000'000, .size = 1, .flags = tick_flag::kGap}), 3).state, FeatureState::kInvalid);
}

}  // namespace
}  // namespace omega
