"""What the end-to-end tests share: the program under test, a folder of its own for each test, checked runs of it.

A test file is started as FILE.py OMEGA-BINARY [unittest arguments]; it ends with 77 when all its tests were skipped.
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CONFIG = SOURCE / "config"
DATA = pathlib.Path(os.environ.get("OMEGA_SHARED", SOURCE.parent / "shared")) / "data"
HISTDATA = DATA / "fx-minute" / "histdata-2018"
LANES = ("inputs", "features", "signals", "risk", "orders")
DONE, NO, USAGE, BAD_DATA, ENVIRONMENT = 0, 1, 2, 3, 4
RUN_SECONDS_MAX = 300
WAIT_SECONDS_MAX = 60
# Thresholds so low that a few weeks bring signals, orders and trades.
LOOSE = [word for setting in (
    "strategies.mean_reversion_statistical.entry_sigma_threshold=2",
    "strategies.mean_reversion_statistical.min_confirmation_score=2.5",
    "strategies.mean_reversion_statistical.min_mtf_confluence=0",
    "strategies.liquidity_sweep.penetration_min=1",
    "strategies.liquidity_sweep.volume_threshold_multiplier=1.2",
    "strategies.liquidity_sweep.reversal_velocity_min=0.5",
    "strategies.liquidity_sweep.min_confirmation_score=3",
    "strategies.liquidity_sweep.min_mtf_confluence=0",
    "risk.quality_min=0") for word in ("--set", setting)]
omega_binary = ""


def needs_data(test):
    """Decorates a test or a class that reads real market data."""
    return unittest.skipUnless(DATA.is_dir(), "SKIPPED: no ../shared/data")(test)


class OmegaCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="omega-e2e-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def command(self, *arguments):
        return [omega_binary, *map(str, arguments)]

    def start(self, *arguments):
        """The program in the background; it does not outlive the test."""
        process = subprocess.Popen(self.command(*arguments), cwd=self.dir, text=True, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)

        def reap():
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
            process.stderr.close()

        self.addCleanup(reap)
        return process

    def wait_for(self, condition, process=None):
        end = time.monotonic() + WAIT_SECONDS_MAX
        while not condition():
            if process is not None:
                self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end, "nothing happened")
            time.sleep(0.01)

    def omega(self, *arguments, code=DONE):
        """Runs the program to its end and checks the exit code."""
        run = subprocess.run(self.command(*arguments), cwd=self.dir, text=True, stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=RUN_SECONDS_MAX)
        self.assertEqual(run.returncode, code, f"{' '.join(map(str, arguments))}\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}")
        return run

    def json(self, *arguments, code=DONE):
        """Runs with --json; stdout must be one document and nothing else."""
        return json.loads(self.omega(*arguments, "--json", code=code).stdout)

    def refused(self, code, says, *arguments):
        """One line on stderr that holds every text of says, the exit code, nothing on stdout."""
        run = self.omega(*arguments, code=code)
        self.assert_one_error(run.stderr, says)
        self.assertEqual(run.stdout, "")
        return run

    def assert_one_error(self, stderr, says):
        lines = stderr.splitlines()
        self.assertEqual(len(lines), 1, stderr[:2000])
        self.assertTrue(lines[0].startswith("omega: "), stderr)
        for text in says:
            self.assertIn(text, lines[0])
        for raw in ("terminate called", "what():", "std::", "exception"):
            self.assertNotIn(raw, lines[0])

    def paper(self, journal, *more, seed=3, days=2):
        """A short paper session on the simulated market."""
        return self.omega("run", "--config", CONFIG, "--quiet", "--profile", "green_only", "--mode", "paper", "--speed", "max",
                          "--feed", f"sim:seed={seed},days={days}", "--journal", journal, *more)

    def assert_same_lanes(self, a, b):
        for lane in LANES:
            self.assertEqual(self.lane_sha256(a, lane), self.lane_sha256(b, lane), f"{a} and {b} differ in lane {lane}")

    def lane_sha256(self, journal, lane):
        """Of the segments' bytes: as good as comparing them, and readable when a test fails."""
        segments = sorted((self.dir / journal / lane).glob("*.seg"))
        self.assertTrue(segments, f"{journal} has no lane {lane}")
        return hashlib.sha256(b"".join(p.read_bytes() for p in segments)).hexdigest()


def main():
    global omega_binary
    if len(sys.argv) < 2:
        sys.exit("usage: FILE.py OMEGA-BINARY [unittest arguments]")
    omega_binary = os.path.abspath(sys.argv.pop(1))
    sys.modules["omega_case"].omega_binary = omega_binary
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    for _, why in result.skipped:
        print(why)
    if not result.wasSuccessful() or result.testsRun == 0:
        sys.exit(1)
    sys.exit(77 if len(result.skipped) == result.testsRun else 0)
