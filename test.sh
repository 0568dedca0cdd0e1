#!/usr/bin/env bash
# Sets the machine up and runs the tests.
#   ./test.sh          a sample of every kind: unit, property, oracle, fault, fuzz corpus and end-to-end tests in Release,
#                      sanitizers, both compilers (what CI runs)
#   ./test.sh --full   the whole campaign: every build, all seeds, long fuzzing
# Real market data is taken from $OMEGA_SHARED or ../shared; without it those tests say "SKIPPED: no ../shared/data".
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
full=0
[ "${1:-}" = --full ] && full=1
config/setup.sh --test
export OMEGA_SHARED=${OMEGA_SHARED:-$root/../shared}
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
[ -d "$OMEGA_SHARED/data" ] || echo 'SKIPPED: no ../shared/data: tests on real market data do not run'
failures=()
total_passed=0 total_failed=0 total_skipped=0

# configure NAME CMAKE-ARGS...: build/NAME, kept between runs
configure() {
  local name=$1
  shift
  [ -f "build/$name/build.ninja" ] || cmake -S . -B "build/$name" -G Ninja "$@" >"build/$name.cmake.log" 2>&1 ||
    { cat "build/$name.cmake.log" >&2; exit 4; }
}
compile() { # NAME TARGETS...
  local name=$1
  shift
  echo "== build $name"
  ninja -C "build/$name" --quiet "$@" >"build/$name.log" 2>&1 || { cat "build/$name.log" >&2; exit 1; }
}
# run NAME CTEST-ARGS...: adds to the closing totals
run() {
  local name=$1 log rc=0
  shift
  log=build/$name.ctest.log
  echo "== test $name"
  ctest --test-dir "build/$name" --output-on-failure "$@" >"$log" 2>&1 || rc=$?
  grep -hE 'SKIPPED: ' "$log" | sort | uniq -c || true
  local failed passed skipped
  passed=$(grep -cE '^ *[0-9]+/[0-9]+ Test .* Passed ' "$log" || true)
  skipped=$(grep -cE '^ *[0-9]+/[0-9]+ Test .*\*\*\*Skipped ' "$log" || true)
  failed=$(grep -cE '^ *[0-9]+/[0-9]+ Test .*\*\*\*(Failed|Timeout|Exception|Not Run)' "$log" || true)
  total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed)) total_skipped=$((total_skipped + skipped))
  if [ "$rc" -ne 0 ]; then
    failures+=("$name")
    cat "$log"
  else
    tail -n 3 "$log"
  fi
}

mkdir -p build
# 1. GCC Release: everything
configure release-test -DCMAKE_BUILD_TYPE=Release
compile release-test
run release-test -j2
# 2. Clang, the same tests of the deterministic core, and lanes equal to GCC's to the byte
configure clang -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++-14 -DOMEGA_BENCH=OFF
configure gcc-O0 -DCMAKE_BUILD_TYPE=Debug -DOMEGA_TESTS=OFF -DOMEGA_BENCH=OFF
if [ $full -eq 1 ]; then
  compile clang
  run clang -j2
else
  compile clang omega
fi
compile gcc-O0 omega
echo '== test builds-agree'
if ! tests/e2e/builds_agree.sh build/release-test build/clang build/gcc-O0; then failures+=(builds-agree); total_failed=$((total_failed + 1)); else total_passed=$((total_passed + 1)); fi
# 3. sanitizers
configure asan -DCMAKE_BUILD_TYPE=Release "-DOMEGA_SANITIZE=address,undefined" -DOMEGA_BENCH=OFF
compile asan
if [ $full -eq 1 ]; then run asan -j2; else run asan -j2 -L 'unit|property|fuzz|fault'; fi
configure tsan -DCMAKE_BUILD_TYPE=Release -DOMEGA_SANITIZE=thread -DOMEGA_BENCH=OFF
if [ $full -eq 1 ]; then
  compile tsan
  run tsan -j2
else
  compile tsan ring_test pipeline_test journal_test feed_test
  run tsan -j2 -R 'Ring|Pipeline|Journal|Paced'
fi
# 4. fuzzers
if [ $full -eq 1 ]; then
  configure fuzz -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++-14 "-DOMEGA_SANITIZE=address,undefined" -DOMEGA_FUZZ=ON -DOMEGA_BENCH=OFF
  compile fuzz
  echo '== fuzz, a million executions each'
  for fuzzer in build/fuzz/tests/fuzz/*_fuzzer; do
    if "$fuzzer" -runs=1000000 -max_total_time=600 >"build/$(basename "$fuzzer").log" 2>&1; then
      total_passed=$((total_passed + 1))
      grep -E '^Done|stat::number_of_executed' "build/$(basename "$fuzzer").log" || true
    else
      tail -n 40 "build/$(basename "$fuzzer").log"
      failures+=("$(basename "$fuzzer")")
      total_failed=$((total_failed + 1))
    fi
  done
fi

echo "$total_passed passed, $total_failed failed, $total_skipped skipped"
if [ ${#failures[@]} -ne 0 ]; then
  echo "FAILED: ${failures[*]}"
  exit 1
fi
