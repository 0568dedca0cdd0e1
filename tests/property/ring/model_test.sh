#!/usr/bin/env bash
# Checks the ring's protocol in every interleaving with Spin, for several shapes, and that each planted fault is found.
#   model_test.sh MODEL WORK-DIR [--full]
set -euo pipefail
model=$(realpath "$1")
mkdir -p "$2"
cd "$2"
check() { # NAME DEFINES...: prints the checker's verdict; 0 when no error was found
  local name=$1
  shift
  rm -rf "$name" && mkdir "$name"
  (cd "$name" && spin -a "$@" "$model" >spin.log 2>&1 && gcc -O2 -w -DSAFETY -DMEMLIM=4096 -o pan pan.c && ./pan -m200000 >pan.log 2>&1)
  grep -q 'max search depth too small' "$name/pan.log" && { echo "$name: search depth too small" >&2; exit 1; }
  local states
  states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' "$name/pan.log" | head -n 1)
  grep -q 'errors: 0' "$name/pan.log" || { echo "$name: error found after $states states"; return 1; }
  echo "$name: no error in $states states"
}
shapes=("2 1 1 7" "2 2 1 5" "2 2 2 6" "4 2 4 7" "2 3 2 5" "4 3 2 5")
[ "${3:-}" = --full ] && shapes+=("4 3 4 7" "2 4 2 6" "4 4 4 6")
for shape in "${shapes[@]}"; do
  read -r slots groups batch events <<<"$shape"
  check "slots$slots-groups$groups-batch$batch-events$events" -DSLOTS="$slots" -DGROUPS="$groups" -DBATCH="$batch" -DEVENTS="$events"
done
for fault in LATE_DATA EARLY_CLAIM EARLY_FINISH HASTY_STOP LATE_FINISH; do
  if check "$fault" "-D$fault" -DSLOTS=2 -DGROUPS=2 -DBATCH=2 -DEVENTS=5; then
    echo "the planted fault $fault was not found: the model proves nothing" >&2
    exit 1
  fi
done
