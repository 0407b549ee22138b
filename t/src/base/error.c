#include "base/error.h"
#include "base/utf8.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A text that was cut ends before the character that was cut. */
static void end_whole(bks_error *err)
{
	size_t n = strlen(err->text), from = n;
	uint32_t c;

	if (n + 1 < sizeof err->text)
		return;
	while (from > n - 4 && ((uint8_t)err->text[from - 1] & 0xc0) == 0x80)
		from--;
	from -= from > 0;
	if (!utf8_take(&c, err->text + from, n - from))
		err->text[from] = '\0';
}

int(fail)(bks_error *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	end_whole(err);
	return code;
}

int(note)(bks_error *err, int code, const char *fmt, ...)
{
	char cause[sizeof err->text];
	va_list ap;
	int n;

	if (!err)
		return code;
	memcpy(cause, err->text, sizeof cause);
	va_start(ap, fmt);
	n = vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof err->text)
		snprintf(err->text + n, sizeof err->text - (size_t)n, ": %s", cause);
	end_whole(err);
	return code;
}

const char *bks_code_text(int code)
{
	switch (code) {
#define X(name, value, word, text)                                                             \
	case value:                                                                            \
		return text;
		BKS_CODES(X)
#undef X
	}
	return "no such code";
}

const char *bks_code_word(int code)
{
	switch (code) {
#define X(name, value, word, text)                                                             \
	case value:                                                                            \
		return word;
		BKS_CODES(X)
#undef X
	}
	return "unknown";
}
