/* same.h - two inspections must say the same of the same bytes, word for word */
#pragma once
#include "backstay/inspect.h"
#include "unit.h"

static inline void assert_texts(const char *a, const char *b)
{
	if (!a || !b)
		assert_true(a == b);
	else
		assert_string_equal(a, b);
}

static inline void assert_same(const bks_inspection *a, const bks_inspection *b)
{
	assert_texts(a->format, b->format);
	assert_texts(a->format_version, b->format_version);
	assert_texts(a->producer, b->producer);
	assert_texts(a->server_version, b->server_version);
	assert_texts(a->database, b->database);
	assert_texts(a->taken_zone, b->taken_zone);
	assert_int_equal(a->verdict, b->verdict);
	assert_int_equal(a->content, b->content);
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->unwrapped, b->unwrapped);
	assert_int_equal(a->bytes_read, b->bytes_read);
	assert_int_equal(a->taken_at, b->taken_at);
	assert_int_equal(a->recognised, b->recognised);
	assert_memory_equal(a->levels, b->levels, sizeof a->levels);
	assert_memory_equal(&a->started, &b->started, sizeof a->started);
	assert_int_equal(a->digests.has_sha256, b->digests.has_sha256);
	assert_memory_equal(a->digests.sha256, b->digests.sha256, sizeof a->digests.sha256);
	assert_memory_equal(a->digests.xxh3, b->digests.xxh3, sizeof a->digests.xxh3);
	assert_int_equal(a->wrappings, b->wrappings);
	assert_true(!a->physical == !b->physical);
	if (a->physical) {
		assert_true(a->physical->system_id == b->physical->system_id);
		assert_int_equal(a->physical->timeline, b->physical->timeline);
		assert_true(a->physical->stop_lsn == b->physical->stop_lsn);
		assert_texts(a->physical->label, b->physical->label);
	}
	assert_int_equal(a->table_count, b->table_count);
	for (size_t i = 0; i < a->table_count; i++) {
		assert_texts(a->tables[i].schema, b->tables[i].schema);
		assert_texts(a->tables[i].name, b->tables[i].name);
		assert_texts(a->tables[i].parent_name, b->tables[i].parent_name);
		assert_int_equal(a->tables[i].rows, b->tables[i].rows);
		assert_int_equal(a->tables[i].ddl, b->tables[i].ddl);
		assert_int_equal(a->tables[i].data, b->tables[i].data);
	}
	assert_int_equal(a->finding_count, b->finding_count);
	for (size_t i = 0; i < a->finding_count; i++) {
		assert_string_equal(a->findings[i].code, b->findings[i].code);
		assert_int_equal(a->findings[i].severity, b->findings[i].severity);
		assert_texts(a->findings[i].where, b->findings[i].where);
		assert_texts(a->findings[i].text, b->findings[i].text);
	}
	assert_int_equal(a->member_count, b->member_count);
	for (size_t i = 0; i < a->member_count; i++) {
		assert_texts(a->members[i].path, b->members[i].path);
		assert_same(&a->members[i], &b->members[i]);
	}
}
