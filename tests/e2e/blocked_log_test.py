"""Guards (F29): a run that waits for, is changed by, or dies of a log that nobody reads or that has no room."""
import os
import pty
import re
import shutil
import subprocess
import termios
import unittest

from omega_case import CONFIG, DONE, WAIT_SECONDS_MAX, OmegaCase, main

RUN = ("run", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=3,days=2", "--speed", "max")


class BlockedLog(OmegaCase):
    def setUp(self):
        super().setUp()
        self.paper("calm")

    def finish(self, stderr, *arguments):
        """The program with stderr as given; its text, after a check of the exit code."""
        run = subprocess.run(self.command(*arguments), cwd=self.dir, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=stderr, timeout=WAIT_SECONDS_MAX)
        self.assertEqual(run.returncode, DONE)
        return run.stdout

    def full_pipe(self):
        """A pipe without room whose reader never reads."""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        os.set_blocking(writer, False)
        for chunk in (4096, 1):
            try:
                while True:
                    os.write(writer, b"x" * chunk)
            except BlockingIOError:
                pass
        os.set_blocking(writer, True)
        return writer

    def test_a_pipe_that_nobody_reads_loses_lines_and_nothing_else(self):
        text = self.finish(self.full_pipe(), *RUN, "--journal", "j")
        self.assertGreaterEqual(int(re.search(r"log lines dropped +(\d+)", text)[1]), 2)
        self.assertIn("System shutdown complete", text)
        self.assert_same_lanes("calm", "j")

    def test_a_stopped_terminal_does_not_hold_the_run_up(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, theirs)
        termios.tcflow(theirs, termios.TCOOFF)  # Ctrl+S
        self.finish(theirs, *RUN, "--journal", "j")
        self.assert_same_lanes("calm", "j")

    def test_a_log_file_without_room_loses_lines_and_nothing_else(self):
        (self.dir / "full").mkdir()
        (self.dir / "full" / "omega.log").symlink_to("/dev/full")
        text = self.finish(subprocess.DEVNULL, *RUN, "--journal", "j", "--log-dir", "full", "--output", "report.json")
        self.assertGreaterEqual(int(re.search(r"log lines dropped +(\d+)", text)[1]), 2)
        self.assert_same_lanes("calm", "j")

    def test_a_healthy_log_drops_nothing(self):
        self.assertNotIn("dropped", self.finish(subprocess.DEVNULL, *RUN, "--journal", "j"))
        self.assertEqual(len((self.dir / "logs" / "omega.log").read_text().splitlines()), 4, "two lines of each run")

    def test_the_engines_thread_writes_no_log_line_itself(self):
        strace = ["strace", "-f", "-e", "trace=execve,write,writev", "-o", str(self.dir / "trace")]
        if not shutil.which("strace") or subprocess.run([*strace, "true"], capture_output=True).returncode != 0:
            self.skipTest("SKIPPED: strace is missing or ptrace is refused here")
        process = subprocess.Popen([*strace, *self.command(*RUN, "--journal", "j")], cwd=self.dir, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        process.stderr.read()
        process.stderr.close()
        self.assertEqual(process.wait(timeout=WAIT_SECONDS_MAX), DONE)
        writers = {}
        for line in (self.dir / "trace").read_text().splitlines():
            if call := re.match(r"(\d+) +writev?\(2,", line):
                writers[call[1]] = writers.get(call[1], 0) + 1
        engine = (self.dir / "trace").read_text().split(" ", 1)[0]  # the thread that called execve runs the engine
        self.assertGreaterEqual(sum(writers.values()), 2)
        self.assertNotIn(engine, writers, writers)


if __name__ == "__main__":
    main()
