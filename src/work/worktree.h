/* work/worktree.h - whether backups lie in a git work tree */
#pragma once
#include "work/scan_private.h"

/* After the walk of S's repo: one finding a tree, in-git-work-tree, a warning. 0, or the catalog failed. */
int worktree_find(struct scan *s);
