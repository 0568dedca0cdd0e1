#!/usr/bin/env python3
"""Compares the features of quotes, trades and the book with pandas (STRATEGIES 5.2). compare_ticks.py DUMP WORK_FOLDER

F04 and F06 by shift(1) columns and boolean masks, F05 by the same per level, F02 by merge_asof and ffill, F09 and F19 by
their definitions. Every check prints its number of values and its worst error; one without values fails. Exit 1 on any
difference."""
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd

from columns import check, failures

DUMP, WORK = sys.argv[1], pathlib.Path(sys.argv[2])
QUOTES, SIZES, TRADES, L2 = 1 << 2, 1 << 3, 1 << 4, 1 << 6  # capability bits
S, MINUTE, START, TICK, U = 10 ** 9, 60 * 10 ** 9, 1_736_726_400 * 10 ** 9, 10_000, 100_000


def dump(title, lines, capabilities):
    """One row per bar."""
    path = WORK / f"{title}.csv"
    path.write_text("".join(text + "\n" for text in lines))
    text = subprocess.run([DUMP, "ticks", str(path), str(capabilities)], check=True, capture_output=True, text=True).stdout
    records = []
    for line in text.splitlines():
        cells = line.split(",")
        joined = []
        for cell in cells[8:]:  # "fz(20,500)@M1=..." holds a comma of its own
            if joined and "=" not in joined[-1]:
                joined[-1] += "," + cell
            else:
                joined.append(cell)
        record = {"t": int(cells[1]) * S, "volume": int(cells[6])}
        record.update((k.split("(")[0].split("@")[0], float.fromhex(v) if v != "nan" else np.nan) for k, v in (c.split("=") for c in joined))
        records.append(record)
    return pd.DataFrame(records)


