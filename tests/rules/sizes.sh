#!/bin/sh
# Small rooms: no source file over 500 lines, no function over 100. Prints the ten longest files.
cd "$1" || exit 1
find src tools include tests/unit -name '*.[ch]' -exec wc -l {} + | grep -v ' total$' | sort -rn | head -n 10
find src tools include -name '*.[ch]' -exec wc -l {} + | awk '$2 != "total" && $1 > 500 { print "too long: " $0; bad = 1 } END { exit bad }' || exit 1
find src tools -name '*.c' -exec awk '
	/^{/ { start = FNR; name = last }
	/^}/ { if (start && FNR - start > 100) { print FILENAME ": " name ": " FNR - start " lines"; bad = 1 } start = 0 }
	/^[a-z]/ { last = $0 }
	END { exit bad }' {} +
