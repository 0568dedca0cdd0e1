#!/usr/bin/env bash
# Every build given (compilers, optimisation levels) must write the same lanes to the byte:
# a paper session on the simulated market, and, where real data is there, a backtest on it.
#   tests/e2e/builds_agree.sh BUILD-DIR BUILD-DIR...
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shared=${OMEGA_SHARED:-$root/../shared}
lanes='inputs features signals risk orders'
mkdir -p "$work"
cd "$work"  # logs/ of the runs go there
first=
for build in "$@"; do
  build=$(realpath "$root/$build" 2>/dev/null || realpath "$build")
  name=$(basename "$build")
  omega=$build/adapters/cli/omega
  "$omega" run --config "$root/config" --quiet --profile green_only --mode paper --feed sim:seed=11,days=30 --speed max \
    --journal "$work/$name-sim" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
  "$omega" run --config "$root/config" --quiet --profile full_24 --mode paper --feed sim:seed=11,symbols=EURUSD+GBPUSD+AUDUSD+NZDUSD,days=30,book=EURUSD,news=on \
    --speed max --journal "$work/$name-book" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
  data=$shared/data/fx-minute/histdata-2018
  if [ -d "$data" ]; then
    "$omega" import --config "$root/config" --quiet --format histdata --tz NewYork --price-basis bid --volume range-proxy \
      "$data"/HISTDATA_COM_ASCII_{EURUSD,USDJPY}_M12018.zip --journal "$work/$name-data" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
    "$omega" backtest --config "$root/config" --quiet --profile green_only --days 30 --journal "$work/$name-data" \
      --out "$work/$name-real" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
  fi
  if [ -z "$first" ]; then
    first=$name
    continue
  fi
  for kind in sim book real; do
    [ -d "$work/$first-$kind" ] || continue
    for lane in $lanes; do
      diff -rq "$work/$first-$kind/$lane" "$work/$name-$kind/$lane" ||
        { echo "builds $first and $name DIFFER: $kind, lane $lane"; exit 1; }
    done
  done
  echo "builds $first and $name agree to the byte$([ -d "$data" ] || echo ' (SKIPPED: no ../shared/data)')"
done
