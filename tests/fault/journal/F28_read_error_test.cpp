// F28, the input side: an error of the device while a journal is judged, at each call in turn. It says nothing about the
// bytes, so nobody is quarantined, and the next try gives the same journal as one that was never disturbed.
#include <cerrno>
#include <fstream>

#include "journal/file_faults.hpp"
#include "tests/fault/journal/crash_rig.hpp"

namespace omega::journal {
namespace {

using namespace testing;

/// Fails the n-th of the chosen calls with an error number, once or for ever after.
class FailAt final : public FileFaults {
 public:
  FailAt(FileCall call, long n, bool for_ever, int error) : call_(call), left_(n), for_ever_(for_ever), error_(error) {
    file_faults() = this;
  }
  ~FailAt() override { file_faults() = nullptr; }
  int fail(FileCall call, const fs::path&) override {
    if (call != call_) return 0;
    --left_;
    const bool now = for_ever_ ? left_ <= 0 : left_ == 0;
    reached_ = reached_ || now;
    return now ? error_ : 0;
  }
  std::size_t allow(FileCall, std::size_t bytes) override { return bytes; }
  void synced(FileCall, int, const fs::path&) override {}
  [[nodiscard]] bool reached() const { return reached_; }

 private:
  const FileCall call_;
  long left_;
  const bool for_ever_;
  const int error_;
  bool reached_ = false;
};

class F28ReadError : public ::testing::TestWithParam<std::tuple<FileCall, bool, int>> {};
INSTANTIATE_TEST_SUITE_P(EveryCall, F28ReadError,
                         ::testing::Combine(::testing::Values(FileCall::kOpen, FileCall::kMap, FileCall::kRead),
                                            ::testing::Bool(), ::testing::Values(EIO, EMFILE)));

TEST_P(F28ReadError, WhileRecoveringQuarantinesNobodyAndTheNextTrySucceeds) {
  const auto [call, for_ever, error] = GetParam();
  struct Crash {
    Seq inputs_lost;  // derived lanes ahead of the inputs are cut to them
    bool unborn;      // power failed while the orders lane was made: an empty watermark, nothing else (simulator seed 1309)
  };
  for (const auto [inputs_lost, unborn] : {Crash{0, false}, Crash{10, false}, Crash{0, true}}) {
    TempDir tmp;
    const auto model = pipeline_run(7, 40);
    {
      auto writer = must(JournalWriter::create(tmp / "crashed", test_manifest(), small_segments()));
      for (const Lane lane : kRigLanes) writer->lane(lane);
      for (const ModelEvent& e : model)
        if (e.lane != Lane::kInputs || e.seq <= 40 - inputs_lost) append(writer->lane(e.lane), e);
      must(writer->sync());
    }
    if (unborn) {
      const fs::path orders = tmp / "crashed" / "orders";
      fs::remove_all(orders);
      fs::create_directory(orders);
      std::ofstream(orders / kWatermarkFile);
    }
    fs::copy(tmp / "crashed", tmp / "whole", fs::copy_options::recursive);
    must(recover(tmp / "whole", false));
    long n = 1, failures = 0;
    for (bool reached = true; reached; ++n) {
      const fs::path dir = tmp / "j";
      fs::remove_all(dir);
      fs::copy(tmp / "crashed", dir, fs::copy_options::recursive);
      {
        FailAt fault(call, n, for_ever, error);
        const auto report = recover(dir, false);
        reached = fault.reached();
        if (!report.ok()) {
          ++failures;
          ASSERT_EQ(report.error().kind, ErrorKind::kEnvironment) << n << ": " << report.error().message;
        }
      }
      ASSERT_NE(must(Manifest::read(dir)).state(), JournalState::kQuarantined) << n;
      must(recover(dir, false));
      expect_same_lanes(tmp / "whole", dir);
      if (HasFatalFailure()) return;
    }
    EXPECT_GE(failures, unborn ? 5 : 10);  // a lane without files is opened less often
    std::printf("F28: %ld failures of call %d, none quarantined\n", failures, static_cast<int>(call));
  }
}

TEST_P(F28ReadError, WhileCheckingIsNeverAVerdictOnTheBytes) {
  const auto [call, for_ever, error] = GetParam();
  TempDir tmp;
  write_journal(tmp / "j", 3, 300, true, small_segments(), {Lane::kInputs, Lane::kOrders});
  long n = 1, failures = 0;
  for (bool reached = true; reached; ++n) {
    FailAt fault(call, n, for_ever, error);
    const auto report = check(tmp / "j");
    reached = fault.reached();
    if (report.ok()) {
      EXPECT_TRUE(report.value().clean()) << n << ": " << report.value().lanes.front().text();
      continue;
    }
    ++failures;
    EXPECT_EQ(report.error().kind, ErrorKind::kEnvironment) << n << ": " << report.error().message;
  }
  EXPECT_GE(failures, 3);
}

}  // namespace
}  // namespace omega::journal
