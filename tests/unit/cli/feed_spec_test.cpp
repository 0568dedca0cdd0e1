// Feed specs, speeds, and the feeds that end after N days or wait for the wall clock.
#include "adapters/cli/feed_spec.hpp"

#include <gtest/gtest.h>

namespace omega::cli {
namespace {

TEST(SimSpec, DefaultsAndEveryParameter) {
  const auto plain = parse_sim_spec("");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain.value().seed, 1u);
  EXPECT_EQ(plain.value().days, 90);
  const auto full = parse_sim_spec("seed=18446744073709551615,symbols=EURUSD+GBPJPY,days=7");
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(full.value().seed, ~std::uint64_t{0});
  EXPECT_EQ(full.value().symbols, (std::vector<std::string>{"EURUSD", "GBPJPY"}));
  EXPECT_EQ(full.value().days, 7);
  EXPECT_EQ(full.value().spread_percent, 100);
  EXPECT_EQ(parse_sim_spec("spread=15").value().spread_percent, 15);
  EXPECT_TRUE(full.value().book.empty());
  EXPECT_FALSE(full.value().news);
  EXPECT_FALSE(full.value().crises);
}

TEST(SimSpec, BooksAreForSymbolsOfTheFeedAndNewsIsOnOrOff) {
  const auto spec = parse_sim_spec("book=GBPJPY+EURUSD,symbols=EURUSD+GBPJPY,news=on");
  ASSERT_TRUE(spec.ok()) << spec.error().message;
  EXPECT_EQ(spec.value().book, (std::vector<std::string>{"GBPJPY", "EURUSD"}));
  EXPECT_TRUE(spec.value().news);
  EXPECT_TRUE(parse_sim_spec("book=USDJPY,news=off").ok());   // one of the default symbols
  EXPECT_NE(parse_sim_spec("book=EURUSX").error().message.find("--feed sim:book: expected some of the feed's symbols, got 'EURUSX'; did you mean 'EURUSD'?"),
            std::string::npos);
  EXPECT_NE(parse_sim_spec("book=EURUSD+EURUSD").error().message.find("each symbol once, got 'EURUSD'"), std::string::npos);
  EXPECT_TRUE(parse_sim_spec("crises=on").value().crises);
  EXPECT_FALSE(parse_sim_spec("crises=on,crises=off").value().crises);
  EXPECT_FALSE(parse_sim_spec("crises=on").value().news);
  EXPECT_NE(parse_sim_spec("crises=1").error().message.find("--feed sim:crises: expected on or off, got '1'"), std::string::npos);
  EXPECT_NE(parse_sim_spec("news=yes").error().message.find("--feed sim:news: expected on or off, got 'yes'"), std::string::npos);
}

TEST(SimSpec, MistakesNameTheParameterAndTheNearest) {
  EXPECT_NE(parse_sim_spec("sed=1").error().message.find("got 'sed'; did you mean 'seed'?"), std::string::npos);
  for (const char* bad : {"seed=-1", "seed=x", "seed=", "seed", "days=0", "days=1.5", "days=3661", "spread=0", "spread=101", "spread=1.5", "spread=", "spread=15%", "symbols=", "symbols=EURUSD++X", "book=", "book=EURUSD+", "book", "news", "news=", "symbols=GBPUSD,book=EURUSD",
                          "seed=1,,days=2", ","}) {
    const auto spec = parse_sim_spec(bad);
    ASSERT_FALSE(spec.ok()) << bad;
    EXPECT_EQ(spec.error().kind, ErrorKind::kUsage);
  }
}

TEST(Speed, IsRealtimeMaxOrAFactor) {
  EXPECT_EQ(parse_speed("max").value(), 0);
  EXPECT_EQ(parse_speed("realtime").value(), 1);
  EXPECT_EQ(parse_speed("x60").value(), 60);
  EXPECT_EQ(parse_speed("x0.5").value(), 0.5);
  for (const char* bad : {"", "x", "x0", "x-1", "60", "x60s", "xnan", "xinf", "fast"}) EXPECT_FALSE(parse_speed(bad).ok()) << bad;
}

/// Bars one hour apart.
class HourlyFeed final : public ExternalFeed {
 public:
  explicit HourlyFeed(int bars) : left_(bars) { description_.from_ts = kStart; description_.to_ts = kStart + bars * kHour_ns; }
  [[nodiscard]] const FeedDescription& description() const noexcept override { return description_; }
  bool next(InputEvent& out) noexcept override {
    if (left_-- <= 0) return false;
    Bar bar;
    bar.ts = ts_;
    ts_ += kHour_ns;
    out = InputEvent::of(bar);
    return true;
  }
  [[nodiscard]] const std::string& error() const noexcept override { return error_; }
  static constexpr TimeNs kStart = 1'700'000'000 * kSecond_ns;

 private:
  FeedDescription description_;
  std::string error_;
  int left_;
  TimeNs ts_ = kStart;
};

TEST(LimitedFeed, EndsTheGivenDaysAfterItsFirstEvent) {
  LimitedFeed feed(std::make_unique<HourlyFeed>(100), 2);
  EXPECT_EQ(feed.description().to_ts, HourlyFeed::kStart + 2 * kDay_ns);
  InputEvent event;
  int n = 0;
  while (feed.next(event)) ++n;
  EXPECT_EQ(n, 48);
}

}  // namespace
}  // namespace omega::cli
