"""Statistics of omega report against independent packages: empyrical (ratios of daily returns), scipy (Wilson interval, exact sums
with fsum). The run is a simulated one; only arithmetic is judged. Usage: compare_statistics.py OMEGA CONFIG WORK_FOLDER"""
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
DAYS, SEED, TOLERANCE = 120, 3, 1e-9


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


def drawdown_bounds(doc):
    """Ours is over minutes, so it is at least that of the daily closes."""
    equity = np.array([doc["statistics"]["start_equity"]] + [value for _, value in doc["equity"]])
    daily = -empyrical.max_drawdown(equity[1:] / equity[:-1] - 1)
    return doc["statistics"]["max_drawdown"], daily


def main():
    binary, config, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]) / "statistics"
    shutil.rmtree(work, ignore_errors=True)
    settings = [word for setting in LOOSE for word in ("--set", setting)]
    omega(binary, "run", "--quiet", "--config", config, "--profile", "green_only", "--feed", f"sim:seed={SEED},days={DAYS}",
          "--journal", work, "--log-dir", work.parent / "logs", *settings)
    doc = json.loads(omega(binary, "report", "strategies", work, "--json"))
    failed = 0
    for name, ours, theirs in checks(doc):
        good = math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=1e-6 if "P&L" in name or name == "total_pnl" else 1e-12)
        failed += not good
        print(f"{'ok    ' if good else 'FAILED'} {name:<32} {ours!r:>24} {float(theirs)!r:>24}")
    ours, daily = drawdown_bounds(doc)
    failed += not ours >= daily - 1e-12
    print(f"{'ok    ' if ours >= daily - 1e-12 else 'FAILED'} {'max_drawdown, at least daily':<32} {ours!r:>24} {daily!r:>24}")
    shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
