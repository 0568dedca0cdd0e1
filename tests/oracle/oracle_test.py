"""Features against independent packages (numpy, pandas, scipy, TA-Lib) on seeded random minute bars.

Each check names the feature, the independent call and the tolerance of STRATEGIES 5.2. Usage: oracle_test.py DUMP-PROGRAM
"""
import io
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import scipy.signal
import scipy.special
import talib

SEED, BARS, BUCKET_UNITS = 20240607, 12_000, 4_000
print(f"SEED={SEED}")
rng = np.random.default_rng(SEED)

close = 1.1 + np.cumsum(rng.normal(0, 2e-5, BARS))
open_ = close + rng.normal(0, 1e-5, BARS)
high = np.maximum(open_, close) + np.abs(rng.normal(0, 1e-5, BARS))
low = np.minimum(open_, close) - np.abs(rng.normal(0, 1e-5, BARS))
m1 = pd.DataFrame({
    "t": 1_704_067_200 + 60 * np.arange(BARS),
    "o": np.round(open_ * 1e9).astype(np.int64), "h": np.round(high * 1e9).astype(np.int64),
    "l": np.round(low * 1e9).astype(np.int64), "c": np.round(close * 1e9).astype(np.int64),
    "v": rng.integers(20, 400, BARS) * 100_000_000,
})
m1["h"] = m1[["o", "h", "c"]].max(axis=1)
m1["l"] = m1[["o", "l", "c"]].min(axis=1)

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "bars.csv"
    m1.to_csv(path, header=False, index=False)
    text = subprocess.run([sys.argv[1], str(path), str(BUCKET_UNITS * 100_000_000)], check=True, capture_output=True, text=True).stdout
names = {line[1:].split(";")[0]: line.split(";")[1:] for line in text.splitlines() if line.startswith("#")}
ours = {}
for tf in ("M1", "M5", "M15"):
    rows = "\n".join(line for line in text.splitlines() if line.startswith(tf + ","))
    ours[tf] = pd.read_csv(io.StringIO(rows), header=None, names=["tf", "t", "o", "h", "l", "c", "v"] + names[tf])

failures, done = [], 0


def check(what, got, expected, rtol=0.0, atol=0.0, at_least=100):
    """Both ready or both not, and equal within the tolerance."""
    global done
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    both = ~np.isnan(got) & ~np.isnan(expected)
    worst = np.max(np.abs(got[both] - expected[both]) - rtol * np.abs(expected[both])) if both.any() else np.inf
    readiness = np.array_equal(np.isnan(got), np.isnan(expected))
    ok = both.sum() >= at_least and worst <= atol and readiness
    done += 1
    print(f"{'ok  ' if ok else 'FAIL'} {what}: {both.sum()} values, worst excess {worst:.3g}{'' if readiness else ', readiness differs'}")
    if not ok:
        failures.append(what)


# F28: resampling
for tf, rule in (("M5", "5min"), ("M15", "15min")):
    frame = m1.set_index(pd.to_datetime(m1.t, unit="s"))
    r = frame.resample(rule, label="left", closed="left").agg({"o": "first", "h": "max", "l": "min", "c": "last", "v": "sum"})
    for column in "ohlcv":
        check(f"F28 {tf} {column} pandas resample", ours[tf][column], r[column].to_numpy()[: len(ours[tf])])

# F03 Φ and the flow built on it (second implementation, vectorised)
c = m1.c.to_numpy(float)
dp = np.concatenate([[np.nan], np.diff(c)])  # the first bar has no change
sigma = pd.Series(dp).rolling(500, min_periods=100).std(ddof=1).shift(1)
share = scipy.special.ndtr(dp / sigma)
volume = m1.v.to_numpy(float)
buy = np.where(np.isnan(share), np.nan, volume * share)
delta = pd.Series(2 * buy - volume)
ready = ~np.isnan(buy)
d, vol = delta[ready].reset_index(drop=True), pd.Series(volume)[ready].reset_index(drop=True)
name = next(n for n in names["M1"] if n.startswith("cvd_n"))
expected = np.full(BARS, np.nan)
expected[ready] = (d.rolling(20).sum() / vol.rolling(20).sum()).to_numpy()
check("F07 cvd_n pandas rolling sums over scipy ndtr", ours["M1"][name], expected, atol=1e-9)
name = next(n for n in names["M1"] if n.startswith("fz"))
f = d.rolling(20).sum()
base = f.shift(20)
z = (f - base.rolling(500, min_periods=200).mean()) / base.rolling(500, min_periods=200).std(ddof=1)
expected = np.full(BARS, np.nan)
expected[ready] = z.clip(-6, 6).to_numpy()
check("F06 fz pandas rolling mean and sd", ours["M1"][name], expected, atol=1e-7)

# F08 VPIN by cumulative volume and bucket edges
name = next(n for n in names["M1"] if n.startswith("vpin("))
bucket = BUCKET_UNITS * 1e8
cum_v, cum_b = np.concatenate([[0], np.cumsum(volume[ready])]), np.concatenate([[0], np.cumsum(buy[ready])])
edges = np.arange(0, cum_v[-1] + 1, bucket)
buys = np.diff(np.interp(edges, cum_v, cum_b))
imbalance = np.abs(2 * buys - bucket)
vpin = pd.Series(imbalance).rolling(50).sum() / (50 * bucket)
completed = np.floor(cum_v[1:] / bucket).astype(int)
expected = np.full(BARS, np.nan)
expected[ready] = [vpin[n - 1] if n > 0 else np.nan for n in completed]
check("F08 vpin numpy bucket edges", ours["M1"][name], expected, atol=1e-9)

