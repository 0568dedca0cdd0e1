"""Guards: a stage that dies of an input and takes the program down without a word, that lets an effect past it, that halts
elsewhere when the journal is replayed, or a journal that cannot go on with a mended engine (F15)."""
import json
import os
import signal
import subprocess
import unittest

from omega_case import CONFIG, LANES, LOOSE, OmegaCase, main, RUN_SECONDS_MAX

HALTED = 6
POISONED = os.environ.get("OMEGA_POISONED", "")
STAGES = LANES[1:]


class Poison(OmegaCase):
    def setUp(self):
        super().setUp()
        self.assertTrue(os.access(POISONED, os.X_OK), "OMEGA_POISONED must name the program with stage points")

    def run_of(self, journal, *more, speed="max"):
        return ["run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=5,days=40", "--speed", speed,
                "--journal", journal, *LOOSE, "--set", "engine.journal.segment_kib=1024", *more]

    def poisoned(self, poison, *arguments, code=HALTED):
        run = subprocess.run([POISONED, *map(str, arguments)], cwd=self.dir, text=True, stdin=subprocess.DEVNULL, capture_output=True,
                             timeout=RUN_SECONDS_MAX, env={**os.environ, "OMEGA_POISON": poison})
        self.assertEqual(run.returncode, code, f"{poison} {arguments}\n{run.stdout[-1000:]}\n{run.stderr[-2000:]}")
        return run

    def line(self, run):
        """The one line of the program; a failed assertion prints its place in front of it."""
        lines = run.stderr.splitlines()
        ours = [line for line in lines if line.startswith("omega: ")]
        self.assertEqual(len(ours), 1, run.stderr)
        self.assertEqual([line for line in lines if line not in ours and "bug in Omega" not in line], [], run.stderr)
        return ours[0]

    def halt(self, journal):
        return json.loads((self.dir / journal / "halt.json").read_text())

    def order_input(self):
        """An input of the whole run that made an order, so that every stage had something to do."""
        self.omega(*self.run_of("whole"))
        lines = self.omega("journal", "cat", "whole", "--lane", "orders", "--type", "order_command").stdout.splitlines()
        return json.loads(lines[len(lines) // 2])["seq"]

    def test_a_stage_that_dies_halts_at_its_input_live_and_in_every_replay_and_a_mended_engine_goes_on(self):
        seq = self.order_input()
        for stage, kind, says in (("features", "segv", "SIGSEGV"), ("signals", "assert", "SIGABRT"), ("risk", "fpe", "SIGFPE"),
                                  ("orders", "throw", "SIGABRT, the stage's own words"), ("signals", "stack", "SIGSEGV")):
            with self.subTest(stage=stage, kind=kind):
                journal = f"{stage}-{kind}"
                poison = f"{stage}:{seq}:{kind}"
                line = self.line(self.poisoned(poison, *self.run_of(journal)))
                self.assertTrue(line.startswith(f"omega: halted in stage {stage} at input seq {seq}: {says}; "), line)
                self.assertIn(f"{journal}/halt.json", line)
                halt = self.halt(journal)
                self.assertEqual((halt["seq"], halt["stage"], halt["signal"]), (seq, stage, says[:7].rstrip(",")))

                # Nothing behind it in any lane; at it only what the stages before the dead one made.
                for lane in LANES:
                    cat = self.omega("journal", "cat", journal, "--lane", lane, "--from-seq", seq).stdout.splitlines()
                    seqs = {json.loads(event)["seq"] for event in cat}
                    self.assertEqual(seqs - {seq}, set(), f"lane {lane} went on")
                    if lane == "inputs" or STAGES.index(lane) >= STAGES.index(stage):
                        self.assertEqual(seqs, {seq} if lane == "inputs" else set(), f"lane {lane}")
                recorded = json.loads(self.omega("journal", "cat", journal, "--lane", "inputs", "--from-seq", seq, "--to-seq", seq).stdout)
                self.assertEqual(halt["type"], recorded["type"])

                # Three replays: verify, the resumed run twice; and a backtest of the whole journal's inputs.
                self.assertEqual(self.line(self.poisoned(poison, "verify", journal)), line)
                for _ in range(2):
                    self.assertEqual(self.line(self.poisoned(poison, *self.run_of(journal, "--resume"))), line)
                backtest = self.poisoned(poison, "backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "whole",
                                         "--out", f"{journal}-back", *LOOSE)
                self.assertEqual(self.line(backtest).replace(f"{journal}-back/", f"{journal}/"), line)
                self.assertEqual(self.halt(f"{journal}-back"), halt)

                # The engine is mended.
                self.omega(*self.run_of(journal, "--resume"))
                self.assert_same_lanes("whole", journal)
                self.assertFalse((self.dir / journal / "halt.json").exists(), "the halt is over")
                self.omega("journal", "check", journal)

    def test_the_next_run_says_that_the_last_one_halted(self):
        self.poisoned("risk:500:segv", *self.run_of("j"))
        loud = [word for word in self.run_of("j", "--resume") if word != "--quiet"]
        self.assertIn("halted earlier in stage risk at input seq 500: SIGSEGV", self.omega(*loud).stderr)

    def test_without_a_place_for_the_dump_the_line_says_so(self):
        self.omega(*self.run_of("j"))
        (self.dir / "j" / "halt.json").mkdir()
        line = self.line(self.poisoned("signals:300:fpe", "verify", "j"))
        self.assertTrue(line.startswith("omega: halted in stage signals at input seq 300: SIGFPE; "), line)
        self.assertIn("could not be dumped", line)

    def test_a_fault_outside_the_stages_ends_the_program_the_usual_way(self):
        for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS):
            with self.subTest(number):
                journal = f"j{int(number)}"
                process = self.start(*self.run_of(journal, speed="realtime"))
                self.wait_for(lambda: (self.dir / journal / "inputs").is_dir(), process)
                process.send_signal(number)
                self.assertEqual(process.wait(timeout=60), -number)
                self.assertFalse((self.dir / journal / "halt.json").exists())

    def test_the_product_has_no_injection(self):
        self.assertNotIn(b"OMEGA_POISON", (self.dir / self.command("--version")[0]).read_bytes())


if __name__ == "__main__":
    main()
