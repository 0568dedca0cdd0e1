// A difference planted anywhere in any lane is found, by digests where there are any and record by record where there are not.
#include "replay/diff/journal_diff.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::replay {
namespace {

using journal::testing::must;

constexpr Seq kInputs = 3 * kDigestInterval_inputs + 1234;

struct Plant {
  Lane lane = Lane::kCount;  // none
  Seq seq = 0;
};

class JournalDiffTest : public testing::Test {
 protected:
  /// A journal as a run writes it: timers in, two kill-switch records a hundred inputs and one mark a thousand, digests.
  std::filesystem::path write(const std::string& name, Plant plant, Seq inputs = kInputs, std::uint32_t segment_bytes = 1u << 20,
                              const std::string& build = "test") {
    journal::Manifest manifest = journal::testing::test_manifest();
    manifest.doc["build"] = build;
    journal::WriterOptions options = journal::testing::small_segments();
    options.segment_bytes = segment_bytes;
    options.durable = false;
    auto writer = must(journal::JournalWriter::create(dir_ / name.c_str(), manifest, options));
    LaneAppender in(writer->lane(Lane::kInputs)), risk(writer->lane(Lane::kRisk)), orders(writer->lane(Lane::kOrders));
    for (Seq seq = 1; seq <= inputs; ++seq) {
      const TimeNs ts = static_cast<TimeNs>(seq) * kSecond_ns;
      const auto planted = [&](Lane lane) { return plant.lane == lane && plant.seq == seq ? 1 : 0; };
      in.append(seq, Timer{.ts = ts + planted(Lane::kInputs), .kind = TimerKind::kMinute});
      if (seq % 100 == 0)
        for (int i = 0; i < 2; ++i) risk.append(seq, KillSwitchEvent{.ts = ts, .value = 1.0 + i + planted(Lane::kRisk)});
      if (seq % 1000 == 0 && planted(Lane::kOrders) == 0) orders.append(seq, EquityMark{.ts = ts, .equity = 7});
      risk.end_of_input(seq, ts);
      orders.end_of_input(seq, ts);
    }
    must(writer->close());
    return dir_ / name.c_str();
  }

  journal::testing::TempDir dir_;
};

TEST_F(JournalDiffTest, a_journal_and_its_twin_are_identical_whatever_the_size_of_their_segments) {
  const auto a = write("a", {});
  const auto same = must(diff_journals(a, write("b", {})));
  EXPECT_TRUE(same.identical());
  const auto other_size = must(diff_journals(a, write("c", {}, kInputs, 1u << 16)));
  EXPECT_TRUE(other_size.identical());
  EXPECT_EQ(other_size.cause(), "");
}

TEST_F(JournalDiffTest, a_planted_difference_is_found_at_its_record) {
  const auto a = write("a", {});
  const std::vector<Plant> plants{{Lane::kInputs, 1}, {Lane::kInputs, kDigestInterval_inputs}, {Lane::kInputs, kDigestInterval_inputs + 1},
                                  {Lane::kInputs, kInputs}, {Lane::kRisk, 100}, {Lane::kRisk, 65'600}, {Lane::kRisk, 131'000},
                                  {Lane::kRisk, 197'800}, {Lane::kOrders, 131'000}, {Lane::kOrders, 197'000}};
  for (std::size_t i = 0; i < plants.size(); ++i) {
    const auto found = must(diff_journals(a, write("b" + std::to_string(i), plants[i])));
    ASSERT_TRUE(found.first) << i;
    EXPECT_EQ(found.first->seq, plants[i].seq) << i;
    EXPECT_EQ(found.first->lane, plants[i].lane) << i;
    EXPECT_NE(found.first->a, found.first->b) << i;
    for (const LaneDiff& lane : found.lanes) EXPECT_LE(lane.records, kDigestInterval_inputs + 2'000) << i;
  }
}

TEST_F(JournalDiffTest, segments_of_another_size_hide_nothing) {
  const auto a = write("a", {});
  for (const Plant plant : {Plant{Lane::kInputs, 140'000}, Plant{Lane::kRisk, 140'000}}) {
    const auto found = must(diff_journals(a, write(kLaneName[static_cast<std::size_t>(plant.lane)], plant, kInputs, 1u << 16)));
    ASSERT_TRUE(found.first);
    EXPECT_EQ(found.first->seq, plant.seq);
  }
}

TEST_F(JournalDiffTest, a_longer_journal_parts_where_the_shorter_one_ends) {
  const auto found = must(diff_journals(write("a", {}, 70'000), write("b", {}, 70'001)));
  ASSERT_TRUE(found.first);
  EXPECT_EQ(found.first->seq, 70'001u);
  EXPECT_EQ(found.first->a, "");
  EXPECT_NE(found.first->b.find("\"seq\":70001"), std::string::npos);
  EXPECT_NE(found.first->before.find("\"seq\":70000"), std::string::npos);
}

TEST_F(JournalDiffTest, the_second_of_two_records_of_an_input_is_told_from_the_first) {
  const auto found = must(diff_journals(write("a", {}), write("b", {Lane::kRisk, 140'000})));
  ASSERT_TRUE(found.first);
  EXPECT_NE(found.first->a.find("\"value\":1"), std::string::npos);
  EXPECT_NE(found.first->b.find("\"value\":2"), std::string::npos);
  EXPECT_NE(found.first->before.find("\"seq\":139900"), std::string::npos);
  EXPECT_EQ(found.first->position, 2 * 1400 - 1 + 2u);  // two digests before it
}

TEST_F(JournalDiffTest, what_explains_a_difference_is_named) {
  const auto a = write("a", {}, 500);
  EXPECT_NE(must(diff_journals(a, write("i", {Lane::kInputs, 300}, 500))).cause().find("the inputs differ"), std::string::npos);
  EXPECT_NE(must(diff_journals(a, write("r", {Lane::kRisk, 300}, 500))).cause().find("omega verify"), std::string::npos);
  EXPECT_NE(must(diff_journals(a, write("n", {Lane::kRisk, 300}, 500, 1u << 20, "newer"))).cause().find("the builds differ"), std::string::npos);
}

/// Measured on demand: OMEGA_DIFF_INPUTS=10000000 gives a journal of that many inputs.
TEST_F(JournalDiffTest, the_work_grows_with_the_logarithm_of_the_journal) {
  const char* asked = std::getenv("OMEGA_DIFF_INPUTS");
  const Seq inputs = asked == nullptr ? 20 * kDigestInterval_inputs : std::strtoull(asked, nullptr, 10);
  const Seq planted = inputs / 1000 * 900 - 100;
  const auto a = write("a", {}, inputs, 16u << 20), b = write("b", {Lane::kRisk, planted}, inputs, 16u << 20);
  const auto start = std::chrono::steady_clock::now();
  const auto found = must(diff_journals(a, b));
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  std::cout << inputs << " inputs: " << spent.count() << " s\n";
  ASSERT_TRUE(found.first);
  EXPECT_EQ(found.first->seq, planted);
  for (const LaneDiff& lane : found.lanes) {
    EXPECT_LE(lane.probes, 2 * 64u);
    EXPECT_LE(lane.records, 2 * kDigestInterval_inputs);
  }
}

}  // namespace
}  // namespace omega::replay
