"""Guards: a smoke test that passes on a broken installation or takes long, a checklist that calls a line met without its figure."""
import shutil
import unittest

from omega_case import CONFIG, LOOSE, NO, USAGE, OmegaCase, main

SMOKE_SECONDS_MAX = 20  # the contract; a sound machine needs a tenth of it


class Smoke(OmegaCase):
    def test_a_sound_installation_passes_every_step(self):
        doc = self.json("smoke", "--config", CONFIG)
        self.assertTrue(doc["passed"])
        self.assertEqual([s["name"] for s in doc["steps"]],
                         ["configuration", "paper session", "journal is whole", "replay derives the same", "backtest equals paper",
                          "report reconciles", "incident re-derives"])
        self.assertTrue(all(s["passed"] for s in doc["steps"]))
        self.assertLess(doc["seconds"], SMOKE_SECONDS_MAX)
        self.assertIn("ALL PASSED", self.omega("smoke", "--config", CONFIG).stdout)

    def test_a_broken_configuration_fails_the_first_step_and_says_where(self):
        shutil.copytree(CONFIG, self.dir / "config")
        risk = self.dir / "config" / "risk.yaml"
        risk.write_text(risk.read_text().replace("quality_min: 0.60", "quality_min: sixty"))
        doc = self.json("smoke", "--config", "config", code=NO)
        self.assertEqual([(s["name"], s["passed"]) for s in doc["steps"]], [("configuration", False)])
        self.assertIn("risk.yaml", doc["steps"][0]["detail"])


class Checklist(OmegaCase):
    def lines(self, *more, code=NO):
        doc = self.json("checklist", "--config", CONFIG, *more, code=code)
        self.assertEqual(doc["met"] + doc["not_met"] + doc["needs_a_person"], len(doc["lines"]))
        return {line["item"]: line for line in doc["lines"]}

    def test_without_a_journal_nothing_is_proved_about_trading(self):
        lines = self.lines()
        for item in ("win rate above 60 %", "30 days of GREEN_ONLY on paper", "position sizes proved on paper"):
            self.assertEqual(lines[item]["status"], "not met")
        self.assertEqual(lines["smoke test passes"]["status"], "met")
        self.assertEqual(lines["no critical errors in the logs"]["status"], "needs a person")

    def test_a_simulated_market_proves_nothing_but_its_figures_are_the_reports(self):
        self.paper("j", *LOOSE, days=45)
        s = self.json("report", "strategies", "j")["statistics"]
        lines = self.lines("--journal", "j")
        days = lines["30 days of GREEN_ONLY on paper"]
        self.assertEqual(days["status"], "not met")
        self.assertIn("SIMULATED", days["figure"])
        drawdown = lines["drawdown below 15 %"]
        self.assertEqual((drawdown["status"], drawdown["figure"]),
                         ("met" if s["max_drawdown"] < .15 else "not met", f"{s['max_drawdown'] * 100:.2f} %"))
        self.assertIn(f"of {s['trades']} trades", lines["win rate above 60 %"]["figure"])
        self.assertEqual(lines["position sizes proved on paper"]["status"], "met")
        self.assertEqual(lines["no critical errors in the logs"]["figure"], "0 error lines")

    def test_limits_are_those_of_the_configuration(self):
        self.assertEqual(self.lines()["initial capital 1 000 to 5 000"]["status"], "not met")
        lines = self.lines("--set", "risk.initial_capital=3000", "--set", "risk.l4_drawdown_max=0.2")
        self.assertEqual((lines["initial capital 1 000 to 5 000"]["status"], lines["initial capital 1 000 to 5 000"]["figure"]), ("met", "3000.00 USD"))
        self.assertEqual((lines["layer 4, drawdown, at most 15 %"]["status"], lines["layer 4, drawdown, at most 15 %"]["figure"]), ("not met", "20.00 %"))

    def test_a_profile_or_a_journal_that_is_not_there_is_refused(self):
        self.refused(USAGE, ["nowhere"], "checklist", "--config", CONFIG, "--journal", "nowhere")
        self.refused(USAGE, ["green_onlx"], "checklist", "--config", CONFIG, "--profile", "green_onlx")


if __name__ == "__main__":
    main()
