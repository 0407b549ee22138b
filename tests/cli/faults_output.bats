# faults_output.bats - answers that nobody could read. Each test asserts the words, the
# exit status, that nothing in the catalog was lost, and that nothing turned green that was not proven.

load lib

setup() {
	new_world
}

teardown() {
	end_world
}

# Runs "$@" with stdout as each of: closed, always full, a pipe whose reader is gone. Wants 3 and a word on stderr.
unheard() {
	local kind

	for kind in closed full gone; do
		status=0
		case $kind in
		closed) timeout "$PATIENCE" "$BACKSTAY" "$@" >&- 2>"$WORLD/err" 3>&- || status=$? ;;
		full) timeout "$PATIENCE" "$BACKSTAY" "$@" >/dev/full 2>"$WORLD/err" 3>&- || status=$? ;;
		gone)
			exec 8> >(exit 0)
			wait $! || true
			timeout "$PATIENCE" "$BACKSTAY" "$@" >&8 2>"$WORLD/err" 3>&- 8>&- || status=$?
			exec 8>&-
			;;
		esac
		out=
		err=$(cat "$WORLD/err")
		[ "$status" = 3 ] || { echo "stdout $kind, backstay $*:"; told; return 1; }
		says 'output'
	done
}

@test "stdout closed, full or unread is status 3 although the file is sound" {
	dump_fixture a.sql
	run_status 0 inspect "$REPO/a.sql"
	unheard inspect "$REPO/a.sql"
	unheard inspect --json "$REPO/a.sql"
}

@test "stdout closed, full or unread is status 3 for every command that answers, and harms no catalog" {
	dump_fixture a.sql
	adopted
	unheard verify --all
	unheard verify --all --json
	unheard list
	unheard list --json
	unheard show a.sql
	unheard status
	unheard scan --json
	unheard help
	unheard --version
	catalog_whole
	# What was proven meanwhile may stand: it was read to the end.
	[ "$(count_verdict sound)" = 1 ]
}

@test "with all three standard descriptors closed nothing is written into the catalog by mistake" {
	dump_fixture a.sql
	cut_fixture cut.sql
	adopted
	for what in verify list status scan; do
		status=0
		timeout "$PATIENCE" "$BACKSTAY" "$what" <&- >&- 2>&- 3>&- || status=$?
		[ "$status" != 0 ]
		catalog_whole
	done
	run_status 0 list --json
	json_is '.backups | length' 2
	run_status 1 verify --all --json
	json_is .counts.sound 1
	verdict_is cut.sql 'incomplete|damaged'
}

@test "damage stays status 1 when the answer could not be written" {
	cut_fixture cut.sql
	status=0
	"$BACKSTAY" inspect "$REPO/cut.sql" >/dev/full 2>"$WORLD/err" || status=$?
	[ "$status" = 1 ]
	grep -qi output "$WORLD/err"
}
