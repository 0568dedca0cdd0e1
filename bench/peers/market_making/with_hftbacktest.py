"""The rule of touch_quotes.hpp in hftbacktest, over the same quotes: each change of the touch is a change of its order book.

  with_hftbacktest.py QUOTES DISTANCE-TICKS AWAY-TICKS

What is decided at a quote is sent at the next one, without latency, because Omega's venue fills a market order at the first quote that
comes after it. Its no-partial-fill exchange fills a resting order when the best of the other side reaches the price, Omega's when it is
a tick beyond: here the orders rest a tick further out, which is the same condition, and that tick is taken off the price of their fills.
The strategy is compiled by numba and woken once a quote; the book is its faster one, a vector over the prices that occur. The pass that
compiles is not counted."""
import importlib.metadata
import pathlib
import sys

import numpy as np
from hftbacktest import (BUY_EVENT, DEPTH_EVENT, EXCH_EVENT, FILLED, GTC, LIMIT, LOCAL_EVENT, MARKET, SELL_EVENT, BacktestAsset,
                         ROIVectorMarketDepthBacktest, event_dtype)
from numba import njit

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import passes

TICK = 10_000  # 1e-5 in 1e-9
QTY = 100_000_000  # 1e-8
NONE, ENTER, RESTING, CLOSE = range(4)  # of a side: ENTER and CLOSE are sent at the next quote


@njit
def send(engine, number, side, price, kind):
    """Whether it was taken; side: +1 buys."""
    if side > 0:
        return engine.submit_buy_order(0, number, price, 1.0, GTC, kind, False) == 0
    return engine.submit_sell_order(0, number, price, 1.0, GTC, kind, False) == 0


@njit
def quote(engine, waits, distance, away, fills):
    """How many fills; -1: an order was refused, or the data ended early."""
    tick = TICK / 1e9
    state = np.zeros(2, np.int64)
    price = np.zeros(2, np.int64)  # of the resting order in Omega's terms, ticks
    order = np.zeros(2, np.int64)
    count, last = 0, 0
    depth = engine.depth(0)
    orders = engine.orders(0)
    for wait in waits:
        if engine.elapse(wait) != 0:
            return -1
        bid, ask = depth.best_bid_tick, depth.best_ask_tick
        good, done = True, False
        for side in range(2):
            d = 1 if side == 0 else -1
            entering, closing = (ask, bid) if d > 0 else (bid, ask)
            if state[side] == RESTING:
                resting = orders.get(order[side])
                if resting.status == FILLED:
                    fills[count] = resting.exch_timestamp, -d, round(resting.exec_price / tick), 1
                    count += 1
                    state[side] = NONE
                    done = True
            elif state[side] == CLOSE:
                last += 1
                good &= send(engine, last, -d, closing * tick, MARKET)
                fills[count] = engine.current_timestamp, -d, closing, 0
                count += 1
                state[side] = NONE
                done = True
            elif state[side] == ENTER:
                state[side] = NONE
                if d * (closing - price[side]) < 0:  # else the touch jumped beyond it
                    last += 1
                    good &= send(engine, last, d, entering * tick, MARKET)
                    fills[count] = engine.current_timestamp, d, entering, 0
                    count += 1
                    if d * (price[side] - entering) >= distance + away:  # the touch left already: nothing to rest until the next quote
                        state[side] = CLOSE
                    else:
                        last += 1
                        good &= send(engine, last, -d, (price[side] + d) * tick, LIMIT)
                        order[side] = last
                        state[side] = RESTING
            if state[side] == NONE:
                price[side] = entering + d * distance
                state[side] = ENTER
            elif state[side] == RESTING and d * (price[side] - entering) >= distance + away:
                good &= engine.cancel(0, order[side], False) == 0
                state[side] = CLOSE
        if not good:
            return -1
        if done:
            engine.clear_inactive_orders(0)
    return count if engine.elapse(1) == 0 else -1  # what was sent last is filled


def book_changes(quotes):
    rows, book = [], {BUY_EVENT: (0, 0), SELL_EVENT: (0, 0)}

    def put(ts, side, price, size):
        rows.append((DEPTH_EVENT | EXCH_EVENT | LOCAL_EVENT | side, ts, ts, price / 1e9, size / QTY, 0, 0, 0.0))

    for ts, bid, ask, bid_size, ask_size in quotes:
        changes = [(side, *new) for side, new in ((BUY_EVENT, (bid, bid_size)), (SELL_EVENT, (ask, ask_size))) if book[side] != new]
        for side, price, _ in changes:
            if book[side][0] not in (0, price):
                put(ts, side, book[side][0], 0)
        for side, price, size in changes:
            put(ts, side, price, size)
            book[side] = price, size
    return np.array(rows, event_dtype)


def prepare():
    path, distance, away = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    quotes = np.fromfile(path, np.int64).reshape(-1, 5)
    if (quotes[:, 1:3] % TICK).any() or (quotes[:, 1] >= quotes[:, 2]).any() or (np.diff(quotes[:, 0]) <= 0).any():
        raise SystemExit("the quotes are not on the tick, not apart or not in order")
    # Its clock starts at the first event, and it says that the data have ended when the last one is taken.
    first, end = quotes[0].copy(), quotes[-1].copy()
    first[0] -= 1
    first[3] += QTY
    end[0] += 60_000_000_000
    end[3] += QTY
    events = book_changes([tuple(map(int, row)) for row in (first, *quotes, end)])
    low, high = (quotes[:, 1].min() - 100 * TICK) / 1e9, (quotes[:, 2].max() + 100 * TICK) / 1e9
    waits = np.diff(quotes[:, 0], prepend=first[0])

    def one_pass():
        asset = (BacktestAsset().data(events).linear_asset(1.0).constant_order_latency(0, 0).risk_adverse_queue_model()
                 .no_partial_fill_exchange().trading_value_fee_model(0, 0).tick_size(TICK / 1e9).lot_size(1.0).roi_lb(low).roi_ub(high))
        engine = ROIVectorMarketDepthBacktest([asset])
        fills = np.zeros((2 * len(quotes), 4), np.int64)  # time, side, price in ticks, whether the order rested
        watch = passes.Watch()
        count = quote(engine, waits, distance, away, fills)
        watch.stop()
        state = engine.state_values(0)
        filled, turnover, position = state.num_trades, state.trading_value, state.position
        engine.close()
        if count < 0:
            raise SystemExit("an order was refused, or the data ended early")
        fills = fills[:count]
        # What the strategy noted is what its engine filled, at the prices of its own orders.
        if filled != count or position != fills[:, 1].sum() or round(turnover * 1e5) != fills[:, 2].sum():
            raise SystemExit(f"{filled} fills, turnover {turnover}, position {position}; noted were {count}, {fills[:, 2].sum() / 1e5}, {fills[:, 1].sum()}")
        fills[:, 2] += fills[:, 1] * fills[:, 3]  # the tick that a resting order stood further out
        return watch, {"fills": (fills[:, :3] * (1, 1, TICK)).tolist()}

    one_pass()
    return importlib.metadata.version("hftbacktest"), one_pass


passes.serve(prepare)
