/* cmd_show.c - one backup in full: its facts, and every copy of every artifact */
#include "item.h"
#include "look.h"
#include "out.h"
#include "row.h"
#include "backstay/wal.h"

static bks_json *artifact_json(const bks_artifact *a)
{
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "repo", a->repo);
	bks_json_put_name(o, "path", a->path);
	bks_json_put_size(o, "size", a->size);
	bks_json_put_time(o, "mtime", a->mtime);
	bks_json *d = bks_json_object();
	bks_json_put_hex(d, "xxh3_128", a->digests.xxh3,
		a->digests.has_xxh3 ? sizeof a->digests.xxh3 : 0);
	bks_json_put_hex(d, "sha256", a->digests.sha256,
		a->digests.has_sha256 ? sizeof a->digests.sha256 : 0);
	bks_json_put(o, "digests", d);
	bks_json_put_text(o, "digest_from", bks_digest_from_name(a->digest_from));
	bks_json_put_text(o, "state", bks_state_name(a->state));
	bks_json_put_text(o, "state_reason", a->state_reason);
	bks_json_put_time(o, "first_seen", a->first_seen);
	bks_json_put_time(o, "last_seen", a->last_seen);
	bks_json_put_text(o, "verdict", bks_verdict_name(a->verdict));
	bks_json_put(o, "levels", levels_json(a->levels));
	bks_json_put_text(o, "part", bks_part_name(a->part));
	bks_json_put_text(o, "format", a->format);
	bks_json_put_text(o, "content",
		a->part == BKS_PART_NONE ? NULL : bks_content_name(a->content));
	bks_json_put_text(o, "copy_lacks", a->lacks);
	bks_json_put_time(o, "verified_at", a->verified_at);
	bks_json_put_text(o, "etag", a->etag);
	bks_json_put_text(o, "version_id", a->version_id);
	bks_json_put_name(o, "storage_class", a->storage_class);
	bks_json_put_text(o, "server_sum", a->server_sum);
	return o;
}

/* The ids of what builds on it. */
struct chain {
	const int64_t *children;
	size_t n;
};

static void put_chain(bks_json *o, const bks_backup *b, const struct chain *ch)
{
	bks_json *children = bks_json_list();
	bks_json_put(o, "physical", physical_json(b->physical));
	if (b->parent_id)
		bks_json_put_int(o, "parent", b->parent_id);
	else
		bks_json_put(o, "parent", NULL);
	for (size_t i = 0; i < ch->n; i++)
		bks_json_add_int(children, ch->children[i]);
	bks_json_put(o, "children", children);
}

static bks_json *backup_json(const bks_backup *b, const struct tiers *t, const struct chain *ch)
{
	bks_json *o = row_json(b, t), *artifacts = bks_json_list();
	bks_json_put_name(o, "database", b->database);
	bks_json_put_text(o, "taken_zone", b->taken_zone);
	bks_json_put_time(o, "first_seen", b->first_seen);
	bks_json_put_time(o, "bad_since", b->bad_since);
	put_chain(o, b, ch);
	for (size_t i = 0; i < b->artifact_count; i++)
		bks_json_add(artifacts, artifact_json(&b->artifacts[i]));
	bks_json_put(o, "artifacts", artifacts);
	return o;
}

static const char *levels_text(const enum bks_result *levels)
{
	const char *all = "";
	for (int l = 0; l < BKS_LEVEL_COUNT; l++)
		if (l <= BKS_COVERED || levels[l] != BKS_RESULT_NOT_RUN)
			all = said("%s%s%s %s", all, l ? ", " : "", bks_level_name(l),
				bks_result_name(levels[l]));
	return all;
}

