"""The EMA cross in hftbacktest over the closing quotes of the same minutes: bid and ask are changes of its order book at the end of
the minute (no change, no event), the close is the middle of its best prices, orders are market orders without latency. The strategy is
compiled by numba, and it is woken once a minute, not for each event; the book is its faster one, a vector over the prices that occur.
The pass that compiles is not counted."""
import importlib.metadata

import numpy as np
import peer
from hftbacktest import (BUY_EVENT, DEPTH_EVENT, EXCH_EVENT, GTC, LOCAL_EVENT, MARKET, SELL_EVENT, BacktestAsset,
                         ROIVectorMarketDepthBacktest, event_dtype)
from numba import njit

TICK = 10_000  # 1e-5 in 1e-9
FAST, SLOW, WARMUP = peer.FAST, peer.SLOW, peer.WARMUP


@njit
def cross(engine, waits, entries):
    fast = slow = 0.0
    count, order = 0, 1
    for closes in range(len(waits)):
        if engine.elapse(waits[closes]) != 0:
            return -1
        depth = engine.depth(0)
        close = float((depth.best_bid_tick + depth.best_ask_tick) * (TICK // 2))
        fast_before, slow_before = fast, slow
        fast = close if closes == 0 else 2 / (FAST + 1) * close + (1 - 2 / (FAST + 1)) * fast
        slow = close if closes == 0 else 2 / (SLOW + 1) * close + (1 - 2 / (SLOW + 1)) * slow
        if fast < slow:
            if engine.position(0) > 0:
                engine.submit_sell_order(0, order, depth.best_bid, 1.0, GTC, MARKET, False)
                order += 1
        elif closes >= WARMUP and fast > slow and fast_before <= slow_before:
            entries[count] = engine.current_timestamp
            count += 1
            engine.submit_buy_order(0, order, depth.best_ask, 1.0, GTC, MARKET, False)
            order += 1
            engine.clear_inactive_orders(0)
    return count if engine.elapse(1) == 0 else -1  # what the last close ordered is filled


def book_changes(bars):
    rows, book = [], {BUY_EVENT: None, SELL_EVENT: None}

    def put(ts, side, price, quantity):
        rows.append((DEPTH_EVENT | EXCH_EVENT | LOCAL_EVENT | side, ts, ts, price / 1e9, quantity, 0, 0, 0.0))

    for b in bars:
        changes = [(side, price) for side, price in ((BUY_EVENT, b.bid), (SELL_EVENT, b.ask)) if book[side] != price]
        for side, _ in changes:
            if book[side] is not None:
                put(b.ts, side, book[side], 0.0)
        for side, price in changes:
            put(b.ts, side, price, 1e6)
            book[side] = price
    return np.array(rows, event_dtype)


def prepare(bars):
    if any(b.bid % TICK or b.ask % TICK or b.bid >= b.ask or b.bid + b.ask != 2 * b.mid for b in bars):
        raise SystemExit("the quotes are not those of the closes")
    # Its clock starts at the first event, and it says that the data have ended when the last one is taken.
    events = book_changes([bars[0]._replace(ts=bars[0].ts - 1), *bars, bars[-1]._replace(ts=bars[-1].ts + 60_000_000_000, bid=bars[-1].bid - TICK)])
    low, high = (min(b.bid for b in bars) - 10 * TICK) / 1e9, (max(b.ask for b in bars) + 10 * TICK) / 1e9
    waits = np.diff(np.array([bars[0].ts - 1, *(b.ts for b in bars)], np.int64))

    def one_pass():
        asset = (BacktestAsset().data(events).linear_asset(1.0).constant_order_latency(0, 0).risk_adverse_queue_model()
                 .no_partial_fill_exchange().trading_value_fee_model(0, 0).tick_size(TICK / 1e9).lot_size(1.0).roi_lb(low).roi_ub(high))
        engine = ROIVectorMarketDepthBacktest([asset])
        entries = np.zeros(len(bars), np.int64)
        watch = peer.passes.Watch()
        count = cross(engine, waits, entries)
        watch.stop()
        state = engine.state_values(0)
        filled = (state.num_trades + int(state.position)) // 2 if count > 0 else -1
        engine.close()
        return watch, entries[:count].tolist() if filled == count else []

    one_pass()
    return importlib.metadata.version("hftbacktest"), one_pass


peer.serve(prepare)
