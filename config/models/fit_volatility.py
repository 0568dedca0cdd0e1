#!/usr/bin/env python3
"""Fits the two volatility states of F26 for a file of config/models: fit_volatility.py SYMBOL=HISTDATA.zip ... > NAME.csv

Observations: annualised sample sd of the last 20 M15 returns (260 trading days), gaps over 2 h skipped, as the engine takes them.
Only mean and sd of each state are fitted (EM, Baum-Welch); the transition matrix and the start, A and START below, are given.
Needs numpy and pandas. Nothing of this runs inside the engine: a model is an input."""
import csv
import io
import sys
import zipfile

import numpy as np
import pandas as pd

A, START = np.array([[.95, .05], [.10, .90]]), np.array([.7, .3])


def observations(path):
    with zipfile.ZipFile(path) as z:
        name = next(n for n in z.namelist() if n.lower().endswith(".csv"))
        rows = [(r[0], float(r[4])) for r in csv.reader(io.TextIOWrapper(z.open(name)), delimiter=";")]
    m1 = pd.Series([c for _, c in rows], index=pd.to_datetime([t for t, _ in rows], format="%Y%m%d %H%M%S"))
    gap = m1.index.to_series().diff() > pd.Timedelta(minutes=121)
    m15 = pd.DataFrame({"close": m1, "gap": gap}).resample("15min", label="left", closed="left").agg({"close": "last", "gap": "max"}).dropna()
    r = m15.close.pct_change()[~m15.gap.astype(bool)].dropna()
    return (r.rolling(20).std(ddof=1).dropna() * np.sqrt(260 * 96)).to_numpy()


def fit(o):
    mean, sd = np.quantile(o, (.3, .85)), np.full(2, o.std() / 2)
    for _ in range(200):
        b = np.exp(-.5 * ((o[:, None] - mean) / sd) ** 2) / sd + 1e-300
        alpha, beta = np.empty_like(b), np.ones_like(b)
        p = START
        for t in range(len(o)):
            alpha[t] = (p @ A) * b[t]
            alpha[t] /= alpha[t].sum()
            p = alpha[t]
        for t in range(len(o) - 2, -1, -1):
            beta[t] = A @ (b[t + 1] * beta[t + 1])
            beta[t] /= beta[t].sum()
        gamma = alpha * beta
        gamma /= gamma.sum(axis=1, keepdims=True)
        new = (gamma * o[:, None]).sum(axis=0) / gamma.sum(axis=0)
        sd = np.sqrt((gamma * (o[:, None] - new) ** 2).sum(axis=0) / gamma.sum(axis=0))
        if np.abs(new - mean).max() < 1e-9:
            break
        mean = new
    order = np.argsort(mean)
    return mean[order], sd[order]


print("# Volatility states (F26) fitted by fit_volatility.py; the transition matrix and the start are the specification's.")
print("symbol,stay_low,stay_high,start_low,mean_low,sd_low,mean_high,sd_high")
for argument in sys.argv[1:]:
    symbol, path = argument.split("=", 1)
    mean, sd = fit(observations(path))
    print(f"{symbol},0.95,0.9,0.7,{mean[0]:.5f},{sd[0]:.5f},{mean[1]:.5f},{sd[1]:.5f}", flush=True)
