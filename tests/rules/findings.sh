#!/bin/sh
# docs/findings.md and src/format/findings.h name the same codes.
cd "$1" || exit 1
code=$(sed -n 's/^\tX([A-Z_]*, "\([a-z-]*\)".*/\1/p' src/format/findings.h | sort -u)
[ -n "$code" ] || { echo "no codes found"; exit 1; }
doc=$(sed -n 's/^| `\([a-z-]*\)`.*/\1/p' docs/findings.md | sort -u)
bad=0
for c in $code; do
	echo "$doc" | grep -qx "$c" || { echo "docs/findings.md lacks $c"; bad=1; }
done
for c in $doc; do
	echo "$code" | grep -qx "$c" || grep -rq "\"$c\"" src tools || { echo "no code says $c"; bad=1; }
done
exit $bad
