// Derived records held against recorded ones: every difference is counted and the comparison goes on behind it.
#include "replay/incident/aligned_sink.hpp"

#include <gtest/gtest.h>

#include "tests/unit/journal/journal_fixture.hpp"

namespace omega::replay {
namespace {

using journal::testing::must;

class AlignedSinkTest : public testing::Test {
 protected:
  static KillSwitchEvent event(double value) { return {.ts = 1, .value = value}; }
  static void put(LaneSink& sink, Seq seq, double value) {
    const KillSwitchEvent e = event(value);
    sink.append(EventType::kKillSwitch, seq, &e, sizeof e, {});
  }
  void SetUp() override {
    auto writer = must(journal::JournalWriter::create(dir_ / "j", journal::testing::test_manifest(), journal::testing::small_segments()));
    for (const Seq seq : {2u, 5u, 5u, 9u}) put(writer->lane(Lane::kRisk), seq, static_cast<double>(seq));
    must(writer->close());
    reader_ = must(journal::JournalReader::open(dir_ / "j"));
    sink_ = std::make_unique<AlignedSink>(Lane::kRisk, reader_->lane(Lane::kRisk), names_);
  }
  [[nodiscard]] std::uint64_t equal() const {
    const auto n = sink_->equal().find(EventType::kKillSwitch);
    return n == sink_->equal().end() ? 0 : n->second;
  }

  journal::testing::TempDir dir_;
  journal::NameTables names_;
  std::unique_ptr<journal::JournalReader> reader_;
  std::unique_ptr<AlignedSink> sink_;
};

TEST_F(AlignedSinkTest, the_same_records_are_all_equal) {
  for (const Seq seq : {2u, 5u, 5u, 9u}) put(*sink_, seq, static_cast<double>(seq));
  sink_->finish(9);
  EXPECT_EQ(equal(), 4u);
  EXPECT_EQ(sink_->difference_count(), 0u);
}

TEST_F(AlignedSinkTest, another_value_is_one_difference_and_the_rest_is_still_compared) {
  put(*sink_, 2, 2);
  put(*sink_, 5, 5.5);
  put(*sink_, 5, 5);
  put(*sink_, 9, 9);
  sink_->finish(9);
  EXPECT_EQ(equal(), 3u);
  ASSERT_EQ(sink_->difference_count(), 1u);
  EXPECT_NE(sink_->differences()[0].recorded.find("\"value\":5"), std::string::npos);
  EXPECT_NE(sink_->differences()[0].derived.find("\"value\":5.5"), std::string::npos);
}

TEST_F(AlignedSinkTest, what_only_one_side_has_is_a_difference_of_its_own) {
  put(*sink_, 2, 2);
  put(*sink_, 3, 3);  // not recorded
  put(*sink_, 9, 9);  // both records of 5 are not derived
  sink_->finish(9);
  EXPECT_EQ(equal(), 2u);
  ASSERT_EQ(sink_->difference_count(), 3u);
  EXPECT_TRUE(sink_->differences()[0].recorded.empty());
  EXPECT_TRUE(sink_->differences()[1].derived.empty());
}

TEST_F(AlignedSinkTest, a_replay_that_ends_early_is_held_only_against_what_lies_before) {
  put(*sink_, 2, 2);
  sink_->finish(4);
  EXPECT_EQ(sink_->difference_count(), 0u);
  sink_->finish(5);
  EXPECT_EQ(sink_->difference_count(), 2u);
}

}  // namespace
}  // namespace omega::replay
