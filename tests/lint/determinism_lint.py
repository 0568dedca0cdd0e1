#!/usr/bin/env python3
"""House rules of the deterministic core, checked on the source text. Usage: determinism_lint.py REPO

Bans inside engine/ (each names its replacement), the direction of dependencies between folders, a reason at every
atomic, and no path of a machine or registry host anywhere. Prints file:line for each finding; exit 1 if there is any.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
BANS = [  # pattern, replacement
    (r"\b(system|steady|high_resolution)_clock\b", "event time (InputEvent::ts)"),
    (r"\b(clock_gettime|gettimeofday|time)\s*\(", "event time (InputEvent::ts)"),
    (r"\bgetenv\b", "EngineConfig"),
    (r"__rdtscp?\b|\btsc_now\s*\(", "event time (InputEvent::ts); stamps of the pipeline stay in its LatencyBoard"),
    (r"\brandom_device\b|\bmt19937|\brand\s*\(", "a journaled seed in a feed adapter"),
    (r"\bunordered_(map|set|multimap|multiset)\b", "std::map, a sorted vector or an index array"),
    (r"\bstd::(map|set)<[^<>,]*\*", "an id as the key (pointer order changes between runs)"),
    (r"\bstd::(exp|log|log2|log10|pow|erf|erfc|sin|cos|tan|atanh|lgamma|tgamma|cbrt|exp2|expm1|log1p)\b", "omega::detmath"),
    (r"(?<![\w:.>])(exp|log|pow|erf|erfc|atanh|lgamma)\s*\(", "omega::detmath"),
    (r"\bstd::(thread|jthread|mutex|condition_variable|async|future)\b", "a driver or an adapter; stages know no threads"),
    (r"\bsetlocale\b|\bstd::locale\b", "locale-free formatting"),
    (r"\bstd::fma\b|\b__builtin_fma", "separate * and +"),
    (r"\bthrow\b", "Result<T> or OMEGA_ASSERT"),
    (r"#\s*include\s*<(iostream|fstream|filesystem|random|unordered_map|unordered_set|thread|mutex|chrono)>", "nothing of the outside world in engine/"),
]
ALLOW = {  # file suffix -> patterns it may use, with the reason
    "engine/core/detmath.hpp": ("exp", "log", "erfc", "atanh", "lgamma"),  # it defines them
    "engine/core/detmath.cpp": ("exp", "log", "erfc", "atanh", "lgamma"),
    "engine/pipeline/pipeline.hpp": ("std::thread", "<thread>", "tsc_now"),  # the one place that knows the thread layout
    "engine/pipeline/pipeline.cpp": ("std::thread", "<thread>", "tsc_now"),
    "engine/pipeline/latency_board.hpp": ("rdtsc", "tsc_now"),  # stamps beside the events, never in a lane or a state
}
ORDER = ["core", "ring", "market", "features", "signals", "risk", "orders", "pipeline"]
TOP = {  # which top-level folders each may include
    "engine": {"engine"},
    "journal": {"journal", "engine/core"},
    "replay": {"replay", "journal", "engine"},
    "adapters": {"adapters", "replay", "journal", "engine"},
}


def strip_comments(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', lambda m: m.group() if m.group().endswith('.hpp"') else '""', text)
    return re.sub(r"//[^\n]*", "", text)


findings = []


def report(path, line, what):
    findings.append(f"{path.relative_to(ROOT)}:{line}: {what}")


sources = [p for top in TOP for p in sorted((ROOT / top).rglob("*")) if p.suffix in (".hpp", ".cpp")]
if len(sources) < 20:
    report(ROOT, 0, "the lint found hardly any source: wrong folder?")

for path in sources:
    rel = path.relative_to(ROOT).as_posix()
    raw = path.read_text(encoding="utf-8")
    lines = strip_comments(raw).split("\n")
    raw_lines = raw.split("\n")
    top = rel.split("/")[0]
    for n, line in enumerate(lines, 1):
        if top == "engine":
            for pattern, replacement in BANS:
                m = re.search(pattern, line)
                if m and not any(word in m.group() for word in ALLOW.get(rel, ())):
                    report(path, n, f"banned in engine/: {m.group().strip()}; use {replacement}")
        m = re.match(r'\s*#\s*include\s+"([^"]+)"', raw_lines[n - 1])
        if m and "/" in m.group(1):
            target = m.group(1)
            if target.split("/")[0] in TOP:
                if not any(target.startswith(a + "/") for a in TOP[top]):
                    report(path, n, f"{top}/ may not include {target}: dependencies point one way")
                if top == "engine" and target.startswith("engine/"):
                    mine, theirs = rel.split("/")[1], target.split("/")[1]
                    if ORDER.index(theirs) > ORDER.index(mine):
                        report(path, n, f"engine/{mine} may not include {target}: {' <- '.join(ORDER)}")
        if "memory_order_" in line:
            near = " ".join(raw_lines[max(0, n - 4):n + 1])
            if not re.search(r"pairs with|relaxed because", near):
                report(path, n, "an atomic needs its reason: 'pairs with ...' or 'relaxed because ...'")
        if re.search(r"\.(load|store|exchange)\(\s*\)|\bseq_cst\b", line):
            report(path, n, "a defaulted (seq_cst) atomic call: state the order and its partner")

for path in sorted(ROOT.rglob("*")):
    rel = path.relative_to(ROOT).as_posix()
    if not path.is_file() or rel.startswith((".git", "build", "runs/", "logs/")) or path.suffix in (".seg", ".bin", ".pyc"):
        continue
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        continue
    if rel == "tests/lint/determinism_lint.py":
        continue
    for n, line in enumerate(text.split("\n"), 1):
        if re.search(r"/work/|/root/|\.library\b|pypi\.org|deb\.debian\.org|/home/", line):
            report(path, n, "a path of one machine or a registry host")

long_files = [(p, p.read_text().count("\n")) for p in sources]
over = [(p, c) for p, c in long_files if c > 400]
for p, c in over:
    print(f"note: {p.relative_to(ROOT)} has {c} lines; think again at 400")
asserts = sum(len(re.findall(r"\bOMEGA_(ASSERT|REQUIRE)\(|\bstatic_assert\b", p.read_text())) for p in sources if p.as_posix().startswith((ROOT / "engine").as_posix()) or "/journal/" in p.as_posix())
print(f"{len(sources)} files, {asserts} assertions in engine/ and journal/")
print("\n".join(findings))
sys.exit(1 if findings else 0)
