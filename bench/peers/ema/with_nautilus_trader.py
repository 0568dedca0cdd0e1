"""The EMA cross in NautilusTrader; one call of on_bar() per bar."""
import nautilus_trader
import peer
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import EUR, USD
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

PAIR = CurrencyPair(instrument_id=InstrumentId(Symbol("EUR/USD"), Venue("SIM")), raw_symbol=Symbol("EUR/USD"), base_currency=EUR,
                    quote_currency=USD, price_precision=9, size_precision=0, price_increment=Price(1e-9, 9),
                    size_increment=Quantity(1, 0), ts_event=0, ts_init=0)
KIND = BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL")


class Crossing(Strategy):
    def __init__(self, entries):
        super().__init__()
        self.entries = entries
        self.cross = peer.Cross()

    def on_start(self):
        self.subscribe_bars(KIND)

    def on_bar(self, bar):
        side = self.cross.on_close(float(round(bar.close.as_double() * 1e9)))
        if side > 0:
            self.entries.append(bar.ts_event)
            self.submit_order(self.order_factory.market(PAIR.id, OrderSide.BUY, Quantity(1, 0)))
        elif side < 0 and self.portfolio.is_net_long(PAIR.id):
            self.close_all_positions(PAIR.id)


def prepare(bars):
    one = Quantity(1_000_000, 0)
    prices = [(b.ts, Price(b.mid / 1e9, 9)) for b in bars]
    data = [Bar(KIND, p, p, p, p, one, ts, ts) for ts, p in prices]

    def one_pass():
        entries = []
        engine = BacktestEngine(config=BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
        engine.add_venue(venue=Venue("SIM"), oms_type=OmsType.NETTING, account_type=AccountType.MARGIN, base_currency=USD,
                         starting_balances=[Money(1_000_000, USD)])
        engine.add_instrument(PAIR)
        engine.add_data(data)
        engine.add_strategy(Crossing(entries))
        watch = peer.passes.Watch()
        engine.run()
        watch.stop()
        engine.dispose()
        return watch, entries

    return nautilus_trader.__version__, one_pass


peer.serve(prepare)
