/* Names that lead out of the folder an archive is extracted into, and names that are a trap for
 * whoever reads or types them. */
#include "format/unsafe.h"
#include "format/report.h"
#include <string.h>

enum { ODD_SHOWN = 10 };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_slash(char c)
{
	return c == '/' || c == '\\';
}

/* "C:\" and "C:/". */
static bool has_drive(const char *name, size_t n)
{
	return n >= 3 && is_letter(name[0]) && name[1] == ':' && is_slash(name[2]);
}

/* Some extractors take a backslash for a slash: ".." between any two of them leads up. */
static bool leads_up(const char *name, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i <= n; i++) {
		if (i < n && !is_slash(name[i]))
			continue;
		if (i - from == 2 && name[from] == '.' && name[from + 1] == '.')
			return true;
		from = i + 1;
	}
	return false;
}

static bool has_control(const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((uint8_t)name[i] < ' ' || name[i] == 0x7f)
			return true;
	return false;
}

enum unsafe_grade unsafe_name(const char **why, const char *name, size_t n)
{
	*why = !n                   ? "a member without a name"
	       : memchr(name, 0, n) ? "a zero byte in its name"
	       : is_slash(*name)    ? "an absolute name"
	       : has_drive(name, n) ? "a name with a drive"
	       : leads_up(name, n)  ? "a name that leads out of the folder"
				    : NULL;
	if (*why)
		return UNSAFE_GRAVE;
	*why = has_control(name, n)    ? "a control byte in its name"
	       : memchr(name, '\\', n) ? "a backslash in its name"
				       : NULL;
	return *why ? UNSAFE_ODD : UNSAFE_NOT;
}

/* How deep PATH's last part lies, or leads, when DEPTH is where it begins; -1: above the top.
 */
static int walk_down(int depth, const char *path, bool last)
{
	while (*path && depth >= 0) {
		size_t n = strcspn(path, "/");
		const char *next = path + n + strspn(path + n, "/");

		if (n == 2 && !memcmp(path, "..", 2))
			depth--;
		else if (n && !(n == 1 && *path == '.') && (last || *next))
			depth++;
		path = next;
	}
	return depth;
}

bool unsafe_target(const char *name, const char *target)
{
	if (is_slash(*target) || has_drive(target, strlen(target)))
		return true;
	return walk_down(walk_down(0, name, false), target, true) < 0;
}

void unsafe_tell(struct unsafe *u, enum unsafe_grade grade, const char *name, const char *why)
{
	struct report *r = u->report;

	if (grade == UNSAFE_GRAVE)
		report_find(r, F_MEMBER_UNSAFE, arena_text(r->arena, name), "%s", why);
	if (grade == UNSAFE_ODD && u->odd++ < ODD_SHOWN)
		report_find(r, F_MEMBER_ODD, arena_text(r->arena, name), "%s", why);
}

void unsafe_judge(struct unsafe *u, const char *name, size_t n)
{
	const char *why;
	enum unsafe_grade grade = unsafe_name(&why, name, n);

	unsafe_tell(u, grade, name, why);
}

void unsafe_end(struct unsafe *u)
{
	if (u->odd > ODD_SHOWN)
		report_find(u->report, F_MEMBER_ODD, NULL,
			"%zu more members with odd names or links are not shown",
			u->odd - ODD_SHOWN);
}
