#!/usr/bin/env python3
"""The table of reliability rows: what is survived, how it is proved, how many cases ran and how they ended.

table.py CTEST-LOG             prints it, from a run's log
table.py CTEST-LOG --check     fails also when a row has no passing test, or README.md shows other rows, levels or tests
table.py CTEST-LOG --write     puts it into README.md
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- reliability: begin -->", "<!-- reliability: end -->"
# row, what happens, test files, CTest names
ROWS = (
    ("F01", "kill -9 anywhere", ("tests/fault/journal/F01_kill_test.cpp", "tests/e2e/resume_test.py"), r"F01|e2e\.resume"),
    ("F02", "power loss, torn pages", ("tests/fault/sim/omega_sim.cpp", "tests/fault/sim/omega_sim_session.cpp"), r"^sim\."),
    ("F03", "bit flip", ("tests/fault/journal/F03_bit_flip_test.cpp",), r"F03"),
    ("F04", "truncated file", ("tests/fault/journal/F04_truncation_test.cpp",), r"F04"),
    ("F05", "disk full", ("tests/fault/journal/F05_disk_full_test.cpp", "tests/e2e/disk_faults_test.py"), r"F05|e2e\.disk_faults"),
    ("F06", "sync fails", ("tests/fault/durability/F06_sync_error_test.cpp", "tests/fault/durability/F06_sync_error_program_test.cpp"), r"F06"),
    ("F07", "mapped file cut by others", ("tests/e2e/disk_faults_test.py",), r"e2e\.disk_faults"),
    ("F08", "short writes, EINTR", ("tests/fault/sim/omega_sim.cpp",), r"^sim\."),
    ("F09", "clock back, forward, frozen", ("tests/fault/sim/omega_sim_session.cpp",), r"^sim\.TwoHundredSeedsOfWhole"),
    ("F14", "slow stage, ring full", ("tests/property/pipeline/layouts_test.cpp",), r"Layouts"),
    ("F15", "poison message", ("tests/fault/poison/F15_poison_test.py",), r"e2e\.F15"),
    ("F16", "bad configuration", ("tests/unit/config",), r"Mutation"),
    ("F19", "two writers", ("tests/fault/journal/F19_two_writers_test.cpp",), r"F19"),
    ("F20", "older and newer schema", ("tests/e2e/golden_test.py",), r"e2e\.golden"),
    ("F21", "foreign, empty, random files", ("tests/e2e/golden_test.py", "tests/fuzz/corpus_test.cpp"), r"e2e\.golden|FuzzCorpus"),
    ("F25", "allocation on the hot path, no memory at the start", ("tests/unit/pipeline/hot_path_test.cpp",
                                                                  "tests/fault/memory/F25_out_of_memory_test.py"), r"HotPath|e2e\.F25"),
    ("F27", "long pause of the process", ("tests/e2e/layout_test.py", "tests/unit/risk/risk_stage_test.cpp"), r"e2e\.layout|LateData"),
    ("F28", "crash or error inside recovery", ("tests/fault/journal/F01_kill_test.cpp", "tests/fault/journal/F28_read_error_test.cpp",
                                             "tests/fault/tools", "tests/e2e/resume_test.py"), r"F28|F01|e2e\.resume"),
    ("F29", "blocked log", ("tests/e2e/blocked_log_test.py",), r"e2e\.blocked_log"),
    ("F30", "bad snapshot", ("tests/fault/snapshot/F30_snapshot_cuts_test.cpp", "tests/e2e/resume_test.py"), r"F30|e2e\.resume"),
    ("F31", "segments missing, doubled, swapped", ("tests/fault/journal/F31_segments_test.cpp",), r"F31"),
    ("F32", "stop during a burst", ("tests/fault/killswitch/F32_stop_in_a_burst_test.cpp",), r"F32"),
)
RESULT = re.compile(r"^ *\d+/\d+ Test +#\d+: (.+?) \.*\s*(?:\*\*\*)?(Passed|Failed|Skipped|Timeout|Exception|Not Run)")


def level(row, tests):
    """0 nothing, 2 automatic, 3 automatic and a re-injected bug turns it red."""
    if not tests:
        return 0
    return 3 if (ROOT / "tests" / "mutants" / f"{row}.patch").exists() else 2


def table(log):
    results = [(m.group(1), m.group(2)) for m in map(RESULT.match, log.splitlines()) if m]
    lines, bad = [], []
    for row, what, files, names in ROWS:
        for file in files:
            if not (ROOT / file).exists():
                bad.append(f"{row}: {file} does not exist")
        mine = [result for name, result in results if names and re.search(names, name)]
        passed = mine.count("Passed")
        if files and (not passed or passed + mine.count("Skipped") != len(mine)):
            bad.append(f"{row}: {passed} of {len(mine)} tests passed")
        outcome = f"{passed} passed" if files else "not built"
        lines.append(f"| {row} | {what} | {level(row, files)} | {' '.join(f'`{f}`' for f in files) or '-'} | {len(mine)} | {outcome} |")
    return lines, bad


def fixed(line):
    """What must not change without a new README: everything but the figures of one run."""
    return [cell.strip() for cell in line.split("|")][1:5]


def main():
    lines, bad = table(pathlib.Path(sys.argv[1]).read_text(errors="replace"))
    text = "\n".join(["| row | fault | level | tests | CTest cases | last run |", "|---|---|---|---|---|---|", *lines])
    readme = ROOT / "README.md"
    content = readme.read_text()
    before, rest = content.split(BEGIN)
    shown, after = rest.split(END)
    if "--write" in sys.argv:
        readme.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
        return
    print(text)
    if "--check" in sys.argv:
        in_readme = [fixed(line) for line in shown.strip().splitlines()[2:]]
        if in_readme != [fixed(line) for line in lines]:
            bad.append("README.md shows another table; run tests/reliability/table.py build/gcc.ctest.log --write")
        for problem in bad:
            print(f"RELIABILITY: {problem}", file=sys.stderr)
        sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
