"""What run times; its environment has flox-py, whose newest release is a shell around its new name, lrvx."""
import json, os, shutil, statistics, tempfile, time, warnings
import numpy as np
warnings.simplefilter("ignore", DeprecationWarning)
import flox_py as flox

COUNT, ROUNDS = 400_000, 7
ts = np.arange(COUNT, dtype=np.int64) * 1000 + 1_600_000_000_000_000_000
price = 1 + (np.arange(COUNT) % 256) * 7919e-8
one = np.ones(COUNT)
ids = np.arange(COUNT, dtype=np.uint64)
symbols, sides = np.ones(COUNT, np.uint32), np.zeros(COUNT, np.uint8)
append, read = [], []
for _ in range(ROUNDS):
    folder = tempfile.mkdtemp(prefix="omega_bench_", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        writer = flox.DataWriter(folder)
        began = time.thread_time_ns()
        written = writer.write_trades(ts, ts, price, one, ids, symbols, sides)
        append.append((time.thread_time_ns() - began) / COUNT)
        writer.close()
        reader = flox.DataReader(folder)
        began = time.thread_time_ns()
        trades = reader.read_trades()
        read.append((time.thread_time_ns() - began) / COUNT)
        same = written == len(trades) == COUNT and (trades["trade_id"] == ids).all() and (trades["exchange_ts_ns"] == ts).all() \
            and (trades["price_raw"] == np.rint(price * 1e8)).all() and reader.stats()["crc_errors"] == 0
        if not same:
            raise SystemExit("what was read is not what was written")
    finally:
        shutil.rmtree(folder)
print(json.dumps({"benchmarks": [{"name": "flox_log/append_trade", "event_ns": statistics.median(append)},
                                 {"name": "flox_log/read_trade", "event_ns": statistics.median(read)}]}))
