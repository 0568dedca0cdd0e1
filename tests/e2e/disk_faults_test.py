"""Guards: a full disk that loses an event, lets an order out or ends in SIGBUS (F05); a journal file cut by another program
under a running engine that goes on trading, or under a search (F07)."""
import json
import os
import signal
import subprocess
import sys
import time
import unittest

from omega_case import CONFIG, DONE, ENVIRONMENT, LOOSE, OmegaCase, main

CUT = 5
ENTER = "enter"


class DiskFaults(OmegaCase):
    def run_of(self, journal, *more, days=40, speed="max"):
        return ["run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", f"sim:seed=5,days={days}", "--speed", speed,
                "--journal", journal, *LOOSE, *more]

    def lines(self, *arguments):
        return [json.loads(line) for line in self.omega("journal", "cat", *arguments).stdout.splitlines()]

    def small_disk(self, kib):
        place = self.dir / "disk"
        place.mkdir()
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "none", place], capture_output=True)
        if made.returncode != 0:
            self.skipTest("SKIPPED: may not mount a small file system here")
        self.addCleanup(subprocess.run, ["umount", place], check=True)
        return place

    def test_a_full_disk_stops_new_orders_loses_nothing_and_goes_on_with_room(self):
        """F05"""
        disk = self.small_disk(40_000)
        small = ("--set", "engine.journal.segment_kib=256")
        run = self.omega(*self.run_of("disk/j", *small), code=ENVIRONMENT)
        self.assertIn("JOURNAL_FULL: no room for the journal's next segment; new orders are refused", run.stderr)
        self.assertIn("No space left on device", run.stderr.splitlines()[-1])
        self.assertNotIn("SIGBUS", run.stderr)
        full = [c for c in self.lines("disk/j", "--lane", "inputs", "--type", "control") if c["code"] == "journal_full"]
        self.assertEqual(len(full), 1)
        orders = self.lines("disk/j", "--lane", "orders", "--type", "order_command")
        self.assertGreater(len(orders), 0)
        self.assertEqual([o for o in orders if o["seq"] >= full[0]["seq"] and o["action"] == ENTER], [])
        self.assertGreater(self.lines("disk/j", "--lane", "inputs")[-1]["seq"], full[0]["seq"], "the rest of the segments is used")

        again = self.omega(*self.run_of("disk/j", "--resume", *small), code=ENVIRONMENT)
        self.assertIn("No space left on device", again.stderr)
        subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
        resumed = self.json(*self.run_of("disk/j", "--resume", *small))
        self.assertGreater(resumed["run"]["resume"]["appended_inputs"], 0)
        codes = [c["code"] for c in self.lines("disk/j", "--lane", "inputs", "--type", "control")]
        self.assertEqual(codes[0], "journal_full")
        self.assertEqual(codes[-1], "journal_room")
        later = [o for o in self.lines("disk/j", "--lane", "orders", "--type", "order_command") if o["action"] == ENTER]
        self.assertGreater(len([o for o in later if o["seq"] > full[0]["seq"]]), 0, "it does not trade again")
        self.omega("journal", "check", "disk/j")
        self.assertTrue(self.json("verify", "disk/j", "--parity")["identical"])
        self.omega("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "disk/j", "--out", "b", *LOOSE, *small)
        self.assert_same_lanes("disk/j", "b")

    def test_a_size_limit_of_the_account_is_a_full_disk_too(self):
        import resource

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100 << 10, 100 << 10))

        run = subprocess.run(self.command(*self.run_of("j", "--set", "engine.journal.segment_kib=256")), cwd=self.dir, text=True,
                             capture_output=True, preexec_fn=limit, timeout=60)
        self.assertEqual(run.returncode, ENVIRONMENT, run.stderr)
        self.assertIn("File too large", run.stderr)

    def test_a_file_cut_by_another_program_stops_the_engine_at_once(self):
        """F07: while it appends, and while it waits for the next event."""
        for speed, lane, keep in (("x100000", "inputs", 4096), ("x100000", "features", 0), ("realtime", "orders", 64)):
            with self.subTest(speed=speed, lane=lane):
                journal = f"j-{speed}-{lane}"
                process = self.start(*self.run_of(journal, speed=speed, days=3000))
                segment = self.dir / journal / lane / "00000001.seg"
                while not segment.exists() or not (self.dir / journal / "orders" / "00000001.seg").exists():
                    self.assertIsNone(process.poll())
                    time.sleep(0.01)
                time.sleep(0.3)
                os.truncate(segment, keep)
                cut = time.monotonic()
                out, err = process.communicate(timeout=60)
                print(f"F07 {speed} {lane}: ended {1000 * (time.monotonic() - cut):.0f} ms after the cut", file=sys.stderr)
                self.assertEqual(process.returncode, CUT, err)
                self.assertEqual(len(err.splitlines()), 1)
                self.assertIn("cut by another program while the engine writes it", err)
                self.assertIn(f"{lane}/0000000", err)
                self.assertIn("at offset", err)
                self.assertEqual(out, "")

    def test_a_file_cut_by_another_program_stops_the_search_that_reads_it(self):
        """F07: many backtests share one mapping of the inputs for as long as they run."""
        self.omega(*self.run_of("j", days=90))
        trials = self.dir / "o" / "trials.jsonl"
        process = self.start("optimize", "--quiet", "--config", CONFIG, "--journal", "j", "--strategy", "liquidity_sweep", "--days", 90,
                             "--trials", 10_000, "--jobs", 2, "--out", "o", *LOOSE)
        while not trials.exists() or trials.read_text().count("\n") < 3:  # it is past the reading
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        os.truncate(self.dir / "j" / "inputs" / "00000001.seg", 65536)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, CUT, err)
        self.assertEqual(len(err.splitlines()), 1)
        self.assertRegex(err, "inputs/00000001.seg: cut by another program while it is read, nothing is there at offset [0-9]+;")
        self.assertEqual(out, "")


if __name__ == "__main__":
    main()
