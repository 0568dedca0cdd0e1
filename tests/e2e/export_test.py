"""Guards: an export that leaves out, doubles or rounds an event, or whose totals are not those of report.json."""
import csv
import json
import sqlite3
import unittest

from omega_case import ENVIRONMENT, LOOSE, USAGE, OmegaCase, main

NOT_EXPORTED = {"bar", "timer", "digest_checkpoint", "feature_vector"}
CENT = 0.005


class Export(OmegaCase):
    def setUp(self):
        super().setUp()
        self.paper("j", *LOOSE, "--output", "j.json", days=40)
        self.totals = json.loads((self.dir / "j.json").read_text())
        self.recorded = {}
        for lane in self.json("journal", "info", "j")["lanes"]:
            for kind, n in lane["types"].items():
                self.recorded[kind] = self.recorded.get(kind, 0) + n

    def database(self, *more):
        self.omega("export", "sqlite", "j", "x.db", *more)
        db = sqlite3.connect(self.dir / "x.db")
        self.addCleanup(db.close)
        return db

    def count(self, db, table):
        return db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]

    def test_every_event_is_a_row(self):
        db = self.database("--bars")
        for kind, n in self.recorded.items():
            if kind not in NOT_EXPORTED - {"bar", "timer"}:
                self.assertEqual(self.count(db, kind), n, kind)
        info = dict(db.execute("SELECT name, value FROM export_info"))
        self.assertEqual(info["schema"], "omega.export/1")
        self.assertEqual(int(info["rows of signal"]), self.recorded["signal"])

    def test_totals_are_those_of_the_report(self):
        db = self.database()
        s = self.totals["statistics"]
        trades, pnl, commission = db.execute("SELECT count(*), sum(net_pnl), sum(commission) FROM trade_closed").fetchone()
        self.assertEqual((trades, self.count(db, "signal")), (s["trades"], s["signals"]))
        self.assertAlmostEqual(pnl, s["total_pnl"], delta=CENT)
        self.assertAlmostEqual(commission, s["commission"], delta=CENT)
        filled = db.execute("SELECT count(*) FROM signal_outcome WHERE code IN ('FILLED', 'PARTIAL')").fetchone()[0]
        self.assertEqual(filled, s["filled"])
        by_strategy = dict(db.execute("SELECT strategy, count(*) FROM trade_closed GROUP BY strategy"))
        self.assertEqual(by_strategy, {r["name"]: r["trades"] for r in self.totals["strategies"] if r["trades"]})
        joined = db.execute("SELECT count(*) FROM trade_closed t JOIN signal s ON s.seq = t.signal_seq AND s.seq * 256 + s.\"index\" = t.order_id").fetchone()[0]
        self.assertEqual(joined, trades)

    def test_values_are_those_that_journal_cat_prints(self):
        db = self.database()
        db.row_factory = sqlite3.Row
        for kind in ("signal", "risk_decision", "trade_closed", "exec_report"):
            printed = [json.loads(line) for line in self.omega("journal", "cat", "j", "--type", kind).stdout.splitlines()]
            rows = db.execute(f'SELECT * FROM "{kind}" ORDER BY rowid').fetchall()
            self.assertEqual(len(rows), len(printed))
            for row, event in zip(rows, printed):
                for name, value in event.items():
                    if name not in ("lane", "type") and not isinstance(value, list):
                        self.assertEqual(row[name], value, f"{kind}.{name}")

    def test_csv_files_hold_the_same_rows(self):
        db = self.database()
        self.omega("export", "csv", "j", "x")
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master")]
        self.assertEqual(sorted(p.stem for p in (self.dir / "x").iterdir()), sorted(tables))
        for table in tables:
            with open(self.dir / "x" / f"{table}.csv", newline="") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual(len(rows), self.count(db, table), table)
        with open(self.dir / "x" / "trade_closed.csv", newline="") as file:
            pnl = sum(float(r["net_pnl"]) for r in csv.DictReader(file))
        self.assertAlmostEqual(pnl, self.totals["statistics"]["total_pnl"], delta=CENT)

    def test_features_come_one_value_a_row_by_name(self):
        self.paper("short", days=1)
        self.omega("export", "sqlite", "short", "f.db", "--features")
        with sqlite3.connect(self.dir / "f.db") as db:
            vectors = [json.loads(line) for line in self.omega("journal", "cat", "short", "--lane", "features", "--limit", 50).stdout.splitlines()]
            for v in vectors:
                if v["type"] == "feature_vector":
                    values = [x for (x,) in db.execute("SELECT value FROM feature_value WHERE seq = ? AND instrument = ? AND lower(timeframe) = ? ORDER BY rowid",
                                                       (v["seq"], v["instrument"], v["timeframe"].lower()))]
                    self.assertEqual(values, v["values"])
            names = {n for (n,) in db.execute("SELECT DISTINCT feature FROM feature_value WHERE timeframe = 'M1'")}
        self.assertIn("vpin(50)@M1", names)

    def test_nothing_is_written_over_and_a_failure_leaves_nothing(self):
        self.omega("export", "csv", "j", "x")
        self.refused(USAGE, ["x: is there already"], "export", "csv", "j", "x")
        self.refused(USAGE, ["nowhere"], "export", "sqlite", "nowhere", "y.db")
        self.assertFalse((self.dir / "y.db").exists())
        self.refused(ENVIRONMENT, ["no/such/x.db"], "export", "sqlite", "j", "no/such/x.db")


if __name__ == "__main__":
    main()
