/*
 * work/walpart.h - what a segment of a stream of WAL takes along to the process that reads it,
 * and what comes back
 */
#pragma once
#include "base/wire.h"
#include "format/wal.h"

void walpart_put(
	struct wire *w, const struct wal_part *p); /* the order: how, and what came before */
void walpart_take(struct wal_part *p, struct wire *w);
void walpart_answer(
	struct wire *w, const struct wal_part *p); /* what was found, and what comes next */
/* Of a process that may say anything: each number is held against what it can be. */
void walpart_hear(struct wal_part *p, struct wire *w);
