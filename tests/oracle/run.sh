#!/usr/bin/env bash
# Makes (once) the virtual environment of the oracle tests and runs them. Exit 77 = skipped, with the reason said out loud.
#   run.sh DUMP-PROGRAM VENV-DIR
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=$2
if ! cmp -s "$here/requirements.txt" "$venv/requirements.installed"; then
  rm -rf "$venv"
  if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"; } >"$venv.log" 2>&1; then
    echo "SKIPPED: the packages of tests/oracle/requirements.txt could not be installed: $(tail -n 1 "$venv.log")"
    exit 77
  fi
  cp "$here/requirements.txt" "$venv/requirements.installed"
fi
exec "$venv/bin/python" "$here/oracle_test.py" "$1"
