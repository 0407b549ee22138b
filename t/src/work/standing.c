/* For `doctor`: a worker is hired, judges the known inputs, and tells what it could put on. */
#include "backstay/doctor.h"
#include "base/text.h"
#include "work/apart.h"
#include "work/canary.h"

static void add(struct text *t, const char *word)
{
	if (t->n)
		text_word(t, ", ");
	text_word(t, word);
}

/* Whether all stands that any Linux of today offers; Landlock is the one thing that an older
 * kernel lacks. */
static bool tell(struct text *t, int bits)
{
	static const struct {
		int bit;
		const char *there, *missing;
	} parts[] = {
		{SANDBOX_SECCOMP, "a list of system calls",
			"NO LIST OF SYSTEM CALLS: this kernel has no seccomp"},
		{SANDBOX_PRIVILEGES, "no privileges", "PRIVILEGES"},
		{SANDBOX_LIMITS, "limits", "NO LIMITS"},
	};
	bool all = true;

	if (bits & SANDBOX_LANDLOCK) {
		add(t, "no files and no network by Landlock ");
		text_form(t, "%d", sandbox_landlock());
	} else {
		add(t, "no Landlock in this kernel");
	}

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		add(t, bits & parts[i].bit ? parts[i].there : parts[i].missing);
		all = all && bits & parts[i].bit;
	}
	if (!(bits & SANDBOX_MEMORY))
		add(t, sandbox_is_watched() ? "memory without a limit under AddressSanitizer"
					    : "MEMORY WITHOUT A LIMIT");
	return all && (bits & SANDBOX_MEMORY || sandbox_is_watched());
}

void bks_doctor_process(bks_ailment *out, bks_arena *a)
{
	struct text t = {.arena = a};
	bks_error err = {0};

	*out = (bks_ailment){true, "sandbox", ""};
	if (canary_run(&err) < 0) {
		out->text = arena_text(a, err.text);
		return;
	}
	out->bad = !tell(&t, apart_standing());
	out->text = t.s;
}
