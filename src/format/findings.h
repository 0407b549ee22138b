/* format/findings.h - every finding the verifier can make: its stable code, how bad it is, what it does to level and verdict */
#pragma once

/*
 * X(NAME, code, severity, the level that it fails, the verdict that it causes). A note or warning fails nothing
 * (PRESENT, UNKNOWN stand in its columns). "Unreadable" findings mean that nobody could look: they fail no level, they leave
 * it not-run. UNPROVABLE_* ones make their level unprovable. docs/findings.md lists cause and cure of each code.
 */
#define FINDINGS(X)                                                                            \
	X(EMPTY, "empty", ERROR, WHOLE, INCOMPLETE)                                            \
	X(TRUNCATED, "truncated", ERROR, WHOLE, DAMAGED)                                       \
	X(TRAILING_DATA, "trailing-data", ERROR, WHOLE, DAMAGED)                               \
	X(TRAILING_ZEROS, "trailing-zeros", NOTE, PRESENT, UNKNOWN)                            \
	X(PADDING_NOT_ZERO, "padding-not-zero", NOTE, PRESENT, UNKNOWN)                        \
	X(CHECKSUM_MISMATCH, "checksum-mismatch", ERROR, WHOLE, DAMAGED)                       \
	X(MALFORMED, "malformed", ERROR, WHOLE, DAMAGED)                                       \
	X(SIZE_CONFLICT, "size-conflict", ERROR, WHOLE, DAMAGED)                               \
	X(NO_CHECKSUM, "no-checksum", NOTE, PRESENT, UNKNOWN)                                  \
	X(SKIPPABLE_FRAME, "skippable-frame", NOTE, PRESENT, UNKNOWN)                          \
	X(NO_END_MARK, "no-end-mark", ERROR, WHOLE, INCOMPLETE)                                \
	X(END_UNPROVABLE, "end-unprovable", WARNING, WHOLE, UNPROVEN)                          \
	X(COPY_NOT_TERMINATED, "copy-not-terminated", ERROR, WHOLE, INCOMPLETE)                \
	X(STATEMENT_NOT_TERMINATED, "statement-not-terminated", ERROR, WHOLE, INCOMPLETE)      \
	X(STATEMENT_MISSING, "statement-missing", ERROR, WHOLE, INCOMPLETE)                    \
	X(TWO_DUMPS_IN_ONE, "two-dumps-in-one", ERROR, WHOLE, DAMAGED)                         \
	X(META_COMMAND, "meta-command", ERROR, WHOLE, DAMAGED)                                 \
	X(RESTRICT_MISMATCH, "restrict-mismatch", ERROR, WHOLE, DAMAGED)                       \
	X(WAL_SIDECAR_MISSING, "wal-sidecar-missing", WARNING, PRESENT, UNKNOWN)               \
	X(HOT_JOURNAL, "hot-journal", WARNING, PRESENT, UNKNOWN)                               \
	X(SIDECAR_NOT_SEALED, "sidecar-not-sealed", NOTE, PRESENT, UNKNOWN)                    \
	X(FOREIGN_KEY_VIOLATED, "foreign-key-violated", WARNING, PRESENT, UNKNOWN)             \
	X(CHECK_UNPROVABLE, "check-unprovable", WARNING, WHOLE, UNPROVEN)                      \
	X(MEMBER_MISSING, "member-missing", ERROR, WHOLE, INCOMPLETE)                          \
	X(SET_MEMBER_MISSING, "member-missing", ERROR, COVERED, INCOMPLETE)                    \
	X(SIDECAR_STALE, "sidecar-stale", WARNING, PRESENT, UNKNOWN)                           \
	X(MEMBER_UNEXPECTED, "member-unexpected", ERROR, WHOLE, DAMAGED)                       \
	X(MEMBER_UNSAFE, "member-unsafe", ERROR, WHOLE, DAMAGED)                               \
	X(MEMBER_ODD, "member-unsafe", WARNING, PRESENT, UNKNOWN)                              \
	X(NOT_ENTERED, "not-entered", NOTE, PRESENT, UNKNOWN)                                  \
	X(BLOCK_MISSING, "block-missing", ERROR, WHOLE, DAMAGED)                               \
	X(BLOCK_UNEXPECTED, "block-unexpected", ERROR, WHOLE, DAMAGED)                         \
	X(NOT_WHAT_ITS_NAME_SAYS, "not-what-its-name-says", ERROR, WHOLE, DAMAGED)             \
	X(NAME_DISAGREES, "not-what-its-name-says", WARNING, PRESENT, UNKNOWN)                 \
	X(ENCRYPTED, "encrypted", WARNING, WHOLE, UNPROVEN)                                    \
	X(NOT_A_BACKUP, "not-a-backup", WARNING, WHOLE, UNPROVEN)                              \
	X(DIGEST_CHANGED, "digest-changed", ERROR, SEALED, DAMAGED)                            \
	X(SIDECAR_UNREADABLE, "sidecar-unreadable", WARNING, SEALED, UNPROVEN)                 \
	X(SIZE_CHANGED, "size-changed", ERROR, PRESENT, DAMAGED)                               \
	X(TOO_SMALL, "too-small", ERROR, COVERED, INCOMPLETE)                                  \
	X(OTHER_DATABASE, "other-database", ERROR, COVERED, INCOMPLETE)                        \
	X(REQUIRED_TABLE_MISSING, "required-table-missing", ERROR, COVERED, INCOMPLETE)        \
	X(REQUIRED_TABLE_EMPTY, "required-table-empty", ERROR, COVERED, INCOMPLETE)            \
	X(ROWS_BELOW_FLOOR, "rows-below-floor", ERROR, COVERED, INCOMPLETE)                    \
	X(ROWS_DROPPED, "rows-dropped", ERROR, COVERED, INCOMPLETE)                            \
	X(TABLE_EMPTIED, "table-emptied", ERROR, COVERED, INCOMPLETE)                          \
	X(TABLE_GONE, "table-gone", WARNING, PRESENT, UNKNOWN)                                 \
	X(ROWS_DISAGREE, "rows-disagree", ERROR, COVERED, INCOMPLETE)                          \
	X(MANIFEST_UNREADABLE, "manifest-unreadable", WARNING, COVERED, UNPROVEN)              \
	X(SCHEMA_ONLY, "schema-only", WARNING, PRESENT, UNKNOWN)                               \
	X(ROW_SECURITY_ON, "row-security-on", WARNING, PRESENT, UNKNOWN)                       \
	X(DROPS_OBJECTS, "drops-objects", WARNING, PRESENT, UNKNOWN)                           \
	X(NO_GRANTS, "no-grants", WARNING, PRESENT, UNKNOWN)                                   \
	X(FUTURE_DATED, "future-dated", WARNING, PRESENT, UNKNOWN)                             \
	X(CLOCK_DISAGREES, "clock-disagrees", WARNING, PRESENT, UNKNOWN)                       \
	X(UNSUPPORTED_VERSION, "unsupported-version", ERROR, WHOLE, UNSUPPORTED)               \
	X(UNSUPPORTED_FORMAT, "unsupported-format", ERROR, WHOLE, UNSUPPORTED)                 \
	X(LIMIT_REACHED, "limit-reached", ERROR, WHOLE, UNREADABLE)                            \
	X(LIMIT_NOTED, "limit-reached", NOTE, PRESENT, UNKNOWN)                                \
	X(READ_ERROR, "read-error", ERROR, WHOLE, UNREADABLE)                                  \
	X(CANNOT_OPEN, "cannot-open", ERROR, PRESENT, UNREADABLE)                              \
	X(SPECIAL_FILE, "special-file", ERROR, PRESENT, UNREADABLE)                            \
	X(CHANGED_WHILE_READING, "changed-while-reading", ERROR, WHOLE, UNREADABLE)            \
	X(VERIFIER_FAILED, "verifier-failed", ERROR, WHOLE, UNREADABLE)                        \
	X(MANIFEST_MISSING, "manifest-missing", WARNING, WHOLE, UNPROVEN)                      \
	X(LINK_NOT_FOLLOWED, "link-not-followed", WARNING, WHOLE, UNPROVEN)                    \
	X(PARTS_DISAGREE, "parts-disagree", ERROR, WHOLE, DAMAGED)                             \
	X(NEEDS_PARENT, "needs-parent", WARNING, PRESENT, UNKNOWN)                             \
	X(PARENT_MISSING, "parent-missing", ERROR, COVERED, INCOMPLETE)                        \
	X(WAL_MISSING, "wal-missing", WARNING, WHOLE, UNPROVEN)                                \
	X(WAL_GAP, "wal-gap", ERROR, WHOLE, INCOMPLETE)                                        \
	X(WAL_FOREIGN, "wal-foreign", ERROR, WHOLE, DAMAGED)                                   \
	X(VANISHED, "vanished", ERROR, PRESENT, MISSING)

#define X(name, code, severity, level, verdict) F_##name,
enum finding_kind { FINDINGS(X) FINDING_COUNT };
#undef X
