#!/usr/bin/env python3
"""Compares the calculators of pairs and the volatility filter with independent packages (STRATEGIES 5.2). compare_pairs.py DUMP WORK_FOLDER

F21 pandas rolling corr; F22 statsmodels OLS; F23 statsmodels KalmanFilter; F24 adfuller, coint and numpy's lstsq; F25 coint_johansen;
F26 MarkovRegression. Closes of two real pairs where the data is there, and seeded random pairs with missing legs and gaps.
Every check prints its number of values and its worst error; one without values fails. Exit 1 on any difference."""
import csv
import io
import os
import pathlib
import subprocess
import sys
import warnings
import zipfile

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression
from statsmodels.tsa.statespace.kalman_filter import KalmanFilter
from statsmodels.tsa.stattools import adfuller, coint
from statsmodels.tsa.vector_ar.vecm import coint_johansen

from columns import check, failures

DUMP = sys.argv[1]
QUANTUM = 2.0 ** -40
TEST_MODEL = [.95, .90, .7, .01, .005, .03, .015]  # stay low, stay high, start low, mean and sd of LOW, of HIGH


def ask(*words):
    """The lines of answer to one command, as rows of numbers."""
    text = " ".join(w if isinstance(w, str) else float(w).hex() if w == w else "nan" for w in words)
    out = subprocess.run([DUMP, "pairs"], input=text, check=True, capture_output=True, text=True).stdout
    return np.array([[float.fromhex(v) for v in line.split()] for line in out.splitlines()])


# ---------------------------------------------------------------- inputs: frames of t_close (s), x, y (1e-9; 0 missing), gaps


