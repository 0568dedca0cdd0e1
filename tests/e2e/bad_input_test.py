"""Guards: a bad setting, file, journal or machine that ends in a crash, a raw exception, many lines, the wrong exit code,
or an error that does not say where."""
import re
import shutil
import subprocess
import unittest

from omega_case import BAD_DATA, CONFIG, DONE, ENVIRONMENT, USAGE, OmegaCase, main

HEADER = "timestamp,open,high,low,close,volume\n"
GOOD_ROWS = "".join(f"2024-01-02 00:{m:02d}:00,1.1001,1.1003,1.1000,1.1002,5\n" for m in range(1, 11))
RUN = ("run", "--quiet", "--profile", "green_only", "--feed", "sim:days=1")


class BadConfig(OmegaCase):
    def setUp(self):
        super().setUp()
        shutil.copytree(CONFIG, self.dir / "config")

    def edit(self, file, pattern, replacement):
        path = self.dir / "config" / file
        text, n = re.subn(pattern, replacement, path.read_text(), flags=re.M)
        self.assertEqual(n, 1, f"{pattern} in {file}")
        path.write_text(text)
        return next(i for i, line in enumerate(text.splitlines(), 1) if replacement.splitlines()[0] in line)

    def run_refused(self, *says, more=()):
        self.refused(USAGE, says, *RUN, "--config", "config", "--journal", "j", *more)
        self.assertFalse((self.dir / "j").exists(), "a refused run leaves nothing behind")

    def test_an_unknown_key_is_named_with_its_line_and_the_nearest_key(self):
        line = self.edit("risk.yaml", r"^quality_min:", "quality_mni: 0.6\nquality_min:")
        self.run_refused(f"config/risk.yaml:{line}: ", "quality_mni", "did you mean 'risk.quality_min'?")

    def test_a_wrong_type_is_named_with_its_line_and_the_range(self):
        line = self.edit("risk.yaml", r"^net_min: *[0-9.]+", "net_min: plenty")
        self.run_refused(f"config/risk.yaml:{line}: ", "risk.net_min", "expected a number from 0 to 1", "'plenty'")

    def test_a_value_out_of_range_is_named_with_its_line_and_the_range(self):
        line = self.edit("profiles/green_only.yaml", r"l4_drawdown_max: *[0-9.]+", "l4_drawdown_max: 0.9")
        self.run_refused(f"config/profiles/green_only.yaml:{line}: ", "l4_drawdown_max", "from 0.01 to 0.3", "'0.9'")

    def test_a_strategy_parameter_out_of_range_is_named_with_its_line(self):
        line = self.edit("strategies.yaml", r"entry_sigma_threshold: *[0-9.]+", "entry_sigma_threshold: 99")
        self.run_refused(f"config/strategies.yaml:{line}: ", "entry_sigma_threshold", "from 2 to 5", "'99'")

    def test_a_missing_file_is_one_line_and_not_a_list_of_its_keys(self):
        for file in ("risk.yaml", "strategies.yaml", "instruments.yaml", "engine.yaml"):
            with self.subTest(file):
                shutil.rmtree(self.dir / "config")
                shutil.copytree(CONFIG, self.dir / "config")
                (self.dir / "config" / file).unlink()
                self.run_refused(f"config/{file}: ", "--config DIR")

    def test_broken_yaml_is_one_line_with_its_place(self):
        path = self.dir / "config" / "risk.yaml"
        path.write_text(path.read_text() + "  : [\n")
        self.run_refused("config/risk.yaml:", "expected valid YAML")

    def test_a_missing_config_folder_is_named(self):
        self.refused(USAGE, ["nowhere", "--config DIR"], *RUN, "--config", "nowhere", "--journal", "j")

    def test_an_unknown_profile_lists_the_profiles_and_names_the_nearest(self):
        self.refused(USAGE, ["'gren_only'", "full_24, green_only", "did you mean 'green_only'?"],
                     "run", "--quiet", "--config", "config", "--profile", "gren_only", "--feed", "sim:days=1", "--journal", "j")

    def test_a_bad_override_is_named_as_it_was_given(self):
        for override, says in {"risk.l4_drawdown_mx=0.1": "did you mean 'risk.l4_drawdown_max'?",
                               "risk.l4_drawdown_max=high": "expected a number from 0.01 to 0.3",
                               "risk.l4_drawdown_max=9": "expected a number from 0.01 to 0.3",
                               "nonsense": "expected key=value"}.items():
            with self.subTest(override):
                self.run_refused(f"--set {override}: ", says, more=("--set", override))


