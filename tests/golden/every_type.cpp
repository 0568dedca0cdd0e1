// Writes a journal with every event type of the schema, the same bytes each time: what make.sh keeps as a golden journal.
#include <cstdio>

#include "tests/unit/journal/journal_fixture.hpp"

int main(int argc, char** argv) {
  using namespace omega::journal::testing;
  if (argc != 2) return 2;
  write_journal(argv[1], 1, 400, true, small_segments(16384, true),
                {omega::Lane::kInputs, omega::Lane::kFeatures, omega::Lane::kSignals, omega::Lane::kRisk, omega::Lane::kOrders}, true);
  std::printf("%s\n", argv[1]);
  return 0;
}