def random_closes(seed, n):
    """Two walks with a common part; legs go missing now and then, in one stretch more than a tenth of them."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    t = 1_736_726_400 + 60 * np.arange(1, n + 1)
    legs = [np.round(p * np.exp(np.cumsum(2e-4 * (common + own * rng.normal(size=n))))).astype("int64") * 1000
            for p, own in ((1_100_000, .6), (1_270_000, .8))]
    missing = np.where((np.arange(n) > n // 2) & (np.arange(n) < n // 2 + 150), .2, .01)
    for leg in legs:
        leg[rng.random(n) < missing] = 0
    return pd.DataFrame({"t": t, "x": legs[0], "y": legs[1], "gx": rng.random(n) < .004, "gy": rng.random(n) < .004})


def real_leg(folder, symbol, rows):
    """HistData bid closes (Eastern standard time, always UTC-5) of the first bars of 2018."""
    with zipfile.ZipFile(folder / f"HISTDATA_COM_ASCII_{symbol}_M12018.zip") as z:
        name = next(n for n in z.namelist() if n.lower().endswith(".csv"))
        lines = csv.reader(io.TextIOWrapper(z.open(name)), delimiter=";")
        table = [(row[0], round(float(row[4]) * 1e6) * 1000) for row, _ in zip(lines, range(rows))]
    t = pd.to_datetime([s for s, _ in table], format="%Y%m%d %H%M%S", utc=True)
    return pd.Series([p for _, p in table], index=t.as_unit("s").astype("int64") + 5 * 3600 + 60)


def real_closes():
    shared = os.environ.get("OMEGA_SHARED") or pathlib.Path(__file__).resolve().parents[3] / "shared"
    folder = pathlib.Path(shared) / "data/fx-minute/histdata-2018"
    if not (folder / "HISTDATA_COM_ASCII_GBPUSD_M12018.zip").is_file():
        return None
    f = pd.DataFrame({"x": real_leg(folder, "EURUSD", 6000), "y": real_leg(folder, "GBPUSD", 6000)})
    f.index.name = "t"
    f = f.reset_index()
    for gap, leg in (("gx", "x"), ("gy", "y")):  # a leg that was away for more than two hours comes back with a gap
        last = f.t.where(f[leg].notna()).ffill().shift(1)
        f[gap] = (f.t - last > 2 * 3600) & f[leg].notna()
    return f.fillna(0).astype("int64")


# ---------------------------------------------------------------- oracles


def returns_oracle(f, w):
    """F21: both legs here now and at the same time before, no gap; INVALID while more than a tenth of the last w closes were skipped."""
    r = {}
    for leg in "xy":
        here = f[leg].where(f[leg] > 0).astype(float)
        r[leg] = ((here - here.ffill().shift(1)) / here.ffill().shift(1) / QUANTUM).round() * QUANTUM
    before = [f.t.where(f[leg] > 0).ffill().shift(1) for leg in "xy"]
    both = r["x"].notna() & r["y"].notna() & (before[0] == before[1]) & (f.gx == 0) & (f.gy == 0)
    rho = r["x"][both].rolling(w).corr(r["y"][both]).reindex(f.index).ffill()
    skipped = (~both).rolling(w, min_periods=1).sum()
    return rho.where(10 * skipped <= skipped.index.to_series().add(1).clip(upper=w))


def levels_oracle(f):
    """F22: 100·ln of both legs minus their first, in 2^-40."""
    both = f[(f.x > 0) & (f.y > 0)]
    logs = 100 * np.log(both[["y", "x"]].astype(float))
    return ((logs - logs.iloc[0]) / QUANTUM).round() * QUANTUM


def sums(title, f, w, every):
    ours = ask("closes", w, len(f), *f[["t", "gx", "gy", "x", "y"]].to_numpy(float).ravel())
    check(f"{title} F21 correlation of {w}", ours[:, 0], returns_oracle(f, w), absolute=1e-9)
    levels = levels_oracle(f)
    at = levels.index.to_numpy()
    # two logs near 2080 and a rounding to a quantum
    check(f"{title} F22 level of y", ours[at, 6], levels.y, absolute=4 * QUANTUM)
    check(f"{title} F22 level of x", ours[at, 7], levels.x, absolute=4 * QUANTUM)
    fits, p0 = [], []
    chosen = range(w - 1, len(levels), every)
    for i in chosen:
        window = levels.iloc[i - w + 1:i + 1]
        fit = OLS(window.y.to_numpy(), add_constant(window.x.to_numpy())).fit()
        fits.append([*fit.params, fit.mse_resid, window.x.mean(), ((window.x - window.x.mean()) ** 2).sum()])
        p0.append(fit.cov_params()[[0, 0, 1], [0, 1, 1]])
    mine = ours[at[list(chosen)]]
    for column, name in enumerate(("alpha", "beta", "residual variance", "mean of x", "squares of x")):
        check(f"{title} F22 OLS {name} of {w}", mine[:, 1 + column], np.array(fits)[:, column],
              absolute=0 if name in ("residual variance", "squares of x") else 1e-9, relative=1e-9)
    alpha, beta, r, x_mean, squares = mine[:, 1:6].T
    # F23's start: the covariance of the estimates, from what the fit gives
    theirs = np.array(p0)
    for name, value, oracle in (("aa", r * (1 / w + x_mean ** 2 / squares), theirs[:, 0]), ("ab", -r * x_mean / squares, theirs[:, 1]),
                                ("bb", r / squares, theirs[:, 2])):
        # the two ends of the window may stand on both sides of 0: then ab is small beside what it is a difference of
        check(f"{title} F22/F23 P0 {name}", value, oracle, absolute=1e-9 * np.sqrt(theirs[:, 0] * theirs[:, 2]).min(), relative=1e-9)
    check(f"{title} F22 not READY before {w} levels", ours[at[:w - 1], 2], np.full(w - 1, np.nan), least=0)
    return levels.reset_index(drop=True)


def kalman(title, levels, rng):
    """F23 over all levels after 250; every 1440 rows R and Q anew from the last 250, some y missing."""
    w, y, x = 250, levels.y.to_numpy().copy(), levels.x.to_numpy()
    n = len(levels) - w
    r, q = np.empty(n), np.empty((2, n))
    for start in range(0, n, 1440):
        fit = OLS(y[start:start + w], add_constant(x[start:start + w])).fit()
        if start == 0:
            theta, p = fit.params, fit.cov_params()
        r[start:] = fit.mse_resid
        q[:, start:] = np.array([[fit.mse_resid / w ** 2], [fit.mse_resid / (w ** 2 * x[start:start + w].var(ddof=1))]])
    y, x = y[w:], x[w:]
    y[rng.random(n) < .01] = np.nan
    model = KalmanFilter(k_endog=1, k_states=2)
    model.bind(y.reshape(-1, 1).copy())
    model["design"] = np.stack([np.ones(n), x]).reshape(1, 2, n)
    model["transition"] = np.eye(2)
    model["selection"] = np.eye(2)
    model["obs_cov"] = r.reshape(1, 1, n)
    state = np.zeros((2, 2, n))
    state[0, 0, :-1], state[1, 1, :-1] = q[0, 1:], q[1, 1:]  # theirs is added after an update, ours before the next
    model["state_cov"] = state
    model.initialize_known(theta, p + np.diag(q[:, 0]))
    theirs = model.filter()
    ours = ask("kalman", *theta, p[0, 0], p[0, 1], p[1, 1], n, *np.column_stack([y, x, r, q[0], q[1]]).ravel())
    known = ~np.isnan(y)
    s, e = theirs.forecasts_error_cov[0, 0], theirs.forecasts_error[0]
    check(f"{title} F23 S", ours[:, 0], np.where(known, s, np.nan), relative=1e-10)
    check(f"{title} F23 z", ours[:, 1], np.where(known, e / np.sqrt(s), np.nan), absolute=1e-10, relative=1e-10)
    check(f"{title} F23 alpha", ours[:, 2], theirs.filtered_state[0], absolute=1e-10)
    check(f"{title} F23 beta", ours[:, 3], theirs.filtered_state[1], absolute=1e-10)
    for column, (i, j) in enumerate(((0, 0), (0, 1), (1, 1))):
        covariance = theirs.filtered_state_cov[i, j]
        check(f"{title} F23 P {'ab'[i]}{'ab'[j]}", ours[:, 4 + column], covariance, relative=1e-10)


def reversion(s):
    """F24's kappa and half-life; 0: none."""
    kappa = np.linalg.lstsq(np.column_stack([np.ones(len(s) - 1), s[:-1]]), np.diff(s), rcond=None)[0][1]
    return kappa, np.log(2) / -np.log1p(kappa) if -1 < kappa < 0 else 0


