# count.sh: what the scripts of tests/real share, to be read with `.`: a folder of their own in $dir, removed whatever ends them, the
# count of what held, and the closing line. Posix shell.
# shellcheck shell=sh
export LC_ALL=C.UTF-8 TZ=UTC
passed=0
failed=0
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAILED: $*"; }
holds() { # NAME COMMAND...
	what=$1
	shift
	if "$@"; then ok; else bad "$what"; fi
}
sum_up() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

at_end=:
clean_up() {
	$at_end
	cd / && rm -rf "$dir"
}
dir=$(mktemp -d "${TMPDIR:-/tmp}/real.XXXXXX") || exit 1
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cd "$dir" || exit 1
