#!/bin/sh
# bugs.sh [NAME...]: plants the bugs of bugs/list one by one, and says which the tests catch. See bugs.py.
set -eu
exec python3 "$(dirname "$0")/bugs.py" run "$@"
