"""FLOX's functions over arrays."""
import warnings

import peer

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import flox_py as flox

peer.serve(flox.__version__, peer.functions(lambda high, low, close, n: flox.adx(high, low, close, n)["adx"], flox.sma))
