"""What the peers of the EMA cross share: the bars and the rule of ema_cross.cpp.

A peer's script hands serve() a function that takes the bars and returns its version and a function for one pass, which returns a Watch
that ran while the engine did and the times of the entries."""
import csv
import pathlib
import sys
import typing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import passes

FAST, SLOW, WARMUP = 12, 26, 100  # periods; closes before the first entry


class Minute(typing.NamedTuple):
    ts: int   # end of the minute, ns
    mid: int  # closes in 1e-9
    bid: int
    ask: int


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
    def prepare_passes():
        with open(sys.argv[1], newline="") as file:
            version, one_pass = prepare([Minute(*map(int, row)) for row in csv.reader(file)])

        def entries_of_one_pass():
            watch, entries = one_pass()
            return watch, {"entries": entries}

        return version, entries_of_one_pass

    passes.serve(prepare_passes)