def minutes_with_a_gap(count):
    """Starts of bars; three hours are missing in the middle."""
    t = START + MINUTE * np.arange(count)
    t[count // 2:] += 3 * 3600 * S
    return t


def of_bars(bars, minute, values):
    """Sum of values by minute; 0 where a bar has none."""
    return pd.Series(values).groupby(np.asarray(minute)).sum().reindex(bars).fillna(0).to_numpy()


def last_before_close(bars, ts, values):
    at = np.searchsorted(np.asarray(ts), bars + MINUTE, side="left") - 1
    return np.where(at >= 0, np.asarray(values, float)[at], np.nan)


def flow_z(flow, w=20, base=500):
    """F06 on whole numbers; the windows one by one."""
    total = pd.Series(flow).rolling(w).sum()
    z = np.full(len(flow), np.nan)
    for i in range(w - 1 + w + 199, len(flow)):
        past = total[max(w - 1, i - w - base + 1):i - w + 1]
        z[i] = np.clip((total[i] - past.mean()) / past.std(ddof=1), -6, 6)
    return z


def events_of(frame, paused):
    """e_n with masks over shift(1); NaN for the first quote and the first after a pause."""
    before = frame.shift(1)
    e = ((frame.b >= before.b) * frame.qb - (frame.b <= before.b) * before.qb
         - (frame.a <= before.a) * frame.qa + (frame.a >= before.a) * before.qa)
    e[paused] = np.nan
    return e


def check_ofi(title, bars, ours, quotes):
    """quotes: ts, b, a, qb, qa, one row per event of the best quote."""
    paused = (quotes.ts.diff() > 2 * 3600 * S) | (quotes.index == 0)
    e = events_of(quotes, paused)
    minute = quotes.ts // MINUTE * MINUTE
    events = e.dropna()
    bar = of_bars(bars, minute, e.fillna(0))
    check(f"{title} F04 OFI of the bar", ours.ofi_bar, bar)
    rolling = last_before_close(bars, quotes.ts[events.index], events.rolling(100).sum())
    check(f"{title} F04 OFI of 100 events", ours.ofi, rolling)
    samples = pd.Series(rolling).dropna()
    known = samples.index
    mean, sd = samples.rolling(500, min_periods=100).mean().shift(1), samples.rolling(500, min_periods=100).std(ddof=1).shift(1)
    z = pd.Series(np.nan, index=range(len(bars)))
    z[known] = np.clip((samples - mean) / sd, -4, 4)
    check(f"{title} F04 z of it", ours.ofi_z, z, absolute=1e-10)
    check(f"{title} F04 samples", ours.ofi_samples, np.minimum(500, (~np.isnan(rolling)).cumsum()))
    # time-average depth: each quote stands until the next, its minute's end, or the pause
    edges = np.concatenate([bars, bars + MINUTE])
    points = np.unique(np.concatenate([quotes.ts.to_numpy(), edges]))
    last = quotes.drop_duplicates("ts", keep="last")
    depth = ((last.qb + last.qa) / 2).set_axis(last.ts).reindex(points, method="ffill").to_numpy(float, copy=True)
    end_of_first_part = bars[len(bars) // 2 - 1] + MINUTE
    first_of_second = quotes.ts[quotes.ts > end_of_first_part].min()
    depth[(points >= end_of_first_part) & (points < first_of_second)] = np.nan
    length = np.diff(points, append=points[-1]).astype(float)
    taken = ~np.isnan(depth)
    weighted = of_bars(bars, points[taken] // MINUTE * MINUTE, depth[taken] * length[taken])
    time = of_bars(bars, points[taken] // MINUTE * MINUTE, length[taken])
    ratio = pd.Series(bar).rolling(20).sum() / pd.Series(weighted / time).rolling(20).sum()
    check(f"{title} F04 normalised", ours.ofi_n, ratio, absolute=1e-12)
    check(f"{title} F06 fz of OFI", ours.fz, flow_z(bar), absolute=1e-10)


def random_quotes(rng, bars):
    rows, mid = [], 1_100_000_000
    for bar in bars:
        at = bar + np.sort(rng.integers(0, MINUTE // 1000, int(rng.integers(8, 40)))) * 1000
        at[-1] = bar + 59 * S
        for ts in np.sort(at):
            mid += TICK * int(rng.integers(-2, 3))
            rows.append([int(ts), mid, mid + TICK * int(rng.integers(1, 4)), int(rng.integers(1, 60)) * 10 ** 8, int(rng.integers(1, 60)) * 10 ** 8])
    return pd.DataFrame(rows, columns=["ts", "b", "a", "qb", "qa"])


def in_order(bars, close, volume, ticks):
    """Bar lines before the ticks of their end; ticks: list of (ts, text), already in order."""
    lines = [(int(t + MINUTE), 0, i, f"B,{t // S},{close},{v}") for i, (t, v) in enumerate(zip(bars, volume))]
    lines += [(ts, 1, i, text) for i, (ts, text) in enumerate(ticks)]
    return [text for _, _, _, text in sorted(lines)]


def quotes_case():
    rng, bars = np.random.default_rng(41), minutes_with_a_gap(1100)
    q = random_quotes(rng, bars)
    lines = in_order(bars, 1_100_000_000, np.zeros(len(bars), int), [(r.ts, f"Q,{r.ts},{r.b},{r.a},{r.qb},{r.qa}") for r in q.itertuples()])
    ours = dump("quotes", lines, QUOTES | SIZES)
    check_ofi("quotes", bars, ours, q)
    wmid = (q.a.astype(float) * q.qb + q.b.astype(float) * q.qa) / (q.qb + q.qa)
    check("quotes F01 weighted mid", ours.wmid, last_before_close(bars, q.ts, wmid), relative=1e-15)


def trades_case():
    """Quotes without sizes and trades, most without an aggressor, many of them at the mid."""
    rng, bars = np.random.default_rng(42), minutes_with_a_gap(900)
    q = random_quotes(rng, bars)
    times = np.unique(rng.choice(bars, 20_000) + rng.integers(0, MINUTE // 1000, 20_000) * 1000)
    near = pd.merge_asof(pd.DataFrame({"ts": times}), q, on="ts").ffill().fillna(1_100_000_000)
    offset = rng.integers(-2, 3, len(times)) * (TICK // 2)
    t = pd.DataFrame({"ts": times, "p": ((near.b + near.a) // 2).astype("int64") + offset, "v": rng.integers(1, 10 ** 10, len(times)),
                      "g": np.where(rng.random(len(times)) < .1, rng.choice([-1, 1], len(times)), 0)})
    ticks = [(r.ts, 0, f"Q,{r.ts},{r.b},{r.a},0,0") for r in q.itertuples()] + [(r.ts, 1, f"T,{r.ts},{r.p},{r.v},{r.g}") for r in t.itertuples()]
    ticks = [(ts, text) for ts, _, text in sorted(ticks)]
    minute = t.ts // MINUTE * MINUTE
    volume = np.maximum(1, of_bars(bars, minute, t.v) // 10 ** 8).astype(int)
    ours = dump("trades", in_order(bars, 1_100_000_000, volume, ticks), QUOTES | TRADES)
    mid2 = pd.merge_asof(t, q.assign(mid2=q.b + q.a)[["ts", "mid2"]], on="ts").mid2  # a quote of the same moment ranks before
    against = np.sign(2 * t.p - mid2).fillna(0)
    step = np.sign(t.p.diff()).replace(0, np.nan).ffill().fillna(0)
    sign = np.where(t.g != 0, t.g, np.where(against != 0, against, step))
    signed, all_volume = of_bars(bars, minute, sign * t.v), of_bars(bars, minute, t.v)
    check("trades F02/F07 cvd_n", ours.cvd_n, pd.Series(signed).rolling(20).sum() / pd.Series(all_volume).rolling(20).sum(), absolute=1e-12)
    share = (pd.Series(signed).rolling(3).sum() / pd.Series(all_volume).rolling(3).sum() + 1) / 2
    check("trades F02 aggressor share", ours.aggressor_share, share, absolute=1e-12)
    check("trades F06 fz of signed trades", ours.fz, flow_z(signed), absolute=1e-10)
    poc = np.full(len(bars), np.nan)
    of = np.searchsorted(bars, minute)
    for i in range(49, len(bars)):
        inside = (of > i - 50) & (of <= i)
        poc[i] = (t.v[inside].groupby(t.p[inside] // U).sum().idxmax()) * U  # the first of equals is the lowest
    check("trades F19 POC", ours.poc, poc)
    check("trades F04 INVALID without sizes", ours.ofi_bar, np.full(len(bars), np.nan), least=0)


def books_case():
    """Snapshots of three to seven levels a side, every second or two."""
    rng, bars = np.random.default_rng(43), minutes_with_a_gap(700)
    rows, ticks, mid = [], [], 1_100_000_000
    for bar in bars:
        for ts in bar + np.sort(np.append(rng.choice(58_000, 40, replace=False), 59_000)) * 10 ** 6:
            mid += TICK * int(rng.integers(-2, 3)) if rng.random() < .4 else 0
            sides = []
            for d in (-1, 1):
                n = int(rng.integers(5, 8)) if rng.random() < .9 else int(rng.integers(3, 5))
                price = mid + d * TICK * np.cumsum(rng.integers(1, 3, n))
                sides.append((price, rng.integers(1, 4, n) * 10 ** 8))
            row = {"ts": int(ts)}
            for name, (price, size) in zip("ba", sides):
                for m in range(len(price)):
                    row[f"{name}{m}"], row[f"q{name}{m}"] = float(price[m]), float(size[m])
            rows.append(row)
            levels = [f"{p},{q}" for price, size in sides for p, q in zip(price, size)]
            ticks.append((int(ts), f"S,{ts},{len(sides[0][0])},{len(sides[1][0])}," + ",".join(levels)))
    f = pd.DataFrame(rows)
    ours = dump("books", in_order(bars, 1_100_000_000, np.zeros(len(bars), int), ticks), L2 | SIZES)
    minute = f.ts // MINUTE * MINUTE
    weights = np.array([1 / m for m in range(1, 6)])
    mlofi = 0
    for m in range(5):
        level, before = f[[f"b{m}", f"qb{m}", f"a{m}", f"qa{m}"]], f[[f"b{m}", f"qb{m}", f"a{m}", f"qa{m}"]].shift(1)
        level.columns = before.columns = ["b", "qb", "a", "qa"]
        bid = (level.b >= before.b) * level.qb - (level.b <= before.b) * before.qb
        ask = (level.a <= before.a) * level.qa - (level.a >= before.a) * before.qa
        bid[level.b.isna() | before.b.isna()] = 0  # a level that is not there before and after has no part
        ask[level.a.isna() | before.a.isna()] = 0
        mlofi = mlofi + weights[m] / weights.sum() * of_bars(bars, minute, bid - ask)
    check("books F05 MLOFI of the bar", ours.mlofi, mlofi, absolute=1e-3, relative=1e-12)
    bids, asks = (f[[f"q{s}{m}" for m in range(5)]].sum(axis=1) for s in "ba")
    check("books F09 imbalance", ours.book_imbalance, last_before_close(bars, f.ts, (bids - asks) / (bids + asks)), relative=1e-15)
    check("books F09 ratio", ours.l2_ratio, last_before_close(bars, f.ts, bids / asks), relative=1e-15)
    middle = (f.b0 + f.a0) / 2
    near_bid, near_ask = (sum((f[f"q{s}{m}"] / (1 + (f[f"{s}{m}"] - middle).abs() / TICK)).fillna(0) for m in range(5)) for s in "ba")
    check("books F09 pressure", ours.book_pressure, last_before_close(bars, f.ts, (near_bid - near_ask) / (near_bid + near_ask)), absolute=1e-14)
    best = f[["ts", "b0", "a0", "qb0", "qa0"]].set_axis(["ts", "b", "a", "qb", "qa"], axis=1)
    changed = (best[["b", "a", "qb", "qa"]] != best[["b", "a", "qb", "qa"]].shift(1)).any(axis=1)
    check_ofi("books", bars, ours, best[changed].reset_index(drop=True))


WORK.mkdir(parents=True, exist_ok=True)
quotes_case()
trades_case()
books_case()
print(f"{len(failures)} checks failed" + "".join("\n  " + f for f in failures))
sys.exit(1 if failures else 0)
