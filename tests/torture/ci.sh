#!/bin/sh
# ci.sh BACKSTAY KILL_AT: a seeded part of what torture.py and bugs.py do by hand, in less than a minute.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export BACKSTAY="$1" KILL_AT_SO="$2" PYTHONDONTWRITEBYTECODE=1
python3 "$here/bugs.py" check
# each call of an apply, an undo and one of archived WAL; random kills, and calls that fail
python3 "$here/torture.py" sweep 2,5,1006 20 60 25
# the same by real kills of the program itself
python3 "$here/torture.py" kills 1 8 97 10
