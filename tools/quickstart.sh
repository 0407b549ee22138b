#!/bin/sh
# quickstart.sh [DIR]: installs what building needs, builds, and does the main job on the backups in DIR (a bundled sample of real
# ones when left out): catalogs them, verifies them, shows the retention plan, picks a restore point. DIR is not written to.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
sample=
[ $# -gt 0 ] || sample=1
dir=${1:-$here/tests/sample}
[ -d "$dir" ] || { echo "quickstart.sh: $dir is no directory" >&2; exit 2; }
dir=$(cd "$dir" && pwd)

sh "$here/tools/need.sh" build
log=$(mktemp)
if ! { [ -f "$here/build/build.ninja" ] || meson setup "$here/build" "$here" --buildtype=release; } >"$log" 2>&1 ||
	! ninja -C "$here/build" tools/backstay >>"$log" 2>&1; then
	cat "$log" >&2
	exit 3
fi
rm -f "$log"
backstay=$here/build/tools/backstay
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
BACKSTAY_CATALOG=$work/catalog.db
BACKSTAY_CONFIG=$work/backstay.conf
export BACKSTAY_CATALOG BACKSTAY_CONFIG
: >"$BACKSTAY_CONFIG"
if [ -n "$sample" ]; then
	# the sample's files were written long before they were checked out: their own times say when
	cp -r "$dir" "$work/sample"
	dir=$work/sample
	find "$dir" -type f -exec touch -d '2026-11-01 12:00:00Z' {} +
	now="--now 2026-11-08T06:00:00Z"
else
	now=
fi
worst=0
step() { # step COMMAND...: shows the command, runs it, remembers the gravest status that is no mere finding
	printf '\n$ backstay %s\n' "$*"
	rc=0
	"$backstay" "$@" || rc=$?
	[ "$rc" -le 1 ] || [ "$rc" -eq 4 ] || worst=$rc
}
step repo add here "$dir" --read-only
step scan
step verify
step list
# shellcheck disable=SC2086 # an option and its value
step retain plan $now
for source in $("$backstay" source list --json | jq -r '.sources[].source' 2>/dev/null || "$backstay" source list --names); do
	# shellcheck disable=SC2086
	step pick "$source" $now
done
exit "$worst"