class BadUsage(OmegaCase):
    def test_what_is_not_understood_is_named_with_the_nearest_and_the_help(self):
        cases = {("rum",): ["'rum'", "did you mean 'run'?", "omega --help"],
                 (): ["omega --help"],
                 ("run", "--profile", "green_only", "--jornal", "x"): ["'--jornal'", "did you mean '--journal'?", "omega run --help"],
                 ("run",): ["--profile is required", "omega run --help"],
                 ("journal", "inof", "x"): ["'inof'", "did you mean 'info'?", "omega journal --help"],
                 ("journal", "cat", "x", "--lane", "nope"): ["--lane", "nope", "features", "omega journal cat --help"],
                 ("features", "--describe", "vpn"): ["'vpn'", "did you mean 'vpin'?"],
                 ("backtest", "--profile", "green_only", "--journal", "j", "--from", "soon"): ["--from", "'soon'", "2018-03-01"],
                 (*RUN, "--days", "0"): ["--days", "1 to 3660", "omega run --help"],
                 (*RUN, "--speed", "fast"): ["--speed", "'fast'", "realtime"],
                 (*RUN, "--mode", "live"): ["--mode", "'live'", "paper"]}
        for arguments, says in cases.items():
            with self.subTest(arguments):
                self.refused(USAGE, says, *arguments)

    def test_a_feed_that_is_not_there_is_named_with_the_nearest(self):
        run = ("run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", "j", "--feed")
        for feed, says in {"smi": ["'smi'", "'sim:...'"], "sim:sed=1": ["'sed'", "'seed'"], "sim:days=0": ["1 to 3660", "'0'"],
                           "sim:symbols=EURUDS": ["'EURUDS'", "'EURUSD'"]}.items():
            with self.subTest(feed):
                self.refused(USAGE, says, *run, feed)
        self.assertFalse((self.dir / "j").exists())


