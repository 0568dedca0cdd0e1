"""Guards: a follower that loses, repeats or disturbs events of a running engine, or never ends."""
import json
import pathlib
import signal
import threading
import time
import unittest

from omega_case import BAD_DATA, CONFIG, DONE, LANES, LOOSE, WAIT_SECONDS_MAX, OmegaCase, main


class Follow(OmegaCase):
    def session(self, journal="j", speed="x20000", *more):
        process = self.start("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=3,days=60",
                             "--speed", speed, "--journal", journal, "--set", "engine.journal.segment_kib=64", *LOOSE, *more)
        self.wait_for((self.dir / journal / "orders" / "watermark").exists, process)
        return process

    def follow(self, *more):
        """The follower, and the lines it has printed so far."""
        process = self.start("journal", "cat", "j", "--follow", *more)
        seen = []

        def read():
            for line in process.stdout:
                seen.append(line)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        self.addCleanup(reader.join, 10)
        return process, seen, reader

    def ended(self, process, reader, code):
        self.assertEqual(process.wait(timeout=WAIT_SECONDS_MAX), code)
        reader.join(10)
        return process.stderr.read()

    def assert_lanes_equal_cat(self, seen, lanes=LANES, code=DONE):
        for lane in lanes:
            mine = [line for line in seen if json.loads(line)["lane"] == lane]
            cat = self.omega("journal", "cat", "j", "--lane", lane, code=code).stdout.splitlines(keepends=True)
            self.assertEqual(mine, cat, lane)

    def test_it_prints_each_event_once_as_it_comes_and_ends_when_the_journal_is_closed(self):
        engine = self.session()
        process, seen, reader = self.follow()
        self.wait_for(lambda: (self.dir / "j" / "inputs" / "00000005.seg").exists(), engine)
        printed = len(seen)
        self.wait_for(lambda: len(seen) > printed + 1000, engine)
        maps = [line.split() for line in pathlib.Path(f"/proc/{process.pid}/maps").read_text().splitlines() if ".seg" in line]
        self.assertTrue(maps, "it has segments mapped")
        self.assertTrue(all(line[1] == "r--s" for line in maps), maps)
        self.assertNotIn(f" {process.pid} ", pathlib.Path("/proc/locks").read_text())
        engine.send_signal(signal.SIGINT)
        self.assertEqual(self.ended(process, reader, DONE), "")
        self.assertEqual(engine.wait(timeout=WAIT_SECONDS_MAX), DONE)
        self.assert_lanes_equal_cat(seen)
        self.assertTrue(self.json("verify", "j", "--parity")["identical"])

    def test_it_ends_with_a_line_when_the_engine_is_killed_and_loses_nothing(self):
        engine = self.session()
        process, seen, reader = self.follow("--lane", "inputs")
        self.wait_for(lambda: len(seen) > 500, engine)
        engine.kill()
        self.assert_one_error(self.ended(process, reader, BAD_DATA), ["j: its writer is gone", "omega journal repair"])
        self.assert_lanes_equal_cat(seen, ["inputs"])

    def test_interrupting_it_leaves_the_engine_alone_and_an_idle_one_sleeps(self):
        engine = self.session("j", "realtime")
        process, _, reader = self.follow("--lane", "orders")
        time.sleep(2)
        ticks = sum(int(n) for n in pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")")[1].split()[11:13])
        self.assertLess(ticks, 60, "it waits without spinning")
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.ended(process, reader, DONE), "")
        self.assertIsNone(engine.poll())
        engine.send_signal(signal.SIGTERM)
        self.assertEqual(engine.wait(timeout=WAIT_SECONDS_MAX), DONE)

    def test_filters_and_limit_hold_and_a_closed_journal_is_printed_and_done(self):
        engine = self.session()
        process, seen, reader = self.follow("--type", "bar", "--symbol", "GBPUSD", "--from-seq", "300", "--limit", "50")
        self.assertEqual(self.ended(process, reader, DONE), "")
        self.assertEqual(len(seen), 50)
        events = [json.loads(line) for line in seen]
        self.assertTrue(all(e["type"] == "bar" and e["seq"] >= 300 for e in events))
        process, seen, reader = self.follow("--lane", "inputs", "--to-seq", "400")
        self.assertEqual(self.ended(process, reader, DONE), "")
        self.assertEqual([json.loads(line)["seq"] for line in seen], list(range(1, 401)))
        engine.send_signal(signal.SIGINT)
        engine.wait(timeout=WAIT_SECONDS_MAX)
        process, seen, reader = self.follow()
        self.assertEqual(self.ended(process, reader, DONE), "")
        self.assert_lanes_equal_cat(seen)


if __name__ == "__main__":
    main()
