#!/bin/sh
# run_oracle.sh DUMP WORK_FOLDER: environment, then the comparison. 77 = skipped, with the reason printed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
"$here/setup_venv.sh" "$2/venv"
made=$?
[ $made -ne 0 ] && exit $made
exec "$2/venv/bin/python" "$here/compare_features.py" "$1" "$2"
