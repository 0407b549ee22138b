#!/bin/sh
# ci.sh BACKSTAY KILL_AT: a seeded part of what torture.py and bugs.py do by hand, in about a minute and a half.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export BACKSTAY="$1" KILL_AT_SO="$2" PYTHONDONTWRITEBYTECODE=1
python3 "$here/bugs.py" check
python3 "$here/torture.py" kills 4 8 29 30
python3 "$here/torture.py" moments 60 1 20
python3 "$here/torture.py" errors 2 0 41 25
python3 "$here/torture.py" kills 1 1000 17 25
