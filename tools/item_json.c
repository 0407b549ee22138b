/* item_json.c - an inspected artifact as the contract's ITEM */
#include "item.h"
#include "backstay/wal.h"

bks_json *finding_json(const bks_finding *f)
{
	bks_json *o = bks_json_object();
	bks_json_put_text(o, "code", f->code);
	bks_json_put_text(o, "severity", bks_severity_name(f->severity));
	bks_json_put_name(o, "where", f->where);
	bks_json_put_name(o, "text", f->text);
	return o;
}

bks_json *table_json(const bks_table *t)
{
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "database", t->database);
	bks_json_put_name(o, "schema", t->schema);
	bks_json_put_name(o, "name", t->name);
	bks_json_put_bool(o, "ddl", t->ddl);
	bks_json_put_bool(o, "data", t->data);
	bks_json_put_size(o, "rows", t->rows);
	bks_json_put_size(o, "manifest_rows", t->told ? t->told_rows : -1);
	return o;
}

bks_json *levels_json(const enum bks_result *levels)
{
	bks_json *o = bks_json_object();
	for (int l = 0; l < BKS_LEVEL_COUNT; l++)
		if (l <= BKS_COVERED || levels[l] != BKS_RESULT_NOT_RUN)
			bks_json_put_text(o, bks_level_name(l), bks_result_name(levels[l]));
	return o;
}

static bks_json *wrapping_json(const bks_inspection *i)
{
	bks_json *l = bks_json_list();
	for (int w = 0; w < i->wrappings; w++)
		bks_json_add_text(l, i->wrapping[w]);
	return l;
}

static bks_json *digests_json(const bks_digests *d)
{
	bks_json *o = bks_json_object();
	bks_json_put_hex(o, "xxh3_128", d->xxh3, d->has_xxh3 ? sizeof d->xxh3 : 0);
	bks_json_put_hex(o, "sha256", d->sha256, d->has_sha256 ? sizeof d->sha256 : 0);
	return o;
}

static void put_lsn(bks_json *o, const char *key, uint64_t lsn)
{
	char text[BKS_LSN_TEXT];
	bks_json_put_text(o, key, lsn ? bks_lsn_text(text, lsn) : NULL);
}

bks_json *physical_json(const bks_physical *p)
{
	if (!p)
		return NULL;
	bks_json *o = bks_json_object();
	bks_json_put_text(o, "system_identifier",
		p->system_id ? said("%llu", (unsigned long long)p->system_id) : NULL);
	bks_json_put_size(o, "timeline", p->timeline ? (int64_t)p->timeline : -1);
	put_lsn(o, "start_lsn", p->start_lsn);
	put_lsn(o, "stop_lsn", p->stop_lsn);
	bks_json_put_time(o, "started_at", p->started);
	bks_json_put_time(o, "stopped_at", p->stopped);
	put_lsn(o, "incremental_from", p->parent_lsn);
	return o;
}

/* What it is and where from. */
static void put_facts(bks_json *o, const bks_inspection *i)
{
	bks_json_put_text(o, "format", i->format);
	bks_json_put(o, "wrapping", wrapping_json(i));
	bks_json_put_text(o, "format_version", i->format_version);
	bks_json_put_name(o, "producer", i->producer);
	bks_json_put_name(o, "server_version", i->server_version);
	bks_json_put_name(o, "database", i->database);
	bks_json_put_time(o, "taken_at", i->taken_at);
	bks_json_put_text(o, "taken_from",
		i->taken_from == BKS_TAKEN_UNKNOWN ? NULL : bks_taken_from_name(i->taken_from));
	bks_json_put_text(o, "taken_zone", i->taken_zone);
	bks_json_put_text(o, "content", bks_content_name(i->content));
	bks_json_put_size(o, "size", i->size);
	bks_json_put_size(o, "unwrapped", i->unwrapped);
	bks_json_put(o, "digests", digests_json(&i->digests));
	bks_json_put_text(o, "digest_from", bks_digest_from_name(i->digest_from));
	bks_json_put(o, "physical", physical_json(i->physical));
}

/* What is proven of it. */
static void put_proofs(bks_json *o, const bks_inspection *i)
{
	bks_json_put(o, "levels", levels_json(i->levels));
	bks_json_put_time(o, "proven_at", i->proven_at ? i->proven_at : BKS_TIME_NONE);
	bks_json_put_text(o, "verdict", bks_verdict_name(i->verdict));
	bks_json *tables = bks_json_list(), *findings = bks_json_list();
	for (size_t n = 0; n < i->table_count; n++)
		bks_json_add(tables, table_json(&i->tables[n]));
	for (size_t n = 0; n < i->finding_count; n++)
		bks_json_add(findings, finding_json(&i->findings[n]));
	bks_json_put(o, "tables", tables);
	bks_json_put(o, "findings", findings);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as members are looked into */
bks_json *item_json(const bks_inspection *i, int64_t backup, const char *repo)
{
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "path", i->path);
	if (backup)
		bks_json_put_int(o, "backup", backup);
	else
		bks_json_put(o, "backup", NULL);
	bks_json_put_name(o, "repo", repo);
	put_facts(o, i);
	put_proofs(o, i);
	if (!i->member_count)
		return o;
	bks_json *members = bks_json_list();
	for (size_t n = 0; n < i->member_count; n++)
		bks_json_add(members, item_json(&i->members[n], backup, repo));
	bks_json_put(o, "members", members);
	return o;
}
