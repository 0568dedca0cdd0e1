"""Guards: a killed session that cannot go on, that loses or repeats an event, or ends with other lanes than one that was
never interrupted. OMEGA_KILL_ROUNDS sets the number of random kills, OMEGA_SEED the seed that is printed."""
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

from omega_case import BAD_DATA, CONFIG, DONE, ENVIRONMENT, LANES, LOOSE, USAGE, OmegaCase, main

ROUNDS = int(os.environ.get("OMEGA_KILL_ROUNDS", "12"))
SEED = int(os.environ.get("OMEGA_SEED", "20181"))
DAYS = 40


class Resume(OmegaCase):
    def run_of(self, journal, *more, days=DAYS, seed=5, speed="max"):
        return ["run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--mode", "paper", "--feed",
                f"sim:seed={seed},days={days}", "--speed", speed, "--journal", journal, *LOOSE, "--set",
                "engine.journal.segment_kib=1024", *more]

    def whole(self, *more):
        began = time.monotonic()
        self.omega(*self.run_of("whole", *more))
        return time.monotonic() - began

    def killed_after(self, seconds, *arguments):
        """True when it had to be killed; False when it had ended by itself."""
        process = subprocess.Popen(self.command(*arguments), cwd=self.dir, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        err = process.communicate()[1].decode()
        self.assertIn(process.returncode, (DONE, -signal.SIGKILL), err)
        return process.returncode != DONE

    def killed_midway(self, journal, *arguments):
        """However fast the machine is: killed after it began to write and well before it closes its lanes."""
        whole = self.frames("whole")["inputs"]
        seconds = 0.4
        while True:
            shutil.rmtree(self.dir / journal, ignore_errors=True)
            self.killed_after(seconds, *arguments)
            inputs = self.frames(journal).get("inputs", 0) if (self.dir / journal / "orders").exists() else 0
            if 0 < inputs < 0.9 * whole:
                return
            seconds *= 0.6 if inputs else 1.3
            self.assertLess(seconds, 60)

    def frames(self, journal):
        info = self.json("journal", "info", journal)
        return {lane["lane"]: lane["frames"] for lane in info["lanes"]}

    def test_lanes_equal_those_of_an_uninterrupted_run_after_random_kills_of_run_and_resume(self):
        """F01 and F28: kill -9 at a random moment of the run, again and again in the resumed runs, then to the end."""
        print(f"SEED {SEED} ROUNDS {ROUNDS}: rerun with OMEGA_SEED={SEED} OMEGA_KILL_ROUNDS={ROUNDS}", file=sys.stderr)
        choose = random.Random(SEED)
        seconds = self.whole()
        kills = journals = snapshots = 0
        while kills < ROUNDS:
            journals += 1
            last = {}
            run = self.run_of("j", "--resume", "--set", f"engine.journal.snapshot_interval_inputs={choose.choice((0, 5000, 40000))}")
            of_journal = choose.randint(1, 16)  # then to the end: a resume without a snapshot outlasts every kill
            while kills < ROUNDS and of_journal > 0 and self.killed_after(choose.uniform(0.01, seconds), *run):
                kills += 1
                of_journal -= 1
                if (self.dir / "j" / "manifest.json").exists():
                    now = self.frames("j")
                    for lane, frames in last.items():
                        self.assertGreaterEqual(now.get(lane, 0), frames, f"kill {kills}: lane {lane} lost acknowledged events")
                    last = {"inputs": now.get("inputs", 0)}
            resumed = self.json(*run)["run"]["resume"]
            self.assert_same_lanes("whole", "j")
            if resumed:
                self.assertEqual(resumed["snapshots_ignored"], [])
                snapshots += resumed["snapshot_seq"] > 0
            self.assertEqual(self.json("journal", "info", "j")["state"], "closed")
            shutil.rmtree(self.dir / "j")
        print(f"KILLS {kills} in {journals} journals, {snapshots} finished from a snapshot, 0 divergent lanes", file=sys.stderr)

    def test_a_stopped_session_goes_on_and_a_whole_one_gets_nothing_appended(self):
        self.whole()
        process = self.start(*self.run_of("j", speed="x40000"))
        while not (self.dir / "j" / "orders").exists():
            time.sleep(0.02)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, DONE, err)
        self.assertRegex(out, r"stopped +by the user")
        resumed = self.json(*self.run_of("j", "--resume"))["run"]["resume"]
        self.assertGreater(resumed["recorded_inputs"], 0)
        self.assertGreater(resumed["appended_inputs"], 0)
        self.assertEqual(resumed["bytes_cut"], 0)
        self.assert_same_lanes("whole", "j")
        again = self.omega(*self.run_of("j", "--resume"))
        self.assertRegex(again.stdout, r"resumed +behind \d+ recorded inputs, state from the snapshot at seq \d+\n +appended 0 inputs and 0 derived events")
        self.assertEqual(again.stdout.splitlines()[-1], "System shutdown complete")
        self.assert_same_lanes("whole", "j")
        self.assertTrue(self.json("verify", "j", "--parity")["identical"])

    def test_the_report_of_a_resumed_session_is_that_of_an_uninterrupted_one(self):
        whole = self.json(*self.run_of("whole"))
        self.killed_midway("j", *self.run_of("j"))
        resumed = self.json(*self.run_of("j", "--resume"))
        for report in (whole, resumed):
            del report["run"], report["journal"]["path"]
        self.assertEqual(resumed, whole)
        self.assertGreater(whole["statistics"]["trades"], 0)

    def test_a_longer_feed_continues_a_shorter_one(self):
        self.whole()
        self.omega(*self.run_of("j", days=10))
        self.omega(*self.run_of("j", "--resume"))
        self.assert_same_lanes("whole", "j")

    def test_derived_events_that_a_power_loss_took_are_appended(self):
        self.whole()
        self.killed_midway("j", *self.run_of("j"))
        for lane, share in (("features", 3), ("orders", 2), ("risk", 5)):
            last = sorted((self.dir / "j" / lane).glob("*.seg"))[-1]
            os.truncate(last, last.stat().st_size // share)  # spare room is zero, or the tail is torn: nothing of it is synced
        resumed = self.omega(*self.run_of("j", "--resume"))
        self.assertRegex(resumed.stdout, r"resumed +behind")
        self.assert_same_lanes("whole", "j")

    def test_a_paced_session_passes_what_is_recorded_at_full_speed(self):
        self.whole()
        self.killed_midway("j", *self.run_of("j", speed="x100000"))
        recorded = self.frames("j")["inputs"]
        process = self.start(*self.run_of("j", "--resume", speed="realtime"))
        end = time.monotonic() + 60
        while self.frames("j").get("inputs", 0) < recorded or self.json("journal", "info", "j")["state"] != "open":
            self.assertLess(time.monotonic(), end)
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, DONE, err)
        self.omega(*self.run_of("j", "--resume"))
        self.assert_same_lanes("whole", "j")

    def test_durability_disk_resumes_too_and_may_change(self):
        self.whole()
        disk = ("--set", "engine.journal.durability=disk")
        self.killed_midway("j", *self.run_of("j", *disk))
        self.killed_after(0.2, *self.run_of("j", "--resume", *disk))
        self.omega(*self.run_of("j", "--resume"))
        self.assert_same_lanes("whole", "j")

    def test_another_feed_configuration_or_no_journal_is_refused_and_nothing_is_lost(self):
        self.whole()
        self.killed_midway("j", *self.run_of("j"))
        self.refused(BAD_DATA, ["j: cannot be resumed: lane inputs, seq ", "another one than recorded"],
                     *self.run_of("j", "--resume", seed=6))
        self.refused(USAGE, ["j: recorded with another configuration", "initial_capital", "resume it with the same"],
                     *self.run_of("j", "--resume", "--set", "risk.initial_capital=12345"))
        self.refused(USAGE, ["j: the feed ended before the", "that are recorded"], *self.run_of("j", "--resume", days=1))
        self.refused(USAGE, ["--resume needs --journal"], "run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--resume")
        (self.dir / "stranger").mkdir()
        (self.dir / "stranger" / "letter.txt").write_text("dear")
        self.refused(BAD_DATA, ["stranger: no manifest.json inside"], *self.run_of("stranger", "--resume"))
        self.omega(*self.run_of("j", "--resume"))
        self.assert_same_lanes("whole", "j")

    def test_a_bad_snapshot_is_ignored_with_its_reason_and_the_lanes_stay_right(self):
        """F30: damage, truncation, another name, another history; never a start from what cannot be proved."""
        self.whole()
        often = ("--set", "engine.journal.snapshot_interval_inputs=10000")
        self.omega(*self.run_of("saved", *often, days=20))
        newest = sorted((self.dir / "saved" / "snapshots").iterdir())[-1].name

        def flip(path):
            raw = bytearray(path.read_bytes())
            raw[len(raw) // 3] ^= 1
            path.write_bytes(raw)

        def other_history(path):
            other = sorted((self.dir / "stranger" / "snapshots").iterdir())[-1]
            shutil.copy(other, path.with_name(other.name))

        self.omega(*self.run_of("stranger", *often, days=20, seed=6))
        cases = {"checksum": flip, "too short": lambda p: os.truncate(p, 10), "bytes instead of": lambda p: os.truncate(p, 1000),
                 "its name says": lambda p: p.rename(p.with_name(f"{int(p.stem) + 7:020}.snap")), "not a snapshot":
                 lambda p: p.write_bytes(b"x" * 5000), "of another journal": other_history}
        for reason, damage in cases.items():
            with self.subTest(reason):
                shutil.copytree(self.dir / "saved", self.dir / "j")
                damage(self.dir / "j" / "snapshots" / newest)
                resumed = self.json(*self.run_of("j", "--resume"))["run"]["resume"]
                self.assertEqual(len(resumed["snapshots_ignored"]), 1)
                self.assertIn(reason, resumed["snapshots_ignored"][0])
                self.assertGreater(resumed["snapshot_seq"], 0)
                self.assert_same_lanes("whole", "j")
                shutil.rmtree(self.dir / "j")

    def test_time_travel_from_a_snapshot_shows_what_a_full_replay_shows(self):
        self.omega(*self.run_of("j", "--set", "engine.journal.snapshot_interval_inputs=20000"))
        last = self.json("journal", "state", "j")
        self.assertGreater(last["snapshot_seq"], 0)
        self.assertEqual(last["seq"], self.frames("j")["inputs"])
        for seq in (1, 777, 60001, 100000, last["seq"]):
            jumped = self.json("journal", "state", "j", "--seq", seq)
            walked = self.json("journal", "state", "j", "--seq", seq, "--no-snapshots")
            self.assertEqual(walked.pop("snapshot_seq"), 0)
            self.assertLessEqual(jumped.pop("snapshot_seq"), seq)
            self.assertEqual(jumped, walked)
        self.assertIn("after seq 777", self.omega("journal", "state", "j", "--seq", 777).stdout)
        self.refused(USAGE, [f"j: seq {last['seq'] + 1} is not in the journal"], "journal", "state", "j", "--seq", last["seq"] + 1)

    def test_another_feed_is_noticed_behind_a_snapshot_too(self):
        self.omega(*self.run_of("j", days=10))
        before = self.lane_sha256("j", "inputs")
        self.refused(USAGE, ["cannot be resumed: the first", "are others than those recorded"], *self.run_of("j", "--resume", seed=6))
        self.assertEqual(self.lane_sha256("j", "inputs"), before)
        self.whole()
        self.omega(*self.run_of("j", "--resume"))
        self.assert_same_lanes("whole", "j")

    def test_an_empty_or_absent_folder_gets_a_new_journal(self):
        self.whole()
        (self.dir / "j").mkdir()
        for journal in ("j", "absent"):
            self.omega(*self.run_of(journal, "--resume"))
            self.assert_same_lanes("whole", journal)

    def test_damage_below_the_watermark_is_refused_and_named(self):
        self.omega(*self.run_of("j", days=10))
        segment = sorted((self.dir / "j" / "inputs").glob("*.seg"))[0]
        raw = bytearray(segment.read_bytes())
        raw[len(raw) // 2] ^= 4
        segment.write_bytes(raw)
        self.refused(BAD_DATA, ["j: inputs: corrupt in 00000001.seg at offset", "first missing seq", "do not trade"], *self.run_of("j", "--resume"))

    def test_a_journal_in_use_is_refused_naming_the_holder(self):
        process = self.start(*self.run_of("j", speed="x200"))
        while not (self.dir / "j" / "orders").exists():
            time.sleep(0.02)
        self.refused(ENVIRONMENT, ["j: journal is in use by process", str(process.pid)], *self.run_of("j", "--resume"))
        process.kill()


if __name__ == "__main__":
    main()
