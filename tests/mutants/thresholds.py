#!/usr/bin/env python3
"""The test of the strategies' tests: every number a strategy decides by, moved a little, must turn one of its tests red.

thresholds.py [--strategy sNN ...] [--build build/gcc] [--jobs 2] [--again]   all thresholds, or those of the named strategies
thresholds.py --sample 12                                                     a fixed sample over a few strategies
thresholds.py --list                                                          what would be moved, and to what

A threshold is, in engine/signals/strategies/sNN_*.cpp:
  the default of each line of kParams; each number of a namespace-scope constant k...; time stop and cool-down of kInfo; and in the code
  a decimal, a whole number >= 1 that is compared with, handed to a score comparison or chosen by ?:, a factor 2..9, a window's length.
Not one: 0, the 1 of "holds ? 1 : 0", what is only reported (criteria), a normalisation (1.0, 100.0, 2.0, "/ 5"), constants that size an array, in-class constants, time stop or cool-down of 0 (none), and lines
that end in "// not a threshold". Each is moved up and down: whole numbers by 1, decimals by 2 %, times by one bar of the strategy's
timeframe; a default is not moved out of its allowed range. So a threshold is two mutants, and both must be noticed.

To compile once per strategy instead of once per mutant, the copy asks an environment variable which of its numbers to move. The copy is linked before the library with the objects of that strategy's own
tests alone, so no test that compares tables or configuration files counts. Results are kept in BUILD/thresholds/sNN/state.json until the
strategy, its tests or this script change. Exit 1: a mutant lives that thresholds_allowed.txt does not give a reason for.
"""
import argparse
import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRATEGIES = ROOT / "engine/signals/strategies"
TESTS = ROOT / "tests/unit/signals"
ALLOWED = ROOT / "tests/mutants/thresholds_allowed.txt"
PROGRAM = "signals_unit_test"
TIMEOUT_S = 120
SAMPLE_STRATEGIES = 5  # each costs a compilation
TIMES = r"k(?:Day|Hour|Minute|Second)_ns"
PRELUDE = """#include <cstdlib>
#include <type_traits>
namespace {
template <class A, class B, class C>
std::common_type_t<A, B, C> omega_nudged(int id, A as_it_is, B up, C down) {
  static const int moved = [] { const char* text = std::getenv("OMEGA_NUDGED"); return text == nullptr ? 0 : std::atoi(text); }();
  if (moved == id) return up;
  if (moved == -id) return down;
  return as_it_is;
}
}  // namespace
#line 1
"""


@dataclasses.dataclass
class Threshold:
    name: str      # as in thresholds_allowed.txt
    line: int
    begin: int     # of the number in the file's text
    end: int
    text: str
    up: str | None
    down: str | None


def moved(text, as_time=None):
    if as_time:
        return f"({text}) + {as_time}", f"({text}) - {as_time}"
    if "." in text:
        return f"({text}) * 1.02", f"({text}) * 0.98"
    return f"({text}) + 1", f"({text}) - 1"


def without_comments(text):
    """The same length, comments and strings blanked, so that places stay."""
    return re.sub(r'//[^\n]*|"(?:[^"\\\n]|\\.)*"', lambda m: " " * len(m.group()), text)


def top_level_parts(text, begin):
    """[begin, end) of the comma-separated parts of a declaration up to its ';'."""
    depth, start, at, parts = 0, begin, begin, []
    while True:
        c = text[at]
        depth += c in "({[<" and 1 or c in ")}]>" and -1
        if depth == 0 and c in ",;":
            parts.append((start, at))
            start = at + 1
            if c == ";":
                return parts
        at += 1


