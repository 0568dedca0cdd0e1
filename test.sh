#!/usr/bin/env bash
# Sets the machine up and runs the tests.
#   ./test.sh          every test in a GCC release build; the lanes of three builds (GCC -O2, GCC -O0, Clang -O2) compared
#                      byte for byte; the tests of the decoders and the journal under AddressSanitizer + UBSan, those of the ring
#                      and the journal's threads under ThreadSanitizer; a re-injected bug and a sample of moved thresholds that a test must notice (what CI runs)
#   ./test.sh --full   also: every test under Clang, AddressSanitizer + UBSan, ThreadSanitizer; long fuzzing; 1,000 random kills
#                      with resume; an allocation that fails at each call stack of a start; 10,000 seeds of the disk simulator;
#                      constant memory over ten million events; no strategy that changes another by being there; every mutant, every threshold
# Real market data is taken from $OMEGA_SHARED or ../shared; without it those tests say "SKIPPED: no ../shared/data".
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
full=0
[ "${1:-}" = --full ] && full=1
config/setup.sh --test
export OMEGA_SHARED=${OMEGA_SHARED:-$root/../shared}
[ -d "$OMEGA_SHARED/data" ] || echo 'SKIPPED: no ../shared/data: tests on real market data do not run'
failures=()
passed=0 failed=0 skipped=0

configure() { # NAME CMAKE-ARGS...: build/NAME, kept between runs
  local name=$1
  shift
  [ -f "build/$name/build.ninja" ] || cmake -S . -B "build/$name" -G Ninja -DOMEGA_BENCH=OFF "$@" >"build/$name.cmake.log" 2>&1 ||
    { cat "build/$name.cmake.log" >&2; exit 4; }
}
compile() { # NAME TARGETS...
  local name=$1
  shift
  echo "== build $name"
  ninja -C "build/$name" "$@" >"build/$name.log" 2>&1 || { grep -E 'error|FAILED|undefined' "build/$name.log" | head -n 40 >&2; exit 1; }
}
run() { # NAME CTEST-ARGS...: adds to the closing totals
  local name=$1 log rc=0
  shift
  log=build/$name.ctest.log
  echo "== test $name"
  ctest --test-dir "build/$name" --output-on-failure "$@" >"$log" 2>&1 || rc=$?
  passed=$((passed + $(grep -cE '^ *[0-9]+/[0-9]+ Test .* Passed ' "$log" || true)))
  skipped=$((skipped + $(grep -cE '^ *[0-9]+/[0-9]+ Test .*\*\*\*Skipped ' "$log" || true)))
  failed=$((failed + $(grep -cE '^ *[0-9]+/[0-9]+ Test .*\*\*\*(Failed|Timeout|Exception|Not Run)' "$log" || true)))
  grep -hE 'SKIPPED: |\*\*\*Skipped' "$log" | sort | uniq -c || true
  [ "$rc" -eq 0 ] && return
  failures+=("$name")
  grep -vE ' Passed ' "$log" | tail -n 200
}

sample() { # NAME TESTS...: builds and runs some test programs whole
  local name=$1 program path log=build/$1.sample.log
  shift
  compile "$name" "$@"
  for program in "$@"; do
    echo "== test $name $program"
    path=$(find "build/$name/tests" -type f -name "$program" -executable)
    if "$path" >"$log" 2>&1; then
      passed=$((passed + $(sed -n 's/^\[  PASSED  \] \([0-9]*\) tests\?\.$/\1/p' "$log")))
    else
      failed=$((failed + 1)) failures+=("$name/$program")
      grep -vE '^\[ (RUN|      OK)' "$log" | tail -n 100
    fi
  done
}
fuzzers=(fuzz_frame fuzz_segment fuzz_manifest fuzz_watermark fuzz_snapshot csv_rows_fuzz)
fuzz() { # PROGRAM: from its corpus, in a scratch folder that keeps what it finds
  local name=$1 program
  program=$(find build/fuzz/tests -type f -name "$name" -executable)
  echo "== fuzz $name, up to $executions executions or $seconds s"
  mkdir -p "build/fuzz/found/$name"
  local corpus=("build/fuzz/found/$name")
  [ -d "tests/fuzz/corpus/${name#fuzz_}" ] && corpus+=("tests/fuzz/corpus/${name#fuzz_}")
  if "$program" -runs="$executions" -max_total_time="$seconds" -timeout=20 -artifact_prefix="build/fuzz/" "${corpus[@]}" >"build/$name.log" 2>&1; then
    passed=$((passed + 1))
    grep -E '^Done ' "build/$name.log" || true
  else
    failed=$((failed + 1)) failures+=("$name")
    tail -n 40 "build/$name.log"
  fi
}

