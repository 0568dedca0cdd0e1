"""The EMA cross in backtrader; one call of next() per bar."""
import backtrader as bt
import pandas
import peer


def prepare(bars):
    closes = [float(b.mid) for b in bars]
    frame = pandas.DataFrame({"open": closes, "high": closes, "low": closes, "close": closes, "volume": 1.0},
                             index=pandas.to_datetime([b.ts for b in bars]))

    def one_pass():
        entries = []

        class Strategy(bt.Strategy):
            def __init__(self):
                self.cross = peer.Cross()

            def next(self):
                side = self.cross.on_close(self.data.close[0])
                if side > 0:
                    entries.append(bars[len(self) - 1].ts)
                    self.buy(size=1)
                elif side < 0 and self.position.size > 0:
                    self.close()

        cerebro = bt.Cerebro(stdstats=False)
        cerebro.broker.setcash(1e15)
        cerebro.adddata(bt.feeds.PandasData(dataname=frame))
        cerebro.addstrategy(Strategy)
        watch = peer.passes.Watch()
        cerebro.run()
        return watch.stop(), entries

    return bt.__version__, one_pass


peer.serve(prepare)
