"""Guards: real market data that imports with other counts than the files hold, a journal of it that is damaged, a backtest
on it that fails or whose report hides where the data fall short (proxy volume, modelled spread, no volume)."""
import unittest

from omega_case import CONFIG, DATA, HISTDATA, LOOSE, OmegaCase, main, needs_data
from report_shape import check_report

# Rows of each file of 2018, counted with wc -l.
HISTDATA_ROWS = {"AUDUSD": 369457, "EURUSD": 372607, "GBPUSD": 372261, "USDCAD": 367942, "USDCHF": 370264, "USDJPY": 371800,
                 "XAUUSD": 353778}
NEED_VOLUME = ("mean_reversion_statistical", "liquidity_sweep", "order_flow_toxicity", "momentum_quality",
               "order_block_institutional")


@needs_data
class ImportReal(OmegaCase):
    def imported(self, journal, fmt, files, *more):
        report = self.json("import", "--quiet", "--config", CONFIG, "--format", fmt, "--journal", journal, *more, *files)
        self.assertEqual(report["events"], report["good"] + report["quarantined"])
        self.assertEqual(report["events"], sum(s["events"] for s in report["symbols"]))
        self.check_journal(journal, report)
        return report

    def check_journal(self, journal, report):
        """The journal holds what the table says, closed and without a damaged byte."""
        self.omega("journal", "check", journal)
        info = self.json("journal", "info", journal)
        self.assertEqual((info["schema"], info["state"]), ("omega.journal-info/1", "closed"))
        inputs = info["lanes"][0]
        self.assertEqual((inputs["lane"], inputs["frames"], inputs["types"]["bar"]), ("inputs", report["events"], report["events"]))
        self.assertEqual([info["from"], info["to"]], [inputs["from"], inputs["to"]])

    def backtest(self, journal, *more, profile="green_only"):
        report = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", profile, "--journal", journal,
                           "--out", f"{journal}-backtest", "--output", "report.json", *more)
        check_report(self, report)
        self.assertEqual(report["reasons"]["sum"], report["statistics"]["signals"])
        self.assertTrue(report["reasons"]["reconciled"])
        self.assertTrue(self.json("verify", f"{journal}-backtest", "--parity")["identical"])
        return report

    def histdata(self, journal, symbols, volume):
        files = [HISTDATA / f"HISTDATA_COM_ASCII_{s}_M12018.zip" for s in symbols]
        return self.imported(journal, "histdata", files, "--tz", "NewYork", "--price-basis", "bid", "--volume", volume)

    def one_instrument(self, report):
        self.assertEqual(len(report["header"]["instruments"]), 1)
        return report["header"]["instruments"][0]

    def test_a_year_of_minutes_with_proxy_volume_says_so_in_the_header(self):
        report = self.histdata("j", ["EURUSD", "USDJPY"], "range-proxy")
        self.assertTrue(report["clean"])
        self.assertEqual({s["symbol"]: s["events"] for s in report["symbols"]}, {s: HISTDATA_ROWS[s] for s in ("EURUSD", "USDJPY")})
        eurusd = next(s for s in report["symbols"] if s["symbol"] == "EURUSD")
        self.assertEqual((eurusd["volume_kind"], eurusd["modelled_spread"], eurusd["gaps"]), ("PROXY_RANGE", True, 798))
        self.assertEqual(eurusd["from"], "2018-01-01T22:00:00.000000000Z", "17:00 in New York, in winter")
        back = self.backtest("j", "--from", "2018-03-01", "--to", "2018-06-01", *LOOSE)
        self.assertGreater(back["statistics"]["trades"], 10, "loose thresholds trade, so that there is something to add up")
        self.assertLessEqual({"PROXY_RANGE", "MODELLED_SPREAD"}, set(back["header"]["notes"]))
        self.assertNotIn("SIMULATED", back["header"]["notes"])
        for i in back["header"]["instruments"]:
            self.assertEqual((i["price_basis"], i["volume_kind"], i["modelled_spread_pips"]), ("bid", "PROXY_RANGE", 1.0))
        self.assertTrue(all(s["disabled_reason"] is None for s in back["strategies"]))
        text = self.omega("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "j", "--days", "5",
                          "--out", "text").stdout
        self.assertRegex(text, r"notes +PROXY_RANGE MODELLED_SPREAD")
        self.assertRegex(text, r"EURUSD +prices bid, volume PROXY_RANGE, modelled spread 1\.00 pips")

    def test_seven_symbols_merge_in_time_order(self):
        report = self.histdata("j", sorted(HISTDATA_ROWS), "range-proxy")
        self.assertEqual({s["symbol"]: s["events"] for s in report["symbols"]}, HISTDATA_ROWS)
        lines = self.omega("journal", "cat", "j", "--lane", "inputs", "--from", "2018-06-01", "--limit", "3000").stdout.splitlines()
        times = [line.split('"ts":"')[1].split('"')[0] for line in lines]
        self.assertEqual(times, sorted(times))
        self.assertEqual(len({line.split('"instrument":')[1].split(",")[0] for line in lines}), 7)
        self.assertEqual(len(self.backtest("j", "--days", "8")["header"]["instruments"]), 7)

    def test_without_volume_every_strategy_that_needs_it_is_disabled_and_makes_no_signal(self):
        self.histdata("j", ["EURUSD"], "none")
        back = self.backtest("j", "--days", "60")
        self.assertEqual(self.one_instrument(back)["volume_kind"], "NONE")
        self.assertEqual([(s["id"], s["disabled_reason"], s["signals"]) for s in back["strategies"]],
                         [(f"S0{n}", "missing VOLUME", 0) for n in range(1, 6)])
        self.assertEqual({d["strategy"]: (d["symbol"], d["missing"]) for d in back["disabled"]},
                         {name: ("EURUSD", "VOLUME") for name in NEED_VOLUME})
        self.assertEqual((back["statistics"]["signals"], back["statistics"]["trades"]), (0, 0))
        self.assertIsNone(back["statistics"]["win_rate"])
        text = self.omega("strategies", "--config", CONFIG, "--profile", "green_only", "--journal", "j").stdout
        for n in range(1, 6):
            self.assertRegex(text, rf"(?m)^S0{n} .*DISABLED: EURUSD lacks VOLUME$")

    def test_quotes_of_both_sides_need_no_modelled_spread(self):
        files = sorted((DATA / "fx-minute" / "lean-fxcm-quote" / "eurusd").glob("201405*.zip"))
        report = self.imported("j", "lean", files, "--tz", "UTC-5", "--volume", "none")
        self.assertEqual((len(files), report["rows"], report["events"], report["rejected"]), (13, 15857, 15857, 0))
        crossed = sum(source["crossed"] for source in report["sources"])
        self.assertEqual(report["quarantined"], crossed)
        self.assertEqual(crossed, 374)
        back = self.backtest("j")
        i = self.one_instrument(back)
        self.assertEqual((i["symbol"], i["price_basis"], i["modelled_spread_pips"]), ("EURUSD", "bid_ask", None))
        self.assertNotIn("MODELLED_SPREAD", back["header"]["notes"])

    def test_ticks_become_minutes_with_tick_volume(self):
        files = sorted((DATA / "fx-tick" / "lean-fxcm-quote" / "eurusd").glob("*.zip"))
        report = self.imported("j", "lean", files, "--tz", "UTC-5", "--volume", "ticks")
        self.assertEqual((len(files), report["rows"], report["rejected"]), (13, 1144807, 116871))
        self.assertTrue(all(source["ticks"] for source in report["sources"]))
        self.assertEqual((report["symbols"][0]["volume_kind"], report["events"]), ("TICKS", 15854))
        bars = self.omega("journal", "cat", "j", "--lane", "inputs").stdout.splitlines()
        total = sum(float(line.split('"volume":')[1].split(",")[0].rstrip("}")) for line in bars)
        self.assertEqual(total, report["rows"] - report["rejected"], "each tick counts in one bar")
        back = self.backtest("j")
        self.assertEqual(self.one_instrument(back)["volume_kind"], "TICKS")
        self.assertTrue(all(s["disabled_reason"] is None for s in back["strategies"]))

    def test_crypto_bars_bring_their_own_volume(self):
        report = self.imported("j", "csv", [DATA / "crypto-bars" / "btc-perp-20211231-20220201_1m.csv.gz"],
                               "--tz", "UTC", "--price-basis", "trade", "--volume", "column", "--symbol", "BTCUSD")
        self.assertEqual((report["rows"], report["events"], report["rejected"]), (45031, 45031, 0))
        back = self.backtest("j")
        i = self.one_instrument(back)
        self.assertEqual((i["symbol"], i["volume_kind"], i["modelled_spread_pips"]), ("BTCUSD", "TRADED", 10.0))
        self.assertNotIn("PROXY_RANGE", back["header"]["notes"])

    def test_futures_bars_bring_their_own_volume(self):
        report = self.imported("j", "csv", [DATA / "futures-bars" / "6EH4.XCME_1min_bars_20240101_20240131.csv.gz"],
                               "--tz", "UTC", "--price-basis", "trade", "--volume", "column", "--symbol", "6E")
        self.assertEqual((report["rows"], report["events"], report["clean"]), (29996, 29996, True))
        back = self.backtest("j")
        i = self.one_instrument(back)
        self.assertEqual((i["symbol"], i["volume_kind"], i["modelled_spread_pips"]), ("6E", "TRADED", 0.5))


if __name__ == "__main__":
    main()
