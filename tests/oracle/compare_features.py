#!/usr/bin/env python3
"""Compares the features stage with independent calls (STRATEGIES 5.2). compare_features.py DUMP WORK_FOLDER

Every check prints its number of values and its worst error; a check without values fails. Exit 1 on any difference.
Rolling statistics are taken window by window (no running sums), so the oracle carries no drift of its own."""
import csv
import io
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import talib
from numpy.lib.stride_tricks import sliding_window_view
from pandas.tseries.holiday import (AbstractHolidayCalendar, GoodFriday, Holiday, USLaborDay, USMartinLutherKingJr, USMemorialDay,
                                    USPresidentsDay, USThanksgivingDay, nearest_workday, sunday_to_monday)
from scipy.signal import argrelextrema
from scipy.special import gammaln, ndtr

from columns import check, failures

DUMP, WORK = sys.argv[1], pathlib.Path(sys.argv[2])
SCALE, QUANTUM = 10 ** 9, 2.0 ** -40
NAMES = ("M1", "M5", "M15", "M30", "H1", "H4", "D1")


def windows(x, n):
    """Row i: items i .. i + n - 1."""
    return sliding_window_view(x, n)


def lagged(x, n, f):
    out = np.full(len(x), np.nan)
    if len(x) > n:
        out[n:] = f(windows(x, n)[:-1])
    return out


def inclusive(x, n, f, at_least=None):
    out = np.full(len(x), np.nan)
    for i in range((at_least or n) - 1, min(n - 1, len(x))):
        out[i] = f(x[None, :i + 1])[0]
    if len(x) >= n:
        out[n - 1:] = f(windows(x, n))
    return out


def mean(w):
    return w.mean(axis=-1)


def sd(w):
    return w.std(axis=-1, ddof=1)


# ---------------------------------------------------------------- inputs


def lcg_bars():
    """The ADX fixture of 5.3 in 1e-9 prices, bid = ask."""
    state, close, rows = 12345, 100.0, []

    def u():
        nonlocal state
        state = (1664525 * state + 1013904223) % 2 ** 32
        return state / 2 ** 32

    for i in range(200):
        close += u() - .5
        high, low = close + .5 * u(), close - .5 * u()
        p = [round(v * SCALE) for v in (close, high, low, close)]
        rows.append([1_736_726_400 + 60 * i, *p, *p, 0])
    return rows


def random_bars(seed, minutes, gaps, empty):
    """A walk in steps of 2e-9 with missing minutes; on request 3-hour gaps and bars without volume. No two mid highs and
    no two mid lows are equal: argrelextrema knows no plateau rule."""
    rng = np.random.default_rng(seed)
    price, t, rows, highs, lows = 1_100_000_000, 1_736_726_400, [], set(), set()
    for _ in range(minutes):
        if gaps and rng.random() < 0.001:
            t += 3 * 3600 + 60 * int(rng.integers(0, 50))
        elif rng.random() < 0.03:
            t += 60
        opened = price + 2 * int(rng.integers(-4000, 4001))
        price = opened + 2 * int(rng.integers(-60_000, 60_001))
        high = max(opened, price) + 2 * int(rng.integers(1, 40_000))
        low = min(opened, price) - 2 * int(rng.integers(1, 40_000))
        spread = 2 * int(rng.integers(20_000, 90_000))
        while 2 * high + spread in highs:
            high += 2
        while 2 * low + spread in lows:
            low -= 2
        highs.add(2 * high + spread)
        lows.add(2 * low + spread)
        volume = 0 if empty and rng.random() < 0.08 else int(rng.integers(1, 900))
        bid = [opened, high, low, price]
        rows.append([t, *bid, *[p + spread for p in bid], volume])
        t += 60
    return rows


def real_bars():
    """HistData EURUSD 2018 (bid; Eastern standard time, always UTC-5), with the modelled spread of one pip."""
    shared = os.environ.get("OMEGA_SHARED") or pathlib.Path(__file__).resolve().parents[3] / "shared"
    path = pathlib.Path(shared) / "data/fx-minute/histdata-2018/HISTDATA_COM_ASCII_EURUSD_M12018.zip"
    if not path.is_file():
        return None
    rows = []
    with zipfile.ZipFile(path) as z:
        name = next(n for n in z.namelist() if n.lower().endswith(".csv"))
        for row in csv.reader(io.TextIOWrapper(z.open(name)), delimiter=";"):
            s = row[0]
            t = int(pd.Timestamp(f"{s[:4]}-{s[4:6]}-{s[6:8]}T{s[9:11]}:{s[11:13]}:00Z").timestamp()) + 5 * 3600
            bid = [round(float(v) * 1e6) * 1000 for v in row[1:5]]
            rows.append([t, *bid, *[p + 100_000 for p in bid], 0])
            if len(rows) == 12_000:
                break
    return rows


