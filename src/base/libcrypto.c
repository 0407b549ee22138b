/* libcrypto takes longer to load than SQLite, and no command that only asks the catalog needs
 * it. */
#define LIBCRYPTO_HOME
#include "base/libcrypto.h"
#include "base/module.h"
#include <openssl/opensslv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#ifdef OPENSSL_SHLIB_VERSION
#define SONAME "libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION)
#else
#define SONAME "libcrypto.so." SHLIB_VERSION_NUMBER
#endif

static struct {
	pthread_once_t once;
	struct libcrypto f;
	bks_error err;
	int r;
} lib = {.once = PTHREAD_ONCE_INIT};

static void load(void)
{
	static const char *const names[] = {
#define X(f) #f,
		LIBCRYPTO(X)
#undef X
	};
	void *at[sizeof names / sizeof *names];

	_Static_assert(sizeof at == sizeof lib.f, "one pointer each");
	lib.r = module_load(at, SONAME, names, sizeof names / sizeof *names, &lib.err);
	memcpy(&lib.f, at, sizeof at);
}

int libcrypto_ready(bks_error *err)
{
	pthread_once(&lib.once, load);
	return lib.r ? fail(err, lib.r, "%s", lib.err.text) : 0;
}

/* Without a digest nothing sensible is left to do; whoever reaches this was not asked in time.
 */
const struct libcrypto *libcrypto(void)
{
	pthread_once(&lib.once, load);
	if (!lib.r)
		return &lib.f;
	(void)!write(STDERR_FILENO, lib.err.text, strlen(lib.err.text));
	(void)!write(STDERR_FILENO, "\n", 1);
	abort();
}