def find(path):
    """Thresholds of one strategy file, in the order of the file."""
    text = path.read_text()
    code = without_comments(text)
    found, taken = [], []
    timeframe = re.search(r"\.timeframe = Timeframe::k(\w)(\d+)", code)
    unit = {"M": "kMinute_ns", "H": "kHour_ns", "D": "kDay_ns"}[timeframe[1]]
    bar = f"{timeframe[2]} * {unit}" if timeframe[2] != "1" else unit

    def add(name, begin, end, up, down):
        line = text.count("\n", 0, begin) + 1
        whole = text.splitlines()[line - 1]
        taken.append((begin, end))
        if whole.rstrip().endswith("// not a threshold"):
            return
        found.append(Threshold(name, line, begin, end, text[begin:end], up, down))

    begin = text.index("kParams[] = {")
    end_of_params = text.index("\n};", begin)
    for m in re.finditer(r'\{"(\w+)", "[^"]*", (-?[\d.]+), (-?[\d.]+), (-?[\d.]+), "', text[begin:end_of_params]):
        value, low, high = (float(m[i]) for i in (2, 3, 4))
        up, down = moved(m[2])
        above, below = (value * 1.02, value * .98) if "." in m[2] else (value + 1, value - 1)
        add(m[1], begin + m.start(2), begin + m.end(2), up if above <= high else None, down if below >= low else None)
    if len(found) != len(re.findall(r'^\s*\{"', text[begin:end_of_params], re.M)):
        raise SystemExit(f"{path.name}: a line of kParams has another shape than expected")
    info = code.index("StrategyInfo kInfo{")
    info_end = code.index("};", info)

    for m in re.finditer(r"^constexpr (?:double|DurationNs|int|std::size_t|std::u?int\d+_t) (?=k)", code, re.M):
        for b, e in top_level_parts(code, m.end()):
            name, value = (part.strip() for part in code[b:e].split("=", 1))
            if re.search(r"[A-Za-z_]", re.sub(TIMES, "", value)):
                continue
            b = b + code[b:e].index("=") + 1
            b += len(code[b:e]) - len(code[b:e].lstrip())
            e = b + len(code[b:e].rstrip())
            up, down = moved(value, bar if name.endswith("_ns") else None)
            if re.search(rf"array<[^;{{}}]*\b{name}\b[^;{{}}]*>", code) is None:
                add(name, b, e, up, down)
        taken.append((m.start(), code.index(";", m.end())))
    for m in re.finditer(r"^constexpr std::array<double, \d+> (k\w+)\{([^}]*)\}", code, re.M):
        for i, n in enumerate(re.finditer(r"[\d.]+", m[2])):
            up, down = moved(n[0] if "." in n[0] else n[0] + ".")
            add(f"{m[1]}[{i}]", m.start(2) + n.start(), m.start(2) + n.end(), up, down)
        taken.append((m.start(), m.end()))
    for field in ("time_stop_ns", "cooldown_ns"):
        m = re.compile(rf"\.{field} = ([^,]+),").search(code, info, info_end)
        if m[1].strip() != "0":
            add(field, m.start(1), m.end(1), *moved(m[1], bar))
    taken.append((info, info_end))

    number = r"(?<![\w.'])(\d+\.\d*|\.\d+|\d+)(?![\w.'])"
    for m in re.compile(number).finditer(code, end_of_params):
        value, before, after = float(m[1]), code[max(0, m.start() - 60):m.start()], code[m.end():m.end() + 8]
        row_begin = code.rindex("\n", 0, m.start()) + 1
        row = code[row_begin:code.index("\n", m.start())]
        if value == 0 or "criteria" in row or after.startswith(" : 0") or any(b <= m.start() < e for b, e in taken) or "constexpr" in row or re.match(r"\s*enum|\s*#", row):
            continue
        chosen = re.search(r"[?:]\s*$", before) and not re.search(r"::\s*$|case\s*$", before) and ("?" in row or row.lstrip()[:1] in "?:")
        chosen = chosen or re.search(r"\breturn\s*$", before) is not None and "." in m[1]
        compared = re.search(r"(?:[<>=!]=|(?<![-<>])[<>])\s*$", before) and not re.search(r"\b(?:array|span|Window)<\s*$", before)
        handed = re.search(r"(?:score|check)::\w+\([^;?]*,\s*$", before) and after.lstrip().startswith(")") and not re.search(r"\[$", before)
        factor = 2 <= value <= 9 and re.match(r"\s*\*\s", after) is not None
        window = re.search(r"_\{$", before) is not None and after.startswith("};")
        decimal = "." in m[1] and m[1] not in ("1.0", "2.0", "100.0")
        if value == 100 and "share" in before[-12:] or before.endswith("-1 : "):  # the whole position; a sign
            continue
        if not (decimal or chosen or factor or window or (value >= 1 and (compared or handed))):
            continue
        context = re.sub(r"\s+", " ", code[max(row_begin, m.start() - 28):m.end()]).strip()
        same = sum(t.name.split("#")[0] == f"`{context}`" for t in found)
        add(f"`{context}`" + (f"#{same + 1}" if same else ""), m.start(), m.end(), *moved(m[1]))
    found.sort(key=lambda t: t.begin)
    names = [t.name for t in found]
    if len(set(names)) != len(names):
        raise SystemExit(f"{path.name}: two thresholds have one name")
    return text, found