def adf_t(s, constant):
    return adfuller(s, maxlag=1, regression=constant, autolag=None, result_object=False)[0]


def joh():
    """The JOH fixture of 5.3."""
    state = 12345

    def u():
        nonlocal state
        state = (1664525 * state + 1013904223) % 2 ** 32
        return state / 2 ** 32

    level, a, rows = 0.0, 0.0, []
    for _ in range(200):
        level += u() - .5
        a = .8 * a + .5 * (u() - .5)
        rows.append((.8 * level + a + 3, level))
    return np.array(rows)


def random_pair(rng, n):
    """Cointegrated with a random speed, or (one in five) not at all."""
    walk, phi, a, noise = np.cumsum(rng.normal(size=n)), rng.uniform(.2, .97), np.zeros(n), rng.normal(size=n) * rng.uniform(.1, 2)
    if rng.random() < .2:
        phi = 1.0
    for i in range(1, n):
        a[i] = phi * a[i - 1] + noise[i]
    return np.column_stack([rng.uniform(.3, 2) * walk + a + 3, walk])


def cointegration(title, pairs):
    ours, theirs = [], []
    for pair in pairs:
        y, x = pair.T
        ours.append(ask("cointegration", len(y), *y, *x)[0])
        residuals = OLS(y, add_constant(x)).fit().resid
        row = [*reversion(y), adf_t(y, "c"),
               *reversion(residuals), adf_t(residuals, "n")]
        for lags in (1, 2):
            j = coint_johansen(pair, 0, lags)
            row += [*j.eig, *j.lr1, j.evec[1, 0] / j.evec[0, 0]]
        theirs.append([*row, coint(y, x, trend="c", maxlag=1, autolag=None)[0]])
    ours, theirs = np.array(ours), np.array(theirs)
    names = ("F24 kappa", "F24 half-life", "F24 ADF t", "F24 kappa of residuals", "F24 half-life of residuals", "F24 Engle-Granger t")
    for column, name in enumerate(names):
        check(f"{title} {name}", ours[:, column], theirs[:, column], absolute=1e-9, relative=1e-9)
    check(f"{title} F24 Engle-Granger t by coint", ours[:, 5], theirs[:, -1], absolute=1e-9, relative=1e-9)
    for lags in (1, 2):
        for column, name in enumerate(("lambda 1", "lambda 2", "trace(0)", "trace(1)", "b")):
            column += 1 + 5 * lags
            # the small eigenvalue is a difference of two near the large one: its error is a bit of that
            check(f"{title} F25 {name} with {lags} lagged difference{'s' * (lags - 1)}", ours[:, column], theirs[:, column],
                  absolute=1e-12 if name in ("lambda 2", "trace(1)") else 0, relative=1e-8)


