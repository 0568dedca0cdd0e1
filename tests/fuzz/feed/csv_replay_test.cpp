// Runs the fuzz bodies in every test run, over inputs grown from a few good files by a seeded mutator.
#include <gtest/gtest.h>

#include <bit>
#include <iostream>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::uint64_t kSeed = 20180307;
constexpr int kInputs = 20'000;

std::string big_endian(std::uint32_t v) {
  return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)};
}
std::string bi5_record(std::uint32_t ms, std::uint32_t ask, std::uint32_t bid) {
  const std::uint32_t size = std::bit_cast<std::uint32_t>(1.5f);
  return big_endian(ms) + big_endian(ask) + big_endian(bid) + big_endian(size) + big_endian(size);
}

/// A message about one order: type, time, order, what follows.
std::string itch_of(char type, std::uint32_t ns, std::uint32_t order, const std::string& rest) {
  const std::string body = std::string(1, type) + std::string(4, '\0') + std::string("\x1f\x60", 2) + big_endian(ns) + big_endian(0) + big_endian(order) + rest;
  return std::string(1, '\0') + static_cast<char>(body.size()) + body;
}
std::string itch_order(std::uint32_t ns, std::uint32_t order, char side, std::uint32_t shares, std::uint32_t price) {
  return itch_of('A', ns, order, side + big_endian(shares) + "IBM     " + big_endian(price));
}

/// A line of Bitstamp's stream, of whose orders the odd are asks.
std::string stamped(int ms, const char* event, int order, const char* price, const char* amount) {
  return std::to_string(1'430'438'404'518 + ms) + " order_" + event + " {\"price\": \"" + price + "\", \"amount\": \"" + amount + "\", \"id\": " + std::to_string(order) +
         ", \"order_type\": " + std::to_string(order % 2) + "}\n";
}

/// First byte: decoder; second, for csv, lean and lobster: its options.
std::vector<std::string> good_files() {
  using namespace std::string_literals;
  return {"\0"s + "20180309 165900;1.2;1.3;1.1;1.25;7\n20180311 023000;1.2;1.3;1.1;1.25;7\n20181104 013000;1.2;1.3;1.1;1.25;7\n",
          "\1"s + "\x07" + "timestamp,open,high,low,close,volume\n2018-03-05 15:00,1.2,1.3,1.1,1.25,7\n2018-03-05 15:01,1.2,1.3,1.1,1.25,8\n",
          "\1"s + "\x18" + "symbol;ts_utc;bid_open;bid_high;bid_low;bid_close;ask_open;ask_high;ask_low;ask_close\nEURUSD;1520262000;1.2;1.3;1.1;1.25;1.21;1.31;1.11;1.26\nGBPUSD;1520262060000;1.2;1.3;1.1;1.25;1.21;1.31;1.11;1.26\n",
          "\1"s + "\x0c" + "timestamp,bid,ask\n2018-03-05 15:00:00.2Z,1.2,1.3\n2018-03-05 15:00:01.2Z,1.2,1.3\n",
          "\2"s + std::string(1, '\0') + "0,1.3,1.31,1.29,1.3,0,1.301,1.311,1.291,1.301,0\n9000000,1.3,1.31,1.29,1.3,0,1.301,1.311,1.291,1.301,0\n",
          "\2"s + "\1" + "0,7424.91,7424.91,7422,7422,7.14319709\n60000,7420,7422,7405,7405,13.35069752\n",
          "\2"s + "\2" + "46.2042,1.2,1.3\n46.2042,1.2,1.2\n70000,1.21,1.3\n",
          "\2"s + "\x83" + "14400054,0,0,1836300,100,Q,1,0\n34200005,1812600,300,0,0,P,1,0\n34200005,0,0,1813000,400,N,1,0\n34200010,1812700,100,0,0,K,1,1\n",
          "\2"s + "\x84" + "34200000,1812700,283,P,2000,0\n34260000,1812800,17,P,2000,0\n34260002,1812800,9,P,2000,1\n",
          "\3timestamp,bid,ask\n2013-01-01 22:00:00.295000+00:00,1.655,1.728\n2013-01-01 22:02:35.907,1.657,1.658\n",
          "\3EUR/USD,20090501 00:00:00.161,1.32,1.3205\nGBP/USD,20090501 00:00:00.161,1.52,1.5205\n",
          "\4"s + bi5_record(100, 130005, 130001) + bi5_record(100, 130004, 130004) + bi5_record(3'599'999, 130005, 130001),
          "\5"s + itch_order(1, 1, 'B', 100, 2'880'000) + itch_order(2, 2, 'S', 50, 2'881'000) + itch_order(3, 3, 'S', 70, 2'881'000) +
              itch_of('E', 4, 2, big_endian(20) + std::string(8, '\0')) + itch_of('X', 5, 3, big_endian(20)) +
              itch_of('U', 6, 3, big_endian(0) + big_endian(9) + big_endian(5) + big_endian(2'881'500)) + itch_of('D', 7, 1, ""),
          "\7"s + stamped(0, "created", 2, "236.47", "2.0") + stamped(1, "created", 3, "236.60", "1.5") + stamped(2, "created", 5, "236.47", "0.5") +
              stamped(3, "changed", 2, "236.47", "1.5") + stamped(4, "deleted", 5, "236.47", "0.0") +
              "1430438404523 trade {\"price\": 236.47, \"amount\": 0.5, \"id\": 8}\n1430438404524 order_book {\"bids\": [], \"asks\": []}\n" +
              stamped(7, "deleted", 3, "236.60", "1.5") + stamped(8, "created", 7, "236.61", "9.2"),
          "\7id,timestamp,exchange.timestamp,price,volume,action,direction\n1,1430438404518,1430438404000,236.47,200000000,created,bid\n"
          "2,1430438404519,1430438404000,236.40,100000000,created,ask\n1,1430438404520,1430438404000,236.47,100000000,changed,bid\n"
          "2,1430438404521,1430438404000,236.40,0,deleted,ask\n3,1430438404522,1430438404000,236.60,5,created,ask\n",
          "\x08[{\"event\": \"subscribed\", \"channel\": \"book\", \"chanId\": 7, \"symbol\": \"tEURUSD\", \"prec\": \"R0\"}, [7, [[1, 60945, 0.25], [2, 60946.5, -1]]], "
          "[7, \"hb\"], [7, [3, 60945.5, 5e-05]], [7, [2, 60947, -1]], [7, [1, 0, 1]], [7, [[4, 60944, 1], [5, 60949.1, -2.5]]], [7, [4, 60950, 1]], [7, [4, 0, 1]]]",
          "\6"s + "\1" + "34200,1,11,100,5800000,1\n34200.5,1,12,30,5801000,-1\n34201,4,12,10,5801000,-1\n34201,5,0,7,5800500,1\n34262,7,0,0,-1,-1\n"
                          "34262.25,3,11,100,5800000,1\n\x1e"
                          "5802000,50,5800000,100,5803000,70,5799000,20\n5801000,30,5800000,100,5802000,50,5799000,20\n"
                          "5801000,20,5800000,100,5802000,50,5799000,20\n5801000,20,5800000,100,5802000,50,5799000,20\n"
                          "5801000,20,5800000,100,5802000,50,5799000,20\n5801000,20,5799000,20,5802000,50,-9999999999,0\n"};
}

