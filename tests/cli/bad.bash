# bad.bash - for bad_inputs_*.bats, loaded after lib.bash: what each number of docs/formats/bad-inputs.md asks, in one line

CORPUS=$(cd "$BATS_TEST_DIRNAME/../corpus" && pwd)
forge() { python3 "$BATS_TEST_DIRNAME/bad.py" "$@"; }

# told_as STATUS VERDICT CODE FILE [OPTION...]: what inspect says of it; CODE may be several, as "a|b". The file is then `bad`.
told_as() {
	local status=$1 verdict=$2 code=$3 file=$4 it
	shift 4
	run_status "$status" inspect --json "$file" "$@" || return 1
	verdict_is "$file" "$verdict" || return 1
	[ -n "$code" ] || return 0
	for it in ${code//|/ }; do
		[[ " $(codes_of "$file") " != *" $it "* ]] || return 0
	done
	has_code "$file" "$code"
}

# well FILE [CODE [OPTION...]]: it is sound, and with a CODE that is told of it
well() { told_as 0 sound "${2:-}" "$1" "${@:3}"; }

# its FILTER: of the one item that was inspected
its() { json_get ".inspected[0] | $1"; }

# no COMMAND: it fails. (A bare `!` does not fail a test.)
no() { ! "$@" || { echo "it should not: $*"; return 1; }; }
