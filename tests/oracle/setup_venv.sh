#!/bin/sh
# setup_venv.sh FOLDER: makes the oracles' own Python environment there, once. Exit 77 with the reason when it cannot be made.
set -u
venv=$1
here=$(cd "$(dirname "$0")" && pwd)
stamp="$venv/requirements.done"
[ -f "$stamp" ] && cmp -s "$here/requirements.txt" "$stamp" && exit 0
log="$venv.log"
mkdir -p "$(dirname "$venv")"
if ! python3 -m venv "$venv" >"$log" 2>&1; then
  echo "SKIP: python3 -m venv failed: $(tail -n 1 "$log")"
  exit 77
fi
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >"$log" 2>&1; then
  echo "SKIP: the pinned oracles do not install here: $(tail -n 1 "$log")"
  exit 77
fi
# The homology oracle is optional: without it (or the ripser command) its rows say SKIPPED and the others run.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements-topology.txt" >"$log" 2>&1 ||
  echo "gudhi does not install here: $(tail -n 1 "$log")"
cp "$here/requirements.txt" "$stamp"
