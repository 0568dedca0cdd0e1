"""What the peers of the EMA cross share: the bars, the rule of ema_cross.cpp, and the loop that runs one pass each time it is asked to.

A peer's script hands serve() a function that takes the bars and returns its version and a function for one pass, which returns a Watch
that ran while the engine did and the times of the entries. What a peer prints on its own goes to stderr."""
import csv
import json
import os
import sys
import time
import typing

FAST, SLOW, WARMUP = 12, 26, 100  # periods; closes before the first entry


class Minute(typing.NamedTuple):
    ts: int   # end of the minute, ns
    mid: int  # closes in 1e-9
    bid: int
    ask: int


class Watch:
    def __init__(self):
        self.began = time.perf_counter(), time.process_time()

    def stop(self):
        self.seconds = time.perf_counter() - self.began[0]
        self.processor_seconds = time.process_time() - self.began[1]
        return self


class Cross:
    """+1: entry, -1: exit, 0: nothing."""

    def __init__(self):
        self.fast = self.slow = 0.0
        self.closes = 0

    def on_close(self, close):
        before = self.fast, self.slow
        self.fast = close if self.closes == 0 else 2 / (FAST + 1) * close + (1 - 2 / (FAST + 1)) * self.fast
        self.slow = close if self.closes == 0 else 2 / (SLOW + 1) * close + (1 - 2 / (SLOW + 1)) * self.slow
        self.closes += 1
        if self.fast < self.slow:
            return -1
        return 1 if self.closes > WARMUP and self.fast > self.slow and before[0] <= before[1] else 0


def serve(prepare):
    with open(sys.argv[1], newline="") as file:
        bars = [Minute(*map(int, row)) for row in csv.reader(file)]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    version, one_pass = prepare(bars)
    print(json.dumps({"version": version}), file=answers, flush=True)
    for _ in sys.stdin:
        watch, entries = one_pass()
        print(json.dumps({"seconds": watch.seconds, "processor_seconds": watch.processor_seconds, "entries": entries}), file=answers, flush=True)
