/* Which backups count. Eligible ones hold slots, meet the floor, define time and are offered as
 * restore points; a backup may stand in for another only when it holds as much and is proven as
 * well. */
#include "policy/eligible.h"

bool keep_future(const struct keep_backup *b, bks_time now)
{
	return b->point != BKS_TIME_NONE && b->point > now + KEEP_AHEAD;
}

bool keep_proven_bad(const struct keep_backup *b)
{
	bool judged = b->verdict == BKS_SOUND || b->verdict == BKS_UNPROVEN;

	return b->verdict == BKS_DAMAGED || b->verdict == BKS_INCOMPLETE ||
	       (judged && b->levels[BKS_COVERED] == BKS_RESULT_FAIL);
}

bool keep_time_weak(const struct keep_backup *b)
{
	const bks_time y2000 = 10957 * BKS_DAY;
	bool weak = b->point_from == BKS_TAKEN_MTIME || b->point_from == BKS_TAKEN_UNKNOWN;

	if (b->point == BKS_TIME_NONE)
		return true;
	/* A clock that was never set says 1970, in headers too. */
	if (b->point < y2000 && b->point_from != BKS_TAKEN_OPERATOR)
		return true;
	return weak && !b->point_confirmed;
}

static bool failed(const struct keep_backup *b, int level)
{
	for (int l = 0; l <= level && l < BKS_LEVEL_COUNT; l++)
		if (b->levels[l] == BKS_RESULT_FAIL)
			return true;
	return b->levels[BKS_COVERED] == BKS_RESULT_FAIL;
}

bool keep_stands(const struct keep_backup *b, int level, bks_time now)
{
	bool passed;

	if (level < 0 || level >= BKS_LEVEL_COUNT)
		level = BKS_WHOLE;
	passed = b->levels[level] == BKS_RESULT_PASS;
	if (b->point == BKS_TIME_NONE || keep_future(b, now) || failed(b, level))
		return false;
	if (level > BKS_WHOLE && !passed)
		return false;
	if (b->verdict == BKS_UNPROVEN)
		return b->recognised || (level <= BKS_SEALED && passed);
	return b->verdict == BKS_SOUND;
}

bool keep_eligible(const struct keep_backup *b, int level, bks_time now)
{
	return b->state == BKS_STATE_LIVE && keep_stands(b, level, now);
}

static int content_rank(enum bks_content c)
{
	static const int rank[BKS_CONTENT_COUNT] = {[BKS_CONTENT_FULL] = 5,
		[BKS_CONTENT_DATA] = 4,
		[BKS_CONTENT_SCHEMA] = 3,
		[BKS_CONTENT_ROLES] = 2,
		[BKS_CONTENT_EMPTY] = 1};

	return rank[c];
}

static int highest_passed(const struct keep_backup *b)
{
	int l = BKS_LEVEL_COUNT - 1;

	while (l >= 0 && b->levels[l] != BKS_RESULT_PASS)
		l--;
	return l;
}

static int order(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

int keep_proven_better(const struct keep_backup *x, const struct keep_backup *y)
{
	int by = order(content_rank(x->content), content_rank(y->content));

	if (!by)
		by = order(x->verdict == BKS_SOUND, y->verdict == BKS_SOUND);
	return by ? by : order(highest_passed(x), highest_passed(y));
}

int keep_better(const struct keep_backup *x, const struct keep_backup *y)
{
	int by = keep_proven_better(x, y);

	if (!by)
		by = order(x->good_copies, y->good_copies);
	if (!by)
		by = order(!x->incremental, !y->incremental);
	if (!by)
		by = order(y->registered, x->registered);
	return by ? by : order(y->id, x->id);
}

int keep_later(const struct keep_backup *x, const struct keep_backup *y)
{
	int by = order(x->point, y->point);

	return by ? by : keep_better(x, y);
}

bool keep_holds(enum bks_content x, enum bks_content y)
{
	if (x == y || y == BKS_CONTENT_EMPTY)
		return true;
	return x == BKS_CONTENT_FULL && (y == BKS_CONTENT_SCHEMA || y == BKS_CONTENT_DATA);
}

enum { LIVE = 1, SOUND = 2, SURE = 4, PROOFS = LIVE | SOUND | SURE };

int keep_group(const struct keep_backup *b)
{
	return (int)b->content * (PROOFS + 1) + (b->state == BKS_STATE_LIVE ? LIVE : 0) +
	       (b->verdict == BKS_SOUND ? SOUND : 0) +
	       (b->source_confirmed && !keep_time_weak(b) ? SURE : 0);
}

bool keep_covers(int x, int y)
{
	enum bks_content held = (enum bks_content)(x / (PROOFS + 1));
	enum bks_content wanted = (enum bks_content)(y / (PROOFS + 1));

	return keep_holds(held, wanted) && !(y & ~x & PROOFS);
}
