"""What bench/run measures through the program itself, as a user starts it: import, growth, verify, FULL_24, and start and resume on a large
journal. Every function checks the answer and ends the run when it is wrong."""
import concurrent.futures
import datetime
import json
import math
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SYMBOLS = ["EURUSD", "GBPUSD", "USDJPY", "AUDUSD", "NZDUSD", "USDCAD", "USDCHF", "EURGBP", "EURJPY", "GBPJPY", "AUDJPY", "NZDJPY",
           "EURAUD", "EURCAD"]  # all that the simulated market makes
# journal, symbols, days
GROWTH = [("days90", 3, 90), ("days900", 3, 900), ("symbols1", 1, 90), ("symbols4", 4, 90), ("symbols14", 14, 90)]


def timed(command, folder):
    """What a program printed, its exit code, its seconds by the wall and of processor time (which other programs do not stretch), and its peak MiB."""
    start = time.monotonic()
    process = subprocess.Popen(["/usr/bin/env", *command], cwd=folder, stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    return text, status, time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def run_command(omega, journal, symbols, days, *options):
    feed = f"sim:seed=1,symbols={'+'.join(SYMBOLS[:symbols])},days={days}"
    return [omega, "run", "--quiet", "--config", str(ROOT / "config"), "--profile", "green_only", "--feed", feed, "--journal", journal,
            "--log-dir", "logs", *options]


def make_journal(omega, folder, journal, symbols, days):
    if not (folder / journal).exists():
        subprocess.run(run_command(omega, journal, symbols, days), cwd=folder, check=True, stdout=subprocess.DEVNULL)


def backtest_command(omega, profile, journal, out, *options):
    return [omega, "backtest", "--quiet", "--json", "--config", str(ROOT / "config"), "--profile", profile, "--journal", journal, "--out", out,
            "--log-dir", "logs", *options]


def backtest(omega, folder, journal, out):
    """Seconds of the engine, events, bars among them, peak memory, digest and processor time of one backtest as a user runs it."""
    command = backtest_command(omega, "green_only", journal, out)
    text, status, _, cpu, mib = timed(command, folder)
    if status != 0:
        sys.exit(f"bench/run: backtest of {journal} failed")
    shutil.rmtree(folder / out, ignore_errors=True)
    report = json.loads(text)
    bars = sum(row["bars"] for row in report["quality"])
    return report["run"]["wall_seconds"], report["run"]["events"], bars, mib, report["journal"]["derived_digest"], cpu


SEARCH_TRIALS = 8  # of the search
IMPORT_SYMBOLS, IMPORT_WEEKS = ["EURUSD", "GBPUSD"], 26


def make_histdata(folder):
    """Minute files as HistData writes them, Monday to Thursday of half a year, prices of a seeded walk."""
    for symbol in IMPORT_SYMBOLS:
        name = folder / f"DAT_ASCII_{symbol}_M1_2018.csv"
        walk, price = random.Random(symbol), 120_000
        with open(name, "w") as out:
            for week in range(IMPORT_WEEKS):
                monday = datetime.datetime(2018, 1, 1) + datetime.timedelta(weeks=week)
                for minute in range(4 * 1440):
                    start = price
                    price += walk.randrange(-9, 10)
                    high, low = max(start, price) + walk.randrange(5), min(start, price) - walk.randrange(5)
                    at = (monday + datetime.timedelta(minutes=minute)).strftime("%Y%m%d %H%M%S")
                    out.write(f"{at};{start / 1e5:.5f};{high / 1e5:.5f};{low / 1e5:.5f};{price / 1e5:.5f};0\n")


def import_bench(omega, folder):
    """Files to a journal, as a user does it; every row must be a good event."""
    if not (folder / "histdata").exists():
        (folder / "histdata").mkdir()
        make_histdata(folder / "histdata")
    files = sorted((folder / "histdata").iterdir())
    size = sum(f.stat().st_size for f in files)
    rows = len(IMPORT_SYMBOLS) * IMPORT_WEEKS * 4 * 1440
    command = [omega, "import", "--quiet", "--json", "--config", str(ROOT / "config"), "--format", "histdata", "--tz", "UTC-5", "--price-basis", "bid",
               "--volume", "range-proxy", "--journal", "imported", *map(str, files)]
    text, status, seconds, cpu, _ = timed(command, folder)
    if status != 0:
        sys.exit("bench/run: import failed")
    shutil.rmtree(folder / "imported")
    report = json.loads(text)
    if not report["rows"] == report["good"] == rows or report["quarantined"] + report["rejected"] != 0:
        sys.exit(f"bench/run: import made {report['good']} good events of {report['rows']} rows, {rows} were written")
    return {"rows_per_s": rows / seconds, "mib_per_s": size / seconds / 2**20, "cpu_row_ns": cpu * 1e9 / rows}


def verify_bench(omega, folder, journal, *options):
    """The whole replay with comparison, start of the program included; it must say identical."""
    text, status, seconds, cpu, _ = timed([omega, "verify", journal, "--json", *options], folder)
    result = json.loads(text) if status == 0 else {}
    if not result.get("identical"):
        sys.exit(f"bench/run: verify {' '.join(options)} of {journal} failed")
    return {"inputs_per_s": result["inputs"] / seconds, "cpu_input_ns": cpu * 1e9 / result["inputs"]}


def full_24_bench(omega, folder):
    """90 days of seven symbols with every strategy, by the clock of who waits for the command; two backtests must agree."""
    make_journal(omega, folder, "full_24", 7, 90)
    seconds, cpus, digests = [], [], set()
    for _ in range(2):
        text, status, wall, cpu, _ = timed(backtest_command(omega, "full_24", "full_24", "out"), folder)
        shutil.rmtree(folder / "out", ignore_errors=True)
        if status != 0:
            sys.exit("bench/run: backtest with FULL_24 failed")
        seconds.append(wall)
        cpus.append(cpu)
        digests.add(json.loads(text)["journal"]["derived_digest"])
    if len(digests) != 1:
        sys.exit("bench/run: two backtests with FULL_24 differ")
    return {"command_s": min(seconds), "cpu_s": min(cpus)}


def search_bench(omega, folder, journal, jobs, results):
    """A search of omega optimize with so many threads over one reading of the journal; results: of earlier ones, must be the same."""
    command = [omega, "optimize", "--quiet", "--json", "--config", str(ROOT / "config"), "--journal", journal, "--strategy", "liquidity_sweep",
               "--trials", str(SEARCH_TRIALS), "--jobs", str(jobs), "--out", "search"]
    text, status, seconds, cpu, mib = timed(command, folder)
    if os.waitstatus_to_exitcode(status) not in (0, 1) or not text:  # 1: nothing better was found
        sys.exit(f"bench/run: search over {journal} failed")
    results.add((folder / "search" / "optimize.json").read_text())
    if len(results) != 1:
        sys.exit("bench/run: two searches over one journal differ")
    shutil.rmtree(folder / "search")
    return {"trials_per_s": SEARCH_TRIALS / seconds, "trials_per_cpu_s": SEARCH_TRIALS / cpu, "peak_mib": mib}


def program_benches(omega, folder):
    """Import, growth with symbols and with the journal, backtests beside each other, a search and verify, through the program."""
    figures = {"import/histdata_two_symbols/one_thread": import_bench(omega, folder)}
    for name, symbols, days in GROWTH:
        make_journal(omega, folder, name, symbols, days)
        seconds, events, bars, mib, digest, cpu = backtest(omega, folder, name, "out")
        # Every minute has a timer, however many symbols there are: what grows with the symbols is the bars.
        figures[f"backtest/green_only/{name}"] = {"event_ns": seconds * 1e9 / events, "bar_ns": seconds * 1e9 / bars, "cpu_event_ns": cpu * 1e9 / events,
                                                  "cpu_bar_ns": cpu * 1e9 / bars, "events_per_s": events / seconds, "peak_mib": mib}
        if name == "days90":
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                both = list(pool.map(lambda n: backtest(omega, folder, name, f"out{n}"), range(os.cpu_count())))
            if any(b[4] != digest for b in both):
                sys.exit("bench/run: two backtests of one journal differ")
            searches = set()
            for threads, jobs in (("one_thread", 1), ("thread_per_core", os.cpu_count())):
                figures[f"optimize/green_only/days90/{threads}"] = search_bench(omega, folder, name, jobs, searches)
            together = figures["optimize/green_only/days90/thread_per_core"]
            together["cpu_scaling"] = together["trials_per_cpu_s"] / figures["optimize/green_only/days90/one_thread"]["trials_per_cpu_s"] * os.cpu_count()
            figures["verify/green_only/days90"] = verify_bench(omega, folder, name)
            figures["verify_parity/green_only/days90"] = verify_bench(omega, folder, name, "--parity")
            figures["backtest/green_only/days90_on_every_core"] = {"events_per_s": sum(b[1] / b[0] for b in both),
                                                                   "cpu_scaling": cpu * os.cpu_count() / statistics.mean(b[5] for b in both)}
    figures["backtest/full_24/days90_symbols7"] = full_24_bench(omega, folder)
    return figures


LARGE_BYTES, SMALL_DAYS = 10_000_000_000, 200  # 14 symbols: the small one has a tenth of the large one's bytes
SEGMENT_HEADER_BYTES = 64  # journal/format.hpp; the first frame's length behind it is stored last


def bytes_of(journal):
    return sum(f.stat().st_size for f in journal.glob("*/*.seg"))


def first_event_bench(omega, folder, journal):
    """The last day of the journal. Its first event has happened when the backtest's own journal holds its first frame."""
    segment = folder / "out" / "inputs" / "00000001.seg"

    def holds_a_frame():
        try:
            with open(segment, "rb", buffering=0) as f:
                return any(os.pread(f.fileno(), 4, SEGMENT_HEADER_BYTES))
        except FileNotFoundError:
            return False

    with tempfile.TemporaryFile("w+") as report:
        start = time.monotonic()
        process = subprocess.Popen(backtest_command(omega, "green_only", journal, "out", "--days", "1"), cwd=folder, stdout=report)
        while not holds_a_frame() and process.poll() is None:
            time.sleep(0.0002)
        first = time.monotonic() - start
        status = process.wait()
        whole = time.monotonic() - start
        report.seek(0)
        if status != 0 or not holds_a_frame() or json.load(report)["run"]["events"] < 1440:
            sys.exit(f"bench/run: backtest of the last day of {journal} failed")
    shutil.rmtree(folder / "out")
    return {"first_event_s": first, "command_s": whole}


def kill_and_resume(omega, folder, journal, days, kill_at_bytes):
    """A run that is killed when its journal has so many bytes, and continued to its end. The seconds are those of the second command
    without those in which its engine ran: recovery, snapshot and the way to the feed's place, then the close."""
    process = subprocess.Popen(run_command(omega, journal, len(SYMBOLS), days), cwd=folder, stdout=subprocess.DEVNULL)
    while bytes_of(folder / journal) < kill_at_bytes and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    if process.wait() != -9:
        sys.exit(f"bench/run: {journal} was to be killed and had ended")
    text, status, seconds, _, _ = timed(run_command(omega, journal, len(SYMBOLS), days, "--json", "--resume"), folder)
    run = json.JSONDecoder().raw_decode(text)[0]["run"] if status == 0 else {"resume": {"snapshot_seq": 0}}
    if run["resume"]["snapshot_seq"] == 0 or run["resume"]["appended_inputs"] == 0:
        sys.exit(f"bench/run: {journal} was not resumed from a snapshot")
    return {"start_s": seconds - run["wall_seconds"], "recorded_inputs": run["resume"]["recorded_inputs"],
            "behind_snapshot": run["resume"]["recorded_inputs"] - run["resume"]["snapshot_seq"]}


def large_benches(omega, folder):
    """Start and resume on a journal of 10 GB, which is made once; beside it a small one for what must not grow. None without the room for it."""
    figures = {}
    if not (folder / "large").exists():
        if shutil.disk_usage(folder).free < 2 * LARGE_BYTES:
            return None
        make_journal(omega, folder, "measure", len(SYMBOLS), SMALL_DAYS)
        bytes_per_day = bytes_of(folder / "measure") / SMALL_DAYS
        shutil.rmtree(folder / "measure")
        days = math.ceil(1.01 * LARGE_BYTES / bytes_per_day)
        small = kill_and_resume(omega, folder, "small", SMALL_DAYS, 0.9 * bytes_per_day * SMALL_DAYS)
        large = kill_and_resume(omega, folder, "large", days, 0.98 * bytes_per_day * days)
        figures = {"resume/small": small, "resume/large": large, "resume/large_over_small": {"start_ratio": large["start_s"] / small["start_s"]}}
    figures["first_event/small"] = first_event_bench(omega, folder, "small")
    figures["first_event/large"] = first_event_bench(omega, folder, "large") | {"journal_gb": bytes_of(folder / "large") / 1e9}
    return figures
