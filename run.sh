#!/usr/bin/env bash
# Sets the machine up, builds Release, and runs Omega.
#   ./run.sh          the main job on the embedded default: 90 simulated days of GREEN_ONLY on paper, verified by replay,
#                     backtested, and compared byte for byte
#   ./run.sh ARGS...  omega ARGS...
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$root/config/setup.sh"
build=$root/build/release
[ -f "$build/build.ninja" ] || cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DOMEGA_TESTS=OFF -DOMEGA_BENCH=OFF >&2
if ! ninja -C "$build" --quiet omega >"$build/build.log" 2>&1; then
  cat "$build/build.log" >&2
  echo "run: the build failed; its output is above" >&2
  exit 4
fi
omega=$build/adapters/cli/omega
[ $# -gt 0 ] && exec "$omega" "$@"

cd "$root"
rm -rf runs/demo-paper runs/demo-backtest
echo '== paper session: GREEN_ONLY, built-in simulated market, 90 simulated days'
"$omega" run --profile green_only --mode paper --feed sim:seed=1,days=90 --speed max --journal runs/demo-paper --output runs/demo-paper.json
echo '== verify: every derived event and the paper venue re-derived from the inputs'
"$omega" verify runs/demo-paper --parity
echo '== backtest of the paper journal'
"$omega" backtest --profile green_only --journal runs/demo-paper --out runs/demo-backtest --output runs/demo-backtest.json
for lane in inputs features signals risk orders; do
  if ! where=$(diff -rq "runs/demo-paper/$lane" "runs/demo-backtest/$lane"); then
    echo "paper and backtest DIFFER in lane $lane: $where"
    exit 1
  fi
done
echo 'paper and backtest are byte-identical in all five lanes'
