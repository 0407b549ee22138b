#!/bin/sh
# tests/sum.sh counts what it is there to count: crafted logs in, sums and status out. sum.sh ROOT
set -u
sum=$1/tests/sum.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0

one() { # one NAME RESULT STATUS STDOUT [STDERR]: a program in the log, as meson writes it
	jq -cn --arg n "backstay:unit / $1" --arg r "$2" --argjson c "$3" --arg o "$(printf '%b' "$4")" --arg e "$(printf '%b' "${5-}")" \
		'{name: $n, result: $r, returncode: $c, stdout: $o, stderr: $e}' >>"$dir/log"
}
told() { # told WHAT RUNNER-STATUS "LAST LINE" STATUS [WORDS THAT MUST STAND ABOVE]: of the log so far, which then begins anew
	status=0
	sh "$sum" "$dir/log" "$2" "$dir/skips" >"$dir/out" 2>"$dir/err" || status=$?
	if [ "$(tail -n 1 "$dir/out")" = "$3" ] && [ "$status" = "$4" ] && [ ! -s "$dir/err" ] && grep -qF -e "${5-}" "$dir/out"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $1: wanted '$3' and status $4, got status $status and:"
		cat "$dir/out" "$dir/err"
	fi
	: >"$dir/log"
}
printf '%s\n' '# reasons' 'tap: pinned one # no disk here' 'cm: left_out # no server' >"$dir/skips"
: >"$dir/log"

one cm OK 0 '[       OK ] a\n' '[==========] 3 test(s) run.\n[  PASSED  ] 3 test(s).\n'
one tap OK 0 '1..2\nok 1 a\nok 2 b # in 3 ms\n'
one own OK 0 '5 passed, 0 failed\n'
one own OK 0 '4 passed, 0 failed, 0 skipped\n'
one silent OK 0 ''
one chatty OK 0 'okay\nall is well\n'
told "each runner's own counts add up, a silent program is one" 0 "16 passed, 0 failed, 0 skipped" 0

one cm FAIL 2 '' '[  PASSED  ] 1 test(s).\n[  FAILED  ] 2 test(s), listed below:\n[  FAILED  ] a\n[  FAILED  ] b\n'
one tap FAIL 1 '1..2\nnot ok 1 a\nok 2 b\n'
one own FAIL 1 '5 passed, 3 failed\n'
told "failures add up" 1 "7 passed, 6 failed, 0 skipped" 1

one cm FAIL -11 '[ RUN      ] a\n[       OK ] a\n[ RUN      ] b\n'
told "a crash is one failure" 1 "0 passed, 2 failed, 0 skipped" 1 "failed: cm: FAIL, status -11"
one own FAIL 134 '7 passed, 0 failed\n' 'AddressSanitizer: heap-buffer-overflow\n'
told "a program that counts no failure and ends badly has failed" 1 "7 passed, 1 failed, 0 skipped" 1
one cm TIMEOUT -15 ''
one ok OK 0 ''
told "a program that took too long has failed" 1 "1 passed, 1 failed, 0 skipped" 1 TIMEOUT
one tap ERROR 0 '1..5\nok 1 a\nok 2 b\n'
told "tests that were planned and never ran have failed" 1 "2 passed, 3 failed, 0 skipped" 1 "3 of 5 tests never ran"
one tap ERROR 0 'ok 1 a\n'
told "what the runner calls an error is one" 1 "1 passed, 1 failed, 0 skipped" 1
one tap FAIL 0 '1..2\nok 1 a\nnot ok 2 b\n'
told "not ok is a failure whatever the status" 0 "1 passed, 1 failed, 0 skipped" 1
one ok OK 0 ''
told "no failure of the runner is lost" 1 "1 passed, 1 failed, 0 skipped" 1
jq -cn '{name: "odd", stdout: "3 passed, 0 failed"}' >"$dir/log"
told "a record without a result has failed" 0 "3 passed, 1 failed, 0 skipped" 1
told "nothing ran" 0 "0 passed, 1 failed, 0 skipped" 1 "no test passed"
one tap OK 0 '1..0\n'
one ok OK 0 ''
told "an empty plan is no test" 0 "1 passed, 1 failed, 0 skipped" 1 "tap: an empty plan"

one tap OK 0 '1..3\nok 1 a\nok 2 pinned one # skip no disk\nok 3 c\n'
one cm OK 0 '[  SKIPPED ] left_out\n' '[  PASSED  ] 1 test(s).\n[  SKIPPED ] 1 test(s), listed below:\n[  SKIPPED ] left_out\n'
told "pinned skips are told and are no failure" 0 "3 passed, 0 failed, 2 skipped" 0 "skipped: tap: pinned one"
one tap OK 0 '1..2\nok 1 a\nok 2 other # skip why not\n'
told "a skip that is not pinned is a failure" 0 "1 passed, 1 failed, 1 skipped" 1 "not in tests/skips: tap: other"
one other OK 0 '1..2\nok 1 a\nok 2 pinned one # skip\n'
told "a pin is one program's" 0 "1 passed, 1 failed, 1 skipped" 1
one real SKIP 77 'no server\n'
one ok OK 0 ''
told "a program that skips all of itself is a skip" 0 "1 passed, 1 failed, 1 skipped" 1 "not in tests/skips: real: all of it"
one own OK 0 '2 passed, 0 failed, 1 skipped\n'
told "a skip without a name cannot be pinned" 0 "2 passed, 1 failed, 1 skipped" 1
: >"$dir/skips"
one ok OK 0 ''
told "an empty list pins nothing" 0 "1 passed, 0 failed, 0 skipped" 0
one ok OK 0 ''
echo '{"name": ' >>"$dir/log"
told "a log that breaks off is no success" 0 "0 passed, 1 failed, 0 skipped" 1 "cannot be read"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
