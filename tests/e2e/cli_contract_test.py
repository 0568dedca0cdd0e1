"""Guards: an option without help, a --json that prints more than one document, noise between the results, a report without
a field of the contract or with a 0 where nothing is defined."""
import json
import os
import pty
import re
import subprocess
import unittest

from omega_case import CONFIG, LOOSE, NO, OmegaCase, main
from report_shape import check_report

COMMANDS = ("run", "import", "backtest", "verify", "strategies", "features", "journal info", "journal cat", "journal check", "journal state",
            "journal repair", "journal rebuild", "journal prune", "journal backup", "journal restore", "latency",
            "diff", "inspect", "incident", "whatif", "optimize", "report daily", "report weekly", "report monthly", "report strategies", "report compare",
            "export sqlite", "export csv", "smoke", "checklist")
GROUPS = ("journal", "report", "export")
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z (info|warning|error) ")


class Help(OmegaCase):
    def options(self, text):
        """Name -> help of each option; a help text may begin on the line after the name."""
        section = re.split(r"^Options:$", text, flags=re.M)[1].split("\n\n")[0]
        entries = re.split(r"\n  (?=-)", section)[1:]
        return {re.match(r"[-\w,]+", e)[0]: " ".join(e.split()) for e in entries}

    def test_every_command_of_the_program_is_listed_here(self):
        def subcommands(*path):
            text = self.omega(*path, "--help").stdout
            listed = text.split("Subcommands:\n")[1].split("\n\n")[0]
            return re.findall(r"^  (\w+)", listed, flags=re.M)

        found = [name for name in subcommands() if name not in GROUPS]
        found += [f"{group} {name}" for group in GROUPS for name in subcommands(group)]
        self.assertEqual(sorted(found), sorted(COMMANDS))

    def test_every_option_has_a_default_or_is_required_and_every_command_an_example(self):
        for command in COMMANDS:
            text = self.omega(*command.split(), "--help").stdout
            self.assertRegex(text, rf"(?m)^Example: omega {command} ", command)
            options = self.options(text)
            self.assertGreater(len(options), 2, command)
            for name, words in options.items():
                with self.subTest(f"{command} {name}"):
                    self.assertTrue(name == "-h,--help" or "(default: " in words or "REQUIRED" in words, words)

    def test_the_exit_codes_are_in_the_help(self):
        text = self.omega("--help").stdout
        for code in range(7):
            self.assertRegex(text, rf"\b{code} [a-z]")

    def test_the_examples_of_the_help_name_options_that_exist(self):
        for command in COMMANDS:
            text = self.omega(*command.split(), "--help").stdout
            example = re.search(r"(?m)^Example: (.*)$", text)[1]
            for option in re.findall(r"--[\w-]+", example):
                self.assertIn(option, self.options(text), example)

    def test_the_version_is_one_line(self):
        self.assertRegex(self.omega("--version").stdout, r"^omega \d+\.\d+\.\d+\n$")


