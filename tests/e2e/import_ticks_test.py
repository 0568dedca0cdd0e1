"""Guards: real quotes, trades and order books that import with other counts than the files hold, a journaled book that is not the
file's, a journal of ticks that is damaged or cannot be read back."""
import collections
import io
import json
import unittest
import zipfile

from omega_case import CONFIG, DATA, OmegaCase, USAGE, main, needs_data

GOOG = DATA / "l2" / "lobster" / "LOBSTER_SampleFile_GOOG_2012-06-21_10.zip"


@needs_data
class ImportTicks(OmegaCase):
    def imported(self, fmt, files, *more):
        report = self.json("import", "--quiet", "--config", CONFIG, "--format", fmt, "--journal", "j", *more, *files)
        self.assertEqual(report["events"], report["good"] + report["quarantined"])
        self.assertEqual(report["events"], report["bars"] + report["quotes"] + report["trades"] + report["book_events"])
        self.omega("journal", "check", "j")
        inputs = self.json("journal", "info", "j")["lanes"][0]
        types = collections.Counter(inputs["types"])
        self.assertEqual(inputs["frames"], report["events"])
        self.assertEqual((types["bar"], types["quote"], types["trade"], types["book_delta"] + types["book_snapshot"]),
                         (report["bars"], report["quotes"], report["trades"], report["book_events"]))
        return report

    def cat(self, *types):
        """Events of these types, in order."""
        words = [word for t in types for word in ("--type", t)]
        return [json.loads(line) for line in self.omega("journal", "cat", "j", "--lane", "inputs", *words).stdout.splitlines()]

    def test_the_book_of_the_journal_ends_as_the_last_row_of_the_file(self):
        report = self.imported("lobster", [GOOG], "--volume", "column")
        book, messages = sorted(report["sources"], key=lambda s: "message" in s["file"])
        self.assertEqual((messages["rows"], book["rows"], report["rejected"], report["clean"]), (147916, 147916, 0, True))
        self.assertEqual(messages["by_kind"], {"older_order": 3363})
        self.assertEqual((report["trades"], report["bars"]), (7765 + 3913, 390))
        ticks = report["symbols"][0]["ticks"]
        self.assertEqual((ticks["book_snapshots"], ticks["capabilities"]), (1, "QUOTES+QUOTE_SIZES+TRADES+TRADES_SIDED+L2"))
        sides = {}
        for event in self.cat("book_snapshot", "book_delta"):
            if event["type"] == "book_snapshot":
                for side in ("bid", "ask"):
                    levels = range(event[f"{side}_levels"])
                    sides[side] = {event[f"{side}_price"][i]: event[f"{side}_size"][i] for i in levels}
                continue
            level = sides[event["side"]]
            if event["new_size"] == 0:
                del level[event["price"]]  # a level that is removed was there
            else:
                level[event["price"]] = event["new_size"]
        with zipfile.ZipFile(GOOG) as archive:
            name = next(n for n in archive.namelist() if "orderbook" in n)
            for last in io.TextIOWrapper(archive.open(name)):
                pass
        row = [int(x) for x in last.split(",")]
        for side, first in (("ask", 0), ("bid", 2)):
            want = {row[i] / 10000: row[i + 1] for i in range(first, 40, 4)}
            self.assertEqual(sides[side], want, side)

    def test_a_day_of_euro_quotes_is_kept_with_the_crossed_ones_marked(self):
        day = DATA / "fx-tick" / "lean-fxcm-quote" / "eurusd" / "20140502_quote.zip"
        report = self.imported("lean", [day], "--tz", "UTC-5", "--volume", "ticks", "--ticks", "keep")
        self.assertEqual((report["rows"], report["quotes"], report["rejected"]), (96406, 96406, 0))
        crossed = report["sources"][0]["crossed"]
        self.assertEqual(report["quarantined"], crossed)
        with zipfile.ZipFile(day) as archive:
            rows = [line.split(b",") for line in archive.read(archive.namelist()[0]).split()]
        self.assertEqual(crossed, sum(float(bid) > float(ask) for _, bid, ask in rows))
        quotes = self.cat("quote")
        self.assertEqual(len(quotes), len(rows))
        self.assertEqual(sum(q["flags"] == ["bad_crossed"] for q in quotes), crossed)
        self.assertEqual([(q["bid"], q["ask"]) for q in quotes], [(float(bid), float(ask)) for _, bid, ask in rows])

    def test_24_hours_of_dukascopy(self):
        files = sorted((DATA / "fx-tick" / "dukascopy-bi5" / "GBPJPY" / "2012" / "11" / "03").glob("*.bi5"))
        report = self.imported("bi5", files, "--volume", "ticks")
        self.assertEqual((len(files), report["quotes"], report["rejected"]), (24, 58953, 0))
        self.assertEqual((report["from"][:16], report["to"][:16]), ("2012-12-03T00:00", "2012-12-04T00:00"))

    def test_shares_quotes_with_trades_and_the_exchange_s_own_messages(self):
        folder = DATA / "equity" / "lean-tick" / "ibm"
        report = self.imported("lean", [folder / "20131007_quote.zip", folder / "20131007_trade.zip"], "--tz", "NewYork", "--volume", "column",
                               "--ticks", "keep")
        self.assertEqual((report["rows"], report["trades"]), (109067 + 24293, 24293))
        self.assertEqual(report["symbols"][0]["ticks"]["capabilities"], "QUOTES+QUOTE_SIZES+TRADES")
        report = self.json("import", "--quiet", "--config", CONFIG, "--format", "itch", "--journal", "i", "--volume", "column",
                           DATA / "itch" / "AAPL_20191230_50k.itch50.gz")
        self.assertEqual((report["rows"], report["trades"], report["sources"][0]["by_kind"]), (49947, 1907, {"older_order": 3970}))

    def test_a_backtest_over_a_book_runs_and_verifies(self):
        self.imported("lobster", [GOOG], "--volume", "column")
        report = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "j", "--out", "b",
                           "--output", "report.json")
        self.assertEqual(report["header"]["instruments"][0]["symbol"], "GOOG")
        self.assertTrue(self.json("verify", "b", "--parity")["identical"])

    def test_bars_alone_on_request(self):
        report = self.imported("lobster", [GOOG], "--volume", "column", "--ticks", "bars")
        self.assertEqual((report["events"], report["bars"]), (390, 390))

    def test_half_a_day_is_refused(self):
        half = sorted((DATA / "l2" / "lobster" / "AAPL-first1000").glob("*message*"))
        self.refused(USAGE, ("orderbook file is not among the files",), "import", "--quiet", "--config", CONFIG, "--format", "lobster",
                     "--volume", "none", "--journal", "j", *half)
        self.assertFalse((self.dir / "j").exists())


if __name__ == "__main__":
    main()