static void say_artifact(struct call *c, const bks_artifact *a)
{
	say(c, "  %s:%s%s%s", shown(c, a->repo), shown(c, a->path),
		a->part == BKS_PART_NONE ? "" : "  ",
		a->part == BKS_PART_NONE ? "" : bks_part_name(a->part));
	say(c, "    %s, %s%s%s%s, seen %s to %s", size_shown(a->size), bks_state_name(a->state),
		a->state_reason ? " (" : "", a->state_reason ? shown(c, a->state_reason) : "",
		a->state_reason ? ")" : "", time_shown(a->first_seen),
		time_shown(a->last_seen));
	say(c, "    %s%s%s, verified %s: %s", verdict_colour(a->verdict),
		bks_verdict_name(a->verdict), colour_off(),
		a->verified_at == BKS_TIME_NONE ? "never" : time_shown(a->verified_at),
		levels_text(a->levels));
	if (a->etag)
		say(c, "    etag %s%s%s%s%s: what its server says, no proof", shown(c, a->etag), a->version_id ? ", version " : "",
			a->version_id ? shown(c, a->version_id) : "", a->storage_class ? ", class " : "",
			a->storage_class ? shown(c, a->storage_class) : "");
	if (a->digests.has_sha256) {
		char hex[2 * sizeof a->digests.sha256 + 1];
		for (size_t i = 0; i < sizeof a->digests.sha256; i++) {
			hex[2 * i] = "0123456789abcdef"[a->digests.sha256[i] >> 4];
			hex[2 * i + 1] = "0123456789abcdef"[a->digests.sha256[i] & 15];
		}
		hex[sizeof hex - 1] = '\0';
		say(c, "    sha256 %s (%s)", hex,
			a->digest_from == BKS_DIGEST_NONE
				? "unknown"
				: bks_digest_from_name(a->digest_from));
	}
}

/* Once a copy. */
static void say_lacks(struct call *c, const bks_backup *b, size_t i)
{
	const bks_artifact *a = &b->artifacts[i];
	for (size_t k = 0; k < i; k++)
		if (b->artifacts[k].repo_id == a->repo_id)
			return;
	if (a->lacks)
		say(c, "%s   the set in %s has no %s%s", a->waiting ? "waiting" : "lacking",
			shown(c, a->repo), a->lacks, a->waiting ? " yet" : "");
}

static const char *ids_text(const int64_t *ids, size_t n)
{
	const char *all = "";
	for (size_t i = 0; i < n; i++)
		all = said("%s%s%lld", all, i ? ", " : "", (long long)ids[i]);
	return all;
}

static void say_parent(struct call *c, const bks_backup *b)
{
	char lsn[BKS_LSN_TEXT];
	const bks_physical *p = b->physical;
	if (!p->parent_lsn)
		return;
	say(c, "builds on %s (begins at %s on timeline %u)",
		b->parent_id ? said("backup %lld", (long long)b->parent_id)
		: b->parent_waiting ? "a backup that may still come"
				    : "a backup that is not there",
		bks_lsn_text(lsn, p->parent_lsn), p->parent_timeline);
}

static void say_physical(struct call *c, const bks_backup *b, const struct chain *ch)
{
	char start[BKS_LSN_TEXT], stop[BKS_LSN_TEXT];
	const bks_physical *p = b->physical;
	if (!p)
		return;
	say(c, "cluster   %s%s, timeline %u",
		p->system_id ? said("%llu", (unsigned long long)p->system_id) : "unknown",
		p->version ? said(", PostgreSQL %d", p->version) : "", p->timeline);
	say(c, "wal       from %s to %s", p->start_lsn ? bks_lsn_text(start, p->start_lsn) : "-",
		p->stop_lsn ? bks_lsn_text(stop, p->stop_lsn) : "-");
	say(c, "ran       from %s to %s",
		p->started == BKS_TIME_NONE ? "-" : time_shown(p->started),
		p->stopped == BKS_TIME_NONE ? "-" : time_shown(p->stopped));
	say_parent(c, b);
	if (ch->n)
		say(c, "needed by %s", ids_text(ch->children, ch->n));
}

