#!/usr/bin/env python3
"""Fits the micro-price tables of F01 for a file of config/models: fit_micro_price.py SYMBOL=JOURNAL ... > NAME.csv

The quotes are those of journals (of `omega run`, `omega import --ticks keep`): Quote events, or best prices and sizes of the book where
there is one. A symbol named more than once pools its journals; '*=JOURNAL' pools all symbols of a journal, for every instrument.

Stoikov (2018) Quant. Finance 18(12):1959-1966. State x = (imbalance in 10 bins, spread in 1..3 ticks). Each step from one quote to the next
counts, and its mirror image too (bid and ask changed places), so that rises and falls are equally probable:
  Q   probability of the next state, the mid the same      R1 K   mean move of the mid, in ticks
  R2  probability of the next state, the mid moved         T      all of them: Q + R2 = 1 in each row
  G1 = (I - Q)^-1 R1 K     B = (I - Q)^-1 R2     g = G1 + B G1 + B^2 G1 + ...
An imbalance of exactly 1/2 belongs half to each middle bin, as the engine reads it. Steps from or to other spreads, over a gap or a pause
of more than two hours do not count. Every cell needs --least steps; --unseen-as-mid writes 0 instead, the mid itself, and says so in the file.
Nothing of this runs inside the engine: a table is an input."""
import argparse
import collections
import datetime
import json
import pathlib
import subprocess
import sys

BINS, SPREADS, PAUSE = 10, 3, datetime.timedelta(hours=2)
STATES = [(b, s) for b in range(BINS) for s in range(SPREADS)]
ROUNDS_MAX, CLOSE_TICKS = 100_000, 1e-12


def refuse(why):
    sys.exit(f"fit_micro_price: {why}")


def mirrored(state):
    return BINS - 1 - state[0], state[1]


class Book:
    """Best prices and sizes, None while they are not known or an update is not whole."""

    def __init__(self):
        self.bids, self.asks, self.live = {}, {}, False

    def take(self, event):
        flags = event.get("flags", [])
        bad = [f for f in flags if f.startswith("bad_")]
        if "gap" in flags or any(f != "bad_duplicate" for f in bad):
            self.live = False  # until the next snapshot; what is only repeated is known
        if bad:
            return None
        if event["type"] == "book_snapshot":
            self.bids = dict(list(zip(event["bid_price"], event["bid_size"]))[:event["bid_levels"]])
            self.asks = dict(list(zip(event["ask_price"], event["ask_size"]))[:event["ask_levels"]])
            self.live = True
        elif event["new_size"] > 0:
            (self.bids if event["side"] == "bid" else self.asks)[event["price"]] = event["new_size"]
        else:
            (self.bids if event["side"] == "bid" else self.asks).pop(event["price"], None)
        if not self.live or "more" in flags or not self.bids or not self.asks:
            return None
        bid, ask = max(self.bids), min(self.asks)
        return (bid, ask, self.bids[bid], self.asks[ask]) if bid <= ask else None


def quotes(events):
    """Runs of quotes (bid, ask, bid size, ask size) from journaled events of one instrument; None between two runs."""
    book, has_book, last = Book(), False, None
    for event in events:
        kind, flags = event["type"], event.get("flags", [])
        if kind in ("book_snapshot", "book_delta"):
            if not has_book:
                yield None  # the instrument's Quote events only sign trades from here on, as in the engine
            has_book = True
            quote = book.take(event)
            if not book.live:
                yield None
        elif kind == "quote":
            if "gap" in flags:
                book.live = False
                yield None
            bad = any(f.startswith("bad_") for f in flags)
            quote = None if has_book or bad else (event["bid"], event["ask"], event["bid_size"], event["ask_size"])
        else:
            if kind == "trade" and "gap" in flags:
                book.live = False
                yield None
            continue
        if quote is None:
            continue
        now = datetime.datetime.fromisoformat(event["ts"][:19])
        if last is not None and now - last > PAUSE:
            yield None
        last = now
        yield quote


