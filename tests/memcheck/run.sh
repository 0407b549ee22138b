#!/bin/bash
# run.sh [BACKSTAY] - by hand: memcheck over scan, verify, status, plan, pick and inspect of tests/sample, in the program, its nursery and
# its workers (one ends by SIGKILL and has no summary, so messages are counted), for what AddressSanitizer does not see: bytes that are
# read before they are written.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
backstay=$(realpath "${1:-$here/../../build/tools/backstay}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/sample"
cp "$here"/../sample/* "$work/sample"
touch -d '2026-11-06 12:00Z' "$work"/sample/*
cc -shared -fPIC -D_GNU_SOURCE -o "$work/unbound.so" "$here/unbound.c"
export BACKSTAY_CATALOG=$work/catalog.db BACKSTAY_TEST_CLOCK=2026-11-07T13:00:00Z XDG_CONFIG_HOME=$work XDG_STATE_HOME=$work TZ=UTC
odd='uninitialised|Invalid (read|write|free)|Mismatched free|definitely lost: [1-9]|overlap|unhandled'
failed=0
check() { # check PATTERN ARGS...: the program's own status, and no message of memcheck in any process
	local want=$1 rc=0 messages processes
	shift
	rm -f "$work"/log.*
	LD_PRELOAD=$work/unbound.so valgrind --error-exitcode=99 --track-origins=yes --leak-check=full \
		--errors-for-leak-kinds=definite --log-file="$work/log.%p" "$backstay" "$@" >"$work/out" 2>&1 || rc=$?
	processes=$(find "$work" -name 'log.*' | wc -l)
	messages=$(cat "$work"/log.* | grep -cE "$odd" || true)
	echo "$1 $2 ($(($# - 1))): status $rc, $processes processes, $messages messages"
	[[ $rc =~ ^$want$ ]] && [ "$messages" = 0 ] && return
	failed=1
	tail -n 40 "$work/out"
	cat "$work"/log.* | grep -E -A 25 "$odd" | head -n 200
}
check 0 repo add sample "$work/sample"
check 0 scan --json
check 1 verify --json # one is cut
check 1 status --json
check 0 retain plan
check 0 pick shop
cd "$work/sample"
check 1 inspect ./*
cd "$here/../corpus"
for format in *; do # sound ones and damaged ones, in other words
	mapfile -t some < <(find "$format" -type f -size -200k -not -name '*.sh' | sort | awk 'NR % 5 == 1' | head -n 12)
	check '[0-4]' inspect "${some[@]}"
done
exit "$failed"
