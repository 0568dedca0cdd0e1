#!/usr/bin/env python3
"""Independent numbers for statistics_test.cpp: standard library only. Prints the expected values."""
import math
import statistics

returns = [((i * 37) % 19 - 9) / 2000 for i in range(80)]
closes = [10000.0]
for r in returns:
    closes.append(closes[-1] * (1 + r))
real = [b / a - 1 for a, b in zip(closes, closes[1:])]
mean, sd = statistics.fmean(real), statistics.stdev(real)
down = math.sqrt(statistics.fmean([min(r, 0) ** 2 for r in real]))
print("volatility", repr(sd))
print("sharpe", repr(mean / sd * math.sqrt(252)))
print("sortino", repr(mean / down * math.sqrt(252)))
print("calmar", repr(mean * 252 / 0.08))
z = statistics.NormalDist().inv_cdf(0.975)
for k, n in ((13, 20), (0, 10), (10, 10)):
    p = k / n
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    print("wilson", k, n, repr((centre - half) / (1 + z * z / n)), repr((centre + half) / (1 + z * z / n)))
