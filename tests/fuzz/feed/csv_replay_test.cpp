// Runs the fuzz bodies in every test run, over inputs grown from a few good files by a seeded mutator.
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::uint64_t kSeed = 20180307;
constexpr int kInputs = 6000;

/// First byte: decoder; second, for csv and lean: its options.
std::vector<std::string> good_files() {
  using namespace std::string_literals;
  return {"\0"s + "20180309 165900;1.2;1.3;1.1;1.25;7\n20180311 023000;1.2;1.3;1.1;1.25;7\n20181104 013000;1.2;1.3;1.1;1.25;7\n",
          "\1"s + "\x07" + "timestamp,open,high,low,close,volume\n2018-03-05 15:00,1.2,1.3,1.1,1.25,7\n2018-03-05 15:01,1.2,1.3,1.1,1.25,8\n",
          "\1"s + "\x18" + "symbol;ts_utc;bid_open;bid_high;bid_low;bid_close;ask_open;ask_high;ask_low;ask_close\nEURUSD;1520262000;1.2;1.3;1.1;1.25;1.21;1.31;1.11;1.26\nGBPUSD;1520262060000;1.2;1.3;1.1;1.25;1.21;1.31;1.11;1.26\n",
          "\1"s + "\x0c" + "timestamp,bid,ask\n2018-03-05 15:00:00.2Z,1.2,1.3\n2018-03-05 15:00:01.2Z,1.2,1.3\n",
          "\2"s + std::string(1, '\0') + "0,1.3,1.31,1.29,1.3,0,1.301,1.311,1.291,1.301,0\n9000000,1.3,1.31,1.29,1.3,0,1.301,1.311,1.291,1.301,0\n",
          "\2"s + "\1" + "0,7424.91,7424.91,7422,7422,7.14319709\n60000,7420,7422,7405,7405,13.35069752\n",
          "\2"s + "\2" + "46.2042,1.2,1.3\n46.2042,1.2,1.2\n70000,1.21,1.3\n"};
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
