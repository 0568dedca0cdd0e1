"""Guards: a difference that diff does not see or places wrongly, a cause it names wrongly, and a past state that depends on where
the replay to it began."""
import json
import unittest

from omega_case import BAD_DATA, CONFIG, LOOSE, NO, USAGE, OmegaCase, main


class Diff(OmegaCase):
    def test_two_runs_of_the_same_inputs_are_identical(self):
        self.paper("a")
        self.paper("b")
        d = self.json("diff", "a", "b")
        self.assertTrue(d["identical"])
        self.assertEqual([lane["same"] for lane in d["lanes"]], [True] * 5)
        self.assertIsNone(d["first"])
        self.assertTrue(self.omega("diff", "a", "b").stdout.startswith("identical\n"))

    def test_another_market_differs_in_the_first_input_that_differs(self):
        self.paper("a", seed=3)
        self.paper("b", seed=4)
        d = self.json("diff", "a", "b", "--no-state", code=NO)
        inputs = [[json.loads(line) for line in self.omega("journal", "cat", j, "--lane", "inputs", "--limit", "2000").stdout.splitlines()] for j in "ab"]
        first = next(i for i, (a, b) in enumerate(zip(*inputs)) if a != b)
        self.assertEqual((d["first"]["lane"], d["first"]["seq"]), ("inputs", first + 1))
        self.assertEqual((d["first"]["a"], d["first"]["b"]), (inputs[0][first], inputs[1][first]))
        self.assertTrue(d["first"]["fields"])
        self.assertIn("the inputs differ", d["cause"])

    def test_a_changed_setting_is_the_cause_and_the_state_before_is_shown(self):
        self.paper("a", *LOOSE, seed=1, days=30)
        self.paper("b", *LOOSE, "--set", "risk.risk_per_trade_max=0.01", seed=1, days=30)
        d = self.json("diff", "a", "b", code=NO)
        self.assertEqual([c["key"] for c in d["config"]], ["/risk/risk_per_trade_max"])
        self.assertIn("the configurations differ", d["cause"])
        self.assertEqual(d["first"]["lane"], "risk")
        self.assertEqual(d["first"]["a"]["type"], "risk_decision")
        self.assertEqual(d["state_a"]["seq"], d["first"]["seq"] - 1)
        self.assertEqual(d["state_a"]["state_digest"], d["state_b"]["state_digest"], "nothing differs before the first difference")
        self.assertIn("First difference: lane risk", self.omega("diff", "a", "b", code=NO).stdout)

    def test_a_shorter_journal_differs_at_its_end(self):
        self.paper("a", days=1)
        self.paper("b", days=2)
        d = self.json("diff", "a", "b", "--no-state", code=NO)
        self.assertEqual(d["first"]["lane"], "inputs")
        self.assertTrue(d["first"]["a"] is None or d["first"]["b"] is None or d["first"]["a"] != d["first"]["b"])

    def test_what_is_no_journal_is_refused(self):
        self.paper("a")
        self.refused(USAGE, ["nowhere"], "diff", "a", "nowhere")

    def test_damage_is_no_difference(self):
        self.paper("a")
        self.paper("b")
        segment = self.dir / "b" / "features" / "00000001.seg"
        content = bytearray(segment.read_bytes())
        content[100_000] ^= 1
        segment.write_bytes(content)
        self.refused(BAD_DATA, ["lane features", "b"], "diff", "a", "b")


class Inspect(OmegaCase):
    def test_the_state_is_the_same_from_a_snapshot_and_from_the_start(self):
        self.paper("j", *LOOSE, "--set", "engine.journal.snapshot_interval_inputs=20000", seed=1, days=12)
        near, far = self.json("inspect", "j", "--seq", 45_678), self.json("inspect", "j", "--seq", 45_678, "--no-snapshots")
        self.assertEqual(far["snapshot_seq"], 0)
        self.assertIn(near["snapshot_seq"], range(40_000, 45_678), "the newest one before")
        for document in (near, far):
            del document["snapshot_seq"], document["snapshots_ignored"]
        self.assertEqual(near, far)

    def test_a_time_means_the_last_input_up_to_it(self):
        self.paper("j")
        at = self.json("inspect", "j", "--at", "2024-01-01T12:00:00Z")
        later = json.loads(self.omega("journal", "cat", "j", "--lane", "inputs", "--from-seq", at["seq"] + 1, "--limit", 1).stdout)
        self.assertEqual(at["time"], "2024-01-01T12:00:00.000000000Z")
        self.assertGreater(later["ts"], "2024-01-01T12:00:00.000000000Z")
        self.refused(USAGE, ["--at"], "inspect", "j", "--at", "2020-01-01")
        self.refused(USAGE, ["--at"], "inspect", "j", "--at", "noon")
        self.refused(USAGE, ["seq 99999999"], "inspect", "j", "--seq", 99_999_999)

    def test_the_state_is_that_of_the_journal(self):
        self.paper("j", *LOOSE, seed=1, days=60)
        s = self.json("inspect", "j")
        trades = self.omega("journal", "cat", "j", "--lane", "orders", "--type", "trade_closed").stdout.splitlines()
        self.assertEqual(s["orders"]["trades"], len(trades))
        self.assertGreater(len(trades), 0)
        marks = self.omega("journal", "cat", "j", "--lane", "orders", "--type", "equity_mark").stdout.splitlines()
        self.assertAlmostEqual(s["account"]["realised"], float(json.loads(marks[-1])["realised"]), places=6)
        vectors = [json.loads(line) for line in self.omega("journal", "cat", "j", "--lane", "features", "--symbol", "EURUSD", "--from-seq", s["seq"] - 400).stdout.splitlines()]
        last = [v for v in vectors if v["type"] == "feature_vector" and v["timeframe"] == "M1"][-1]
        shown = [f["value"] for f in s["instruments"][0]["features"] if f["name"].endswith("@M1")]
        self.assertEqual(s["instruments"][0]["symbol"], "EURUSD")
        self.assertEqual(shown, last["values"])
        text = self.omega("inspect", "j").stdout
        for section in ("Account", "Kill switch", "Positions", "Orders", "Exposure", "Strategies", "EURUSD: bid"):
            self.assertIn(f"\n{section}", text)


if __name__ == "__main__":
    main()