class Output(OmegaCase):
    RUN = ("run", "--config", CONFIG, "--profile", "green_only", "--feed", "sim:seed=2,days=2")

    def test_json_is_one_document_with_a_schema(self):
        self.paper("j")
        documents = {"omega.report/1": ("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "j", "--out", "b"),
                     "omega.verify/1": ("verify", "j"),
                     "omega.journal-info/1": ("journal", "info", "j"),
                     "omega.journal-check/1": ("journal", "check", "j"),
                     "omega.strategies/1": ("strategies", "--config", CONFIG),
                     "omega.features/1": ("features",)}
        for schema, arguments in documents.items():
            with self.subTest(schema):
                self.assertEqual(self.json(*arguments)["schema"], schema)

    def test_every_family_of_features_is_described_with_formula_inputs_parameters_and_source(self):
        listed = self.json("features")["features"]
        families = [f"F{n:02}" for n in range(1, 34)]
        self.assertEqual(sorted({f["family"] for f in listed}), families)
        self.assertEqual([f["family"] for f in listed], sorted(f["family"] for f in listed))
        table = self.omega("features").stdout
        for family in families:
            with self.subTest(family):
                entries = [f for f in listed if f["family"] == family]
                for name in (family, family.lower()):
                    self.assertEqual(self.json("features", "--describe", name)["features"], entries)
                text = self.omega("features", "--describe", family).stdout
                for label in ("formula", "inputs", "parameters", "where", "source"):
                    self.assertEqual(len(re.findall(rf"(?m)^  {label} +\S", text)), len(entries), label)
                self.assertNotRegex(text, r"(?m)STRATEGIES|^  source +source$")
                for f in entries:
                    self.assertRegex(table, rf"(?m)^{family} +{f['name']} ")
                    self.assertTrue(f["formula"] and f["source"] and f["inputs"], f)
                    self.assertNotEqual(f["key"] is None, f["where"] is None, f)
                    for p in f["parameters"]:
                        self.assertIn(f"{p['meaning']} [{p['unit']}]: ", text)
                        self.assertNotEqual(p["set_by"] is None, p["min"] is None, f)

    def test_a_parameter_of_a_feature_says_its_range_and_default(self):
        fz = self.json("features", "--describe", "fz")["features"][0]
        self.assertEqual([(p["name"], p["min"], p["max"], p["default"]) for p in fz["parameters"]], [("p0", 5, 240, None), ("p1", 200, 5000, 500)])
        self.assertEqual(fz["inputs"], ["quote sizes or trades or bars with volume"])
        self.assertEqual(fz["reads"], ["F02", "F03", "F04"])

    def test_every_family_a_strategy_lists_can_be_described(self):
        for s in self.json("strategies", "--config", CONFIG)["strategies"]:
            for family in s["features"].split():
                self.omega("features", "--describe", family)

    def test_a_paper_session_prints_its_document_alone_and_the_last_line_elsewhere(self):
        run = self.omega(*self.RUN, "--quiet", "--json", "--journal", "j")
        self.assertEqual(json.loads(run.stdout)["mode"], "paper")
        self.assertEqual(run.stderr, "System shutdown complete\n")

    def test_a_failed_check_still_prints_one_document(self):
        self.paper("j")
        segment = self.dir / "j" / "features" / "00000001.seg"
        content = bytearray(segment.read_bytes())
        content[100_000] ^= 1
        segment.write_bytes(content)
        self.assertFalse(self.json("verify", "j", code=NO)["identical"])
        verdicts = {lane["lane"]: lane["verdict"] for lane in self.json("journal", "check", "j", code=NO)["lanes"]}
        self.assertEqual((verdicts["features"], verdicts["inputs"]), ("corrupt", "clean"))

    def test_journal_cat_prints_one_document_a_line_and_filters(self):
        self.paper("j")
        lines = self.omega("journal", "cat", "j", "--lane", "inputs", "--type", "bar", "--symbol", "EURUSD", "--limit", "50").stdout.splitlines()
        events = [json.loads(line) for line in lines]
        self.assertEqual(len(events), 50)
        self.assertEqual({e["type"] for e in events}, {"bar"})
        self.assertEqual(len({e["instrument"] for e in events}), 1)
        self.assertEqual([e["seq"] for e in events], sorted(e["seq"] for e in events))
        later = self.omega("journal", "cat", "j", "--lane", "inputs", "--from-seq", "100", "--to-seq", "102").stdout.splitlines()
        self.assertEqual([json.loads(line)["seq"] for line in later], [100, 101, 102])

    def test_results_go_to_stdout_and_logs_to_stderr_and_the_log_file(self):
        run = self.omega(*self.RUN, "--journal", "j", "--log-dir", "own-logs")
        self.assertTrue(run.stdout.startswith("omega paper green_only: sim:seed=2"))
        self.assertFalse([line for line in run.stdout.splitlines() if LOG_LINE.match(line)])
        self.assertEqual([line for line in run.stderr.splitlines() if not LOG_LINE.match(line)], [])
        self.assertEqual(len(run.stderr.splitlines()), 2)
        self.assertEqual((self.dir / "own-logs" / "omega.log").read_text(), run.stderr)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["j", "own-logs"], "nothing else is written")

    def test_quiet_leaves_stderr_empty(self):
        self.assertEqual(self.paper("j").stderr, "")

    def on_terminal(self, *arguments):
        """stderr of a run whose stderr is a terminal."""
        mine, its = pty.openpty()
        with subprocess.Popen(self.command(*arguments), cwd=self.dir, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=its) as process:
            os.close(its)
            text = b""
            try:
                while part := os.read(mine, 4096):
                    text += part
            except OSError:  # the terminal's other side has closed
                pass
            os.close(mine)
            self.assertEqual(process.wait(), 0)
        return text.decode()

    def test_the_progress_bar_is_on_a_terminal_only_and_never_with_quiet(self):
        bar = re.compile(r"\r\x1b\[K.* events")
        self.assertRegex(self.on_terminal(*self.RUN, "--days", "2", "--journal", "a"), bar)
        self.assertNotRegex(self.on_terminal(*self.RUN, "--quiet", "--journal", "b"), bar)
        piped = self.omega(*self.RUN, "--journal", "c")
        self.assertNotIn("\r", piped.stdout + piped.stderr)
        self.assertNotIn("\x1b", piped.stdout + piped.stderr)

    def test_without_a_journal_option_each_run_gets_a_folder_of_its_own(self):
        for _ in range(2):
            self.omega(*self.RUN, "--quiet")
        self.assertEqual(sorted(p.name for p in (self.dir / "runs").iterdir()), ["green_only-paper-1", "green_only-paper-2"])


class Report(OmegaCase):
    def test_a_session_without_trades_has_every_field_and_null_for_every_ratio(self):
        self.paper("j", "--output", "reports/report.json")
        report = json.loads((self.dir / "reports" / "report.json").read_text())
        check_report(self, report)
        self.assertEqual(report["statistics"]["trades"], 0)
        for field in ("win_rate", "profit_factor", "expectancy", "sharpe", "sortino", "calmar", "execution_rate"):
            self.assertIsNone(report["statistics"][field], field)
        self.assertEqual(report["capital"], {**report["capital"], "initial": 10000.0, "final": 10000.0, "currency": "USD"})

    def test_a_session_with_trades_has_every_field_and_its_sums_agree(self):
        report = json.loads(self.paper("j", "--json", *LOOSE, seed=1, days=60).stdout)
        check_report(self, report)
        self.assertGreater(report["statistics"]["trades"], 0)
        for trade in report["trades"]:
            self.assertIn(trade["side"], ("long", "short"))
            self.assertLess(trade["entry_time"], trade["exit_time"])
            seqs = ("--from-seq", trade["cause_seq"], "--to-seq", trade["cause_seq"])
            self.assertIn('"type":"signal"', self.omega("journal", "cat", "j", "--lane", "signals", *seqs).stdout)

    def test_the_report_of_the_file_is_the_document_of_stdout(self):
        printed = json.loads(self.paper("j", "--json", "--output", "report.json").stdout)
        self.assertEqual(printed, json.loads((self.dir / "report.json").read_text()))


if __name__ == "__main__":
    main()
