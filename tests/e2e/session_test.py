"""Guards: a stop that loses events or its last line, a killed run that passes as a whole one, two writers of one journal."""
import signal
import time
import unittest

from omega_case import CONFIG, DONE, ENVIRONMENT, USAGE, OmegaCase, main

WAIT_SECONDS_MAX = 60
LAST_LINE = "System shutdown complete"


class Session(OmegaCase):
    def session(self, journal, speed, days=60):
        """A paper session that is under way: some bars are in its journal."""
        process = self.start("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--mode", "paper",
                             "--feed", f"sim:seed=7,days={days}", "--speed", speed, "--journal", journal)
        self.wait_for(lambda: self.inputs(journal) > 20, process)
        return process

    def inputs(self, journal):
        if not (self.dir / journal / "manifest.json").exists():
            return 0
        try:
            return self.json("journal", "info", journal)["lanes"][0]["frames"]
        except AssertionError:  # the folder is being made
            return 0

    def wait_for(self, condition, process):
        end = time.monotonic() + WAIT_SECONDS_MAX
        while not condition():
            self.assertIsNone(process.poll(), "the session ended by itself")
            self.assertLess(time.monotonic(), end, "nothing happened")
            time.sleep(0.05)

    def stopped_cleanly(self, process, signal_number, journal):
        process.send_signal(signal_number)
        out, err = process.communicate(timeout=WAIT_SECONDS_MAX)
        self.assertEqual(process.returncode, DONE, err)
        self.assertEqual(err, "")
        self.assertEqual(out.splitlines()[-1], LAST_LINE)
        self.assertEqual(out.count(LAST_LINE), 1)
        self.assertRegex(out, r"stopped +by the user")
        self.assertEqual(self.json("journal", "info", journal)["state"], "closed")
        self.omega("journal", "check", journal)
        self.assertTrue(self.json("verify", journal, "--parity")["identical"])

    def test_interrupt_and_terminate_flush_the_state_and_say_so_last(self):
        for speed in ("x200", "max"):
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(speed=speed, signal=number.name):
                    journal = f"{speed}-{number.name}"
                    self.stopped_cleanly(self.session(journal, speed, days=3000), number, journal)

    def test_a_session_in_real_time_stops_at_once_too(self):
        process = self.start("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:days=1",
                             "--speed", "realtime", "--journal", "j")
        self.wait_for((self.dir / "j" / "manifest.json").exists, process)
        self.stopped_cleanly(process, signal.SIGINT, "j")

    def test_a_session_that_ends_by_itself_says_so_last_too(self):
        run = self.paper("j", days=1)
        self.assertEqual(run.stdout.splitlines()[-1], LAST_LINE)
        self.assertNotIn("by the user", run.stdout)

    def test_a_killed_session_leaves_an_open_journal_that_nothing_writes_over(self):
        for speed in ("x2000", "max"):
            with self.subTest(speed):
                journal = f"killed-{speed}"
                process = self.session(journal, speed, days=3000)
                process.kill()
                process.communicate()
                info = self.json("journal", "info", journal)
                self.assertEqual((info["state"], info["writer_pid"]), ("open", 0))
                self.assertGreater(info["lanes"][0]["frames"], 20)
                digest = self.lane_sha256(journal, "inputs")
                self.refused(USAGE, [f"{journal}: already holds a journal (open)"], "run", "--quiet", "--config", CONFIG,
                             "--profile", "green_only", "--feed", "sim:days=1", "--journal", journal)
                self.refused(USAGE, [f"{journal}: already holds a journal (open)"], "backtest", "--quiet", "--config", CONFIG,
                             "--profile", "green_only", "--journal", journal, "--out", journal)
                self.assertEqual(self.lane_sha256(journal, "inputs"), digest)

    def test_the_inputs_of_a_killed_session_can_be_backtested(self):
        process = self.session("killed", "x2000")
        process.kill()
        process.communicate()
        frames = self.json("journal", "info", "killed")["lanes"][0]["types"]["bar"]
        report = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "killed", "--out", "b")
        self.assertEqual(sum(q["bars"] for q in report["quality"]), frames)

    def test_a_second_engine_on_the_journal_is_refused_and_told_who_holds_it(self):
        process = self.session("j", "x200")
        self.assertEqual(self.json("journal", "info", "j")["writer_pid"], process.pid)
        run = ("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:days=1", "--journal", "j")
        self.refused(ENVIRONMENT, ["j: journal is in use by process", str(process.pid), "stop that process"], *run)
        self.refused(ENVIRONMENT, ["in use by process", str(process.pid)], "backtest", "--quiet", "--config", CONFIG,
                     "--profile", "green_only", "--journal", "j", "--out", "j")
        self.assertIsNone(process.poll(), "the first engine goes on")
        self.stopped_cleanly(process, signal.SIGTERM, "j")

    def test_a_reader_of_a_pipe_that_goes_away_ends_the_program_quietly(self):
        self.paper("j", days=4)
        process = self.start("journal", "cat", "j")
        process.stdout.readline()
        process.stdout.close()
        self.assertIn(process.wait(timeout=WAIT_SECONDS_MAX), (DONE, -signal.SIGPIPE))
        self.assertEqual(process.stderr.read(), "")


if __name__ == "__main__":
    main()
