"""The EMA cross of ema_cross.cpp in another engine over the same bars: others.py ENGINE BARS.csv
BARS: ts_ns (end of the minute), mid close in 1e-9. Prints one JSON document: seconds of the engine alone, the entry times."""
import csv
import json
import sys
import time

FAST, SLOW, WARMUP = 2 / 13, 2 / 27, 100


class Cross:
    """+1: entry, -1: exit, 0: nothing."""

    def __init__(self):
        self.fast = self.slow = 0.0
        self.closes = 0

    def on_close(self, close):
        before = self.fast, self.slow
        self.fast = close if self.closes == 0 else FAST * close + (1 - FAST) * self.fast
        self.slow = close if self.closes == 0 else SLOW * close + (1 - SLOW) * self.slow
        self.closes += 1
        if self.fast < self.slow:
            return -1
        return 1 if self.closes > WARMUP and self.fast > self.slow and before[0] <= before[1] else 0


def backtrader(bars):
    import backtrader as bt
    import pandas

    entries = []

    class Strategy(bt.Strategy):
        def __init__(self):
            self.cross = Cross()

        def next(self):
            side = self.cross.on_close(self.data.close[0])
            if side > 0:
                entries.append(bars[len(self) - 1][0])
                self.buy(size=1)
            elif side < 0 and self.position.size > 0:
                self.close()

    closes = [float(c) for _, c in bars]
    frame = pandas.DataFrame({"open": closes, "high": closes, "low": closes, "close": closes, "volume": 1.0},
                             index=pandas.to_datetime([ts for ts, _ in bars]))
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(1e15)
    cerebro.adddata(bt.feeds.PandasData(dataname=frame))
    cerebro.addstrategy(Strategy)
    began = time.perf_counter()
    cerebro.run()
    return time.perf_counter() - began, entries, bt.__version__


def nautilus(bars):
    import nautilus_trader
    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.config import LoggingConfig
    from nautilus_trader.model.currencies import EUR, USD
    from nautilus_trader.model.data import Bar, BarType
    from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
    from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
    from nautilus_trader.model.instruments import CurrencyPair
    from nautilus_trader.model.objects import Money, Price, Quantity
    from nautilus_trader.trading.strategy import Strategy

    entries = []
    pair = CurrencyPair(instrument_id=InstrumentId(Symbol("EUR/USD"), Venue("SIM")), raw_symbol=Symbol("EUR/USD"), base_currency=EUR,
                        quote_currency=USD, price_precision=9, size_precision=0, price_increment=Price(1e-9, 9),
                        size_increment=Quantity(1, 0), ts_event=0, ts_init=0)
    kind = BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL")

    class Cross_(Strategy):
        def on_start(self):
            self.cross = Cross()
            self.subscribe_bars(kind)

        def on_bar(self, bar):
            side = self.cross.on_close(float(round(bar.close.as_double() * 1e9)))
            if side > 0:
                entries.append(bar.ts_event)
                self.submit_order(self.order_factory.market(pair.id, OrderSide.BUY, Quantity(1, 0)))
            elif side < 0 and self.portfolio.is_net_long(pair.id):
                self.close_all_positions(pair.id)

    engine = BacktestEngine(config=BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(venue=Venue("SIM"), oms_type=OmsType.NETTING, account_type=AccountType.MARGIN, base_currency=USD, starting_balances=[Money(1_000_000, USD)])
    engine.add_instrument(pair)
    one = Quantity(1_000_000, 0)
    prices = [(ts, Price(c / 1e9, 9)) for ts, c in bars]
    engine.add_data([Bar(kind, p, p, p, p, one, ts, ts) for ts, p in prices])
    engine.add_strategy(Cross_())
    began = time.perf_counter()
    engine.run()
    return time.perf_counter() - began, entries, nautilus_trader.__version__


def main():
    with open(sys.argv[2], newline="") as file:
        bars = [(int(ts), int(close)) for ts, close in csv.reader(file)]
    seconds, entries, version = {"backtrader": backtrader, "nautilus_trader": nautilus}[sys.argv[1]](bars)
    print(json.dumps({"seconds": seconds, "bars": len(bars), "entries": entries, "version": version}))


if __name__ == "__main__":
    main()
