#!/bin/sh
# run_oracle.sh WORK_FOLDER COMPARISON ARGUMENTS...: environment, then the comparison. 77 = skipped, with the reason printed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$1 comparison=$2
shift 2
mkdir -p "$work"
"$here/setup_venv.sh" "$work/venv"
made=$?
[ $made -ne 0 ] && exit $made
exec "$work/venv/bin/python" "$here/$comparison" "$@" "$work"