class Strategy:
    def __init__(self, path, build):
        self.path, self.key, self.build = path, path.name[:3], build
        self.text, self.thresholds = find(path)
        self.work = build / "thresholds" / self.key
        self.test = TESTS / f"{path.stem}_test.cpp"
        material = [path, self.test, TESTS / "stage_harness.hpp", TESTS / "pair_market.hpp", pathlib.Path(__file__)]
        self.digest = hashlib.sha256(b"".join(p.read_bytes() for p in material if p.exists())).hexdigest()[:16]

    def mutants(self):
        return [(t, way) for t in self.thresholds for way in ("up", "down") if getattr(t, way) is not None]

    def source(self):
        """The copy: every number is the one that the environment asks for; their declarations are no longer compile-time constants."""
        out, at = [], 0
        for i, t in enumerate(self.thresholds):
            # a way that leads out of the allowed range is never asked for
            out += [self.text[at:t.begin], f"omega_nudged({i + 1}, {t.text}, {t.up or t.text}, {t.down or t.text})"]
            at = t.end
        text = "".join(out) + self.text[at:]
        text = re.sub(r"^constexpr (?=ParamSpec|StrategyInfo|[^;]*omega_nudged)", "const ", text, flags=re.M)
        return PRELUDE + text


class Builder:
    """Compiles and links as the build does, but without optimising the copy."""

    def __init__(self, build):
        self.build = build
        self.commands = {pathlib.Path(c["file"]): c["command"] for c in json.loads((build / "compile_commands.json").read_text())}
        lines = subprocess.run(["ninja", "-C", str(build), "-t", "commands", PROGRAM], check=True, capture_output=True, text=True).stdout
        link = [row for row in lines.splitlines() if f"-o tests/unit/signals/{PROGRAM}" in row and ".a" in row][-1]
        link = next(part for part in link.split(" && ") if f"-o tests/unit/signals/{PROGRAM}" in part)
        self.link = shlex.split(link)

    def program(self, strategy, source, stem):
        """The strategy's tests with this copy of the strategy."""
        copy, obj, out = (strategy.work / f"{stem}{end}" for end in (".cpp", ".o", ""))
        copy.write_text(source)
        command = shlex.split(self.commands[strategy.path])
        if command[0].endswith("ccache"):
            command = command[1:]
        kept, skip = [], False
        for a in command:
            if skip or a in ("-o", "-c", str(strategy.path)):
                skip = a == "-o"
                continue
            if not re.fullmatch(r"-O\w*|-W.*|-flto.*|-g\d?", a):
                kept.append(a)
        self.call([*kept, "-O0", "-w", "-Wno-narrowing", "-c", str(copy), "-o", str(obj)], strategy, stem)
        linked, own = [], f"{strategy.test.name}.o"
        for a in self.link:
            if a.endswith(f"/{PROGRAM}") or a.endswith("_test.cpp.o") and not a.endswith("/" + own) or a.startswith("-flto"):
                if a.endswith(f"/{PROGRAM}"):
                    linked.append(str(out))
                continue
            if a.endswith(own):
                linked.append(str(obj))
            linked.append(a)
        self.call(linked, strategy, stem)
        return out

    def call(self, command, strategy, stem):
        done = subprocess.run(command, cwd=self.build, capture_output=True, text=True)
        if done.returncode != 0:
            sys.stderr.write("\n".join(done.stderr.splitlines()[:15]) + "\n")
            raise SystemExit(f"{strategy.key}: the copy {stem} does not build")


