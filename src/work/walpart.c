/* Field by field: what comes back from a process that read hostile bytes is no struct of ours
 * until each of its numbers is one. */
#include "work/walpart.h"
#include "work/answer.h"

static void put_u64(struct wire *w, uint64_t v)
{
	wire_put_bytes(w, &v, sizeof v);
}

static uint64_t take_u64(struct wire *w)
{
	uint64_t v = 0;

	wire_take_bytes(w, &v, sizeof v);
	return v;
}

static uint32_t take_u32(struct wire *w)
{
	return (uint32_t)wire_take_within(
		w, 0, UINT32_MAX, "a number of WAL that is too large");
}

static bool take_bool(struct wire *w)
{
	return wire_take_within(w, 0, 1, "neither yes nor no") != 0;
}

static int32_t take_major(struct wire *w)
{
	return (int32_t)wire_take_within(w, 0, 99, "a version that does not exist");
}

static void put_carry(struct wire *w, const struct wal_carry *c)
{
	put_u64(w, c->lsn);
	put_u64(w, c->prev);
	put_u64(w, c->record);
	wire_put_number(w, c->skip);
	wire_put_number(w, c->length);
	wire_put_number(w, c->got);
	wire_put_number(w, c->crc);
	wire_put_bytes(w, c->head, sizeof c->head);
	put_u64(w, c->system_id);
	wire_put_number(w, c->timeline);
	wire_put_number(w, c->segment_size);
	wire_put_number(w, c->major);
}

static void take_carry(struct wal_carry *c, struct wire *w)
{
	c->lsn = take_u64(w);
	c->prev = take_u64(w);
	c->record = take_u64(w);
	c->skip = take_u32(w);
	c->length = take_u32(w);
	c->got = take_u32(w);
	c->crc = take_u32(w);
	wire_take_bytes(w, c->head, sizeof c->head);
	c->system_id = take_u64(w);
	c->timeline = take_u32(w);
	c->segment_size = take_u32(w);
	c->major = take_major(w);
}

static void put_facts(struct wire *w, const struct wal_facts *f)
{
	wire_put_number(w, f->magic);
	wire_put_number(w, f->major);
	put_u64(w, f->system_id);
	wire_put_number(w, f->timeline);
	wire_put_number(w, f->first_timeline);
	wire_put_number(w, f->segment_size);
	wire_put_number(w, f->block_size);
	put_u64(w, f->lsn);
	put_u64(w, f->first_record);
	put_u64(w, f->last_record);
	put_u64(w, f->end_lsn);
	put_u64(w, f->records);
	wire_put_number(w, f->joined);
	put_u64(w, f->head_bytes);
	put_u64(w, f->tail_bytes);
	wire_put_number(w, f->switched);
	wire_put_number(w, f->last_xact);
	put_u64(w, f->checkpoint);
	put_u64(w, f->checkpoint_redo);
	put_u64(w, f->backup_end);
	put_u64(w, f->backup_end_start);
	wire_put_number(w, f->point_count);
	for (uint32_t i = 0; i < f->point_count; i++) {
		put_u64(w, f->points[i].lsn);
		wire_put_number(w, f->points[i].time);
		wire_put_bytes(w, f->points[i].name, sizeof f->points[i].name);
	}
	wire_put_number(w, (int64_t)f->end);
}