campaign() { # NAME COMMAND...: a long run of one test
  local name=$1 log=build/$1.log
  shift
  echo "== campaign $name: $*"
  if "$@" >"$log" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)) failures+=("$name"); fi
  tail -n 5 "$log"
}

mkdir -p build
configure gcc -DCMAKE_BUILD_TYPE=Release -DOMEGA_BENCH=ON
compile gcc
run gcc -j2
configure gcc-O0 -DCMAKE_BUILD_TYPE=Debug -DOMEGA_TESTS=OFF
compile gcc-O0 omega
configure clang -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++-14
compile clang omega
echo '== test builds agree'
if tests/e2e/builds_agree.sh build/gcc build/clang build/gcc-O0; then passed=$((passed + 1)); else failed=$((failed + 1)) failures+=(builds-agree); fi

mutants=(F31)
[ $full -eq 1 ] && mutants=()
echo '== table of reliability rows'
if python3 -B tests/reliability/table.py build/gcc.ctest.log --check; then passed=$((passed + 1)); else failed=$((failed + 1)) failures+=(reliability-table); fi
echo '== test mutants'
if tests/mutants/run.sh "${mutants[@]}"; then passed=$((passed + 1)); else failed=$((failed + 1)) failures+=(mutants); fi
thresholds=(--sample 12)
[ $full -eq 1 ] && thresholds=()
echo '== test thresholds of the strategies, each moved a little'
if python3 -B tests/mutants/thresholds.py "${thresholds[@]}"; then passed=$((passed + 1)); else failed=$((failed + 1)) failures+=(thresholds); fi

configure asan -DCMAKE_BUILD_TYPE=Release "-DOMEGA_SANITIZE=address,undefined"
configure tsan -DCMAKE_BUILD_TYPE=Release -DOMEGA_SANITIZE=thread
if [ $full -eq 1 ]; then
  compile clang
  run clang -j2
  compile asan
  run asan -j2 -LE oracle
  compile tsan
  run tsan -j2 -LE oracle
  executions=1000000 seconds=600
  configure fuzz -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++-14 "-DOMEGA_SANITIZE=address,undefined" -DOMEGA_FUZZ=ON
  compile fuzz "${fuzzers[@]}"
  for fuzzer in "${fuzzers[@]}"; do fuzz "$fuzzer"; done
  campaign kills env OMEGA_KILL_ROUNDS=1000 python3 -B tests/e2e/resume_test.py build/gcc/adapters/cli/omega Resume.test_lanes_equal_those_of_an_uninterrupted_run_after_random_kills_of_run_and_resume
  campaign allocations env OMEGA_ALLOC_CASES=all "OMEGA_FAILING_MALLOC=$(find build/gcc/tests -name libfailing_malloc.so)" PYTHONPATH=tests/e2e python3 -B tests/fault/memory/F25_out_of_memory_test.py build/gcc/adapters/cli/omega
  campaign memory env OMEGA_STRESS_EVENTS=10000000 "$(find build/gcc/tests -type f -name pipeline_memory_test -executable)"
  campaign isolation env OMEGA_STRESS_EVENTS=10000000 "$(find build/gcc/tests -type f -name pipeline_property_test -executable)" '--gtest_filter=Full24.ADisabled*'
  campaign simulator "$(find build/gcc/tests -type f -name omega_sim -executable)" --seeds 10000
  campaign simulator-sessions "$(find build/gcc/tests -type f -name omega_sim_session -executable)" --seeds 2000
else
  sample asan journal_test journal_fault_test fuzz_corpus_test feed_test
  sample tsan ring_test journal_test
fi

for name in "${failures[@]}"; do  # again at the end, where a reader looks first
  [ -f "build/$name.ctest.log" ] && grep -E '^(FAIL|ERROR): |^[A-Za-z]*(Error|Exception): |: Failure$' "build/$name.ctest.log" | head -n 20
done
echo "$passed passed, $failed failed, $skipped skipped"
[ ${#failures[@]} -eq 0 ] || { echo "FAILED: ${failures[*]}"; exit 1; }
