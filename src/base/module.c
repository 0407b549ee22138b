/* Loads by name, and says which library or which function of it is missing. */
#include "base/module.h"
#include <dlfcn.h>

int module_load(
	void **out, const char *file, const char *const *names, size_t n, bks_error *err)
{
	void *m = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (!m)
		return fail(
			err, BKS_E_IO, "a library that this needs is missing: %s", dlerror());
	for (size_t i = 0; i < n; i++) {
		out[i] = dlsym(m, names[i]);
		if (!out[i])
			return fail(err, BKS_E_IO, "%s has no %s: it is of another version",
				file, names[i]);
	}
	return 0;
}
