"""Guards: an incident report that tells another story than the journal, or that cannot tell why nothing happened."""
import datetime
import json
import re
import unittest

from omega_case import CONFIG, HISTDATA, LOOSE, USAGE, OmegaCase, main, needs_data

VOLATILE = ["--set", "risk.l4_drawdown_max=0.05", "--set", "risk.risk_per_trade_max=0.02"]


class Incident(OmegaCase):
    def traded(self, journal="j", days=45, seed=3):
        self.paper(journal, *LOOSE, *VOLATILE, "--output", "report.json", days=days, seed=seed)
        return json.loads((self.dir / "report.json").read_text())

    def records(self, journal, *filters):
        """Raw records, as the journal prints them."""
        return [json.loads(line) for line in self.omega("journal", "cat", journal, *filters).stdout.splitlines()]

    def check_steps(self, look):
        """Every condition that was reached has its own value, threshold and margin, and they agree with how it came out."""
        holds = {">=": lambda v, t: v >= t - 1e-9, "<=": lambda v, t: v <= t + 1e-9, ">": lambda v, t: v > t, "<": lambda v, t: v < t,
                 "=": lambda v, t: v == t, "!=": lambda v, t: v != t}
        figures = 0
        for step in look["steps"]:
            self.assertEqual("held" in step, step["reached"] > 0, step)
            if "held" not in step:
                continue
            if step["reached"] == 1:
                self.assertEqual(step["held"], step["passed"] == 1, step)
            if step["relation"] is None:
                continue
            figures += 1
            value, threshold = step["value"], step["threshold"]
            self.assertEqual(holds[step["relation"]](value, threshold), step["held"], step)
            if step["relation"] in (">=", ">"):
                self.assertEqual(step["margin"], value - threshold)
            elif step["relation"] in ("<=", "<"):
                self.assertEqual(step["margin"], threshold - value)
        return figures

    def check_order(self, doc, order, decision):
        self.assertEqual(order["decision"], decision)
        stopped = [g for g in order["gates"] if g["verdict"] == "stopped"]
        if order["outcome"] in ("FILLED", "PARTIAL"):
            self.assertEqual([g["verdict"] for g in order["gates"]], ["passed"] * 10)
            self.assertTrue(order["sizing"]["agrees"])
        else:
            self.assertEqual([g["code"] for g in stopped], [order["outcome"]])
        compared = [f for f in order["market"]["features"] if "equal" in f]
        self.assertGreater(len(compared), 3, "the minute's features are journaled")
        self.assertTrue(all(f["equal"] for f in compared))
        self.assertEqual(order["conditions"]["verdict"], "signal")
        self.assertGreater(self.check_steps(order["conditions"]), 2)
        self.assertEqual((doc["rederived"]["mismatches"], doc["contradictions"]), (0, 0))

    def test_every_trade_is_explained_from_its_signal_on(self):
        report = self.traded()
        self.assertGreater(len(report["trades"]), 5)
        decisions = {(d["seq"], d["signal_index"]): d for d in self.records("j", "--type", "risk_decision")}
        closed = {t["order_id"]: t for t in self.records("j", "--type", "trade_closed")}
        for trade in list(closed.values())[:: max(1, len(closed) // 4)]:
            doc = self.json("incident", "j", "--order", trade["order_id"])
            (order,) = doc["orders"]
            self.assertEqual(order["trade"], trade)
            self.check_order(doc, order, decisions[(trade["order_id"] >> 8, trade["order_id"] & 255)])
            told = {(e["seq"], e["type"]) for e in doc["timeline"]}
            wanted = {(e["seq"], e["type"]) for e in self.records("j", "--type", "order_command") if e["order_id"] == trade["order_id"]}
            self.assertLessEqual(wanted, told)

    def test_a_refused_signal_names_its_gate_and_figure(self):
        self.paper("j", days=60)
        refused = [d for d in self.records("j", "--type", "risk_decision") if d["code"] == "QUALITY_LOW"]
        self.assertTrue(refused, "strict thresholds refuse some")
        d = refused[0]
        doc = self.json("incident", "j", "--seq", d["seq"])
        order = next(o for o in doc["orders"] if o["decision"]["signal_index"] == d["signal_index"])
        self.check_order(doc, order, d)
        quality = order["gates"][5]
        self.assertEqual((quality["verdict"], quality["figures"][0]["value"], quality["figures"][0]["holds"]), ("stopped", d["q"], False))

    def test_the_whole_run_is_derived_again_and_nothing_differs(self):
        self.traded()
        last = self.json("journal", "info", "j")["lanes"][0]["last_seq"]
        doc = self.json("incident", "j", "--seq", last)
        r, lanes = doc["rederived"], self.json("journal", "info", "j")["lanes"]
        self.assertEqual((r["inputs"], r["mismatches"]), (last, 0))
        recorded = sum(n for lane in lanes[2:] for kind, n in lane["types"].items() if kind != "digest_checkpoint")
        self.assertEqual(r["decisions"], recorded)
        self.assertGreater(r["decisions"], 100)

    def test_a_kill_switch_trip_lists_the_trades_that_led_to_it(self):
        self.paper("j", *LOOSE, "--set", "risk.l4_drawdown_max=0.02", days=60)
        trips = [k for k in self.records("j", "--type", "kill_switch_event") if k["action"] == "trip"]
        self.assertTrue(trips, "a drawdown limit of 2 % trips")
        doc = self.json("incident", "j", "--last-stop")
        self.assertEqual(doc["trip"], trips[-1])
        self.assertEqual(doc["rederived"]["mismatches"], 0)
        self.assertTrue(doc["orders"])
        self.assertGreaterEqual(trips[-1]["value"], trips[-1]["limit"])
        self.assertEqual(self.json("incident", "j", "--trip", 1)["trip"], trips[0])
        self.refused(USAGE, [f"expected 1 to {len(trips)}"], "incident", "j", "--trip", len(trips) + 1)

    def test_no_trade_is_answered_for_every_strategy_of_the_profile(self):
        self.paper("j", days=12)
        doc = self.json("incident", "j", "--no-trade", "EURUSD", "--at", "2024-01-11T14:00:00Z")
        self.assertEqual({s["strategy"] for s in doc["no_trade"]},
                         {"mean_reversion_statistical", "liquidity_sweep", "order_flow_toxicity", "momentum_quality", "order_block_institutional"})
        for s in doc["no_trade"]:
            self.assertTrue(s["answer"])
            if "last_evaluation" in s:
                self.assertLessEqual(s["last_evaluation"]["ts"], "2024-01-11T14:00:00.000000000Z")
        looked = [s["last_evaluation"] for s in doc["no_trade"] if "last_evaluation" in s]
        self.assertTrue(looked)
        for look in looked:
            self.assertEqual(look["symbol"], "EURUSD")
            self.assertLessEqual(look["evaluations"], 1, "one strategy, one symbol, one input")
            self.assertTrue(look["parameters"])
            self.check_steps(look)
            if look["strategy"] == "mean_reversion_statistical" and look["steps"][0]["reached"]:
                sigma = next(q["value"] for q in look["parameters"] if q["name"] == "entry_sigma_threshold")
                self.assertEqual((look["steps"][0]["threshold"], look["steps"][0]["relation"]), (sigma, ">="))
            recorded = self.records("j", "--lane", "features", "--symbol", "EURUSD", "--from-seq", look["seq"], "--to-seq", look["seq"])
            values = [v for vector in recorded for v in vector.get("values", []) if v is not None]
            self.assertTrue(values)
            minute = [i["value"] for i in look["inputs"] if i["feature"].endswith("@M1") and i["value"] is not None]
            self.assertLessEqual(set(minute), set(values), "what it saw is what the journal recorded")

    def test_the_page_needs_no_network_and_draws_what_the_document_holds(self):
        self.traded()
        closed = self.records("j", "--type", "trade_closed")[-1]
        doc = self.json("incident", "j", "--order", closed["order_id"], "--output", "out", "--window", "30m")
        page = (self.dir / "out" / "incident.html").read_text()
        for reference in ("src=", "href=", "@import", "url("):
            self.assertNotIn(reference, page.split("<script>")[0])
        self.assertIn('name="viewport"', page)
        charts = [json.loads(c) for c in re.findall(r"new Chart\(document.getElementById\('chart\d+'\),(.*)\);", page)]
        price, equity = charts[0], charts[1]
        self.assertEqual([s["label"] for s in price["data"]["datasets"]], ["mid", "signal", "fill", "stop"])
        fills = [v for v in price["data"]["datasets"][2]["data"] if v is not None]
        reports = [e for e in self.records("j", "--lane", "inputs", "--type", "exec_report") if e["order_id"] == closed["order_id"] and e["kind"] == "filled"]
        self.assertEqual(sorted(fills), sorted(e["price"] for e in reports))
        points = doc["charts"]["prices"][0]["points"]
        bars = {e["ts"]: (e["bid_close"] + e["ask_close"]) / 2 for e in self.records("j", "--lane", "inputs", "--type", "bar", "--symbol", closed["instrument"])}
        drawn = {self.stamp(ts): mid for ts, mid in points}
        self.assertGreater(len(drawn), 30)
        for ts, mid in drawn.items():
            self.assertAlmostEqual(mid, bars[ts], places=6)
        self.assertEqual(len([v for v in equity["data"]["datasets"][0]["data"] if v is not None]), len(doc["charts"]["equity"]))
        self.assertGreater(len(charts), 4, "features of the strategy are drawn")

    def stamp(self, ns):
        return datetime.datetime.fromtimestamp(ns // 10**9, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ns % 10**9:09d}Z"

    def test_the_sections_of_the_runbook_are_there(self):
        self.paper("j", *LOOSE, "--set", "risk.l4_drawdown_max=0.02", days=60)
        text = self.omega("incident", "j", "--last-stop").stdout
        for section in ("Actions taken", "Impact", "Charts", "Timeline", "Root cause", "Prevention", "Resolution"):
            self.assertRegex(text, rf"(?m)^## {section}$")
        self.assertRegex(text, r"(?m)^\* positions open: \d+$")
        self.assertIn("kill_switch_event trip: ", text)

    def test_the_folder_holds_the_same_report_twice(self):
        self.paper("j", days=2)
        shown = self.omega("incident", "j", "--at", "2024-01-02T10:00:00Z", "--window", "1h", "--output", "out").stdout
        self.assertEqual((self.dir / "out" / "incident.md").read_text(), shown)
        self.assertIn("## Root cause", shown)
        self.assertEqual(json.loads((self.dir / "out" / "incident.json").read_text())["schema"], "omega.incident/1")

    def test_questions_the_journal_cannot_answer_are_refused(self):
        self.paper("j", days=1)
        self.refused(USAGE, ["expected one of --order"], "incident", "j")
        self.refused(USAGE, ["no signal with the id 77"], "incident", "j", "--order", 77)
        self.refused(USAGE, ["no input 99999999"], "incident", "j", "--seq", 99999999)
        self.refused(USAGE, ["never tripped"], "incident", "j", "--last-stop")
        self.refused(USAGE, ["--no-trade"], "incident", "j", "--no-trade", "XXXYYY", "--at", "2024-01-01T10:00:00Z")
        self.refused(USAGE, ["--window"], "incident", "j", "--at", "2024-01-01", "--window", "5x")

    @needs_data
    def test_ninety_days_of_real_minutes_are_derived_again(self):
        files = [HISTDATA / f"HISTDATA_COM_ASCII_{s}_M12018.zip" for s in ("EURUSD", "USDJPY")]
        self.omega("import", "--quiet", "--config", CONFIG, "--format", "histdata", "--journal", "data", "--tz", "NewYork",
                   "--price-basis", "bid", "--volume", "range-proxy", *files)
        self.omega("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "data", "--from", "2018-03-01",
                   "--to", "2018-05-30", "--out", "j", *LOOSE)
        closed = self.records("j", "--type", "trade_closed")
        losing = [t for t in closed if t["net_pnl"] < 0]
        doc = self.json("incident", "j", "--order", losing[-1]["order_id"])
        self.assertEqual(doc["orders"][0]["trade"], losing[-1])
        self.assertEqual((doc["rederived"]["mismatches"], doc["contradictions"]), (0, 0))
        last = self.json("journal", "info", "j")["lanes"][0]["last_seq"]
        whole = self.json("incident", "j", "--seq", last)["rederived"]
        self.assertEqual(whole["mismatches"], 0)
        self.assertGreater(whole["decisions"] + whole["equal"]["features"]["feature_vector"], 1000)


if __name__ == "__main__":
    main()
