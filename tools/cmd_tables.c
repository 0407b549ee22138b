/* cmd_tables.c - the tables of a backup, with the rows that its dump really holds */
#include "item.h"
#include "look.h"
#include "out.h"

static void say_tables(struct call *c, const bks_table *v, size_t n)
{
	static const char *const titles[] = {"TABLE", "DDL", "DATA", ">ROWS", NULL},
				 *const all[] = {"TABLE", "DDL", "DATA", ">ROWS", ">MANIFEST", NULL};
	bool told = false;
	for (size_t i = 0; i < n; i++)
		told = told || v[i].told;
	struct table t = table_new(c, told ? all : titles);
	for (size_t i = 0; i < n; i++) {
		table_add(&t, said("%s%s%s.%s", v[i].database ? shown(c, v[i].database) : "",
				      v[i].database ? "/" : "", shown(c, v[i].schema),
				      shown(c, v[i].name)));
		table_add(&t, v[i].ddl ? "yes" : "no");
		table_add(&t, v[i].data ? "yes" : "no");
		table_add(&t, v[i].rows < 0 ? "-" : said("%lld", (long long)v[i].rows));
		if (told)
			table_add(&t, v[i].told ? said("%lld", (long long)v[i].told_rows) : "-");
	}
	if (n)
		table_print(&t, true);
}

static int run(struct call *c)
{
	const bks_backup *b = NULL;
	const bks_table *v = NULL;
	size_t n = 0;
	int r = look_backup(&b, c, c->args[0]);
	if (!r)
		r = bks_backup_tables(&v, &n, c->cat, b->id, c->arena, &c->err);
	if (r)
		return r < 0 ? r : 0;
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < n && c->json; i++)
		bks_json_add(list, table_json(&v[i]));
	c->doc = bks_json_object();
	bks_json_put_int(c->doc, "backup", b->id);
	bks_json_put_name(c->doc, "label", b->label);
	bks_json_put(c->doc, "tables", list);
	say_tables(c, v, n);
	c->end.done = (int64_t)n;
	return n ? 0
		 : no_match(c, "no tables of %s are known; `backstay verify %lld` reads them",
			   shown(c, b->label), (long long)b->id);
}

const struct command commands_tables[] = {
	{"tables", "BACKUP", "the tables and rows of one backup",
		"backstay tables 17\n"
		"backstay tables shop_20261101 --json\n",
		"As its newest check that read to the end counted them. MANIFEST is what the file "
		"NAME.manifest beside it counts.\n",
		"{\"backup\":, \"label\":, \"tables\": [{\"database\":, \"schema\":, "
		"\"name\":, \"ddl\":, \"data\":, \"rows\":,\n"
		"  \"manifest_rows\":}]}\n",
		NULL, NEED_READ, 1, 1, run},
	{0},
};
