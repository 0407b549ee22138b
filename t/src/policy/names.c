#include "backstay/retain.h"

const char *bks_keep_name(enum bks_keep k)
{
	return k == BKS_KEEP ? "keep" : k == BKS_EXPIRE ? "expire" : "undecided";
}