def markov(model, o):
    """Probability of LOW by statsmodels, which applies the transition once more than we do before the first datum, hence the inverse."""
    stay_low, stay_high, start_low, mean_low, sd_low, mean_high, sd_high = model
    transition = np.array([[stay_low, 1 - stay_low], [1 - stay_high, stay_high]])
    m = MarkovRegression(o, 2, switching_variance=True)
    m.initialize_known(np.array([start_low, 1 - start_low]) @ np.linalg.inv(transition))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        r = m.filter([stay_low, 1 - stay_high, mean_low, mean_high, sd_low ** 2, sd_high ** 2])
    return np.asarray(r.filtered_marginal_probabilities)[:, 0]


def hmm():
    for seed in (61, 62, 63):
        rng = np.random.default_rng(seed)
        state, states = 0, []
        for _ in range(3000):
            state = state if rng.random() < (TEST_MODEL[1] if state else TEST_MODEL[0]) else 1 - state
            states.append(state)
        o = np.abs(rng.normal(np.where(states, .03, .01), np.where(states, .015, .005)))
        ours = ask("hmm", *TEST_MODEL, len(o), *o)[:, 0]
        check(f"random {seed} F26 probability of LOW by MarkovRegression", ours, markov(TEST_MODEL, o), absolute=1e-12)
    for o, expected in ((.012, .9283896798), (.020, .5360460027)):
        check(f"F26 fixture at {o}", ask("hmm", *TEST_MODEL, 1, o)[:, 0], [expected], absolute=5.1e-11)


def volatility(title, f):
    """F26 on bars: o is the annualised sd of the last 20 returns, a step where a bar brings a return."""
    f = f[f.x > 0].reset_index(drop=True)
    w, year = 20, 252 * 1440
    r = ((f.x.diff() / f.x.shift(1)) / QUANTUM).round() * QUANTUM
    taken = (f.gx == 0) & r.notna()
    o = (r[taken].rolling(w).apply(lambda v: v.std(ddof=1), raw=True) * np.sqrt(year)).dropna()
    low, high = o.quantile(.3), o.quantile(.8)
    model = [.95, .90, .7, low, o.std() / 2, high, o.std()]
    theirs = pd.Series(1 - markov(model, o.to_numpy()), index=o.index).reindex(f.index).ffill()
    ours = ask("volatility", *model, w, year, len(f), *f[["gx", "x"]].to_numpy(float).ravel())[:, 0]
    check(f"{title} F26 probability of HIGH by MarkovRegression", ours, theirs, absolute=1e-12)


def case(title, f, every):
    for w in (60, 250):
        levels = sums(title, f, w, every)
    kalman(title, levels, np.random.default_rng(23))
    volatility(title, f)
    windows = [levels.iloc[i:i + 200][["y", "x"]].to_numpy() for i in range(0, len(levels) - 200, 20)]
    cointegration(title, windows)


cointegration("JOH", [joh()])
generator = np.random.default_rng(25)
cointegration("random pairs", [random_pair(generator, int(generator.integers(60, 400))) for _ in range(60)])
hmm()
for number in (31, 32, 33):
    case(f"random {number}", random_closes(number, 2500), every=7)
real = real_closes()
if real is None:
    print("SKIPPED: no ../shared/data (real closes of EURUSD and GBPUSD)")
else:
    case("EURUSD GBPUSD", real, every=11)
print(f"{len(failures)} checks failed" + "".join("\n  " + f for f in failures))
sys.exit(1 if failures else 0)
