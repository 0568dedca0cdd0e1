#!/usr/bin/env bash
# The test of the tests: puts a known bug back into a copy of the tree, builds one test program and demands that it fails.
#   tests/mutants/run.sh [Fnn ...]     all mutants, or the named ones; works in build/mutants
# A mutant is Fnn.patch; its first lines name the test:   target: PROGRAM   and   run: ARGUMENTS
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
mutants=("$@")
[ ${#mutants[@]} -gt 0 ] || mutants=($(cd tests/mutants && ls F*.patch | sed 's/\.patch$//'))
work=$root/build/mutants
export CCACHE_BASEDIR=$work/src CCACHE_NOHASHDIR=1
mkdir -p "$work/src"
alive=()

field() { sed -n "s/^$2: *//p" "tests/mutants/$1.patch" | head -n 1; }
copy() { # only files that changed are touched, so that a second mutant builds little
  git ls-files -z --cached --others --exclude-standard | tar -c --null -T - 2>/dev/null | tar -x -C "$work/fresh"
}
for mutant in "${mutants[@]}"; do
  target=$(field "$mutant" target) arguments=$(field "$mutant" run)
  rm -rf "$work/fresh" && mkdir "$work/fresh"
  copy
  patch -d "$work/fresh" -p1 --no-backup-if-mismatch -s <"tests/mutants/$mutant.patch"
  (cd "$work/fresh" && find . -type f -print0) | while IFS= read -r -d '' file; do
    cmp -s "$work/fresh/$file" "$work/src/$file" || { mkdir -p "$(dirname "$work/src/$file")" && cp -p "$work/fresh/$file" "$work/src/$file" && touch "$work/src/$file"; }
  done
  [ -f "$work/out/build.ninja" ] || cmake -S "$work/src" -B "$work/out" -G Ninja -DOMEGA_BENCH=OFF >"$work/cmake.log" 2>&1 || { cat "$work/cmake.log" >&2; exit 4; }
  ninja -C "$work/out" "$target" >"$work/$mutant.build.log" 2>&1 || { tail -n 20 "$work/$mutant.build.log" >&2; echo "$mutant: does not build" >&2; exit 4; }
  program=$(find "$work/out/tests" -type f -name "$target" -executable)
  # shellcheck disable=SC2086
  if timeout 300 "$program" $arguments >"$work/$mutant.log" 2>&1; then
    echo "$mutant: ALIVE: $target $arguments passes with the bug in it"
    alive+=("$mutant")
  else
    echo "$mutant: killed by $target $arguments"
  fi
done
[ ${#alive[@]} -eq 0 ] || { echo "mutants alive: ${alive[*]}"; exit 1; }
