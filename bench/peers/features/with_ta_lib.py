"""TA-Lib's functions over arrays."""
import peer
import talib

peer.serve(talib.__version__, peer.functions(talib.ADX, talib.SMA))
