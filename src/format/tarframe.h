/*
 * format/tarframe.h - what is around the members of PostgreSQL's own tars: header blocks, padding, the two end blocks, what follows
 *
 * Source: PostgreSQL, src/port/tar.c, src/bin/pg_dump/pg_backup_tar.c, src/backend/backup/basebackup.c.
 */
#pragma once
#include "base/stream.h"
#include "format/pghead.h"
#include "format/ustar.h"

enum { TAR_END = 3 }; /* both end blocks were read; beside the answers of pghead.h */

struct tarframe {
	struct reader r;
	struct report *report;
	struct ustar head;
	bool loose;	  /* padding may be any bytes: it is noted once, by tarframe_trailing */
	size_t dirty;	  /* members that were padded with other bytes than zeros */
	uint64_t dirty_at; /* the first of them */
	char inside[sizeof((struct ustar){0}.name) + 64]; /* where the tar would end if it ended now */
};

/* R lives as long as T. ERR may be NULL. */
void tarframe_init(struct tarframe *t, stream *in, struct report *r, bks_error *err);
/* A finding; PG_TOLD. */
int tarframe_told(struct tarframe *t, enum finding_kind kind, uint64_t at, const char *text);
/* 1: t->head is a member's; TAR_END; else as pghead.h says. */
int tarframe_head(struct tarframe *t);
/* Behind a member's bytes, up to the next header. 1; else as pghead.h says. */
int tarframe_padding(struct tarframe *t);
/* Behind the end mark, to the end. 0; else as pghead.h says. */
int tarframe_trailing(struct tarframe *t);

/* One member's bytes as a stream, over the reader that goes on behind them. */
struct tarpart {
	stream s;
	struct reader *from;
	uint64_t left;
	int end; /* what it gives where the tar ends within it: 0 or BKS_E_CUT */
};
void tarpart_init(struct tarpart *p, struct tarframe *t, int end);
