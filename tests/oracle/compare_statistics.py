"""Statistics of omega report against independent packages: empyrical (ratios of daily returns), scipy (Wilson interval, exact sums
with fsum). The run is a simulated one; only arithmetic is judged. The drawdown is taken over minutes, which no file holds: the equity of
every minute is rebuilt from the fills and the bars of the journal. Usage: compare_statistics.py OMEGA CONFIG DUMP WORK_FOLDER"""
import csv
import heapq
import json
import math
import pathlib
import shutil
import subprocess
import sys

import empyrical
import numpy as np
from scipy import stats

# Thresholds so low that there are trades to count.
LOOSE = ["strategies.mean_reversion_statistical.entry_sigma_threshold=2", "strategies.liquidity_sweep.penetration_min=1",
         "strategies.liquidity_sweep.volume_threshold_multiplier=1.2", "strategies.liquidity_sweep.reversal_velocity_min=0.5",
         "strategies.liquidity_sweep.min_confirmation_score=3", "strategies.liquidity_sweep.min_mtf_confluence=0", "risk.quality_min=0"]
DAYS, SEED, TOLERANCE = 120, 3, 1e-10
LOT = 100_000  # of a currency pair


def omega(binary, *arguments):
    return subprocess.run([binary, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def checks(doc):
    """(name, ours, theirs) of everything that an independent package also computes."""
    s, year = doc["statistics"], doc["conventions"]["annualisation_days"]
    equity = np.array([s["start_equity"]] + [value for _, value in doc["equity"]])
    returns = equity[1:] / equity[:-1] - 1
    yield "volatility", s["daily_pnl_volatility"], empyrical.annual_volatility(returns, annualization=year) / math.sqrt(year)
    yield "sharpe", s["sharpe"], empyrical.sharpe_ratio(returns, annualization=year)
    yield "sortino", s["sortino"], empyrical.sortino_ratio(returns, annualization=year)
    yield "calmar", s["calmar"], returns.mean() * year / s["max_drawdown"]  # empyrical's compounds; ours is of the mean, as Sharpe's
    yield "return", s["return"], empyrical.cum_returns_final(returns)
    pnl = [t["pnl"] for t in doc["trades"]]
    r = [t["r_multiple"] for t in doc["trades"]]
    yield "total_pnl", s["total_pnl"], math.fsum(pnl)
    yield "profit_factor", s["profit_factor"], math.fsum(p for p in pnl if p > 0) / -math.fsum(p for p in pnl if p < 0)
    yield "expectancy", s["expectancy"], np.mean(pnl)
    yield "expectancy_r", s["expectancy_r"], np.mean(r)
    wins, losses = sum(x > 0.05 for x in r), sum(x < -0.05 for x in r)
    yield "win_rate", s["win_rate"], wins / (wins + losses)
    wilson = stats.binomtest(wins, wins + losses).proportion_ci(0.95, method="wilson")
    yield "win_rate_95 low", s["win_rate_95"][0], wilson.low
    yield "win_rate_95 high", s["win_rate_95"][1], wilson.high
    for row in doc["strategies"]:
        own = [t["pnl"] for t in doc["trades"] if t["strategy"] == row["strategy"]]
        yield f"P&L of {row['strategy']}", row["total_pnl"], math.fsum(own)


def table(folder, name):
    with open(folder / f"{name}.csv", newline="") as file:
        yield from csv.DictReader(file)


def minutes(folder, start):
    """Equity after every bar, and (rebuilt, journaled) equity at each mark: money realised as journaled at the fills, what is open at the
    side of the last bar that would close it. Dollars, hence 1/mid for what is quoted in yen."""
    marks = {int(m["seq"]): m for m in table(folder, "equity_mark")}
    fills = {}
    for e in table(folder, "exec_report"):
        fills.setdefault(int(e["seq"]), []).append(e)
    realised, book, last, curve, pairs = 0.0, {}, {}, [start], []

    def equity():
        total = start + realised
        for p in book.values():
            bid, ask = last[p["instrument"]]
            long = p["direction"] == "long"
            rate = 2 / (bid + ask) if p["instrument"].startswith("USD") else 1
            total += (1 if long else -1) * ((bid if long else ask) - p["price"]) * p["quantity"] * LOT * rate
        return total

    bars = ((int(b["seq"]), b) for b in table(folder, "bar"))
    others = sorted(set(marks) | set(fills))
    for seq, bar in heapq.merge(bars, ((seq, None) for seq in others), key=lambda item: (item[0], item[1] is None)):
        if bar is not None:
            last[bar["instrument"]] = float(bar["bid_close"]), float(bar["ask_close"])
            curve.append(equity())
            continue
        for e in fills.get(seq, []):
            if e["leg"] == "entry" and e["kind"] == "filled":
                book[e["order_id"]] = {"instrument": e["instrument"], "direction": e["direction"], "price": float(e["price"])}
            if e["order_id"] in book:
                book[e["order_id"]]["quantity"] = float(e["remaining"])
                if float(e["remaining"]) == 0:
                    del book[e["order_id"]]
        if seq in marks:
            realised = float(marks[seq]["realised"])
            pairs.append((equity(), float(marks[seq]["equity"])))
    return np.array(curve), np.array(pairs)


def of_a_drawdown(curve):
    """empyrical's, of a series that starts with its first value."""
    return -empyrical.max_drawdown(curve[1:] / curve[:-1] - 1)


def random_curves(dump):
    """The engine's curve, minute by minute, on walks of money."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        curve = 10 ** 12 + np.cumsum(rng.integers(-10 ** 8, 10 ** 8 + 1, 100_000))
        text = subprocess.run([dump, "drawdown"], input=" ".join(map(str, curve)), check=True, capture_output=True, text=True).stdout.split()
        yield f"max_drawdown of walk {seed}", float.fromhex(text[0]), of_a_drawdown(curve)
        yield f"largest fall of walk {seed}", int(text[1]), int((np.maximum.accumulate(curve) - curve).max())


def main():
    binary, config, dump, work = *sys.argv[1:4], pathlib.Path(sys.argv[4]) / "statistics"
    exported = work.parent / "statistics.csv"
    shutil.rmtree(exported, ignore_errors=True)
    shutil.rmtree(work, ignore_errors=True)
    settings = [word for setting in LOOSE for word in ("--set", setting)]
    omega(binary, "run", "--quiet", "--config", config, "--profile", "green_only", "--feed", f"sim:seed={SEED},days={DAYS}",
          "--journal", work, "--log-dir", work.parent / "logs", *settings)
    doc = json.loads(omega(binary, "report", "strategies", work, "--json"))
    omega(binary, "export", "csv", work, exported, "--bars")
    curve, marks = minutes(exported, doc["statistics"]["start_equity"])
    rows = [*checks(doc), ("max_drawdown over minutes", doc["statistics"]["max_drawdown"], of_a_drawdown(curve)),
            *((f"equity at mark {i}", journaled, rebuilt) for i, (rebuilt, journaled) in enumerate(marks)), *random_curves(dump)]
    failed = 0
    for name, ours, theirs in rows:
        # money is rounded to 1e-8 at each of hundreds of fills
        good = math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=1e-8 if "P&L" in name or name == "total_pnl" else 1e-12)
        failed += not good
        if not good or not name.startswith("equity at mark"):
            print(f"{'ok    ' if good else 'FAILED'} {name:<32} {ours!r:>24} {float(theirs)!r:>24}")
    failed += len(marks) == 0
    print(f"{len(rows)} values compared, {len(marks)} of them equity at fills and day rolls; {failed} failed")
    shutil.rmtree(exported, ignore_errors=True)
    shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