# F10
name = next(n for n in names["M1"] if "median" in n)
check("F10 spread median pandas rolling median", ours["M1"][name],
      pd.Series(np.full(BARS, 100_000.0)).rolling(200, min_periods=50).median(), at_least=1000)


def feature(tf, start):
    return next(n for n in names[tf] if n.startswith(start))


for tf in ("M5", "M15"):
    b = ours[tf]
    cc, hh, ll, vv = (b[x].astype(float) for x in "chlv")
    need = 100 if tf == "M15" else 1000
    r = pd.Series(np.concatenate([[np.nan], np.diff(cc) / cc.to_numpy()[:-1]]))
    check(f"F11 {tf} sigma pct_change.rolling.std", b[feature(tf, "sigma")], r.rolling(20).std(ddof=1), rtol=1e-8, at_least=need)
    check(f"F11 {tf} realised volatility", b[feature(tf, "rv")], np.sqrt((r**2).rolling(20).sum()), rtol=1e-8, at_least=need)
    typical = (hh + ll + cc) / 3
    check(f"F12 {tf} vwap lag 200", b[feature(tf, "vwap")], ((typical * vv).rolling(200).sum() / vv.rolling(200).sum()).shift(1), rtol=1e-12, at_least=need)
    mean, sd = cc.rolling(200).mean().shift(1), (cc - cc[0]).rolling(200).std(ddof=1).shift(1)
    check(f"F13 {tf} mean lag 200", b[names[tf][3]], mean, rtol=1e-12, at_least=need)
    check(f"F13 {tf} sd lag 200", b[names[tf][4]], sd, rtol=1e-7, at_least=need)
    adx = b[feature(tf, "adx")].to_numpy()
    theirs = talib.ADX(hh.to_numpy(), ll.to_numpy(), cc.to_numpy(), 14)
    both = ~np.isnan(theirs)
    gap = np.abs(adx - theirs)
    late = gap[150 + 27:]
    ok = np.isnan(adx[:27]).all() and gap[27] < 1.0 and late.max() < 1e-3
    done += 1
    print(f"{'ok  ' if ok else 'FAIL'} F14 {tf} ADX against TA-Lib (seeds differ): {gap[27]:.4g} at index 27, {late.max():.3g} after 150 bars")
    if not ok:
        failures.append(f"F14 {tf}")
    for side, series, compare in (("high", hh, np.greater), ("low", ll, np.less)):
        k = 3
        idx = scipy.signal.argrelextrema(series.to_numpy(), compare, order=k)[0]
        expected = np.full(len(b), np.nan)
        for i in idx:
            if k <= i and i + k < len(b):
                expected[i + k:] = series[i]
        check(f"F15 {tf} swing {side} scipy argrelextrema", b[feature(tf, f"swing_{side}")], expected, at_least=need)
    check(f"F17 {tf} vr", b[feature(tf, "vr")], vv / vv.rolling(50).mean().shift(1), rtol=1e-10, at_least=need)
    check(f"F17 {tf} vz", b[feature(tf, "vz")], (vv - vv.rolling(50).mean().shift(1)) / vv.rolling(50).std(ddof=1).shift(1), atol=1e-9, at_least=need)
    check(f"F17 {tf} vmr", b[feature(tf, "vmr")], vv.rolling(5).mean() / vv.rolling(16).mean().shift(5), rtol=1e-10, at_least=need)
    pct = vv.rolling(101).apply(lambda w: (w[:-1] < w[-1]).mean() * 100, raw=True)
    check(f"F17 {tf} vpct", b[feature(tf, "vpct")], pct, atol=1e-9, at_least=need)

# F20: slope by polyfit on the rescaled-range table
b = ours["M15"]
cc = b.c.to_numpy(float)
returns = np.diff(cc) / cc[:-1]
expected = np.full(len(b), np.nan)
expected_r2 = expected.copy()
scales = np.array([5, 10, 20, 40, 80])
e_rs = [np.exp(scipy.special.gammaln((n - 1) / 2) - scipy.special.gammaln(n / 2)) / np.sqrt(np.pi) * np.sum(np.sqrt((n - np.arange(1, n)) / np.arange(1, n))) for n in scales]
h_al = np.polyfit(np.log(scales), np.log(e_rs), 1)[0]
for i in range(400, len(b), 40):
    w = returns[i - 400:i]
    table = []
    for n in scales:
        blocks = w[len(w) % n:].reshape(-1, n)
        zc = np.cumsum(blocks - blocks.mean(axis=1, keepdims=True), axis=1)
        table.append(np.mean((np.maximum(zc.max(axis=1), 0) - np.minimum(zc.min(axis=1), 0)) / blocks.std(axis=1)))
    x, y = np.log(scales), np.log(table)
    expected[i] = np.polyfit(x, y, 1)[0] - h_al + 0.5
    expected_r2[i] = np.corrcoef(x, y)[0, 1] ** 2
got = np.where(np.isnan(expected), np.nan, b[feature("M15", "hurst")])
check("F20 Hurst numpy polyfit", got, expected, atol=1e-7, at_least=8)
got = np.where(np.isnan(expected), np.nan, b[next(n for n in names["M15"] if n.startswith("hurst_r2") or "r2" in n)])
check("F20 R2", got, expected_r2, atol=1e-7, at_least=8)

print(f"{done - len(failures)} passed, {len(failures)} failed")
sys.exit(1 if failures else 0)
