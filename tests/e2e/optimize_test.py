"""Guards: a search whose result depends on interruption or on the number of workers, whose trials are not backtests, or that
offers a patch for what is no improvement out of sample."""
import json
import signal
import subprocess
import unittest

from omega_case import BAD_DATA, CONFIG, DONE, ENVIRONMENT, LOOSE, NO, RUN_SECONDS_MAX, USAGE, OmegaCase, main

STRATEGY = "liquidity_sweep"
PARAM = ("--param", "stop_buffer_pips=4:30", "--param", "take_profit_r_multiple=1:6")


class Optimize(OmegaCase):
    def setUp(self):
        super().setUp()
        self.paper("data", days=75)

    def optimize(self, out, *more, trials=4):
        arguments = ("optimize", "--quiet", "--config", CONFIG, "--journal", "data", "--strategy", STRATEGY, "--days", 70, "--trials", trials,
                     "--objective", "pnl", "--min-trades", 1, "--folds", 3, "--out", out, *PARAM, *LOOSE, *more)
        done = subprocess.run(self.command(*arguments, "--json"), cwd=self.dir, text=True, capture_output=True, timeout=RUN_SECONDS_MAX)
        self.assertIn(done.returncode, (DONE, NO), done.stderr)
        doc = json.loads(done.stdout)
        self.assertEqual(done.returncode, DONE if doc["accepted"] else NO)
        self.assertEqual((self.dir / out / "patch.yaml").exists(), doc["accepted"])
        return doc

    def trials(self, out):
        lines = (self.dir / out / "trials.jsonl").read_text().splitlines()
        return {t["trial"]: t for t in map(json.loads, lines[1:])}

    def test_an_interrupted_search_ends_as_one_that_was_not_whatever_the_number_of_workers(self):
        whole = self.optimize("whole", "--jobs", 1)
        self.optimize("parts", trials=2)
        path = self.dir / "parts" / "trials.jsonl"
        path.write_text(path.read_text() + '{"trial":2,"values":[1')  # torn by the interruption
        parts = self.optimize("parts", "--jobs", 3)
        self.assertEqual(parts["trials"].pop("resumed"), 2)
        self.assertEqual(whole["trials"].pop("resumed"), 0)
        self.assertEqual(parts, whole)
        self.assertEqual(self.trials("parts"), self.trials("whole"))

    def test_a_stopped_search_says_what_it_kept_and_goes_on(self):
        whole = self.optimize("whole", "--jobs", 1, trials=40)
        command = self.command("optimize", "--quiet", "--config", CONFIG, "--journal", "data", "--strategy", STRATEGY, "--days", 70, "--trials", 40,
                               "--objective", "pnl", "--min-trades", 1, "--folds", 3, "--out", "o", *PARAM, *LOOSE)
        process = subprocess.Popen(command, cwd=self.dir, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait_for(lambda: (self.dir / "o" / "trials.jsonl").exists() and len(self.trials("o")) >= 2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=RUN_SECONDS_MAX)
        self.assertEqual((process.returncode, out), (NO, ""))
        self.assertRegex(err, r"^omega: stopped: \d+ of 40 trials are kept in o; the same command goes on\n$")
        on = self.optimize("o", trials=40)
        self.assertGreater(on["trials"].pop("resumed"), 1)
        whole["trials"].pop("resumed")
        self.assertEqual(on, whole)

    def test_a_disk_without_room_costs_no_finished_trial(self):
        self.optimize("o", trials=2)
        path = self.dir / "o" / "trials.jsonl"
        before = path.read_bytes()
        (self.dir / "o" / "trials.jsonl.tmp").symlink_to("/dev/full")
        self.refused(ENVIRONMENT, ["trials.jsonl", "cannot write"], "optimize", "--quiet", "--config", CONFIG, "--journal", "data", "--strategy",
                     STRATEGY, "--days", 70, "--trials", 4, "--objective", "pnl", "--min-trades", 1, "--folds", 3, "--out", "o", *PARAM, *LOOSE)
        self.assertFalse(path.is_symlink(), "the failed copy took the place of the trials")
        self.assertEqual(path.read_bytes(), before)

    def test_damaged_inputs_begin_no_trial(self):
        segment = self.dir / "data" / "inputs" / "00000001.seg"
        damaged = bytearray(segment.read_bytes())
        damaged[len(damaged) * 3 // 4] ^= 0x40
        segment.write_bytes(damaged)
        self.refused(BAD_DATA, ["lane inputs, segment 00000001.seg", "CRC mismatch"], "optimize", "--quiet", "--config", CONFIG, "--journal", "data",
                     "--strategy", STRATEGY, "--days", 70, "--trials", 4, "--out", "o", *PARAM, *LOOSE)
        self.assertEqual(self.trials("o"), {})

    def test_a_trial_is_the_backtest_with_its_settings(self):
        doc = self.optimize("o")
        best = doc["best"][0]
        report = self.json("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "data", "--days", 70, "--out", "b", *LOOSE,
                           *(w for s in best["settings"] for w in ("--set", s)))
        mine = [t["pnl"] for t in report["trades"] if t["strategy"] == STRATEGY]
        trial = self.trials("o")[best["trial"]]
        self.assertEqual(sorted(t[1] for t in trial["trades"]), sorted(mine))
        self.assertAlmostEqual(trial["equity"][-1], report["capital"]["final"], places=6)
        self.assertAlmostEqual(best["in_sample"]["pnl"] + best["out_of_sample"]["pnl"], sum(mine), places=6)

    def test_in_sample_stands_beside_out_of_sample_and_the_folds_add_up(self):
        doc = self.optimize("o")
        self.assertEqual(len(doc["folds"]), 3)
        walk = doc["walk_forward"]
        self.assertAlmostEqual(sum(f["chosen_out_of_sample"]["pnl"] for f in doc["folds"]), walk["out_of_sample"]["pnl"], places=6)
        self.assertAlmostEqual(sum(f["current_out_of_sample"]["pnl"] for f in doc["folds"]), walk["current_out_of_sample"]["pnl"], places=6)
        for a, b in zip(doc["folds"], doc["folds"][1:]):
            self.assertLess(a["out_of_sample"]["to"], b["out_of_sample"]["from"])
            self.assertEqual(a["in_sample"]["from"], b["in_sample"]["from"])
        page = (self.dir / "o" / "optimize.html").read_text()
        self.assertEqual(page.count("<canvas"), 1)

    def test_a_patch_needs_more_than_the_threshold(self):
        free = self.optimize("o", "--threshold", 0)
        strict = self.optimize("o", "--threshold", 10)
        self.assertFalse(strict["accepted"])
        self.assertFalse((self.dir / "o" / "patch.yaml").exists(), "an older patch does not stay")
        self.assertEqual(strict["walk_forward"], free["walk_forward"])
        self.assertEqual(strict["trials"]["resumed"], 4, "only the verdict is made again")

    def test_another_search_in_the_same_folder_is_refused(self):
        self.optimize("o")
        base = ("optimize", "--quiet", "--config", CONFIG, "--journal", "data", "--strategy", STRATEGY, "--trials", 2, "--out", "o", *LOOSE)
        self.refused(USAGE, ["holds another search", "days"], *base, "--days", 60, *PARAM)
        self.refused(USAGE, ["holds another search", "parameters"], *base, "--days", 70, "--param", "stop_buffer_pips=4:20")

    def test_what_cannot_be_searched_is_refused(self):
        base = ("optimize", "--quiet", "--config", CONFIG, "--journal", "data", "--out", "o")
        self.refused(USAGE, ["liquidity_sweep"], *base, "--strategy", "liquidity_swep")
        self.refused(USAGE, ["stop_buffer_pips"], *base, "--strategy", STRATEGY, "--param", "stop_bufer_pips=1:2")
        self.refused(USAGE, ["LOW:HIGH"], *base, "--strategy", STRATEGY, "--param", "stop_buffer_pips=9:4")
        self.refused(USAGE, ["too few"], *base, "--strategy", STRATEGY, "--days", 10, "--trials", 2)


if __name__ == "__main__":
    main()
