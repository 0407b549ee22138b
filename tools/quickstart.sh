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
if ! { [ -f "$here/build/build.ninja" ] || meson setup "$here/build" "$here" --buildtype=release -Dtests=false -Dwerror=false; } >"$log" 2>&1 ||
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
now=
if [ -n "$sample" ]; then
	# a checkout gives every file the time of the checkout: a copy gets back the times that the files had
	cp -r "$dir" "$work/sample"
	dir=$work/sample
	for f in "$dir"/*; do
		touch -d "$(echo "$f" | sed 's/.*\(2026....\).*/\1 09:45Z/')" "$f"
	done
	now="--now 2026-11-08T06:00:00Z"
fi
worst=0
step() { # step COMMAND...: shows the command, runs it, remembers a status that is no mere finding
	printf '\n$ backstay'
	printf ' %s' "$@"
	echo
	rc=0
	"$backstay" "$@" || rc=$?
	[ "$rc" -le 1 ] || [ "$rc" -eq 4 ] || worst=$rc
}
step repo add here "$dir" --read-only
if [ -n "$sample" ]; then
	step source add shop --every 24h --match 'shop_*' --match 'weekly_*' --require users:100 --require orders
fi
step scan
step verify
[ -z "$sample" ] || step set shop_release --tier predeploy --reason v1.42
step list
# shellcheck disable=SC2086 # an option and its value
step retain plan $now
"$backstay" source list --json | jq -r '.sources[].name' >"$work/sources"
while IFS= read -r source; do
	# shellcheck disable=SC2086
	step pick "$source" $now </dev/null
done <"$work/sources"
exit "$worst"
