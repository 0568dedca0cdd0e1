"""Guards: a strategy from a shared object that is scaffolded, built and run as the README says but gives other lanes than its
own replay, is taken although it was built for another Omega or may differ between runs, or is silently replaced."""
import os
import shutil
import subprocess
import unittest

from omega_case import BAD_DATA, CONFIG, DONE, LANES, SOURCE, USAGE, OmegaCase, main

FLAGS = ["-std=gnu++20", "-O2", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-fno-fast-math", "-march=x86-64-v2", "-fPIC", "-shared",
         "-DOMEGA_PLUGIN", f"-I{SOURCE}"]
SANITIZED = os.environ.get("OMEGA_SANITIZED", "") not in ("", "OFF")


class Plugin(OmegaCase):
    def setUp(self):
        super().setUp()
        self.omega("strategies", "--new", "far_close", "--plugin")
        self.code = self.dir / "far_close" / "far_close.cpp"
        shutil.copytree(CONFIG, self.dir / "config")
        self.profile = self.dir / "config" / "profiles" / "green_only.yaml"
        self.profile.write_text(self.profile.read_text().replace("strategies:\n", "strategies:\n  - plugin: ../far_close/far_close.so\n"))

    def build(self, source=None):
        subprocess.run(["g++", *FLAGS, source or self.code, "-o", self.dir / "far_close" / "far_close.so"], check=True, cwd=self.dir)

    def run_of(self, journal, *more):
        return ["run", "--quiet", "--config", "config", "--profile", "green_only", "--feed", "sim:seed=5,days=20", "--speed", "max",
                "--journal", journal, "--set", "strategies.far_close.entry_sigma_threshold=2.5", "--set", "risk.quality_min=0", *more]

    def test_it_trades_replays_and_resumes_like_a_built_in_one(self):
        self.build()
        report = self.json(*self.run_of("a"))
        own = {row["name"]: row for row in report["strategies"]}["far_close"]
        self.assertGreater(own["signals"], 0)
        self.assertGreater(own["trades"], 0)
        self.assertTrue(self.json("verify", "a", "--parity")["identical"])
        self.omega(*self.run_of("b"))
        self.assert_same_lanes("a", "b")
        process = subprocess.Popen(self.command(*self.run_of("c")), cwd=self.dir, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=0.25)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        self.omega(*self.run_of("c", "--resume"))
        self.assert_same_lanes("a", "c")
        described = self.omega("strategies", "--config", "config", "--profile", "green_only", "--describe", "far_close").stdout
        self.assertIn("entry_sigma_threshold", described)

    def test_another_build_of_it_is_not_taken_for_the_recorded_one(self):
        self.build()
        self.omega(*self.run_of("a"))
        changed = self.dir / "changed.cpp"
        changed.write_text(self.code.read_text().replace("s.level = 3", "s.level = 4"))
        self.build(changed)
        self.refused(BAD_DATA, ["far_close.so", "has changed since"], "verify", "a")
        self.refused(USAGE, ["another configuration", "plugin/hash"], *self.run_of("a", "--resume"))
        (self.dir / "far_close" / "far_close.so").unlink()
        self.refused(BAD_DATA, ["far_close.so", "no readable file"], "verify", "a")
        self.assertIn("far_close", self.omega("report", "strategies", "a").stdout)  # what is recorded can still be read

    def test_objects_that_do_not_fit_are_refused_with_one_line(self):
        self.refused(USAGE, ["green_only.yaml", "far_close.so", "no readable file"], *self.run_of("a"))
        library = self.dir / "far_close" / "far_close.so"
        library.write_bytes(b"\x7fELF nothing more")
        self.refused(USAGE, ["far_close.so", "expected a shared object"], *self.run_of("a"))
        empty = self.dir / "empty.cpp"
        empty.write_text("int nothing;\n")
        self.build(empty)
        self.refused(USAGE, ["far_close.so", "omega_strategy_plugin"], *self.run_of("a"))
        text = self.code.read_text()
        cases = {"clock_gettime": ("const double z =", "timespec now; clock_gettime(CLOCK_REALTIME, &now);\n    const double z = now.tv_nsec % 3 +", "#include <ctime>\n"),
                 "log": ("s.score = std::fabs(z)", "s.score = std::log(std::fabs(z))", "#include <cmath>\n"),
                 "rand": ("s.score = std::fabs(z)", "s.score = rand()", "#include <cstdlib>\n")}
        for symbol, (old, new, include) in cases.items():
            self.assertIn(old, text)
            bad = self.dir / "bad.cpp"
            bad.write_text(include + text.replace(old, new))
            self.build(bad)
            self.refused(USAGE, ["far_close.so", f"uses {symbol}"], *self.run_of("a"))
        stale = self.dir / "stale.cpp"
        stale.write_text('#include "engine/signals/plugin.hpp"\n'
                         'extern "C" { extern const omega::StrategyPlugin omega_strategy_plugin; }\n'
                         "const omega::StrategyPlugin omega_strategy_plugin{omega::plugin_layout() + 1, nullptr, nullptr};\n")
        self.build(stale)
        self.refused(USAGE, ["far_close.so", "another Omega"], *self.run_of("a"))
        same = self.dir / "same.cpp"
        same.write_text(text.replace('.name = "far_close"', '.name = "liquidity_sweep"'))
        self.build(same)
        self.refused(USAGE, ["far_close.so", "liquidity_sweep"], *self.run_of("a"))

    def test_a_new_strategy_is_written_once_and_only_under_a_free_name(self):
        self.refused(USAGE, ["far_close.cpp", "exists already"], "strategies", "--new", "far_close", "--plugin")
        self.refused(USAGE, ["momentum_quality"], "strategies", "--new", "momentum_quality", "--plugin")
        self.refused(USAGE, ["a-z", "Far"], "strategies", "--new", "Far Close", "--plugin")
        self.refused(USAGE, ["source tree"], "strategies", "--new", "far_bar")
        tree = self.dir / "tree"
        for folder in ("engine/signals/strategies", "tests/unit/signals", "config"):
            (tree / folder).mkdir(parents=True)
        shutil.copy(CONFIG / "strategies.yaml", tree / "config")
        first = self.json("strategies", "--new", "far_bar", "--in", "tree")["files"]
        self.assertEqual(first, ["tree/engine/signals/strategies/s25_far_bar.cpp", "tree/tests/unit/signals/s25_far_bar_test.cpp", "tree/config/strategies.yaml"])
        self.omega("strategies", "--new", "second", "--in", "tree")
        self.assertTrue((tree / "engine/signals/strategies/s26_second.cpp").is_file())
        self.assertIn("\nfar_bar:  # S25\n", (tree / "config/strategies.yaml").read_text())


if __name__ == "__main__":
    if SANITIZED:
        print("SKIPPED: an object built without the sanitizer cannot join a program built with it")
        raise SystemExit(77)
    main()
