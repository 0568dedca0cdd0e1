#!/usr/bin/env bash
# Makes the golden journals of this release: tests/golden/make.sh BUILD-DIR NAME, e.g. build/gcc v1.1 (format, schema).
# Run once per schema version, before its release. What is there is never overwritten: a reader must read it for ever.
set -euo pipefail
build=$(cd "$1" && pwd) name=$2
golden=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
omega=$build/adapters/cli/omega
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$omega" run --quiet --config "$golden/../../config" --profile green_only --feed sim:seed=1,symbols=EURUSD,days=2 \
  --set engine.journal.segment_kib=64 --journal paper >/dev/null
"$build/tests/golden/golden_every_type" "$work/every-type" >/dev/null
for kind in paper every-type; do
  "$omega" journal backup "$kind" "$golden/$name-$kind.tar.zst"
  "$omega" journal info "$kind" --json |
    python3 -c 'import json, sys; d = json.load(sys.stdin); [d.pop(k) for k in ("path", "writer_pid", "build")]; print(json.dumps(d, indent=1))' \
    >"$golden/$name-$kind.json"
done
