/*
 * format/verify.h - the verifier proper: open streams and options in, a result out
 *
 * A pure function of the bytes: it knows no catalog, no path and no clock, and opens nothing.
 */
#pragma once
#include "base/members.h"
#include "base/stream.h"
#include "format/report.h"

/*
 * The generation of the verifier: one more with every change that lets it see what it did not see before, in any format. Proofs of
 * earlier generations are renewed when they are due (docs/decisions/0012).
 */
enum { VERIFIER = 1 };

struct verify_job {
	stream *in;       /* the artifact's bytes; closed by the call; NULL with MEMBERS */
	members *members; /* of a backup that is a folder, else NULL; closed by the call */
	int jobs;         /* threads for the members of a folder, or with AGAIN for the parts of a file; 0 is 1 */
	again_fn *again;  /* gives IN's bytes once more; NULL: they come but once */
	void *again_arg;
	const char *name; /* for the result and for what its ending promises; bytes */
	int64_t size;     /* as the store told it; -1 unknown */
	const bks_requirement *require;
	size_t require_count;
	int64_t min_size;
	bks_digests expected; /* what its digests must be; has_* false: nothing known */
	enum bks_digest_from expected_from;
	bool seal_only;       /* digests only; the format is not looked at */
	bool sha256_once;     /* where an XXH3-128 is expected that alone is compared: no SHA-256 is made */
	struct wal_part *wal; /* it is a segment of a stream of WAL (wal.h): told what came before, and left what
				 comes next; no SHA-256 is made; NULL */
	bool sha256_unasked;  /* no SHA-256 is made unless one is expected */
	bool careful;         /* by the engines whose word counts alone, not the faster ones first */
	bool repeats;         /* the call may end with 1: whoever called can ask once more, carefully */
	int64_t max_memory;   /* 0: 64 MiB */
	int scratch;          /* a file without a name for the private copy of a database, read and write; the caller's; 0 or less: none */
	members *beside;      /* "-journal", "-wal": what may lie beside a database under its name and that ending; opened only when
				 the artifact is one; closed by the call; NULL: nothing is known */
	bool (*stop)(void *arg); /* asked while nothing is read; NULL is fine */
	void *stop_arg;
	int (*changed)(void *arg, const char **how, bks_error *err); /* after the last byte: 1 when the file changed meanwhile */
	void *changed_arg;
	void (*tick)(void *arg); /* of a folder on several threads: as in base/workers.h, in the caller's; NULL is fine */
	void *tick_arg;
};

/* 0: OUT is filled, whatever was found, I/O errors (verdict unreadable) among it; BKS_E_INTERRUPTED is handed on. Where a faster engine
 * met what it is not believed on, all is read again; where IN's bytes come only once that engine is not used, or with REPEATS 1
 * comes back, and OUT is void: call again with CAREFUL. */
int format_verify(bks_inspection *out, const struct verify_job *job, bks_arena *a, bks_error *err);

/* What libraries do once a process and want rights for: to be called before those are given up. */
void format_ready(void);

/* Whether the formats and the libraries that they need could be loaded. 0; BKS_E_IO, which names what is missing. */
int format_able(bks_error *err);

/* The same of a folder, which it closes; the facts that its format reads from the heads of its files. 0; 1: nobody knows it, and
 * OUT says "raw"; negative as above. */
int format_glance_folder(bks_inspection *out, members *m, const char *name, bks_arena *a, bks_error *err);

/* Looks only at the first bytes (at most 1 MiB of the artifact): format, wrapping, database, started, producer, and
 * the content where these bytes already tell it (UNKNOWN otherwise). Closes IN. 0; negative when the bytes could not be had. Nothing is
 * proven by it: no levels, no verdict, no tables. */
int format_glance(bks_inspection *out, stream *in, const char *name, bks_arena *a, bks_error *err);
