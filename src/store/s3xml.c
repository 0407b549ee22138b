/* Reads the answers of a bucket's server with expat, as a way of names and a text. */
#include "store/s3xml.h"
#include <expat.h>
#include <string.h>

enum { DEEP = 16, WAY = 512, TEXT_MAX = 64 << 10 };

struct reading {
	XML_Parser parser;
	const char *root;
	s3_xml_began *began;
	s3_xml_ended *ended;
	void *arg;
	char way[WAY];
	size_t ends[DEEP]; /* of the way, by depth */
	int depth, r;
	struct text text;
	const char *why;
	bks_arena *arena;
};

static void stop(struct reading *x, int r, const char *why)
{
	if (!x->r)
		x->r = r;
	if (!x->why)
		x->why = why;
	XML_StopParser(x->parser, XML_FALSE);
}

static void begin(void *arg, const char *name, const char **attributes)
{
	struct reading *x = arg;
	size_t at = x->depth ? x->ends[x->depth - 1] : 0, n = strlen(name);
	int r;

	(void)attributes;
	if (x->r)
		return;
	if (x->depth == DEEP || at + n + 2 > WAY) {
		stop(x, BKS_E_IO, "its elements lie too deep");
		return;
	}
	if (!x->depth && x->root && strcmp(name, x->root) != 0) {
		stop(x, BKS_E_IO, "its root is another one");
		return;
	}
	if (x->depth)
		x->way[at++] = '/';
	memcpy(x->way + at, name, n + 1);
	x->ends[x->depth++] = at + n;
	x->text.n = 0;
	r = x->began ? x->began(x->arg, x->way) : 0;
	if (r)
		stop(x, r, "");
}

static void end(void *arg, const char *name)
{
	struct reading *x = arg;
	int r;

	(void)name;
	if (x->r) /* a stopped parser still tells the end of an empty element, whose beginning was refused */
		return;
	text_add(&x->text, "", 0);
	r = x->ended(x->arg, x->way, x->text.s, x->text.n);
	x->text.n = 0;
	x->depth--;
	x->way[x->depth ? x->ends[x->depth - 1] : 0] = '\0';
	if (r)
		stop(x, r, "");
}

static void text(void *arg, const char *s, int n)
{
	struct reading *x = arg;

	if (x->r)
		return;
	if (x->text.n + (size_t)n > TEXT_MAX)
		stop(x, BKS_E_IO, "a text in it is too long");
	else
		text_add(&x->text, s, (size_t)n);
}

static void doctype(void *arg, const char *name, const char *system, const char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	stop(arg, BKS_E_IO, "it has a document type");
}

int s3_xml(const char *bytes, size_t n, const char *root, s3_xml_began *began, s3_xml_ended *ended, void *arg,
	bks_arena *a, bks_error *err)
{
	struct reading x = {.parser = XML_ParserCreate(NULL), .root = root, .began = began, .ended = ended, .arg = arg,
		.arena = a, .text = {.arena = a}};
	enum XML_Status s;

	if (!x.parser)
		return fail(err, BKS_E_IO, "no room for a parser");
	XML_SetUserData(x.parser, &x);
	XML_SetElementHandler(x.parser, begin, end);
	XML_SetCharacterDataHandler(x.parser, text);
	XML_SetStartDoctypeDeclHandler(x.parser, doctype);
	s = n > INT32_MAX ? XML_STATUS_ERROR : XML_Parse(x.parser, bytes, (int)n, 1);
	if (s != XML_STATUS_OK && !x.r)
		x.r = fail(err, BKS_E_IO, "its XML is broken: %s", XML_ErrorString(XML_GetErrorCode(x.parser)));
	else if (x.r && x.why && *x.why)
		x.r = fail(err, BKS_E_IO, "its XML is not what was asked for: %s", x.why);
	XML_ParserFree(x.parser);
	return x.r;
}

struct error_reading {
	struct s3_error *out;
	bks_arena *arena;
};

static int error_part(void *arg, const char *way, const char *text, size_t n)
{
	struct error_reading *e = arg;
	const char **to = !strcmp(way, "Error/Code")	   ? &e->out->code
			  : !strcmp(way, "Error/Message")   ? &e->out->message
			  : !strcmp(way, "Error/Region")    ? &e->out->region
			  : !strcmp(way, "Error/Endpoint")  ? &e->out->endpoint
			  : !strcmp(way, "Error/ServerTime") ? &e->out->server_time
							    : NULL;

	if (to)
		*to = arena_bytes(e->arena, text, n);
	return 0;
}

bool s3_xml_error(struct s3_error *out, const char *bytes, size_t n, bks_arena *a)
{
	/* cppcheck-suppress ctuuninitvar ; it is written before anybody reads it */
	struct error_reading e = {out, a};

	*out = (struct s3_error){"", "", "", "", ""};
	return n && !s3_xml(bytes, n, "Error", NULL, error_part, &e, a, NULL);
}