class BadDataFile(OmegaCase):
    def file(self, text, name="x.csv"):
        (self.dir / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def importing(self, file, *more, fmt="csv", journal="j"):
        return ("import", "--quiet", "--config", CONFIG, "--format", fmt, "--journal", journal, file, *more)

    OPTIONS = ("--tz", "UTC", "--price-basis", "bid", "--volume", "column", "--symbol", "EURUSD")

    def imported(self, text):
        return self.json(*self.importing(self.file(text), *self.OPTIONS))

    def found(self, report):
        return [(row["line"], row["kind"], row["fate"]) for row in report["sources"][0]["bad_rows"]]

    def test_a_file_cut_in_its_last_line_keeps_the_whole_rows_and_names_the_cut_one(self):
        report = self.imported(HEADER + GOOD_ROWS + "2024-01-02 00:11:00,1.10")
        self.assertEqual(self.found(report), [(12, "truncated_last_line", "rejected")])
        self.assertEqual((report["events"], report["good"]), (10, 10))

    def test_a_row_with_text_in_a_price_is_rejected_at_its_line(self):
        report = self.imported(HEADER + GOOD_ROWS + "2024-01-02 00:11:00,n/a,1.1003,1.1000,1.1002,5\n")
        self.assertEqual(self.found(report), [(12, "text_in_price", "rejected")])

    def test_time_that_goes_backwards_is_quarantined_at_its_line(self):
        late = "2024-01-01 23:00:00,1.1001,1.1003,1.1000,1.1002,5\n"
        report = self.imported(HEADER + GOOD_ROWS + late)
        self.assertEqual(self.found(report), [(12, "out_of_order", "quarantined")])
        self.assertEqual(self.omega("journal", "check", "j").returncode, DONE)

    def test_strict_refuses_what_the_import_would_only_mark(self):
        name = self.file(HEADER + GOOD_ROWS + "2024-01-02 00:11:00,n/a,1.1003,1.1000,1.1002,5\n")
        run = self.omega(*self.importing(name, *self.OPTIONS, "--strict"), code=BAD_DATA)
        self.assert_one_error(run.stderr, ["--strict"])

    def test_files_without_one_readable_row_are_refused_and_make_no_journal(self):
        cases = {"empty.csv": (b"", ["empty.csv", "is empty"]),
                 "cut.csv.gz": (bytes.fromhex("1f8b0800000000000003cb48cd"), ["cut.csv.gz", "gz"]),
                 "x.zip": (b"not a zip at all", ["x.zip", "fetch the file again"]),
                 "header.csv": (HEADER.encode(), ["header.csv"])}
        for name, (content, says) in cases.items():
            with self.subTest(name):
                self.refused(BAD_DATA, says, *self.importing(self.file(content, name), *self.OPTIONS))
                self.assertFalse((self.dir / "j").exists())

    def test_a_file_that_is_not_of_the_format_is_refused(self):
        noise = self.file(bytes((i * 37 + i // 7) % 256 for i in range(4000)), "noise.csv")
        self.refused(USAGE, ["noise.csv:1: ", "must name the columns"], *self.importing(noise, *self.OPTIONS))
        self.refused(BAD_DATA, ["noise.csv: none of its", "histdata", "check --format"],
                     *self.importing(noise, *self.OPTIONS, fmt="histdata"))
        self.assertFalse((self.dir / "j").exists())

    def test_a_file_that_is_not_there_is_named(self):
        self.refused(USAGE, ["nowhere.csv", "No such file"], *self.importing("nowhere.csv", *self.OPTIONS))

    def test_an_unknown_symbol_is_named_with_the_nearest(self):
        self.file(HEADER + GOOD_ROWS)
        self.refused(USAGE, ["'EURUDS'", "nearest: EURUSD", "--symbol"],
                     *self.importing("x.csv", *self.OPTIONS[:-1], "EURUDS"))

    def test_what_the_format_does_not_say_must_be_given(self):
        name = self.file("20240102 000100;1.1001;1.1003;1.1000;1.1002;0\n", "DAT_ASCII_EURUSD_M1_2024.csv")
        given = {"--tz": "NewYork", "--price-basis": "bid", "--volume": "none"}
        for missing in given:
            with self.subTest(missing):
                rest = [word for option, value in given.items() if option != missing for word in (option, value)]
                self.refused(USAGE, [f"needs {missing}", "use "], *self.importing(name, *rest, fmt="histdata"))
        for option, value in {"--tz": "Moon", "--price-basis": "last", "--volume": "lots"}.items():
            with self.subTest(option):
                wrong = [word for pair in {**given, option: value}.items() for word in pair]
                self.refused(USAGE, [option, f"'{value}'", "use one of"], *self.importing(name, *wrong, fmt="histdata"))
        self.refused(USAGE, ["'xls'", "histdata, lean, csv"], *self.importing(name, fmt="xls"))


class BadJournal(OmegaCase):
    def readers(self, journal):
        return [("journal", "info", journal), ("journal", "check", journal), ("journal", "cat", journal), ("verify", journal),
                ("backtest", "--quiet", "--config", CONFIG, "--profile", "green_only", "--journal", journal, "--out", "out"),
                (*RUN[:-1], f"journal:{journal}", "--config", CONFIG, "--journal", "out")]

    def all_refuse(self, journal, code, says):
        for arguments in self.readers(journal):
            with self.subTest(arguments):
                self.refused(code, says, *arguments)
        self.assertFalse((self.dir / "out").exists(), "a refused command leaves nothing behind")

    def test_a_journal_that_is_not_there_is_refused(self):
        self.all_refuse("nowhere", USAGE, ["nowhere: ", "give a journal directory"])

    def test_a_file_of_another_format_is_refused(self):
        (self.dir / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        self.all_refuse("picture.png", USAGE, ["picture.png: not a directory", "give a journal directory"])

    def test_a_folder_of_other_files_is_refused(self):
        (self.dir / "folder").mkdir()
        (self.dir / "folder" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        self.all_refuse("folder", BAD_DATA, ["folder: no manifest.json", "give a journal directory"])

    def test_a_manifest_of_another_format_is_refused(self):
        (self.dir / "j").mkdir()
        noise = bytes((i * 73 + i // 3) % 256 for i in range(4096))
        for content in (noise, b"", b"[1]", b"{", b'{"name": "package", "version": "1"}'):
            (self.dir / "j" / "manifest.json").write_bytes(content)
            self.all_refuse("j", BAD_DATA, ["j/manifest.json: "])

    def test_a_lane_of_random_bytes_is_refused_with_its_place(self):
        self.paper("j", days=1)
        segment = self.dir / "j" / "inputs" / "00000001.seg"
        segment.write_bytes(bytes((i * 73 + i // 3) % 256 for i in range(4096)))
        for arguments in self.readers("j")[3:]:
            with self.subTest(arguments):
                self.refused(BAD_DATA, ["lane inputs, segment 00000001.seg, offset 0"], *arguments)

    def test_a_journal_without_events_is_refused(self):
        self.paper("full", days=1)
        (self.dir / "empty").mkdir()
        shutil.copy(self.dir / "full" / "manifest.json", self.dir / "empty")
        for arguments in self.readers("empty")[3:]:
            with self.subTest(arguments):
                self.refused(BAD_DATA, ["empty"], *arguments)

    def test_an_existing_journal_is_never_written_over(self):
        self.paper("j", days=1)
        before = {lane: self.lane_sha256("j", lane) for lane in ("inputs", "orders")}
        self.refused(USAGE, ["j: already holds a journal", "choose another directory"],
                     *RUN, "--config", CONFIG, "--journal", "j")
        self.refused(USAGE, ["j: already holds a journal"], "backtest", "--quiet", "--config", CONFIG, "--profile", "green_only",
                     "--journal", "j", "--out", "j")
        self.assertEqual(before, {lane: self.lane_sha256("j", lane) for lane in before})


class BadMachine(OmegaCase):
    def test_a_journal_that_cannot_be_made_is_refused_with_its_path(self):
        (self.dir / "file").write_text("")
        for journal in ("file/j", "/proc/omega-e2e"):
            with self.subTest(journal):
                self.refused(ENVIRONMENT, [journal, "directory"], *RUN, "--config", CONFIG, "--journal", journal)

    def test_a_report_that_cannot_be_written_is_refused_and_the_journal_kept(self):
        (self.dir / "file").write_text("")
        self.refused(ENVIRONMENT, ["file/report.json", "--output"],
                     *RUN, "--config", CONFIG, "--journal", "j", "--output", "file/report.json")
        self.assertEqual(self.json("journal", "info", "j")["state"], "closed")

    def in_small_disk(self, kib, *arguments):
        (self.dir / "disk").mkdir(exist_ok=True)
        mount = f"mount -t tmpfs -o size={kib}k omega-e2e disk || exit 90; \"$@\""
        run = subprocess.run(["unshare", "-Urm", "sh", "-c", mount, "sh", *self.command(*arguments)], cwd=self.dir, text=True,
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        if run.returncode == 90 or "unshare" in run.stderr:
            self.skipTest("SKIPPED: no right to mount a small disk here: " + run.stderr.strip())
        return run

    def test_a_full_disk_ends_the_run_with_the_file_and_what_to_do(self):
        # 3 MiB: not even one segment; 84 MiB: the five lanes begin and the disk fills while they grow.
        for kib, days in ((3 << 10, 1), (84 << 10, 40)):
            with self.subTest(kib=kib):
                run = self.in_small_disk(kib, "run", "--quiet", "--config", CONFIG, "--profile", "green_only", "--log-dir", "logs",
                                         "--feed", f"sim:days={days}", "--journal", "disk/j")
                self.assertEqual(run.returncode, ENVIRONMENT, run.stderr)
                *warnings, error = run.stderr.splitlines()
                self.assert_one_error(error, ["disk/j/", "No space left on device", "free space"])
                for warning in warnings:
                    self.assertTrue(warning.startswith("omega: warning: JOURNAL_FULL: "), warning)
                self.assertEqual(run.stdout, "")


if __name__ == "__main__":
    main()
