#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int(fail)(bks_error *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
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
