#!/bin/sh
# run_statistics.sh OMEGA CONFIG WORK_FOLDER: environment, then the comparison. 77 = skipped, with the reason printed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$3"
"$here/setup_venv.sh" "$3/venv"
made=$?
[ $made -ne 0 ] && exit $made
exec "$3/venv/bin/python" "$here/compare_statistics.py" "$1" "$2" "$3"
