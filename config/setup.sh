#!/usr/bin/env bash
# Installs what Omega needs on Debian 12 (config/packages.txt says why each). Idempotent: installs only what is missing.
#   config/setup.sh          what ./run.sh needs
#   config/setup.sh --test   plus what ./test.sh needs
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sets=build
[ "${1:-}" = --test ] && sets='build|test'

missing=()
while read -r name _; do
  dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
done < <(grep -v '^#' "$here/packages.txt" | awk -v sets="^($sets)\$" '$2 ~ sets {print $1}')

[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "setup: missing packages: ${missing[*]}; run as root: apt-get install ${missing[*]}" >&2
  exit 4
fi
echo "setup: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "setup: apt-get could not install ${missing[*]}; the whole output is in $log" >&2
  exit 4
fi
rm -f "$log"
