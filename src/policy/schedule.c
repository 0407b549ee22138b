/* The calendar: the maintenance tables of a Supabase team as defaults, what the settings make
 * of them, and when something is due. */
#include "policy/schedule.h"
#include "base/vec.h"
#include <string.h>

enum { WEEK_DAYS = 7, MONTH_DAYS = 30, QUARTER_DAYS = 90, YEAR_DAYS = 365 };

/* A task may be late by this part of its rhythm before somebody is told. */
enum { SLACK_PART = 4 };

#define X(name, word) word,
static const char *const state_names[] = {BKS_TASK_STATES(X)};
#undef X

const char *bks_task_state_name(enum bks_task_state s)
{
	return (unsigned)s < BKS_TASK_STATE_COUNT ? state_names[s] : "?";
}

static const struct schedule_task defaults[] = {
	{"verify", "Automated", "Verify backups", BKS_DAY, SCHEDULE_VERIFY, NULL},
	{"retention", "Automated", "Let go of what the policy lets go", BKS_DAY,
		SCHEDULE_RETAIN, NULL},
	{"catalog-copy", "Automated", "Leave a copy of the catalog outside its host", BKS_DAY,
		SCHEDULE_COPY, NULL},
	{"slow-queries", "DevOps", "Review slow queries", WEEK_DAYS *BKS_DAY, SCHEDULE_NOTES,
		NULL},
	{"storage", "DevOps", "Check storage usage", WEEK_DAYS *BKS_DAY, SCHEDULE_NOTES, NULL},
	{"restore-test", "DevOps", "Test the restoration of a backup", MONTH_DAYS *BKS_DAY,
		SCHEDULE_DRILLS, NULL},
	{"failover-test", "DevOps", "Run the automated failover tests", MONTH_DAYS *BKS_DAY,
		SCHEDULE_NOTES, NULL},
	{"rls-policies", "Security", "Review row level security policies", MONTH_DAYS *BKS_DAY,
		SCHEDULE_NOTES, NULL},
	{"drill", "Team",
		"Disaster recovery drill, the full simulation: make a test environment, "
		"restore the latest backup, verify its data, "
		"test the application, write down what went wrong, correct the procedures",
		QUARTER_DAYS *BKS_DAY, SCHEDULE_NOTES, NULL},
	{"chaos", "Team", "Chaos engineering exercise", YEAR_DAYS *BKS_DAY, SCHEDULE_NOTES,
		NULL},
	{"documentation", "Team", "Update the documentation", 0, SCHEDULE_NOTES, NULL},
};
enum { DEFAULTS = sizeof defaults / sizeof *defaults };

static const bks_task_rule *rule_of(const char *name, const bks_task_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return NULL;
}

static const struct schedule_task *default_of(const char *name)
{
	for (size_t i = 0; i < DEFAULTS; i++)
		if (!strcmp(defaults[i].name, name))
			return &defaults[i];
	return NULL;
}

/* What the rule says, over what holds without it. */
static struct schedule_task ruled(const struct schedule_task *d, const bks_task_rule *r)
{
	struct schedule_task t =
		d ? *d : (struct schedule_task){.owner = "Team", .proof = SCHEDULE_NOTES};

	if (!r)
		return t;
	t.name = r->name;
	t.declared = r->declared;
	t.every = r->every >= 0 ? r->every : t.every;
	t.owner = r->owner ? r->owner : t.owner;
	t.text = r->text ? r->text : d ? t.text : r->name;
	return t;
}

size_t schedule_make(const struct schedule_task **out, const bks_task_rule *rules, size_t n,
	bool retains, bks_arena *a)
{
	VEC(struct schedule_task) v = {0};

	for (size_t i = 0; i < DEFAULTS; i++) {
		const bks_task_rule *r = rule_of(defaults[i].name, rules, n);

		if ((r && r->off) || (defaults[i].proof == SCHEDULE_RETAIN && !retains))
			continue;
		*vec_add(&v, a) = ruled(&defaults[i], r);
	}
	for (size_t i = 0; i < n; i++)
		if (!rules[i].off && !default_of(rules[i].name))
			*vec_add(&v, a) = ruled(NULL, &rules[i]);
	*out = v.v;
	return v.n;
}

int schedule_find(
	struct schedule_task *out, const char *name, const bks_task_rule *rules, size_t n)
{
	const bks_task_rule *r = rule_of(name, rules, n);
	const struct schedule_task *d = default_of(name);

	if (!r && !d)
		return 1;
	*out = ruled(d, r);
	return r && r->off ? 2 : 0;
}

bool schedule_is_automatic(enum schedule_proof p)
{
	return p >= SCHEDULE_VERIFY;
}

bool schedule_takes_notes(enum schedule_proof p)
{
	return p != SCHEDULE_VERIFY && p != SCHEDULE_RETAIN;
}

struct schedule_standing schedule_judge(
	int64_t every, bks_time last, bks_time begun, bks_time now)
{
	bool done = last != BKS_TIME_NONE;
	struct schedule_standing s = {
		BKS_TIME_NONE, done ? BKS_TASK_OK : BKS_TASK_NEVER, false};

	if (!every)
		return s;
	s.next_due = (done ? last : begun) + every;
	s.overdue = now > s.next_due + every / SLACK_PART;
	if (done && now >= s.next_due)
		s.state = s.overdue ? BKS_TASK_OVERDUE : BKS_TASK_DUE;
	return s;
}
