#!/bin/sh
# sum.sh TESTLOG.json STATUS: adds up what cmocka, bats and our own scripts printed of themselves; last line `N passed, N failed,
# N skipped`. A test program that failed without saying so counts as one failed; one that printed no count as one. The number of
# skips is pinned in tests/skips (one line a skip: its test and the reason); another number fails.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
jq -r '[.name, (.returncode // 1), .result, ((.stdout // "") + "\n" + (.stderr // "") | @base64)] | @tsv' "$1" |
	while IFS="$(printf '\t')" read -r name code result text; do
		printf '%s' "$text" | base64 -d | awk -v name="$name" -v code="$code" -v result="$result" '
			/^\[  PASSED  \] [0-9]+ test/ { p += $4; told = 1 }
			/^\[  FAILED  \] [0-9]+ test/ { f += $4; told = 1 }
			/^\[  SKIPPED \] [0-9]+ test/ { s += $4; told = 1 }
			/^ok [0-9]+ .*# skip/ { s++; told = 1; print "skipped: " name ": " $0 > "/dev/stderr"; next }
			/^ok [0-9]+/ { p++; told = 1 }
			/^not ok [0-9]+/ { f++; told = 1 }
			/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { p += $1; f += $3; s += $5; told = 1 }
			END {
				if (!told && code == 0) p++
				if (code != 0 && !f) { f++; print "failed: " name " (status " code ")" > "/dev/stderr" }
				print p + 0, f + 0, s + 0
			}'
	done | awk -v rc="$2" -v pinned="$(grep -c '^[^#]' "$here/skips" || true)" '
		{ p += $1; f += $2; s += $3 }
		END {
			if (rc != 0 && !f) f = 1
			if (!p) { print "no test ran"; f++ }
			if (s != pinned + 0) { print s " skipped, tests/skips pins " pinned; f++ }
			print p + 0 " passed, " f + 0 " failed, " s + 0 " skipped"
			exit f > 0
		}'
