"""Guards: a what-if that finds differences where nothing changed, or whose list does not add up to the difference of the reports."""
import json
import unittest

from omega_case import CONFIG, LOOSE, USAGE, OmegaCase, main

STOP = "strategies.liquidity_sweep.stop_buffer_pips=8"
CENT = 0.005


class WhatIf(OmegaCase):
    def setUp(self):
        super().setUp()
        self.paper("j", *LOOSE, "--output", "j.json", days=45)
        self.report = json.loads((self.dir / "j.json").read_text())
        self.assertGreater(self.report["statistics"]["trades"], 5)

    def whatif(self, *settings):
        return self.json("whatif", "j", "--config", CONFIG, *settings)

    def test_no_change_is_no_difference(self):
        doc = self.whatif()
        (v,) = doc["variants"]
        self.assertTrue(doc["base_is_recorded"])
        self.assertTrue(v["identical"])
        self.assertEqual((v["differences"], v["pnl_difference"], v["first_divergence"]), ([], 0, None))
        self.assertEqual(doc["base"]["total_pnl"], self.report["statistics"]["total_pnl"])
        self.assertEqual(doc["base"]["final_equity"], self.report["capital"]["final"])

    def test_a_setting_that_changes_nothing_is_no_difference_either(self):
        (v,) = self.whatif("--set", "risk.leverage_max=10")["variants"]
        self.assertTrue(v["identical"])

    def test_a_model_that_the_run_had_not_may_be_given(self):
        model = "engine.models.volatility=histdata_2018"
        changed = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "j", "--out", "b", *LOOSE, "--set", model)
        (v,) = self.whatif("--set", model)["variants"]
        self.assertFalse(v["identical"], "the probabilities of the volatility states are in the features lane")
        self.assertTrue(v["reconciles"])
        self.assertEqual(v["result"]["trades"], changed["statistics"]["trades"])
        self.assertTrue(self.whatif("--set", "engine.models.micro_price=simulated_book")["variants"][0]["identical"], "no strategy asks for it")

    def test_a_changed_stop_lists_the_trades_that_make_the_difference_of_two_backtests(self):
        changed = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "j", "--out", "b",
                            *LOOSE, "--set", STOP)
        (v,) = self.whatif("--set", STOP)["variants"]
        self.assertTrue(v["reconciles"])
        self.assertTrue(v["differences"])
        expected = changed["statistics"]["total_pnl"] - self.report["statistics"]["total_pnl"]
        self.assertNotEqual(expected, 0)
        self.assertAlmostEqual(v["pnl_difference"], expected, delta=CENT)
        self.assertAlmostEqual(sum(d["pnl_difference"] for d in v["differences"]), expected, delta=CENT)
        for part in ("by_strategy", "by_symbol"):
            self.assertAlmostEqual(sum(v[part].values()), expected, delta=CENT)
        self.assertEqual(v["result"]["trades"], changed["statistics"]["trades"])
        self.check_sides(v, changed)

    def check_sides(self, v, changed):
        """Each side of a difference is a trade of the report it comes from, and what is not listed is the same in both."""
        before = {t["id"]: t["pnl"] for t in self.report["trades"]}
        after = {t["id"]: t["pnl"] for t in changed["trades"]}
        for d in v["differences"]:
            for side, trades in (("before", before), ("after", after)):
                if d[side] and "trade" in d[side]:
                    self.assertEqual(trades.pop(d[side]["trade"]["id"]), d[side]["trade"]["pnl"])
        self.assertEqual(sorted(before.values()), sorted(after.values()))

    def test_the_first_divergence_comes_first_and_has_a_cause(self):
        (v,) = self.whatif("--set", STOP)["variants"]
        first = v["first_divergence"]
        self.assertEqual(first["ts"], min(d["ts"] for d in v["differences"]))
        self.assertIn("stop", first["cause"])

    def test_several_groups_stand_in_one_table_each_as_if_alone(self):
        quality = "risk.quality_min=0.7"
        doc = self.whatif("--variant", STOP, "--variant", quality, "--variant", f"{STOP} {quality}")
        self.assertEqual([v["settings"] for v in doc["variants"]], [[STOP], [quality], [STOP, quality]])
        (alone,) = self.whatif("--set", quality)["variants"]
        self.assertEqual(doc["variants"][1], alone)
        text = self.omega("whatif", "j", "--config", CONFIG, "--variant", STOP, "--output", "w.md").stdout
        self.assertEqual((self.dir / "w.md").read_text(), text)

    def test_a_wrong_setting_is_refused_with_its_allowed_values(self):
        self.refused(USAGE, ["risk.quality_min"], "whatif", "j", "--config", CONFIG, "--set", "risk.quality_min=7")
        self.refused(USAGE, ["nowhere"], "whatif", "nowhere")


if __name__ == "__main__":
    main()
