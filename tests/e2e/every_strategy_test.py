"""Guards: the promise that the simulated market, with book, news and crises, exercises every strategy there is."""
from omega_case import CONFIG, OmegaCase, main

FEED = ("sim:seed=1,symbols=EURUSD+GBPUSD+USDJPY+AUDUSD+NZDUSD+USDCAD+USDCHF+EURGBP+EURJPY+GBPJPY,days=120,"
        "book=EURUSD+GBPUSD,news=on,crises=on")
FILTERS = {"order_flow_toxicity"}   # S03 judges others' signals and never raises one


class EveryStrategy(OmegaCase):
    def test_each_of_the_24_raises_a_signal_except_the_filter(self):
        report = self.json("run", "--config", CONFIG, "--quiet", "--profile", "full_24", "--mode", "paper", "--feed", FEED, "--journal", "j",
                           "--set", "engine.calendar.holidays=us_exchange_holidays", "--set", "engine.models.volatility=histdata_2018", "--speed", "max")
        signals = {s["name"]: s["signals"] for s in report["strategies"]}
        self.assertEqual(len(signals), 24)
        silent = {name for name, n in signals.items() if n == 0}
        self.assertEqual(silent, FILTERS)


if __name__ == "__main__":
    main()