static void say_backup(struct call *c, const bks_backup *b, const struct tiers *t, const struct chain *ch)
{
	say(c, "backup    %lld  %s", (long long)b->id, shown(c, b->label));
	say(c, "source    %s%s", shown(c, b->source),
		b->source_guessed ? " (guessed; `set --source` confirms)" : "");
	say(c, "what      %s, %s, %s%s%s, %s", bks_kind_name(b->kind),
		b->format ? b->format : "-", bks_content_name(b->content),
		b->database ? ", database " : "", b->database ? shown(c, b->database) : "",
		size_shown(b->size));
	say(c, "taken at  %s (%s%s%s%s)", time_shown(b->taken_at),
		bks_taken_from_name(b->taken_from), b->taken_zone ? ", zone " : "",
		b->taken_zone ? shown(c, b->taken_zone) : "",
		b->time_confirmed ? "" : ", not confirmed");
	say(c, "verdict   %s%s%s, level %s, verified %s%s", verdict_colour(b->verdict),
		bks_verdict_name(b->verdict), colour_off(), row_level(b) ? row_level(b) : "-",
		b->verified_at == BKS_TIME_NONE ? "never" : time_shown(b->verified_at),
		b->acked ? ", acknowledged" : "");
	say(c, "state     %s%s%s%s", bks_state_name(b->state), b->held ? ", held" : "",
		b->purge_after == BKS_TIME_NONE ? "" : ", purged after ",
		b->purge_after == BKS_TIME_NONE ? "" : time_shown(b->purge_after));
	say(c, "tiers     %s%s%s", row_tiers(b, t), b->reason ? ": " : "",
		b->reason ? shown(c, b->reason) : "");
	say_physical(c, b, ch);
	say(c, "artifacts");
	for (size_t i = 0; i < b->artifact_count; i++)
		say_artifact(c, &b->artifacts[i]);
	for (size_t i = 0; i < b->artifact_count; i++)
		say_lacks(c, b, i);
}

static int run(struct call *c)
{
	const bks_backup *b = NULL;
	struct tiers t = {0};
	struct chain ch = {0};
	int r = look_backup(&b, c, c->args[0]);
	if (!r)
		r = bks_backup_children(&ch.children, &ch.n, c->cat, b->id, c->arena, &c->err);
	if (!r)
		r = tiers_read(&t, c, b->source);
	if (r)
		return r < 0 ? r : 0;
	c->doc = bks_json_object();
	bks_json_put(c->doc, "backup", backup_json(b, &t, &ch));
	if (out_text(c))
		say_backup(c, b, &t, &ch);
	c->end.done++;
	return 0;
}

const struct command commands_show[] = {
	{"show", "BACKUP", "one backup in full",
		"backstay show 17\n"
		"backstay show shop_20261101.dump --json\n",
		"BACKUP is an id, a label, or an unambiguous beginning of one.\n",
		"{\"backup\": {...as in list..., \"database\":, \"taken_zone\":, "
		"\"first_seen\":, \"bad_since\":,\n"
		"  \"physical\": null or as in inspect, \"parent\": ID | null, \"children\": [ID...],\n"
		"  \"artifacts\": [{\"repo\":, \"path\":, \"size\":, \"mtime\":, \"digests\": "
		"{\"xxh3_128\":, \"sha256\":},\n"
		"  \"digest_from\":, \"state\":, \"state_reason\":, \"first_seen\":, "
		"\"last_seen\":, \"verdict\":, \"levels\": {},\n"
		"  \"verified_at\":, \"part\": \"roles\" | \"schema\" | \"data\" | null, \"format\":, "
		"\"content\":, \"copy_lacks\": \"roles,data\" | null,\n"
		"  \"etag\":, \"version_id\":, \"storage_class\":, \"server_sum\":}]}}\n",
		NULL, NEED_READ, 1, 1, run},
	{0},
};
