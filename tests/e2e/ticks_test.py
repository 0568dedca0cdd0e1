"""Guards: quotes, trades and the book as inputs of a run: fills, replays, layouts, crashes and reports with them."""
import os
import random
import signal
import subprocess
import sys
import time

from omega_case import CONFIG, DONE, OmegaCase, main

SEED = int(os.environ.get("OMEGA_SEED", "20181"))
ROUNDS = int(os.environ.get("OMEGA_TICK_KILL_ROUNDS", "4"))
# Thresholds so low that the strategies of the book trade within days: conf and quality need weeks of bars.
OPEN = [word for setting in (
    "strategies.ofi_refinement.min_mtf_confluence=0", "strategies.ofi_refinement.z_entry_threshold=1",
    "strategies.footprint_orderflow_clusters.min_confirmation_score=2.5", "risk.quality_min=0", "risk.vpin_global_max=1",
    "risk.ev_min=-1") for word in ("--set", setting)]


class Ticks(OmegaCase):
    def arguments(self, journal, *more, days):
        return ["run", "--quiet", "--config", CONFIG, "--profile", "full_24", "--mode", "paper", "--speed", "max", "--feed",
                f"sim:seed=4,symbols=EURUSD+GBPUSD,days={days},book=EURUSD,news=on", "--journal", journal, *OPEN, *more]

    def session(self, journal, *more, days=14):
        return self.json(*self.arguments(journal, *more, days=days))

    def test_a_session_with_a_book_is_derived_again_to_the_byte_by_verify_and_by_backtest(self):
        report = self.session("paper")
        self.assertGreater(report["statistics"]["trades"], 0, "there is something to compare")
        self.assertTrue(self.json("verify", "paper", "--parity")["identical"])
        again = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "full_24", "--journal", "paper", "--out", "again", *OPEN)
        self.assert_same_lanes("paper", "again")
        self.assertEqual(report["trades"], again["trades"])

    def test_a_pinned_layout_gives_the_same_lanes(self):
        self.session("fused", "--layout", "fused", days=1)
        for n, threads in enumerate(("[sequencer+features,signals+risk+orders]",)):
            self.session(f"pinned{n}", "--layout", "pinned", "--set", f"engine.pipeline.threads={threads}", "--set", "engine.pipeline.wait=[yield]",
                         days=1)
            self.assert_same_lanes("fused", f"pinned{n}")

    def test_the_report_names_the_flow_source_and_counts_what_came(self):
        report = self.session("paper", days=3)
        header = {i["symbol"]: i for i in report["header"]["instruments"]}
        self.assertEqual([header[s]["flow_source"] for s in ("EURUSD", "GBPUSD")], ["OFI_L1", "BVC_BAR"])
        self.assertIn("L2", header["EURUSD"]["capabilities"])
        quality = {q["symbol"]: q for q in report["quality"]}
        self.assertGreater(quality["EURUSD"]["book_events"], 50_000)
        self.assertGreater(quality["EURUSD"]["trades"], 5_000)
        self.assertEqual(quality["GBPUSD"]["book_events"] + quality["GBPUSD"]["trades"] + quality["GBPUSD"]["quotes"], 0)
        self.assertEqual(quality["EURUSD"]["ticks_quarantined"], 0)
        disabled = {s["name"]: s["disabled_reason"] for s in report["strategies"]}
        for name in ("iceberg_detection", "ofi_refinement", "footprint_orderflow_clusters", "spoofing_detection_l2", "nfp_news_event_handler"):
            self.assertIsNone(disabled[name], name)
        self.assertNotIn("NEWS_FILTER_OFF", report["header"]["notes"])

    def test_on_bars_alone_full_24_lists_exactly_what_bars_cannot_feed(self):
        report = self.json("run", "--quiet", "--config", CONFIG, "--profile", "full_24", "--mode", "paper", "--speed", "max", "--feed",
                           "sim:seed=1,symbols=EURUSD+GBPUSD+USDJPY+AUDUSD+NZDUSD+USDCAD+USDCHF+EURJPY+GBPJPY+AUDJPY+EURGBP,days=2", "--journal", "bars")
        off = {f"S{i + 1:02d}" for i, s in enumerate(report["strategies"]) if s["disabled_reason"]}
        # STRATEGIES 4.9: without a calendar, a model file, quotes, trades and a book
        self.assertEqual(off, {"S08", "S12", "S14", "S18", "S21", "S23", "S24"})

    def test_the_journal_shows_ticks_by_type_and_symbol(self):
        self.session("paper", days=8)
        for kind, field in (("trade", "aggressor"), ("book_delta", "new_size"), ("book_snapshot", "bid_levels"), ("news_event", "impact")):
            line = self.omega("journal", "cat", "paper", "--type", kind, "--limit", "1").stdout
            self.assertIn(f'"{field}"', line, kind)
        self.assertEqual(self.omega("journal", "cat", "paper", "--type", "trade", "--symbol", "GBPUSD").stdout, "")

    def test_killed_at_random_and_resumed_its_lanes_are_those_of_an_uninterrupted_run(self):
        print(f"SEED {SEED} ROUNDS {ROUNDS}: rerun with OMEGA_SEED={SEED} OMEGA_TICK_KILL_ROUNDS={ROUNDS}", file=sys.stderr)
        choose = random.Random(SEED)
        began = time.monotonic()
        self.session("whole")
        seconds = time.monotonic() - began
        run = self.arguments("j", "--resume", "--set", "engine.journal.snapshot_interval_inputs=40000", days=14)
        kills = 0
        for _ in range(ROUNDS):
            process = subprocess.Popen(self.command(*run), cwd=self.dir, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(timeout=choose.uniform(0.05, seconds * 0.8))
            except subprocess.TimeoutExpired:
                process.kill()
            self.assertIn(process.wait(), (DONE, -signal.SIGKILL))
            kills += process.returncode != DONE
        self.assertGreater(kills, 0)
        self.omega(*run)
        self.assert_same_lanes("whole", "j")


if __name__ == "__main__":
    main()
