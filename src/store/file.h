/* store/file.h - the file store among its own files */
#pragma once
#include "store/store_private.h"
#include <sys/stat.h>

struct file_store {
	store s;
	int root; /* O_PATH */
	char *path;
};

enum { FILE_WHY = 640 };

/* Why a call on NAME (any path beneath the handle DIR; "" is DIR itself) failed with ERROR:
 * what the system says, and for a missing permission who we are and the mode of what refused
 * us. BUF has FILE_WHY bytes and is returned. */
const char *file_why(char *buf, int error, int dir, const char *name);

void file_id(struct store_id *out, const struct stat *st);
enum store_kind_of file_kind_of(const struct stat *st);

/* As beneath_parent. 0: *dir, which the caller closes; 1: there is none; 2: a link stands in
 * the way; BKS_E_IO. */
int file_parent(
	int *dir, const char **base, struct file_store *fs, const char *path, bks_error *err);

int file_walk(store *s, const char *from, int (*visit)(void *arg, const struct store_entry *e),
	void *arg, bks_error *err);
int file_read(stream **out, struct store_id *id, store *s, const char *path, bks_error *err);
int file_put(
	store *s, const char *path, const void *bytes, size_t n, bool replace, bks_error *err);

int file_trash_make(store *s, bks_error *err);
int file_bury(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
int file_unbury(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
int file_erase(const char **why, int64_t *freed, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
int file_settle(store *s, const char *folder, bks_error *err);
/* store_erase of a folder that lies in TRASH. */
int file_erase_folder(const char **why, int64_t *freed, store *s, int trash, const struct store_doomed *d, bks_arena *a,
	bks_error *err);

/* The path that PLACE means: file:///dir decoded, file://localhost/dir, or a path as it is. 0,
 * *out lives in A; BKS_E_USAGE. */
int file_url_path(const char **out, const char *place, bks_arena *a, bks_error *err);
