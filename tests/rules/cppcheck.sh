#!/bin/sh
# cppcheck with what it finds as errors. Suppressions stand here, each with its reason.
set -eu
cd "$(dirname "$0")/../.."
exec cppcheck --std=c11 --enable=warning,portability,performance --error-exitcode=1 --inline-suppr --quiet -j 2 \
	-I include -I src --suppress=missingIncludeSystem --suppress=varFuncNullUB src tools
