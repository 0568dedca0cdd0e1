// Every combination of what recovery can observe has exactly one row, and no row is dead.
#include "journal/recovery_table.hpp"

#include <gtest/gtest.h>

#include <set>

namespace omega::journal {
namespace {

template <class Look>
void for_all_facts(Look look) {
  for (const JournalState state : {JournalState::kOpen, JournalState::kClosed, JournalState::kRecovered, JournalState::kQuarantined})
    for (const Verdict verdict : {Verdict::kClean, Verdict::kTornTail, Verdict::kCorrupt, Verdict::kMissing})
      for (unsigned bits = 0; bits < 8; ++bits)
        look(RecoveryFacts{state, verdict, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0});
}

TEST(RecoveryTable, HasExactlyOneRowForEachCombinationOfFacts) {
  std::set<const RecoveryRow*> used;
  int combinations = 0;
  for_all_facts([&](const RecoveryFacts& f) {
    int rows = 0;
    for (const RecoveryRow& row : kRecoveryTable)
      if (matches(row, f)) {
        ++rows;
        used.insert(&row);
      }
    EXPECT_EQ(rows, 1) << "state " << static_cast<int>(f.state) << " verdict " << static_cast<int>(f.verdict) << " begun "
                       << f.begun << " ended " << f.ended << " beyond " << f.beyond_inputs;
    ++combinations;
  });
  EXPECT_EQ(combinations, 4 * 4 * 8);
  EXPECT_EQ(used.size(), kRecoveryTable.size()) << "a row that nothing reaches";
}

TEST(RecoveryTable, NeverCutsWhatIsDamagedBelowTheWatermarkOrAtRest) {
  for_all_facts([](const RecoveryFacts& f) {
    const RecoveryDecision d = decide(f).decision;
    const bool damaged = f.verdict == Verdict::kCorrupt || f.verdict == Verdict::kMissing;
    const bool open = f.state == JournalState::kOpen;
    EXPECT_TRUE(!(damaged || f.state == JournalState::kQuarantined) || d == RecoveryDecision::kRefuse);
    EXPECT_TRUE(open || d == RecoveryDecision::kKeep || d == RecoveryDecision::kRefuse);
    EXPECT_TRUE(!open || !f.beyond_inputs || d != RecoveryDecision::kKeep);
  });
}

}  // namespace
}  // namespace omega::journal
