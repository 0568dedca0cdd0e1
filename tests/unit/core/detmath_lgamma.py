#!/usr/bin/env python3
"""Prints the constants of detmath::lgamma and how far each polynomial is from its function (mpmath 1.4.1, 60 digits). Run: detmath_lgamma.py

Near their zeros ln Γ(1+t)/t and ln Γ(2+t)/t have no zero and no pole within 1 and 2 of t = 0, so a Chebyshev expansion on the interval that is
used converges fast. Stirling's series has the coefficients B(2k)/(2k(2k-1))."""
import mpmath as mp

mp.mp.dps = 60
SMALL = mp.mpf(10) ** -25


def by_t(n):
    """ln Γ(n+t)/t, with its limit at 0."""
    return lambda t: mp.loggamma(n + t) / t if abs(t) > SMALL else mp.digamma(n) + mp.zeta(2, n) / 2 * t


def show(name, values, remark):
    print(f"// {remark}\nconstexpr double {name}[] = {{")
    for i in range(0, len(values), 4):
        print("    " + ", ".join(mp.nstr(v, 20) for v in values[i:i + 4]) + ",")
    print("};")


for name, n, interval, terms in (("kOne", 1, (-.3, .5), 23), ("kTwo", 2, (-.5, 1), 22)):
    coefficients, error = mp.chebyfit(by_t(n), interval, terms, error=True)
    show(name, coefficients, f"lnΓ({n}+t)/t, t in [{interval[0]}, {interval[1]}]: off by {mp.nstr(error, 2)} at most")
show("kStirling", [mp.bernoulli(2 * k) / (2 * k * (2 * k - 1)) for k in range(8, 0, -1)],
     f"of 1/x^15 to 1/x; the first one left out is below {mp.nstr(abs(mp.bernoulli(18)) / (18 * 17) / mp.mpf(8) ** 17, 2)} from x = 8 on")
print(f"constexpr double kHalfLn2Pi_less_half = {mp.nstr(mp.log(2 * mp.pi) / 2 - mp.mpf(1) / 2, 20)};")
