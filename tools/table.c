/* table.c - rows in columns: drained first, printed then, so that a pager holds up nothing else
 */
#include "out.h"
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

size_t display_width(const char *text)
{
	static locale_t utf8;
	if (!utf8)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
	size_t width = 0, left = strlen(text);
	mbstate_t state;
	memset(&state, 0, sizeof state);
	while (left) {
		wchar_t w;
		size_t n = mbrtowc(&w, text, left, &state);
		if (n == 0 || n > left) {
			memset(&state, 0, sizeof state);
			n = 1;
			width++;
		} else {
			int columns = wcwidth(w);
			width += columns > 0 ? (size_t)columns : 0;
		}
		text += n;
		left -= n;
	}
	if (before)
		uselocale(before);
	return width;
}

struct table table_new(const struct call *c, const char *const *titles)
{
	struct table t = {.call = c, .titles = titles};
	while (titles[t.columns])
		t.columns++;
	return t;
}

void table_colour(struct table *t, const char *text, const char *colour)
{
	size_t room = sizeof *t->cells;
	if (!(t->n & (t->n - 1))) /* full at each power of two */
		t->cells = take_more(t->cells, t->n * room, (t->n ? t->n * 2 : 1) * room);
	t->cells[t->n++] = (struct cell){text ? text : "-", colour};
}

void table_add(struct table *t, const char *text)
{
	table_colour(t, text, "");
}

static size_t width_of(const struct table *t, size_t column, bool titles)
{
	bool number = t->titles[column][0] == '>';
	size_t widest = titles ? display_width(t->titles[column] + number) : 0;
	for (size_t i = column; i < t->n; i += t->columns) {
		size_t w = display_width(t->cells[i].text);
		widest = w > widest ? w : widest;
	}
	return widest;
}

static void print_cell(const struct cell *cell, size_t width, bool number, bool last)
{
	size_t w = display_width(cell->text);
	int pad = (int)(width > w ? width - w : 0);
	if (number)
		printf("%*s", pad, "");
	printf("%s%s%s", cell->colour, cell->text, *cell->colour ? colour_off() : "");
	if (!number && !last)
		printf("%*s", pad, "");
	fputs(last ? "\n" : "  ", stdout);
}

void table_print(const struct table *t, bool titles)
{
	if (!t->columns || !out_text(t->call) || (!t->n && !titles))
		return;
	size_t *widths = take(t->columns * sizeof *widths);
	for (size_t c = 0; c < t->columns; c++)
		widths[c] = width_of(t, c, titles);
	for (size_t c = 0; titles && c < t->columns; c++) {
		bool number = t->titles[c][0] == '>';
		struct cell title = {t->titles[c] + number, ""};
		print_cell(&title, widths[c], number, c + 1 == t->columns);
	}
	for (size_t i = 0; i < t->n; i++) {
		size_t c = i % t->columns;
		print_cell(
			&t->cells[i], widths[c], t->titles[c][0] == '>', c + 1 == t->columns);
	}
}
