"""backtrader's indicators, run by its engine over a data feed without a strategy's orders."""
import backtrader as bt
import numpy as np
import pandas
import peer


class Both(bt.Strategy):
    def __init__(self):
        self.adx = bt.indicators.AverageDirectionalMovementIndex(self.data, period=peer.ADX)
        self.mean = bt.indicators.SimpleMovingAverage(self.data.close, period=peer.MEAN)


def both(high, low, close):
    frame = pandas.DataFrame({"open": close, "high": high, "low": low, "close": close, "volume": 1.0},
                             index=pandas.date_range("2024-01-01", periods=len(close), freq="min"))

    def run():
        cerebro = bt.Cerebro(stdstats=False)
        cerebro.adddata(bt.feeds.PandasData(dataname=frame))
        cerebro.addstrategy(Both)
        watch = peer.passes.Watch()
        strategy = cerebro.run()[0]
        watch.stop()
        return watch, np.array(strategy.adx.adx.array), np.array(strategy.mean.sma.array)

    return run


peer.serve(bt.__version__, both)
