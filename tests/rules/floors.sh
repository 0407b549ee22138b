#!/bin/sh
# Which folder of src/ may include which; third-party headers have one home each.
cd "$1/src" || exit 1
bad=0
allow() { # allow FOLDER "folders it may include"
	for f in "$1"/*.[ch]; do
		for to in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$f" | sort -u); do
			case " $1 backstay $2 " in *" $to "*) ;; *) echo "$f may not include $to/"; bad=1 ;; esac
		done
	done
}
home() { # home HEADER FOLDER [SECOND HOME, A PATTERN]
	for f in $(grep -rl "<$1>" . --include='*.[ch]'); do
		# shellcheck disable=SC2254 # the second home is a pattern
		case $f in ./"$2"/*) ;; ./${3:-$2/}*) ;; *) echo "$f: <$1> lives in $2/"; bad=1 ;; esac
	done
}
allow base ""
allow db "base"
allow format "base"
allow store "base"
allow catalog "base db"
allow policy "base"
allow work "base db store format catalog policy"
home sqlite3.h db 'format/sqlite*'
home archive.h format
home zstd.h format
home lz4frame.h format
home lzma.h format
home bzlib.h format
home jansson.h base
home confuse.h base
home xxhash.h base
home openssl/evp.h base
home zlib.h format
home isa-l.h format
home curl/curl.h store
home expat.h store
home libpq-fe.h pg
home seccomp.h base
exit $bad
