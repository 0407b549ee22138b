/* Drills and tasks that were done stand as the journal tells them: one that was slipped in, or
 * altered, would lend its time to a restore that nobody did. */
#include "base/text.h"
#include "catalog/doctor.h"
#include "catalog/task_rows.h"

int doctor_tasks(struct sick *s)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(s->cat->db,
		"SELECT 'drill ' || d.id FROM drills d WHERE " DRILL_TOLD " NOT IN "
		"(SELECT detail FROM journal WHERE action = 'drill-record' AND detail NOT NULL) "
		"UNION ALL SELECT 'task ' || t.id FROM tasks_done t WHERE (t.task, " TASK_TOLD
		") NOT IN (SELECT object, detail FROM journal WHERE action = 'task-done' "
		"AND object NOT NULL AND detail NOT NULL)");
	const char *first = NULL;
	int64_t n = 0;
	int r;

	while ((r = db_step(q, s->err)) > 0) {
		const char *which = db_text(q, s->a);

		first = first ? first : which;
		n++;
	}
	if (r)
		return doctor_told(s, "tasks", r);
	doctor_say(s, n > 0, "tasks",
		n ? arena_form(s->a, "%s stands otherwise than the journal tells%s", first,
			    n > 1 ? arena_form(s->a, ", and %lld more", (long long)n - 1) : "")
		  : "drills and tasks stand as the journal tells them");
	return 0;
}
