"""Guards: retention that removes what is still needed, breaks the proof of what stays, or keeps a journal from going on."""
import shutil
import signal
import unittest

from omega_case import BAD_DATA, CONFIG, DONE, ENVIRONMENT, LANES, LOOSE, NO, USAGE, OmegaCase, main

SETTINGS = (*LOOSE, "--set", "engine.journal.segment_kib=64", "--set", "engine.journal.snapshot_interval_inputs=5000")
CUT = ("--before-seq", "20000")


class Prune(OmegaCase):
    def setUp(self):
        super().setUp()
        self.paper("whole", *SETTINGS, days=20)

    def copy(self, name="j"):
        shutil.rmtree(self.dir / name, ignore_errors=True)
        shutil.copytree(self.dir / "whole", self.dir / name)
        return name

    def segments(self, journal, lane):
        return {p.name: p.read_bytes() for p in (self.dir / journal / lane).glob("*.seg")}

    def snapshots(self, journal):
        return sorted(int(p.stem) for p in (self.dir / journal / "snapshots").glob("*.snap"))

    def assert_rest_is_untouched(self, journal, lane):
        kept, all_of_them = self.segments(journal, lane), self.segments("whole", lane)
        self.assertTrue(kept)
        self.assertEqual(kept, {name: all_of_them[name] for name in sorted(all_of_them)[-len(kept):]})
        return len(all_of_them) - len(kept)

    def test_a_derived_lane_goes_after_saying_so_and_comes_back_by_rebuild(self):
        self.copy()
        text = self.omega("journal", "prune", "j", "--lane", "features", *CUT, code=NO).stdout
        self.assertRegex(text, r"features +segments 1 to \d+: \d+ events to seq \d+, \d+ bytes")
        self.assertIn("nothing was changed", text)
        for lane in LANES:
            self.assertEqual(self.segments("j", lane), self.segments("whole", lane), "a plan changes nothing")
        done = self.json("journal", "prune", "j", "--lane", "features", *CUT, "--yes")
        self.assertTrue(done["done"])
        removed = self.assert_rest_is_untouched("j", "features")
        self.assertEqual(removed, done["lanes"][0]["segments"])
        self.assertGreater(removed, 3)
        self.assertLess(done["lanes"][0]["pruned_to_seq"], 20000, "nothing at or after the cut goes")
        self.omega("journal", "check", "j")
        self.assertIn("nothing to prune", self.omega("journal", "prune", "j", "--lane", "features", *CUT).stdout)
        self.refused(BAD_DATA, ["features", "rebuild"], "verify", "j")
        self.paper("j", "--resume", *SETTINGS, days=20)
        self.omega("journal", "rebuild", "j")
        self.assert_same_lanes("whole", "j")
        self.assertTrue(self.json("verify", "j")["identical"])

    def test_inputs_stay_while_a_lane_or_a_snapshot_or_the_state_needs_them(self):
        self.copy()
        for lane in ("features", "orders"):  # both hold events older than the cut
            others = [word for l in LANES if l != lane for word in ("--lane", l)]
            self.refused(USAGE, ["cannot be pruned", lane], "journal", "prune", "j", *others, "--lane", "snapshots", *CUT, "--yes")
        self.refused(USAGE, ["cannot be pruned", ".snap stays and needs"], "journal", "prune", "j",
                     *[word for l in LANES for word in ("--lane", l)], *CUT, "--yes")
        for lane in LANES:
            self.assertEqual(self.segments("j", lane), self.segments("whole", lane), "a refusal changes nothing")
        shutil.rmtree(self.dir / "j" / "snapshots")
        self.refused(USAGE, ["cannot be pruned", "no snapshot"], "journal", "prune", "j", "--lane", "all", *CUT, "--yes")

    def test_what_is_pruned_altogether_is_proved_backed_up_and_continued_as_if_nothing_had_gone(self):
        self.copy()
        at_cut = self.json("journal", "state", "whole", "--seq", "20000")
        report = self.json("journal", "prune", "j", "--lane", "all", *CUT, "--yes")
        for lane in LANES:
            self.assert_rest_is_untouched("j", lane)
        self.assertGreater(report["lanes"][0]["segments"], 10)
        self.assertEqual(self.snapshots("j"), [s for s in self.snapshots("whole") if s >= report["anchor_snapshot"]])
        self.assertEqual(self.json("journal", "state", "j", "--seq", "20000")["state_digest"], at_cut["state_digest"])
        self.omega("journal", "check", "j")
        self.omega("journal", "backup", "j", "b.tar.zst")
        self.omega("journal", "restore", "b.tar.zst", "r")
        for lane in LANES:
            self.assertEqual(self.segments("r", lane), self.segments("j", lane))
        self.refused(BAD_DATA, ["pruned", "backup"], "journal", "rebuild", "j")
        self.refused(BAD_DATA, ["pruned"], "journal", "state", "j", "--seq", "100")
        self.paper("longer", *SETTINGS, days=30)
        self.paper("j", "--resume", *SETTINGS, days=30)
        for lane in LANES:
            kept, all_of_them = self.segments("j", lane), self.segments("longer", lane)
            self.assertEqual(kept, {name: all_of_them[name] for name in sorted(all_of_them)[-len(kept):]}, lane)
        self.omega("journal", "check", "j")

    def test_damage_in_what_is_kept_is_seen_and_a_missing_first_segment_is_named(self):
        self.copy()
        self.omega("journal", "prune", "j", "--lane", "all", *CUT, "--yes")
        for lane in ("inputs", "features"):
            first = sorted((self.dir / "j" / lane).glob("*.seg"))[0]
            good = first.read_bytes()
            first.write_bytes(good[:100] + bytes([good[100] ^ 1]) + good[101:])
            self.assertIn("corrupt", self.omega("journal", "check", "j", code=NO).stdout)
            first.unlink()
            self.assertIn(first.name, self.omega("journal", "check", "j", code=NO).stdout)
            first.write_bytes(good)
            self.omega("journal", "check", "j")

    def test_bad_usage_a_running_engine_and_a_crashed_journal_are_refused(self):
        self.refused(USAGE, ["exactly one of"], "journal", "prune", "whole", "--lane", "features")
        self.refused(USAGE, ["exactly one of"], "journal", "prune", "whole", "--lane", "features", *CUT, "--keep-days", "3")
        self.refused(USAGE, ["--before", "RFC 3339"], "journal", "prune", "whole", "--lane", "features", "--before", "yesterday")
        process = self.start("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=3,days=20",
                             "--speed", "x20000", "--journal", "busy", *SETTINGS)
        self.wait_for(lambda: (self.dir / "busy" / "inputs" / "00000002.seg").exists())
        self.refused(ENVIRONMENT, [str(process.pid)], "journal", "prune", "busy", "--lane", "features", "--before-seq", "10", "--yes")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.refused(BAD_DATA, ["open", "repair"], "journal", "prune", "busy", "--lane", "features", "--before-seq", "10", "--yes")


if __name__ == "__main__":
    main()