def states_of(quote, tick):
    """[(state, weight)] of a quote; empty outside of the table."""
    bid, ask, bid_size, ask_size = quote
    spread = round((ask - bid) / tick)
    if bid_size + ask_size <= 0 or not 1 <= spread <= SPREADS or abs((ask - bid) / tick - spread) > 1e-4:
        return []
    b, total = round(bid_size * 1e8), round(bid_size * 1e8) + round(ask_size * 1e8)  # as the engine counts
    if 2 * b == total:
        return [((BINS // 2 - 1, spread - 1), .5), ((BINS // 2, spread - 1), .5)]
    index = BINS * b // total
    if BINS * b % total == 0 and index > BINS // 2:
        index -= 1  # a border belongs to the bin nearer to 1/2
    return [((index, spread - 1), 1.0)]


class Steps:
    """Weights of the steps of the chain, each with its mirror image."""

    def __init__(self):
        self.same, self.moved, self.move_ticks, self.seen = (collections.Counter() for _ in range(4))

    def add(self, run, tick):
        """run: quotes, None where the chain breaks."""
        before = states = None
        for quote in run:
            if quote is not None and quote == before:
                continue
            if quote is None:
                before, states = None, None
                continue
            next_states = states_of(quote, tick)
            if states and next_states:
                half_ticks = round((quote[0] + quote[1] - before[0] - before[1]) / tick)
                for x, p in states:
                    for y, q in next_states:
                        self._step(x, y, half_ticks / 2, p * q)
                        self._step(mirrored(x), mirrored(y), -half_ticks / 2, p * q)
            before, states = quote, next_states

    def _step(self, x, y, ticks, weight):
        (self.moved if ticks else self.same)[x, y] += weight
        self.move_ticks[x] += ticks * weight
        self.seen[x] += weight

    def table(self, least, unseen_as_mid):
        """(g by state, states without enough steps)."""
        few = [x for x in STATES if self.seen[x] < least]
        if few and not unseen_as_mid:
            named = ", ".join(f"bin {b + 1} spread {s + 1}" for b, s in few)
            refuse(f"expected {least} steps from every cell, got fewer from {named}; give more quotes, or --unseen-as-mid")
        if len(few) == len(STATES):
            refuse("expected quotes with sizes and a spread of 1 to 3 ticks, got too few of them")
        known = [x for x in STATES if x not in few]
        row = {x: {y: (self.same[x, y] / self.seen[x], self.moved[x, y] / self.seen[x]) for y in known} for x in known}
        not_q = [[(1.0 if x == y else 0.0) - row[x][y][0] for y in known] for x in known]
        first = solve(not_q, [[self.move_ticks[x] / self.seen[x]] + [row[x][y][1] for y in known] for x in known])
        g1, b = [r[0] for r in first], [r[1:] for r in first]
        g, term = g1[:], g1
        for _ in range(ROUNDS_MAX):
            term = [sum(w * t for w, t in zip(r, term)) for r in b]
            by_state = dict(zip(known, term))
            term = [(by_state[x] - by_state[mirrored(x)]) / 2 for x in known]  # it is its own mirror image: keep rounding out
            g = [a + t for a, t in zip(g, term)]
            if max(map(abs, term)) < CLOSE_TICKS:
                return dict(zip(known, g)), few
        refuse("the sum of the expected moves does not converge: some states lead to no others")


def solve(a, right):
    """a^-1 right, by elimination with the largest pivot."""
    n = len(a)
    rows = [a[i][:] + right[i][:] for i in range(n)]
    for c in range(n):
        pivot = max(range(c, n), key=lambda r: abs(rows[r][c]))
        if abs(rows[pivot][c]) < 1e-12:
            refuse("the mid never moves from some states: give more quotes")
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for r in range(n):
            if r != c and rows[r][c] != 0:
                rows[r] = [v - rows[r][c] * w for v, w in zip(rows[r], rows[c])]
    return [r[n:] for r in rows]


def journaled(omega, journal, symbol):
    """Events of the inputs lane, one instrument's."""
    command = [omega, "journal", "cat", str(journal), "--lane", "inputs", "--symbol", symbol]
    for kind in ("quote", "book_snapshot", "book_delta", "trade"):
        command += ["--type", kind]
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        refuse(f"expected the program at --omega, got {omega}: {error.strerror}")
    for line in process.stdout:
        yield json.loads(line)
    if process.wait() != 0:
        refuse(f"{journal}: omega journal cat ended with code {process.returncode}")


def ticks_of(journal):
    """Tick of each instrument that the journal's feed carries, recorded by a run or imported."""
    path = pathlib.Path(journal) / "manifest.json"
    try:
        manifest = json.loads(path.read_text())
        carried = {i["symbol"] for i in manifest["feed"]["instruments"]}
        return {i["symbol"]: i["tick"] / 1e9 for i in manifest["config"]["instruments"] if i["symbol"] in carried}
    except (OSError, ValueError, KeyError, TypeError):
        refuse(f"expected a journal with a manifest, got {journal}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="+", metavar="SYMBOL=JOURNAL")
    parser.add_argument("--omega", default="omega", help="the program (default: omega on the PATH)")
    parser.add_argument("--least", type=float, default=100, help="steps that a cell needs, its mirror image included (default: 100)")
    parser.add_argument("--unseen-as-mid", action="store_true", help="0 in cells with fewer steps, instead of an end without a table")
    options = parser.parse_args()
    if not options.least >= 1:
        refuse(f"expected --least of 1 or more, got {options.least:g}")
    steps = {}
    for table in options.tables:
        symbol, equals, journal = table.partition("=")
        if not (symbol and equals and journal):
            refuse(f"expected SYMBOL=JOURNAL, got {table}")
        ticks = ticks_of(journal)
        if symbol != "*" and symbol not in ticks:
            refuse(f"expected an instrument of {journal}, got {symbol}; it has {', '.join(ticks) or 'none'}")
        if not ticks:
            refuse(f"expected a journal with instruments, got {journal}")
        for name in ticks if symbol == "*" else [symbol]:
            steps.setdefault(symbol, Steps()).add(quotes(journaled(options.omega, journal, name)), ticks[name])
    remarks = ["# Micro-price tables (F01) fitted by fit_micro_price.py: ticks that are added to the mid, by imbalance (bin 1: 0 to 0.1 of the best sizes",
               "# on the bid) and spread."]
    rows = ["symbol,bin,spread_1,spread_2,spread_3"]
    for symbol, of_symbol in steps.items():
        g, few = of_symbol.table(options.least, options.unseen_as_mid)
        if few:
            remarks.append(f"# {symbol}: 0, the mid itself, for want of quotes in " + ", ".join(f"bin {b + 1} spread {s + 1}" for b, s in few))
        for b in range(BINS):
            rows.append(f"{symbol},{b + 1}," + ",".join(f"{g.get((b, s), 0.0):.5f}".replace("-0.00000", "0.00000") for s in range(SPREADS)))
    try:
        print("\n".join(remarks + rows), flush=True)  # all of it or nothing
    except OSError as error:
        sys.stdout = None  # nothing more can go there
        refuse(f"cannot write the table: {error.strerror}")


if __name__ == "__main__":
    main()