def dump(title, rows, bucket):
    path = WORK / f"{title}.csv"
    path.write_text("".join(",".join(map(str, r)) + "\n" for r in rows))
    text = subprocess.run([DUMP, "bars", str(path), str(bucket)], check=True, capture_output=True, text=True).stdout
    frames = {name: [] for name in NAMES}
    for line in text.splitlines():
        cells = line.split(",")
        # "vmr(5,16)@M15=..." holds a comma of its own
        joined = []
        for cell in cells[8:]:
            if joined and "=" not in joined[-1]:
                joined[-1] += "," + cell
            else:
                joined.append(cell)
        record = dict(zip(("tf", "t", "open", "high", "low", "close", "volume", "gap"), map(int, cells[:8])))
        record.update((k.rsplit("@", 1)[0], float.fromhex(v) if v != "nan" else np.nan) for k, v in (c.split("=") for c in joined))
        frames[NAMES[record["tf"]]].append(record)
    return {name: pd.DataFrame(records) for name, records in frames.items()}


# ---------------------------------------------------------------- oracles


def resample(title, rows, frames):
    m1 = pd.DataFrame([[r[0], *[(r[1 + i] + r[5 + i]) // 2 for i in range(4)], r[9]] for r in rows],
                      columns=["t", "open", "high", "low", "close", "volume"])
    m1.index = pd.to_datetime(m1.t, unit="s", utc=True)
    rules = {"M1": "1min", "M5": "5min", "M15": "15min", "M30": "30min", "H1": "1h", "H4": "4h", "D1": "1D"}
    for name, rule in rules.items():
        whole = m1.resample(rule, label="left", closed="left").agg(
            {"t": "count", "open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"})
        whole = whole[whole.t > 0]
        ours = frames[name]
        if len(whole) == len(ours) + 1:  # the last bar of the file may still be open
            whole = whole.iloc[:-1]
        if ours.empty:
            continue
        starts = np.array([int(x.timestamp()) for x in whole.index], float)
        check(f"{title} F28 {name} t_open", ours.t, starts)
        for column in ("open", "high", "low", "close", "volume"):
            check(f"{title} F28 {name} {column}", ours[column], whole[column].to_numpy(float))


def returns(title, tf, f):
    close = f.close.to_numpy(float)
    r = np.full(len(close), np.nan)
    r[1:] = np.diff(close) / close[:-1]  # pct_change divides first and so rounds a few halves the other way
    pct = pd.Series(close).pct_change().to_numpy()
    quantised = np.where(np.isnan(r), np.nan, np.round(r / QUANTUM) * QUANTUM)
    taken = (f.gap.to_numpy() == 0) & ~np.isnan(r)

    def over(values, g):
        out = pd.Series(np.nan, index=f.index)
        out[taken] = inclusive(values[taken], 20, g)
        return out.ffill()

    check(f"{title} F11 {tf} sigma on the quantised returns", f["sigma(20)"], over(quantised, sd), relative=1e-10)
    check(f"{title} F11 {tf} sigma on pct_change", f["sigma(20)"], over(pct, sd), absolute=1e-12)
    check(f"{title} F11 {tf} realised volatility", f["rv(20)"], over(quantised, lambda w: np.sqrt((w * w).sum(axis=-1))), relative=1e-10)


def prices(title, tf, f):
    close = f.close.to_numpy(float)
    series = pd.Series(close)
    check(f"{title} F13 {tf} mean", f["mean(20)"], series.rolling(20).mean().shift(1), relative=1e-12)
    dev = lagged(close, 20, sd)
    check(f"{title} F13 {tf} sd", f["sd(20)"], dev, relative=1e-10)
    traded = f.volume > 0
    if not traded.any():
        check(f"{title} F12 {tf} INVALID without volume", f["vwap(20)"], np.full(len(f), np.nan), least=0)
        return
    v = f.volume[traded].to_numpy(float)
    p = (f.high + f.low + f.close)[traded].to_numpy(float) / 3
    vwap = pd.Series(np.nan, index=f.index)
    vwap[traded] = lagged(p * v, 20, lambda w: w.sum(axis=-1)) / lagged(v, 20, lambda w: w.sum(axis=-1))
    vwap = vwap.ffill()
    check(f"{title} F12 {tf} VWAP", f["vwap(20)"], vwap, relative=1e-12)
    z = (close - vwap) / dev
    check(f"{title} F13 {tf} z", f["z(20)"], z, absolute=1e-10, relative=1e-10)


def volumes(title, tf, f):
    traded = (f.volume > 0).to_numpy()
    names = ("vr(20)", "vz(20)", "vpct(20)", "vmr(5,16)")
    if not traded.any():
        for name in names:
            check(f"{title} F17 {tf} {name} INVALID without volume", f[name], np.full(len(f), np.nan), least=0)
        return
    v = f.volume[traded].to_numpy(float)
    recent, before = pd.Series(inclusive(v, 5, mean)), pd.Series(inclusive(v, 16, mean)).shift(5)
    oracle = {"vr(20)": v / lagged(v, 20, mean), "vz(20)": (v - lagged(v, 20, mean)) / lagged(v, 20, sd),
              "vpct(20)": pd.Series(v).rolling(21).apply(lambda w: 100 * (w[:-1] < w[-1]).sum() / 20, raw=True),
              "vmr(5,16)": recent / before}
    for name in names:
        whole = pd.Series(np.nan, index=f.index)
        whole[traded] = np.asarray(oracle[name])
        exact = name == "vpct(20)"
        check(f"{title} F17 {tf} {name}", f[name], whole.ffill(), absolute=0 if exact else 1e-12, relative=0 if exact else 1e-10)


def bar_delta(title, tf, f, m1):
    """F03 per bar: its M1 deltas summed by the hour hand; a bar with an unknown minute or without volume keeps the old value."""
    length = {"M1": 60, "M15": 900}[tf]
    of_bar = m1.groupby(m1.t // length * length)["_delta"].agg(lambda d: d.sum(skipna=False)).reindex(f.t.to_numpy()).to_numpy()
    taken = ~np.isnan(of_bar) & (f.volume > 0).to_numpy()
    d = of_bar[taken]
    for name, values in (("delta(20)", d), ("delta_z(20)", (d - lagged(d, 20, mean)) / lagged(d, 20, sd))):
        whole = pd.Series(np.nan, index=f.index)
        whole[taken] = values
        least, relative = (2e-12, 1e-12) if name == "delta(20)" else (1e-10, 1e-10)  # near 0 a delta is a difference of two volumes
        check(f"{title} F03 {tf} {name}", f[name], whole.ffill(), absolute=least, relative=relative)


def adx(title, tf, f):
    n, h, l, c, gap = 14, *(f[x].to_numpy(float) for x in ("high", "low", "close", "gap"))
    out = np.full(len(f), np.nan)
    if len(f) < 2 * n:
        return
    up, down = h[1:] - h[:-1], l[:-1] - l[1:]
    tr = np.maximum(h[1:] - l[1:], np.maximum(np.abs(h[1:] - c[:-1]), np.abs(l[1:] - c[:-1])))
    tr = np.where(gap[1:] > 0, h[1:] - l[1:], tr)
    plus = np.where((up > down) & (up > 0) & (gap[1:] == 0), up, 0)
    minus = np.where((down > up) & (down > 0) & (gap[1:] == 0), down, 0)

    def wilder(x):
        s = [x[:n].sum()]
        for value in x[n:]:
            s.append(s[-1] - s[-1] / n + value)
        return np.array(s)

    di_plus, di_minus = 100 * wilder(plus) / wilder(tr), 100 * wilder(minus) / wilder(tr)
    dx = 100 * np.abs(di_plus - di_minus) / (di_plus + di_minus)
    value = dx[:n].mean()
    out[2 * n - 1] = value
    for i in range(n, len(dx)):
        value = ((n - 1) * value + dx[i]) / n
        out[n + i] = value
    check(f"{title} F14 {tf} ADX", f["adx(14)"], out, absolute=1e-9)


def adx_fixture(f):
    for index, expected in ((27, 17.863767914), (99, 15.265073055), (199, 49.666900967)):
        check(f"lcg F14 fixture at {index}", [f["adx(14)"][index]], [expected], absolute=1e-6)  # prices rounded to 1e-9
    other = talib.ADX(*(f[x].to_numpy(float) for x in ("high", "low", "close")), timeperiod=14)
    ours = f["adx(14)"].to_numpy()
    check("lcg F14 TA-Lib at its first value (it seeds with 13 sums)", ours[27:28], other[27:28], absolute=0.1)
    check("lcg F14 TA-Lib after 150 bars", ours[177:], other[177:], absolute=1e-4)


def swings(title, tf, f, forbid_gap):
    gap = f.gap.to_numpy()
    for k in (2, 3):
        for side, column, compare in (("high", "high", np.greater), ("low", "low", np.less)):
            x = f[column].to_numpy(float)
            price, when = np.full(len(x), np.nan), np.full(len(x), np.nan)
            for i in argrelextrema(x, compare, order=k)[0]:
                if i < k or i + k >= len(x) or (forbid_gap and gap[i - k + 1:i + k + 1].any()):
                    continue
                price[i + k], when[i + k] = x[i], f.t[i]
            check(f"{title} F15 {tf} swing {side} k={k}", f[f"swing_{side}({k})"], pd.Series(price).ffill())
            check(f"{title} F15 {tf} swing {side} time k={k}", f[f"swing_{side}_time({k})"], pd.Series(when).ffill())


def flow(title, f, bucket):
    """F03, F06, F07, F08 and F10 of the M1 bars."""
    spread = pd.Series(f["_spread"].to_numpy(float))
    median = spread.rolling(200, min_periods=50).median()
    check(f"{title} F10 median", f["spread_median"], median)
    check(f"{title} F10 shock", f["spread_shock"], spread / median, relative=1e-15, least=1 if spread.any() else 0)
    if not (f.volume > 0).any():
        for name in ("fz(20)", "cvd_n(20)", "cvd_raw", "vpin(50)"):
            check(f"{title} {name} INVALID without volume", f[name], np.full(len(f), np.nan), least=0)
        return
    close, opened, v = f.close.to_numpy(float), f.open.to_numpy(float), f.volume.to_numpy(float)
    change = np.diff(close, prepend=close[0])
    change = np.where(f.gap > 0, close - opened, change)
    sigma = pd.Series(np.nan, index=f.index)
    sigma.iloc[1:] = inclusive(change[1:], 500, sd, at_least=100)
    sigma = sigma.shift(1).to_numpy()
    known = ~np.isnan(sigma) & (v > 0)
    volume, share = v[known], ndtr(change[known] / sigma[known])
    delta = volume * (2 * share - 1)

    def spread_out(values):
        whole = pd.Series(np.nan, index=f.index)
        whole[known] = values
        return whole.ffill()

    f["_delta"] = np.where(np.isnan(sigma), np.nan, 0.0)  # NaN: before F03 is ready
    f.loc[known, "_delta"] = delta
    total = inclusive(delta, 20, lambda w: w.sum(axis=-1))
    check(f"{title} F03/F07 cvd_n", f["cvd_n(20)"], spread_out(total / inclusive(volume, 20, lambda w: w.sum(axis=-1))), absolute=1e-12)
    raw = pd.Series(delta).groupby(f.t[known].to_numpy() // 86400).cumsum().to_numpy()
    check(f"{title} F03/F07 cvd_raw", f["cvd_raw"], spread_out(raw), absolute=2e-11, relative=1e-12)
    base = np.full(len(total), np.nan)
    spreads = base.copy()
    for i in range(19 + 20 + 199, len(total)):
        w = total[max(19, i - 20 - 499):i - 19]
        base[i], spreads[i] = w.mean(), w.std(ddof=1)
    check(f"{title} F06 fz", f["fz(20)"], spread_out(np.clip((total - base) / spreads, -6, 6)), absolute=1e-10)

    n = 50  # VPIN from cumulative volume cut at the bucket edges
    edge = np.concatenate([[0], np.cumsum(volume.astype(np.longdouble))])
    bought = np.concatenate([[0], np.cumsum(volume.astype(np.longdouble) * share)])
    cuts = np.arange(0, int(edge[-1]) // bucket + 1, dtype=np.longdouble) * bucket
    i = np.clip(np.searchsorted(edge, cuts, side="left"), 1, len(edge) - 1)
    at = bought[i - 1] + (bought[i] - bought[i - 1]) * (cuts - edge[i - 1]) / (edge[i] - edge[i - 1])
    imbalance = np.abs(2 * np.diff(at) - bucket)
    vpin = inclusive(imbalance.astype(float), n, lambda w: w.sum(axis=-1)) / (n * bucket)
    done = (edge[1:] // bucket).astype(int)
    value = np.array([vpin[d - 1] if d > 0 else np.nan for d in done])
    check(f"{title} F08 VPIN", f["vpin(50)"], spread_out(value), relative=1e-12)


def hurst(title, f, n):
    close = f.close.to_numpy(float)
    taken = f.gap.to_numpy() == 0
    taken[0] = False
    r = np.full(len(close), np.nan)
    r[1:] = np.round((close[1:] - close[:-1]) / close[:-1] / QUANTUM) * QUANTUM
    scales = np.array([5, 10, 20, 40, 80])
    expected = np.array([np.exp(gammaln((s - 1) / 2) - gammaln(s / 2)) / np.sqrt(np.pi)
                         * np.sqrt((s - np.arange(1, s)) / np.arange(1, s)).sum() for s in scales])
    al = np.polyfit(np.log(scales), np.log(expected), 1)[0]
    exponent, fit = np.full(len(close), np.nan), np.full(len(close), np.nan)
    history = []
    for i in range(len(close)):
        if taken[i]:
            history.append(r[i])
        if len(history) < n:
            continue
        x, table = np.array(history[-n:]), []
        for s in scales:
            blocks = x[len(x) % s:].reshape(-1, s)
            dev = blocks - blocks.mean(axis=1, keepdims=True)
            z = dev.cumsum(axis=1)
            ranges = np.maximum(0, z.max(axis=1)) - np.minimum(0, z.min(axis=1))
            s_pop = blocks.std(axis=1)
            table.append((ranges[s_pop > 0] / s_pop[s_pop > 0]).mean())
        slope, cut = np.polyfit(np.log(scales), np.log(table), 1)
        residual = np.log(table) - slope * np.log(scales) - cut
        exponent[i] = slope - al + .5
        fit[i] = 1 - (residual ** 2).sum() / ((np.log(table) - np.log(table).mean()) ** 2).sum()
    check(f"{title} F20 H of {n}", f[f"hurst({n})"], exponent, absolute=1e-12)
    check(f"{title} F20 R2 of {n}", f[f"hurst_r2({n})"], fit, absolute=1e-12)


def crisis(title, f):
    """Inputs of S19: true range z, rank of the move, day range."""
    h, l, c, gap = (f[x].to_numpy(float) for x in ("high", "low", "close", "gap"))
    tr = h - l
    joined = np.concatenate([[False], gap[1:] == 0])
    before = np.concatenate([[np.nan], c[:-1]])
    tr = np.where(joined, np.fmax(tr, np.fmax(np.abs(h - before), np.abs(l - before))), tr)
    x = np.full(len(tr), np.nan)
    x[4:] = windows(tr, 5).sum(axis=-1)
    z = np.full(len(tr), np.nan)
    z[4:] = (x[4:] - lagged(x[4:], 100, mean)) / lagged(x[4:], 100, sd)
    check(f"{title} F14 true range z", f["tr_z(5,100)"], z, absolute=1e-10, relative=1e-10)

    rank, history, since = np.full(len(c), np.nan), [], 0
    for i in range(len(c)):
        since = 1 if gap[i] > 0 else since + 1
        if since <= 20:
            continue
        move = abs(np.round((c[i] - c[i - 20]) / c[i - 20] / QUANTUM))
        if len(history) >= 300:
            rank[i] = (np.array(history[-300:]) <= move).mean()
        history.append(move)
    check(f"{title} F11 rank of the move", f["move_rank(20,300)"], rank, absolute=1e-15)

    days = f.t.to_numpy() // 86400
    ranges = f.groupby(days).agg(high=("high", "max"), low=("low", "min"))
    weekday = (ranges.index.to_numpy() + 4) % 7
    first_is_whole = f.t.iloc[0] % 86400 == 0
    full = [d for d, w in zip(ranges.index, weekday) if w not in (0, 6) and (d != days[0] or first_is_whole)]
    ratio = np.full(len(c), np.nan)
    for day in ranges.index:
        past = [d for d in full if d < day][-2:]
        if len(past) < 2:
            continue
        base = np.mean([ranges.high[d] - ranges.low[d] for d in past])
        here = days == day
        ratio[here] = (np.maximum.accumulate(h[here]) - np.minimum.accumulate(l[here])) / base
    check(f"{title} F14 day range", f["day_range(2)"], ratio, relative=1e-14, least=0 if len(ranges) < 3 else 1)


def functions():
    x = np.concatenate([np.linspace(-9, 9, 3601), np.random.default_rng(7).normal(0, 3, 4000)])
    text = "".join(f"{v!r}\n" for v in x.tolist())
    ours = subprocess.run([DUMP, "phi"], input=text, check=True, capture_output=True, text=True).stdout.split()
    check("F03 Phi against scipy.special.ndtr", [float.fromhex(v) for v in ours], ndtr(x), absolute=1e-14)
    rng = np.random.default_rng(11)
    for line in subprocess.run([DUMP, "rs"], check=True, capture_output=True, text=True).stdout.splitlines():
        n, value = int(line.split()[0]), float.fromhex(line.split()[1])
        i = np.arange(1, n)
        exact = np.exp(gammaln((n - 1) / 2) - gammaln(n / 2)) / np.sqrt(np.pi) * np.sqrt((n - i) / i).sum()
        check(f"F20 E(R/S) of {n} against gammaln", [value], [exact], relative=1e-13)
        blocks = rng.normal(size=(20_000, n))
        z = (blocks - blocks.mean(axis=1, keepdims=True)).cumsum(axis=1)
        simulated = ((np.maximum(0, z.max(axis=1)) - np.minimum(0, z.min(axis=1))) / blocks.std(axis=1)).mean()
        check(f"F20 E(R/S) of {n} against 20 000 Gaussian blocks", [value], [simulated], relative=0.005)


def rips_oracle():
    """(name, tolerance, cloud -> (H0 deaths, H1 pairs)): gudhi, else the ripser command (single precision), else None."""
    try:
        import gudhi

        def by_gudhi(points):
            tree = gudhi.RipsComplex(points=points).create_simplex_tree(max_dimension=2)
            pairs = tree.persistence(min_persistence=0)
            return ([p[1] for d, p in pairs if d == 0 and np.isfinite(p[1])],
                    [p for d, p in pairs if d == 1 and np.isfinite(p[1])])
        return "gudhi", 1e-12, by_gudhi
    except ImportError:
        pass
    command = shutil.which("ripser")
    if command is None:
        return None

    def by_ripser(points):
        text = "".join(" ".join(map(repr, map(float, p))) + "\n" for p in points)
        out = subprocess.run([command, "--format", "point-cloud", "--dim", "1"], input=text, check=True, capture_output=True, text=True).stdout
        found = ([], [])
        for line in out.splitlines():
            if line.startswith("persistence intervals in dim"):
                dimension = int(line.split()[4].rstrip(":"))
            elif line.startswith(" [") and "," in line:
                birth, death = line.strip(" [)").split(",")
                if death.strip():
                    found[dimension].append(float(death) if dimension == 0 else (float(birth), float(death)))
        return found
    return "ripser", 2e-5, by_ripser


def landscape_norm(pairs, least):
    """By its definition, on the sorted points where a slope may change."""
    pairs = np.asarray(pairs, float).reshape(-1, 2)
    if not len(pairs):
        return 0.0
    pairs = pairs[pairs[:, 1] - pairs[:, 0] >= least * pairs[:, 1].max()]
    t = np.unique(np.concatenate([pairs.ravel(), np.add.outer(pairs[:, 0], pairs[:, 1]).ravel() / 2]))
    tents = np.maximum(0, np.minimum(t[None, :] - pairs[:, :1], pairs[:, 1:] - t[None, :]))
    layers = np.sort(np.vstack([tents, np.zeros((3, len(t)))]), axis=0)[::-1][:3]
    a, b = layers[:, :-1], layers[:, 1:]
    return np.sqrt((np.diff(t) * (a * a + a * b + b * b) / 3).sum())


def topology(title, f):
    """F27: clouds from the bars, homology from the oracle, landscapes from numpy."""
    oracle = rips_oracle()
    if oracle is None:
        print(f"SKIPPED: {title} F27: neither gudhi (pip) nor ripser (Debian) is here")
        return
    name, tolerance, homology = oracle
    c, o, gap = f.close.to_numpy(float), f.open.to_numpy(float), f.gap.to_numpy()
    before = np.where(np.concatenate([[True], gap[1:] > 0]), o, np.concatenate([[c[0]], c[:-1]]))
    n, norms, norms0 = 20, {}, {}
    columns = [(c - before) / before, f.volume.to_numpy(float), (f.high - f.low).to_numpy(float)]
    for i in range(n - 1, len(c)):
        axes = []
        for number, column in enumerate(columns):
            w = column[i - n + 1:i + 1].copy()
            if number > 0:
                w = np.log(np.where(w > 0, w, w[w > 0].min() / 2)) if (w > 0).any() else np.zeros(n)
            axes.append((w - w.mean()) / w.std(ddof=1) if np.ptp(w) > 0 else np.zeros(n))
        h0, h1 = homology(np.column_stack(axes))
        norms[i], norms0[i] = landscape_norm(h1, .15), landscape_norm([(0, d) for d in h0], .15)
    at = sorted(norms)
    check(f"{title} F27 norm by {name}", f["tda_norm(20,150)"].iloc[at], [norms[i] for i in at], absolute=tolerance * 10)
    check(f"{title} F27 norm of H0 by {name}", f["tda_norm_h0(20,150)"].iloc[at], [norms0[i] for i in at], absolute=tolerance * 10)
    later = [i for i in at if i - n in norms]
    check(f"{title} F27 change by {name}", f["tda_change(20,150)"].iloc[later],
          [abs(norms[i] - norms[i - n]) / max(norms[i - n], 1e-9) for i in later], absolute=tolerance * 1e3, relative=tolerance * 1e3)


def clouds():
    oracle = rips_oracle()
    if oracle is None:
        print("SKIPPED: F27 clouds: neither gudhi (pip) nor ripser (Debian) is here")
        return
    name, tolerance, homology = oracle
    rng = np.random.default_rng(27)
    some = [rng.normal(size=(n, 3)) for n in (4, 12, 30, 50, 64, 80)]
    angle = rng.uniform(0, 2 * np.pi, 60)
    some.append(np.column_stack([np.cos(angle), np.sin(angle), .1 * rng.normal(size=60)]))
    text = "".join(f"{len(c)} " + " ".join(repr(float(x)) for x in c.ravel()) + "\n" for c in some)
    lines = subprocess.run([DUMP, "cloud"], input=text, check=True, capture_output=True, text=True).stdout.splitlines()
    for number, cloud in enumerate(some):
        h0, h1 = homology(cloud)
        ours0, ours1 = ([float.fromhex(v) for v in lines[3 * number + d].split()[1:]] for d in (0, 1))
        ours1 = sorted(p for p in np.array(ours1).reshape(-1, 2).tolist() if p[1] - p[0] > 1e-6)
        check(f"F27 H0 of {len(cloud)} points by {name}", sorted(ours0), sorted(h0), absolute=tolerance)
        check(f"F27 H1 of {len(cloud)} points by {name}", np.array(ours1).ravel(),
              np.array(sorted(p for p in h1 if p[1] - p[0] > 1e-6)).ravel(), absolute=tolerance, least=0)


def landscapes():
    """F27 and the fixture LANDSCAPE of 5.3: the engine's own diagrams, their landscapes integrated on 2·10⁶ points."""
    rng = np.random.default_rng(28)
    def ring(a, radius, middle):
        return np.column_stack([middle + radius * np.cos(a), radius * np.sin(a), 0 * a])

    some = [np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float), ring(2 * np.pi * np.arange(6) / 6, 1, 0)]
    for n in (8, 12, 16):  # rings beside each other, so that long lives overlap
        some.append(np.vstack([ring(2 * np.pi * np.arange(n) / n, .7 + .1 * i, 4 * i) for i in range(5)]) + rng.normal(size=(5 * n, 3)) * .05)
    text = "".join(f"{len(c)} " + " ".join(repr(float(x)) for x in c.ravel()) + "\n" for c in some)
    lines = subprocess.run([DUMP, "cloud"], input=text, check=True, capture_output=True, text=True).stdout.splitlines()
    layers, norms, distances, most = [], [], [], 0
    top = 4.0
    step = top / 2_000_000
    t = (np.arange(2_000_000) + .5) * step
    for number in range(len(some)):
        pairs = np.array([float.fromhex(v) for v in lines[3 * number + 1].split()[1:]]).reshape(-1, 2)
        pairs = pairs[pairs[:, 1] - pairs[:, 0] >= .15 * pairs[:, 1].max()]
        assert pairs.max(initial=0) < top
        largest = np.zeros((3, len(t)))
        for birth, death in pairs:  # each tent pushes those below it down
            tent = np.maximum(0, np.minimum(t - birth, death - t))
            for k in range(3):
                largest[k], tent = np.maximum(largest[k], tent), np.minimum(largest[k], tent)
        layers.append(largest)
        most = max(most, len(pairs))
        norm, distance = (float.fromhex(v) for v in lines[3 * number + 2].split()[1:])
        norms.append((norm, np.sqrt((largest ** 2).sum() * step)))
        distances.append((distance, np.sqrt(((largest - (layers[-2] if number else 0)) ** 2).sum() * step)))
    check("F27 landscape norms by numeric integration", *np.transpose(norms), absolute=1e-9)
    check("F27 landscape distances by numeric integration", *np.transpose(distances), absolute=1e-9)
    check("F27 landscapes: clouds with overlapping lives", [float(most > 3 and layers[-1][2].any())], [1.0])
    square, hexagon = layers[0][0], layers[1][0]
    check("F27 worked check: integral of the square's first landscape", [square.sum() * step], [.0428932], absolute=5.1e-8)
    check("LANDSCAPE fixture: area between the first landscapes", [np.abs(square - hexagon).sum() * step], [.0910813774], absolute=1e-10)
    check("LANDSCAPE fixture: norms and distance", [norms[0][0], norms[1][0], distances[1][0]], [.0769565959, .1808094866, .1446445075],
          absolute=1.1e-10)


def calendar():
    """F29 over every day of the shipped holiday list, against numpy's busdays and pandas' rules."""
    path = pathlib.Path(__file__).resolve().parents[2] / "config/calendar/us_exchange_holidays.csv"
    listed = [np.datetime64(line.split(",")[0]) for line in path.read_text().splitlines() if line[:1].isdigit()]
    rules = [Holiday("New Year", month=1, day=1, observance=sunday_to_monday), USMartinLutherKingJr, USPresidentsDay, GoodFriday,
             USMemorialDay, Holiday("Juneteenth", month=6, day=19, start_date="2022-01-01", observance=nearest_workday),
             Holiday("Independence", month=7, day=4, observance=nearest_workday), USLaborDay, USThanksgivingDay,
             Holiday("Christmas", month=12, day=25, observance=nearest_workday)]
    ruled = AbstractHolidayCalendar(name="exchange", rules=rules).holidays("2005-01-01", "2030-12-31")
    closures = ("2007-01-02", "2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09")
    expected = sorted({d for d in ruled if d.weekday() < 5} | {pd.Timestamp(d) for d in closures})
    check("F29 holiday list against the exchange's rules", [d.astype(int) for d in listed],
          [int(d.timestamp()) // 86400 for d in expected])
    text = subprocess.run([DUMP, "calendar"], input=" ".join(str(d.astype(int)) for d in listed), check=True,
                          capture_output=True, text=True).stdout
    ours = np.array([list(map(int, line.split())) for line in text.splitlines()])
    days = ours[:, 0].astype("datetime64[D]")
    check("F29 business days", ours[:, 1], np.is_busday(days, holidays=listed))
    month_end = (days.astype("datetime64[M]") + 1).astype("datetime64[D]")
    check("F29 business days left in the month", ours[:, 2], np.busday_count(days, month_end, holidays=listed))
    third_friday = [pd.Timestamp(m.astype("datetime64[D]")) - pd.Timedelta(days=1) + pd.offsets.WeekOfMonth(week=2, weekday=4)
                    for m in days.astype("datetime64[M]")]
    expiry = np.busday_offset(np.array(third_friday, "datetime64[D]"), 0, roll="backward", holidays=listed)
    check("F29 expiry days", ours[:, 3], expiry.astype(int))


def compare(title, rows, bucket, tie_free):
    frames = dump(title, rows, bucket)
    resample(title, rows, frames)
    m1 = frames["M1"]
    m1["_spread"] = [r[8] - r[4] for r in rows]
    flow(title, m1, bucket)
    if len(m1) > 400:
        crisis(title, m1)
    if len(frames["M15"]) > 60 and (frames["M15"].volume > 0).any():
        topology(title, frames["M15"])
        f = frames["M15"]
        r = (f.high - f.low).to_numpy(float)
        check(f"{title} F18 range ratio", f["rmr(10,10)"], pd.Series(r).rolling(10).mean() / pd.Series(r).rolling(10).mean().shift(10), relative=1e-12)
    for tf in ("M1", "M15"):
        f = frames[tf]
        if len(f) < 40:
            continue
        returns(title, tf, f)
        prices(title, tf, f)
        volumes(title, tf, f)
        adx(title, tf, f)
        if "_delta" in m1:
            bar_delta(title, tf, f, m1)
        if tie_free:
            swings(title, tf, f, True)
    if len(frames["M15"]) > 110:
        hurst(title, frames["M15"], 100)
    if len(frames["M15"]) > 410:
        hurst(title, frames["M15"], 400)
    return frames


WORK.mkdir(parents=True, exist_ok=True)
functions()
calendar()
clouds()
landscapes()
adx_fixture(compare("lcg", lcg_bars(), 1000, tie_free=True)["M1"])
compare("plain", random_bars(20250113, 7500, gaps=False, empty=False), 5_000, tie_free=True)
compare("gaps", random_bars(20250114, 7500, gaps=True, empty=True), 7_001, tie_free=True)
real = real_bars()
if real is None:
    print("SKIPPED: no ../shared/data (real bars)")
else:
    compare("eurusd", real, 5_000, tie_free=False)
print(f"{len(failures)} checks failed" + "".join("\n  " + f for f in failures))
sys.exit(1 if failures else 0)
