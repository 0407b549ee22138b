/* source.h - a source, as JSON and as text */
#pragma once
#include "backstay/source.h"
#include "tool.h"

bks_json *source_json(const bks_source *s);
bks_json *requirement_json(const bks_requirement *q);
void source_say(struct call *c, const bks_source *s);
void sources_say(struct call *c, const bks_sources *all);
/* users, auth.users:500 */
const char *requirement_shown(const struct call *c, const bks_requirement *q);
