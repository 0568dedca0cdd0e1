"""Guards: real quotes, trades and order books that import with other counts than the files hold, a journaled book that is not the
file's, a journal of ticks that is damaged or cannot be read back."""
import collections
import decimal
import gzip
import io
import json
import lzma
import unittest
import zipfile

from omega_case import BAD_DATA, CONFIG, DATA, OmegaCase, USAGE, main, needs_data

GOOG = DATA / "l2" / "lobster" / "LOBSTER_SampleFile_GOOG_2012-06-21_10.zip"
BITSTAMP = DATA / "l2" / "bitstamp-orders"
BITFINEX = DATA / "l2" / "bitfinex-raw-book" / "tBTCUSD_R0_L3_feed.json.gz"


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

    def book(self):
        """Both sides of the journal's book after its last event, price to size."""
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
        return sides

    def test_the_book_of_the_journal_ends_as_the_last_row_of_the_file(self):
        report = self.imported("lobster", [GOOG], "--volume", "column")
        book, messages = sorted(report["sources"], key=lambda s: "message" in s["file"])
        self.assertEqual((messages["rows"], book["rows"], report["rejected"], report["clean"]), (147916, 147916, 0, True))
        self.assertEqual(messages["by_kind"], {"older_order": 3363})
        self.assertEqual((report["trades"], report["bars"]), (7765 + 3913, 390))
        ticks = report["symbols"][0]["ticks"]
        self.assertEqual((ticks["book_snapshots"], ticks["capabilities"]), (1, "QUOTES+QUOTE_SIZES+TRADES+TRADES_SIDED+L2"))
        sides = self.book()
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

    def backtested(self, *more):
        """FULL_24 over the journal, re-derived to the byte: its report, why strategies are off, and how many evaluations of each began."""
        report = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "full_24", "--journal", "j", "--out", "b", "--output", "report.json", *more)
        self.assertTrue(self.json("verify", "b", "--parity")["identical"])
        off = {s["name"]: s["disabled_reason"] for s in report["strategies"]}
        evaluated = {name: {s["step"]: s["count"] for s in steps}["evaluated"] for name, steps in report["funnel"].items()}
        return report, off, evaluated

    def test_a_day_of_bitstamp_s_orders_is_the_book_of_the_orders_that_are_left(self):
        report = self.imported("bitstamp", [BITSTAMP / "2015-05-01.log.xz"], "--symbol", "BTCUSD", "--volume", "column")
        self.assertEqual((report["rows"], report["trades"], report["bars"], report["clean"]), (56000, 575, 305, True))
        self.assertEqual(report["sources"][0]["by_kind"], {"older_order": 191, "late_order": 5, "ended_order": 22, "crossed_book": 768})
        orders, ended = {}, set()
        for line in lzma.open(BITSTAMP / "2015-05-01.log.xz", "rt"):
            _, event, text = line.split(" ", 2)
            order = json.loads(text) if event.startswith("order_") and event != "order_book" else {}
            if event == "order_deleted":
                orders.pop(order["id"], None)
                ended.add(order["id"])
            elif event == "order_created" and order["id"] not in ended or event == "order_changed" and order["id"] in orders:
                orders[order["id"]] = order
        for side, kind in (("bid", 0), ("ask", 1)):
            levels = collections.defaultdict(decimal.Decimal)
            for order in orders.values():
                if order["order_type"] == kind:
                    levels[float(order["price"])] += decimal.Decimal(order["amount"])
            want = sorted(levels.items(), reverse=side == "bid")[:10]
            got = sorted(self.book()[side].items(), reverse=side == "bid")[:10]
            self.assertEqual(got, [(price, float(size)) for price, size in want], side)
        traded = sum(t["size"] for t in self.cat("trade"))
        self.assertAlmostEqual(traded, 847.65711841, places=7)

    def test_the_strategies_of_the_book_and_of_trades_run_on_bitstamp_s_orders(self):
        self.imported("bitstamp", [BITSTAMP / "2015-05-01.log.xz"], "--symbol", "BTCUSD", "--volume", "column")
        _, off, evaluated = self.backtested("--set", "strategies.ofi_refinement.min_mtf_confluence=0", "--set", "instruments.BTCUSD.vpin_bucket=2")
        for name in ("iceberg_detection", "ofi_refinement", "footprint_orderflow_clusters", "spoofing_detection_l2"):
            self.assertIsNone(off[name], name)
            self.assertGreater(evaluated[name], 0, name)

    def test_frames_without_times_need_a_rule_for_them_and_say_so_ever_after(self):
        feed = BITFINEX
        command = ("import", "--quiet", "--config", CONFIG, "--format", "bitfinex", "--volume", "ticks", "--journal", "j", feed)
        for missing in ((), ("--start", "2022-01-01T00:00:00Z"), ("--frame-step", "1ms")):
            self.refused(USAGE, ("bitfinex needs --start and --frame-step",), *command, *missing)
        self.refused(USAGE, ("--frame-step '1'",), *command, "--start", "2022-01-01T00:00:00Z", "--frame-step", "1")
        self.refused(USAGE, ("--start 'now'",), *command, "--start", "now", "--frame-step", "1ms")
        self.assertFalse((self.dir / "j").exists())
        report = self.imported("bitfinex", [feed], "--volume", "ticks", "--start", "2022-01-01T00:00:00Z", "--frame-step", "100ms")
        self.assertEqual((report["rows"], report["book_events"], report["sources"][0]["by_kind"]), (100001, 124925, {"crossed_book": 6}))
        self.assertTrue(report["symbols"][0]["modelled_time"])
        with gzip.open(feed) as file:
            frames = json.load(file)
        last_book = max(n for n, frame in enumerate(frames) if isinstance(frame, list))
        last = self.cat("book_delta")[-1]
        seconds, tenths = divmod(last_book, 10)
        self.assertEqual(last["ts"], f"2022-01-01T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{tenths}00000000Z")
        report, off, evaluated = self.backtested("--set", "strategies.ofi_refinement.min_mtf_confluence=0", "--set", "instruments.BTCUSD.vpin_bucket=500")
        self.assertIn("MODELLED_TIME", report["header"]["feed"])
        self.assertIsNone(off["ofi_refinement"])
        self.assertGreater(evaluated["ofi_refinement"], 0)
        self.assertIn("TRADES", off["spoofing_detection_l2"])

    def test_a_damaged_line_or_frame_is_named_by_its_number_and_strict_refuses_it(self):
        lines = lzma.open(BITSTAMP / "2015-05-01.log.xz", "rt").read().splitlines()[:2000]
        lines[99] = lines[99][:-9]
        (self.dir / "cut.log").write_text("\n".join(lines) + "\n")
        command = ("import", "--quiet", "--config", CONFIG, "--format", "bitstamp", "--symbol", "BTCUSD", "--volume", "column")
        self.assertIn("cut.log:100: bad_json (rejected)", self.omega(*command, "--journal", "j", "cut.log").stdout)
        self.assert_one_error(self.omega(*command, "--journal", "s", "--strict", "cut.log", code=BAD_DATA).stderr, ["s: --strict"])
        with gzip.open(BITFINEX) as file:
            frames = json.load(file)[:500]
        frames[199] = [8047, [1, "60945", 1]]
        (self.dir / "feed.json").write_text(json.dumps(frames))
        command = ("import", "--quiet", "--config", CONFIG, "--format", "bitfinex", "--volume", "ticks", "--start", "2022-01-01T00:00:00Z", "--frame-step", "1ms")
        self.assertIn("feed.json:200: bad_record (rejected)", self.omega(*command, "--journal", "f", "feed.json").stdout)
        self.assert_one_error(self.omega(*command, "--journal", "t", "--strict", "feed.json", code=BAD_DATA).stderr, ["t: --strict"])

    def test_the_stream_and_the_csv_of_one_day_are_one_book(self):
        self.refused(USAGE, ("both give the book of the same time",), "import", "--quiet", "--config", CONFIG, "--format", "bitstamp", "--symbol", "BTCUSD",
                     "--volume", "column", "--journal", "j", BITSTAMP / "2015-05-01.log.xz", BITSTAMP / "orders.csv.xz")
        self.refused(USAGE, ("bitstamp needs --symbol",), "import", "--quiet", "--config", CONFIG, "--format", "bitstamp", "--volume", "column",
                     "--journal", "j", BITSTAMP / "orders.csv.xz")

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
