"""Guards: a defect of a data file that the import passes over, finds at another line, or sees where there is none."""
import json
import unittest
from collections import Counter

from omega_case import BAD_DATA, CONFIG, DATA, DONE, OmegaCase, main, needs_data

FILE = DATA / "nasty" / "EURUSD_2018-03_m1_nasty.csv"
# The manifest's words for what the program names otherwise.
KIND = {"out_of_order_swap": "out_of_order", "comma_instead_of_semicolon": "wrong_separator", "spike_x10": "spike",
        "drop_15_minutes": "gap", "truncated_last_line_no_newline": "truncated_last_line"}


@needs_data
class NastyFile(OmegaCase):
    IMPORT = ("import", "--quiet", "--config", CONFIG, "--format", "histdata", "--symbol", "EURUSD", "--tz", "NewYork",
              "--price-basis", "bid", "--volume", "range-proxy", FILE)

    def expected(self):
        manifest = json.loads(FILE.with_suffix(".manifest.json").read_text())
        return sorted((row["line"], KIND.get(row["defect"], row["defect"])) for row in manifest)

    def test_every_defect_is_found_at_its_line_and_none_else(self):
        report = self.json(*self.IMPORT, "--journal", "j")
        found = sorted((row["line"], row["kind"]) for row in report["sources"][0]["bad_rows"])
        self.assertEqual(found, self.expected())
        self.assertEqual(report["sources"][0]["by_kind"], dict(Counter(kind for _, kind in self.expected())))
        self.assertFalse(report["clean"])

    def test_the_table_lists_each_with_file_and_line(self):
        text = self.omega(*self.IMPORT, "--journal", "j").stdout
        lines = {int(line.split(":")[1]) for line in text.splitlines() if line.startswith(f"{FILE}:")}
        self.assertEqual(lines, {line for line, _ in self.expected()})
        self.assertNotIn("more rows with findings", text)

    def test_strict_refuses_the_same_file_and_still_prints_the_table(self):
        run = self.omega(*self.IMPORT, "--journal", "j", "--strict", code=BAD_DATA)
        self.assert_one_error(run.stderr, ["j: --strict", "bad"])
        self.assertIn("text_in_price", run.stdout)

    def test_the_journal_is_clean_and_its_marked_bars_reach_no_feature(self):
        report = self.json(*self.IMPORT, "--journal", "j")
        self.omega("journal", "check", "j", code=DONE)
        back = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "j", "--out", "b")
        quality = next(q for q in back["quality"] if q["symbol"] == "EURUSD")
        self.assertEqual(quality["quarantined"], report["quarantined"])
        self.assertEqual(quality["bars"], report["events"])
        vectors = next(lane for lane in self.json("journal", "info", "b")["lanes"] if lane["lane"] == "features")
        self.assertGreater(vectors["types"]["feature_vector"], 0)
        highs = [json.loads(line) for line in self.omega("journal", "cat", "b", "--lane", "features", "--type", "feature_vector").stdout.splitlines()]
        self.assertTrue(all(1.0 < v["low"] <= v["high"] < 1.5 for v in highs), "a spike, a zero or a negative price got through")


if __name__ == "__main__":
    main()
