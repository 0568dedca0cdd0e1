"""Guards: a run that is not a pure function of its inputs and settings, or a changed byte that passes as the same run."""
import json
import subprocess
import unittest

from omega_case import BAD_DATA, CONFIG, LANES, LOOSE, NO, USAGE, OmegaCase, main

DAYS = 45  # the slowest feature is warm after four weeks; then loose thresholds trade


class Determinism(OmegaCase):
    def backtest(self, out, *more):
        return self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "paper", "--out", out, *more)

    def checked(self, journal):
        """Exit codes of check, verify and verify --parity."""
        return [self.exit_code("journal", "check", journal), self.exit_code("verify", journal),
                self.exit_code("verify", journal, "--parity")]

    def exit_code(self, *arguments):
        return subprocess.run(self.command(*arguments), cwd=self.dir, capture_output=True, timeout=300).returncode

    def test_a_paper_session_is_derived_again_to_the_byte_by_verify_and_by_backtest(self):
        self.paper("paper", *LOOSE, days=DAYS)
        self.assertTrue(self.json("verify", "paper")["identical"])
        parity = self.json("verify", "paper", "--parity")
        self.assertTrue(parity["identical"] and parity["parity"])
        self.assertGreater(parity["derived"], 10_000)
        first = self.backtest("first", *LOOSE)
        second = self.backtest("second", *LOOSE)
        self.assertGreater(first["statistics"]["trades"], 0, "there is something to compare")
        self.assert_same_lanes("paper", "first")
        self.assert_same_lanes("first", "second")
        self.assertEqual(first["journal"]["inputs_digest"], second["journal"]["inputs_digest"])
        for report in (first, second):  # what may differ: the clock and the folder
            del report["run"], report["journal"]["path"]
        self.assertEqual(first, second)

    def test_the_lanes_are_the_same_bytes_at_every_durability_level(self):
        self.paper("process", *LOOSE, days=DAYS)
        report = json.loads(self.paper("disk", *LOOSE, "--set", "engine.journal.durability=disk", "--json", days=DAYS).stdout)
        self.assert_same_lanes("process", "disk")
        self.assertEqual(report["run"]["durability"], "disk")
        wait = report["run"]["order_wait"]
        self.assertGreaterEqual(wait["orders"], report["statistics"]["orders"])
        self.assertGreater(wait["orders"], 0, "there is something to hold")
        self.assertTrue(0 < wait["p50_ms"] <= wait["p99_ms"] <= wait["max_ms"], wait)
        self.assertLessEqual(wait["syncs"], wait["orders"], "group commit")
        self.assertTrue(self.json("verify", "disk", "--parity")["identical"])

    def test_a_level_without_its_machinery_is_refused(self):
        self.refused(USAGE, ["engine.journal.durability", "replicated", "no replica"], "run", "--config", CONFIG, "--quiet",
                     "--profile", "green_only", "--journal", "j", "--set", "engine.journal.durability=replicated")

    def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(self):
        self.paper("a", seed=5)
        self.paper("b", seed=5)
        self.paper("c", seed=6)
        self.assert_same_lanes("a", "b")
        for lane in ("inputs", "features"):
            self.assertNotEqual(self.lane_sha256("a", lane), self.lane_sha256("c", lane))

    def test_a_flipped_byte_in_any_lane_is_found(self):
        self.paper("paper", days=8)
        for lane in LANES:
            segment = self.dir / "paper" / lane / "00000001.seg"
            good = segment.read_bytes()
            frames = next(l for l in self.json("journal", "info", "paper")["lanes"] if l["lane"] == lane)
            for at in (0, 24, frames["bytes"] // 2, frames["bytes"] - 20):
                with self.subTest(lane=lane, offset=at):
                    segment.write_bytes(good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1:])
                    codes = self.checked("paper")
                    self.assertEqual(codes[0], NO, "journal check")
                    self.assertTrue(all(code in (NO, BAD_DATA) for code in codes), f"check, verify, parity: {codes}")
            segment.write_bytes(good)
        self.assertEqual(self.checked("paper"), [0, 0, 0], "the untouched journal is clean again")

    def test_check_and_verify_say_where_the_byte_is(self):
        self.paper("paper", days=4)
        segment = self.dir / "paper" / "features" / "00000001.seg"
        bytes_ = bytearray(segment.read_bytes())
        bytes_[300_000] ^= 1
        segment.write_bytes(bytes_)
        text = self.omega("journal", "check", "paper", code=NO).stdout
        self.assertRegex(text, r"features: corrupt in 00000001\.seg at offset \d+, first missing seq \d+: CRC mismatch")
        self.assertRegex(text, r"inputs: clean")
        report = self.json("verify", "paper", code=NO)
        self.assertFalse(report["identical"])
        self.assertRegex(report["detail"], r"lane features, seq \d+: .*CRC mismatch")

    def test_another_threshold_gives_another_result_and_is_in_the_manifest(self):
        self.paper("paper", days=20)
        override = "strategies.order_flow_toxicity.vpin_safe_max=0.2"
        plain = self.backtest("plain")
        changed = self.backtest("changed", "--set", override)
        self.assertEqual(self.lane_sha256("plain", "features"), self.lane_sha256("changed", "features"))
        self.assertNotEqual(self.lane_sha256("plain", "signals"), self.lane_sha256("changed", "signals"))
        self.assertNotEqual(plain["journal"]["derived_digest"], changed["journal"]["derived_digest"])
        self.assertEqual(plain["journal"]["inputs_digest"], changed["journal"]["inputs_digest"])
        manifest = json.loads((self.dir / "changed" / "manifest.json").read_text())
        self.assertEqual(manifest["overrides"], [override])
        self.assertEqual(self.json("journal", "info", "changed")["overrides"], [override])
        self.assertEqual(self.json("journal", "info", "plain")["overrides"], [])
        self.assertTrue(self.json("verify", "changed", "--parity")["identical"], "verify takes the recorded setting, not the file's")

    def test_the_digests_of_the_report_are_those_of_the_journal(self):
        self.paper("paper", days=2)
        report, info = self.backtest("b"), self.json("journal", "info", "b")
        for digest in ("inputs_digest", "derived_digest"):
            self.assertEqual(report["journal"][digest], info[digest], digest)


if __name__ == "__main__":
    main()
