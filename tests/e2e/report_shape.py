"""The shape of report.json (schema omega.report/1): every field of the contract, its type, and null where it is undefined."""
import math

WIN_RATE_TRADES_MIN = 10  # a win rate of fewer says nothing
NUMBER, MAYBE = (int, float), (int, float, type(None))
SECTIONS = {
    "journal": {"path": str, "inputs_digest": str, "derived_digest": str},
    "period": {"from": str, "to": str, "days": int},
    "run": {"events": int, "wall_seconds": NUMBER, "events_per_second": MAYBE, "layout": str, "threads": str, "layout_notes": list, "latency": list, "ring_full_waits": int, "late_periods": int, "late_max_ms": NUMBER},
    "capital": {"currency": str, "initial": NUMBER, "final": NUMBER, "peak": NUMBER},
    "statistics": {
        "trades": int, "wins": int, "losses": int, "win_rate": MAYBE, "total_pnl": NUMBER, "gross_profit": NUMBER,
        "gross_loss": NUMBER, "profit_factor": MAYBE, "expectancy": MAYBE, "expectancy_r": MAYBE, "reward_risk_avg": MAYBE,
        "max_drawdown": MAYBE, "max_drawdown_duration_days": MAYBE, "daily_pnl_volatility": MAYBE, "sharpe": MAYBE,
        "sortino": MAYBE, "calmar": MAYBE, "signals": int, "orders": int, "execution_rate": MAYBE, "trades_per_day": MAYBE,
        "commission": NUMBER, "slippage": NUMBER},
    "killswitch": {"emergency_stop": bool, "layers": list},
}
LISTED = {
    "strategies": {"name": str, "signals": int, "trades": int, "win_rate": MAYBE, "total_pnl": NUMBER, "reward_risk_avg": MAYBE,
                   "disabled_reason": (str, type(None))},
    "trades": {"id": str, "symbol": str, "strategy": str, "side": str, "quantity": NUMBER, "entry_time": str,
               "entry_price": NUMBER, "exit_time": str, "exit_price": NUMBER, "exit_reason": str, "pnl": NUMBER,
               "r_multiple": NUMBER, "cause_seq": int},
}
LAYER = {"layer": int, "name": str, "status": str, "activations": int, "blocked": int}
TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$"


def check_report(test, report):
    test.assertEqual(report["schema"], "omega.report/1")
    test.assertIn(report["mode"], ("paper", "backtest"))
    test.assertIsInstance(report["profile"], str)
    for name, fields in SECTIONS.items():
        check_fields(test, name, report[name], fields)
    for name, fields in LISTED.items():
        for row in report[name]:
            check_fields(test, name, row, fields)
    test.assertEqual([layer["layer"] for layer in report["killswitch"]["layers"]], [1, 2, 3, 4])
    for layer in report["killswitch"]["layers"]:
        check_fields(test, "layer", layer, LAYER)
    for digest in ("inputs_digest", "derived_digest"):
        test.assertRegex(report["journal"][digest], r"^[0-9a-f]{16}$")
    for time in (report["period"]["from"], report["period"]["to"]):
        test.assertRegex(time, TIME)
    check_equity(test, report)
    check_undefined(test, report)
    check_sums(test, report)


def check_fields(test, where, section, fields):
    for field, kind in fields.items():
        test.assertIn(field, section, where)
        value = section[field]
        test.assertIsInstance(value, kind, f"{where}.{field}")
        if kind is not bool and not (isinstance(kind, tuple) and bool in kind):
            test.assertNotIsInstance(value, bool, f"{where}.{field}")
        if isinstance(value, float):
            test.assertTrue(math.isfinite(value), f"{where}.{field} is {value}")


def check_equity(test, report):
    days = [day for day, _ in report["equity"]]
    test.assertEqual(days, sorted(set(days)))
    for day, value in report["equity"]:
        test.assertRegex(day, r"^\d{4}-\d\d-\d\d$")
        test.assertIsInstance(value, NUMBER)


def check_undefined(test, report):
    """A ratio without what it is a ratio of is null, never 0."""
    s = report["statistics"]
    if s["trades"] == 0:
        for field in ("win_rate", "profit_factor", "expectancy", "expectancy_r", "reward_risk_avg"):
            test.assertIsNone(s[field], field)
        for field in ("sharpe", "sortino", "calmar"):
            test.assertIsNone(s[field], f"{field}: equity does not move")
    else:
        for field in ("expectancy", "expectancy_r", "trades_per_day", "execution_rate"):
            test.assertIsNotNone(s[field], field)
    decided = s["wins"] + s["losses"]
    if decided < WIN_RATE_TRADES_MIN:
        test.assertIsNone(s["win_rate"], f"of {decided} trades")
    else:
        test.assertAlmostEqual(s["win_rate"], s["wins"] / decided)
    if s["signals"] == 0:
        test.assertIsNone(s["execution_rate"])
    for strategy in report["strategies"]:
        if strategy["trades"] == 0:
            test.assertIsNone(strategy["win_rate"], strategy["name"])
            test.assertIsNone(strategy["reward_risk_avg"], strategy["name"])


def check_sums(test, report):
    """What is counted twice agrees."""
    s, trades = report["statistics"], report["trades"]
    test.assertEqual(s["trades"], len(trades))
    test.assertEqual(s["signals"], sum(row["signals"] for row in report["strategies"]))
    test.assertEqual(s["trades"], sum(row["trades"] for row in report["strategies"]))
    test.assertAlmostEqual(s["total_pnl"], sum(t["pnl"] for t in trades), places=6)
    test.assertAlmostEqual(s["total_pnl"], s["gross_profit"] + s["gross_loss"], places=6)
    test.assertEqual(s["signals"], report["reasons"]["signals"])
    test.assertEqual(s["signals"], sum(report["reasons"]["totals"].values()))
    if not report["capital"].get("open_positions"):
        test.assertAlmostEqual(report["capital"]["final"], report["capital"]["initial"] + s["total_pnl"], places=6)
