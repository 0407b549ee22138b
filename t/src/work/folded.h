/* work/folded.h - a folder of a repo that is one backup: its files' size and time, as one artifact */
#pragma once
#include "store/store.h"

/* As store_stat; of a folder, which must be meant as a backup, the size is the sum of its files' and the mtime that of the newest
 * of them. It lists them all. */
int folded_stat(struct store_entry *out, store *s, const char *path, bks_error *err);

/*
 * Whether the folder E, as a walk shows it, is a backup by the names in it. 0: it is, and E has size and mtime as above; *owns is
 * NULL when nothing in it can be a backup of its own, else it tells by the name of a file right in it whether that is a part; 1: it
 * is none; negative: could not look (BKS_E_LIMIT, BKS_E_IO).
 */
int folded_find(struct store_entry *e, bool (**owns)(const char *name), store *s, bks_error *err);

/* Sum and newest mtime of M; of a folder without files 0 and BKS_TIME_NONE. */
void folded_sum(int64_t *size, bks_time *mtime, const members *m);
