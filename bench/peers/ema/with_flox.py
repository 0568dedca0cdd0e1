"""The EMA cross in FLOX, in the way named by the second argument:

  strategy   its backtest calls on_bar() of a strategy for each bar, which decides and sends its orders
  signals    its array function ema() over all closes, crosses found with numpy, the batch engine given the finished orders

The package has no strategies in C++, so that of the first way is Python called from C++. FLOX is installed by its first name, flox-py;
the newest release of that is a shell around its new name, lrvx."""
import sys
import warnings

import numpy as np
import peer

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import flox_py as flox


def columns(bars):
    ts = np.array([b.ts for b in bars], np.int64)
    return ts, np.array([b.mid for b in bars]) / 1e9


def strategy(bars):
    registry = flox.SymbolRegistry()
    symbol = registry.add_symbol("sim", "EURUSD", tick_size=1e-8)
    ts, close = columns(bars)
    volume = np.full(len(bars), 1e6)

    class Crossing(flox.Strategy):
        def __init__(self):
            super().__init__([symbol])
            self.entries = []
            self.cross = peer.Cross()

        def on_bar(self, ctx, bar):
            side = self.cross.on_close(float(round(bar.close * 1e9)))
            if side > 0:
                self.entries.append(bar.end_time_ns)
                self.market_buy(1.0)
            elif side < 0 and ctx.is_long():
                self.close_position()

    def one_pass():
        crossing = Crossing()
        backtest = flox.BacktestRunner(registry, fee_rate=0, initial_capital=1e6)
        backtest.set_strategy(crossing)
        watch = peer.passes.Watch()
        stats = backtest.run_bars(ts - 60_000_000_000, ts, close, close, close, close, volume, symbol="EURUSD")
        watch.stop()
        filled = int(stats["total_trades"]) + int(crossing.ctx().is_long())
        return watch, crossing.entries if filled == len(crossing.entries) else []

    return one_pass


def signals(bars):
    ts, close = columns(bars)
    engine = flox.Engine(initial_capital=1e6, fee_rate=0)
    engine.load_ohlcv({"ts": ts, "open": close, "high": close, "low": close, "close": close, "volume": np.full(len(bars), 1e6)}, "EURUSD")
    mid = np.array([float(b.mid) for b in bars])

    def ema(period):
        # FLOX seeds with the mean of the first closes; closes equal to the first before it make that the first close.
        return flox.ema(np.concatenate([np.full(period - 1, mid[0]), mid]), period)[period - 1:]

    def one_pass():
        watch = peer.passes.Watch()
        fast, slow = ema(peer.FAST), ema(peer.SLOW)
        above = fast > slow
        enters = above & np.concatenate([[True], ~above[:-1]])
        enters[:peer.WARMUP] = False
        exits = fast < slow
        orders = flox.SignalBuilder()
        entries, long = [], False
        for i in np.flatnonzero(enters | exits):
            if enters[i]:
                entries.append(int(ts[i]))
                orders.buy(entries[-1], 1.0, "EURUSD")
                long = True
            elif long:
                orders.sell(int(ts[i]), 1.0, "EURUSD")
                long = False
        stats = engine.run(orders)
        watch.stop()
        return watch, entries if stats.total_trades + long == len(entries) else []

    return one_pass


peer.serve(lambda bars: (flox.__version__, {"strategy": strategy, "signals": signals}[sys.argv[2]](bars)))
