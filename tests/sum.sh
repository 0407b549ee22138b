#!/bin/sh
# sum.sh TESTLOG.json STATUS [SKIPS]: adds up what cmocka, TAP and our own scripts printed of themselves; the last line is
# `N passed, N failed, N skipped`. A test program that failed without saying so counts as one failed, one that printed no count
# and ended well as one passed. STATUS is the runner's own: no failure of it is lost. A skipped test must stand in SKIPS
# (tests/skips), by its name and with a reason; any other skip is a failure.
set -eu
pins=${3:-$(dirname "$0")/skips}
told=$(mktemp)
log=$(mktemp)
trap 'rm -f "$told" "$log"' EXIT

# For each program `count PASSED FAILED SKIPPED`, and lines `skip PROGRAM: TEST`, `why PROGRAM ...`.
jq -r '[(.name | sub(".* / "; "")), (.returncode // "none" | tostring), (.result // "none"),
	((.stdout // "") + "\n" + (.stderr // "") | @base64)] | join("\t")' "$1" >"$log" 2>/dev/null ||
	{ echo "failed: $1 cannot be read"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
while IFS="$(printf '\t')" read -r name code result text; do
	printf '%s' "$text" | base64 -d | awk -v name="$name" -v code="$code" -v result="$result" '
		function skip(what) { s++; print "skip " name ": " what }
		{ sub(/\r$/, "") }
		/^\[  PASSED  \] [0-9]+ test/ { p += $4; told = 1 }
		/^\[  FAILED  \] [0-9]+ test/ { f += $4; told = 1 }
		/^\[  SKIPPED \] [0-9]+ test/ { told = listed = 1; next }
		/^\[  SKIPPED \] / { if (listed) skip(substr($0, 14)); next }
		/^1\.\.[0-9]+/ { plan += substr($1, 4); planned = 1 }
		/^ok [0-9]+ .*# (skip|SKIP)/ {
			told = 1; seen++
			sub(/^ok [0-9]+ (- )?/, ""); sub(/ *# (skip|SKIP).*/, "")
			skip($0); next
		}
		/^ok [0-9]+/ { p++; seen++; told = 1 }
		/^not ok [0-9]+/ { f++; seen++; told = 1 }
		/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ {
			p += $1; f += $3; told = 1
			for (i = 0; i < $5 + 0; i++) skip("a test without a name")
		}
		END {
			if (seen < plan) { f += plan - seen; print "why " name ": " plan - seen " of " plan " tests never ran" }
			if (planned && !plan) { f++; print "why " name ": an empty plan" }
			if (result == "SKIP" && code == 77) skip("all of it")
			else if ((code != "0" || result != "OK" && result != "SKIP") && !f) {
				f++; print "why " name ": " result ", status " code
			}
			if (!told && !f && !s) p++
			print "count " p + 0, f + 0, s + 0
		}'
done <"$log" >"$told"

awk -v rc="$2" '
	FILENAME == ARGV[1] { sub(/ *#.*/, ""); if ($0 != "") pinned[$0] = 1; next }
	/^why / { print "failed: " substr($0, 5) }
	/^skip / {
		what = substr($0, 6)
		if (what in pinned) print "skipped: " what
		else { f++; print "failed: skipped, and not in tests/skips: " what }
	}
	/^count / { p += $2; f += $3; s += $4 }
	END {
		if (rc != 0 && !f) { f = 1; print "failed: the runner ended with status " rc }
		if (!p) { f++; print "failed: no test passed" }
		print p + 0 " passed, " f + 0 " failed, " s + 0 " skipped"
		exit f > 0
	}' "$pins" "$told"