static void take_facts(struct wal_facts *f, struct wire *w)
{
	f->magic = (uint16_t)wire_take_within(w, 0, UINT16_MAX, "a magic that is too large");
	f->major = take_major(w);
	f->system_id = take_u64(w);
	f->timeline = take_u32(w);
	f->first_timeline = take_u32(w);
	f->segment_size = take_u32(w);
	f->block_size = take_u32(w);
	f->lsn = take_u64(w);
	f->first_record = take_u64(w);
	f->last_record = take_u64(w);
	f->end_lsn = take_u64(w);
	f->records = take_u64(w);
	f->joined = take_bool(w);
	f->head_bytes = take_u64(w);
	f->tail_bytes = take_u64(w);
	f->switched = take_bool(w);
	f->last_xact = answer_time(w);
	f->checkpoint = take_u64(w);
	f->checkpoint_redo = take_u64(w);
	f->backup_end = take_u64(w);
	f->backup_end_start = take_u64(w);
	f->point_count =
		(uint32_t)wire_take_within(w, 0, WAL_POINTS, "too many restore points");
	for (uint32_t i = 0; i < f->point_count && w->state == WIRE_FINE; i++) {
		f->points[i].lsn = take_u64(w);
		f->points[i].time = answer_time(w);
		wire_take_bytes(w, f->points[i].name, sizeof f->points[i].name);
		f->points[i].name[WAL_POINT_NAME - 1] = 0;
	}
	f->end = (enum wal_end)wire_take_within(
		w, WAL_END_NONE, WAL_END_SHORT, "an end that there is not");
}

void walpart_put(struct wire *w, const struct wal_part *p)
{
	wire_put_number(w, (int64_t)p->how);
	put_carry(w, &p->carry);
}

void walpart_take(struct wal_part *p, struct wire *w)
{
	*p = (struct wal_part){0};
	p->how = (enum wal_how)wire_take_within(
		w, WAL_COMPLETE, WAL_PARTIAL, "a way to read WAL");
	take_carry(&p->carry, w);
}

void walpart_answer(struct wire *w, const struct wal_part *p)
{
	wire_put_number(w, p->walked);
	put_carry(w, &p->carry);
	put_facts(w, &p->facts);
}

static bool is_size(uint32_t size)
{
	return size >= 1U << 20 && size <= 1U << 30 && !(size & (size - 1));
}

/* What lies behind its last byte is told of the same cluster, and of no place but that. A carry
 * without a place is dropped by the next one. */
static bool carry_is_possible(
	const struct wal_carry *before, const struct wal_carry *c, const struct wal_facts *f)
{
	if ((before->system_id && c->system_id != before->system_id) ||
		(before->major && c->major != before->major))
		return false;
	if (!c->lsn)
		return true;
	if (c->lsn != f->lsn + f->segment_size || c->segment_size != f->segment_size ||
		c->record >= c->lsn || c->prev >= c->lsn || c->skip > WAL_RECORD_MAX)
		return false;
	return !c->record || (c->length <= WAL_RECORD_MAX && c->got < c->length);
}

static bool is_within(uint64_t lsn, const struct wal_facts *f)
{
	return lsn > f->lsn && lsn <= f->end_lsn;
}

/* Recovery is aimed at these, and they are forgotten with their segment: each is behind a
 * record of it. */
static bool marks_are_possible(const struct wal_facts *f)
{
	for (uint32_t i = 0; i < f->point_count; i++)
		if (!is_within(f->points[i].lsn, f))
			return false;
	return (!f->backup_end || is_within(f->backup_end, f)) && f->last_record <= f->end_lsn;
}

/* A segment is no longer than it can be, and one that was joined to the one before lies where
 * that one ended. Whether it lies where its name says is for whoever knows the name. */
static bool is_possible(const struct wal_part *before, const struct wal_part *p)
{
	const struct wal_facts *f = &p->facts;

	if (!p->walked)
		return true;
	if (!f->segment_size ? f->lsn || f->end_lsn || f->joined
			     : !is_size(f->segment_size) || f->end_lsn < f->lsn ||
				       f->end_lsn - f->lsn > f->segment_size)
		return false;
	if (!marks_are_possible(f))
		return false;
	if (f->joined && (!before->carry.lsn || before->carry.lsn != f->lsn))
		return false;
	return carry_is_possible(&before->carry, &p->carry, f);
}

void walpart_hear(struct wal_part *p, struct wire *w)
{
	struct wal_part is = {.how = p->how};

	is.walked = take_bool(w);
	take_carry(&is.carry, w);
	take_facts(&is.facts, w);
	if (w->state == WIRE_FINE && !is_possible(p, &is))
		wire_bad(w, "a segment of WAL that cannot be");
	if (w->state == WIRE_FINE)
		*p = is;
}
