#!/bin/sh
# kills.sh [SCENARIOS [SEED [SHARE [SECONDS]]]]: a SIGKILL before and after each call by which apply, run, purge and undo change
# something; what must hold after each, and what the next run makes of it. See torture.py. BACKSTAY, KILL_AT_SO: what was built.
set -eu
exec python3 "$(dirname "$0")/torture.py" kills "$@"
