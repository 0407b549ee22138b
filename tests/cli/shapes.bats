# The shape that help and docs/commands.md promise for --json, held against real answers: no key less, no key more.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-07T12:00:00Z
	mkdir repo
	cp "$SOURCE_ROOT"/tests/sample/* repo
	find repo -type f -exec touch -d 2026-11-07T03:00:00Z {} +
}

@test "every command answers in the shape that its help shows" {
	python3 "$SOURCE_ROOT/tests/cli/shapes.py" "$BACKSTAY"
}
