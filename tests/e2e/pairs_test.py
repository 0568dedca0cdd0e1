"""Guards: a pair of which one leg trades without the other, a pair trade counted twice, a pair that a replay or a resumed run does otherwise."""
import json
import signal

from omega_case import CONFIG, OmegaCase, main

PAIRS = ("kalman_pairs_trading", "correlation_divergence", "statistical_arbitrage_johansen")
# Both legs' timeframes disagree by nature, so hardly a pair reaches the default quality.
RUN = ("run", "--config", CONFIG, "--quiet", "--profile", "full_24", "--feed", "sim:seed=5,days=120,symbols=AUDUSD+NZDUSD+USDJPY",
       "--set", "risk.quality_min=0.4", "--set", "engine.journal.segment_kib=1024")


class Pairs(OmegaCase):
    def rows(self, journal, lane, kind):
        lines = map(json.loads, self.omega("journal", "cat", journal, "--lane", lane).stdout.splitlines())
        return [r for r in lines if r["type"] == kind]

    def test_two_legs_one_decision_one_trade_and_the_same_again(self):
        report = self.json(*RUN, "--journal", "a")
        signals = [s for s in self.rows("a", "signals", "signal") if s["strategy"] in PAIRS]
        self.assertGreaterEqual(len(signals), 8)
        for one, two in zip(signals[::2], signals[1::2]):
            self.assertEqual((one["seq"], one["index"] + 1, one["pair"]), (two["seq"], two["index"], two["pair"]))
            self.assertEqual(one["tp_r"], two["tp_r"])
            self.assertNotEqual(one["instrument"], two["instrument"])
        decisions = {(d["seq"], d["signal_index"]): d["code"] for d in self.rows("a", "risk", "risk_decision")}
        for one, two in zip(signals[::2], signals[1::2]):
            self.assertEqual(decisions[one["seq"], one["index"]], decisions[two["seq"], two["index"]])
        commands = [c for c in self.rows("a", "orders", "order_command") if c["pair"]]
        entries = [c for c in commands if c["action"] == "enter"]
        self.assertGreaterEqual(len(entries), 2)
        for one, two in zip(entries[::2], entries[1::2]):
            self.assertEqual(one["order_id"] + 1, two["order_id"])
        trades = [t for t in self.rows("a", "orders", "trade_closed") if t["strategy"] in PAIRS]
        self.assertEqual(len(trades), len(entries) // 2)
        self.assertTrue({t["order_id"] for t in trades} <= {c["order_id"] for c in entries[::2]})
        by_strategy = {s["name"]: s for s in report["strategies"]}
        self.assertEqual(sum(by_strategy[n]["trades"] for n in PAIRS), len(trades))
        self.assertTrue(report["reasons"]["reconciled"])
        self.assertTrue(self.json("verify", "a", "--parity")["identical"])
        self.omega(*RUN, "--journal", "b")
        self.assert_same_lanes("a", "b")

    def test_killed_and_resumed_the_lanes_are_the_same(self):
        self.omega(*RUN, "--journal", "whole")
        engine = self.start(*RUN, "--journal", "cut")
        self.wait_for((self.dir / "cut" / "inputs" / "00000020.seg").exists, engine)  # of about 50: pairs are known and traded
        engine.send_signal(signal.SIGKILL)
        engine.wait()
        self.omega(*RUN, "--journal", "cut", "--resume")
        self.assert_same_lanes("whole", "cut")


if __name__ == "__main__":
    main()
