#!/bin/sh
# hunt.sh [-s SEED] [-t SECONDS] [TARGET...] - hunts in each target in turn (all of them when none is named) and prints a row each:
# seed, seconds, executions, edges and features reached, inputs kept, crashes. Ends with 1 when there was a crash, a leak or a time-out.
# What was found lies in build-fuzz/found/TARGET, the whole log in build-fuzz/TARGET.log.
set -eu
seed=20261122 seconds=600
while getopts s:t: o; do
	case $o in
	s) seed=$OPTARG ;;
	t) seconds=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build-fuzz
if [ $# = 0 ]; then
	for f in "$here"/fuzz_*.c; do
		f=${f##*/fuzz_}
		set -- "$@" "${f%.c}"
	done
fi
mkdir -p "$build"
echo "| target | seed | seconds | executions | edges | features | inputs kept | crashes |"
echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
bad=0
for target; do
	log=$build/$target.log
	ended=0
	sh "$here/run.sh" "$target" "$seconds" -seed="$seed" -timeout=60 -print_final_stats=1 >"$log" 2>&1 || ended=$?
	crashes=$(grep -c '^SUMMARY: ' "$log" || true)
	[ "$ended" = 0 ] || [ "$crashes" != 0 ] || crashes="ended with $ended"
	[ "$ended" = 0 ] || bad=1
	awk -v target="$target" -v seed="$seed" -v crashes="$crashes" '
	/ cov: / {
		for (i = 1; i < NF; i++)
			seen[$i] = $(i + 1)
	}
	/^Done / { seconds = $5 }
	/^stat::number_of_executed_units:/ { runs = $2 }
	END {
		split(seen["corp:"], kept, "/")
		print "| " target " | " seed " | " (seconds ? seconds : "cut short") " | " runs " | " seen["cov:"] " | " seen["ft:"] \
			" | " kept[1] " | " crashes " |"
	}' "$log"
done
exit $bad
