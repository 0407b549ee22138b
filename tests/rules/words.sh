#!/bin/sh
# Words that are not said here: calls that lose length or truth, and clocks and prints outside their rooms.
cd "$1" || exit 1
bad=0
forbid() { # forbid WHERE PATTERN WHY [EXCEPT]
	hits=$(grep -rnE "$2" $1 --include='*.[ch]' | grep -vE "${4:-^$}" || true)
	[ -z "$hits" ] || { echo "$3:"; echo "$hits"; bad=1; }
}
forbid "src tools include" '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|alloca)\(' "a call without length or error"
forbid "src tools" '\b(system|popen)\(' "no shell"
forbid "src" '[^a-z_](printf|puts|putchar|perror)\(' "only tools/ prints"
forbid "src" '\bfprintf\(std(out|err)' "only tools/ prints"
forbid "src tools" '\b(time|gettimeofday)\((NULL|&|0)' "time enters in base/clock.c"
forbid "src tools" 'clock_gettime\(CLOCK_REALTIME' "time enters in base/clock.c" '^src/base/clock.c:'
forbid "src/policy" 'bks_clock_now' "policy has no clock"
forbid "src" '\bsqlite3_' "SQLite has one door" '^src/(db/|format/sqlite)'
forbid "src tools" 'SSL_VERIFY(PEER|HOST), 0' "TLS is always verified"
forbid "src tools include" '\b(T[O]DO|F[I]XME|X[X]X)\b' "finish it or file it"
exit $bad
