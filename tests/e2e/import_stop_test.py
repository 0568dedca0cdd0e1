"""Guards: an import that is stopped or fails and leaves half a journal that passes for a whole one."""
import resource
import signal
import subprocess
import time
import unittest

from omega_case import CONFIG, DONE, ENVIRONMENT, OmegaCase, main

ROWS = 300_000
TRIES = 12


class ImportStop(OmegaCase):
    def setUp(self):
        super().setUp()
        start = 1_514_851_200  # Tuesday 2018-01-02, by the second for the whole file to be one long session
        with open(self.dir / "EURUSD.csv", "w") as out:
            out.write("time,open,high,low,close,volume\n")
            for i in range(ROWS):
                out.write(f"{start + 60 * i},1.2,1.2001,1.1999,1.2,7\n")
        self.arguments = ("import", "--quiet", "--config", CONFIG, "--format", "csv", "--symbol", "EURUSD", "--tz", "UTC",
                          "--price-basis", "bid", "--volume", "column", "--journal", "j", "EURUSD.csv")

    def assert_nothing_left(self, err):
        self.assert_one_error(err, ["j"])
        self.assertFalse((self.dir / "j").exists(), "half a journal is left")

    def test_a_stop_while_writing_removes_the_unfinished_journal(self):
        interrupted = 0
        for _ in range(TRIES):
            process = self.start(*self.arguments)
            while process.poll() is None and not (self.dir / "j" / "inputs" / "00000001.seg").exists():
                time.sleep(0.0005)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            if process.returncode == DONE:
                self.assertEqual(self.json("journal", "info", "j")["state"], "closed")
                subprocess.run(["rm", "-r", self.dir / "j"], check=True)
                continue
            self.assertEqual(process.returncode, ENVIRONMENT, err)
            self.assertIn("stopped by the user before the end", err)
            self.assert_nothing_left(err)
            interrupted += 1
            break
        self.assertGreater(interrupted, 0, "no try was stopped in the middle")

    def test_a_failure_to_write_removes_the_unfinished_journal(self):
        def small_files_only():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20 << 20, 20 << 20))

        run = subprocess.run(self.command(*self.arguments, "--set", "engine.journal.segment_kib=65536"), cwd=self.dir, text=True,
                             capture_output=True, preexec_fn=small_files_only, restore_signals=False, timeout=60)
        self.assertEqual(run.returncode, ENVIRONMENT, run.stderr)
        self.assert_nothing_left(run.stderr)


if __name__ == "__main__":
    main()
