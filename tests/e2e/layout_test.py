"""Guards: a thread layout that changes a byte, is refused silently, or stops a resume, a stop signal or a report."""
import json
import pathlib
import re
import signal
import subprocess
import time

from omega_case import CONFIG, LOOSE, USAGE, OmegaCase, main

DAYS = 35
PINNED = ("--layout", "pinned")
LAYOUTS = {
    "two": ("engine.pipeline.threads=[sequencer+features, signals+risk+orders]",),
    "five": ("engine.pipeline.threads=[sequencer, features, signals, risk, orders]", "engine.pipeline.wait=[park]", "engine.pipeline.ring_slots=2"),
    "mixed": ("engine.pipeline.threads=[sequencer, features+signals, risk+orders]", "engine.pipeline.wait=[yield, park, yield]",
              "engine.pipeline.cpus=[0, 0, any]", "engine.pipeline.ring_slots=4096", "engine.pipeline.batch=64"),
}


def settings(name):
    return [word for setting in LAYOUTS[name] for word in ("--set", setting)]


class Layout(OmegaCase):
    def run_pinned(self, journal, name, *more, days=DAYS):
        return json.loads(self.paper(journal, *LOOSE, *PINNED, *settings(name), "--json", *more, days=days).stdout)

    def test_every_layout_and_durability_gives_the_same_lanes(self):
        fused = json.loads(self.paper("fused", *LOOSE, "--layout", "fused", "--json", days=DAYS).stdout)
        self.assertEqual(fused["run"]["layout"], "fused")
        self.assertGreater(fused["statistics"]["trades"], 0, "there is something to compare")
        for name in LAYOUTS:
            with self.subTest(layout=name):
                report = self.run_pinned(name, name)
                self.assert_same_lanes("fused", name)
                self.assertEqual(report["run"]["layout"], "pinned")
                self.assertEqual(report["statistics"], fused["statistics"])
        report = self.run_pinned("disk", "mixed", "--set", "engine.journal.durability=disk", "--set", "engine.journal.snapshot_interval_inputs=20000")
        self.assert_same_lanes("fused", "disk")
        self.assertGreater(report["run"]["order_wait"]["orders"], 0)
        self.assertTrue(self.json("verify", "disk", "--parity")["identical"])
        out = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "fused", "--out", "b", *LOOSE,
                        "--set", "engine.pipeline.layout=pinned", *settings("five"))
        self.assertEqual(out["run"]["layout"], "pinned")
        self.assert_same_lanes("fused", "b")

    def test_killed_pinned_runs_resume_in_another_layout_to_the_same_lanes(self):
        self.paper("whole", *LOOSE, days=DAYS)
        for round_, (first, then) in enumerate((("five", "two"), ("two", "mixed"), ("mixed", "five"))):
            journal = f"killed{round_}"
            process = self.start("run", "--config", CONFIG, "--quiet", "--profile", "green_only", "--feed", f"sim:seed=3,days={DAYS}",
                                 "--journal", journal, *LOOSE, *PINNED, *settings(first), "--set", "engine.journal.snapshot_interval_inputs=10000")
            lane = self.dir / journal / "orders" / "00000001.seg"
            self.wait_for(lane.exists, process)
            time.sleep(0.15 + 0.1 * round_)
            process.send_signal(signal.SIGKILL)
            process.wait()
            report = self.run_pinned(journal, then, "--resume", "--set", "engine.journal.snapshot_interval_inputs=10000")
            self.assertIsNotNone(report["run"]["resume"])
            self.assert_same_lanes("whole", journal)

    def test_a_stop_signal_ends_a_paced_pinned_run_cleanly(self):
        process = self.start("run", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=3,days=30", "--speed", "x600",
                             "--journal", "paced", "--layout", "pinned", *settings("five"))
        lane = self.dir / "paced" / "features" / "00000001.seg"
        self.wait_for(lane.exists, process)
        time.sleep(1.0)
        live = self.json("latency", "paced")
        rows = {row["stage"]: row for row in live["latency"]}
        self.assertEqual(live["process"], process.pid)
        self.assertGreater(rows["tick_to_end"]["count"], 0)
        self.assertIn("tick_to_order", self.omega("latency", "paced").stdout)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(out.splitlines()[-1], "System shutdown complete")
        self.assertTrue(self.json("verify", "paced", "--parity")["identical"])
        self.refused(USAGE, ["no engine writes this journal"], "latency", "paced")
        self.assertEqual([p for p in pathlib.Path("/dev/shm").glob(f"omega-latency-{process.pid}")], [])

    def test_a_long_pause_refuses_entries_until_the_feed_is_in_time_again_and_replays_as_it_was(self):
        for layout in ("fused", "pinned"):
            with self.subTest(layout=layout):
                process = self.start("run", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=3,days=30", "--speed", "x3600",
                                     "--journal", layout, "--layout", layout, "--output", f"{layout}.json", "--set", "engine.pipeline.late_ms_max=400")
                lane = self.dir / layout / "features" / "00000001.seg"
                self.wait_for(lane.exists, process)
                time.sleep(1.0)
                process.send_signal(signal.SIGSTOP)
                time.sleep(2.0)
                process.send_signal(signal.SIGCONT)
                time.sleep(2.0)
                process.send_signal(signal.SIGINT)
                _, err = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 0, err)
                self.assertIn("LATE_DATA: events come", err)
                run = json.loads((self.dir / f"{layout}.json").read_text())["run"]
                self.assertGreaterEqual(run["late_periods"], 1, "a busy machine may add periods of its own")
                self.assertTrue(1500 < run["late_max_ms"] < 60_000, run)
                codes = [json.loads(line)["code"] for line in
                         self.omega("journal", "cat", layout, "--lane", "inputs", "--type", "control").stdout.splitlines()]
                self.assertEqual(codes[:2], ["late", "in_time"])
                self.assertEqual(codes.count("late"), run["late_periods"])
                self.assertTrue(all(a != b for a, b in zip(codes, codes[1:])), codes)
                self.assertTrue(self.json("verify", layout, "--parity")["identical"])

    def test_the_end_of_a_run_shows_where_the_time_went(self):
        report = self.run_pinned("j", "two", days=3)
        rows = {row["stage"]: row for row in report["run"]["latency"]}
        self.assertEqual(list(rows), ["sequencer", "features", "signals", "risk", "orders", "tick_to_end", "tick_to_order"])
        bars = sum(row["bars"] for row in report["quality"])
        for stage in ("sequencer", "features", "signals", "risk", "orders", "tick_to_end"):
            self.assertEqual(rows[stage]["count"], bars if stage == "tick_to_end" else report["run"]["events"], "timers are no ticks")
            self.assertTrue(0 < rows[stage]["p50_ns"] <= rows[stage]["p99_ns"] <= rows[stage]["p999_ns"] <= rows[stage]["max_ns"], rows[stage])
        self.assertRegex(self.paper("k", days=2).stdout, re.compile(r"^Latency .*\n.*p50 +p99 +p99\.9 +max\n  sequencer ", re.M))

    def test_what_the_machine_cannot_do_is_refused_or_said(self):
        base = ("run", "--config", CONFIG, "--quiet", "--profile", "green_only", "--feed", "sim:days=1", "--journal", "j")
        self.refused(USAGE, ["engine.pipeline.threads", "every stage once"], *base, "--set", "engine.pipeline.threads=[features, sequencer]")
        self.refused(USAGE, ["engine.pipeline.threads", "sequencer, features"], *base, "--set", "engine.pipeline.threads=[sequencer]")
        self.refused(USAGE, ["engine.pipeline.wait", "spin, yield, park", "did you mean 'spin'"], *base, "--set", "engine.pipeline.wait=[spinn]")
        self.refused(USAGE, ["engine.pipeline.wait", "one for each of 3", "got 2"], *base, "--set", "engine.pipeline.wait=[park, yield]")
        self.refused(USAGE, ["cpu 999", "may use"], *base, "--layout", "pinned", "--set", "engine.pipeline.cpus=[0, 999, any]")
        self.refused(USAGE, ["spins on", "fewer threads"], *base, "--layout", "pinned", "--set", "engine.pipeline.wait=[spin]",
                     "--set", "engine.pipeline.threads=[sequencer, features, signals, risk, orders]", "--set", "engine.pipeline.cpus=[0, 0, 0, 0, 0]")
        self.assertFalse((self.dir / "j").exists())
        one_core = subprocess.run(["taskset", "-c", "0", *self.command(*base)], cwd=self.dir, text=True, capture_output=True, timeout=60)
        self.assertEqual(one_core.returncode, 0, one_core.stderr)
        self.assertIn("layout auto: fused, as 1 usable core cannot carry 3 threads and the helpers", one_core.stdout)


if __name__ == "__main__":
    main()