std::string mutate(std::string text, std::mt19937_64& random) {
  static const std::vector<std::string> kPieces{"\n", "\r\n", ",", ";", ".", "-", "nan", "1e5", "\xef\xbb\xbf", std::string(1, '\0'), " ", "\"",
                                                "9999999999999999999999", "9223372036.854775807", "0", "+05:30", "20181332 256161", "18014398.509481984"};
  const auto changes = 1 + random() % 6;
  for (std::size_t i = 0; i < changes && text.size() > 2; ++i) {
    const std::size_t at = 2 + random() % (text.size() - 2);
    switch (random() % 5) {
      case 0: text[at] = static_cast<char>(random()); break;
      case 1: text.insert(at, kPieces[random() % kPieces.size()]); break;
      case 2: text.erase(at, 1 + random() % 5); break;
      case 3: text += text.substr(at); break;  // rows repeated, perhaps from their middle
      default: text[1] = static_cast<char>(random()); break;
    }
  }
  return text;
}

TEST(CsvFuzz, the_decoders_survive_generated_files_and_let_only_sound_bars_through) {
  std::cout << "SEED=" << kSeed << "\n";
  std::mt19937_64 random(kSeed);
  const std::vector<std::string> files = good_files();
  for (int i = 0; i < kInputs; ++i) {
    const std::string text = mutate(files[random() % files.size()], random);
    ASSERT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), 0);
  }
}

TEST(CsvFuzz, the_decoders_survive_files_of_nothing_and_of_noise) {
  std::cout << "SEED=" << kSeed << "\n";
  std::mt19937_64 random(kSeed);
  EXPECT_EQ(LLVMFuzzerTestOneInput(nullptr, 0), 0);
  for (std::size_t size = 1; size < 300; ++size) {
    std::vector<std::uint8_t> noise(size);
    for (auto& b : noise) b = static_cast<std::uint8_t>(random());
    ASSERT_EQ(LLVMFuzzerTestOneInput(noise.data(), noise.size()), 0);
  }
}

}  // namespace
