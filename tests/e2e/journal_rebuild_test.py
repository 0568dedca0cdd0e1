"""Guards: a rebuilt lane that differs in a byte, a rebuild from damaged inputs, a quarantine that outlives its cure."""
import shutil
import signal
import time
import unittest

from omega_case import BAD_DATA, CONFIG, LANES, LOOSE, USAGE, OmegaCase, main

DERIVED = LANES[1:]


class Rebuild(OmegaCase):
    def setUp(self):
        super().setUp()
        self.paper("whole", *LOOSE, "--set", "engine.journal.segment_kib=256", days=6)

    def copy(self, name="j"):
        shutil.rmtree(self.dir / name, ignore_errors=True)
        shutil.copytree(self.dir / "whole", self.dir / name)
        return self.dir / name

    def sound(self, journal):
        self.assert_same_lanes("whole", journal)
        for lane in LANES:
            self.assertEqual((self.dir / "whole" / lane / "watermark").stat().st_size, (self.dir / journal / lane / "watermark").stat().st_size)
        self.omega("journal", "check", journal)
        self.assertTrue(self.json("verify", journal, "--parity")["identical"])
        self.assertFalse((self.dir / f"{journal}.rebuild").exists())

    def test_damaged_and_deleted_lanes_come_back_to_the_byte_and_whole_ones_are_kept(self):
        def flip(lane):
            segment = lane / "00000001.seg"
            data = bytearray(segment.read_bytes())
            data[len(data) // 2] ^= 4
            segment.write_bytes(data)

        damages = {"flipped": flip, "deleted": shutil.rmtree, "emptied": lambda lane: [p.unlink() for p in lane.iterdir()],
                   "no watermark": lambda lane: (lane / "watermark").unlink(),
                   "cut": lambda lane: (lane / "00000001.seg").write_bytes((lane / "00000001.seg").read_bytes()[:-5]),
                   "stranger inside": lambda lane: (lane / "notes.txt").write_text("mine")}
        for name, damage in damages.items():
            for lane in DERIVED if name in ("flipped", "deleted") else ("features",):
                with self.subTest(damage=name, lane=lane):
                    damage(self.copy() / lane)
                    report = self.json("journal", "rebuild", "j")
                    self.assertEqual([l["lane"] for l in report["lanes"] if l["replaced"]], [lane])
                    self.sound("j")

    def test_every_derived_lane_at_once(self):
        journal = self.copy()
        for lane in DERIVED:
            shutil.rmtree(journal / lane)
        text = self.omega("journal", "rebuild", "j").stdout
        self.assertEqual(text.count("made again"), 4)
        self.sound("j")
        self.assertEqual(self.omega("journal", "rebuild", "j").stdout.count("identical, kept"), 4)

    def test_damaged_inputs_are_refused_and_nothing_changes(self):
        journal = self.copy()
        shutil.rmtree(journal / "risk")
        segment = journal / "inputs" / "00000001.seg"
        data = bytearray(segment.read_bytes())
        data[5000] ^= 1
        segment.write_bytes(data)
        self.refused(BAD_DATA, ["inputs: corrupt in 00000001.seg at offset", "first missing seq", "restore the inputs"], "journal", "rebuild", "j")
        self.assertFalse((journal / "risk").exists())
        self.assertFalse((self.dir / "j.rebuild").exists())

    def test_a_program_that_derives_something_else_keeps_its_hands_off(self):
        self.paper("a", days=20)
        self.paper("b", "--set", "strategies.order_flow_toxicity.vpin_safe_max=0.2", days=20)
        self.assertEqual(self.lane_sha256("a", "inputs"), self.lane_sha256("b", "inputs"))
        self.assertNotEqual(self.lane_sha256("a", "signals"), self.lane_sha256("b", "signals"))
        # Lanes of one configuration under the manifest of another: as if the program had changed meanwhile.
        shutil.copy(self.dir / "b" / "manifest.json", self.dir / "a" / "manifest.json")
        before = [self.lane_sha256("a", lane) for lane in LANES]
        self.refused(BAD_DATA, ["signals: this program derives other events", "nothing was changed"], "journal", "rebuild", "a")
        self.assertEqual([self.lane_sha256("a", lane) for lane in LANES], before)
        self.assertFalse((self.dir / "a.rebuild").exists())

    def test_a_quarantined_crash_is_cured(self):
        process = self.start("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=3,days=6",
                             "--speed", "x20000", "--journal", "j", *LOOSE, "--set", "engine.journal.segment_kib=64")
        end = time.monotonic() + 60
        mark = self.dir / "j" / "features" / "watermark"
        while not (mark.exists() and len(mark.read_bytes()) == 128 and int.from_bytes(mark.read_bytes()[36:40], "little") >= 2):
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        segment = self.dir / "j" / "features" / "00000001.seg"
        data = bytearray(segment.read_bytes())
        data[2000] ^= 1
        segment.write_bytes(data)
        self.refused(BAD_DATA, ["features: corrupt", "omega journal rebuild"], "journal", "repair", "j", "--yes")
        self.assertEqual(self.json("journal", "info", "j", code=BAD_DATA)["state"], "quarantined")
        self.assertTrue(self.json("journal", "rebuild", "j")["recovered"])
        self.omega("journal", "check", "j")
        self.assertTrue(self.json("verify", "j")["identical"], "the last input's consequences are complete")

    def test_what_cannot_be_rebuilt_says_why(self):
        self.refused(USAGE, ["no such directory"], "journal", "rebuild", "nowhere")
        self.copy()
        (self.dir / "j.rebuild").mkdir()
        (self.dir / "j.rebuild" / "mine").write_text("keep")
        self.refused(USAGE, ["j.rebuild", "move it away"], "journal", "rebuild", "j")
        self.assertEqual((self.dir / "j.rebuild" / "mine").read_text(), "keep")


if __name__ == "__main__":
    main()
