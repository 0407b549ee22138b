# An answer that nobody could read was not given; a closed descriptor harms nothing.
load tool

@test "a full disk behind stdout is status 3, and said" {
	status=0
	"$BACKSTAY" help >/dev/full 2>err || status=$?
	[ "$status" -eq 3 ]
	grep -q "standard output: No space left on device" err
	status=0
	"$BACKSTAY" --version --json >/dev/full 2>err || status=$?
	[ "$status" -eq 3 ]
	grep -q "standard output" err
}

@test "a closed stdout is status 3" {
	status=0
	"$BACKSTAY" --version >&- 2>err || status=$?
	[ "$status" -eq 3 ]
	grep -q "standard output" err
}

@test "with stdin, stdout and stderr closed nothing of the catalog is overwritten" {
	backstay init
	ends 0
	status=0
	"$BACKSTAY" help <&- >&- 2>&- || status=$?
	[ "$status" -eq 3 ]
	status=0
	"$BACKSTAY" source add shop <&- >&- 2>&- || status=$?
	[ "$status" -eq 3 ]
	backstay source list
	ends 0
	says shop
	backstay doctor
	ends 0
}

@test "a reader that goes away is status 3, not a dead process" {
	set +o pipefail
	bash -c '"$0" help --markdown; echo $? >status' "$BACKSTAY" 2>err | true
	for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s status ] && break; sleep 0.1; done
	s=$(cat status)
	[ "$s" -eq 3 ] || [ "$s" -eq 0 ] # 0 when the pipe took all before the reader left
}

@test "a usage error stays a usage error when stdout is full" {
	status=0
	"$BACKSTAY" nonsense --json >/dev/full 2>err || status=$?
	[ "$status" -eq 2 ]
}

@test "rows have no colour in a pipe" {
	backstay inspect /etc/passwd
	[[ $out != *$'\e'* ]]
}
