#!/usr/bin/env python3
"""Writes detmath_reference.csv: function,x,y with y rounded once from 60 digits (mpmath 1.4.1). Run: detmath_reference.py > detmath_reference.csv"""
import random
import mpmath as mp

mp.mp.dps = 60
rng = random.Random(20250113)


def row(name, x, f):
    print(f"{name},{float(x).hex()},{float(f(mp.mpf(x))).hex()}")


def dense(lo, hi, n):
    return [lo + (hi - lo) * i / n for i in range(n + 1)]


eps, tiny = 2.0 ** -52, 5e-324
near_one = [1 - eps, 1 - eps / 2, 1.0, 1 + eps, 1 + 2 * eps]
# detmath::exp flushes results below the smallest normal number, so its range ends at ln(2^-1022)
for x in dense(-40, 40, 160) + dense(-1, 1, 100) + [-708.39, -700.5, 709.78, 700.25, 0.0, tiny, -tiny, 1e-300, eps, -eps, eps / 4] + near_one \
        + [rng.uniform(-708.3, 709.7) for _ in range(200)]:
    row("exp", x, mp.exp)
for x in [10.0 ** k for k in range(-307, 309, 11)] + dense(0.5, 2.0, 150) + near_one + [tiny, 3 * tiny, 2.0 ** -1022, 1.7976931348623157e308] \
        + [float(n) for n in (5, 10, 20, 40, 80, 100, 400)] + [1 + rng.uniform(-1, 1) * 2.0 ** -rng.randrange(2, 50) for _ in range(150)] \
        + [2.0 ** rng.uniform(-1074, 1023) for _ in range(150)]:
    row("log", x, mp.log)
for x in dense(-6, 6, 240) + [0.46875, -0.46875, 4.0, -4.0, tiny, 0.0, 8.25, 12.5, 20.0, 26.0] + [rng.uniform(-8, 26) for _ in range(150)]:
    row("erfc", x, mp.erfc)
for x in dense(-8, 8, 320) + [0.0, tiny, -tiny, eps, -eps, 15.0, -15.0, -20.5, -30.0, -36.5, 40.0] + [rng.uniform(-37, 8) for _ in range(150)]:
    row("normal_cdf", x, mp.ncdf)
for x in dense(-0.999, 0.999, 320) + [0.0, tiny, -tiny, eps, 1e-300, 0.25, -0.25, 0.25 - eps / 8, 1 - eps, -1 + eps, 1 - eps / 2] \
        + [rng.uniform(-1, 1) * 10.0 ** -rng.randrange(0, 12) for _ in range(150)]:
    row("atanh", x, mp.atanh)
near_zeros = [n + s * 2.0 ** -k for n in (1, 2) for s in (1, -1) for k in range(2, 53)]
for x in dense(1 / 64, 4, 640) + dense(4, 12, 160) + [n / 2 for n in range(1, 401)] + near_zeros \
        + [b + s * eps * 4 for b in (0.5, 0.7, 1.5, 3.0, 8.0) for s in (-1, 0, 1)] + [tiny, 2.0 ** -1022, eps, 1.4616321449683623] \
        + [10.0 ** k for k in range(-307, 306, 9)] + [2.5e305, rng.uniform(0, 1)] + [2.0 ** rng.uniform(-1074, 1014) for _ in range(200)] \
        + [2.0 ** rng.uniform(-6, 12) for _ in range(300)]:
    row("lgamma", x, mp.loggamma)
