"""Guards: a period report whose totals are not those of report.json, whose statistics an independent package does not find,
whose days do not add up to their weeks and months, or whose page needs the network."""
import json
import math
import re
import statistics
import unittest

from omega_case import LOOSE, USAGE, OmegaCase, main

KEYS = ("trades", "wins", "losses", "scratches", "win_rate", "win_rate_95", "total_pnl", "gross_profit", "gross_loss", "profit_factor",
        "expectancy", "expectancy_r", "reward_risk_avg", "payoff_ratio", "commission", "slippage", "max_drawdown",
        "max_drawdown_duration_days", "daily_pnl_volatility", "sharpe", "sortino", "calmar", "signals", "orders", "filled",
        "execution_rate", "execution_rate_raw", "market_days", "trades_per_day")
CENT = 0.005


class Report(OmegaCase):
    def setUp(self):
        super().setUp()
        self.paper("j", *LOOSE, "--output", "j.json", days=95)
        self.totals = json.loads((self.dir / "j.json").read_text())
        self.assertGreater(self.totals["statistics"]["trades"], 10)

    def report(self, kind, *more):
        return self.json("report", kind, "j", *more)

    def test_the_whole_run_is_report_json(self):
        whole = self.report("strategies")
        for key in KEYS:
            self.assertEqual(whole["statistics"][key], self.totals["statistics"][key], key)
        self.assertEqual(whole["statistics"]["end_equity"], self.totals["capital"]["final"])
        self.assertEqual([t["id"] for t in whole["trades"]], [t["id"] for t in self.totals["trades"]])
        ours = {s["strategy"]: (s["signals"], s["trades"], s["total_pnl"]) for s in whole["strategies"]}
        theirs = {s["name"]: (s["signals"], s["trades"], s["total_pnl"]) for s in self.totals["strategies"] if s["signals"]}
        self.assertEqual(ours, theirs)
        for layer in self.totals["killswitch"]["layers"]:
            mine = whole["killswitch"][layer["layer"] - 1]
            self.assertEqual((mine["activations"], mine["blocked"]), (layer["activations"], layer["blocked"]))

    def periods(self, kind, option):
        """Every week or month, from the last back to the first."""
        return [self.report(kind, option, -back) for back in range(1, len(self.report(kind)["history"]) + 1)]

    def test_weeks_and_months_add_up_to_the_run(self):
        for kind, option in (("weekly", "--week"), ("monthly", "--month")):
            parts = self.periods(kind, option)
            for key in ("trades", "wins", "losses", "signals", "orders", "filled", "market_days"):
                self.assertEqual(sum(p["statistics"][key] for p in parts), self.totals["statistics"][key], f"{kind} {key}")
            self.assertAlmostEqual(sum(p["statistics"]["total_pnl"] for p in parts), self.totals["statistics"]["total_pnl"], delta=CENT)
            self.assertEqual(sorted(t["id"] for p in parts for t in p["trades"]), sorted(t["id"] for t in self.totals["trades"]))
            for later, earlier in zip(parts, parts[1:]):
                self.assertAlmostEqual(later["statistics"]["start_equity"], earlier["statistics"]["end_equity"], delta=CENT)
            history = {h["name"]: h["total_pnl"] for h in parts[0]["history"]}
            self.assertEqual(history, {p["period"]["name"]: p["statistics"]["total_pnl"] for p in parts})

    def test_days_with_trades_add_up_too(self):
        days = sorted({t["exit_time"][:10] for t in self.totals["trades"]})
        parts = [self.report("daily", "--date", day) for day in days]
        self.assertEqual(sum(p["statistics"]["trades"] for p in parts), len(self.totals["trades"]))

    def test_an_independent_calculation_finds_the_same_statistics(self):
        whole = self.report("strategies")
        s, equity = whole["statistics"], [self.totals["capital"]["initial"]] + [e[1] for e in whole["equity"]]
        returns = [b / a - 1 for a, b in zip(equity, equity[1:])]
        self.assertGreaterEqual(len(returns), 60)
        mean, year = statistics.fmean(returns), 252
        self.assertAlmostEqual(s["daily_pnl_volatility"], statistics.stdev(returns), places=12)
        self.assertAlmostEqual(s["sharpe"], mean / statistics.stdev(returns) * math.sqrt(year), places=9)
        down = math.sqrt(statistics.fmean(min(r, 0) ** 2 for r in returns))
        self.assertAlmostEqual(s["sortino"], mean / down * math.sqrt(year), places=9)
        self.assertAlmostEqual(s["calmar"], mean * year / s["max_drawdown"], places=9)
        pnl = [t["pnl"] for t in whole["trades"]]
        self.assertAlmostEqual(s["expectancy"], statistics.fmean(pnl), places=6)
        self.assertAlmostEqual(s["profit_factor"], sum(p for p in pnl if p > 0) / -sum(p for p in pnl if p < 0), places=9)

    def test_a_comparison_says_what_changed(self):
        doc = self.report("compare", "--week1", -3, "--week2", -1)
        a, b = self.report("weekly", "--week", -3), self.report("weekly", "--week", -1)
        self.assertEqual((doc["first"]["statistics"], doc["second"]["statistics"]), (a["statistics"], b["statistics"]))
        change = {c["key"]: c["change"] for c in doc["changes"]}
        self.assertEqual(change["trades"], b["statistics"]["trades"] - a["statistics"]["trades"])
        self.assertAlmostEqual(sum(c["change"] for c in doc["strategy_changes"]), change["total_pnl"], delta=CENT)

    def test_benchmarks_are_graded_and_red_flags_raised(self):
        whole = self.report("strategies")
        self.assertEqual([t["metric"] for t in whole["targets"]],
                         ["win rate", "reward : risk", "max drawdown", "trades a day", "execution rate", "daily volatility"])
        s = whole["statistics"]
        grade = {t["metric"]: t["grade"] for t in whole["targets"]}
        self.assertEqual(grade["win rate"], "target" if s["win_rate"] >= .65 else "acceptable" if s["win_rate"] >= .6 else "poor")
        self.assertEqual(any(f.startswith("win rate") for f in whole["red_flags"]), s["wins"] / (s["wins"] + s["losses"]) < .5)
        self.assertEqual(sum("tripped" in f for f in whole["red_flags"]), sum(k["activations"] for k in whole["killswitch"]))

    def test_files_say_the_same_and_the_page_needs_no_network(self):
        for ending in ("md", "html", "json"):
            self.omega("report", "monthly", "j", "--output", f"m.{ending}")
        self.assertEqual((self.dir / "m.md").read_text(), self.omega("report", "monthly", "j").stdout)
        self.assertEqual(json.loads((self.dir / "m.json").read_text()), self.report("monthly"))
        page = (self.dir / "m.html").read_text()
        for outside in ("<link", "src=", "@import", "url("):
            self.assertNotIn(outside, page.split("<script>")[0])
        self.assertEqual(page.count("<canvas"), page.count("new Chart(document"))
        self.assertGreater(page.count("<canvas"), 3)
        self.assertIn("Chart.js v", page)

    def charts(self, page):
        """Title -> configuration of every chart of a page."""
        titles = re.findall(r"<figcaption>(.*?)</figcaption>", page)
        configs = [json.loads(c) for c in re.findall(r"new Chart\(document.getElementById\('chart\d+'\),(.*)\);", page)]
        return dict(zip(titles, configs, strict=True))

    def test_the_month_shows_its_heat_map_and_the_rolling_ratio_of_the_days_up_to_its_end(self):
        self.omega("report", "monthly", "j", "--output", "m.html")
        doc = self.report("monthly")
        page = (self.dir / "m.html").read_text()
        (year,) = doc["heat_map"]
        months = {h["name"]: h["return"] for h in doc["history"]}
        self.assertEqual({f"{year['year']}-{i + 1:02d}": r for i, r in enumerate(year["months"]) if r is not None}, months)
        growth = math.prod(1 + r for r in months.values())
        self.assertAlmostEqual(year["total"], growth - 1, places=12)
        self.assertAlmostEqual(growth, self.totals["capital"]["final"] / self.totals["capital"]["initial"], places=9)
        self.assertEqual(page.count('style="background:rgba('), sum(1 for r in months.values() if r))
        curve = [doc["curve"]["start_equity"]] + [e[1] for e in doc["curve"]["equity"]]
        self.assertEqual(doc["curve"]["equity"], self.report("strategies")["equity"], "the last month ends where the journal ends")
        returns = [b / a - 1 for a, b in zip(curve, curve[1:])]
        charts = self.charts(page)
        rolling = charts["Rolling Sharpe ratio over 60 market days"]["data"]["datasets"][0]["data"]
        self.assertEqual(len(rolling), len(returns) - 59)
        for i, sharpe in enumerate(rolling):
            window = returns[i:i + 60]
            self.assertAlmostEqual(sharpe, statistics.fmean(window) / statistics.stdev(window) * math.sqrt(252), places=9)
        drawdown = charts["Below the peak of daily closes, %, from the journal's start"]["data"]["datasets"][0]["data"]
        self.assertAlmostEqual(min(drawdown), 100 * min(e / max(curve[:i + 1]) - 1 for i, e in enumerate(curve)), places=9)
        bars = charts["Trades by result, R from the label up to the next"]["data"]["datasets"][0]["data"]
        self.assertEqual(sum(bars), doc["statistics"]["trades"])

    def test_periods_it_does_not_have_are_refused_with_those_it_has(self):
        self.refused(USAGE, ["2024-01-01 to 2024-"], "report", "daily", "j", "--date", "2031-01-01")
        self.refused(USAGE, ["2024-W01 to"], "report", "weekly", "j", "--week", "nonsense")
        self.refused(USAGE, ["expected -1 to -"], "report", "monthly", "j", "--month", "-99")
        self.refused(USAGE, [".md, .html or .json"], "report", "strategies", "j", "--output", "x.pdf")


if __name__ == "__main__":
    main()
