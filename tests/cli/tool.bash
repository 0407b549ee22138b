# tool.bash - what every file of tests/cli needs: a home of its own, and words for what is asked
# BACKSTAY names the program. Every run keeps stdout, stderr and status apart: $out, $err, $status.

setup() {
	export HOME="$BATS_TEST_TMPDIR/home" XDG_STATE_HOME="" XDG_CONFIG_HOME="" TZ=UTC LC_ALL=C
	export BACKSTAY_CATALOG="$BATS_TEST_TMPDIR/catalog.db" BACKSTAY_CONFIG="" NO_COLOR="" BACKSTAY_TEST_CLOCK=2026-11-22T12:00:00Z
	export XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/config"
	unset BACKSTAY_CONFIG
	mkdir -p "$HOME"
	cd "$BATS_TEST_TMPDIR" || return 1
	if declare -F prepare >/dev/null; then prepare; fi
}

# backstay ARGS...: runs it; never fails by itself
backstay() {
	status=0
	"$BACKSTAY" "$@" >"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" </dev/null || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/.out")
	err=$(cat "$BATS_TEST_TMPDIR/.err")
}

show() {
	echo "status $status"
	echo "stdout: $out"
	echo "stderr: $err"
}

# ends STATUS
ends() {
	[ "$status" -eq "$1" ] || { echo "expected status $1"; show; return 1; }
}

# says TEXT / complains TEXT: it stands in stdout / stderr
says() {
	case $out in *"$1"*) ;; *) echo "stdout lacks: $1"; show; return 1 ;; esac
}
complains() {
	case $err in *"$1"*) ;; *) echo "stderr lacks: $1"; show; return 1 ;; esac
}
silent() {
	[ -z "$out$err" ] || { echo "expected silence"; show; return 1; }
}

# json EXPRESSION: it holds of the one document on stdout, beside which nothing was said
json() {
	[ -z "$err" ] || { echo "stderr beside --json"; show; return 1; }
	python3 -c '
import json, sys
text = open(sys.argv[1]).read()
class D(dict):
    __getattr__ = dict.__getitem__
d = json.loads(text, object_pairs_hook=lambda p: D(p))
if not eval(sys.argv[2]):
    sys.exit("not so: " + sys.argv[2] + "\n" + text)
' "$BATS_TEST_TMPDIR/.out" "$1"
}
