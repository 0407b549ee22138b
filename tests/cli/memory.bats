#!/usr/bin/env bats
# What it takes to look at a backup, as the kernel counts it: 16 MiB a worker beyond what a small one takes, whatever the size.

load tool

prepare() {
	wide() { python3 "$SOURCE_ROOT/tests/cli/wide.py" "$@"; }
}

# most JOBS FILE: KiB of the largest process that took part, the worker too
most() {
	python3 -c 'import resource, subprocess, sys
r = subprocess.run([sys.argv[1], "inspect", "--quiet", "--jobs", sys.argv[2], sys.argv[3]], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if r.returncode == 0 else "status %d" % r.returncode)' "$BACKSTAY" "$1" "$2"
}

# within JOBS FILE EXTRA_MIB: beyond $small
within() {
	local kib
	kib=$(most "$1" "$2")
	echo "$2 with --jobs $1: $kib KiB, $small for a small one"
	[ "$kib" -gt 0 ] && [ "$kib" -le $((small + $3 * 1024)) ]
}

# Two threads of one process have what one worker may have.
@test "a large backup takes no more memory than 16 MiB a worker" {
	# AddressSanitizer gives memory back late
	if ldd "$BACKSTAY" | grep -q libasan; then skip "built to watch memory"; fi
	wide custom small.dump 2 0
	small=$(most 1 small.dump)
	wide custom c.dump 2 24
	wide custom bare.dump 2 24 none
	wide directory d 3 24
	wide plain p.sql 2 24
	gzip -1 -k p.sql
	zstd -q p.sql
	lz4 -q p.sql p.sql.lz4
	for f in c.dump bare.dump d p.sql p.sql.gz p.sql.zst p.sql.lz4; do
		within 1 "$f" 16
		within 2 "$f" 16
	done
}

# Names, entries and tables are held, since an answer tells them all: 5,000 tables in 10,000 entries.
@test "a wide table of contents costs what its names take" {
	if ldd "$BACKSTAY" | grep -q libasan; then skip "built to watch memory"; fi
	wide custom small.dump 2 0
	small=$(most 1 small.dump)
	wide custom c.dump 5000 0
	within 1 c.dump 16
}
