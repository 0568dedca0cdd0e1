"""Guards: a repair that cuts in silence, cuts too much, or cuts what was acknowledged."""
import json
import signal
import time
import unittest

from omega_case import BAD_DATA, CONFIG, DONE, ENVIRONMENT, LANES, NO, USAGE, OmegaCase, main

END_MARK = 32
SEGMENT = "engine.journal.segment_kib=64"


class Repair(OmegaCase):
    def killed(self, journal):
        """A session killed when some segments of its inputs are full: they lie below the watermark."""
        process = self.start("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=7,days=60",
                             "--speed", "x20000", "--journal", journal, "--set", SEGMENT)
        end = time.monotonic() + 60
        while self.watermark_segment(journal) < 2:
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def watermark_segment(self, journal):
        path = self.dir / journal / "inputs" / "watermark"
        slots = path.read_bytes() if path.exists() else b""
        return int.from_bytes(slots[36:40], "little") if len(slots) == 128 else 0

    def files(self, journal):
        return {p.relative_to(self.dir): p.read_bytes() for p in sorted((self.dir / journal).rglob("*")) if p.is_file()}

    def end_of(self, journal, lane):
        info = next(l for l in self.json("journal", "info", journal)["lanes"] if l["lane"] == lane)
        return info["segments"], info["bytes"] - (info["segments"] - 1) * 65536

    def test_it_says_what_is_lost_changes_nothing_and_then_does_just_that(self):
        self.killed("j")
        segment, offset = self.end_of("j", "inputs")
        torn = self.dir / "j" / "inputs" / f"{segment:08}.seg"
        with torn.open("r+b") as file:  # what a power loss leaves: part of a frame whose length is committed
            file.seek(offset)
            file.write(bytes([128, 0, 0, 0, 1, 0, 1, 0]) + b"\x55" * 40)
        before = self.files("j")
        text = self.omega("journal", "repair", "j", code=NO).stdout
        self.assertRegex(text, rf"inputs +cut the torn tail: \d+ frames stay, to seq \d+; 0 frames and 48 bytes are lost, "
                               rf"from {segment:08}\.seg offset {offset}")
        self.assertIn("nothing was changed", text)
        plan = self.json("journal", "repair", "j", code=NO)
        self.assertTrue(plan["needed"] and not plan["done"])
        self.assertEqual(self.files("j"), before, "a plan changes nothing")
        done = self.json("journal", "repair", "j", "--yes")
        self.assertEqual(plan["lanes"], done["lanes"], "what was said is what was done")
        self.assertTrue(done["done"])
        self.omega("journal", "check", "j")
        self.assertIn("nothing to repair", self.omega("journal", "repair", "j").stdout)
        self.paper("whole", "--set", SEGMENT, seed=7, days=60)
        for lane in LANES:  # what stays is what an uninterrupted session wrote
            cut = b"".join(p.read_bytes() for p in sorted((self.dir / "j" / lane).glob("*.seg")))
            whole = b"".join(p.read_bytes() for p in sorted((self.dir / "whole" / lane).glob("*.seg")))
            if len(cut) == 64 + END_MARK:  # closed without a frame: its header cannot know the first seq
                continue
            self.assertEqual(cut[:-END_MARK], whole[:len(cut) - END_MARK], lane)

    def test_damage_at_or_below_the_watermark_is_refused_by_name_and_nothing_is_cut(self):
        self.killed("j")
        segment = self.dir / "j" / "inputs" / "00000002.seg"
        good = segment.read_bytes()
        segment.write_bytes(good[:500] + bytes([good[500] ^ 1]) + good[501:])
        lanes = {p: b for p, b in self.files("j").items() if p.name.endswith(".seg")}
        says = ["inputs: corrupt in 00000002.seg at offset", "first missing seq", "do not trade", "backup"]
        for arguments in ((), ("--yes",), ("--yes",)):  # the third time it is quarantined
            self.refused(BAD_DATA, says, "journal", "repair", "j", *arguments)
        self.assertEqual(json.loads((self.dir / "j" / "manifest.json").read_text())["state"], "quarantined")
        self.assertEqual({p: b for p, b in self.files("j").items() if p.name.endswith(".seg")}, lanes)
        segment.write_bytes(good)
        self.omega("journal", "repair", "j", "--yes")
        self.omega("journal", "check", "j")

    def test_a_damaged_journal_at_rest_is_refused_and_one_in_use_too(self):
        self.paper("j", days=1)
        segment = self.dir / "j" / "risk" / "00000001.seg"
        segment.write_bytes(segment.read_bytes()[:-8])
        self.refused(BAD_DATA, ["risk: corrupt in 00000001.seg at offset", "omega journal rebuild"], "journal", "repair", "j", "--yes")
        process = self.start("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:days=60",
                             "--speed", "x200", "--journal", "busy")
        end = time.monotonic() + 60
        while not (self.dir / "busy" / "orders").exists() and time.monotonic() < end:
            time.sleep(0.02)
        for arguments in ((), ("--yes",)):
            self.refused(ENVIRONMENT, ["in use by process", str(process.pid)], "journal", "repair", "busy", *arguments)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), DONE)
        self.refused(USAGE, ["no such directory"], "journal", "repair", "nowhere", "--yes")


if __name__ == "__main__":
    main()
