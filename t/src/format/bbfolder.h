/* format/bbfolder.h - a base backup that is a folder: the data directory itself, or its tars */
#pragma once
#include "format/bb.h"
#include "format/folder.h"

/* How sure the names of M make it, as format.h's probe_folder. */
int bbfolder_probe(const members *m);
/* Walks all of F into B. 0, or BKS_E_INTERRUPTED. */
int bbfolder_walk(struct bb *b, struct folder *f, bks_error *err);
