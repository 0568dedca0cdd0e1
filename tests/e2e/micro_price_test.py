"""Guards: a micro-price table (F01) that is fitted wrongly from quotes, a run that does not use it, a replay that needs its file."""
import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import unittest

from omega_case import CONFIG, SOURCE, OmegaCase, main
import omega_case

SANITIZED = os.environ.get("OMEGA_SANITIZED", "") not in ("", "OFF")
FLAGS = ["-std=gnu++20", "-O2", "-ffp-contract=off", "-fno-fast-math", "-march=x86-64-v2", "-fPIC", "-shared", "-DOMEGA_PLUGIN", f"-I{SOURCE}"]
SCRIPT = CONFIG / "models" / "fit_micro_price.py"
TICK = 0.01
TICK_1E9 = 10_000  # a tick of EURUSD as features tell prices
FEED = "sim:seed=5,days=8,symbols=EURUSD+GBPUSD,book=EURUSD,spread=15"


def script():
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("fit_micro_price", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FIT = script()


def quote(mid_half_ticks, spread, share):
    """Of 20 lots, `share` of them on the bid."""
    bid = (mid_half_ticks - spread) // 2
    return bid * TICK, (bid + spread) * TICK, share, 20 - share


def bin_of(share):
    return share // 2  # odd shares only: inside a bin


class KnownChain(unittest.TestCase):
    def test_two_states_have_the_answer_of_the_hand_calculation(self):
        """High imbalance: 5 of 10 steps rise to low, 1 falls to high, 4 go to low without a move; low is its mirror image.
        h = .5 (1 - h) + .1 (-1 + h) - .4 h, so h = .4/1.8."""
        high, low = 15, 5
        steps = {high: [(low, 1)] * 5 + [(high, -1)] + [(low, 0)] * 4, low: [(high, -1)] * 5 + [(low, 1)] + [(high, 0)] * 4}
        rng, mid, share, left, run = random.Random(1), 20_001, high, {high: [], low: []}, []
        for _ in range(20_000):
            run.append(quote(mid, 1, share))
            if not left[share]:
                left[share] = steps[share][:]  # ten by ten, so that the frequencies are exact but for the last ten of each state
                rng.shuffle(left[share])
            share, move = left[share].pop()
            mid += 2 * move
        fitted = FIT.Steps()
        fitted.add(iter(run), TICK)
        g, few = fitted.table(100, True)
        self.assertEqual(len(few), 28)
        self.assertAlmostEqual(g[7, 0], .4 / 1.8, delta=2e-3)
        self.assertAlmostEqual(g[2, 0], -.4 / 1.8, delta=2e-3)

    def test_a_random_chain_solves_the_equation_of_the_fair_price(self):
        """g(x) = mean of (move + g(next)): a linear system in the antisymmetric part, instead of the script's series over mid changes."""
        rng, mid, spread, run = random.Random(20251129), 40_000, 2, []
        for _ in range(60_000):
            share = rng.randrange(10) * 2 + 1
            run.append(quote(mid, spread, share))
            spread, before = rng.choice((1, 1, 2, 3)), spread
            pull = (share - 10) / 10 * .6
            mid += spread - before if rng.random() < .5 else before - spread  # one side moves
            if rng.random() < .3:
                mid += 2 if rng.random() < .5 + pull / 2 else -2
        fitted = FIT.Steps()
        fitted.add(iter(run), TICK)
        g, few = fitted.table(100, False)
        self.assertEqual(few, [])
        states = [(b, s) for b in range(5, 10) for s in range(3)]  # the others are their mirror images
        matrix = {x: dict.fromkeys(states, 0.0) for x in states}
        move, seen = dict.fromkeys(states, 0.0), dict.fromkeys(states, 0)
        for a, b in zip(run, run[1:]):
            if a == b:
                continue
            x, y = ((bin_of(q[2]), round((q[1] - q[0]) / TICK) - 1) for q in (a, b))
            ticks = ((b[0] + b[1]) - (a[0] + a[1])) / 2 / TICK
            if x[0] < 5:
                x, y, ticks = (9 - x[0], x[1]), (9 - y[0], y[1]), -ticks
            seen[x] += 1
            move[x] += ticks
            sign, y = (1, y) if y[0] >= 5 else (-1, (9 - y[0], y[1]))
            matrix[x][y] += sign
        answer = dict.fromkeys(states, 0.0)
        for _ in range(20_000):  # the means of the equation, over and over
            answer = {x: (move[x] + sum(w * answer[y] for y, w in matrix[x].items())) / seen[x] for x in states}
        self.assertGreater(answer[9, 0], .1)
        for b, s in states:
            self.assertAlmostEqual(g[b, s], answer[b, s], delta=1e-9)
            self.assertAlmostEqual(g[9 - b, s], -answer[b, s], delta=1e-9)

    def test_breaks_and_other_spreads_are_no_steps(self):
        fitted = FIT.Steps()
        a, b, wide = quote(1001, 1, 5), quote(1003, 1, 15), quote(1004, 4, 5)
        fitted.add(iter([a, a, None, b, wide, a, (1.0, 1.01, 0, 0), b]), TICK)
        self.assertEqual(sum(fitted.seen.values()), 0)
        fitted.add(iter([a, a, b]), TICK)
        self.assertEqual(dict(fitted.seen), {(2, 0): 1, (7, 0): 1})
        self.assertEqual(fitted.moved[(2, 0), (7, 0)], 1)
        self.assertEqual(fitted.moved[(7, 0), (2, 0)], 1)

    def test_quotes_come_from_quote_events_and_from_a_whole_live_book(self):
        ts = "2024-01-01T00:00:00.054000000Z"
        def delta(price, size, *flags, side="bid", at=ts):
            return {"type": "book_delta", "ts": at, "price": price, "new_size": size, "side": side, "flags": list(flags)}
        def event(bid, ask, *flags, at=ts):
            return {"type": "quote", "ts": at, "bid": bid, "ask": ask, "bid_size": 3, "ask_size": 4, "flags": list(flags)}
        snapshot = {"type": "book_snapshot", "ts": ts, "bid_price": [1.0, .99, 0], "bid_size": [5, 6, 0], "ask_price": [1.01, 0], "ask_size": [7, 0],
                    "bid_levels": 2, "ask_levels": 1, "flags": []}
        self.assertEqual(list(FIT.quotes([event(1, 2), event(1, 3, "bad_crossed"), event(1, 4, at="2024-01-01T02:00:01Z")])),
                         [(1, 2, 3, 4), None, (1, 4, 3, 4)])
        got = list(FIT.quotes([snapshot, delta(1.0, 0, "more"), delta(.99, 8), event(1, 2), delta(.99, 9, "bad_duplicate"), delta(.98, 1, "bad_size"), delta(.99, 3),
                               snapshot, delta(1.01, 2, "gap", side="ask")]))
        self.assertEqual([q for q in got if q], [(1.0, 1.01, 5, 7), (.99, 1.01, 8, 7), (1.0, 1.01, 5, 7)])
        self.assertEqual(got[-1], None)


class MicroPrice(OmegaCase):
    def setUp(self):
        super().setUp()
        shutil.copytree(CONFIG, self.dir / "config", ignore=shutil.ignore_patterns("__pycache__"))

    def run_of(self, journal, *more):
        return self.omega("run", "--quiet", "--config", "config", "--profile", "green_only", "--feed", FEED, "--speed", "max", "--journal", journal, *more)

    def prices(self, journal):
        """(micro-price, weighted mid) at each minute's end, None where not known: what the plugin asks for comes last."""
        lines = self.omega("journal", "cat", journal, "--lane", "features", "--type", "feature_vector", "--symbol", "EURUSD").stdout.splitlines()
        return [tuple(event["values"][-2:]) for event in map(json.loads, lines) if event["timeframe"] == "M1"]

    def fit(self, *arguments, code=0):
        run = subprocess.run([sys.executable, "-B", SCRIPT, "--omega", omega_case.omega_binary, *arguments], cwd=self.dir, text=True, capture_output=True)
        self.assertEqual(run.returncode, code, run.stderr)
        return run

    def test_a_table_that_is_fitted_from_a_journal_is_taken_by_the_next_run(self):
        self.run_of("a")
        text = self.fit("--unseen-as-mid", "EURUSD=a", "*=a").stdout
        self.assertEqual(text, self.fit("--unseen-as-mid", "EURUSD=a", "*=a").stdout)
        rows = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
        self.assertEqual((len(rows), rows[0]), (21, ["symbol", "bin", "spread_1", "spread_2", "spread_3"]))
        self.assertEqual([r[1:] for r in rows[1:11]], [r[1:] for r in rows[11:]])  # EURUSD alone has a book
        self.assertGreater(sum(float(x) != 0 for r in rows[1:11] for x in r[2:]), 20)
        (self.dir / "config" / "models" / "own.csv").write_text(text)
        self.run_of("b", "--set", "engine.models.micro_price=own")
        shutil.rmtree(self.dir / "config" / "models")
        self.assertTrue(self.json("verify", "b", "--parity")["identical"])
        for table in ("a", "EURUSD=", "EURUSD=nowhere", "USDJPY=a"):
            refused = self.fit(table, code=1)
            self.assertEqual((len(refused.stderr.splitlines()), refused.stdout), (1, ""))
        self.assertIn("expected --least of 1 or more, got 0", self.fit("--least", "0", "EURUSD=a", code=1).stderr)
        refused = self.fit("--least", "1e9", "EURUSD=a", code=1)
        self.assertIn("give more quotes, or --unseen-as-mid", refused.stderr)
        self.assertEqual(refused.stdout, "")

    @unittest.skipIf(SANITIZED, "an object built without the sanitizer cannot join a program built with it")
    def test_the_micro_price_of_a_run_is_ready_with_a_table_and_invalid_without(self):
        self.omega("strategies", "--new", "reader", "--plugin")
        code = self.dir / "reader" / "reader.cpp"
        line = "    sd_ = need("
        self.assertIn(line, code.read_text())
        code.write_text(code.read_text().replace(line, "    s.requests.request({FeatureId::kMicroPrice, Timeframe::kM1, 0, 0});\n"
                                                       "    s.requests.request({FeatureId::kWeightedMid, Timeframe::kM1, 0, 0});\n" + line))
        subprocess.run(["g++", *FLAGS, code, "-o", code.with_suffix(".so")], check=True)
        profile = self.dir / "config" / "profiles" / "green_only.yaml"
        profile.write_text(profile.read_text().replace("strategies:\n", "strategies:\n  - plugin: ../reader/reader.so\n"))
        self.run_of("without")
        self.run_of("with", "--set", "engine.models.micro_price=simulated_book")
        without, with_table = self.prices("without"), self.prices("with")
        self.assertGreater(sum(wmid is not None for _, wmid in without), 5_000)
        self.assertEqual([micro for micro, _ in without if micro is not None], [])
        self.assertEqual([wmid for _, wmid in without], [wmid for _, wmid in with_table])
        known = [(micro, wmid) for micro, wmid in with_table if micro is not None]
        self.assertGreater(len(known), 0.8 * len(with_table))
        for micro, wmid in known:
            self.assertLess(abs(micro - wmid), 13 * TICK_1E9)  # the quote's width, and as far as a cell may say
        self.assertTrue(self.json("verify", "with", "--parity")["identical"])
        self.run_of("again", "--set", "engine.models.micro_price=simulated_book")
        self.assert_same_lanes("with", "again")


if __name__ == "__main__":
    main()
