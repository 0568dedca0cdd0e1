"""What the peers of the feature pass share. A peer hands serve() a function that takes highs, lows and closes and returns a function for one
pass, which returns its Watch, adx(14) and mean(20) by bar; functions() makes that of two functions over arrays."""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import passes

ADX, MEAN = 14, 20


def functions(adx, mean):
    def passes_over(high, low, close):
        def one_pass():
            watch = passes.Watch()
            values = adx(high, low, close, ADX), mean(close, MEAN)
            return watch.stop(), *values

        return one_pass

    return passes_over


def serve(version, passes_over):
    def prepare():
        one_pass = passes_over(*(np.ascontiguousarray(column) for column in np.loadtxt(sys.argv[1], delimiter=",").T[:3]))

        def written_pass():
            watch, adx, mean = one_pass()
            # Omega's mean is of the bars before, so a peer's comes one bar later.
            np.concatenate([adx, [np.nan], mean[:-1]]).tofile(sys.argv[2])
            return watch, {}

        return version, written_pass

    passes.serve(prepare)
