#!/bin/sh
# The shell scripts, through shellcheck, from its warnings up. Switched off, as none of it fits here:
# SC1091, SC2154, SC2034: what one file sets and another one reads. SC2030, SC2031: a test of bats is a function, no subshell.
set -eu
cd "$(dirname "$0")/../.."
scripts=$(mktemp)
trap 'rm -f "$scripts"' EXIT
find .ci tests tools docs -type f \( -name '*.sh' -o -name '*.bash' -o -name '*.bats' -o -path .ci/run \) >"$scripts"
[ -s "$scripts" ] || { echo "no scripts found"; exit 1; }
xargs -n 20 shellcheck -S warning -e SC1091,SC2154,SC2034,SC2030,SC2031 <"$scripts"