def red_test(program, moved_id):
    """The first test that fails, '' when all pass."""
    env = {**os.environ, "OMEGA_NUDGED": str(moved_id)}
    try:
        done = subprocess.run([str(program), "--gtest_fail_fast", "--gtest_brief=1"], env=env, cwd=program.parent, timeout=TIMEOUT_S,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return "(does not end)"
    if done.returncode == 0:
        return ""
    failed = re.search(r"^\[  FAILED  \] (\S+)", done.stdout, re.M)
    return failed[1].rstrip(",") if failed else f"(dies, {done.returncode})"


def allowed():
    """{(strategy, threshold, way): reason} from lines 'sNN THRESHOLD up|down: reason'."""
    rows = {}
    for row in ALLOWED.read_text().splitlines() if ALLOWED.exists() else ():
        if not row.strip() or row.startswith("#"):
            continue
        m = re.fullmatch(r"(s\d\d) (.+) (up|down): (.{20,})", row)
        if m is None:
            raise SystemExit(f"{ALLOWED.name}: not 'sNN THRESHOLD up|down: reason': {row}")
        rows[m[1], m[2], m[3]] = m[4]
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strategy", action="append", default=[], metavar="sNN")
    parser.add_argument("--build", default="build/gcc", type=pathlib.Path)
    parser.add_argument("--jobs", default=2, type=int)
    parser.add_argument("--sample", type=int, metavar="N")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--again", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--code", action="store_true", help="print the copy, for a look")
    a = parser.parse_args()
    build = a.build.resolve()
    paths = sorted(STRATEGIES.glob("s[0-9][0-9]_*.cpp"))
    strategies = [Strategy(p, build) for p in paths if int(p.name[1:3]) <= 24 and (not a.strategy or p.name[:3] in a.strategy)]
    if not strategies:
        raise SystemExit("no such strategy")
    wanted = {s.key: s.mutants() for s in strategies}
    if a.sample:
        ranked = sorted(((s.key, t, way) for s in strategies for t, way in wanted[s.key]),
                        key=lambda m: hashlib.sha256(f"{m[0]} {m[1].name} {m[2]}".encode()).digest())
        chosen = {}
        for key, t, way in ranked:
            if (key in chosen or len(chosen) < SAMPLE_STRATEGIES) and sum(map(len, chosen.values())) < a.sample:
                chosen.setdefault(key, []).append((t, way))
        wanted = chosen
        strategies = [s for s in strategies if s.key in wanted]
    if a.code:
        for s in strategies:
            print(s.source())
        return 0
    if a.list:
        for s in strategies:
            for t, way in wanted[s.key]:
                print(f"{s.key}:{t.line}: {t.name}: {way}: {getattr(t, way)}")
        print(f"{sum(map(len, wanted.values()))} mutants of {sum(len({t.name for t, _ in w}) for w in wanted.values())} thresholds")
        return 0

    builder = Builder(build)
    reasons = allowed()
    living, table = [], []
    for s in strategies:
        s.work.mkdir(parents=True, exist_ok=True)
        state_path = s.work / "state.json"
        state = json.loads(state_path.read_text()) if state_path.exists() and not a.again else {}
        if state.get("digest") != s.digest:
            state = {"digest": s.digest, "red": {}}
        red = state["red"]  # "threshold way": the test that noticed, "" none
        todo = [(t, way) for t, way in wanted[s.key] if f"{t.name} {way}" not in red]

        def save(state_path=state_path, state=state):
            fresh = state_path.with_suffix(".new")
            fresh.write_text(json.dumps(state, indent=1))
            fresh.replace(state_path)

        if todo:
            program = builder.program(s, s.source(), "selectable")
            first = red_test(program, 0)
            if first:
                raise SystemExit(f"{s.key}: {first} fails with nothing moved")

            def judge(mutant, s=s, program=program):
                t, way = mutant
                place = s.thresholds.index(t) + 1
                return mutant, red_test(program, place if way == "up" else -place)
            with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
                for done, ((t, way), test) in enumerate(pool.map(judge, todo)):
                    red[f"{t.name} {way}"] = test
                    if done % 10 == 9:
                        save()
            save()
        alive = [(t, way) for t, way in wanted[s.key] if not red[f"{t.name} {way}"]]
        excused = [m for m in alive if (s.key, m[0].name, m[1]) in reasons]
        table.append((s.key, len({t.name for t, _ in wanted[s.key]}), len(wanted[s.key]), len(wanted[s.key]) - len(alive), len(excused),
                      len(alive) - len(excused)))
        print(f"{s.key}: {len(wanted[s.key])} mutants, {len(alive)} alive", file=sys.stderr, flush=True)
        for t, way in alive:
            row = f"{s.key}:{t.line}: {t.name} {way}: {t.text} -> {getattr(t, way)}"
            living.append(row + (f" (allowed: {reasons[s.key, t.name, way]})" if (t, way) in excused else ""))
        for key, name, way in reasons:
            if key == s.key and red.get(f"{name} {way}") != "" and not a.sample:
                print(f"{ALLOWED.name}: {key} {name} {way} is " + ("killed" if f"{name} {way}" in red else "no mutant"), file=sys.stderr)
    print(f"{'strategy':9}{'thresholds':>11}{'mutants':>9}{'killed':>8}{'allowed':>9}{'alive':>7}")
    for row in [*table, ("all", *(sum(r[i] for r in table) for i in range(1, 6)))]:
        print(f"{row[0]:9}{row[1]:>11}{row[2]:>9}{row[3]:>8}{row[4]:>9}{row[5]:>7}")
    for row in living:
        print("alive " + row)
    return 1 if table and sum(r[5] for r in table) else 0


if __name__ == "__main__":
    sys.exit(main())
