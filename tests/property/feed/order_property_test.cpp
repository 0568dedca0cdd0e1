// Property: whatever files hold, in whatever order and state, the events leave in the total order (ts, rank, instrument,
// arrival), every readable row exactly once, and the good ones of an instrument strictly increase.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "adapters/feed/longest_run.hpp"
#include "tests/unit/feed/feed_fixture.hpp"

namespace omega::feed::testing {
namespace {

constexpr std::uint64_t kSeed = 20181104;

std::string row(int minute, int price) {
  char text[96];
  std::snprintf(text, sizeof text, "201803%02d %02d%02d00;1.%05d;1.%05d;1.%05d;1.%05d;0\n", 5 + minute / 1440, minute / 60 % 24,
                minute % 60, price, price + 9, price - 9, price + 3);
  return text;
}

/// A file of rising minutes with some rows moved, repeated or lost.
std::string make_file(std::mt19937_64& random) {
  std::vector<std::string> rows;
  int minute = static_cast<int>(random() % 2000);
  const auto count = 1 + random() % 200;
  for (std::size_t i = 0; i < count; ++i) {
    minute += 1 + (random() % 10 == 0 ? static_cast<int>(random() % 5) : 0);
    rows.push_back(row(minute, 20'000 + static_cast<int>(random() % 500)));
    if (random() % 20 == 0) rows.push_back(rows.back());
    if (random() % 20 == 0) std::swap(rows.back(), rows[random() % rows.size()]);
  }
  std::string text;
  for (const std::string& r : rows) text += r;
  return text;
}

TEST(OrderProperty, events_leave_in_the_total_order_and_none_is_lost) {
  std::cout << "SEED=" << kSeed << "\n";
  std::mt19937_64 random(kSeed);
  const std::vector<std::string> symbols{"EURUSD", "GBPUSD", "USDJPY", "XAUUSD"};
  for (int round = 0; round < 60; ++round) {
    const TempFolder folder;
    std::vector<std::filesystem::path> files;
    std::uint64_t rows = 0;
    for (int f = 0; f < 6; ++f) {
      const std::string text = make_file(random);
      rows += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
      files.push_back(folder.write(std::to_string(f) + "/DAT_ASCII_" + symbols[random() % symbols.size()] + "_M1_2018.csv", text));
    }
    auto imported = run_import({histdata_options(files)});
    ASSERT_TRUE(imported) << imported.error().message;
    ASSERT_EQ(imported.value().report.events, rows);
    ASSERT_EQ(imported.value().bars.size(), rows);
    std::map<InstrumentId, TimeNs> last_good;
    const Bar* before = nullptr;
    for (const Bar& b : imported.value().bars) {
      if (before != nullptr) {
        ASSERT_TRUE(before->ts < b.ts || (before->ts == b.ts && before->instrument <= b.instrument)) << "round " << round;
      }
      before = &b;
      if ((b.flags & bar_flag::kBadMask) != 0) continue;
      ASSERT_GT(b.t_open, last_good[b.instrument]) << "round " << round;
      last_good[b.instrument] = b.t_open;
    }
  }
}

TEST(OrderProperty, the_same_files_in_another_order_give_the_same_good_bars_unless_they_overlap) {
  std::cout << "SEED=" << kSeed << "\n";
  std::mt19937_64 random(kSeed + 1);
  const TempFolder folder;
  std::vector<std::filesystem::path> files;
  for (const char* s : {"EURUSD", "GBPUSD", "USDJPY"}) {
    files.push_back(folder.write(std::string("DAT_ASCII_") + s + "_M1_2018.csv", make_file(random)));
  }
  auto a = run_import({histdata_options(files)});
  std::swap(files[0], files[2]);
  auto b = run_import({histdata_options(files)});
  ASSERT_TRUE(a && b);
  ASSERT_EQ(a.value().bars.size(), b.value().bars.size());
  for (std::size_t i = 0; i < a.value().bars.size(); ++i) {
    ASSERT_EQ(std::memcmp(&a.value().bars[i], &b.value().bars[i], sizeof(Bar)), 0) << i;
  }
}

/// Length of the longest increasing subsequence by trying every pair.
std::size_t longest_by_pairs(const std::vector<TimeNs>& t, bool strict) {
  std::vector<std::size_t> best(t.size(), 1);
  std::size_t longest = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (strict ? t[j] < t[i] : t[j] <= t[i]) best[i] = std::max(best[i], best[j] + 1);
    }
    longest = std::max(longest, best[i]);
  }
  return longest;
}

TEST(OrderProperty, the_longest_run_is_in_order_and_as_long_as_any) {
  std::cout << "SEED=" << kSeed << "\n";
  std::mt19937_64 random(kSeed + 2);
  for (int round = 0; round < 2000; ++round) {
    const bool strict = round % 2 == 0;
    std::vector<TimeNs> t(random() % 30);
    for (TimeNs& x : t) x = static_cast<TimeNs>(random() % 20);
    const std::vector<bool> in_run = longest_run(t, strict);
    ASSERT_EQ(in_run.size(), t.size());
    std::size_t length = 0;
    const TimeNs* last = nullptr;
    for (std::size_t i = 0; i < t.size(); ++i) {
      if (!in_run[i]) continue;
      if (last != nullptr) {
        ASSERT_TRUE(strict ? *last < t[i] : *last <= t[i]);
      }
      last = &t[i];
      ++length;
    }
    ASSERT_EQ(length, longest_by_pairs(t, strict));
  }
}

TEST(OrderProperty, of_two_swapped_neighbours_the_earlier_row_is_left_out) {
  EXPECT_EQ(longest_run({1, 2, 4, 3, 5}, true), (std::vector<bool>{true, true, false, true, true}));
  EXPECT_EQ(longest_run({1, 2, 99, 3, 4, 5}, true), (std::vector<bool>{true, true, false, true, true, true}));
  EXPECT_TRUE(longest_run({}, true).empty());
}

}  // namespace
}  // namespace omega::feed::testing
