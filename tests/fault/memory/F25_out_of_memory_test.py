"""Guards: a machine without memory that ends the program in a crash, a hang, a wrong word or exit code, or with a journal
that the next start cannot use (F25). Each allocation of a run fails once, and from there on for ever.

OMEGA_ALLOC_CASES: how many of them are tried, drawn with OMEGA_SEED; "all": one for every call stack that allocates."""
import os
import random
import shutil
import signal
import subprocess
import sys
import unittest

from omega_case import CONFIG, DONE, ENVIRONMENT, OmegaCase, main

CASES = os.environ.get("OMEGA_ALLOC_CASES", "40")
SEED = int(os.environ.get("OMEGA_SEED", "2501"))
LIBRARY = os.environ.get("OMEGA_FAILING_MALLOC", "")
SECONDS_MAX = 30


class OutOfMemory(OmegaCase):
    def setUp(self):
        super().setUp()
        self.assertTrue(os.path.isfile(LIBRARY), "OMEGA_FAILING_MALLOC must name the library to preload")

    def run_of(self, journal, *more):
        return self.command("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=5,days=1",
                            "--set", "engine.journal.snapshot_interval_inputs=1000", "--set", "engine.journal.segment_kib=256", "--journal", journal, *more)

    def with_library(self, command, **variables):
        return subprocess.run(command, cwd=self.dir, text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_MAX,
                              env={**os.environ, "LD_PRELOAD": LIBRARY, **variables})

    def allocations(self, command):
        """One n for every call stack that allocates."""
        counts = self.dir / "counts"
        run = self.with_library(command, OMEGA_COUNT_ALLOC=str(counts))
        self.assertEqual(run.returncode, DONE, run.stderr)
        total, *stacks = map(int, counts.read_text().split())
        self.assertGreater(len(stacks), 1000)
        if CASES == "all":
            return total, stacks
        return total, random.Random(SEED).sample(stacks, min(int(CASES), len(stacks)))

    def check(self, prepare, *more):
        """prepare() leaves the journal as the start finds it."""
        self.assertEqual(subprocess.run(self.run_of("whole"), cwd=self.dir, capture_output=True).returncode, DONE)
        prepare()
        total, stacks = self.allocations(self.run_of("j", *more))
        done_without = 0
        for n in stacks:
            for fails in (str(n), f"{n}+"):
                with self.subTest(fails=fails, seed=SEED):
                    shutil.rmtree(self.dir / "j", ignore_errors=True)
                    prepare()
                    try:
                        run = self.with_library(self.run_of("j", *more), OMEGA_FAIL_ALLOC=fails)
                    except subprocess.TimeoutExpired:
                        self.fail("it hangs")
                    if run.returncode == DONE:  # it could do without: a buffer that is only faster
                        done_without += 1
                    else:
                        self.assertEqual(run.returncode, ENVIRONMENT, run.stderr)
                        self.assert_one_error(run.stderr, ["memory"])
                        started = (self.dir / "j" / "manifest.json").exists()
                        again = subprocess.run(self.run_of("j", *(["--resume"] if started else more)), cwd=self.dir, text=True,
                                               capture_output=True, timeout=SECONDS_MAX)
                        self.assertEqual(again.returncode, DONE, again.stderr)
                    self.assert_same_lanes("whole", "j")
        self.assertLess(done_without, len(stacks))
        print(f"SEED {SEED}: {total} allocations, {len(stacks)} of them fail, once and for ever; {done_without} runs did without",
              file=sys.stderr)

    def test_a_start_without_memory_says_so_and_the_next_one_works(self):
        self.check(lambda: None)

    def test_a_resumed_start_without_memory_says_so_and_the_next_one_works(self):
        process = subprocess.Popen(self.run_of("killed", "--speed", "x30000"), cwd=self.dir, stdout=subprocess.DEVNULL)
        self.wait_for(lambda: any((self.dir / "killed").glob("snapshots/*")))
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.check(lambda: shutil.copytree(self.dir / "killed", self.dir / "j"), "--resume")


if __name__ == "__main__":
    main()
